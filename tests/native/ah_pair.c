#include "ah_pair.h"
#include <string.h>
#include "nfi_crypto.h"

const ah_suite ah_suites[] = {
    { "MD5-96", NFI_MD5, 12, 16, 0, 24, 24 },
    { "SHA1-96", NFI_SHA1, 12, 20, 0, 24, 24 },
    { "SHA256-96", NFI_SHA256, 12, 32, 0, 24, 24 },
    { "SHA256-128", NFI_SHA256, 16, 32, 0, 28, 32 },
    { "SHA384-192", NFI_SHA384, 24, 48, 0, 36, 40 },
    { "XCBC-96", NFI_AES_XCBC, 12, 16, 0, 24, 24 },
    { "CMAC-96", NFI_AES_CMAC, 12, 16, 0, 24, 24 },
    { "AES128-GMAC", NFI_AES_GMAC_AH, 16, 20, 8, 36, 40 },
    { "AES256-GMAC", NFI_AES_GMAC_AH, 16, 36, 8, 36, 40 },
    { "SHA512-256", NFI_SHA512, 32, 64, 0, 44, 48 },
};
const size_t ah_suite_count = sizeof ah_suites / sizeof ah_suites[0];

const ah_suite *ah_suite_named(const char *name)
{
    size_t i = 0;
    while (strcmp(ah_suites[i].name, name) != 0)
        i++;
    return &ah_suites[i];
}

void ah_config(int32_t config[NFI_T_WORDS], const ah_suite *ah, const esp_suite *esp, const esp_way *w, int32_t inbound)
{
    static const esp_suite none = { "none", 0, 0, 0, 0, 0 };
    esp_config(config, esp != NULL ? esp : &none, w, inbound);
    if (esp == NULL)
        config[NFI_T_FLAGS] &= ~NFI_TF_ESP;
    config[NFI_T_FLAGS] |= NFI_TF_AH;
    config[NFI_T_AH_MAC] = ah->mac;
    config[NFI_T_AH_ICV] = ah->icv;
}

static int32_t create(const ah_suite *ah, const esp_suite *esp, const esp_way *w, int32_t inbound)
{
    int32_t config[NFI_T_WORDS];
    int32_t cipher_key = esp_make_key(esp != NULL ? esp->cipher_key : 0, 7), mac_key = esp_make_key(esp != NULL ? esp->mac_key : 0, 91);
    int32_t ah_key = esp_make_key(ah->key, 133);
    ah_config(config, ah, esp, w, inbound);
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher_key, mac_key, ah_key);
    const int32_t keys[] = { cipher_key, mac_key, ah_key };
    for (size_t i = 0; i < 3; i++)
        if (keys[i] != 0)
            nfi_crypto_handle_free(keys[i]);  /* the transform has its own copies */
    return handle;
}

int32_t ah_pair_open(esp_pair *p, const ah_suite *ah, const esp_suite *esp, const esp_way *w)
{
    p->out = create(ah, esp, w, 0);
    p->in = create(ah, esp, w, 1);
    p->seal = nfi_transform_get(p->out);
    p->open = nfi_transform_get(p->in);
    return p->out < 0 ? p->out : p->in < 0 ? p->in : 0;
}
