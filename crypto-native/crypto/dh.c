#include "dh.h"
#include <string.h>
#include <mbedtls/platform.h>
#include "handle.h"
#include "nfi_limits.h"
#include "primitives.h"

static int32_t find(int32_t group, nfi_dh_family *family)
{
    int32_t status = nfi_modp_find(group, family);
    return status < 0 ? nfi_curve_find(group, family) : status;
}

int32_t nfi_mpi_status(int bad)
{
    if (bad == 0)
        return 0;
    return bad == MBEDTLS_ERR_MPI_ALLOC_FAILED ? -XE_NOMEM : -NFI_CRYPTO_FAULT;
}

int nfi_mpi_random(void *context, unsigned char *dst, size_t length)
{
    (void)context;
    return nfi_random_bytes(dst, length) == 0 ? 0 : MBEDTLS_ERR_MPI_BAD_INPUT_DATA;
}

int32_t nfi_crypto_dh_length(int32_t group)
{
    nfi_dh_family family;
    int32_t status = find(group, &family);
    return status < 0 ? status : (int32_t)family.length;
}

int32_t nfi_dh_make(int32_t group, nfi_dh_key *key)
{
    nfi_dh_family family;
    memset(key, 0, sizeof *key);
    key->group = group;
    int32_t status = find(group, &family);
    if (status == 0)
        status = nfi_crypto_ready();
    return status < 0 ? status : family.make(key);
}

int32_t nfi_dh_public(const nfi_dh_key *key, uint8_t *dst)
{
    nfi_dh_family family;
    int32_t status = find(key->group, &family);
    return status < 0 ? status : family.public_value(key, dst);
}

int32_t nfi_dh_shared(const nfi_dh_key *key, const uint8_t *peer, size_t peer_length)
{
    nfi_dh_family family;
    int32_t status = find(key->group, &family);
    if (status < 0)
        return status;
    if (peer_length != family.length)
        return -XE_BAD_PARAM;
    uint8_t *secret = mbedtls_calloc(1, family.length);   /* the worker's stack has no room for the largest */
    if (secret == NULL)
        return -XE_NOMEM;
    status = family.shared(key, peer, secret);
    if (status > 0)
        status = nfi_secret_make(secret, (size_t)status);
    nfi_wipe(secret, family.length);
    mbedtls_free(secret);
    return status;
}

/* --- behind a handle --- */

void nfi_dh_destroy(void *object)
{
    nfi_wipe(object, sizeof(nfi_dh_key));
    mbedtls_free(object);
}

int32_t nfi_dh_generate(int32_t group, uint8_t *dst)
{
    nfi_dh_key *key = mbedtls_calloc(1, sizeof *key);
    if (key == NULL)
        return -XE_NOMEM;
    int32_t status = nfi_dh_make(group, key);
    if (status == 0)
        status = nfi_dh_public(key, dst);
    if (status == 0)
        status = nfi_handle_new(NFI_KIND_DH, key);
    if (status < 0)
        nfi_dh_destroy(key);
    return status;
}

int32_t nfi_dh_borrow(int32_t handle, nfi_dh_key *copy)
{
    nfi_dh_key *key = nfi_handle_get(NFI_KIND_DH, handle);
    if (key == NULL)
        return -NFI_BAD_HANDLE;
    memcpy(copy, key, sizeof *copy);
    key->blinded = 1;
    return 0;
}
