/* What a build and a chip have: all of it here; without AES-192 when the chip's AES refuses its key. */
#include <limits.h>
#include <string.h>
#include "esp_pair.h"
#include "nfi_crypto.h"
#include "nfi_test.h"
#include "primitives.h"

/* The AES of a chip that has no 192 bits answers like that. */
static int lacks_192;
int __real_mbedtls_aes_setkey_enc(mbedtls_aes_context *aes, const unsigned char *key, unsigned int bits);
int __wrap_mbedtls_aes_setkey_enc(mbedtls_aes_context *aes, const unsigned char *key, unsigned int bits);
int __wrap_mbedtls_aes_setkey_enc(mbedtls_aes_context *aes, const unsigned char *key, unsigned int bits)
{
    return lacks_192 && bits == 192 ? -0x72 : __real_mbedtls_aes_setkey_enc(aes, key, bits);
}

int __real_mbedtls_gcm_setkey(mbedtls_gcm_context *gcm, mbedtls_cipher_id_t cipher, const unsigned char *key, unsigned int bits);
int __wrap_mbedtls_gcm_setkey(mbedtls_gcm_context *gcm, mbedtls_cipher_id_t cipher, const unsigned char *key, unsigned int bits);
int __wrap_mbedtls_gcm_setkey(mbedtls_gcm_context *gcm, mbedtls_cipher_id_t cipher, const unsigned char *key, unsigned int bits)
{
    return lacks_192 && bits == 192 ? -0x72 : __real_mbedtls_gcm_setkey(gcm, cipher, key, bits);
}

int __real_mbedtls_ccm_setkey(mbedtls_ccm_context *ccm, mbedtls_cipher_id_t cipher, const unsigned char *key, unsigned int bits);
int __wrap_mbedtls_ccm_setkey(mbedtls_ccm_context *ccm, mbedtls_cipher_id_t cipher, const unsigned char *key, unsigned int bits);
int __wrap_mbedtls_ccm_setkey(mbedtls_ccm_context *ccm, mbedtls_cipher_id_t cipher, const unsigned char *key, unsigned int bits)
{
    return lacks_192 && bits == 192 ? -0x72 : __real_mbedtls_ccm_setkey(ccm, cipher, key, bits);
}

static void every_algorithm_is_here_with_its_key_lengths_only(void)
{
    static const struct { const char *name; int32_t kind, algorithm, key, result; } rows[] = {
        { "NULL", NFI_CIPHER, NFI_NULL, 0, 0 }, { "AES-CBC", NFI_CIPHER, NFI_AES_CBC, 24, 0 }, { "3DES", NFI_CIPHER, NFI_3DES_CBC, 24, 0 },
        { "DES", NFI_CIPHER, NFI_DES_CBC, 8, 0 }, { "CTR", NFI_CIPHER, NFI_AES_CTR, 32, 0 }, { "GCM", NFI_CIPHER, NFI_AES_GCM, 16, 0 },
        { "CCM", NFI_CIPHER, NFI_AES_CCM, 32, 0 }, { "ChaCha20", NFI_CIPHER, NFI_CHACHA20_POLY1305, 32, 0 },
        { "GMAC", NFI_CIPHER, NFI_AES_GMAC, 24, 0 }, { "MD5", NFI_MAC, NFI_MD5, 16, 0 }, { "SHA512", NFI_MAC, NFI_SHA512, 64, 0 },
        { "XCBC", NFI_MAC, NFI_AES_XCBC, 16, 0 }, { "CMAC", NFI_MAC, NFI_AES_CMAC, 16, 0 }, { "AH GMAC", NFI_MAC, NFI_AES_GMAC_AH, 24, 0 },
        { "PRF CMAC", NFI_PRF, NFI_AES_CMAC, 0, 0 }, { "MODP8192", NFI_GROUP, NFI_MODP8192, 0, 0 }, { "ECP521", NFI_GROUP, NFI_ECP521, 0, 0 },
        { "AES-CBC, 20", NFI_CIPHER, NFI_AES_CBC, 20, -XE_UNKNOWN_ALGORITHM }, { "XCBC, 32", NFI_MAC, NFI_AES_XCBC, 32, -XE_UNKNOWN_ALGORITHM },
        { "no such cipher", NFI_CIPHER, 99, 16, -XE_UNKNOWN_ALGORITHM }, { "no such MAC", NFI_MAC, 99, 16, -XE_UNKNOWN_ALGORITHM },
        { "no such PRF", NFI_PRF, NFI_AES_GMAC_AH, 0, -XE_UNKNOWN_ALGORITHM }, { "no such group", NFI_GROUP, 22, 0, -XE_UNKNOWN_ALGORITHM },
        { "no such kind", 5, NFI_AES_CBC, 16, -XE_UNKNOWN_ALGORITHM },
        { "key of -1", NFI_CIPHER, NFI_AES_CBC, -1, -XE_BAD_PARAM }, { "key of 65", NFI_MAC, NFI_SHA512, 65, -XE_BAD_PARAM },
        { "key beyond all", NFI_MAC, NFI_SHA512, INT_MAX, -XE_BAD_PARAM },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_case = rows[i].name;
        CHECK_IS(nfi_crypto_available(rows[i].kind, rows[i].algorithm, rows[i].key), rows[i].result);
    }
}

static void chip_without_aes_192_lacks_an_algorithm_and_nothing_else(void)
{
    static const int32_t ciphers[] = { NFI_AES_CBC, NFI_AES_CTR, NFI_AES_GCM, NFI_AES_CCM, NFI_AES_GMAC };
    int32_t config[NFI_T_WORDS], key = nfi_crypto_secret_random(24), mac = nfi_crypto_secret_random(32);
    esp_way way = { 0, 4, 0 };
    lacks_192 = 1;
    for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++)
        for (int32_t length = 16; length <= 32; length += 8)
            CHECK_IS(nfi_crypto_available(NFI_CIPHER, ciphers[i], length), length == 24 ? -XE_UNKNOWN_ALGORITHM : 0);
    CHECK_IS(nfi_crypto_available(NFI_MAC, NFI_AES_GMAC_AH, 24), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_crypto_available(NFI_MAC, NFI_AES_GMAC_AH, 16), 0);
    esp_config(config, esp_suite_named("AES192-CBC + SHA256-96"), &way, 0);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, key, mac, 0), -XE_UNKNOWN_ALGORITHM);
    lacks_192 = 0;
    nfi_crypto_handle_free(key);
    nfi_crypto_handle_free(mac);
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static const nfi_rule rules[] = {
    RULE(every_algorithm_is_here_with_its_key_lengths_only),
    RULE(chip_without_aes_192_lacks_an_algorithm_and_nothing_else),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
