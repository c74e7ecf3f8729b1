#include <string.h>
#include "primitives.h"

/* AEADs in one shot: nothing of a text is given out before its tag held. */

/* --- AES-GCM, SP 800-38D, and GMAC, which is GCM without a text --- */

static int32_t init_gcm(nfi_aead *a, const uint8_t *key, size_t key_length)
{
    mbedtls_gcm_init(&a->key.gcm);
    return nfi_aes_status(mbedtls_gcm_setkey(&a->key.gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned int)key_length * 8u), key_length);
}

static int seal_gcm(nfi_aead *a, const nfi_aead_message *m)
{
    return mbedtls_gcm_crypt_and_tag(&a->key.gcm, MBEDTLS_GCM_ENCRYPT, m->length, m->nonce, m->nonce_length, m->aad, m->aad_length,
                                     m->text, m->text, m->tag_length, m->tag);
}

static int open_gcm(nfi_aead *a, const nfi_aead_message *m)
{
    return mbedtls_gcm_auth_decrypt(&a->key.gcm, m->length, m->nonce, m->nonce_length, m->aad, m->aad_length, m->tag, m->tag_length,
                                    m->text, m->text);
}

/* --- AES-CCM, RFC 3610 --- */

#ifdef MBEDTLS_CCM_C
static int32_t init_ccm(nfi_aead *a, const uint8_t *key, size_t key_length)
{
    mbedtls_ccm_init(&a->key.ccm);
    return nfi_aes_status(mbedtls_ccm_setkey(&a->key.ccm, MBEDTLS_CIPHER_ID_AES, key, (unsigned int)key_length * 8u), key_length);
}

static int seal_ccm(nfi_aead *a, const nfi_aead_message *m)
{
    return mbedtls_ccm_encrypt_and_tag(&a->key.ccm, m->length, m->nonce, m->nonce_length, m->aad, m->aad_length, m->text, m->text,
                                       m->tag, m->tag_length);
}

static int open_ccm(nfi_aead *a, const nfi_aead_message *m)
{
    return mbedtls_ccm_auth_decrypt(&a->key.ccm, m->length, m->nonce, m->nonce_length, m->aad, m->aad_length, m->text, m->text,
                                    m->tag, m->tag_length);
}
#endif

/* --- ChaCha20-Poly1305, RFC 8439; the lengths are checked by the caller --- */

#ifdef MBEDTLS_CHACHAPOLY_C
static int32_t init_chacha(nfi_aead *a, const uint8_t *key, size_t key_length)
{
    (void)key_length;
    mbedtls_chachapoly_init(&a->key.chachapoly);
    return mbedtls_chachapoly_setkey(&a->key.chachapoly, key) == 0 ? 0 : -NFI_CRYPTO_FAULT;
}

static int seal_chacha(nfi_aead *a, const nfi_aead_message *m)
{
    return mbedtls_chachapoly_encrypt_and_tag(&a->key.chachapoly, m->length, m->nonce, m->aad, m->aad_length, m->text, m->text, m->tag);
}

static int open_chacha(nfi_aead *a, const nfi_aead_message *m)
{
    return mbedtls_chachapoly_auth_decrypt(&a->key.chachapoly, m->length, m->nonce, m->aad, m->aad_length, m->tag, m->text, m->text);
}
#else
static int32_t init_chacha(nfi_aead *a, const uint8_t *key, size_t key_length)
{
    (void)key_length;
    nfi_chachapoly_init(&a->key.chachapoly, key);
    return 0;
}

static int seal_chacha(nfi_aead *a, const nfi_aead_message *m)
{
    nfi_chachapoly_crypt(&a->key.chachapoly, m->nonce, m->text, m->length);
    nfi_chachapoly_tag(&a->key.chachapoly, m->nonce, m->aad, m->aad_length, m->text, m->length, m->tag);
    return 0;
}

static int open_chacha(nfi_aead *a, const nfi_aead_message *m)
{
    uint8_t right[16];
    nfi_chachapoly_tag(&a->key.chachapoly, m->nonce, m->aad, m->aad_length, m->text, m->length, right);
    int32_t good = nfi_equal(right, m->tag, sizeof right);
    nfi_wipe(right, sizeof right);        /* the right answer to a forged packet stays here */
    if (good)
        nfi_chachapoly_crypt(&a->key.chachapoly, m->nonce, m->text, m->length);
    return good ? 0 : MBEDTLS_ERR_CHACHAPOLY_AUTH_FAILED;
}
#endif

/* --- all of them --- */

static int32_t init_aes(nfi_aead *a, const uint8_t *key, size_t key_length)
{
    if (key_length != 16 && key_length != 24 && key_length != 32)
        return -XE_BAD_PARAM;
#ifdef MBEDTLS_CCM_C
    if (a->algorithm == NFI_AES_CCM)
        return init_ccm(a, key, key_length);
#endif
    return init_gcm(a, key, key_length);
}

int32_t nfi_aead_init(nfi_aead *a, int32_t algorithm, const uint8_t *key, size_t key_length)
{
    int32_t status;
    const nfi_cipher_traits *traits = nfi_cipher_traits_of(algorithm);
    memset(a, 0, sizeof *a);
    if (traits == NULL || !traits->aead)
        return -XE_UNKNOWN_ALGORITHM;
    a->algorithm = algorithm;
    if (algorithm == NFI_CHACHA20_POLY1305)
        status = key_length == 32 ? init_chacha(a, key, key_length) : -XE_BAD_PARAM;
    else
        status = init_aes(a, key, key_length);
    if (status < 0)
        nfi_aead_free(a);
    return status;
}

/* What mbedTLS does not look at for every algorithm. */
static int32_t lengths_good(const nfi_aead *a, const nfi_aead_message *m)
{
    if (a->algorithm == NFI_CHACHA20_POLY1305)
        return m->nonce_length == 12 && m->tag_length == 16;
    return a->algorithm != NFI_AES_GMAC || m->length == 0;
}

int32_t nfi_aead_seal(nfi_aead *a, const nfi_aead_message *m)
{
    int bad;
    if (!lengths_good(a, m))
        return -XE_BAD_PARAM;
    switch (a->algorithm) {
#ifdef MBEDTLS_CCM_C
    case NFI_AES_CCM: bad = seal_ccm(a, m); break;
#endif
    case NFI_CHACHA20_POLY1305: bad = seal_chacha(a, m); break;
    default: bad = seal_gcm(a, m); break;
    }
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

int32_t nfi_aead_open(nfi_aead *a, const nfi_aead_message *m)
{
    int bad;
    if (!lengths_good(a, m))
        return -XE_BAD_PARAM;
    switch (a->algorithm) {
#ifdef MBEDTLS_CCM_C
    case NFI_AES_CCM: bad = open_ccm(a, m); break;
#endif
    case NFI_CHACHA20_POLY1305: bad = open_chacha(a, m); break;
    default: bad = open_gcm(a, m); break;
    }
    if (bad == 0)
        return 0;
    nfi_wipe(m->text, m->length); /* mbedTLS 2.28 and 3.6 do so too; hardware may not */
    return bad == MBEDTLS_ERR_GCM_AUTH_FAILED || bad == MBEDTLS_ERR_CCM_AUTH_FAILED || bad == MBEDTLS_ERR_CHACHAPOLY_AUTH_FAILED
               ? -XE_ESP_DIGEST_MISMATCH : -NFI_CRYPTO_FAULT;
}

void nfi_aead_free(nfi_aead *a)
{
    switch (a->algorithm) {
    case NFI_AES_GCM:
    case NFI_AES_GMAC: mbedtls_gcm_free(&a->key.gcm); break;
#ifdef MBEDTLS_CCM_C
    case NFI_AES_CCM: mbedtls_ccm_free(&a->key.ccm); break;
#endif
#ifdef MBEDTLS_CHACHAPOLY_C
    case NFI_CHACHA20_POLY1305: mbedtls_chachapoly_free(&a->key.chachapoly); break;
#endif
    default: break;
    }
    nfi_wipe(a, sizeof *a);
}
