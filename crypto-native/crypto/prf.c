#include <string.h>
#include <mbedtls/platform.h>
#include "bounds.h"
#include "nfi_limits.h"
#include "primitives.h"

/* A MAC as a pseudorandom function whose keys and results are secrets (RFC 7296 2.13). */

typedef struct {
    const uint8_t *bytes;
    size_t length;
} part;

/* The bytes of a secret; none for handle 0. */
static int32_t view(int32_t secret, part *p)
{
    p->bytes = NULL;
    p->length = 0;
    return secret == 0 ? 0 : nfi_secret_view(secret, &p->bytes, &p->length);
}

static int32_t add(nfi_mac *m, const part *p)
{
    return p->length == 0 ? 0 : nfi_mac_update(m, p->bytes, p->length);
}

static int32_t compute(nfi_mac *m, const part *parts, size_t count, uint8_t out[64])
{
    int32_t status = nfi_mac_start(m);
    for (size_t i = 0; i < count && status == 0; i++)
        status = add(m, &parts[i]);
    return status == 0 ? nfi_mac_finish(m, out) : status;
}

/* Not of fixed length for a PRF: HMAC takes any key; XCBC's is padded with zeros or, when longer, run through the PRF under zeros
 * (RFC 4434 2); CMAC's is run through it at any other length (RFC 4615 3). */
static int32_t fit_key(int32_t prf, const part *key, uint8_t fitted[NFI_AES_BLOCK])
{
    nfi_mac m;
    uint8_t out[64];
    memset(fitted, 0, NFI_AES_BLOCK);
    if (key->length == NFI_AES_BLOCK || (prf == NFI_AES_XCBC && key->length < NFI_AES_BLOCK)) {
        memcpy(fitted, key->bytes, key->length);
        return 0;
    }
    int32_t status = nfi_mac_init(&m, prf, fitted, NFI_AES_BLOCK);
    if (status < 0)
        return status;
    status = compute(&m, key, 1, out);
    memcpy(fitted, out, NFI_AES_BLOCK);
    nfi_wipe(out, sizeof out);
    nfi_mac_free(&m);
    return status;
}

static int32_t init(nfi_mac *m, int32_t prf, const part *key)
{
    uint8_t fitted[NFI_AES_BLOCK];
    if (prf != NFI_AES_XCBC && prf != NFI_AES_CMAC)
        return nfi_mac_init(m, prf, key->bytes, key->length);
    int32_t status = fit_key(prf, key, fitted);
    if (status == 0)
        status = nfi_mac_init(m, prf, fitted, sizeof fitted);
    nfi_wipe(fitted, sizeof fitted);
    return status;
}

/* Bytes of a PRF's output. */
static int32_t prf_size(int32_t prf)
{
    return prf == NFI_AES_GMAC_AH ? -XE_UNKNOWN_ALGORITHM : nfi_mac_size(prf);
}

static int32_t derive(int32_t prf, const part *key, const part data[2])
{
    nfi_mac m;
    uint8_t out[64];
    int32_t status = init(&m, prf, key);
    if (status < 0)
        return status;
    status = compute(&m, data, 2, out);
    if (status == 0)
        status = nfi_secret_make(out, m.size);
    nfi_wipe(out, sizeof out);
    nfi_mac_free(&m);
    return status;
}

int32_t nfi_crypto_derive(int32_t prf, int32_t key_secret, const uint8_t *key, int32_t key_cap, int32_t key_offset, int32_t key_length,
                          int32_t data_secret, const uint8_t *data, int32_t data_cap, int32_t data_offset, int32_t data_length)
{
    part with, of[2];
    if (prf_size(prf) < 0)
        return -XE_UNKNOWN_ALGORITHM;
    if (!nfi_within_or_none(key, key_cap, key_offset, key_length) || !nfi_within_or_none(data, data_cap, data_offset, data_length) ||
        (key_secret == 0 && key_length < 1))
        return -XE_BAD_PARAM;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = view(key_secret, &with);
    if (status == 0)
        status = view(data_secret, &of[0]);
    if (status < 0)
        return status;
    if (key_secret == 0)
        with = (part){ key + key_offset, (size_t)key_length };
    of[1] = (part){ nfi_at(data, data_offset), (size_t)data_length };
    return derive(prf, &with, of);
}

/* T1 = prf(K, S | 1), Tn = prf(K, Tn-1 | S | n), so many until length bytes are full. */
static int32_t fill(nfi_mac *m, const part seed[2], uint8_t *dst, size_t length)
{
    uint8_t block[64], number = 0;
    part parts[4] = { { block, 0 }, seed[0], seed[1], { &number, 1 } };
    int32_t status = 0;
    for (size_t done = 0; done < length && status == 0; done += m->size) {
        number++;
        status = compute(m, parts, 4, block);
        parts[0].length = m->size;
        if (status == 0)
            memcpy(dst + done, block, length - done < m->size ? length - done : m->size);
    }
    nfi_wipe(block, sizeof block);
    return status;
}

/* The interpreter's stack has no room for the longest. */
static int32_t expand(int32_t prf, const part *key, const part seed[2], size_t length)
{
    nfi_mac m;
    uint8_t *bytes = mbedtls_calloc(1, length);
    if (bytes == NULL)
        return -XE_NOMEM;
    int32_t status = init(&m, prf, key);
    if (status == 0) {
        status = fill(&m, seed, bytes, length);
        nfi_mac_free(&m);
    }
    if (status == 0)
        status = nfi_secret_make(bytes, length);
    nfi_wipe(bytes, length);
    mbedtls_free(bytes);
    return status;
}

/* One byte counts the blocks: 255 at most (RFC 7296 2.13). */
static int32_t length_possible(int32_t length, int32_t block)
{
    return length >= 1 && length <= NFI_MAX_SECRET && length <= 255 * block;
}

int32_t nfi_crypto_expand(int32_t prf, int32_t key_secret, int32_t seed_secret, const uint8_t *seed, int32_t seed_cap,
                          int32_t seed_offset, int32_t seed_length, int32_t length)
{
    part key, of[2];
    int32_t block = prf_size(prf);
    if (block < 0)
        return block;
    if (!nfi_within_or_none(seed, seed_cap, seed_offset, seed_length) || !length_possible(length, block))
        return -XE_BAD_PARAM;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = nfi_secret_view(key_secret, &key.bytes, &key.length);
    if (status == 0)
        status = view(seed_secret, &of[0]);
    if (status < 0)
        return status;
    of[1] = (part){ nfi_at(seed, seed_offset), (size_t)seed_length };
    return expand(prf, &key, of, (size_t)length);
}
