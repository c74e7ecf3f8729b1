/* Others' packets: whether they may go on at all, before any policy, and the ICMP errors about them. No stack is needed here. */
#ifndef NFI_TRANSIT_H
#define NFI_TRANSIT_H
#include <stddef.h>
#include <stdint.h>
#include "describe.h"

#define NFI_IPV6_MIN_MTU 1280     /* RFC 8200 5 */

void nfi_transit_allow(int32_t on);           /* forwarding; off at start. Any thread */
int32_t nfi_transit_allowed(void);

/* 1 when a router may pass it on: both ends can be hosts beyond a link (RFC 1812 5.3.7, RFC 4291 2.5), and no source route leads
 * it (RFC 7126 4.3, 4.4). packet: the header with its options, as describe has seen it. */
int32_t nfi_transit_good(const uint8_t *packet, const int32_t *info, const nfi_layout *layout);

int32_t nfi_icmp_is_error(const int32_t *info);   /* 1: an ICMP message that quotes a packet (a redirect is one, RFC 4443 2.4 e.2) */
enum nfi_icmp_error { NFI_ICMP_HOPS, NFI_ICMP_NO_ROUTE, NFI_ICMP_TOO_BIG };
/* 1 when an ICMP error about the packet may be sent: never about an ICMP error, a later fragment, or for several hosts
 * (RFC 1122 3.2.2, RFC 4443 2.4 e); and only so often (RFC 1812 4.3.2.8, RFC 4443 2.4 f). now in milliseconds. */
int32_t nfi_icmp_error_due(const int32_t *info, const nfi_layout *layout, uint32_t now);
/* Length of the error about a packet so long: IPv4 at most 576, IPv6 1,280 bytes with what it quotes. */
size_t nfi_icmp_error_length(const int32_t *info, size_t about);
/* Writes it: ends has SOURCE and DESTINATION of the error itself; mtu, with TOO_BIG, is what the packet may have, bytes. */
void nfi_icmp_error_write(uint8_t *packet, const int32_t *ends, int32_t what, size_t mtu, const uint8_t *about, size_t length);

#endif
