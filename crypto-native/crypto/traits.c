#include "primitives.h"

/* RFC 2405, RFC 2451, RFC 3602 for CBC; RFC 3686; RFC 4106, RFC 4309, RFC 7634, RFC 4543. */
static const nfi_cipher_traits known[] = {
    { .algorithm = NFI_NULL, .block = 1 },
    { .algorithm = NFI_AES_CBC, .block = 16, .iv = 16 },
#ifdef MBEDTLS_DES_C
    { .algorithm = NFI_3DES_CBC, .block = 8, .iv = 8 },
    { .algorithm = NFI_DES_CBC, .block = 8, .iv = 8 },
#endif
#ifdef MBEDTLS_CIPHER_MODE_CTR
    { .algorithm = NFI_AES_CTR, .block = 1, .iv = 8, .salt = 4, .counts = 1 },
#endif
    { .algorithm = NFI_AES_GCM, .block = 1, .iv = 8, .salt = 4, .counts = 1, .aead = 1, .short_icv = 1 },
#ifdef MBEDTLS_CCM_C
    { .algorithm = NFI_AES_CCM, .block = 1, .iv = 8, .salt = 3, .counts = 1, .aead = 1, .short_icv = 1 },
#endif
    { .algorithm = NFI_CHACHA20_POLY1305, .block = 1, .iv = 8, .salt = 4, .counts = 1, .aead = 1 },
    { .algorithm = NFI_AES_GMAC, .block = 1, .iv = 8, .salt = 4, .counts = 1, .aead = 1, .clear = 1 },
};

const nfi_cipher_traits *nfi_cipher_traits_of(int32_t algorithm)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].algorithm == algorithm)
            return &known[i];
    return NULL;
}

/* Shorter ones make forgery a matter of patience (SP 800-38D appendix C). */
int32_t nfi_aead_icv_known(const nfi_cipher_traits *traits, int32_t icv)
{
    return icv == 16 || (traits->short_icv && (icv == 12 || icv == 8));
}
