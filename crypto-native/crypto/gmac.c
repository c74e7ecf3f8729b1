#include <string.h>
#include "aes_mac.h"
#include "primitives.h"

/* SP 800-38D with all of the text as associated data: GHASH(H, text | lengths) ^ E(K, nonce | 1). */
enum { SALT = 4, IV = 8, WORDS = 4, BITS = 128 };

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* One bit to the right, 6.3 of the standard: x times the element, reduced by a mask and not by a jump. */
static void shift(uint32_t element[WORDS])
{
    uint32_t reduction = 0xe1000000u & (0u - (element[3] & 1u));
    for (size_t i = WORDS - 1; i > 0; i--)
        element[i] = element[i] >> 1 | element[i - 1] << 31;
    element[0] = element[0] >> 1 ^ reduction;
}

/* sum = sum * H. Every bit costs the same whatever it is, and no table is looked up: neither time nor a cache tells of H. */
static void multiply(nfi_gmac *g)
{
    uint32_t product[WORDS] = { 0 }, element[WORDS];
    memcpy(element, g->point, sizeof element);
    for (size_t i = 0; i < BITS; i++) {
        uint32_t taken = 0u - (g->sum[i / 32] >> (31 - i % 32) & 1u);
        for (size_t w = 0; w < WORDS; w++)
            product[w] ^= element[w] & taken;
        shift(element);
    }
    memcpy(g->sum, product, sizeof g->sum);
    nfi_wipe(product, sizeof product);    /* beside a text that is known, this too tells of H */
    nfi_wipe(element, sizeof element);
}

static int32_t begin(nfi_gmac *g, const uint8_t *key, size_t aes_length)
{
    uint8_t zero[NFI_AES_BLOCK] = { 0 };
    mbedtls_aes_init(&g->aes);
    int bad = mbedtls_aes_setkey_enc(&g->aes, key, (unsigned int)aes_length * 8u);
    if (bad == 0)
        bad = mbedtls_aes_crypt_ecb(&g->aes, MBEDTLS_AES_ENCRYPT, zero, zero);
    for (size_t w = 0; w < WORDS; w++)
        g->point[w] = get32(zero + 4 * w);
    nfi_wipe(zero, sizeof zero);
    return nfi_aes_status(bad, aes_length);
}

int32_t nfi_gmac_init(nfi_gmac *g, const uint8_t *key, size_t key_length)
{
    memset(g, 0, sizeof *g);
    if (key_length != 16 + SALT && key_length != 24 + SALT && key_length != 32 + SALT)
        return -XE_BAD_PARAM;
    memcpy(g->salt, key + key_length - SALT, SALT);
    int32_t status = begin(g, key, key_length - SALT);
    if (status < 0)
        nfi_gmac_free(g);
    return status;
}

int32_t nfi_gmac_start(nfi_gmac *g, const uint8_t iv[8])
{
    uint8_t nonce[NFI_AES_BLOCK] = { [NFI_AES_BLOCK - 1] = 1 };
    memcpy(nonce, g->salt, SALT);
    memcpy(nonce + SALT, iv, IV);
    memset(g->sum, 0, sizeof g->sum);
    g->length = 0;
    return mbedtls_aes_crypt_ecb(&g->aes, MBEDTLS_AES_ENCRYPT, nonce, g->mask) == 0 ? 0 : -NFI_CRYPTO_FAULT;
}

void nfi_gmac_update(nfi_gmac *g, const uint8_t *src, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        size_t at = g->length++ % NFI_AES_BLOCK;
        g->sum[at / 4] ^= (uint32_t)src[i] << (24 - 8 * (at % 4));
        if (at == NFI_AES_BLOCK - 1)
            multiply(g);
    }
}

void nfi_gmac_finish(nfi_gmac *g, uint8_t out[NFI_AES_BLOCK])
{
    if (g->length % NFI_AES_BLOCK != 0)
        multiply(g);
    g->sum[0] ^= (uint32_t)(g->length >> 29);     /* the length in bits, 64 of them, then as many zeros */
    g->sum[1] ^= (uint32_t)(g->length << 3);
    multiply(g);
    for (size_t i = 0; i < NFI_AES_BLOCK; i++)
        out[i] = (uint8_t)(g->mask[i] ^ g->sum[i / 4] >> (24 - 8 * (i % 4)));
    nfi_wipe(g->mask, sizeof g->mask);
    nfi_wipe(g->sum, sizeof g->sum);
}

void nfi_gmac_free(nfi_gmac *g)
{
    mbedtls_aes_free(&g->aes);
    nfi_wipe(g, sizeof *g);
}
