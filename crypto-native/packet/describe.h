/* Header parsing: bounds before meaning (RFC 791, RFC 8200, RFC 4302, RFC 4303, RFC 3948). */
#ifndef NFI_DESCRIBE_H
#define NFI_DESCRIBE_H
#include <stddef.h>
#include <stdint.h>
#include "buffer.h"
#include "nfi_packet.h"

#define NFI_CAPTURE 256       /* bytes looked at for headers when a packet lies in pieces */

enum nfi_encap { NFI_ENCAP_NONE = 0, NFI_ENCAP_ESP = 1, NFI_ENCAP_IKE = 2, NFI_ENCAP_KEEPALIVE = 3 };

/* Where things are in the packet; offsets in bytes from its first byte. */
typedef struct {
    uint16_t upper;           /* upper-layer header, or the payload of a later fragment */
    uint16_t upper_named_at;  /* the byte that names the upper-layer protocol */
    uint16_t unfragmentable;  /* IPv6: end of what every fragment repeats (RFC 8200 4.5); IPv4: header length */
    uint16_t unfragmentable_named_at;  /* IPv6: the next-header byte of the last header in that part */
    uint16_t fragment;        /* IPv6 fragment header, 0 none */
    uint16_t fragment_named_at;        /* the next-header byte that names it */
    uint16_t fragment_offset; /* bytes */
    uint8_t more;             /* more fragments follow */
    uint8_t hop_limit;        /* or TTL */
    uint8_t encap;            /* nfi_encap: UDP to or from port 4500, first fragments and whole packets only */
    uint32_t identification;
} nfi_layout;

/* Fills words LENGTH to ENCAP_LOCAL of info (NFI_INFO_WORDS of them) and layout; the other words are left alone.
 * bytes holds the first captured of total bytes; bytes behind the IP packet (Ethernet padding) are allowed.
 * 0; -XE_NO_DATA no IP packet or headers past its end; -XE_SRC_OUT_OF_DATA headers reach beyond what was captured.
 * A UDP packet to local port 4500 that carries ESP has FLAG_ENCAPSULATED, SPI, SEQUENCE and the ENCAP ports beside its
 * PROTOCOL (17) and ports. AH is not walked through: PROTOCOL is then 51. */
int32_t nfi_describe(const uint8_t *bytes, size_t captured, size_t total, int32_t *info, nfi_layout *layout);
/* The same for a packet in pieces, through one static scratch of NFI_CAPTURE bytes: the stack's thread only. */
int32_t nfi_describe_source(const nfi_source *source, int32_t *info, nfi_layout *layout);

/* What an inbound packet for us is: NFI_INBOUND (ESP, AH, ESP in UDP), NFI_DATAGRAM (IKE), or NFI_NOTHING: clear text, for
 * the inbound verdict. A NAT keepalive (RFC 3948 4) is layout->encap KEEPALIVE: drop it without a count. */
int32_t nfi_describe_inbound(const int32_t *info, const nfi_layout *layout);
/* 1 when the packet passes ahead of any policy: DHCP, DHCPv6, IGMP, MLD, neighbour discovery, each only with the addresses,
 * ports and hop limit its RFC demands. Own and loopback addresses are the shim's to know. */
int32_t nfi_describe_builtin(const int32_t *info, const nfi_layout *layout, int32_t inbound);

/* The source address of a packet whose fixed header is at hand. */
void nfi_describe_source_address(const uint8_t *packet, int32_t words[4]);
int32_t nfi_address_is_v4(const int32_t words[4]);

#endif
