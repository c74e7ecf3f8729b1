/* The way out: every packet of the stack past the verdicts, as it is, joined, or copied for the node. */
#include "checksum.h"
#include "counters.h"
#include "mss.h"
#include "nfi_status.h"
#include "reassembly.h"
#include "ring.h"
#include "shim_lwip.h"
#include "transit.h"

static nfi_lwip_look outbound;    /* static as inbound in shim_lwip_in.c, and apart from it */
static nfi_source leaving;        /* of the packet in outbound, while it lies in the stack's pieces */

#define LEAVES 1                  /* none of lwIP's err_t, which are 0 or less */

static void fill_checksums(nfi_buffer *buffer)
{
#if NFI_LWIP_LEAVES_CHECKSUMS
    nfi_checksum_fill(buffer->bytes + buffer->offset, buffer->length, outbound.words, &outbound.layout);
#else
    (void)buffer;
#endif
}

static void queue_slot_out(nfi_lwip_hook *h, int32_t slot, nfi_buffer *buffer)
{
    fill_checksums(buffer);
    buffer->domain = outbound.words[NFI_INFO_DOMAIN];
    buffer->row = outbound.verdict.row;
    buffer->generation = outbound.verdict.generation;
    buffer->flags = 0;
    buffer->mtu = outbound.verdict.mtu;
    nfi_mss_clamp(buffer, outbound.words, &outbound.layout, nfi_verdict_room(&outbound.verdict, h->netif->mtu));
    nfi_ring_to_node(slot, NFI_OUTBOUND);
}

/* A packet that must not be cut and is longer than its tunnel leaves room for: the stack is told, so that its TCP and its
 * fragmenter adapt, as by a router on the path (RFC 4301 8.2.1). IPv6 is never asked to go below 1,280 bytes. */
static int too_big(const nfi_lwip_hook *h)
{
    int32_t room = nfi_verdict_room(&outbound.verdict, h->netif->mtu);
    if (outbound.words[NFI_INFO_LENGTH] <= room) return 0;
    return outbound.words[NFI_INFO_VERSION] == 6 ? room >= NFI_IPV6_MIN_MTU : (outbound.words[NFI_INFO_FLAGS] & NFI_FLAG_DF) != 0;
}

/* Tells the stack. 1: the packet ends here. An IPv6 packet goes all the same, in pieces behind its protection: lwIP heeds the word
 * only for destinations that it has sent to itself, which those behind a tunnel are not. */
static int refused_too_big(const nfi_lwip_hook *h, int32_t slot, const nfi_buffer *buffer)
{
    nfi_lwip_error(NFI_ICMP_TOO_BIG, (size_t)nfi_verdict_room(&outbound.verdict, h->netif->mtu), buffer, &outbound, h, 0);
    if (outbound.words[NFI_INFO_VERSION] == 6) return 0;
    nfi_count_drop(-XE_MTU_EXCEEDED);
    nfi_buffer_release(slot, NFI_OWNER_STACK);
    return 1;
}

static NFI_APART err_t queue_out(nfi_lwip_hook *h)
{
    size_t length = (size_t)outbound.words[NFI_INFO_LENGTH];
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_OUTBOUND, length);
    nfi_buffer *buffer = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!buffer) {
        nfi_count(NFI_COUNT_RING_FULL_OUT);
        return ERR_MEM;
    }
    nfi_source_copy(&leaving, buffer->bytes + buffer->offset, length, 0);
    if (!too_big(h) || !refused_too_big(h, slot, buffer)) queue_slot_out(h, slot, buffer);
    return ERR_OK;
}

/* In one slot: what the shim made, and what lwIP cut and we joined; its source has agreed to pieces. */
static void slot_out(nfi_lwip_hook *h, int32_t slot, int never_clear)
{
    nfi_buffer *buffer = nfi_buffer_get(slot, NFI_OWNER_STACK);
    if (!buffer) return;
    buffer->domain = netif_get_index(h->netif);
    if (nfi_lwip_look_at(buffer, &outbound) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
    } else {
        nfi_verdict_outbound(outbound.words, &outbound.verdict);
        if (outbound.verdict.pass == NFI_VERDICT_QUEUE) {
            queue_slot_out(h, slot, buffer);
            return;
        }
        if (outbound.verdict.pass == NFI_VERDICT_PASS && never_clear) {
            nfi_count_drop(-XE_INBOUND_POLICY_FAILURE);
        } else if (outbound.verdict.pass == NFI_VERDICT_PASS) {
            fill_checksums(buffer);
            nfi_lwip_transmit(h, buffer, &outbound);
        }
    }
    nfi_buffer_release(slot, NFI_OWNER_STACK);
}

void nfi_lwip_leave(int32_t slot, const int32_t *words, int never_clear)
{
    nfi_lwip_hook *h = nfi_lwip_way(words);
    if (h) slot_out(h, slot, never_clear);
    else nfi_count_drop(-XE_BAD_ADDR_RANGE);
}

/* The stack's own error (a closed port, an unknown protocol) about what it is being handed out of protection: it leaves protected, or
 * not at all, as those of the gateway do. */
static int quotes_opened(void)
{
    return nfi_lwip_opened_in_hand && nfi_icmp_is_error(outbound.words);
}

/* A packet to ourselves comes here when the stack has no way back (LWIP_NETIF_LOOPBACK 0). No other host can be meant, but on
 * the wire whoever answers ARP for our address would get it, in clear text: it ends here.
 * LEAVES: let p go on to the driver. Otherwise it ends here, with what the stack is told. A dropped packet is no error: TCP would
 * then keep the segment without a retransmission timer and never give up. p is neither changed nor held: TCP sends it again. */
static err_t judge(nfi_lwip_hook *h, const struct pbuf *p)
{
    if (!nfi_lwip_open()) return ERR_OK;
    if (p->flags & NFI_LWIP_OUR_PACKET) return LEAVES;
    nfi_lwip_source(&leaving, p, 0);
    outbound.words[NFI_INFO_DOMAIN] = netif_get_index(h->netif);
    if (nfi_describe_source(&leaving, outbound.words, &outbound.layout) < 0) {
        nfi_count(NFI_COUNT_MALFORMED);
        return ERR_VAL;
    }
    if (nfi_lwip_to_ourselves(outbound.words)) {
        nfi_count_drop(-XE_BAD_ADDR_RANGE);
        return ERR_OK;
    }
    if (nfi_describe_builtin(outbound.words, &outbound.layout, 0)) return LEAVES;
    if (outbound.words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) {
        int32_t slot = nfi_join_add(&leaving, outbound.words, &outbound.layout);
        if (slot > 0) slot_out(h, slot, 0);
        return slot < 0 ? ERR_MEM : ERR_OK;
    }
    nfi_verdict_outbound(outbound.words, &outbound.verdict);
    if (outbound.verdict.pass == NFI_VERDICT_QUEUE) return queue_out(h);
    if (outbound.verdict.pass == NFI_VERDICT_PASS && quotes_opened()) nfi_count_drop(-XE_INBOUND_POLICY_FAILURE);
    else if (outbound.verdict.pass == NFI_VERDICT_PASS) return LEAVES;
    return ERR_OK;
}

#if LWIP_IPV4
err_t nfi_lwip_output(struct netif *netif, struct pbuf *p, const ip4_addr_t *destination)
{
    nfi_lwip_hook *h = nfi_lwip_hook_of(netif);
    err_t judgement = h && h->output ? judge(h, p) : ERR_IF;
    return judgement == LEAVES ? h->output(netif, p, destination) : judgement;
}
#endif

#if LWIP_IPV6
err_t nfi_lwip_output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *destination)
{
    nfi_lwip_hook *h = nfi_lwip_hook_of(netif);
    err_t judgement = h && h->output_ip6 ? judge(h, p) : ERR_IF;
    return judgement == LEAVES ? h->output_ip6(netif, p, destination) : judgement;
}
#endif

