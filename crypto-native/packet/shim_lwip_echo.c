/* Ping: built here, so that it needs no raw PCB; it takes the common road out and is caught after the common road in. */
#include <string.h>
#include <lwip/icmp.h>
#include <lwip/inet_chksum.h>
#include <lwip/nd6.h>
#include "nfi_status.h"
#include "ring.h"
#include "shim.h"
#include "shim_lwip.h"

#define ECHOES 8                  /* pings whose answer is awaited */
#define ECHO_HEADER 8
#define ECHO_REPLY_V4 0
#define ECHO_REPLY_V6 129
#define PROTOCOL_ICMPV6 58

typedef struct { int32_t pending, sequence; uint32_t sent; } echo;

static echo echoes[ECHOES];
static uint16_t echo_id;
static int32_t echo_next;

void nfi_lwip_echo_begin(void)
{
    echo_id = (uint16_t)LWIP_RAND();
}

static echo *echo_awaited(uint16_t sequence)
{
    for (size_t i = 0; i < ECHOES; i++)
        if (echoes[i].pending && (uint16_t)echoes[i].sequence == sequence) return &echoes[i];
    return NULL;
}

static int is_echo_reply(const int32_t *words)
{
    if (words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) return 0;
    return (words[NFI_INFO_PROTOCOL] == IP_PROTO_ICMP && words[NFI_INFO_SOURCE_PORT] == NFI_ICMP_SHOWN + ECHO_REPLY_V4)
        || (words[NFI_INFO_PROTOCOL] == PROTOCOL_ICMPV6 && words[NFI_INFO_SOURCE_PORT] == NFI_ICMP_SHOWN + ECHO_REPLY_V6);
}

int nfi_lwip_echo_taken(struct pbuf *p, uint16_t skip, const nfi_lwip_look *l)
{
    uint8_t header[ECHO_HEADER];
    nfi_source source;
    nfi_lwip_source(&source, p, skip);
    if (!is_echo_reply(l->words) || nfi_source_copy(&source, header, ECHO_HEADER, l->layout.upper) != ECHO_HEADER) return 0;
    if ((header[4] << 8 | header[5]) != echo_id) return 0;
    echo *e = echo_awaited((uint16_t)(header[6] << 8 | header[7]));
    if (!e) return 0;
    if (nfi_lwip_icmp_intact(&source, l)) {   /* a damaged answer is no answer */
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
    ip4_addr_t to = nfi_lwip_address4(request->destination);
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
    nfi_lwip_address6(request->destination, &to);
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

int32_t nfi_shim_ping(const int32_t destination[4], int32_t sequence, int32_t size)
{
    ping request = { destination, sequence, size, 0 };
    if (size < 0 || size > (int32_t)NFI_LARGEST_PACKET - 48 || size > 65535 - 48) return -XE_DST_OUT_OF_SPACE;
    int32_t status = nfi_lwip_in_stack(ping_in_stack, &request);
    return status < 0 ? status : request.result;
}
