/* The outer header of a tunnel (RFC 4301 5.1.2), the UDP header around ESP (RFC 3948), and congestion marks (RFC 6040). */
#ifndef NFI_OUTER_H
#define NFI_OUTER_H
#include "transform.h"

/* Fills t->outer from the configuration words (both IP versions); 0 or -XE_BAD_PARAM / -XE_BAD_ADDR_RANGE. */
int32_t nfi_outer_prepare(nfi_transform *t, const int32_t *config);

/* Whether the other end of a tunnel is at the address, and making it so: 0 or -XE_BAD_ADDR_RANGE for another family. */
int32_t nfi_outer_is_at(const nfi_transform *t, const int32_t remote[4]);
int32_t nfi_outer_move(nfi_transform *t, const int32_t remote[4]);

/* Writes the tunnel header at packet; total is the whole packet's length, inner the packet that travels inside. */
void nfi_outer_write(const nfi_transform *t, uint8_t *packet, size_t total, const uint8_t *inner);

/* Writes the UDP header at udp; length with it. packet is the IP header ahead: IPv6 needs its addresses in the checksum,
 * so this comes last. */
void nfi_outer_write_udp(const nfi_transform *t, uint8_t *packet, uint8_t *udp, size_t length);

uint32_t nfi_outer_identification(void);      /* of the next IPv4 packet that is ours: 16 bits */

/* What came behind an outer header: the packet at inner, with size bytes at hand, must be what next names (RFC 4301 5.2). -> its
 * length, the congestion mark taken over; -XE_UNKNOWN_IP_PROTOCOL, -XE_NO_DATA / -XE_SRC_OUT_OF_DATA, or as below. */
int32_t nfi_outer_strip(const uint8_t *outer, uint8_t *inner, size_t size, int32_t next);

/* Takes the congestion mark over into the inner header: 0, or -XE_INBOUND_POLICY_FAILURE where RFC 6040 4.2 says drop. */
int32_t nfi_outer_merge_ecn(uint8_t outer_class, uint8_t *inner);

#endif
