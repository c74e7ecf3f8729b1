#include <mbedtls/platform.h>
#include "bounds.h"
#include "digest.h"
#include "handle.h"
#include "primitives.h"

typedef struct {
    mbedtls_md_context_t md;
    int32_t size;
} hash;

const mbedtls_md_info_t *nfi_digest(int32_t algorithm)
{
    switch (algorithm) {
    case NFI_MD5: return mbedtls_md_info_from_type(MBEDTLS_MD_MD5);
    case NFI_SHA1: return mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
    case NFI_SHA256: return mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    case NFI_SHA384: return mbedtls_md_info_from_type(MBEDTLS_MD_SHA384);
    case NFI_SHA512: return mbedtls_md_info_from_type(MBEDTLS_MD_SHA512);
    default: return NULL;
    }
}

void nfi_hash_destroy(void *object)
{
    hash *h = object;
    mbedtls_md_free(&h->md);      /* wipes */
    mbedtls_free(h);
}

static int32_t open_hash(hash *h, const mbedtls_md_info_t *digest)
{
    mbedtls_md_init(&h->md);
    if (mbedtls_md_setup(&h->md, digest, 0) != 0 || mbedtls_md_starts(&h->md) != 0)
        return -NFI_CRYPTO_FAULT;
    h->size = mbedtls_md_get_size(digest);
    return nfi_handle_new(NFI_KIND_HASH, h);
}

int32_t nfi_crypto_hash_create(int32_t algorithm)
{
    const mbedtls_md_info_t *digest = nfi_digest(algorithm);
    int32_t status = nfi_crypto_ready();
    if (status < 0)
        return status;
    if (digest == NULL)
        return -XE_UNKNOWN_ALGORITHM;
    hash *h = mbedtls_calloc(1, sizeof *h);
    if (h == NULL)
        return -XE_NOMEM;
    int32_t handle = open_hash(h, digest);
    if (handle < 0)
        nfi_hash_destroy(h);
    return handle;
}

int32_t nfi_crypto_hash_update(int32_t handle, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    if (!nfi_within_or_none(src, src_cap, offset, length))
        return -XE_BAD_PARAM;
    hash *h = nfi_handle_get(NFI_KIND_HASH, handle);
    if (h == NULL)
        return -NFI_BAD_HANDLE;
    return mbedtls_md_update(&h->md, nfi_at(src, offset), (size_t)length) == 0 ? 0 : -NFI_CRYPTO_FAULT;
}

int32_t nfi_crypto_hash_finish(int32_t handle, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    hash *h = nfi_handle_get(NFI_KIND_HASH, handle);
    if (h == NULL)
        return -NFI_BAD_HANDLE;
    if (!nfi_within(dst, dst_cap, offset, h->size))
        return -XE_BAD_PARAM;
    if (mbedtls_md_finish(&h->md, dst + offset) != 0 || mbedtls_md_starts(&h->md) != 0)
        return -NFI_CRYPTO_FAULT;
    return h->size;
}
