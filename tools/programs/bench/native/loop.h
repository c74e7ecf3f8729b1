/* A stack that is none: packets come from the benchmark and go back to it. The rings, the pool, the verdicts, the seal and the
 * open between them are the product's own. */
#ifndef NFI_LOOP_H
#define NFI_LOOP_H
#include <stdint.h>

/* Queues a packet for the node as the shim would: kind NFI_OUTBOUND (verdict included) or NFI_INBOUND. 0 or a negated status. */
int32_t nfi_loop_feed(int32_t kind, const uint8_t *packet, int32_t length);
/* Takes what the node put for the stack; copies the last one. -> how many; *last_length is 0 when there was none. */
int32_t nfi_loop_drain(uint8_t *last, int32_t last_cap, int32_t *last_length);
/* A packet's verdict as the shim asks for it, through the flow cache: nfi_pass. */
int32_t nfi_loop_verdict(const uint8_t *packet, int32_t length);

/* The yardstick: mbedTLS alone over the same bytes, one keyed context, no packet around it. suite 0 AES-128-CBC with
 * HMAC-SHA2-256-128, 1 3DES-CBC with HMAC-SHA2-384-192, 2 AES-128-GCM. size is the inner IP packet; bytes that ESP adds are
 * added here too. rounds seals or opens; 0 or -1. */
int32_t nfi_loop_raw(int32_t suite, int32_t open, int32_t size, int32_t rounds);

#endif
