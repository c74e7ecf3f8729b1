/* The IP header of a packet made here: IKE's datagrams, ICMP errors. */
#ifndef NFI_HEADER_H
#define NFI_HEADER_H
#include <stddef.h>
#include <stdint.h>
#include "nfi_packet.h"

size_t nfi_header_length(const int32_t *info);                /* by the version of DESTINATION: 20 or 40 */
/* Writes the header at packet from SOURCE and DESTINATION of info: 64 hops, DF clear, checksum filled. total is the packet's
 * length. -> where its payload begins. */
uint8_t *nfi_header_write(uint8_t *packet, const int32_t *info, uint8_t protocol, size_t total);
/* The checksum of a payload that covers the pseudo header (RFC 768, RFC 8200 8.1): over the addresses of the header at packet,
 * protocol and length. Host order. */
uint16_t nfi_header_checksum(const uint8_t *packet, uint8_t protocol, const uint8_t *payload, size_t length);

#endif
