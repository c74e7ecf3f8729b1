/* A transform: one direction of a session, keyed. Seal and open are pure functions over one buffer, so that they can be
 * tested without the pool; nfi_packet_seal and nfi_packet_open call them with a slot's memory.
 *
 *   buffer  |<-- room ahead -->| IP packet (length) |<-- room behind -->|
 *           0                  offset                                   capacity
 */
#ifndef NFI_TRANSFORM_H
#define NFI_TRANSFORM_H
#include <stddef.h>
#include <stdint.h>
#include "../crypto/primitives.h"
#include "nfi_packet.h"

#define NFI_ESP_HEADER 8          /* SPI, sequence number (RFC 4303 2) */
#define NFI_UDP_HEADER 8
#define NFI_OUTER_MAX (40 + NFI_UDP_HEADER)
#define NFI_ICV_MAX 32            /* HMAC-SHA2-512-256 */
#define NFI_NEXT_NONE 59          /* next header of a dummy packet (RFC 4303 2.6) */

typedef struct nfi_transform {
    uint32_t flags;               /* NFI_TF_* */
    const nfi_cipher_traits *cipher;  /* NULL without ESP */
    size_t block;                 /* the padded text is a multiple of it: cipher block, at least 4 */
    size_t iv_length;             /* on the wire */
    size_t icv_length;            /* on the wire */
    uint8_t spi[4];
    union { nfi_cipher cipher; nfi_aead aead; } key;
    nfi_mac mac_key;              /* of ESP; keyed when the cipher is no AEAD */
    uint8_t salt[4];              /* first bytes of the nonce (RFC 4106 4, RFC 4309 4 with three) */
    uint64_t last_sequence;       /* outbound, an IV that counts: a nonce never comes twice */
    uint8_t outer[40];            /* tunnel: outer IP header, all but length, TOS, id, DF and checksum */
    size_t outer_length;          /* 20, 40, or 0 in transport mode */
    uint16_t encap_local;         /* UDP encapsulation (RFC 3948), host order; 0 none */
    uint16_t encap_remote;
    uint8_t ah_spi[4];            /* AH (RFC 4302), with NFI_TF_AH */
    size_t ah_icv;                /* on the wire, with an IV ahead of it, without padding */
    nfi_mac ah_key;
} nfi_transform;

/* What open learned besides the packet itself. */
typedef struct {
    int32_t next;                 /* ESP or AH next header; NFI_NEXT_NONE: a dummy, there is no packet to hand on */
    uint32_t sequence;            /* low 32 bits, as received */
    int32_t verified;             /* 1: an ICV held, whatever was found behind it; the number is used up */
    uint16_t encap_remote;        /* UDP ports it came with, host order; 0 none */
    uint16_t encap_local;
    int32_t source[4];            /* with the ports: the address it came from */
    int32_t moved;                /* not the transform's other end; NFI_FLAG_MOVED */
} nfi_opened;

/* What both directions do alike. nfi_esp_icv: the whole MAC over length bytes from the ESP header on (the wire carries its first
 * icv_length bytes). nfi_esp_aead: seals (1) or opens the text of that length behind the IV, its ICV behind it. */
int32_t nfi_esp_icv(nfi_transform *t, const uint8_t *esp, size_t length, uint32_t sequence_high, uint8_t icv[64]);
int32_t nfi_esp_aead(nfi_transform *t, uint8_t *esp, size_t text, uint32_t sequence_high, int32_t seal);

/* Keys a MAC for ESP or AH alike: NFI_SHA1 ... with the ICV of icv bytes on the wire, the key behind a secret's handle. Of GMAC
 * (AH's alone, RFC 4543 4) the key ends with its salt, and m->iv bytes of IV go ahead of the ICV: a count, because one that comes
 * twice gives the key away; so the sender's secret is spent (nfi_secret_spend). Errors: -XE_UNKNOWN_ALGORITHM also for an ICV the algorithm's RFC does not have, -XE_BAD_PARAM a key of another length,
 * -NFI_BAD_HANDLE. On success nfi_mac_free is the caller's duty; on an error m is zero. */
int32_t nfi_transform_key_mac(int32_t algorithm, int32_t icv, int32_t secret, nfi_mac *m);

/* The transform behind a handle of nfi_packet_transform_create; NULL when stale or of another kind. */
nfi_transform *nfi_transform_get(int32_t handle);

/* Seals the IP packet at buffer + *offset in place; both grow into the room ahead and behind. tfc bytes of padding
 * (RFC 4303 2.7) are left out where they do not fit or the protocol has no length of its own. sequence_high counts only
 * with NFI_TF_ESN. Returns the new length; *offset and *length change only then. Errors: -XE_DST_OUT_OF_SPACE no room,
 * -XE_NO_DATA / -XE_SRC_OUT_OF_DATA not a whole IP packet, -XE_BAD_PARAM not an outbound transform or a fragment in
 * transport mode, -XE_BAD_SEQUENCE_NUMBER an AEAD's number not above the last one, -NFI_NO_RANDOM. */
int32_t nfi_esp_seal(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                     uint32_t sequence_high, uint32_t sequence_low, size_t tfc);

/* Opens the ESP packet (or ESP in UDP) at buffer + *offset in place: lengths, then ICV, then decryption. Returns the inner
 * packet's length; 0 with opened->next == NFI_NEXT_NONE is a dummy. On failure the text is ciphertext or zero, never plain.
 * Errors: -XE_ESP_DIGEST_MISMATCH, -XE_NO_DATA / -XE_SRC_OUT_OF_DATA too short, -XE_EXPECTED_ESP_PROTO, -XE_BAD_ESP_SPI,
 * -XE_BAD_PAD_DATA, -XE_UNKNOWN_IP_PROTOCOL inner packet and next header disagree, -XE_INBOUND_POLICY_FAILURE congestion
 * mark on a packet that bears none (RFC 6040 4.2). */
int32_t nfi_esp_open(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                     uint32_t sequence_high, nfi_opened *opened);

#endif
