/* ChaCha20-Poly1305 (RFC 8439) of our own, for a board whose mbedTLS lacks it: no table, no jump and no multiplication whose time
 * depends on a secret, where the processor multiplies 32 bits to 64 in constant time (Cortex-M4, M7, M33, Xtensa LX6 and LX7; a
 * Cortex-M3 does not). */
#ifndef NFI_CHACHA20_POLY1305_H
#define NFI_CHACHA20_POLY1305_H
#include <stddef.h>
#include <stdint.h>

typedef struct { uint32_t key[8]; } nfi_chachapoly;
void nfi_chachapoly_init(nfi_chachapoly *c, const uint8_t key[32]);
/* Encrypts, and decrypts: a stream cipher does the same both ways. */
void nfi_chachapoly_crypt(const nfi_chachapoly *c, const uint8_t nonce[12], uint8_t *text, size_t length);
/* The tag of a ciphertext. */
void nfi_chachapoly_tag(const nfi_chachapoly *c, const uint8_t nonce[12], const uint8_t *aad, size_t aad_length,
                        const uint8_t *text, size_t length, uint8_t tag[16]);

#endif
