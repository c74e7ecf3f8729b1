#include "primitives.h"

/* Asked by trying: what can be keyed here is here. */
enum { LONGEST = 64, GMAC_SALT = 4 };

static int32_t try_cipher(int32_t algorithm, const uint8_t *key, size_t length)
{
    nfi_cipher c;
    nfi_aead a;
    const nfi_cipher_traits *traits = nfi_cipher_traits_of(algorithm);
    if (traits == NULL)
        return -XE_UNKNOWN_ALGORITHM;
    int32_t status = traits->aead ? nfi_aead_init(&a, algorithm, key, length) : nfi_cipher_init(&c, algorithm, 1, key, length);
    if (status == 0 && traits->aead)
        nfi_aead_free(&a);
    else if (status == 0)
        nfi_cipher_free(&c);
    return status;
}

static int32_t try_mac(int32_t algorithm, const uint8_t *key, size_t length)
{
    nfi_mac m;
    int32_t status = nfi_mac_init(&m, algorithm, key, algorithm == NFI_AES_GMAC_AH ? length + GMAC_SALT : length);
    if (status == 0)
        nfi_mac_free(&m);
    return status;
}

static int32_t try_kind(int32_t kind, int32_t algorithm, const uint8_t *key, size_t length)
{
    switch (kind) {
    case NFI_CIPHER: return try_cipher(algorithm, key, length);
    case NFI_MAC: return try_mac(algorithm, key, length);
    case NFI_PRF: return algorithm == NFI_AES_GMAC_AH ? -XE_UNKNOWN_ALGORITHM : nfi_mac_size(algorithm);
    case NFI_GROUP: return nfi_crypto_dh_length(algorithm);
    default: return -XE_BAD_PARAM;
    }
}

int32_t nfi_crypto_available(int32_t kind, int32_t algorithm, int32_t key_length)
{
    uint8_t key[LONGEST + GMAC_SALT];
    if (key_length < 0 || key_length > LONGEST)
        return -XE_BAD_PARAM;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(i * 29 + 7);           /* nobody's key, and for DES a good one */
    int32_t status = try_kind(kind, algorithm, key, (size_t)key_length);
    if (status >= 0)
        return 0;
    return status == -XE_BAD_PARAM ? -XE_UNKNOWN_ALGORITHM : status;
}
