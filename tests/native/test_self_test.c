/* A wrong known answer ends everything: nfi_mac_finish is taken over and lies. */
#include "nfi_crypto.h"
#include "nfi_packet.h"
#include "nfi_test.h"
#include "primitives.h"

static int32_t lie;

int32_t __real_nfi_mac_finish(nfi_mac *m, uint8_t out[64]);
int32_t __wrap_nfi_mac_finish(nfi_mac *m, uint8_t out[64]);
int32_t __wrap_nfi_mac_finish(nfi_mac *m, uint8_t out[64])
{
    int32_t status = __real_nfi_mac_finish(m, out);
    out[0] ^= (uint8_t)lie;
    return status;
}

static void good_answers_start_the_library(void)
{
    CHECK_IS(nfi_crypto_start(), 0);
    CHECK_IS(nfi_crypto_self_test(), 0);
}

static void wrong_answer_is_found(void)
{
    lie = 1;
    CHECK_IS(nfi_crypto_self_test(), -NFI_SELF_TEST);
}

static void afterwards_the_library_refuses_for_good(void)
{
    uint8_t bytes[32] = { 0 };
    int32_t config[NFI_T_WORDS] = { 0 };
    lie = 0;
    CHECK_IS(nfi_crypto_start(), -NFI_SELF_TEST);
    CHECK_IS(nfi_crypto_self_test(), -NFI_SELF_TEST);
    CHECK_IS(nfi_crypto_random(bytes, sizeof bytes, 0, 16), -NFI_SELF_TEST);
    CHECK_IS(nfi_crypto_secret_import(bytes, sizeof bytes, 0, 16), -NFI_SELF_TEST);
    CHECK_IS(nfi_crypto_hash_create(NFI_SHA256), -NFI_SELF_TEST);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, 1, 1, 0), -NFI_SELF_TEST);
}

static const nfi_rule rules[] = {
    RULE(good_answers_start_the_library),
    RULE(wrong_answer_is_found),
    RULE(afterwards_the_library_refuses_for_good),
};

int main(void)
{
    return RUN(rules);
}
