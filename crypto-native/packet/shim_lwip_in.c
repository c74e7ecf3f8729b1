/* The way in: what comes from the driver, past the verdicts and up, and what the node delivers. */
#include <string.h>
#include <lwip/prot/ethernet.h>
#include <lwip/tcpip.h>
#include <netif/ethernet.h>
#include "checksum.h"
#include "counters.h"
#include "mss.h"
#include "reassembly.h"
#include "ring.h"
#include "shim_lwip.h"
#include "transit.h"

/* Decrypted fragments are put together among themselves: a clear one must never complete a protected one. */
#define PROTECTED_DOMAIN 0x10000
#define DRAIN_AT_ONCE 16          /* node packets per turn, so that input keeps flowing */

/* Static, not on the stack: the tcpip thread has 1,024 bytes on the smallest target. Inbound and outbound have one each, because
 * input leads to output in one call chain; neither is read again after the packet went on. */
static nfi_lwip_look inbound;
int nfi_lwip_opened_in_hand;
static nfi_source arrived;        /* of the packet in inbound, while it lies where it came */

/* ---- packets in lwIP's pieces ---- */

static size_t copy_piece(const void *origin, uint8_t *dst, size_t length, size_t offset)
{
    return pbuf_copy_partial(origin, dst, (uint16_t)length, (uint16_t)offset);
}

void nfi_lwip_source(nfi_source *source, const struct pbuf *p, uint16_t skip)
{
    *source = (nfi_source){ copy_piece, p, skip, (size_t)(p->tot_len - skip) };
}

int32_t nfi_lwip_look_at(const nfi_buffer *buffer, nfi_lwip_look *l)
{
    l->words[NFI_INFO_DOMAIN] = buffer->domain;
    return nfi_describe(buffer->bytes + buffer->offset, buffer->length, buffer->length, l->words, &l->layout);
}

/* ---- up to the stack ---- */

/* p at its IP header, described in inbound; the stack frees it. */
static void hand_up(struct pbuf *p, struct netif *netif)
{
    if (nfi_lwip_echo_taken(p, 0, &inbound)) return;
    p->if_idx = netif_get_index(netif);
#if LWIP_IPV4
    if (inbound.words[NFI_INFO_VERSION] == 4) {
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

static void hand_up_copy(const nfi_lwip_hook *h, const nfi_buffer *buffer)
{
    struct pbuf *p = nfi_lwip_pbuf(buffer->length, PBUF_POOL);
    if (!p) return;
    pbuf_take(p, buffer->bytes + buffer->offset, (uint16_t)buffer->length);
    hand_up(p, h->netif);
}

/* For another host. */
static int passes_through(const struct netif *netif)
{
    const int32_t *destination = inbound.words + NFI_INFO_DESTINATION;
    return !nfi_lwip_ours(destination) && !nfi_lwip_to_several(destination, netif);
}

static void deliver_whole(nfi_lwip_hook *h, nfi_buffer *buffer, int joined)
{
    if (passes_through(h->netif)) {
        nfi_lwip_forward_opened(h, buffer, &inbound, joined);
        return;
    }
    nfi_mss_clamp_opened(buffer, inbound.words, &inbound.layout, h->netif->mtu);
    nfi_count(NFI_COUNT_DELIVERED);
    hand_up_copy(h, buffer);
}

/* Decrypted fragments are never given to lwIP: its reassembly ignores the protocol, and would mix them with clear ones. Nor do they
 * go on one by one: a later one shows no ports, and would leave in clear past the row that protects or forbids them. */
static void deliver_fragment(nfi_lwip_hook *h, const nfi_buffer *buffer)
{
    inbound.words[NFI_INFO_DOMAIN] = netif_get_index(h->netif) | PROTECTED_DOMAIN;
    nfi_source_bytes(&arrived, buffer->bytes + buffer->offset, buffer->length);
    int32_t slot = nfi_reassembly_add(&arrived, inbound.words, &inbound.layout, sys_now());
    nfi_buffer *whole = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!whole) return;
    whole->domain = netif_get_index(h->netif);
    if (nfi_lwip_look_at(whole, &inbound) < 0) nfi_count(NFI_COUNT_MALFORMED);
    else deliver_whole(h, whole, 1);
    nfi_buffer_release(slot, NFI_OWNER_STACK);
}

static void deliver_from_node(nfi_buffer *buffer)
{
    nfi_lwip_hook *h = nfi_lwip_hook_of_domain(buffer->domain);
    if (!h && netif_default) h = nfi_lwip_hook_of(netif_default);
    if (!h) nfi_count_drop(-XE_BAD_ADDR_RANGE);
    else if (passes_through(h->netif) && !nfi_transit_allowed()) nfi_count(NFI_COUNT_DROP_IN);
    else if (inbound.words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) deliver_fragment(h, buffer);
    else deliver_whole(h, buffer, 0);
}

static void take_from_node(nfi_buffer *buffer)
{
    if (!nfi_lwip_open()) return;
    nfi_lwip_opened_in_hand = buffer->where == NFI_DELIVER;
    if (nfi_lwip_look_at(buffer, &inbound) < 0) nfi_count(NFI_COUNT_MALFORMED);
    else if (buffer->where == NFI_SEND) nfi_lwip_send(buffer, &inbound);
    else if (buffer->where == NFI_DELIVER) deliver_from_node(buffer);
    else if (buffer->where == NFI_RING_LEAVE) nfi_lwip_leave(buffer->slot, inbound.words, 0);
    else if (buffer->where == NFI_RING_LEAVE_PROTECTED) nfi_lwip_leave(buffer->slot, inbound.words, 1);
}

int nfi_lwip_drain(void)
{
    int32_t slot, taken = 0;
    nfi_lwip_look_around();
    for (; taken < DRAIN_AT_ONCE && (slot = nfi_ring_from_node()) > 0; taken++) {
        nfi_buffer *buffer = nfi_buffer_get(slot, NFI_OWNER_STACK);
        if (buffer) take_from_node(buffer);
        nfi_buffer_release(slot, NFI_OWNER_STACK);
    }
    nfi_lwip_opened_in_hand = 0;
    return taken == DRAIN_AT_ONCE;
}

/* ---- the way in ---- */

static void queue_slot_in(int32_t slot, nfi_buffer *buffer, int32_t kind)
{
    buffer->row = -1;
    buffer->flags = 0;
    nfi_ring_to_node(slot, kind);
}

static void queue_in(int32_t kind)
{
    size_t length = (size_t)inbound.words[NFI_INFO_LENGTH];
    int32_t slot = nfi_buffer_alloc(kind == NFI_DATAGRAM ? NFI_SHARE_DATAGRAM : NFI_SHARE_INBOUND, length);
    nfi_buffer *buffer = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!buffer) {
        nfi_count(NFI_COUNT_RING_FULL_IN);
        return;
    }
    nfi_source_copy(&arrived, buffer->bytes + buffer->offset, length, 0);
    buffer->domain = inbound.words[NFI_INFO_DOMAIN];
    queue_slot_in(slot, buffer, kind);
}

/* What the node must see first: only datagrams to one of our own addresses. */
static int32_t kind_in(void)
{
    return nfi_lwip_ours(inbound.words + NFI_INFO_DESTINATION) ? nfi_describe_inbound(inbound.words, &inbound.layout) : NFI_NOTHING;
}

static int clear_may_enter(void)
{
    if (inbound.layout.encap == NFI_ENCAP_KEEPALIVE) return 0;   /* RFC 3948 section 4: silently */
    nfi_verdict_inbound(inbound.words, &inbound.verdict);
    return inbound.verdict.pass == NFI_VERDICT_PASS;
}

static void take_in_reassembled(nfi_lwip_hook *h, int32_t slot)
{
    nfi_buffer *buffer = nfi_buffer_get(slot, NFI_OWNER_STACK);
    if (!buffer) return;
    if (nfi_lwip_look_at(buffer, &inbound) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
    } else {
        int32_t kind = kind_in();
        if (kind != NFI_NOTHING) {
            queue_slot_in(slot, buffer, kind);
            return;
        }
        if (clear_may_enter()) hand_up_copy(h, buffer);
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

/* A frame to a group or to all: a router never passes on what it holds (RFC 1812 5.3.4). */
static int meant_for_several(const struct pbuf *p, uint16_t skip)
{
    return skip > 0 && (*(const uint8_t *)p->payload & 1) != 0;
}

static enum way take_in(nfi_lwip_hook *h, const struct pbuf *p, uint16_t skip)
{
    if (!nfi_lwip_open()) return WAY_GONE;
    nfi_lwip_source(&arrived, p, skip);
    inbound.words[NFI_INFO_DOMAIN] = netif_get_index(h->netif);
    if (nfi_describe_source(&arrived, inbound.words, &inbound.layout) < 0 || !header_intact(p, skip)) {
        nfi_count(NFI_COUNT_MALFORMED);
        return WAY_GONE;
    }
    if (nfi_describe_builtin(inbound.words, &inbound.layout, 1)) return WAY_UP;
    if (passes_through(h->netif)) {
        if (meant_for_several(p, skip)) nfi_count(NFI_COUNT_DROP_IN);
        else nfi_lwip_forward(h, &arrived, &inbound);
        return WAY_GONE;
    }
    if (nfi_lwip_path_report(&arrived, &inbound)) return WAY_GONE;
    if (inbound.words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) {
        int32_t slot = nfi_reassembly_add(&arrived, inbound.words, &inbound.layout, sys_now());
        if (slot > 0) take_in_reassembled(h, slot);
        return WAY_GONE;
    }
    int32_t kind = kind_in();
    if (kind != NFI_NOTHING) queue_in(kind);
    return kind == NFI_NOTHING && clear_may_enter() ? WAY_UP : WAY_GONE;
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
    nfi_lwip_hook *h = nfi_lwip_hook_of(netif);
    uint16_t skip = ip_in_frame(p);
    if (h && (skip == 0 || take_in(h, p, skip) == WAY_UP)) {
        if (skip == 0 || !nfi_lwip_echo_taken(p, skip, &inbound)) ethernet_input(p, netif);
    } else {
        pbuf_free(p);
    }
    nfi_lwip_drain();
    return ERR_OK;
}

/* In place of ip_input, for interfaces without Ethernet. */
static err_t our_ip_input(struct pbuf *p, struct netif *netif)
{
    nfi_lwip_hook *h = nfi_lwip_hook_of(netif);
    if (h && take_in(h, p, 0) == WAY_UP) hand_up(p, netif);
    else pbuf_free(p);
    nfi_lwip_drain();
    return ERR_OK;
}

/* The driver's thread: as little as can be. */
err_t nfi_lwip_input(struct pbuf *p, struct netif *netif)
{
    return tcpip_inpkt(p, netif, nfi_lwip_has_ethernet(netif) ? our_ethernet_input : our_ip_input);
}

