/* The gateway: packets between others, past the policy of both sides (RFC 1812 5.2, RFC 4301 5). lwIP's own forwarding is off in
 * every target and knows no policy; of lwIP only the routes are used, ARP and neighbour discovery. */
#include "checksum.h"
#include "counters.h"
#include "fragment.h"
#include "ip.h"
#include "mss.h"
#include "reassembly.h"
#include "ring.h"
#include "shim_lwip.h"
#include "transit.h"

typedef struct {
    nfi_lwip_hook *from, *to;
    int lost;                     /* no route leads on; to is then the stack's default interface, or NULL */
    nfi_buffer *buffer;
    nfi_lwip_look *look;
    int joined;                   /* its source cut it: it may be cut again */
    int opened;                   /* it came through a tunnel */
} transit;

static void tell(const transit *t, int32_t what, size_t mtu)
{
    nfi_lwip_error(what, mtu, t->buffer, t->look, t->opened && t->to ? t->to : t->from, t->opened);
}

/* A neighbour's packets come by its own link: by another one somebody else would speak for it, and a row for it would take them into
 * its tunnel (RFC 3704 2.2). Through a tunnel it is the policy that knows who speaks. */
static int comes_astray(const transit *t)
{
    return !t->opened && nfi_lwip_lives_elsewhere(t->look->words + NFI_INFO_SOURCE, t->from->netif);
}

/* Before any policy. */
static int may_go_on(const transit *t)
{
    const int32_t *words = t->look->words;
    if (!nfi_transit_good(t->buffer->bytes + t->buffer->offset, words, &t->look->layout) || nfi_lwip_ours(words + NFI_INFO_SOURCE)
        || comes_astray(t) || nfi_lwip_to_several(words + NFI_INFO_SOURCE, t->from->netif)
        || (t->to && nfi_lwip_to_several(words + NFI_INFO_DESTINATION, t->to->netif))) {
        nfi_count_drop(-XE_BAD_ADDR_RANGE);
        return 0;
    }
    if (t->look->layout.hop_limit > 1) return 1;
    nfi_count(NFI_COUNT_HOPS_EXCEEDED);
    tell(t, NFI_ICMP_HOPS, 0);
    return 0;
}

/* What came protected is not protected again: it leaves in clear, or not at all. */
static int judged(const transit *t)
{
    int32_t leaves = t->to ? netif_get_index(t->to->netif) : 0, *words = t->look->words;
    if (!t->opened) {
        nfi_verdict_transit(words, leaves, &t->look->verdict);
        return t->look->verdict.pass != NFI_VERDICT_DROP;
    }
    t->look->verdict.pass = NFI_VERDICT_PASS;
    return nfi_verdict_leaves_clear(words, leaves);
}

static int fits(const transit *t)
{
    const int32_t *words = t->look->words;
    int queued = t->look->verdict.pass == NFI_VERDICT_QUEUE;
    size_t room = queued ? (size_t)nfi_verdict_room(&t->look->verdict, t->to->netif->mtu)
                         : nfi_lwip_mtu_towards(t->to, words + NFI_INFO_DESTINATION);
    if (t->joined || room == 0 || t->buffer->length <= room) return 1;
    if (words[NFI_INFO_VERSION] == 4 && !(words[NFI_INFO_FLAGS] & NFI_FLAG_DF)) return 1;
    if (words[NFI_INFO_VERSION] == 6 && queued && room < NFI_IPV6_MIN_MTU) return 1;      /* the tunnel's pieces (RFC 2473 7.1) */
    nfi_count_drop(-XE_MTU_EXCEEDED);
    tell(t, NFI_ICMP_TOO_BIG, room);
    return 0;
}

static int goes_on(const transit *t)
{
    if (!may_go_on(t) || !judged(t)) return 0;
    if (!t->lost || (t->to && t->look->verdict.pass == NFI_VERDICT_QUEUE)) return fits(t);    /* a tunnel has a way of its own */
    nfi_count_drop(-XE_BAD_ADDR_RANGE);
    tell(t, NFI_ICMP_NO_ROUTE, 0);
    return 0;
}

static void queue(const transit *t, nfi_buffer *buffer)
{
    const nfi_verdict *verdict = &t->look->verdict;
    buffer->domain = netif_get_index(t->to->netif);
    buffer->row = verdict->row;
    buffer->generation = verdict->generation;
    buffer->flags = NFI_FLAG_FORWARDED;
    buffer->mtu = verdict->mtu;
    nfi_ring_to_node(buffer->slot, NFI_OUTBOUND);
}

/* No router behind the tunnel's other end may cut an IPv6 packet. What its source had cut goes in pieces that pass everywhere. */
static void queue_pieces(const transit *t)
{
    size_t size;
    int32_t status = nfi_fragment_begin(&nfi_lwip_cutter, t->buffer->bytes + t->buffer->offset, t->look->words, &t->look->layout,
                                        NFI_IPV6_MIN_MTU, LWIP_RAND());
    if (status < 0) nfi_count_drop(status);
    while (status >= 0 && (size = nfi_fragment_size(&nfi_lwip_cutter)) != 0) {
        int32_t slot = nfi_buffer_alloc(NFI_SHARE_OUTBOUND, size);
        nfi_buffer *piece = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
        if (!piece) {
            nfi_count(NFI_COUNT_RING_FULL_OUT);
            return;
        }
        status = nfi_fragment_next(&nfi_lwip_cutter, piece->bytes + piece->offset, size);
        queue(t, piece);
    }
}

static int needs_pieces(const transit *t)
{
    return t->joined && t->look->words[NFI_INFO_VERSION] == 6 && t->buffer->length > NFI_IPV6_MIN_MTU;
}

/* The look holds what is told of a failure; neighbour discovery on the way leaves it alone. */
static void to_wire(const transit *t)
{
    if (t->opened) nfi_mss_clamp_opened(t->buffer, t->look->words, &t->look->layout, t->to->netif->mtu);
    if (nfi_lwip_transmit(t->to, t->buffer, t->look) == ERR_RTE) tell(t, NFI_ICMP_NO_ROUTE, 0);
}

/* 1: the slot is the node's now. */
static int pass_on(const transit *t)
{
    if (!goes_on(t)) return 0;
    int queued = t->look->verdict.pass == NFI_VERDICT_QUEUE, in_pieces = queued && needs_pieces(t);
    nfi_ip_take_hop(t->buffer->bytes + t->buffer->offset);
    nfi_count(NFI_COUNT_FORWARDED);
    if (queued) nfi_mss_clamp(t->buffer, t->look->words, &t->look->layout, nfi_verdict_room(&t->look->verdict, t->to->netif->mtu));
    if (in_pieces) queue_pieces(t);
    else if (queued) queue(t, t->buffer);
    else to_wire(t);
    return queued && !in_pieces;
}

/* Static, and one at a time: the stack's thread has little stack. */
static transit *transit_of(nfi_lwip_hook *from, nfi_buffer *buffer, nfi_lwip_look *look)
{
    static transit t;
    nfi_lwip_hook *to = nfi_lwip_way(look->words);
    t = (transit){ from, to, to == NULL, buffer, look, 0, 0 };
    if (!to && netif_default) t.to = nfi_lwip_hook_of(netif_default);
    return &t;
}

/* A slot with the whole datagram. Fragments are matched together, for a later one shows no ports (RFC 4301 7): what forbids or
 * protects a port cannot be passed in pieces. */
static int32_t collect(const nfi_source *source, const nfi_lwip_look *l)
{
    size_t length = (size_t)l->words[NFI_INFO_LENGTH];
    if (l->words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT)
        return nfi_reassembly_add(source, l->words, &l->layout, sys_now());
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_OUTBOUND, length);
    nfi_buffer *buffer = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!buffer) {
        nfi_count(NFI_COUNT_RING_FULL_OUT);
        return slot;
    }
    nfi_source_copy(source, buffer->bytes + buffer->offset, length, 0);
    buffer->domain = l->words[NFI_INFO_DOMAIN];
    return slot;
}

void nfi_lwip_forward(nfi_lwip_hook *h, const nfi_source *source, nfi_lwip_look *look)
{
    int joined = (look->words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) != 0;
    if (!nfi_transit_allowed()) {
        nfi_count(NFI_COUNT_DROP_IN);
        return;
    }
    int32_t slot = collect(source, look);
    nfi_buffer *buffer = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!buffer) return;
    if (nfi_lwip_look_at(buffer, look) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
    } else {
        transit *t = transit_of(h, buffer, look);
        t->joined = joined;
        if (pass_on(t)) return;
    }
    nfi_buffer_release(slot, NFI_OWNER_STACK);
}

void nfi_lwip_forward_opened(nfi_lwip_hook *h, nfi_buffer *buffer, nfi_lwip_look *look, int joined)
{
    transit *t = transit_of(h, buffer, look);
    t->opened = 1;
    t->joined = joined;
    pass_on(t);
}
