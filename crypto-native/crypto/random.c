#include <limits.h>
#include <string.h>
#include <mbedtls/ctr_drbg.h>
#include "bounds.h"
#include "nfi_limits.h"
#include "nfi_port.h"
#include "primitives.h"
#include "start.h"

/* SP 800-90A 10.2.1: CTR_DRBG with AES-256 wants 48 bytes of seed; with so many mbedTLS asks for no nonce besides. */
#define SEED 48

static mbedtls_ctr_drbg_context generator;
static struct { uint8_t bytes[SEED]; size_t left; } drawn;
static uint32_t requests;         /* since the last seeding */
static int32_t seeded;

/* mbedTLS asks here while we hold the lock, so the system was asked before (draw). */
static int hand_over(void *context, unsigned char *dst, size_t length)
{
    (void)context;
    if (length > drawn.left)
        return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
    memcpy(dst, drawn.bytes + SEED - drawn.left, length);
    drawn.left -= length;
    return 0;
}

/* A source that is stuck repeats itself: two equal halves are no entropy (SP 800-90B 4.4.1, in its simplest form). */
static int32_t draw(uint8_t seed[SEED])
{
    memset(seed, 0, SEED);
    if (nfi_port_entropy(seed, SEED) != 0 || memcmp(seed, seed + SEED / 2, SEED / 2) == 0)
        return -NFI_NO_RANDOM;
    return 0;
}

/* Under the lock. */
static int32_t take_seed(const uint8_t seed[SEED])
{
    memcpy(drawn.bytes, seed, SEED);
    drawn.left = SEED;
    int bad;
    if (seeded) {
        bad = mbedtls_ctr_drbg_reseed(&generator, NULL, 0);
    } else {
        mbedtls_ctr_drbg_init(&generator);
        mbedtls_ctr_drbg_set_entropy_len(&generator, SEED);
        bad = mbedtls_ctr_drbg_seed(&generator, hand_over, NULL, NULL, 0);
        mbedtls_ctr_drbg_set_reseed_interval(&generator, INT_MAX);    /* ours comes first: it draws outside the lock */
    }
    nfi_wipe(&drawn, sizeof drawn);
    if (bad && !seeded)
        mbedtls_ctr_drbg_free(&generator);
    if (bad)
        return -NFI_CRYPTO_FAULT;
    requests = 0;
    seeded = 1;
    return 0;
}

int32_t nfi_random_seed(void)
{
    uint8_t seed[SEED];
    int32_t status = draw(seed);
    if (status == 0) {
        nfi_port_lock();
        status = take_seed(seed);
        nfi_port_unlock();
    }
    nfi_wipe(seed, sizeof seed);
    return status;
}

int32_t nfi_random_reseed(void)
{
    return nfi_random_seed();
}

static int32_t generate(uint8_t *dst, size_t length)
{
    nfi_port_lock();
    int32_t due = requests >= NFI_RESEED_INTERVAL;
    nfi_port_unlock();
    if (due && nfi_random_reseed() != 0)
        return -NFI_NO_RANDOM;
    nfi_port_lock();
    requests++;
    int32_t status = seeded && mbedtls_ctr_drbg_random(&generator, dst, length) == 0 ? 0 : -NFI_NO_RANDOM;
    nfi_port_unlock();
    return status;
}

int32_t nfi_random_bytes(uint8_t *dst, size_t length)
{
    int32_t status = nfi_crypto_ready();
    for (size_t done = 0; status == 0 && done < length;) {
        size_t part = length - done < MBEDTLS_CTR_DRBG_MAX_REQUEST ? length - done : MBEDTLS_CTR_DRBG_MAX_REQUEST;
        status = generate(dst + done, part);
        done += part;
    }
    if (status < 0)
        nfi_wipe(dst, length);
    return status;
}

int32_t nfi_crypto_random(uint8_t *dst, int32_t dst_cap, int32_t offset, int32_t length)
{
    if (!nfi_within(dst, dst_cap, offset, length))
        return -XE_BAD_PARAM;
    return nfi_random_bytes(dst + offset, (size_t)length);
}
