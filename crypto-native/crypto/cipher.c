#include <string.h>
#include "bounds.h"
#include "primitives.h"

enum { TRIPLE_DES_KEY = 24, DES_KEY = 8 };

int32_t nfi_cipher_block(int32_t algorithm)
{
    switch (algorithm) {
    case NFI_NULL: return 1;
    case NFI_AES_CBC: return 16;
    case NFI_3DES_CBC: return 8;
    default: return -XE_UNKNOWN_ALGORITHM;
    }
}

/* Parity bits do not make a DES key another one. */
static int32_t same_des_key(const uint8_t *a, const uint8_t *b)
{
    uint32_t difference = 0;
    for (size_t i = 0; i < DES_KEY; i++)
        difference |= (uint32_t)((a[i] ^ b[i]) & 0xfe);
    return difference == 0;
}

static int32_t init_aes(nfi_cipher *c, const uint8_t *key, size_t length)
{
    mbedtls_aes_init(&c->key.aes);
    if (length != 16 && length != 24 && length != 32)
        return -XE_BAD_PARAM;
    unsigned int bits = (unsigned int)length * 8u;
    int bad = c->encrypt ? mbedtls_aes_setkey_enc(&c->key.aes, key, bits) : mbedtls_aes_setkey_dec(&c->key.aes, key, bits);
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

/* RFC 2451 2.3: with K1 = K2 or K2 = K3 the three operations fall together into single DES. */
static int32_t init_des3(nfi_cipher *c, const uint8_t *key, size_t length)
{
    mbedtls_des3_init(&c->key.des3);
    if (length != TRIPLE_DES_KEY || same_des_key(key, key + DES_KEY) || same_des_key(key + DES_KEY, key + 2 * DES_KEY))
        return -XE_BAD_PARAM;
    int bad = c->encrypt ? mbedtls_des3_set3key_enc(&c->key.des3, key) : mbedtls_des3_set3key_dec(&c->key.des3, key);
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

int32_t nfi_cipher_init(nfi_cipher *c, int32_t algorithm, int32_t encrypt, const uint8_t *key, size_t key_length)
{
    int32_t status;
    memset(c, 0, sizeof *c);
    c->algorithm = algorithm;
    c->encrypt = encrypt;
    switch (algorithm) {
    case NFI_NULL: return key_length == 0 ? 0 : -XE_BAD_PARAM;
    case NFI_AES_CBC: status = init_aes(c, key, key_length); break;
    case NFI_3DES_CBC: status = init_des3(c, key, key_length); break;
    default: return -XE_UNKNOWN_ALGORITHM;
    }
    if (status < 0)
        nfi_cipher_free(c);
    return status;
}

int32_t nfi_cipher_cbc(nfi_cipher *c, uint8_t iv[16], uint8_t *buffer, size_t length)
{
    int bad = 0;
    if (length % (size_t)nfi_cipher_block(c->algorithm) != 0)
        return -XE_BAD_PARAM;
    if (c->algorithm == NFI_AES_CBC)
        bad = mbedtls_aes_crypt_cbc(&c->key.aes, c->encrypt ? MBEDTLS_AES_ENCRYPT : MBEDTLS_AES_DECRYPT, length, iv, buffer, buffer);
    else if (c->algorithm == NFI_3DES_CBC)
        bad = mbedtls_des3_crypt_cbc(&c->key.des3, c->encrypt ? MBEDTLS_DES_ENCRYPT : MBEDTLS_DES_DECRYPT, length, iv, buffer, buffer);
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

void nfi_cipher_free(nfi_cipher *c)
{
    if (c->algorithm == NFI_AES_CBC)
        mbedtls_aes_free(&c->key.aes);
    else if (c->algorithm == NFI_3DES_CBC)
        mbedtls_des3_free(&c->key.des3);
    nfi_wipe(c, sizeof *c);
}

int32_t nfi_crypto_cipher(int32_t algorithm, int32_t secret, int32_t encrypt, const uint8_t *iv, int32_t iv_cap, int32_t iv_offset,
                          uint8_t *buffer, int32_t buffer_cap, int32_t offset, int32_t length)
{
    const uint8_t *key;
    size_t key_length;
    nfi_cipher c;
    uint8_t scratch[16] = { 0 };
    int32_t block = nfi_cipher_block(algorithm);
    if (block <= 1)
        return -XE_UNKNOWN_ALGORITHM;
    if (!nfi_within(iv, iv_cap, iv_offset, block) || !nfi_within(buffer, buffer_cap, offset, length) || length % block != 0)
        return -XE_BAD_PARAM;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = nfi_secret_view(secret, &key, &key_length);
    if (status == 0)
        status = nfi_cipher_init(&c, algorithm, encrypt != 0, key, key_length);
    if (status < 0)
        return status;
    memcpy(scratch, iv + iv_offset, (size_t)block);
    status = nfi_cipher_cbc(&c, scratch, buffer + offset, (size_t)length);
    nfi_cipher_free(&c);
    return status < 0 ? status : length;
}
