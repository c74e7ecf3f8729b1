#include "pem.h"
#include <string.h>
#include <mbedtls/pem.h>
#include <mbedtls/platform.h>
#include <mbedtls/version.h>
#include "nfi_status.h"
#include "primitives.h"

/* RFC 7468 labels; the two older ones of a key (RFC 8017, RFC 5915) are what openssl writes. */
static const struct { enum nfi_pem kind; const char *begin, *end; } labels[] = {
    { NFI_PEM_CERTIFICATE, "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----" },
    { NFI_PEM_CRL, "-----BEGIN X509 CRL-----", "-----END X509 CRL-----" },
    { NFI_PEM_KEY, "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----" },
    { NFI_PEM_KEY, "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----" },
    { NFI_PEM_KEY, "-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----" },
};
static const char encrypted[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----", any[] = "-----BEGIN ";

enum { DER_SEQUENCE = 0x30 };

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
static const unsigned char *decoded(mbedtls_pem_context *pem, size_t *length)
{
    return mbedtls_pem_get_buffer(pem, length);
}
#else
static const unsigned char *decoded(const mbedtls_pem_context *pem, size_t *length)
{
    *length = pem->buflen;
    return pem->buf;
}
#endif

static int32_t copy(const uint8_t *src, size_t length, size_t longest, nfi_der *der)
{
    if (length == 0)
        return -NFI_BAD_ENCODING;
    if (length > longest)
        return -XE_DST_OUT_OF_SPACE;
    der->bytes = mbedtls_calloc(1, length);
    if (der->bytes == NULL)
        return -XE_NOMEM;
    memcpy(der->bytes, src, length);
    der->length = length;
    return 0;
}

static int32_t status_of(int bad)
{
    switch (bad) {
    case 0: return 0;
    case MBEDTLS_ERR_PEM_PASSWORD_REQUIRED: return -NFI_ENCRYPTED;
    case MBEDTLS_ERR_PEM_ALLOC_FAILED: return -XE_NOMEM;
    default: return -NFI_BAD_ENCODING;
    }
}

static int32_t decode(size_t label, const char *text, size_t longest, nfi_der *der)
{
    mbedtls_pem_context pem;
    size_t used = 0, length = 0;
    mbedtls_pem_init(&pem);
    int32_t status = status_of(mbedtls_pem_read_buffer(&pem, labels[label].begin, labels[label].end, (const unsigned char *)text, NULL, 0, &used));
    if (status == 0 && strstr(text + used, labels[label].begin) != NULL)
        status = -NFI_SEVERAL;
    if (status == 0) {
        const unsigned char *bytes = decoded(&pem, &length);
        status = copy(bytes, length, longest, der);
    }
    mbedtls_pem_free(&pem);       /* wipes */
    return status;
}

static int32_t unwrap(enum nfi_pem kind, const char *text, size_t longest, nfi_der *der)
{
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (labels[i].kind == kind && strstr(text, labels[i].begin) != NULL)
            return decode(i, text, longest, der);
    return kind == NFI_PEM_KEY && strstr(text, encrypted) != NULL ? -NFI_ENCRYPTED : -NFI_BAD_ENCODING;
}

int32_t nfi_pem_unwrap(enum nfi_pem kind, const uint8_t *src, size_t length, size_t longest, nfi_der *der)
{
    der->bytes = NULL;
    der->length = 0;
    if (length > 0 && src[0] == DER_SEQUENCE)
        return copy(src, length, longest, der);
    if (length > 4 * longest)     /* base64, line ends, and text around the block */
        return -XE_DST_OUT_OF_SPACE;
    char *text = mbedtls_calloc(1, length + 1);
    if (text == NULL)
        return -XE_NOMEM;
    memcpy(text, src, length);
    int32_t status = strstr(text, any) == NULL ? -NFI_BAD_ENCODING : unwrap(kind, text, longest, der);
    nfi_wipe(text, length);
    mbedtls_free(text);
    return status;
}

void nfi_pem_free(nfi_der *der)
{
    if (der->bytes == NULL)
        return;
    nfi_wipe(der->bytes, der->length);
    mbedtls_free(der->bytes);
    der->bytes = NULL;
}
