#include <string.h>
#include "bounds.h"
#include "primitives.h"

/* AES-GCM, SP 800-38D, in one shot: nothing of a text is given out before its tag held. */

int32_t nfi_aead_init(nfi_aead *a, int32_t algorithm, const uint8_t *key, size_t key_length)
{
    memset(a, 0, sizeof *a);
    if (algorithm != NFI_AES_GCM)
        return -XE_UNKNOWN_ALGORITHM;
    if (key_length != 16 && key_length != 24 && key_length != 32)
        return -XE_BAD_PARAM;
    a->algorithm = algorithm;
    mbedtls_gcm_init(&a->key.gcm);
    if (mbedtls_gcm_setkey(&a->key.gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned int)key_length * 8u) == 0)
        return 0;
    nfi_aead_free(a);
    return -NFI_CRYPTO_FAULT;
}

int32_t nfi_aead_seal(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                      uint8_t *buffer, size_t length, uint8_t *tag, size_t tag_length)
{
    int bad = mbedtls_gcm_crypt_and_tag(&a->key.gcm, MBEDTLS_GCM_ENCRYPT, length, nonce, nonce_length, aad, aad_length,
                                        buffer, buffer, tag_length, tag);
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

int32_t nfi_aead_open(nfi_aead *a, const uint8_t *nonce, size_t nonce_length, const uint8_t *aad, size_t aad_length,
                      uint8_t *buffer, size_t length, const uint8_t *tag, size_t tag_length)
{
    int bad = mbedtls_gcm_auth_decrypt(&a->key.gcm, length, nonce, nonce_length, aad, aad_length, tag, tag_length, buffer, buffer);
    if (bad == 0)
        return 0;
    nfi_wipe(buffer, length);     /* mbedTLS 2.28 and 3.6 do so too; a hardware GCM may not */
    return bad == MBEDTLS_ERR_GCM_AUTH_FAILED ? -XE_ESP_DIGEST_MISMATCH : -NFI_CRYPTO_FAULT;
}

void nfi_aead_free(nfi_aead *a)
{
    if (a->algorithm == NFI_AES_GCM)
        mbedtls_gcm_free(&a->key.gcm);
    nfi_wipe(a, sizeof *a);
}

/* Tag lengths of RFC 5116 and RFC 4106: 16, 12, 8. Shorter ones make forgery a matter of patience (SP 800-38D appendix C). */
static int32_t tag_known(int32_t tag_length)
{
    return tag_length == 16 || tag_length == 12 || tag_length == 8;
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
    if (!nfi_within(nonce, nonce_cap, nonce_offset, nonce_length) || nonce_length < 1 || !tag_known(tag_length) ||
        !nfi_within_or_none(aad, aad_cap, aad_offset, aad_length) || length > INT32_MAX - tag_length ||
        !nfi_within(buffer, buffer_cap, offset, length) || buffer_cap - offset - length < tag_length)
        return -XE_BAD_PARAM;
    int32_t status = init_from_secret(&a, algorithm, secret);
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
    if (!nfi_within(nonce, nonce_cap, nonce_offset, nonce_length) || nonce_length < 1 || !tag_known(tag_length) ||
        !nfi_within_or_none(aad, aad_cap, aad_offset, aad_length) || !nfi_within(buffer, buffer_cap, offset, length) ||
        length < tag_length)
        return -XE_BAD_PARAM;
    int32_t status = init_from_secret(&a, algorithm, secret);
    if (status < 0)
        return status;
    uint8_t *text = buffer + offset;
    size_t text_length = (size_t)(length - tag_length);
    status = nfi_aead_open(&a, nonce + nonce_offset, (size_t)nonce_length, nfi_at(aad, aad_offset), (size_t)aad_length,
                           text, text_length, text + text_length, (size_t)tag_length);
    nfi_aead_free(&a);
    return status < 0 ? status : (int32_t)text_length;
}
