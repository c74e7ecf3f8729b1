/* One IP packet as ESP sees it: its bounds, and where the protected part begins (RFC 791, RFC 8200, RFC 4303 3.1). */
#ifndef NFI_IP_H
#define NFI_IP_H
#include <stddef.h>
#include <stdint.h>

#define NFI_IPV4_HEADER 20
#define NFI_IPV6_HEADER 40
enum { NFI_NEXT_IPV4 = 4, NFI_NEXT_IPV6 = 41 };

typedef struct {
    int32_t version;
    size_t total;             /* bytes of the packet by its own header */
    size_t header;            /* bytes ahead of the part below */
    size_t named_at;          /* the byte that names that part */
    int32_t protocol;         /* its protocol */
    int32_t fragment;         /* 1: a piece of a datagram */
} nfi_ip;

/* Version, total length and the fixed header with IPv4 options. length: bytes at hand, may be more than the packet's.
 * 0; -XE_NO_DATA too short or lengths that contradict each other; -XE_SRC_OUT_OF_DATA the packet claims more than length. */
int32_t nfi_ip_bounds(const uint8_t *packet, size_t length, nfi_ip *ip);

/* nfi_ip_bounds, then past the extension headers that stay in the clear: in what we seal, hop-by-hop, routing, fragment,
 * and destination options only ahead of those (NFI_IP_SEAL); in what we open, whatever the peer left there (NFI_IP_OPEN). */
enum { NFI_IP_SEAL = 0, NFI_IP_OPEN = 1 };
int32_t nfi_ip_walk(const uint8_t *packet, size_t length, int32_t direction, nfi_ip *ip);

/* Writes the length, and the protocol at ip->named_at. An IPv4 checksum is changed with them (RFC 1624): wrong stays wrong. */
void nfi_ip_change(uint8_t *packet, const nfi_ip *ip, size_t total, int32_t protocol);

/* One hop less; the IPv4 checksum as above. The caller has seen that at least two are left. */
void nfi_ip_take_hop(uint8_t *packet);

uint8_t nfi_ip_traffic_class(const uint8_t *packet);                  /* DSCP and ECN */
void nfi_ip_change_traffic_class(uint8_t *packet, uint8_t value);     /* with the IPv4 checksum, as above */

#endif
