/* One address for another in a packet, one to one: what a host with a virtual address does with what it sends and receives. */
#ifndef NFI_READDRESS_H
#define NFI_READDRESS_H
#include <stddef.h>
#include <stdint.h>

/* pair: eight words, our own address and the virtual one, of one family. outbound: the source, where it is our own, becomes the
 * virtual one; else the destination, where it is the virtual one, becomes our own. So does the other end of what an ICMP error
 * quotes. Checksums are changed with them (RFC 1624): wrong stays wrong. 1; 0 the packet has another address there;
 * -XE_NO_DATA no IP packet. */
int32_t nfi_readdress(uint8_t *packet, size_t length, const int32_t pair[8], int32_t outbound);

#endif
