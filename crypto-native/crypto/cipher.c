#include <string.h>
#include "bounds.h"
#include "primitives.h"

enum { TRIPLE_DES_KEY = 24, DES_KEY = 8, BLOCK = 16 };

int32_t nfi_aes_status(int bad, size_t key_length)
{
    if (bad == 0)
        return 0;
    return key_length == 24 ? -XE_UNKNOWN_ALGORITHM : -NFI_CRYPTO_FAULT;
}

#ifdef MBEDTLS_DES_C

/* Parity bits do not make a DES key another one. */
static int32_t same_des_key(const uint8_t *a, const uint8_t *b)
{
    uint32_t difference = 0;
    for (size_t i = 0; i < DES_KEY; i++)
        difference |= (uint32_t)((a[i] ^ b[i]) & 0xfe);
    return difference == 0;
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

/* mbedTLS knows the weak keys with their right parity alone, though without it they are as weak. */
static int32_t is_weak(const uint8_t key[DES_KEY])
{
    uint8_t right[DES_KEY];
    memcpy(right, key, sizeof right);
    mbedtls_des_key_set_parity(right);
    int32_t weak = mbedtls_des_key_check_weak(right) != 0;
    nfi_wipe(right, sizeof right);
    return weak;
}

/* Single DES falls to an afternoon's search whatever its key; the few weak ones are refused because RFC 2405 3 says so. */
static int32_t init_des(nfi_cipher *c, const uint8_t *key, size_t length)
{
    mbedtls_des_init(&c->key.des);
    if (length != DES_KEY || is_weak(key))
        return -XE_BAD_PARAM;
    int bad = c->encrypt ? mbedtls_des_setkey_enc(&c->key.des, key) : mbedtls_des_setkey_dec(&c->key.des, key);
    return bad ? -NFI_CRYPTO_FAULT : 0;
}
#endif

/* A counter mode encrypts its counter both ways. */
static int32_t init_aes(nfi_cipher *c, const uint8_t *key, size_t length)
{
    mbedtls_aes_init(&c->key.aes);
    if (length != 16 && length != 24 && length != 32)
        return -XE_BAD_PARAM;
    unsigned int bits = (unsigned int)length * 8u;
    int32_t forward = c->encrypt || c->algorithm == NFI_AES_CTR;
    return nfi_aes_status(forward ? mbedtls_aes_setkey_enc(&c->key.aes, key, bits) : mbedtls_aes_setkey_dec(&c->key.aes, key, bits), length);
}

static int32_t init(nfi_cipher *c, const uint8_t *key, size_t length)
{
    switch (c->algorithm) {
    case NFI_NULL: return length == 0 ? 0 : -XE_BAD_PARAM;
#ifdef MBEDTLS_DES_C
    case NFI_3DES_CBC: return init_des3(c, key, length);
    case NFI_DES_CBC: return init_des(c, key, length);
#endif
#ifdef MBEDTLS_CIPHER_MODE_CTR
    case NFI_AES_CTR:
#endif
    case NFI_AES_CBC: return init_aes(c, key, length);
    default: return -XE_UNKNOWN_ALGORITHM;
    }
}

int32_t nfi_cipher_init(nfi_cipher *c, int32_t algorithm, int32_t encrypt, const uint8_t *key, size_t key_length)
{
    memset(c, 0, sizeof *c);
    c->algorithm = algorithm;
    c->encrypt = encrypt;
    int32_t status = init(c, key, key_length);
    if (status < 0)
        nfi_cipher_free(c);
    return status;
}

void nfi_cipher_begin(const nfi_cipher_traits *traits, const uint8_t *salt, const uint8_t *iv, uint8_t state[16])
{
    memset(state, 0, BLOCK);
    if (traits->salt > 0)
        memcpy(state, salt, traits->salt);
    if (traits->iv > 0)
        memcpy(state + traits->salt, iv, traits->iv);
    if (traits->counts)
        state[BLOCK - 1] = 1;
}

#ifdef MBEDTLS_CIPHER_MODE_CTR
static int run_ctr(nfi_cipher *c, uint8_t state[16], uint8_t *buffer, size_t length)
{
    uint8_t stream[BLOCK];
    size_t used = 0;
    int bad = mbedtls_aes_crypt_ctr(&c->key.aes, length, &used, state, stream, buffer, buffer);
    nfi_wipe(stream, sizeof stream);
    return bad;
}
#endif

int32_t nfi_cipher_run(nfi_cipher *c, uint8_t state[16], uint8_t *buffer, size_t length)
{
    const nfi_cipher_traits *traits = nfi_cipher_traits_of(c->algorithm);
    int bad = 0;
    if (traits == NULL || length % traits->block != 0)
        return -XE_BAD_PARAM;
    switch (c->algorithm) {
    case NFI_AES_CBC:
        bad = mbedtls_aes_crypt_cbc(&c->key.aes, c->encrypt ? MBEDTLS_AES_ENCRYPT : MBEDTLS_AES_DECRYPT, length, state, buffer, buffer);
        break;
#ifdef MBEDTLS_CIPHER_MODE_CTR
    case NFI_AES_CTR:
        bad = run_ctr(c, state, buffer, length);
        break;
#endif
#ifdef MBEDTLS_DES_C
    case NFI_3DES_CBC:
        bad = mbedtls_des3_crypt_cbc(&c->key.des3, c->encrypt ? MBEDTLS_DES_ENCRYPT : MBEDTLS_DES_DECRYPT, length, state, buffer, buffer);
        break;
    case NFI_DES_CBC:
        bad = mbedtls_des_crypt_cbc(&c->key.des, c->encrypt ? MBEDTLS_DES_ENCRYPT : MBEDTLS_DES_DECRYPT, length, state, buffer, buffer);
        break;
#endif
    default:
        break;
    }
    return bad ? -NFI_CRYPTO_FAULT : 0;
}

void nfi_cipher_free(nfi_cipher *c)
{
    switch (c->algorithm) {
    case NFI_AES_CBC:
    case NFI_AES_CTR: mbedtls_aes_free(&c->key.aes); break;
#ifdef MBEDTLS_DES_C
    case NFI_3DES_CBC: mbedtls_des3_free(&c->key.des3); break;
    case NFI_DES_CBC: mbedtls_des_free(&c->key.des); break;
#endif
    default: break;
    }
    nfi_wipe(c, sizeof *c);
}

int32_t nfi_crypto_cipher(int32_t algorithm, int32_t secret, int32_t encrypt, const uint8_t *iv, int32_t iv_cap, int32_t iv_offset,
                          uint8_t *buffer, int32_t buffer_cap, int32_t offset, int32_t length)
{
    const uint8_t *key;
    size_t key_length;
    nfi_cipher c;
    uint8_t state[BLOCK] = { 0 };
    const nfi_cipher_traits *traits = nfi_cipher_traits_of(algorithm);
    if (traits == NULL || traits->aead || traits->iv == 0)
        return -XE_UNKNOWN_ALGORITHM;
    int32_t iv_length = traits->counts ? BLOCK : traits->iv;
    if (!nfi_within(iv, iv_cap, iv_offset, iv_length) || !nfi_within(buffer, buffer_cap, offset, length) || length % traits->block != 0)
        return -XE_BAD_PARAM;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = nfi_secret_view(secret, &key, &key_length);
    if (status == 0)
        status = nfi_cipher_init(&c, algorithm, encrypt != 0, key, key_length);
    if (status < 0)
        return status;
    memcpy(state, iv + iv_offset, (size_t)iv_length);
    status = nfi_cipher_run(&c, state, buffer + offset, (size_t)length);
    nfi_cipher_free(&c);
    return status < 0 ? status : length;
}
