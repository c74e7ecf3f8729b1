#include <string.h>
#include "bounds.h"
#include "primitives.h"

/* AEADs in one shot: nothing of a text is given out before its tag held. */

/* --- AES-GCM, SP 800-38D, and GMAC, which is GCM without a text --- */

static int32_t init_gcm(nfi_aead *a, const uint8_t *key, size_t key_length)
{
    mbedtls_gcm_init(&a->key.gcm);
    return nfi_aes_status(mbedtls_gcm_setkey(&a->key.gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned int)key_length * 8u), key_length);
}

static int32_t seal_gcm(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                        uint8_t *buffer, size_t length, uint8_t *tag, size_t tag_length)
{
    int bad = mbedtls_gcm_crypt_and_tag(&a->key.gcm, MBEDTLS_GCM_ENCRYPT, length, nonce, nonce_length, aad, aad_length,
                                        buffer, buffer, tag_length, tag);
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

static int32_t open_gcm(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                        uint8_t *buffer, size_t length, const uint8_t *tag, size_t tag_length)
{
    int bad = mbedtls_gcm_auth_decrypt(&a->key.gcm, length, nonce, nonce_length, aad, aad_length, tag, tag_length, buffer, buffer);
    if (bad == 0)
        return 0;
    return bad == MBEDTLS_ERR_GCM_AUTH_FAILED ? -XE_ESP_DIGEST_MISMATCH : -NFI_CRYPTO_FAULT;
}

/* --- AES-CCM, RFC 3610 --- */

#ifdef MBEDTLS_CCM_C
static int32_t init_ccm(nfi_aead *a, const uint8_t *key, size_t key_length)
{
    mbedtls_ccm_init(&a->key.ccm);
    return nfi_aes_status(mbedtls_ccm_setkey(&a->key.ccm, MBEDTLS_CIPHER_ID_AES, key, (unsigned int)key_length * 8u), key_length);
}

static int32_t seal_ccm(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                        uint8_t *buffer, size_t length, uint8_t *tag, size_t tag_length)
{
    int bad = mbedtls_ccm_encrypt_and_tag(&a->key.ccm, length, nonce, nonce_length, aad, aad_length, buffer, buffer, tag, tag_length);
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

static int32_t open_ccm(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                        uint8_t *buffer, size_t length, const uint8_t *tag, size_t tag_length)
{
    int bad = mbedtls_ccm_auth_decrypt(&a->key.ccm, length, nonce, nonce_length, aad, aad_length, buffer, buffer, tag, tag_length);
    if (bad == 0)
        return 0;
    return bad == MBEDTLS_ERR_CCM_AUTH_FAILED ? -XE_ESP_DIGEST_MISMATCH : -NFI_CRYPTO_FAULT;
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

static int32_t seal_chacha(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                           uint8_t *buffer, size_t length, uint8_t *tag, size_t tag_length)
{
    (void)nonce_length, (void)tag_length;
    int bad = mbedtls_chachapoly_encrypt_and_tag(&a->key.chachapoly, length, nonce, aad, aad_length, buffer, buffer, tag);
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

static int32_t open_chacha(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                           uint8_t *buffer, size_t length, const uint8_t *tag, size_t tag_length)
{
    (void)nonce_length, (void)tag_length;
    int bad = mbedtls_chachapoly_auth_decrypt(&a->key.chachapoly, length, nonce, aad, aad_length, tag, buffer, buffer);
    if (bad == 0)
        return 0;
    return bad == MBEDTLS_ERR_CHACHAPOLY_AUTH_FAILED ? -XE_ESP_DIGEST_MISMATCH : -NFI_CRYPTO_FAULT;
}
#else
static int32_t init_chacha(nfi_aead *a, const uint8_t *key, size_t key_length)
{
    (void)key_length;
    nfi_chachapoly_init(&a->key.chachapoly, key);
    return 0;
}

static int32_t seal_chacha(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                           uint8_t *buffer, size_t length, uint8_t *tag, size_t tag_length)
{
    (void)nonce_length, (void)tag_length;
    nfi_chachapoly_seal(&a->key.chachapoly, nonce, aad, aad_length, buffer, length, tag);
    return 0;
}

static int32_t open_chacha(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                           uint8_t *buffer, size_t length, const uint8_t *tag, size_t tag_length)
{
    uint8_t right[16];
    (void)nonce_length;
    nfi_chachapoly_tag(&a->key.chachapoly, nonce, aad, aad_length, buffer, length, right);
    int32_t good = nfi_equal(right, tag, tag_length);
    nfi_wipe(right, sizeof right);        /* the right answer to a forged packet stays here */
    if (good)
        nfi_chachapoly_decrypt(&a->key.chachapoly, nonce, buffer, length);
    return good ? 0 : -XE_ESP_DIGEST_MISMATCH;
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
static int32_t lengths_good(const nfi_aead *a, size_t nonce_length, size_t length, size_t tag_length)
{
    if (a->algorithm == NFI_CHACHA20_POLY1305)
        return nonce_length == 12 && tag_length == 16;
    return a->algorithm != NFI_AES_GMAC || length == 0;
}

int32_t nfi_aead_seal(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                      uint8_t *buffer, size_t length, uint8_t *tag, size_t tag_length)
{
    if (!lengths_good(a, nonce_length, length, tag_length))
        return -XE_BAD_PARAM;
    switch (a->algorithm) {
#ifdef MBEDTLS_CCM_C
    case NFI_AES_CCM: return seal_ccm(a, nonce, nonce_length, aad, aad_length, buffer, length, tag, tag_length);
#endif
    case NFI_CHACHA20_POLY1305: return seal_chacha(a, nonce, nonce_length, aad, aad_length, buffer, length, tag, tag_length);
    default: return seal_gcm(a, nonce, nonce_length, aad, aad_length, buffer, length, tag, tag_length);
    }
}

static int32_t open(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                    uint8_t *buffer, size_t length, const uint8_t *tag, size_t tag_length)
{
    switch (a->algorithm) {
#ifdef MBEDTLS_CCM_C
    case NFI_AES_CCM: return open_ccm(a, nonce, nonce_length, aad, aad_length, buffer, length, tag, tag_length);
#endif
    case NFI_CHACHA20_POLY1305: return open_chacha(a, nonce, nonce_length, aad, aad_length, buffer, length, tag, tag_length);
    default: return open_gcm(a, nonce, nonce_length, aad, aad_length, buffer, length, tag, tag_length);
    }
}

int32_t nfi_aead_open(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                      uint8_t *buffer, size_t length, const uint8_t *tag, size_t tag_length)
{
    if (!lengths_good(a, nonce_length, length, tag_length))
        return -XE_BAD_PARAM;
    int32_t status = open(a, nonce, nonce_length, aad, aad_length, buffer, length, tag, tag_length);
    if (status < 0)
        nfi_wipe(buffer, length); /* mbedTLS 2.28 and 3.6 do so too; hardware may not */
    return status;
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

/* Tag lengths of RFC 4106, RFC 4309, RFC 7634, RFC 4543. */
static int32_t check(int32_t algorithm, int32_t tag_length)
{
    const nfi_cipher_traits *traits = nfi_cipher_traits_of(algorithm);
    if (traits == NULL || !traits->aead)
        return -XE_UNKNOWN_ALGORITHM;
    return nfi_aead_icv_known(traits, tag_length) ? 0 : -XE_BAD_PARAM;
}

static int32_t init_from_secret(nfi_aead *a, int32_t algorithm, int32_t secret)
{
    const uint8_t *key;
    size_t key_length;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = nfi_secret_view(secret, &key, &key_length);
    return status < 0 ? status : nfi_aead_init(a, algorithm, key, key_length);
}

int32_t nfi_crypto_aead_seal(int32_t algorithm, int32_t secret, int32_t tag_length, const uint8_t *nonce, int32_t nonce_cap,
                             int32_t nonce_offset, int32_t nonce_length, const uint8_t *aad, int32_t aad_cap, int32_t aad_offset,
                             int32_t aad_length, uint8_t *buffer, int32_t buffer_cap, int32_t offset, int32_t length)
{
    nfi_aead a;
    int32_t status = check(algorithm, tag_length);
    if (status < 0)
        return status;
    if (!nfi_within(nonce, nonce_cap, nonce_offset, nonce_length) || nonce_length < 1 ||
        !nfi_within_or_none(aad, aad_cap, aad_offset, aad_length) || length > INT32_MAX - tag_length ||
        !nfi_within(buffer, buffer_cap, offset, length) || buffer_cap - offset - length < tag_length)
        return -XE_BAD_PARAM;
    status = init_from_secret(&a, algorithm, secret);
    if (status < 0)
        return status;
    uint8_t *text = buffer + offset;
    status = nfi_aead_seal(&a, nonce + nonce_offset, (size_t)nonce_length, nfi_at(aad, aad_offset), (size_t)aad_length,
                           text, (size_t)length, text + length, (size_t)tag_length);
    nfi_aead_free(&a);
    return status < 0 ? status : length + tag_length;
}

int32_t nfi_crypto_aead_open(int32_t algorithm, int32_t secret, int32_t tag_length, const uint8_t *nonce, int32_t nonce_cap,
                             int32_t nonce_offset, int32_t nonce_length, const uint8_t *aad, int32_t aad_cap, int32_t aad_offset,
                             int32_t aad_length, uint8_t *buffer, int32_t buffer_cap, int32_t offset, int32_t length)
{
    nfi_aead a;
    int32_t status = check(algorithm, tag_length);
    if (status < 0)
        return status;
    if (!nfi_within(nonce, nonce_cap, nonce_offset, nonce_length) || nonce_length < 1 ||
        !nfi_within_or_none(aad, aad_cap, aad_offset, aad_length) || !nfi_within(buffer, buffer_cap, offset, length) ||
        length < tag_length)
        return -XE_BAD_PARAM;
    status = init_from_secret(&a, algorithm, secret);
    if (status < 0)
        return status;
    uint8_t *text = buffer + offset;
    size_t text_length = (size_t)(length - tag_length);
    status = nfi_aead_open(&a, nonce + nonce_offset, (size_t)nonce_length, nfi_at(aad, aad_offset), (size_t)aad_length,
                           text, text_length, text + text_length, (size_t)tag_length);
    nfi_aead_free(&a);
    return status < 0 ? status : (int32_t)text_length;
}
