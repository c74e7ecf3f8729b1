/* Keyed contexts that other C rooms embed (a transform owns one of each it needs). Caller-owned, no allocation after
 * init, wiped by free. All return 0 or a negated nfi_status. */
#ifndef NFI_PRIMITIVES_H
#define NFI_PRIMITIVES_H
#include <stddef.h>
#include <stdint.h>
#include <mbedtls/aes.h>
#include <mbedtls/des.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include "nfi_crypto.h"

/* What a packet format asks of a cipher or an AEAD; lengths in bytes. */
typedef struct {
    int32_t algorithm;
    uint8_t block;                /* the text is a multiple of it; 1: any length */
    uint8_t iv;                   /* on the wire */
    uint8_t salt;                 /* stands behind the key in keying material, and first in the nonce */
    uint8_t counts;               /* 1: the IV is a count, and one that comes twice under a key gives the text away */
    uint8_t aead;                 /* 1: brings its integrity along; 0: wants a MAC */
} nfi_cipher_traits;
const nfi_cipher_traits *nfi_cipher_traits_of(int32_t algorithm);   /* NULL: unknown */

typedef struct {
    int32_t algorithm;
    int32_t encrypt;
    union { mbedtls_aes_context aes; mbedtls_des3_context des3; } key;
} nfi_cipher;
int32_t nfi_cipher_block(int32_t algorithm);  /* block and IV length in bytes; NULL: 1; -XE_UNKNOWN_ALGORITHM */
int32_t nfi_cipher_init(nfi_cipher *c, int32_t algorithm, int32_t encrypt, const uint8_t *key, size_t key_length);
int32_t nfi_cipher_cbc(nfi_cipher *c, uint8_t iv[16], uint8_t *buffer, size_t length);  /* in place, changes iv */
void nfi_cipher_free(nfi_cipher *c);

typedef struct { int32_t algorithm; size_t size; mbedtls_md_context_t md; } nfi_mac;
int32_t nfi_mac_size(int32_t algorithm);      /* full output in bytes */
int32_t nfi_mac_init(nfi_mac *m, int32_t algorithm, const uint8_t *key, size_t key_length);
int32_t nfi_mac_start(nfi_mac *m);
int32_t nfi_mac_update(nfi_mac *m, const uint8_t *src, size_t length);
int32_t nfi_mac_finish(nfi_mac *m, uint8_t out[64]);
void nfi_mac_free(nfi_mac *m);

typedef struct { int32_t algorithm; union { mbedtls_gcm_context gcm; } key; } nfi_aead;
int32_t nfi_aead_init(nfi_aead *a, int32_t algorithm, const uint8_t *key, size_t key_length);  /* key without salt */
int32_t nfi_aead_seal(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                      uint8_t *buffer, size_t length, uint8_t *tag, size_t tag_length);
int32_t nfi_aead_open(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                      uint8_t *buffer, size_t length, const uint8_t *tag, size_t tag_length);
void nfi_aead_free(nfi_aead *a);

int32_t nfi_crypto_ready(void);               /* 0; -NFI_NOT_STARTED; -NFI_SELF_TEST once a known answer was wrong */
int32_t nfi_random_bytes(uint8_t *dst, size_t length);                     /* CTR_DRBG; on failure dst is zero */
void nfi_wipe(void *p, size_t length);
int32_t nfi_equal(const uint8_t *a, const uint8_t *b, size_t length);      /* constant time: 1 equal, 0 not */

/* The handle table: kinds keep a secret from being taken for a hash. A handle carries a generation, so a stale one is refused. */
enum { NFI_KIND_SECRET = 1, NFI_KIND_HASH = 2, NFI_KIND_TRANSFORM = 3, NFI_KIND_DH = 4 };
int32_t nfi_handle_new(int32_t kind, void *object);                        /* -> handle > 0 or -XE_NOMEM */
void *nfi_handle_get(int32_t kind, int32_t handle);                        /* NULL when stale or of another kind */
void *nfi_handle_remove(int32_t kind, int32_t handle);
int32_t nfi_secret_make(const uint8_t *bytes, size_t length);              /* a copy -> handle */
int32_t nfi_secret_view(int32_t handle, const uint8_t **bytes, size_t *length);  /* C only; valid until the handle is freed */
int32_t nfi_secret_spend(int32_t handle);                                  /* once: 0; afterwards -XE_EXIST */

#endif
