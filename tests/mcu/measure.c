/* What the native code costs on this core: instructions for a byte of each cipher, for one packet, and stack. The figures go
 * out as lines "measure NAME VALUE UNIT", which tests/mcu/run holds against its limits. */
#include <string.h>
#include "counter.h"
#include "dh.h"
#include "image.h"
#include "memory.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_packet.h"
#include "primitives.h"
#include "tunnel.h"

#define SHORT_RUN 1024u
#define LONG_RUN 3072u
#define PACKET 1400

static uint8_t buffer[LONG_RUN + 16u];
static const uint8_t key[32] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

static int32_t run_cbc(size_t length, uint32_t *cost)
{
    static nfi_cipher cipher;
    uint8_t iv[16] = { 0 };
    int32_t status = nfi_cipher_init(&cipher, NFI_AES_CBC, 1, key, 16);

    mcu_counter_start();
    if (status == 0)
        status = nfi_cipher_run(&cipher, iv, buffer, length);
    *cost = mcu_counter_stop();
    nfi_cipher_free(&cipher);
    return status;
}

static int32_t run_gcm(size_t length, uint32_t *cost)
{
    static nfi_aead aead;
    const uint8_t nonce[12] = { 0 };
    uint8_t tag[16];
    int32_t status = nfi_aead_init(&aead, NFI_AES_GCM, key, 16);

    mcu_counter_start();
    if (status == 0)
        status = nfi_aead_seal(&aead, &(nfi_aead_message){ nonce, NULL, sizeof nonce, 0, buffer, tag, length, sizeof tag });
    *cost = mcu_counter_stop();
    nfi_aead_free(&aead);
    return status;
}

static int32_t run_hmac(size_t length, uint32_t *cost)
{
    static nfi_mac mac;
    uint8_t out[64];
    int32_t status = nfi_mac_init(&mac, NFI_SHA256, key, 32);

    mcu_counter_start();
    if (status == 0)
        status = nfi_mac_start(&mac);
    if (status == 0)
        status = nfi_mac_update(&mac, buffer, length);
    if (status == 0)
        status = nfi_mac_finish(&mac, out);
    *cost = mcu_counter_stop();
    nfi_mac_free(&mac);
    return status;
}

/* Two lengths, so that what a call costs whatever its length falls out. */
static void per_byte(const char *name, int32_t (*run)(size_t length, uint32_t *cost))
{
    uint32_t small, large;

    if (image_case(name, run(SHORT_RUN, &small) == 0 && run(LONG_RUN, &large) == 0))
        image_figure(name, (large - small) * 100u / (LONG_RUN - SHORT_RUN), "instructions/100B");
}

typedef struct {
    const char *seal_name, *open_name, *stack_name;
    image_suite suite;
} transform_case;

static const transform_case transforms[] = {
    { "seal-cbc-sha256", "open-cbc-sha256", "stack-cbc-sha256", { NFI_AES_CBC, 16, NFI_SHA256, 16 } },
    { "seal-gcm", "open-gcm", "stack-gcm", { NFI_AES_GCM, 20, 0, 16 } },
};

/* An IPv4 packet of PACKET bytes, protocol 253 (experiments, RFC 3692), with a good header checksum. */
static int32_t packet(void)
{
    static uint8_t bytes[PACKET] = { 0x45, 0, PACKET >> 8, PACKET & 0xff, 0, 1, 0, 0, 64, 253, 0, 0, 10, 1, 0, 1, 10, 2, 0, 1 };
    uint32_t sum = 0;
    int32_t slot = nfi_packet_buffer_alloc(PACKET);
    int i;

    bytes[10] = bytes[11] = 0;
    for (i = 0; i < 20; i += 2)
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    sum = (sum & 0xffffu) + (sum >> 16);
    bytes[10] = (uint8_t)(~sum >> 8);
    bytes[11] = (uint8_t)~sum;
    if (slot > 0 && nfi_packet_buffer_write(slot, 0, bytes, PACKET, 0, PACKET) < 0)
        return -1;
    return slot;
}

static void one_packet(const transform_case *row)
{
    static int32_t info[NFI_INFO_WORDS];
    const int32_t keys[2] = { nfi_crypto_secret_import(key, 32, 0, row->suite.key_length),
                              row->suite.mac == 0 ? 0 : nfi_crypto_secret_import(key, 32, 0, 32) };
    const int32_t out = image_tunnel(&row->suite, 0, 0, keys), in = image_tunnel(&row->suite, 1, 1, keys), slot = packet();
    int32_t sealed, opened;
    uint32_t cost, stack;

    mcu_stack_paint();
    mcu_counter_start();
    sealed = nfi_packet_seal(out, slot, 0, 1, 0);
    cost = mcu_counter_stop();
    if (image_case(row->seal_name, sealed > PACKET + 20 + 8 + row->suite.icv))
        image_figure(row->seal_name, cost, "instructions");

    mcu_counter_start();
    opened = nfi_packet_open(in, slot, 0, info, NFI_INFO_WORDS);
    cost = mcu_counter_stop();
    stack = mcu_stack_used();
    if (image_case(row->open_name, opened == PACKET && info[NFI_INFO_PROTOCOL] == 253)) {
        image_figure(row->open_name, cost, "instructions");
        image_figure(row->stack_name, stack, "bytes");
    }
    (void)nfi_packet_put(slot, NFI_RELEASE);
    (void)nfi_packet_transform_free(out);
    (void)nfi_packet_transform_free(in);
    (void)nfi_crypto_handle_free(keys[0]);
    (void)nfi_crypto_handle_free(keys[1]);
}

/* One side's exponentiation with the other's value, a fresh key; the worker's stack has to hold it. */
static void one_agreement(const char *name, const char *stack_name, int32_t group)
{
    static nfi_dh_key mine, yours;
    static uint8_t value[NFI_MAX_JOB_OUTPUT];
    int32_t secret, ready = nfi_dh_make(group, &mine) == 0 && nfi_dh_make(group, &yours) == 0 && nfi_dh_public(&yours, value) == 0;
    uint32_t cost, stack;

    mcu_stack_paint();
    mcu_counter_start();
    secret = nfi_dh_shared(&mine, value, (size_t)nfi_crypto_dh_length(group));
    cost = mcu_counter_stop();
    stack = mcu_stack_used();
    if (image_case(name, ready && secret > 0)) {
        image_figure(name, cost, "instructions");
        image_figure(stack_name, stack, "bytes");
    }
    (void)nfi_crypto_handle_free(secret);
}

void image_measure(void)
{
    size_t i;

    per_byte("aes-cbc-128", run_cbc);
    per_byte("aes-gcm-128", run_gcm);
    per_byte("hmac-sha256", run_hmac);
    for (i = 0; i < sizeof transforms / sizeof transforms[0]; i++)
        one_packet(&transforms[i]);
    one_agreement("modp2048", "stack-modp2048", NFI_MODP2048);
    one_agreement("ecp256", "stack-ecp256", NFI_ECP256);
    one_agreement("curve25519", "stack-curve25519", NFI_CURVE25519);
    image_figure("heap", mcu_heap_used(), "bytes");
}
