/* One UDP datagram from its description (nfi_packet_datagram_send): the words SOURCE, DESTINATION and both ports of info. */
#ifndef NFI_DATAGRAM_H
#define NFI_DATAGRAM_H
#include <stddef.h>
#include <stdint.h>

int32_t nfi_datagram_check(const int32_t *info);      /* 0, -XE_BAD_ADDR_RANGE or -XE_BAD_PORT_NUMBER */
size_t nfi_datagram_header(const int32_t *info);      /* bytes of IP and UDP header */
/* Writes nfi_datagram_header + length bytes, checksums filled. */
void nfi_datagram_write(uint8_t *packet, const int32_t *info, const uint8_t *payload, size_t length);

#endif
