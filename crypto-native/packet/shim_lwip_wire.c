/* From the node or the way out to the driver: the interface, the path's MTU, whole or in pieces. */
#include <string.h>
#include <lwip/nd6.h>
#include "counters.h"
#include "fragment.h"
#include "shim_lwip.h"
#include "transit.h"

nfi_fragmenter nfi_lwip_cutter;

#if LWIP_SUPPORT_CUSTOM_PBUF
/* Packets to the driver when the stack's heap is full: it may be full of TCP's own segments, and none of them is freed before
 * a packet of ours has left. Then a slot of our pool carries it. Most drivers copy and free at once; one that keeps the pbuf
 * may free it in any thread. The header lies in the slot too, because pbuf_add_header looks for the Ethernet header's room
 * behind it. */
typedef struct { struct pbuf_custom header; int32_t slot; } spare_packet;

static void free_spare(struct pbuf *p)
{
    nfi_buffer_release(((const spare_packet *)(const void *)p)->slot, NFI_OWNER_DRIVER);
}

static struct pbuf *in_slot(nfi_buffer *buffer, size_t length)
{
    spare_packet *spare = (spare_packet *)LWIP_MEM_ALIGN(buffer->bytes);
    uint8_t *bytes = (uint8_t *)LWIP_MEM_ALIGN((uint8_t *)spare + sizeof *spare);
    memset(spare, 0, sizeof *spare);
    spare->slot = buffer->slot;
    spare->header.custom_free_function = free_spare;
    size_t room = buffer->capacity - (size_t)(bytes - buffer->bytes);
    return pbuf_alloced_custom(PBUF_LINK, (uint16_t)length, PBUF_RAM, &spare->header, bytes, (uint16_t)room);
}

/* From the share of what comes in: what goes out is what fills the heap and its own share together. */
static struct pbuf *take_spare(size_t length)
{
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_INBOUND, length);
    nfi_buffer *buffer = slot > 0 ? nfi_buffer_hand(slot, NFI_OWNER_STACK, NFI_OWNER_DRIVER) : NULL;
    struct pbuf *p = buffer ? in_slot(buffer, length) : NULL;
    if (buffer && !p) nfi_buffer_release(slot, NFI_OWNER_DRIVER);
    return p;
}
#else
static struct pbuf *take_spare(size_t length)
{
    (void)length;
    return NULL;
}
#endif

struct pbuf *nfi_lwip_pbuf(size_t length, pbuf_type type)
{
    struct pbuf *p = length <= 0xffff ? pbuf_alloc(PBUF_LINK, (uint16_t)length, type) : NULL;
    if (!p && type == PBUF_RAM) p = take_spare(length);
    if (!p) nfi_count_drop(-XE_OUT_OF_PACKETS);
    return p;
}

/* The driver's own output: it finds the next hop (ARP, neighbour discovery) from the outermost destination. */
static err_t output_to(nfi_lwip_hook *h, struct pbuf *p, const int32_t destination[4])
{
    p->flags = (uint8_t)(p->flags | NFI_LWIP_OUR_PACKET);
#if LWIP_IPV4
    if (nfi_address_is_v4(destination)) {
        ip4_addr_t address = nfi_lwip_address4(destination);
        return h->output ? h->output(h->netif, p, &address) : ERR_IF;
    }
#endif
#if LWIP_IPV6
    ip6_addr_t address;
    nfi_lwip_address6(destination, &address);
    ip6_addr_assign_zone(&address, IP6_UNKNOWN, h->netif);
    return h->output_ip6 ? h->output_ip6(h->netif, p, &address) : ERR_IF;
#else
    return ERR_IF;
#endif
}

/* lwIP learns IPv6 path MTUs from Packet Too Big, per destination; for IPv4 it knows the link's only. */
size_t nfi_lwip_mtu_towards(const nfi_lwip_hook *h, const int32_t destination[4])
{
    size_t mtu = h->netif->mtu;
    (void)destination;
#if LWIP_IPV6
    if (!nfi_address_is_v4(destination)) {
        ip6_addr_t address;
        nfi_lwip_address6(destination, &address);
        ip6_addr_assign_zone(&address, IP6_UNKNOWN, h->netif);
        mtu = nd6_get_destination_mtu(&address, h->netif);
        if (mtu < NFI_IPV6_MIN_MTU) mtu = NFI_IPV6_MIN_MTU;
    }
#endif
    return mtu;
}

static err_t send_whole(nfi_lwip_hook *h, const nfi_buffer *buffer, const int32_t destination[4])
{
    struct pbuf *p = nfi_lwip_pbuf(buffer->length, PBUF_RAM);
    if (!p) return ERR_MEM;
    memcpy(p->payload, buffer->bytes + buffer->offset, buffer->length);
    err_t error = output_to(h, p, destination);
    pbuf_free(p);
    return error;
}

/* What the cutter has begun. */
static err_t send_in_pieces(nfi_lwip_hook *h, const int32_t destination[4])
{
    int32_t status = 0;
    size_t size;
    err_t error = ERR_OK;
    while (status >= 0 && error == ERR_OK && (size = nfi_fragment_size(&nfi_lwip_cutter)) != 0) {
        struct pbuf *p = nfi_lwip_pbuf(size, PBUF_RAM);
        if (!p) return ERR_MEM;
        status = nfi_fragment_next(&nfi_lwip_cutter, p->payload, p->len);
        if (status > 0) {
            error = output_to(h, p, destination);
            nfi_count(NFI_COUNT_FRAGMENTS_OUT);
        }
        pbuf_free(p);
    }
    return error;
}

err_t nfi_lwip_transmit(nfi_lwip_hook *h, const nfi_buffer *buffer, const nfi_lwip_look *look)
{
    static int32_t destination[4];    /* a neighbour solicitation on the way overwrites outbound's look, and goes not by here */
    memcpy(destination, look->words + NFI_INFO_DESTINATION, sizeof destination);
    size_t mtu = nfi_lwip_mtu_towards(h, destination);
    if (buffer->mtu != 0 && (size_t)buffer->mtu < mtu) mtu = (size_t)buffer->mtu;
    if (mtu == 0 || buffer->length <= mtu) return send_whole(h, buffer, destination);
    int32_t status = nfi_fragment_begin(&nfi_lwip_cutter, buffer->bytes + buffer->offset, look->words, &look->layout, mtu, LWIP_RAND());
    if (status == 0) return send_in_pieces(h, destination);
    nfi_count_drop(status);
    return ERR_OK;
}

nfi_lwip_hook *nfi_lwip_way(const int32_t *words)
{
    const struct netif *netif = NULL;
    const int32_t *destination = words + NFI_INFO_DESTINATION;
#if LWIP_IPV4
    if (nfi_address_is_v4(destination)) {
        ip4_addr_t to = nfi_lwip_address4(destination);
        netif = ip4_route(&to);
    }
#endif
#if LWIP_IPV6
    if (!nfi_address_is_v4(destination)) {
        ip6_addr_t from, to;
        nfi_lwip_address6(words + NFI_INFO_SOURCE, &from);
        nfi_lwip_address6(destination, &to);
        if (!ip6_addr_has_scope(&to, IP6_UNKNOWN)) netif = ip6_route(&from, &to);
    }
#endif
    return netif ? nfi_lwip_hook_of(netif) : NULL;
}

/* A tunnel's way may differ from the one its inner packet would have taken. */
void nfi_lwip_send(const nfi_buffer *buffer, const nfi_lwip_look *look)
{
    nfi_lwip_hook *h = nfi_lwip_way(look->words);
    if (!h) h = nfi_lwip_hook_of_domain(buffer->domain);
    if (!h) {
        nfi_count_drop(-XE_BAD_ADDR_RANGE);
        return;
    }
    nfi_count(NFI_COUNT_SENT);
    nfi_lwip_transmit(h, buffer, look);
}

