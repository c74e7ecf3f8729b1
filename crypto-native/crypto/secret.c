#include <string.h>
#include <mbedtls/platform.h>
#include "bounds.h"
#include "handle.h"
#include "nfi_limits.h"
#include "primitives.h"

typedef struct {
    size_t length;
    int32_t spent;            /* an AEAD has sealed with it, or may have */
    uint8_t bytes[];
} secret;

void nfi_secret_destroy(void *object)
{
    secret *s = object;
    nfi_wipe(s->bytes, s->length);
    mbedtls_free(s);
}

static secret *make(int32_t length)
{
    if (length < 1 || length > NFI_MAX_SECRET)
        return NULL;
    secret *s = mbedtls_calloc(1, sizeof *s + (size_t)length);
    if (s != NULL)
        s->length = (size_t)length;
    return s;
}

static int32_t publish(secret *s)
{
    int32_t handle = nfi_handle_new(NFI_KIND_SECRET, s);
    if (handle < 0)
        nfi_secret_destroy(s);
    return handle;
}

int32_t nfi_secret_make(const uint8_t *bytes, size_t length)
{
    if (length < 1 || length > NFI_MAX_SECRET)
        return -XE_BAD_PARAM;
    int32_t status = nfi_crypto_ready();
    if (status < 0)
        return status;
    secret *s = make((int32_t)length);
    if (s == NULL)
        return -XE_NOMEM;
    memcpy(s->bytes, bytes, length);
    return publish(s);
}

int32_t nfi_crypto_secret_import(const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    return nfi_within(src, src_cap, offset, length) ? nfi_secret_make(src + offset, (size_t)length) : -XE_BAD_PARAM;
}

int32_t nfi_crypto_secret_slice(int32_t handle, int32_t offset, int32_t length)
{
    const uint8_t *bytes;
    size_t whole;
    int32_t status = nfi_secret_view(handle, &bytes, &whole);
    if (status < 0)
        return status;
    return nfi_within(bytes, (int32_t)whole, offset, length) ? nfi_secret_make(bytes + offset, (size_t)length) : -XE_BAD_PARAM;
}

int32_t nfi_crypto_secret_random(int32_t length)
{
    if (length < 1 || length > NFI_MAX_SECRET)
        return -XE_BAD_PARAM;
    secret *s = make(length);
    if (s == NULL)
        return -XE_NOMEM;
    int32_t status = nfi_random_bytes(s->bytes, s->length);
    if (status < 0) {
        nfi_secret_destroy(s);
        return status;
    }
    return publish(s);
}

int32_t nfi_secret_view(int32_t handle, const uint8_t **bytes, size_t *length)
{
    const secret *s = nfi_handle_get(NFI_KIND_SECRET, handle);
    if (s == NULL)
        return -NFI_BAD_HANDLE;
    *bytes = s->bytes;
    *length = s->length;
    return 0;
}

int32_t nfi_secret_spend(int32_t handle)
{
    secret *s = nfi_handle_get(NFI_KIND_SECRET, handle);
    if (s == NULL)
        return -NFI_BAD_HANDLE;
    if (s->spent)
        return -XE_EXIST;
    s->spent = 1;
    return 0;
}

int32_t nfi_crypto_secret_length(int32_t handle)
{
    const uint8_t *bytes;
    size_t length;
    int32_t status = nfi_secret_view(handle, &bytes, &length);
    return status < 0 ? status : (int32_t)length;
}

int32_t nfi_crypto_secret_export(int32_t handle, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
#ifdef NFI_DEBUG_KEYS
    const uint8_t *bytes;
    size_t length;
    int32_t status = nfi_secret_view(handle, &bytes, &length);
    if (status < 0)
        return status;
    if (!nfi_within(dst, dst_cap, offset, (int32_t)length))
        return -XE_BAD_PARAM;
    memcpy(dst + offset, bytes, length);
    return (int32_t)length;
#else
    (void)handle, (void)dst, (void)dst_cap, (void)offset;
    return -NFI_FORBIDDEN;
#endif
}
