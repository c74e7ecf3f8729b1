/* AH (RFC 4302), alone or around ESP. Placement in transport mode as for ESP; in tunnel mode behind the outer header.
 *
 *   | IP header | next | length | 0 0 | SPI | sequence | ICV | padding | ESP, inner packet or payload |
 *   |<- masked ->|<------ as sent ------------------->| 0 0 |<-------- as sent -------------------->| high half of the number
 */
#ifndef NFI_AH_H
#define NFI_AH_H
#include "describe.h"
#include "transform.h"

#define NFI_AH_HEADER 12          /* ahead of the ICV */
#define NFI_AH_FRONT NFI_CAPTURE  /* most bytes ahead of AH; with more the stack's side finds no headers either */

/* Bytes of the AH header in a packet of that IP version: a multiple of 4, in IPv6 of 8 (RFC 4302 3.3.3.2.1). */
size_t nfi_ah_length(const nfi_transform *t, int32_t version);

/* Turns a copy of everything ahead of AH (length bytes, naming AH as what follows) into what the ICV covers: mutable fields and
 * options zero, predictable ones as they arrive (RFC 4302 3.3.3.1, appendix A): routing headers of type 0 (which RFC 5095 has ended:
 * the stack's side takes none) and type 2 with the last address in the destination. direction is NFI_IP_SEAL or NFI_IP_OPEN. 0;
 * -XE_NO_DATA options or headers that do not tile it; -XE_BAD_PARAM a header AH does not go behind: a fragment, a routing header of
 * another type with segments left, which says nowhere how it arrives, or one of any type with segments left where it is opened. */
int32_t nfi_ah_mask(uint8_t *front, size_t length, int32_t direction);

/* The whole MAC over the IP packet of total bytes whose AH stands at front, under the IV there if the MAC has one; the wire carries
 * its first t->ah_icv - t->ah_key.iv bytes, behind that IV. */
int32_t nfi_ah_icv(nfi_transform *t, const uint8_t *packet, size_t front, size_t total, int32_t direction, uint32_t sequence_high,
                   uint8_t icv[64]);

/* As nfi_esp_seal, for a transform with NFI_TF_AH; with NFI_TF_ESP too ESP is made first, under the same number. */
int32_t nfi_ah_seal(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                    uint32_t sequence_high, uint32_t sequence_low, size_t tfc);

/* As nfi_esp_open: AH is verified and taken off, then ESP opened. opened->sequence is AH's. Errors beside those of ESP:
 * -XE_EXPECTED_AH_PROTO, -XE_BAD_AH_SPI, -XE_AH_DIGEST_MISMATCH; behind an AH that held, -XE_EXPECTED_ESP_PROTO. */
int32_t nfi_ah_open(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                    uint32_t sequence_high, nfi_opened *opened);

#endif
