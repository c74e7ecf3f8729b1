/* What held a key is cleared before its memory is given back: nfi_wipe is taken over and keeps a list. */
#include <string.h>
#include "dh.h"
#include "esp_pair.h"
#include "nfi_crypto.h"
#include "nfi_test.h"
#include "primitives.h"

static struct { const void *from; size_t length; } wiped[64];
static size_t wipes, wiped_sums;
static uint32_t watched[4];       /* counts what is wiped while it holds this */

void __real_nfi_wipe(void *p, size_t length);
void __wrap_nfi_wipe(void *p, size_t length);
void __wrap_nfi_wipe(void *p, size_t length)
{
    wiped_sums += length == sizeof watched && memcmp(p, watched, sizeof watched) == 0;
    wiped[wipes % 64].from = p;
    wiped[wipes++ % 64].length = length;
    __real_nfi_wipe(p, length);
}

static int32_t was_wiped(const void *p, size_t length)
{
    for (size_t i = 0; i < wipes && i < 64; i++)
        if (wiped[i].from == p && wiped[i].length >= length)
            return 1;
    return 0;
}

static void freed_secret_is_wiped(void)
{
    const uint8_t *bytes;
    size_t length;
    int32_t secret = nfi_crypto_secret_random(40);
    CHECK_IS(nfi_secret_view(secret, &bytes, &length), 0);
    wipes = 0;
    nfi_crypto_handle_free(secret);
    CHECK(was_wiped(bytes, 40));
}

static void freed_private_key_is_wiped(void)
{
    uint8_t value[32];
    int32_t key = nfi_dh_generate(NFI_CURVE25519, value);
    const nfi_dh_key *bytes = nfi_handle_get(NFI_KIND_DH, key);
    CHECK(bytes != NULL);
    wipes = 0;
    nfi_crypto_handle_free(key);
    CHECK(was_wiped(bytes, sizeof *bytes));
}

static void freed_transform_is_wiped_with_its_keys(void)
{
    esp_way way = { NFI_TF_TUNNEL, 4, 0 };
    for (size_t s = 0; s < esp_suite_count; s++) {
        esp_pair pair;
        test_case = esp_suites[s].name;
        CHECK_IS(esp_pair_open(&pair, &esp_suites[s], &way), 0);
        wipes = 0;
        esp_pair_close(&pair);
        CHECK(was_wiped(pair.seal, sizeof *pair.seal) && was_wiped(pair.open, sizeof *pair.open));
        CHECK(was_wiped(&pair.seal->key, esp_suites[s].mac != 0 ? sizeof(nfi_cipher) : sizeof(nfi_aead)));
        CHECK(esp_suites[s].mac == 0 || was_wiped(&pair.seal->mac_key, sizeof(nfi_mac)));
    }
}

static void right_icv_of_a_forged_packet_does_not_stay_on_the_stack(void)
{
    static esp_buffer b;
    uint8_t packet[128];
    nfi_opened opened;
    esp_pair pair;
    esp_way way = { NFI_TF_TUNNEL, 4, 0 };
    CHECK_IS(esp_pair_open(&pair, esp_suite_named("AES128-CBC + SHA256-128"), &way), 0);
    esp_buffer_fill(&b, packet, esp_sample_make(SAMPLE_V4, packet, 8));
    CHECK(nfi_esp_seal(pair.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, 1, 0) > 0);
    b.bytes[b.offset + b.length - 1] ^= 1;
    wipes = 0;
    CHECK_IS(nfi_esp_open(pair.open, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), -XE_ESP_DIGEST_MISMATCH);
    CHECK(wipes == 1 && wiped[0].length == 64);
    esp_pair_close(&pair);
}

/* GHASH over a known text is an equation in H. */
static void sum_of_ghash_does_not_stay_on_the_stack(void)
{
    static const uint8_t key[20] = { 1, 2, 3 }, iv[8] = { 4 }, text[16] = { 5, 6 };
    uint8_t tag[64];
    nfi_mac m;
    CHECK_IS(nfi_mac_init(&m, NFI_AES_GMAC_AH, key, sizeof key), 0);
    for (int32_t i = 0; i < 2; i++) {
        wiped_sums = 0;
        CHECK_IS(nfi_mac_start_with(&m, iv), 0);
        CHECK_IS(nfi_mac_update(&m, text, sizeof text), 0);
        memcpy(watched, m.key.gmac->sum, sizeof watched);
        CHECK_IS(nfi_mac_finish(&m, tag), 0);
    }
    CHECK(wiped_sums == 1);
    nfi_mac_free(&m);
}

static const nfi_rule rules[] = {
    RULE(freed_secret_is_wiped),
    RULE(freed_private_key_is_wiped),
    RULE(freed_transform_is_wiped_with_its_keys),
    RULE(right_icv_of_a_forged_packet_does_not_stay_on_the_stack),
    RULE(sum_of_ghash_does_not_stay_on_the_stack),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
