/* The packet face: nothing that comes through the interface touches memory it should not (THREATS 43), and a packet's way
 * through take, seal, open and put. */
#include <stdlib.h>
#include "packet_check.h"
#include "packet_make.h"
#include "buffer.h"
#include "nfi_crypto.h"
#include "ring.h"
#include "stackless_shim.h"

static const int32_t odd[] = { INT32_MIN, INT32_MIN + 1, -4096, -1, 0, 1, 3, 4, 20, 31, 32, 4095, 4096, 65535, 65536, INT32_MAX - 1, INT32_MAX };
#define ODDS ((int32_t)(sizeof odd / sizeof odd[0]))

static void before_start_nothing_works(void)
{
    int32_t words[NFI_COUNT_WORDS] = { 0 };
    uint8_t bytes[4] = { 0 };
    nfi_packet_stop();
    CHECK_IS(nfi_packet_attach(), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_wait(0), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_take(words, NFI_COUNT_WORDS), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_seal(1, 1, 0, 1, 0), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_open(1, 1, 0, words, NFI_COUNT_WORDS), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_put(1, NFI_RELEASE), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_buffer_alloc(1), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_buffer_write(1, 0, bytes, 4, 0, 4), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_buffer_read(1, 0, bytes, 4, 0, 4), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_buffer_describe(1, words, NFI_COUNT_WORDS), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_buffer_free_count(), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_row_stage(0, words, NFI_COUNT_WORDS), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_row_commit(1), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_row_match(words, NFI_COUNT_WORDS, 0), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_interface(0, words, NFI_COUNT_WORDS), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_ping(words, 4, 1, 56), -NFI_NOT_STARTED);
    CHECK_IS(nfi_packet_start(), 0);
    CHECK_IS(nfi_packet_start(), 0);
    CHECK_IS(nfi_packet_attach(), 0);
}

static void null_arrays_are_refused(void)
{
    int32_t slot = nfi_packet_buffer_alloc(64);
    for (int32_t i = 0; i < ODDS; i++) {
        CHECK_IS(nfi_packet_take(NULL, odd[i]), -XE_BAD_PARAM);
        CHECK_IS(nfi_packet_open(odd[i], slot, 0, NULL, 32), -XE_BAD_PARAM);
        CHECK_IS(nfi_packet_buffer_describe(slot, NULL, odd[i]), -XE_BAD_PARAM);
        CHECK_IS(nfi_packet_row_stage(0, NULL, odd[i]), -XE_BAD_PARAM);
        CHECK_IS(nfi_packet_row_match(NULL, odd[i], 0), -XE_BAD_PARAM);
        CHECK_IS(nfi_packet_counters(NULL, odd[i]), -XE_BAD_PARAM);
        CHECK_IS(nfi_packet_interface(0, NULL, odd[i]), -XE_BAD_PARAM);
        CHECK_IS(nfi_packet_ping(NULL, odd[i], 1, 1), -XE_BAD_PARAM);
        for (int32_t k = 0; k < ODDS; k++) {
            CHECK_IS(nfi_packet_buffer_write(slot, 0, NULL, odd[i], 0, odd[k]), -XE_BAD_PARAM);
            CHECK_IS(nfi_packet_buffer_read(slot, 0, NULL, odd[i], 0, odd[k]), -XE_BAD_PARAM);
        }
    }
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), 0);
}

/* Arrays of every size up to enough, in blocks of that size: a word too far is seen by the sanitizer. */
static void short_arrays_are_refused(void)
{
    int32_t slot = nfi_packet_buffer_alloc(64);
    for (int32_t cap = -1; cap <= NFI_COUNT_WORDS + 1; cap++) {
        int32_t *words = calloc((size_t)(cap > 0 ? cap : 0) + !cap, sizeof *words);
        if (words == NULL)
            continue;
        CHECK_IS(nfi_packet_take(words, cap), cap < NFI_INFO_WORDS ? -XE_BAD_PARAM : 0);
        CHECK_IS(nfi_packet_buffer_describe(slot, words, cap), cap < NFI_INFO_WORDS ? -XE_BAD_PARAM : -XE_NO_DATA);
        CHECK_IS(nfi_packet_row_match(words, cap, 0), -XE_BAD_PARAM);
        CHECK_IS(nfi_packet_interface(0, words, cap), cap < NFI_IF_WORDS ? -XE_BAD_PARAM : 1);
        CHECK_IS(nfi_packet_ping(words, cap, 1, 1), cap < 4 ? -XE_BAD_PARAM : 0);
        CHECK_IS(nfi_packet_counters(words, cap), cap < 0 ? -XE_BAD_PARAM : cap < NFI_COUNT_WORDS ? cap : NFI_COUNT_WORDS);
        if (cap > 0)
            words[NFI_ROW_ACTION] = NFI_EMPTY;
        CHECK_IS(nfi_packet_row_stage(0, words, cap), cap < NFI_ROW_WORDS ? -XE_BAD_PARAM : 0);
        free(words);
    }
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), 0);
}

static void ranges_outside_array_or_packet_are_refused(void)
{
    enum { CAP = 20, PACKET = 32 };
    int32_t slot = nfi_packet_buffer_alloc(PACKET);
    uint8_t *bytes = calloc(CAP, 1);
    for (int32_t a = 0; a < ODDS; a++)
        for (int32_t b = 0; b < ODDS; b++)
            for (int32_t c = 0; c < ODDS; c++) {
                int64_t at = odd[a], offset = odd[b], length = odd[c];
                int32_t array_good = offset >= 0 && length >= 0 && offset + length <= CAP;
                int32_t packet_good = at >= 0 && at + length <= PACKET;
                int32_t write = !array_good || at < 0 ? -XE_BAD_PARAM : packet_good ? (int32_t)length : -XE_DST_OUT_OF_DATA;
                int32_t read = !array_good || at < 0 ? -XE_BAD_PARAM : packet_good ? (int32_t)length : -XE_SRC_OUT_OF_DATA;
                CHECK_IS(nfi_packet_buffer_write(slot, odd[a], bytes, CAP, odd[b], odd[c]), write);
                CHECK_IS(nfi_packet_buffer_read(slot, odd[a], bytes, CAP, odd[b], odd[c]), read);
            }
    CHECK_IS(nfi_packet_buffer_write(slot, 0, bytes, -1, 0, 0), -XE_BAD_PARAM);
    free(bytes);
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), 0);
}

static void odd_numbers_are_refused(void)
{
    int32_t info[NFI_INFO_WORDS] = { 0 };
    uint8_t byte = 0;
    for (int32_t i = 0; i < ODDS; i++) {
        CHECK_IS(nfi_packet_seal(odd[i], odd[i], 0, 1, 0), -NFI_BAD_HANDLE);
        CHECK_IS(nfi_packet_open(odd[i], odd[i], 0, info, NFI_INFO_WORDS), -NFI_BAD_HANDLE);
        CHECK_IS(nfi_packet_buffer_write(odd[i], 0, &byte, 1, 0, 1), -NFI_BAD_HANDLE);
        CHECK_IS(nfi_packet_buffer_read(odd[i], 0, &byte, 1, 0, 1), -NFI_BAD_HANDLE);
        CHECK_IS(nfi_packet_buffer_describe(odd[i], info, NFI_INFO_WORDS), -NFI_BAD_HANDLE);
        for (int32_t k = 0; k < ODDS; k++)
            CHECK(nfi_packet_put(odd[i], odd[k]) < 0);
        CHECK(odd[i] >= 0 || nfi_packet_wait(odd[i]) == -XE_BAD_PARAM);
        CHECK(odd[i] >= 0 || nfi_packet_interface(odd[i], info, NFI_INFO_WORDS) == -XE_BAD_PARAM);
        CHECK((odd[i] >= 0 && odd[i] <= 65507) || nfi_packet_ping(info, 4, 1, odd[i]) == -XE_BAD_PARAM);
        int32_t slot = nfi_packet_buffer_alloc(odd[i]);
        CHECK_IS(slot > 0, odd[i] > 0 && odd[i] <= NFI_LARGEST_PACKET);
        CHECK(slot <= 0 || nfi_packet_put(slot, NFI_RELEASE) == 0);
        CHECK(nfi_packet_seal(1, 1, odd[i], odd[i], -1) == -XE_BAD_PARAM);
    }
    CHECK_IS(nfi_packet_buffer_free_count(), NFI_BUFFERS);
}

static void put_takes_the_slot_whatever_it_answers(void)
{
    int32_t slot = nfi_packet_buffer_alloc(64);
    CHECK_IS(nfi_packet_put(slot, 77), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_buffer_free_count(), NFI_BUFFERS);
}

static void a_new_buffer_is_zero(void)
{
    uint8_t bytes[64];
    int32_t slot = nfi_packet_buffer_alloc(64);
    memset(bytes, 0xff, sizeof bytes);
    CHECK_IS(nfi_packet_buffer_write(slot, 0, bytes, 64, 0, 64), 64);
    nfi_packet_put(slot, NFI_RELEASE);
    slot = nfi_packet_buffer_alloc(64);
    CHECK_IS(nfi_packet_buffer_read(slot, 0, bytes, 64, 0, 64), 64);
    for (int32_t i = 0; i < 64; i++)
        CHECK_IS(bytes[i], 0);
    nfi_packet_put(slot, NFI_RELEASE);
}

static void a_wait_ends_by_packet_by_wake_or_by_time(void)
{
    CHECK_IS(nfi_packet_wait(0) <= 1, 1);
    CHECK_IS(nfi_packet_wait(0), 0);
    CHECK_IS(nfi_packet_wake(), 0);
    CHECK_IS(nfi_packet_wait(1000), 1);
    nfi_event_interface();
    CHECK_IS(nfi_packet_wait(1000), 1);
    int32_t info[NFI_INFO_WORDS];
    CHECK_IS(nfi_packet_take(info, NFI_INFO_WORDS), NFI_INTERFACE);
}

static int32_t make_transform(int32_t flags)
{
    static const uint8_t key[32] = { 1, 2, 3 };
    int32_t config[NFI_T_WORDS] = { 0 };
    int32_t cipher = nfi_crypto_secret_import(key, 32, 0, 16), mac = nfi_crypto_secret_import(key, 32, 0, 32);
    config[NFI_T_FLAGS] = NFI_TF_ESP | NFI_TF_PAD_CHECK | flags;
    config[NFI_T_CIPHER] = NFI_AES_CBC;
    config[NFI_T_ESP_MAC] = NFI_SHA256;
    config[NFI_T_ESP_ICV] = 16;
    config[NFI_T_SPI] = 0x1234;
    config[NFI_T_VERSION] = 4;
    for (int32_t i = 0; i < 2; i++) {
        config[NFI_T_LOCAL + 4 * i + 2] = 0xffff;
        config[NFI_T_LOCAL + 4 * i + 3] = (int32_t)IP4(172, 16, 0, (flags & NFI_TF_INBOUND) ? 2 - i : 1 + i);
    }
    config[NFI_T_HOP_LIMIT] = 64;
    int32_t transform = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, 0);
    nfi_crypto_handle_free(cipher);
    nfi_crypto_handle_free(mac);
    return transform;
}

static int32_t write_packet(int32_t length)
{
    static uint8_t packet[2000], udp[2000];
    static const ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), 1, 0, 17, 64, NULL, 0 };
    make_udp(udp, 1000, 2000, udp + 8, (size_t)length - 28);
    make_ip4(packet, &h, udp, (size_t)length - 20);
    int32_t slot = nfi_packet_buffer_alloc(length);
    CHECK_IS(nfi_packet_buffer_write(slot, 0, packet, sizeof packet, 0, length), length);
    return slot;
}

static void sealed_on_one_side_opens_on_the_other(int32_t tunnel)
{
    int32_t info[NFI_INFO_WORDS];
    int32_t out = make_transform(tunnel), in = make_transform(tunnel | NFI_TF_INBOUND), slot = write_packet(500);
    if (!CHECK(out > 0) || !CHECK(in > 0))
        return;
    int32_t length = nfi_packet_seal(out, slot, 0, 9, 0);
    CHECK(length > 500);
    CHECK_IS(nfi_packet_buffer_describe(slot, info, NFI_INFO_WORDS), 0);
    CHECK_IS(info[NFI_INFO_LENGTH], length);
    CHECK_IS(info[NFI_INFO_PROTOCOL], 50);
    CHECK_IS(info[NFI_INFO_SPI], 0x1234);
    CHECK_IS(info[NFI_INFO_SEQUENCE], 9);
    nfi_buffer_get(slot, NFI_OWNER_NODE)->domain = 3;
    memset(info, 0x55, sizeof info);
    CHECK_IS(nfi_packet_open(in, slot, 0, info, NFI_INFO_WORDS), 500);
    CHECK_IS(info[NFI_INFO_SLOT], slot);
    CHECK_IS(info[NFI_INFO_DOMAIN], 3);
    CHECK_IS(info[NFI_INFO_SPI], 0x1234);
    CHECK_IS(info[NFI_INFO_SEQUENCE], 9);
    CHECK_IS(info[NFI_INFO_NEXT], tunnel ? 4 : 17);
    CHECK_IS(info[NFI_INFO_LENGTH], 500);
    CHECK_IS(info[NFI_INFO_PROTOCOL], 17);
    CHECK_IS(info[NFI_INFO_DESTINATION_PORT], 2000);
    CHECK_IS(info[NFI_INFO_FLAGS], 0);
    CHECK_IS(nfi_packet_put(slot, NFI_DELIVER), 0);
    CHECK_IS(stackless_state.last_length, 500);
    CHECK_IS(nfi_packet_transform_free(out), 0);
    CHECK_IS(nfi_packet_seal(out, slot, 0, 10, 0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_transform_free(in), 0);
}

/* A peer who has the keys seals what is no packet: a text too short for the ports it should have. */
static void what_fails_behind_a_good_icv_is_said_to_be_verified(void)
{
    int32_t info[NFI_INFO_WORDS];
    uint8_t protocol = 6;                             /* 8 bytes are no TCP header */
    int32_t out = make_transform(0), in = make_transform(NFI_TF_INBOUND), slot = write_packet(28);
    nfi_packet_buffer_write(slot, 9, &protocol, 1, 0, 1);
    CHECK(nfi_packet_seal(out, slot, 0, 1, 0) > 28);
    CHECK_IS(nfi_packet_open(in, slot, 0, info, NFI_INFO_WORDS), -XE_NO_DATA);
    CHECK_IS(info[NFI_INFO_FLAGS], NFI_FLAG_VERIFIED);
    CHECK_IS(info[NFI_INFO_SEQUENCE], 1);
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), 0);
    nfi_packet_transform_free(in);
    nfi_packet_transform_free(out);
}

static void a_changed_byte_does_not_open(void)
{
    int32_t info[NFI_INFO_WORDS];
    int32_t out = make_transform(0), in = make_transform(NFI_TF_INBOUND), slot = write_packet(100);
    int32_t length = nfi_packet_seal(out, slot, 0, 1, 0);
    uint8_t last;
    nfi_packet_buffer_read(slot, length - 1, &last, 1, 0, 1);
    last ^= 1;
    nfi_packet_buffer_write(slot, length - 1, &last, 1, 0, 1);
    CHECK_IS(nfi_packet_open(in, slot, 0, info, NFI_INFO_WORDS), -XE_ESP_DIGEST_MISMATCH);
    CHECK_IS(info[NFI_INFO_FLAGS], 0);
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), 0);
    nfi_packet_transform_free(in);
    nfi_packet_transform_free(out);
}

static void a_lost_kick_is_repeated_by_the_wait(void)
{
    int32_t slot = nfi_packet_buffer_alloc(20);
    stackless_state.sent = 0;
    stackless_state.hold = 1;
    CHECK_IS(nfi_packet_put(slot, NFI_SEND), 0);
    stackless_state.hold = 0;
    CHECK_IS(stackless_state.sent, 0);
    CHECK_IS(nfi_packet_wait(0) >= 0, 1);
    CHECK_IS(stackless_state.sent, 1);
}

int main(void)
{
    CHECK_IS(nfi_crypto_start(), 0);
    before_start_nothing_works();
    null_arrays_are_refused();
    short_arrays_are_refused();
    ranges_outside_array_or_packet_are_refused();
    odd_numbers_are_refused();
    put_takes_the_slot_whatever_it_answers();
    a_new_buffer_is_zero();
    a_wait_ends_by_packet_by_wake_or_by_time();
    sealed_on_one_side_opens_on_the_other(0);
    sealed_on_one_side_opens_on_the_other(NFI_TF_TUNNEL);
    what_fails_behind_a_good_icv_is_said_to_be_verified();
    a_changed_byte_does_not_open();
    a_lost_kick_is_repeated_by_the_wait();
    CHECK_IS(nfi_packet_buffer_free_count(), NFI_BUFFERS);
    return check_result("packet face");
}
