#include <string.h>
#include "aes_mac.h"
#include "primitives.h"

/* E(K, M1 ^ E(K, ...)) where the last block gets a mask more; what is not a whole block is padded with 10...0. */

static int32_t encrypt(mbedtls_aes_context *aes, uint8_t block[NFI_AES_BLOCK])
{
    return mbedtls_aes_crypt_ecb(aes, MBEDTLS_AES_ENCRYPT, block, block) == 0 ? 0 : -NFI_CRYPTO_FAULT;
}

static int32_t set_key(nfi_block_mac *m, const uint8_t *key, size_t key_length)
{
    return nfi_aes_status(mbedtls_aes_setkey_enc(&m->aes, key, (unsigned int)key_length * 8u), key_length);
}

/* RFC 4493 2.3: twice the value in GF(2^128), the reduction chosen by a mask and not by a jump. */
static void twice(const uint8_t from[NFI_AES_BLOCK], uint8_t to[NFI_AES_BLOCK])
{
    uint32_t carry = from[0] >> 7;
    uint8_t reduction = (uint8_t)(0x87 & (0u - carry));
    for (size_t i = 0; i < NFI_AES_BLOCK; i++) {
        uint32_t next = i + 1 < NFI_AES_BLOCK ? from[i + 1] >> 7 : 0;
        to[i] = (uint8_t)((uint32_t)from[i] << 1 | next);
    }
    to[NFI_AES_BLOCK - 1] ^= reduction;
}

static int32_t done(nfi_block_mac *m, int32_t status)
{
    if (status < 0)
        nfi_block_mac_free(m);
    return status;
}

int32_t nfi_cmac_init(nfi_block_mac *m, const uint8_t *key, size_t key_length)
{
    uint8_t zero[NFI_AES_BLOCK] = { 0 };
    memset(m, 0, sizeof *m);
    if (key_length != 16 && key_length != 24 && key_length != 32)
        return -XE_BAD_PARAM;
    mbedtls_aes_init(&m->aes);
    int32_t status = set_key(m, key, key_length);
    if (status == 0)
        status = encrypt(&m->aes, zero);
    twice(zero, m->whole);
    twice(m->whole, m->padded);
    nfi_wipe(zero, sizeof zero);
    return done(m, status);
}

/* RFC 3566 4: K1 encrypts, K2 and K3 are the masks; each is a constant block encrypted under the key. */
int32_t nfi_xcbc_init(nfi_block_mac *m, const uint8_t *key, size_t key_length)
{
    uint8_t first[NFI_AES_BLOCK];
    memset(m, 0, sizeof *m);
    if (key_length != NFI_AES_BLOCK)
        return -XE_BAD_PARAM;
    mbedtls_aes_init(&m->aes);
    memset(first, 1, sizeof first);
    memset(m->whole, 2, sizeof m->whole);
    memset(m->padded, 3, sizeof m->padded);
    int32_t status = set_key(m, key, key_length);
    if (status == 0)
        status = encrypt(&m->aes, first);
    if (status == 0)
        status = encrypt(&m->aes, m->whole);
    if (status == 0)
        status = encrypt(&m->aes, m->padded);
    if (status == 0)
        status = set_key(m, first, sizeof first);
    nfi_wipe(first, sizeof first);
    return done(m, status);
}

void nfi_block_mac_start(nfi_block_mac *m)
{
    memset(m->state, 0, sizeof m->state);
    m->held = 0;
}

int32_t nfi_block_mac_update(nfi_block_mac *m, const uint8_t *src, size_t length)
{
    int32_t status = 0;
    for (size_t i = 0; i < length && status == 0; i++) {
        if (m->held == NFI_AES_BLOCK) {
            status = encrypt(&m->aes, m->state);
            m->held = 0;
        }
        m->state[m->held++] ^= src[i];
    }
    return status;
}

int32_t nfi_block_mac_finish(nfi_block_mac *m, uint8_t out[NFI_AES_BLOCK])
{
    const uint8_t *mask = m->held == NFI_AES_BLOCK ? m->whole : m->padded;
    if (m->held < NFI_AES_BLOCK)
        m->state[m->held] ^= 0x80;
    for (size_t i = 0; i < NFI_AES_BLOCK; i++)
        m->state[i] ^= mask[i];
    int32_t status = encrypt(&m->aes, m->state);
    memcpy(out, m->state, NFI_AES_BLOCK);
    nfi_block_mac_start(m);
    return status;
}

void nfi_block_mac_free(nfi_block_mac *m)
{
    mbedtls_aes_free(&m->aes);
    nfi_wipe(m, sizeof *m);
}
