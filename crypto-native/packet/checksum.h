/* The internet checksum (RFC 1071), and filling it in where a build leaves it to the MAC (STM32). */
#ifndef NFI_CHECKSUM_H
#define NFI_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>
#include "describe.h"

uint32_t nfi_checksum_add(uint32_t sum, const uint8_t *bytes, size_t length);  /* length even but for the last part */
uint16_t nfi_checksum_fold(uint32_t sum);                     /* the complement, as it stands in a header (host order) */
int32_t nfi_checksum_ipv4_good(const uint8_t *packet, size_t length);          /* 1 or 0 */
void nfi_checksum_fill_ipv4(uint8_t *packet, size_t header_length);
/* IPv4 header, and TCP, UDP, ICMP or ICMPv6 of a whole packet described by info and layout. Fragments: the IPv4 header only. */
void nfi_checksum_fill(uint8_t *packet, size_t length, const int32_t *info, const nfi_layout *layout);
uint16_t nfi_checksum_change(uint16_t checksum, uint16_t from, uint16_t to);   /* RFC 1624 eqn. 3, host order */

#endif
