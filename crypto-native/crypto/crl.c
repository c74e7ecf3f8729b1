#include <string.h>
#include <mbedtls/platform.h>
#include "bounds.h"
#include "handle.h"
#include "nfi_crypto.h"
#include "pem.h"
#include "primitives.h"
#include "x509.h"

void nfi_crl_drop(nfi_crl *crl)
{
    if (crl == NULL || atomic_fetch_sub(&crl->owners, 1) > 1)
        return;
    mbedtls_x509_crl_free(&crl->crl);
    mbedtls_free(crl);
}

void nfi_crl_destroy(void *object)
{
    nfi_crl_drop(object);
}

nfi_crl *nfi_crl_hold(int32_t handle)
{
    nfi_crl *crl = nfi_handle_get(NFI_KIND_CRL, handle);
    if (crl != NULL)
        atomic_fetch_add(&crl->owners, 1);
    return crl;
}

/* mbedTLS refuses a CRL with critical extensions: one of part of a CA's certificates, or of what changed, would be taken for all
 * (RFC 5280 5.2.4, 5.2.5). */
static int32_t parse(nfi_crl *c, const nfi_der *der)
{
    int bad = mbedtls_x509_crl_parse_der(&c->crl, der->bytes, der->length);
    if (bad == MBEDTLS_ERR_X509_ALLOC_FAILED)
        return -XE_NOMEM;
    if (bad == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG)
        return -XE_UNKNOWN_ALGORITHM;
    return bad == 0 && c->crl.version != 0 ? 0 : -NFI_BAD_ENCODING;
}

int32_t nfi_crypto_crl_parse(const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    nfi_der der;
    int32_t status = nfi_crypto_ready();
    if (status < 0)
        return status;
    if (!nfi_within(src, src_cap, offset, length))
        return -XE_BAD_PARAM;
    status = nfi_pem_unwrap(NFI_PEM_CRL, src + offset, (size_t)length, NFI_MAX_CRL, &der);
    if (status < 0)
        return status;
    nfi_crl *c = mbedtls_calloc(1, sizeof *c);
    status = -XE_NOMEM;
    if (c != NULL) {
        atomic_init(&c->owners, 1);
        mbedtls_x509_crl_init(&c->crl);
        status = parse(c, &der);
    }
    nfi_pem_free(&der);
    if (status == 0)
        status = nfi_handle_new(NFI_KIND_CRL, c);
    if (status < 0)
        nfi_crl_drop(c);
    return status;
}

static int64_t seconds(const mbedtls_x509_time *time)
{
    return time->year == 0 ? -1 : nfi_x509_seconds(time);
}

int32_t nfi_crypto_crl_info(int32_t handle, int32_t *words, int32_t words_cap)
{
    const nfi_crl *c = nfi_handle_get(NFI_KIND_CRL, handle);
    if (c == NULL)
        return -NFI_BAD_HANDLE;
    if (!nfi_within(words, words_cap, 0, NFI_CRL_WORDS))
        return -XE_BAD_PARAM;
    memset(words, 0, NFI_CRL_WORDS * sizeof words[0]);
    nfi_x509_put_seconds(seconds(&c->crl.this_update), words + NFI_CRL_THIS_UPDATE);
    nfi_x509_put_seconds(seconds(&c->crl.next_update), words + NFI_CRL_NEXT_UPDATE);
    for (const mbedtls_x509_crl_entry *e = &c->crl.entry; e != NULL && e->raw.p != NULL; e = e->next)
        words[NFI_CRL_ENTRIES]++;
    return 0;
}
