/* Keyed contexts that other C rooms embed (a transform owns one of each it needs). Caller-owned, no allocation after
 * init, wiped by free. All return 0 or a negated nfi_status. */
#ifndef NFI_PRIMITIVES_H
#define NFI_PRIMITIVES_H
#include <stddef.h>
#include <stdint.h>
#include <mbedtls/aes.h>
#include <mbedtls/ccm.h>
#include <mbedtls/chachapoly.h>
#include <mbedtls/des.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include "aes_mac.h"
#include "chacha20_poly1305.h"
#include "nfi_crypto.h"

/* What a packet format asks of a cipher or an AEAD; lengths in bytes. */
typedef struct {
    int32_t algorithm;
    uint8_t block;                /* the text is a multiple of it; 1: any length */
    uint8_t iv;                   /* on the wire */
    uint8_t salt;                 /* stands behind the key in keying material, and first in the nonce */
    uint8_t counts;               /* 1: the IV is a count, and one that comes twice under a key gives the text away */
    uint8_t aead;                 /* 1: brings its integrity along; 0: wants a MAC */
    uint8_t clear;                /* 1: an AEAD that only authenticates */
    uint8_t short_icv;            /* 1: an AEAD whose ICV may have 8 or 12 bytes instead of 16 */
} nfi_cipher_traits;
const nfi_cipher_traits *nfi_cipher_traits_of(int32_t algorithm);   /* NULL: unknown, or not in this build */
int32_t nfi_aead_icv_known(const nfi_cipher_traits *traits, int32_t icv);
int32_t nfi_aes_status(int bad, size_t key_length);   /* mbedTLS' result of keying AES as ours; a chip without AES-192 lacks an algorithm */

typedef struct {
    int32_t algorithm;
    int32_t encrypt;
    union { mbedtls_aes_context aes; mbedtls_des_context des; mbedtls_des3_context des3; } key;
} nfi_cipher;
int32_t nfi_cipher_init(nfi_cipher *c, int32_t algorithm, int32_t encrypt, const uint8_t *key, size_t key_length);  /* key without salt */
/* What nfi_cipher_run begins with: the IV on the wire, or for a counter mode the first counter block (RFC 3686 4). */
void nfi_cipher_begin(const nfi_cipher_traits *traits, const uint8_t *salt, const uint8_t *iv, uint8_t state[16]);
int32_t nfi_cipher_run(nfi_cipher *c, uint8_t state[16], uint8_t *buffer, size_t length);  /* in place, changes state */
void nfi_cipher_free(nfi_cipher *c);

typedef struct {
    int32_t algorithm;
    size_t size;                  /* full output in bytes */
    size_t iv;                    /* bytes of an IV that each computation begins with, sent ahead of the ICV; 0 none */
    union { mbedtls_md_context_t md; nfi_block_mac *block; nfi_gmac *gmac; } key;
} nfi_mac;
int32_t nfi_mac_size(int32_t algorithm);      /* full output in bytes */
int32_t nfi_mac_init(nfi_mac *m, int32_t algorithm, const uint8_t *key, size_t key_length);
int32_t nfi_mac_start(nfi_mac *m);            /* -XE_BAD_PARAM when it wants an IV */
int32_t nfi_mac_start_with(nfi_mac *m, const uint8_t *iv);   /* iv has m->iv bytes and never comes twice; not looked at when those are 0 */
int32_t nfi_mac_update(nfi_mac *m, const uint8_t *src, size_t length);
int32_t nfi_mac_finish(nfi_mac *m, uint8_t out[64]);
void nfi_mac_free(nfi_mac *m);

typedef struct {
    int32_t algorithm;
    union {
        mbedtls_gcm_context gcm;
#ifdef MBEDTLS_CCM_C
        mbedtls_ccm_context ccm;
#endif
#ifdef MBEDTLS_CHACHAPOLY_C
        mbedtls_chachapoly_context chachapoly;
#else
        nfi_chachapoly chachapoly;
#endif
    } key;
} nfi_aead;
int32_t nfi_aead_init(nfi_aead *a, int32_t algorithm, const uint8_t *key, size_t key_length);  /* key without salt */
/* One message, sealed or opened in place; lengths in bytes. GMAC takes all it authenticates as aad; its text is empty. */
typedef struct {
    const uint8_t *nonce, *aad;
    size_t nonce_length, aad_length;
    uint8_t *text, *tag;          /* the tag is written by seal, read by open */
    size_t length, tag_length;
} nfi_aead_message;
int32_t nfi_aead_seal(nfi_aead *a, const nfi_aead_message *m);
int32_t nfi_aead_open(nfi_aead *a, const nfi_aead_message *m);    /* -XE_ESP_DIGEST_MISMATCH; a text that is refused is wiped */
void nfi_aead_free(nfi_aead *a);

int32_t nfi_crypto_ready(void);               /* 0; -NFI_NOT_STARTED; -NFI_SELF_TEST once a known answer was wrong */
int32_t nfi_random_bytes(uint8_t *dst, size_t length);                     /* CTR_DRBG; on failure dst is zero */
void nfi_wipe(void *p, size_t length);
int32_t nfi_equal(const uint8_t *a, const uint8_t *b, size_t length);      /* constant time: 1 equal, 0 not */

/* The handle table: kinds keep a secret from being taken for a hash. A handle carries a generation, so a stale one is refused. */
enum { NFI_KIND_SECRET = 1, NFI_KIND_HASH = 2, NFI_KIND_TRANSFORM = 3, NFI_KIND_DH = 4, NFI_KIND_CERTIFICATE = 5,
       NFI_KIND_CRL = 6, NFI_KIND_PRIVATE_KEY = 7 };
int32_t nfi_handle_new(int32_t kind, void *object);                        /* -> handle > 0 or -XE_NOMEM */
void *nfi_handle_get(int32_t kind, int32_t handle);                        /* NULL when stale or of another kind */
void *nfi_handle_remove(int32_t kind, int32_t handle);
int32_t nfi_secret_make(const uint8_t *bytes, size_t length);              /* a copy -> handle */
int32_t nfi_secret_view(int32_t handle, const uint8_t **bytes, size_t *length);  /* C only; valid until the handle is freed */
int32_t nfi_secret_spend(int32_t handle);                                  /* once: 0; afterwards -XE_EXIST */

#endif
