#include <string.h>
#include <mbedtls/platform.h>
#include "bounds.h"
#include "digest.h"
#include "primitives.h"

/* HMAC (RFC 2104, FIPS 198-1) and the MACs over AES. All memory is had at key set-up, none per packet: mbedTLS allocates inside
 * md_setup, and a keyed AES is too large to stand in every transform. */

int32_t nfi_mac_size(int32_t algorithm)
{
    if (algorithm == NFI_AES_XCBC || algorithm == NFI_AES_CMAC || algorithm == NFI_AES_GMAC_AH)
        return NFI_AES_BLOCK;
    const mbedtls_md_info_t *digest = nfi_digest(algorithm);
    return digest != NULL ? mbedtls_md_get_size(digest) : -XE_UNKNOWN_ALGORITHM;
}

static int32_t init_hmac(nfi_mac *m, const uint8_t *key, size_t key_length)
{
    mbedtls_md_init(&m->key.md);
    if (mbedtls_md_setup(&m->key.md, nfi_digest(m->algorithm), 1) == 0 && mbedtls_md_hmac_starts(&m->key.md, key, key_length) == 0)
        return 0;
    return -NFI_CRYPTO_FAULT;
}

static int32_t init_block(nfi_mac *m, const uint8_t *key, size_t key_length)
{
    m->key.block = mbedtls_calloc(1, sizeof *m->key.block);
    if (m->key.block == NULL)
        return -XE_NOMEM;
    return m->algorithm == NFI_AES_XCBC ? nfi_xcbc_init(m->key.block, key, key_length) : nfi_cmac_init(m->key.block, key, key_length);
}

static int32_t init_gmac(nfi_mac *m, const uint8_t *key, size_t key_length)
{
    m->iv = 8;
    m->key.gmac = mbedtls_calloc(1, sizeof *m->key.gmac);
    return m->key.gmac == NULL ? -XE_NOMEM : nfi_gmac_init(m->key.gmac, key, key_length);
}

int32_t nfi_mac_init(nfi_mac *m, int32_t algorithm, const uint8_t *key, size_t key_length)
{
    int32_t status = nfi_mac_size(algorithm);
    memset(m, 0, sizeof *m);
    if (status < 0)
        return status;
    m->algorithm = algorithm;
    m->size = (size_t)status;
    switch (algorithm) {
    case NFI_AES_XCBC:
    case NFI_AES_CMAC: status = init_block(m, key, key_length); break;
    case NFI_AES_GMAC_AH: status = init_gmac(m, key, key_length); break;
    default: status = init_hmac(m, key, key_length); break;
    }
    if (status < 0)
        nfi_mac_free(m);
    return status;
}

int32_t nfi_mac_start_with(nfi_mac *m, const uint8_t *iv)
{
    switch (m->algorithm) {
    case NFI_AES_XCBC:
    case NFI_AES_CMAC: nfi_block_mac_start(m->key.block); return 0;
    case NFI_AES_GMAC_AH: return nfi_gmac_start(m->key.gmac, iv);
    default: return mbedtls_md_hmac_reset(&m->key.md) == 0 ? 0 : -NFI_CRYPTO_FAULT;
    }
}

int32_t nfi_mac_start(nfi_mac *m)
{
    return m->iv > 0 ? -XE_BAD_PARAM : nfi_mac_start_with(m, NULL);
}

int32_t nfi_mac_update(nfi_mac *m, const uint8_t *src, size_t length)
{
    switch (m->algorithm) {
    case NFI_AES_XCBC:
    case NFI_AES_CMAC: return nfi_block_mac_update(m->key.block, src, length);
    case NFI_AES_GMAC_AH: nfi_gmac_update(m->key.gmac, src, length); return 0;
    default: return mbedtls_md_hmac_update(&m->key.md, src, length) == 0 ? 0 : -NFI_CRYPTO_FAULT;
    }
}

int32_t nfi_mac_finish(nfi_mac *m, uint8_t out[64])
{
    switch (m->algorithm) {
    case NFI_AES_XCBC:
    case NFI_AES_CMAC: return nfi_block_mac_finish(m->key.block, out);
    case NFI_AES_GMAC_AH: nfi_gmac_finish(m->key.gmac, out); return 0;
    default: return mbedtls_md_hmac_finish(&m->key.md, out) == 0 ? 0 : -NFI_CRYPTO_FAULT;
    }
}

void nfi_mac_free(nfi_mac *m)
{
    switch (m->algorithm) {
    case 0: break;
    case NFI_AES_XCBC:
    case NFI_AES_CMAC:
        if (m->key.block != NULL)
            nfi_block_mac_free(m->key.block);
        mbedtls_free(m->key.block);
        break;
    case NFI_AES_GMAC_AH:
        if (m->key.gmac != NULL)
            nfi_gmac_free(m->key.gmac);
        mbedtls_free(m->key.gmac);
        break;
    default: mbedtls_md_free(&m->key.md); break;
    }
    nfi_wipe(m, sizeof *m);
}

static int32_t compute(nfi_mac *m, const uint8_t *src, size_t length, uint8_t full[64])
{
    int32_t status = nfi_mac_start(m);
    if (status == 0)
        status = nfi_mac_update(m, src, length);
    if (status == 0)
        status = nfi_mac_finish(m, full);
    return status;
}

int32_t nfi_crypto_mac(int32_t algorithm, int32_t secret, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length,
                       uint8_t *dst, int32_t dst_cap, int32_t dst_offset, int32_t mac_length)
{
    const uint8_t *key;
    size_t key_length;
    nfi_mac m;
    uint8_t full[64];
    int32_t size = nfi_mac_size(algorithm);
    if (size < 0)
        return size;
    if (!nfi_within_or_none(src, src_cap, offset, length) || !nfi_within(dst, dst_cap, dst_offset, mac_length) || mac_length < 1 ||
        mac_length > size)
        return -XE_BAD_PARAM;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = nfi_secret_view(secret, &key, &key_length);
    if (status == 0)
        status = nfi_mac_init(&m, algorithm, key, key_length);
    if (status < 0)
        return status;
    status = compute(&m, nfi_at(src, offset), (size_t)length, full);
    if (status == 0)
        memcpy(dst + dst_offset, full, (size_t)mac_length);
    nfi_wipe(full, sizeof full);
    nfi_mac_free(&m);
    return status < 0 ? status : mac_length;
}
