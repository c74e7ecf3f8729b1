/* The only file that knows lwIP: hooks an unmodified stack at run time (netif->input, output, output_ip6), takes every packet
 * past the verdicts, and puts the node's packets back. Needs nothing of lwIP that a target may lack: no raw PCBs, no
 * IP_REASSEMBLY, no LOCK_TCPIP_CORE. "The stack's thread" is lwIP's tcpip thread, or who holds the core lock.
 *
 * Descriptions are static, not on the stack: the tcpip thread has 1,024 bytes on the smallest target. Inbound and outbound
 * have one each, because input leads to output in one call chain; neither is read again after the packet went on. */
#include <string.h>
#include <lwip/opt.h>
#include <lwip/etharp.h>
#include <lwip/icmp.h>
#include <lwip/inet_chksum.h>
#include <lwip/ip.h>
#include <lwip/memp.h>
#include <lwip/nd6.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/prot/ethernet.h>
#include <lwip/sys.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include "buffer.h"
#include "checksum.h"
#include "counters.h"
#include "describe.h"
#include "fragment.h"
#include "mss.h"
#include "reassembly.h"
#include "ring.h"
#include "shim.h"
#include "verdicts.h"

#ifndef NFI_MICROS                /* lwipopts.h may name a finer clock */
#define NFI_MICROS() (sys_now() * 1000u)
#endif

/* A packet of ours on its way to the driver. nd6_send_q calls output_ip6 a second time for what waited for a neighbour: the
 * mark lets it pass without a second verdict. lwIP uses the bits up to 0x20 and keeps the pbuf itself, not a copy. */
#define OUR_PACKET 0x80u
/* Decrypted fragments are put together among themselves: a clear one must never complete a protected one. */
#define PROTECTED_DOMAIN 0x10000
#define DRAIN_AT_ONCE 16          /* node packets per turn, so that input keeps flowing */
#define CHECK_MS 1000             /* how often lost hooks and changed addresses are looked for */
#define POST_TRIES 2000           /* 1 ms apart, for a place in the stack's mailbox */
#define ECHOES 8                  /* pings whose answer is awaited */
#define ECHO_HEADER 8
#define PROTOCOL_ICMPV6 58
#define ECHO_REPLY_V4 0
#define ECHO_REPLY_V6 129
#define IPV6_MIN_MTU 1280         /* RFC 8200 section 5 */

#if !CHECKSUM_GEN_IP || !CHECKSUM_GEN_TCP || !CHECKSUM_GEN_UDP || !CHECKSUM_GEN_ICMP || (LWIP_IPV6 && !CHECKSUM_GEN_ICMP6)
#define STACK_LEAVES_CHECKSUMS 1  /* to the MAC, which cannot reach into what we encrypt */
#else
#define STACK_LEAVES_CHECKSUMS 0
#endif

typedef struct {
    struct netif *netif;          /* NULL: free */
    netif_input_fn input;         /* the driver's own functions */
#if LWIP_IPV4
    netif_output_fn output;
#endif
#if LWIP_IPV6
    netif_output_ip6_fn output_ip6;
#endif
    uint32_t reported;            /* checksum of the words last reported */
} hook;

typedef struct { int32_t words[NFI_INFO_WORDS]; nfi_layout layout; nfi_verdict verdict; } look;
typedef struct { const struct pbuf *pbuf; uint16_t skip; } piece;
typedef struct { int32_t pending, sequence; uint32_t sent; } echo;

static hook hooks[NFI_MAX_INTERFACES];
static look inbound, outbound;
static nfi_fragmenter cutter;
static echo echoes[ECHOES];
static uint16_t echo_id;
static int32_t echo_next;
static int attached;

/* ---- packets in lwIP's pieces ---- */

static size_t copy_piece(const void *origin, uint8_t *dst, size_t length, size_t offset)
{
    const piece *from = origin;
    return pbuf_copy_partial(from->pbuf, dst, (uint16_t)length, (uint16_t)(from->skip + offset));
}

static nfi_source source_of(const piece *from)
{
    nfi_source source = { copy_piece, from, (size_t)(from->pbuf->tot_len - from->skip) };
    return source;
}

static int32_t look_at_slot(const nfi_buffer *buffer, look *l)
{
    l->words[NFI_INFO_DOMAIN] = buffer->domain;
    return nfi_describe(buffer->bytes + buffer->offset, buffer->length, buffer->length, l->words, &l->layout);
}

static hook *hook_of(const struct netif *netif)
{
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++)
        if (hooks[i].netif == netif) return &hooks[i];
    return NULL;
}

static hook *hook_of_domain(int32_t domain)
{
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++)
        if (hooks[i].netif && netif_get_index(hooks[i].netif) == domain) return &hooks[i];
    return NULL;
}

/* ---- addresses ---- */

#if LWIP_IPV4
static ip4_addr_t address4(const int32_t words[4])
{
    ip4_addr_t address;
    address.addr = lwip_htonl((uint32_t)words[3]);
    return address;
}

static int loopback4(const int32_t words[4])
{
    return ((uint32_t)words[3] >> 24) == 127;
}

static int ours4(ip4_addr_t address)
{
    const struct netif *netif;
    NETIF_FOREACH(netif)
        if (!ip4_addr_isany_val(*netif_ip4_addr(netif)) && ip4_addr_cmp(&address, netif_ip4_addr(netif))) return 1;
    return 0;
}
#endif

#if LWIP_IPV6
static void address6(const int32_t words[4], ip6_addr_t *address)
{
    for (size_t i = 0; i < 4; i++) address->addr[i] = lwip_htonl((uint32_t)words[i]);
    ip6_addr_clear_zone(address);
}

static int loopback6(const int32_t words[4])
{
    return words[0] == 0 && words[1] == 0 && words[2] == 0 && words[3] == 1;
}

static int ours6(const int32_t words[4])
{
    const struct netif *netif;
    ip6_addr_t address;
    address6(words, &address);
    NETIF_FOREACH(netif)
        for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
            if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) && ip6_addr_cmp_zoneless(&address, netif_ip6_addr(netif, i))) return 1;
    return 0;
}
#endif

static int ours(const int32_t words[4])
{
#if LWIP_IPV4
    if (nfi_address_is_v4(words)) return ours4(address4(words));
#endif
#if LWIP_IPV6
    return ours6(words);
#else
    return 0;
#endif
}

static int to_several(const int32_t words[4], const struct netif *netif)
{
    (void)netif;
#if LWIP_IPV4
    if (nfi_address_is_v4(words)) {
        ip4_addr_t address = address4(words);
        return ip4_addr_ismulticast(&address) || ip4_addr_isbroadcast(&address, netif);
    }
#endif
    return ((uint32_t)words[0] >> 24) == 0xff;
}

/* A packet of ours to ourselves: it reaches output when LWIP_NETIF_LOOPBACK is 0, and no other host can be meant. Both ends
 * are asked for, so that a foreign source is never let by. */
static int to_ourselves(const int32_t *words)
{
    const int32_t *source = words + NFI_INFO_SOURCE, *destination = words + NFI_INFO_DESTINATION;
#if LWIP_IPV4
    if (nfi_address_is_v4(destination) && loopback4(destination) && loopback4(source)) return 1;
#endif
#if LWIP_IPV6
    if (loopback6(destination) && loopback6(source)) return 1;
#endif
    return ours(destination) && ours(source);
}

/* ---- from the node: to the wire, and up ---- */

static struct pbuf *pbuf_for(size_t length, pbuf_type type)
{
    struct pbuf *p = length <= 0xffff ? pbuf_alloc(PBUF_LINK, (uint16_t)length, type) : NULL;
    if (!p) nfi_count_drop(-XE_OUT_OF_PACKETS);
    return p;
}

/* The driver's own output: it finds the next hop (ARP, neighbour discovery) from the outermost destination. */
static void output_to(hook *h, struct pbuf *p, const int32_t destination[4])
{
    p->flags = (uint8_t)(p->flags | OUR_PACKET);
#if LWIP_IPV4
    if (nfi_address_is_v4(destination)) {
        ip4_addr_t address = address4(destination);
        if (h->output) h->output(h->netif, p, &address);
        return;
    }
#endif
#if LWIP_IPV6
    ip6_addr_t address;
    address6(destination, &address);
    ip6_addr_assign_zone(&address, IP6_UNKNOWN, h->netif);
    if (h->output_ip6) h->output_ip6(h->netif, p, &address);
#endif
}

/* lwIP learns IPv6 path MTUs from Packet Too Big, per destination; for IPv4 it knows the link's only. */
static size_t mtu_towards(const hook *h, const int32_t destination[4])
{
    size_t mtu = h->netif->mtu;
    (void)destination;
#if LWIP_IPV6
    if (!nfi_address_is_v4(destination)) {
        ip6_addr_t address;
        address6(destination, &address);
        ip6_addr_assign_zone(&address, IP6_UNKNOWN, h->netif);
        mtu = nd6_get_destination_mtu(&address, h->netif);
        if (mtu < IPV6_MIN_MTU) mtu = IPV6_MIN_MTU;
    }
#endif
    return mtu;
}

static void send_whole(hook *h, const nfi_buffer *buffer, const int32_t destination[4])
{
    struct pbuf *p = pbuf_for(buffer->length, PBUF_RAM);
    if (!p) return;
    memcpy(p->payload, buffer->bytes + buffer->offset, buffer->length);
    output_to(h, p, destination);
    pbuf_free(p);
}

static void send_in_pieces(hook *h, const nfi_buffer *buffer, const int32_t destination[4], size_t mtu)
{
    int32_t status = nfi_fragment_begin(&cutter, buffer->bytes + buffer->offset, buffer->length, mtu, LWIP_RAND());
    size_t size;
    if (status < 0) nfi_count_drop(status);
    while (status >= 0 && (size = nfi_fragment_size(&cutter)) != 0) {
        struct pbuf *p = pbuf_for(size, PBUF_RAM);
        if (!p) return;
        status = nfi_fragment_next(&cutter, p->payload, p->len);
        if (status > 0) {
            output_to(h, p, destination);
            nfi_count(NFI_COUNT_FRAGMENTS_OUT);
        }
        pbuf_free(p);
    }
}

static void transmit(hook *h, const nfi_buffer *buffer, const int32_t *words)
{
    int32_t destination[4];       /* a neighbour solicitation on the way overwrites outbound's words */
    memcpy(destination, words + NFI_INFO_DESTINATION, sizeof destination);
    size_t mtu = mtu_towards(h, destination);
    if (mtu == 0 || buffer->length <= mtu) send_whole(h, buffer, destination);
    else send_in_pieces(h, buffer, destination, mtu);
}

/* The interface towards the outermost destination; a tunnel's may differ from where the packet came from. */
static hook *way_to(int32_t domain, const int32_t *words)
{
    const struct netif *netif = NULL;
    const int32_t *destination = words + NFI_INFO_DESTINATION;
#if LWIP_IPV4
    if (nfi_address_is_v4(destination)) {
        ip4_addr_t to = address4(destination);
        netif = ip4_route(&to);
    }
#endif
#if LWIP_IPV6
    if (!nfi_address_is_v4(destination)) {
        ip6_addr_t from, to;
        address6(words + NFI_INFO_SOURCE, &from);
        address6(destination, &to);
        if (!ip6_addr_has_scope(&to, IP6_UNKNOWN)) netif = ip6_route(&from, &to);
    }
#endif
    hook *h = netif ? hook_of(netif) : NULL;
    return h ? h : hook_of_domain(domain);
}

static void send_from_node(const nfi_buffer *buffer)
{
    hook *h;
    if (look_at_slot(buffer, &inbound) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
    } else if ((h = way_to(buffer->domain, inbound.words)) == NULL) {
        nfi_count_drop(-XE_BAD_ADDR_RANGE);
    } else {
        nfi_count(NFI_COUNT_SENT);
        transmit(h, buffer, inbound.words);
    }
}

/* ---- ping: built here, so that it needs no raw PCB; it takes the common road out and is caught after the common road in ---- */

static echo *echo_awaited(uint16_t sequence)
{
    for (size_t i = 0; i < ECHOES; i++)
        if (echoes[i].pending && (uint16_t)echoes[i].sequence == sequence) return &echoes[i];
    return NULL;
}

/* p from the ICMP header on. A damaged answer is no answer. */
static int echo_intact(struct pbuf *p, const int32_t *words)
{
#if LWIP_IPV6
    if (words[NFI_INFO_VERSION] == 6) {
        ip6_addr_t from, to;
        address6(words + NFI_INFO_SOURCE, &from);
        address6(words + NFI_INFO_DESTINATION, &to);
        return ip6_chksum_pseudo(p, IP6_NEXTH_ICMP6, p->tot_len, &from, &to) == 0;
    }
#endif
    (void)words;
    return inet_chksum_pbuf(p) == 0;
}

static int is_echo_reply(const int32_t *words)
{
    if (words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) return 0;
    return (words[NFI_INFO_PROTOCOL] == IP_PROTO_ICMP && words[NFI_INFO_SOURCE_PORT] == ECHO_REPLY_V4)
        || (words[NFI_INFO_PROTOCOL] == PROTOCOL_ICMPV6 && words[NFI_INFO_SOURCE_PORT] == ECHO_REPLY_V6);
}

/* Reports the answer to one of our pings and frees p (IP header at skip): 1. Otherwise leaves p alone: 0. */
static int echo_taken(struct pbuf *p, uint16_t skip, const look *l)
{
    uint8_t header[ECHO_HEADER];
    uint16_t at = (uint16_t)(skip + l->layout.upper);
    if (!is_echo_reply(l->words) || pbuf_copy_partial(p, header, ECHO_HEADER, at) != ECHO_HEADER) return 0;
    if ((header[4] << 8 | header[5]) != echo_id) return 0;
    echo *e = echo_awaited((uint16_t)(header[6] << 8 | header[7]));
    if (!e) return 0;
    pbuf_realloc(p, (uint16_t)(skip + l->words[NFI_INFO_LENGTH]));   /* without the Ethernet padding */
    if (pbuf_remove_header(p, at) == 0 && echo_intact(p, l->words)) {
        e->pending = 0;
        nfi_event_echo(e->sequence, (int32_t)(NFI_MICROS() - e->sent));
    }
    pbuf_free(p);
    return 1;
}

typedef struct { const int32_t *destination; int32_t sequence, size, result; } ping;

static struct pbuf *echo_request(const ping *request, uint8_t type)
{
    struct pbuf *p = pbuf_alloc(PBUF_IP, (uint16_t)(ECHO_HEADER + request->size), PBUF_RAM);
    if (!p) return NULL;
    uint8_t *bytes = p->payload;
    const uint8_t header[ECHO_HEADER] = { type, 0, 0, 0, (uint8_t)(echo_id >> 8), (uint8_t)echo_id,
                                          (uint8_t)(request->sequence >> 8), (uint8_t)request->sequence };
    memcpy(bytes, header, ECHO_HEADER);
    for (int32_t i = 0; i < request->size; i++) bytes[ECHO_HEADER + i] = (uint8_t)i;
    return p;
}

static void put_checksum(struct pbuf *p, uint16_t checksum)
{
    memcpy((uint8_t *)p->payload + 2, &checksum, sizeof checksum);
}

#if LWIP_IPV4
static err_t ping4(const ping *request, struct pbuf *p)
{
    ip4_addr_t to = address4(request->destination);
    struct netif *netif = ip4_route(&to);
    if (!netif) return ERR_RTE;
    put_checksum(p, inet_chksum(p->payload, p->len));
    return ip4_output_if(p, netif_ip4_addr(netif), &to, ICMP_TTL, 0, IP_PROTO_ICMP, netif);
}
#endif

#if LWIP_IPV6
static err_t ping6(const ping *request, struct pbuf *p)
{
    ip6_addr_t any, to;
    ip6_addr_set_any(&any);
    address6(request->destination, &to);
    struct netif *netif = ip6_route(&any, &to);
    if (!netif) return ERR_RTE;
    ip6_addr_assign_zone(&to, IP6_UNKNOWN, netif);
    const ip_addr_t *from = ip6_select_source_address(netif, &to);
    if (!from) return ERR_RTE;
    put_checksum(p, ip6_chksum_pseudo(p, IP6_NEXTH_ICMP6, p->tot_len, ip_2_ip6(from), &to));
    return ip6_output_if(p, ip_2_ip6(from), &to, ICMP_TTL, 0, IP6_NEXTH_ICMP6, netif);
}
#endif

static err_t ping_output(const ping *request, struct pbuf *p)
{
#if LWIP_IPV4
    if (nfi_address_is_v4(request->destination)) return ping4(request, p);
#endif
#if LWIP_IPV6
    return ping6(request, p);
#else
    return ERR_RTE;
#endif
}

static void ping_in_stack(void *argument)
{
    ping *request = argument;
    int v4 = nfi_address_is_v4(request->destination);
    struct pbuf *p = echo_request(request, v4 ? 8 : 128);
    if (!p) {
        request->result = -XE_OUT_OF_PACKETS;
        return;
    }
    echoes[echo_next] = (echo){ 1, request->sequence, NFI_MICROS() };
    echo_next = (echo_next + 1) % ECHOES;
    err_t error = ping_output(request, p);
    pbuf_free(p);
    request->result = error == ERR_OK ? 0 : error == ERR_RTE ? -XE_BAD_ADDR_RANGE : -XE_OUT_OF_PACKETS;
}

/* ---- up to the stack ---- */

/* p at its IP header; the stack frees it. */
static void hand_up(struct pbuf *p, struct netif *netif, const look *l)
{
    if (echo_taken(p, 0, l)) return;
    p->if_idx = netif_get_index(netif);
#if LWIP_IPV4
    if (l->words[NFI_INFO_VERSION] == 4) {
        ip4_input(p, netif);
        return;
    }
#endif
#if LWIP_IPV6
    ip6_input(p, netif);
#else
    pbuf_free(p);
#endif
}

static void hand_up_copy(hook *h, const nfi_buffer *buffer, const look *l)
{
    struct pbuf *p = pbuf_for(buffer->length, PBUF_POOL);
    if (!p) return;
    pbuf_take(p, buffer->bytes + buffer->offset, (uint16_t)buffer->length);
    hand_up(p, h->netif, l);
}

static void deliver_whole(hook *h, nfi_buffer *buffer)
{
    if (look_at_slot(buffer, &inbound) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
        return;
    }
    nfi_mss_clamp_buffer(buffer, 1, h->netif->mtu);
    nfi_count(NFI_COUNT_DELIVERED);
    hand_up_copy(h, buffer, &inbound);
}

/* Decrypted fragments are never given to lwIP: its reassembly ignores the protocol, and would mix them with clear ones. */
static void deliver_fragment(hook *h, const nfi_buffer *buffer)
{
    const uint8_t *bytes = buffer->bytes + buffer->offset;
    nfi_source source = nfi_source_bytes(&bytes, buffer->length);
    int32_t domain = netif_get_index(h->netif);
    int32_t slot = nfi_reassembly_add(&source, inbound.words, &inbound.layout, domain | PROTECTED_DOMAIN, sys_now());
    nfi_buffer *whole = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!whole) return;
    whole->domain = domain;
    deliver_whole(h, whole);
    nfi_buffer_release(slot, NFI_OWNER_STACK);
}

static void deliver_from_node(nfi_buffer *buffer)
{
    hook *h = hook_of_domain(buffer->domain);
    if (!h && netif_default) h = hook_of(netif_default);
    if (look_at_slot(buffer, &inbound) < 0) nfi_count(NFI_COUNT_MALFORMED);
    else if (!h) nfi_count_drop(-XE_BAD_ADDR_RANGE);
    else if (inbound.words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) deliver_fragment(h, buffer);
    else deliver_whole(h, buffer);
}

/* Returns 1 when more may wait. */
static int drain(void)
{
    for (int i = 0; i < DRAIN_AT_ONCE; i++) {
        int32_t slot = nfi_ring_from_node();
        if (slot <= 0) return 0;
        nfi_buffer *buffer = nfi_buffer_get(slot, NFI_OWNER_STACK);
        if (buffer && buffer->where == NFI_SEND) send_from_node(buffer);
        else if (buffer && buffer->where == NFI_DELIVER) deliver_from_node(buffer);
        nfi_buffer_release(slot, NFI_OWNER_STACK);
    }
    return 1;
}

/* ---- the way in ---- */

static void queue_slot_in(int32_t slot, nfi_buffer *buffer, int32_t kind)
{
    buffer->row = -1;
    buffer->flags = 0;
    nfi_ring_to_node(slot, kind);
}

static void queue_in(const nfi_source *source, int32_t kind)
{
    size_t length = (size_t)inbound.words[NFI_INFO_LENGTH];
    int32_t slot = nfi_buffer_alloc(kind == NFI_DATAGRAM ? NFI_SHARE_DATAGRAM : NFI_SHARE_INBOUND, length);
    nfi_buffer *buffer = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!buffer) {
        nfi_count(NFI_COUNT_RING_FULL_IN);
        return;
    }
    source->copy(source->origin, buffer->bytes + buffer->offset, length, 0);
    buffer->domain = inbound.words[NFI_INFO_DOMAIN];
    queue_slot_in(slot, buffer, kind);
}

/* What the node must see first: only datagrams to one of our own addresses. */
static int32_t kind_in(const look *l)
{
    return ours(l->words + NFI_INFO_DESTINATION) ? nfi_describe_inbound(l->words, &l->layout) : NFI_NOTHING;
}

static int clear_may_enter(look *l)
{
    if (l->layout.encap == NFI_ENCAP_KEEPALIVE) return 0;   /* RFC 3948 section 4: silently */
    nfi_verdict_inbound(l->words, &l->verdict);
    return l->verdict.pass == NFI_VERDICT_PASS;
}

static void take_in_reassembled(hook *h, int32_t slot)
{
    nfi_buffer *buffer = nfi_buffer_get(slot, NFI_OWNER_STACK);
    if (!buffer) return;
    if (look_at_slot(buffer, &inbound) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
    } else {
        int32_t kind = kind_in(&inbound);
        if (kind != NFI_NOTHING) {
            queue_slot_in(slot, buffer, kind);
            return;
        }
        if (clear_may_enter(&inbound)) hand_up_copy(h, buffer, &inbound);
    }
    nfi_buffer_release(slot, NFI_OWNER_STACK);
}

/* lwIP would check it, but what is queued or reassembled never gets there. */
static int header_intact(const struct pbuf *p, uint16_t skip)
{
    const uint8_t *header = (const uint8_t *)p->payload + skip;
    if (p->len <= skip) return 0;
    return header[0] >> 4 != 4 || nfi_checksum_ipv4_good(header, (size_t)(p->len - skip));
}

enum way { WAY_UP, WAY_GONE };    /* pass p to the stack as it is, or free it: all of it that matters was copied */

static enum way take_in(hook *h, const struct pbuf *p, uint16_t skip)
{
    piece from = { p, skip };
    nfi_source source = source_of(&from);
    const int32_t *destination = inbound.words + NFI_INFO_DESTINATION;
    inbound.words[NFI_INFO_DOMAIN] = netif_get_index(h->netif);
    if (nfi_describe_source(&source, inbound.words, &inbound.layout) < 0 || !header_intact(p, skip)) {
        nfi_count(NFI_COUNT_MALFORMED);
        return WAY_GONE;
    }
    if (nfi_describe_builtin(inbound.words, &inbound.layout, 1)) return WAY_UP;
    if (!ours(destination) && !to_several(destination, h->netif)) {
        nfi_count(NFI_COUNT_DROP_IN);         /* forwarding would begin here */
        return WAY_GONE;
    }
    if (inbound.words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) {
        int32_t slot = nfi_reassembly_add(&source, inbound.words, &inbound.layout, inbound.words[NFI_INFO_DOMAIN], sys_now());
        if (slot > 0) take_in_reassembled(h, slot);
        return WAY_GONE;
    }
    int32_t kind = kind_in(&inbound);
    if (kind != NFI_NOTHING) queue_in(&source, kind);
    return kind == NFI_NOTHING && clear_may_enter(&inbound) ? WAY_UP : WAY_GONE;
}

/* Where the IP header is in an Ethernet frame; 0 when the stack will see none (ARP, EAPOL, and what it drops as too short). */
static uint16_t ip_in_frame(const struct pbuf *p)
{
    const struct eth_hdr *frame = p->payload;
    uint16_t at = SIZEOF_ETH_HDR, type;
    if (p->len <= SIZEOF_ETH_HDR) return 0;
    type = frame->type;
#if ETHARP_SUPPORT_VLAN
    if (type == PP_HTONS(ETHTYPE_VLAN)) {     /* lwIP looks behind one tag, so must we */
        if (p->len <= SIZEOF_ETH_HDR + SIZEOF_VLAN_HDR) return 0;
        type = ((const struct eth_vlan_hdr *)((const uint8_t *)p->payload + SIZEOF_ETH_HDR))->tpid;
        at = SIZEOF_ETH_HDR + SIZEOF_VLAN_HDR;
    }
#endif
    return type == PP_HTONS(ETHTYPE_IP) || type == PP_HTONS(ETHTYPE_IPV6) ? at : 0;
}

/* In place of ethernet_input, in the stack's thread. The drain covers a kick that found the mailbox full. */
static err_t our_ethernet_input(struct pbuf *p, struct netif *netif)
{
    hook *h = hook_of(netif);
    uint16_t skip = ip_in_frame(p);
    if (h && (skip == 0 || take_in(h, p, skip) == WAY_UP)) {
        if (skip == 0 || !echo_taken(p, skip, &inbound)) ethernet_input(p, netif);
    } else {
        pbuf_free(p);
    }
    drain();
    return ERR_OK;
}

/* In place of ip_input, for interfaces without Ethernet. */
static err_t our_ip_input(struct pbuf *p, struct netif *netif)
{
    hook *h = hook_of(netif);
    if (h && take_in(h, p, 0) == WAY_UP) hand_up(p, netif, &inbound);
    else pbuf_free(p);
    drain();
    return ERR_OK;
}

static int has_ethernet(const struct netif *netif)
{
    return (netif->flags & (NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET)) != 0;
}

/* The driver's thread: as little as can be. */
static err_t hooked_input(struct pbuf *p, struct netif *netif)
{
    return tcpip_inpkt(p, netif, has_ethernet(netif) ? our_ethernet_input : our_ip_input);
}

/* ---- the way out ---- */

static void fill_checksums(nfi_buffer *buffer)
{
#if STACK_LEAVES_CHECKSUMS
    nfi_checksum_fill(buffer->bytes + buffer->offset, buffer->length, outbound.words, &outbound.layout);
#else
    (void)buffer;
#endif
}

static void queue_slot_out(hook *h, int32_t slot, nfi_buffer *buffer)
{
    fill_checksums(buffer);
    buffer->domain = outbound.words[NFI_INFO_DOMAIN];
    buffer->row = outbound.verdict.row;
    buffer->generation = outbound.verdict.generation;
    buffer->flags = 0;
    nfi_mss_clamp_buffer(buffer, 0, h->netif->mtu);
    nfi_ring_to_node(slot, NFI_OUTBOUND);
}

static err_t queue_out(hook *h, const nfi_source *source)
{
    size_t length = (size_t)outbound.words[NFI_INFO_LENGTH];
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_OUTBOUND, length);
    nfi_buffer *buffer = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!buffer) {
        nfi_count(NFI_COUNT_RING_FULL_OUT);
        return ERR_MEM;
    }
    source->copy(source->origin, buffer->bytes + buffer->offset, length, 0);
    queue_slot_out(h, slot, buffer);
    return ERR_OK;
}

static void joined_out(hook *h, int32_t slot)
{
    nfi_buffer *buffer = nfi_buffer_get(slot, NFI_OWNER_STACK);
    if (!buffer) return;
    if (look_at_slot(buffer, &outbound) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
    } else {
        nfi_verdict_outbound(outbound.words, &outbound.verdict);
        if (outbound.verdict.pass == NFI_VERDICT_QUEUE) {
            queue_slot_out(h, slot, buffer);
            return;
        }
        if (outbound.verdict.pass == NFI_VERDICT_PASS) {
            fill_checksums(buffer);
            transmit(h, buffer, outbound.words);
        }
    }
    nfi_buffer_release(slot, NFI_OWNER_STACK);
}

/* 1: let p go on to the driver. 0: it ends here with *error for the stack. A dropped packet is no error: TCP would then keep
 * the segment without a retransmission timer and never give up. p is neither changed nor held: TCP sends it again. */
static int may_leave(hook *h, const struct pbuf *p, err_t *error)
{
    piece from = { p, 0 };
    nfi_source source = source_of(&from);
    *error = ERR_OK;
    if (p->flags & OUR_PACKET) return 1;
    outbound.words[NFI_INFO_DOMAIN] = netif_get_index(h->netif);
    if (nfi_describe_source(&source, outbound.words, &outbound.layout) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
        *error = ERR_VAL;
        return 0;
    }
    if (to_ourselves(outbound.words) || nfi_describe_builtin(outbound.words, &outbound.layout, 0)) return 1;
    if (outbound.words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) {
        int32_t slot = nfi_join_add(&source, outbound.words, &outbound.layout, outbound.words[NFI_INFO_DOMAIN]);
        if (slot > 0) joined_out(h, slot);
        *error = slot < 0 ? ERR_MEM : ERR_OK;
        return 0;
    }
    nfi_verdict_outbound(outbound.words, &outbound.verdict);
    if (outbound.verdict.pass == NFI_VERDICT_QUEUE) *error = queue_out(h, &source);
    return outbound.verdict.pass == NFI_VERDICT_PASS;
}

#if LWIP_IPV4
static err_t hooked_output(struct netif *netif, struct pbuf *p, const ip4_addr_t *destination)
{
    err_t error = ERR_IF;
    hook *h = hook_of(netif);
    return h && may_leave(h, p, &error) ? h->output(netif, p, destination) : error;
}
#endif

#if LWIP_IPV6
static err_t hooked_output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *destination)
{
    err_t error = ERR_IF;
    hook *h = hook_of(netif);
    return h && may_leave(h, p, &error) ? h->output_ip6(netif, p, destination) : error;
}
#endif

/* ---- hooks on and off, in the stack's thread ---- */

/* The stack's own loopback interface never reaches a wire. */
static int is_loopback(const struct netif *netif)
{
    return !has_ethernet(netif) && netif->name[0] == 'l' && netif->name[1] == 'o';
}

/* Without a place in the table the functions still change: hook_of finds nothing, and the interface carries nothing. */
static void take_over(struct netif *netif)
{
    if (is_loopback(netif)) return;
    hook *h = hook_of(netif);
    if (!h && (h = hook_of(NULL)) != NULL) {
        memset(h, 0, sizeof *h);
        h->netif = netif;
    }
    if (netif->input != hooked_input) {
        if (h) h->input = netif->input;
        netif->input = hooked_input;
    }
#if LWIP_IPV4
    if (netif->output && netif->output != hooked_output) {
        if (h) h->output = netif->output;
        netif->output = hooked_output;
    }
#endif
#if LWIP_IPV6
    if (netif->output_ip6 && netif->output_ip6 != hooked_output_ip6) {
        if (h) h->output_ip6 = netif->output_ip6;
        netif->output_ip6 = hooked_output_ip6;
    }
#endif
}

static void let_go(hook *h)
{
    struct netif *netif = h->netif;
    if (netif->input == hooked_input) netif->input = h->input;
#if LWIP_IPV4
    if (netif->output == hooked_output) netif->output = h->output;
#endif
#if LWIP_IPV6
    if (netif->output_ip6 == hooked_output_ip6) netif->output_ip6 = h->output_ip6;
#endif
    h->netif = NULL;
}

static int still_there(const struct netif *wanted)
{
    const struct netif *netif;
    NETIF_FOREACH(netif)
        if (netif == wanted) return 1;
    return 0;
}

/* ---- what the stack has ---- */

static void put_address(int32_t *words, int32_t prefix, const int32_t address[4])
{
    int32_t n = words[NFI_IF_ADDRESSES], at = NFI_IF_FIRST + 5 * n;
    if (at + 5 > NFI_IF_WORDS) return;
    words[at] = prefix;
    memcpy(words + at + 1, address, 4 * sizeof *address);
    words[NFI_IF_ADDRESSES] = n + 1;
}

static void put_addresses(const struct netif *netif, int32_t *words)
{
    int32_t address[4] = { 0, 0, 0xffff, 0 };
#if LWIP_IPV4
    uint32_t mask = lwip_ntohl(netif_ip4_netmask(netif)->addr);
    int32_t prefix = 0;
    for (; mask & 0x80000000u; mask <<= 1) prefix++;
    address[3] = (int32_t)lwip_ntohl(netif_ip4_addr(netif)->addr);
    if (address[3]) put_address(words, prefix, address);
#endif
#if LWIP_IPV6
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (!ip6_addr_ispreferred(netif_ip6_addr_state(netif, i))) continue;
        for (size_t w = 0; w < 4; w++) address[w] = (int32_t)lwip_ntohl(netif_ip6_addr(netif, i)->addr[w]);
        put_address(words, 64, address);      /* lwIP keeps no other prefix length */
    }
#endif
}

static void describe_interface(const struct netif *netif, int32_t words[NFI_IF_WORDS])
{
    memset(words, 0, NFI_IF_WORDS * sizeof *words);
    words[NFI_IF_DOMAIN] = netif_get_index(netif);
    words[NFI_IF_UP] = netif_is_up(netif) && netif_is_link_up(netif);
    words[NFI_IF_MTU] = netif->mtu;
    put_addresses(netif, words);
}

/* ---- the watch: events of the stack, and a look once a second ---- */

static void report_changes(void)
{
    static int32_t words[NFI_IF_WORDS];
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++) {
        uint32_t sum = 1;
        if (hooks[i].netif) describe_interface(hooks[i].netif, words);
        for (size_t w = 0; hooks[i].netif && w < NFI_IF_WORDS; w++) sum = sum * 16777619u ^ (uint32_t)words[w];
        if (sum != hooks[i].reported) nfi_event_interface();
        hooks[i].reported = sum;
    }
}

static void check(void)
{
    struct netif *netif;
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++)
        if (hooks[i].netif && !still_there(hooks[i].netif)) hooks[i].netif = NULL;
    NETIF_FOREACH(netif) take_over(netif);
    report_changes();
}

static void tick(void *unused)
{
    check();
    nfi_reassembly_expire(sys_now());
    drain();
    sys_timeout(CHECK_MS, tick, unused);
}

/* A pool of timeouts sized to the stack's own needs has none for us, and sys_timeout would halt: then the stack's events and
 * attach alone keep the hooks. */
static void start_ticking(void)
{
#if !MEMP_MEM_MALLOC
    void *spare = memp_malloc(MEMP_SYS_TIMEOUT);
    if (!spare) return;
    memp_free(MEMP_SYS_TIMEOUT, spare);
#endif
    sys_timeout(CHECK_MS, tick, NULL);
}

#if LWIP_NETIF_EXT_STATUS_CALLBACK
static netif_ext_callback_t watch;

static void stack_event(struct netif *netif, netif_nsc_reason_t reason, const netif_ext_callback_args_t *arguments)
{
    (void)arguments;
    if (reason == LWIP_NSC_NETIF_REMOVED) {
        hook *h = hook_of(netif);
        if (h) let_go(h);
    } else {
        take_over(netif);
    }
    nfi_event_interface();
}
#endif

static void attach_in_stack(void *unused)
{
    (void)unused;
    if (!attached) {
        attached = 1;
        echo_id = (uint16_t)LWIP_RAND();
#if LWIP_NETIF_EXT_STATUS_CALLBACK
        netif_add_ext_callback(&watch, stack_event);
#endif
        start_ticking();
    }
    check();
    nfi_event_interface();
}

static void detach_in_stack(void *unused)
{
    (void)unused;
    attached = 0;
    sys_untimeout(tick, NULL);
#if LWIP_NETIF_EXT_STATUS_CALLBACK
    netif_remove_ext_callback(&watch);
#endif
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++)
        if (hooks[i].netif) let_go(&hooks[i]);
}

/* ---- from other threads into the stack's ---- */

static struct {
    struct tcpip_callback_msg *message, *kick;
    sys_mutex_t gate;
    sys_sem_t done;
    void (*body)(void *);
    void *argument;
    int ready, kicked;
} errand;

static void run_errand(void *unused)
{
    (void)unused;
    errand.body(errand.argument);
    sys_sem_signal(&errand.done);
}

/* Posts a message made beforehand: no allocation, and the stack's thread waits for nobody, so its mailbox empties. */
static int32_t post(struct tcpip_callback_msg *message)
{
    for (int i = 0; i < POST_TRIES; i++) {
        if (tcpip_callbackmsg_trycallback(message) == ERR_OK) return 0;
        sys_msleep(1);
    }
    return -NFI_BUSY;
}

/* Runs body in the stack's thread and waits for it. Not to be called from that thread, nor with the core lock held. */
static int32_t in_stack(void (*body)(void *), void *argument)
{
    sys_mutex_lock(&errand.gate);
    errand.body = body;
    errand.argument = argument;
    int32_t status = post(errand.message);
    if (status == 0) sys_arch_sem_wait(&errand.done, 0);
    sys_mutex_unlock(&errand.gate);
    return status;
}

static void kicked_in_stack(void *unused)
{
    (void)unused;
    __atomic_store_n(&errand.kicked, 0, __ATOMIC_SEQ_CST);
    if (drain()) nfi_shim_kick();
}

static int32_t prepare(void)
{
    if (errand.ready) return 0;
    if (sys_mutex_new(&errand.gate) != ERR_OK || sys_sem_new(&errand.done, 0) != ERR_OK) return -XE_NOMEM;
    errand.message = tcpip_callbackmsg_new(run_errand, NULL);
    errand.kick = tcpip_callbackmsg_new(kicked_in_stack, NULL);
    if (!errand.message || !errand.kick) return -XE_NOMEM;
    errand.ready = 1;
    return 0;
}

/* ---- shim.h ---- */

int32_t nfi_shim_attach(void)
{
    int32_t status = prepare();
    return status < 0 ? status : in_stack(attach_in_stack, NULL);
}

void nfi_shim_detach(void)
{
    if (errand.ready) in_stack(detach_in_stack, NULL);
}

void nfi_shim_kick(void)
{
    if (!errand.ready || __atomic_exchange_n(&errand.kicked, 1, __ATOMIC_SEQ_CST)) return;
    if (tcpip_callbackmsg_trycallback(errand.kick) != ERR_OK) __atomic_store_n(&errand.kicked, 0, __ATOMIC_SEQ_CST);
}

typedef struct { void (*swap)(void); } commit;

static void commit_in_stack(void *argument)
{
    ((const commit *)argument)->swap();
}

int32_t nfi_shim_commit(void (*swap)(void))
{
    commit order = { swap };
    if (errand.ready) return in_stack(commit_in_stack, &order);
    swap();
    return 0;
}

typedef struct { int32_t index, found, *words; } question;

static void interface_in_stack(void *argument)
{
    question *q = argument;
    for (size_t i = 0; i < NFI_MAX_INTERFACES && !q->found; i++) {
        if (!hooks[i].netif || q->index-- != 0) continue;
        describe_interface(hooks[i].netif, q->words);
        q->found = 1;
    }
}

int32_t nfi_shim_interface(int32_t index, int32_t words[NFI_IF_WORDS])
{
    question q = { index, 0, words };
    if (!errand.ready || index < 0) return 0;
    int32_t status = in_stack(interface_in_stack, &q);
    return status < 0 ? status : q.found;
}

int32_t nfi_shim_ping(const int32_t destination[4], int32_t sequence, int32_t size)
{
    ping request = { destination, sequence, size, 0 };
    if (!errand.ready) return -NFI_NOT_STARTED;
    if (size < 0 || size > (int32_t)NFI_LARGEST_PACKET - 48 || size > 65535 - 48) return -XE_DST_OUT_OF_SPACE;
    int32_t status = in_stack(ping_in_stack, &request);
    return status < 0 ? status : request.result;
}
