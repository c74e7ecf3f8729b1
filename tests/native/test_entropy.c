/* Without entropy nothing secret is made: the port's source is taken over and fails on demand. */
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "primitives.h"

enum { GOOD, DEAD, STUCK };
static int32_t source = DEAD;
static int32_t draws;
static uint8_t next_byte;

int32_t __wrap_nfi_port_entropy(uint8_t *dst, size_t len);
int32_t __wrap_nfi_port_entropy(uint8_t *dst, size_t len)
{
    draws++;
    for (size_t i = 0; i < len; i++)
        dst[i] = source == STUCK ? 0x55 : next_byte++;
    return source == DEAD ? -NFI_NO_RANDOM : 0;
}

static void nothing_works_before_start(void)
{
    uint8_t bytes[16] = { 0 };
    CHECK_IS(nfi_crypto_random(bytes, sizeof bytes, 0, 16), -NFI_NOT_STARTED);
    CHECK_IS(nfi_crypto_secret_import(bytes, sizeof bytes, 0, 16), -NFI_NOT_STARTED);
    CHECK_IS(nfi_crypto_secret_random(16), -NFI_NOT_STARTED);
    CHECK_IS(nfi_crypto_hash_create(NFI_SHA256), -NFI_NOT_STARTED);
    CHECK_IS(nfi_crypto_mac(NFI_SHA256, 1, bytes, 16, 0, 16, bytes, 16, 0, 16), -NFI_NOT_STARTED);
    CHECK_IS(nfi_crypto_cipher(NFI_AES_CBC, 1, 1, bytes, 16, 0, bytes, 16, 0, 16), -NFI_NOT_STARTED);
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_SELF_TEST, 0, 0, NULL, 0, 0, 0), -NFI_NOT_STARTED);
}

static void start_fails_on_a_dead_or_stuck_source(void)
{
    source = DEAD;
    CHECK_IS(nfi_crypto_start(), -NFI_NO_RANDOM);
    source = STUCK;
    CHECK_IS(nfi_crypto_start(), -NFI_NO_RANDOM);
    nothing_works_before_start();
}

static void start_succeeds_once_the_source_recovers(void)
{
    source = GOOD;
    CHECK_IS(nfi_crypto_start(), 0);
    CHECK_IS(nfi_crypto_start(), 0);
}

static void random_bytes_differ_and_fill_exactly_what_was_asked(void)
{
    uint8_t a[3000], b[3000];
    memset(a, 0, sizeof a);
    memset(b, 0, sizeof b);
    CHECK_IS(nfi_crypto_random(a, sizeof a, 8, 2984), 0);
    CHECK_IS(nfi_crypto_random(b, sizeof b, 8, 2984), 0);
    CHECK(memcmp(a + 8, b + 8, 2984) != 0);
    for (size_t i = 0; i < 8; i++)
        CHECK(a[i] == 0 && a[2992 + i] == 0);
}

static void generator_draws_fresh_entropy_at_its_interval(void)
{
    uint8_t byte;
    int32_t before = draws;
    for (int32_t i = 0; i < NFI_RESEED_INTERVAL + 1; i++)
        CHECK_IS(nfi_crypto_random(&byte, 1, 0, 1), 0);
    CHECK_IS(draws, before + 1);
}

static void source_that_dies_later_stops_the_generator_at_the_next_reseed(void)
{
    uint8_t bytes[16];
    int32_t status = 0;
    source = DEAD;
    for (int32_t i = 0; i < NFI_RESEED_INTERVAL + 1 && status == 0; i++) {
        memset(bytes, 0xaa, sizeof bytes);
        status = nfi_crypto_random(bytes, sizeof bytes, 0, 16);
    }
    CHECK_IS(status, -NFI_NO_RANDOM);
    for (size_t i = 0; i < sizeof bytes; i++)
        CHECK_IS(bytes[i], 0);
    CHECK_IS(nfi_crypto_secret_random(32), -NFI_NO_RANDOM);
    CHECK_IS(nfi_crypto_handle_count(), 0);
    source = GOOD;
    CHECK_IS(nfi_crypto_random(bytes, sizeof bytes, 0, 16), 0);
}

static const nfi_rule rules[] = {
    RULE(nothing_works_before_start),
    RULE(start_fails_on_a_dead_or_stuck_source),
    RULE(start_succeeds_once_the_source_recovers),
    RULE(random_bytes_differ_and_fill_exactly_what_was_asked),
    RULE(generator_draws_fresh_entropy_at_its_interval),
    RULE(source_that_dies_later_stops_the_generator_at_the_next_reseed),
};

int main(void)
{
    return RUN(rules);
}
