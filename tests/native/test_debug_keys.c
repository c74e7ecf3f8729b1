/* Built with NFI_DEBUG_KEYS: a debug build gives a secret out. test_crypto_arguments proves that others do not. */
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_test.h"

static void debug_build_exports_a_secret_within_bounds(void)
{
    const uint8_t key[4] = { 1, 2, 3, 4 };
    uint8_t out[6] = { 0 };
    int32_t secret = nfi_crypto_secret_import(key, sizeof key, 0, 4);
    CHECK_IS(nfi_crypto_secret_export(secret, out, sizeof out, 2), 4);
    CHECK(memcmp(out + 2, key, sizeof key) == 0 && out[0] == 0 && out[1] == 0);
    CHECK_IS(nfi_crypto_secret_export(secret, out, sizeof out, 3), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_secret_export(secret, NULL, 0, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_handle_free(secret), 0);
    CHECK_IS(nfi_crypto_secret_export(secret, out, sizeof out, 0), -NFI_BAD_HANDLE);
}

static const nfi_rule rules[] = { RULE(debug_build_exports_a_secret_within_bounds) };

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
