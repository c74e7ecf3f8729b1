#include <string.h>
#include "bounds.h"
#include "digest.h"
#include "primitives.h"

/* HMAC, RFC 2104 and FIPS 198-1. mbedTLS allocates inside md_setup, so a context is made at key set-up, not per packet. */

int32_t nfi_mac_size(int32_t algorithm)
{
    const mbedtls_md_info_t *digest = nfi_digest(algorithm);
    return digest != NULL ? mbedtls_md_get_size(digest) : -XE_UNKNOWN_ALGORITHM;
}

int32_t nfi_mac_init(nfi_mac *m, int32_t algorithm, const uint8_t *key, size_t key_length)
{
    const mbedtls_md_info_t *digest = nfi_digest(algorithm);
    memset(m, 0, sizeof *m);
    mbedtls_md_init(&m->md);
    if (digest == NULL)
        return -XE_UNKNOWN_ALGORITHM;
    m->algorithm = algorithm;
    m->size = mbedtls_md_get_size(digest);
    if (mbedtls_md_setup(&m->md, digest, 1) == 0 && mbedtls_md_hmac_starts(&m->md, key, key_length) == 0)
        return 0;
    nfi_mac_free(m);
    return -NFI_CRYPTO_FAULT;
}

int32_t nfi_mac_start(nfi_mac *m)
{
    return mbedtls_md_hmac_reset(&m->md) == 0 ? 0 : -NFI_CRYPTO_FAULT;
}

int32_t nfi_mac_update(nfi_mac *m, const uint8_t *src, size_t length)
{
    return mbedtls_md_hmac_update(&m->md, src, length) == 0 ? 0 : -NFI_CRYPTO_FAULT;
}

int32_t nfi_mac_finish(nfi_mac *m, uint8_t out[64])
{
    return mbedtls_md_hmac_finish(&m->md, out) == 0 ? 0 : -NFI_CRYPTO_FAULT;
}

void nfi_mac_free(nfi_mac *m)
{
    mbedtls_md_free(&m->md);
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
