/* The real library behind the glue, called as a hostile or broken program would: every argument null, short, negative, huge or
 * stale. A call answers with a value or a known code, touches no byte it was not given (the sanitizers watch: each array's
 * memory ends with its last element), and right calls still work afterwards. */
#include "native_table.cpp"
#include "case.h"
#include "frame.h"
#include "methods.h"
#include <climits>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <unistd.h>

extern "C"
{
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_packet.h"
#include "wake.h"
}

static const size_t count = sizeof methods / sizeof methods[0];
static const int attempts = 60000;

#define TEXT(name) #name
#define TEST_NAME(name) TEXT(name)

static size_t index_of(const char *function)
{
    for (size_t i = 0; i < count; i++)
        if (std::strcmp(methods[i].function, function) == 0)
            return i;
    std::printf("no method %s\n", function);
    std::abort();
}

static bool known(int32_t result)
{
    return result >= 0 || (result >= -(NFI_XE_COUNT - 1)) || (result <= -NFI_BAD_HANDLE && result >= -NFI_BAD_SIGNATURE);
}

/* Every handle ever made, with the function that frees its kind; and every job. */
static std::vector<std::pair<const char *, int32_t>> made;
static std::vector<int32_t> jobs;

static void note_handle(const char *function, int32_t result)
{
    static const char *const makers[] = {"nfi_crypto_secret_import", "nfi_crypto_secret_random", "nfi_crypto_hash_create", "nfi_crypto_derive",
                                         "nfi_crypto_expand", "nfi_crypto_secret_slice", "nfi_crypto_job_finish"};
    for (const char *maker : makers)
        if (result > 0 && std::strcmp(function, maker) == 0)
            made.emplace_back("nfi_crypto_handle_free", result);
    if (result > 0 && std::strcmp(function, "nfi_crypto_job_start") == 0)
        jobs.push_back(result);
    if (result > 0 && std::strcmp(function, "nfi_packet_transform_create") == 0)
        made.emplace_back("nfi_packet_transform_free", result);
}

/* Calls and judges what holds for any call; the result, or 0 when the method went to wait. */
static int32_t judged(size_t method, Frame &frame, const std::string &name)
{
    engine.now += 1000000;
    const HRESULT hr = frame.call(method_lookup[method]);
    if (hr == CLR_E_THREAD_WAITING && std::strcmp(methods[method].function, "nfi_packet_wait") == 0)
        return 0;
    const bool holds = hr == S_OK && frame.left() == 1 && known(frame.result());
    if (!holds)
        check(holds, name + ": a value or a known code, no exception");
    note_handle(methods[method].function, frame.result());
    return frame.result();
}

static int32_t call(const char *function, const std::vector<Argument> &arguments)
{
    Frame frame(arguments);
    return judged(index_of(function), frame, function);
}

static Argument plain(char kind)
{
    return kind == 'i' ? Argument::of(1) : kind == 'b' ? Argument::octets(64) : Argument::words(32);
}

/* One argument at a time takes each bad value, the others are plain. */
static void one_bad_argument(size_t method)
{
    static const int32_t numbers[] = {INT_MIN, INT_MIN + 1, -65536, -1, 0, 2, 63, 64, 65, 4096, 65536, 0x40000000, INT_MAX - 1, INT_MAX};
    const std::string shape = methods[method].shape;
    const int before = failed;

    for (size_t at = 0; at < shape.size(); at++)
    {
        std::vector<Argument> bad;
        if (shape[at] == 'i')
            for (int32_t number : numbers)
                bad.push_back(Argument::of(number));
        else
            for (uint32_t length : {0u, 1u, 4u, 23u, 31u})
                bad.push_back(shape[at] == 'b' ? Argument::octets(length) : Argument::words(length));
        if (shape[at] != 'i')
            bad.push_back(Argument::null());
        for (const Argument &value : bad)
        {
            std::vector<Argument> arguments;
            for (char kind : shape)
                arguments.push_back(plain(kind));
            arguments[at] = value;
            Frame frame(arguments);
            judged(method, frame, methods[method].function);
        }
    }
    check(failed == before, std::string(methods[method].function) + ": any one bad argument");
}

static void no_array_at_all(size_t method)
{
    const std::string shape = methods[method].shape;
    std::vector<Argument> arguments;
    for (char kind : shape)
        arguments.push_back(kind == 'i' ? Argument::of(16) : Argument::null());
    Frame frame(arguments);
    const int32_t result = judged(method, frame, methods[method].function);
    check(result < 0, std::string(methods[method].function) + ": null for every array, 16 of everything, is refused");
}

static uint32_t seed = 20240229;
static uint32_t draw()
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* Numbers that were answers before: live handles, slots and jobs, and those that are stale by now. */
static int32_t answers[16];

static Argument any(char kind)
{
    static const int32_t numbers[] = {0, 1, 2, 3, 4, 16, 5, -1, INT_MIN, INT_MAX, 32, 20, 64, 1400, 65535, 253};
    if (kind != 'i')
    {
        const uint32_t length = draw() % 4 == 0 ? draw() % 80 : kind == 'b' ? 2048 : 32;
        return draw() % 8 == 0 ? Argument::null() : kind == 'b' ? Argument::octets(length) : Argument::words(length);
    }
    return Argument::of(draw() % 2 == 0 ? answers[draw() % 16] : numbers[draw() % 16]);
}

/* Any calls in any order. Start and the self-test take milliseconds: now and then only. */
static void any_order()
{
    const int before = failed;
    for (int i = 0; i < attempts; i++)
    {
        const size_t method = draw() % count;
        if (method < 2 && draw() % 64 != 0)
            continue;
        std::vector<Argument> arguments;
        for (const char *kind = methods[method].shape; *kind != 0; kind++)
            arguments.push_back(any(*kind));
        Frame frame(arguments);
        for (size_t at = 0; at < arguments.size(); at++)
            for (uint32_t byte = 0; arguments[at].kind == Argument::Words && byte < arguments[at].length * 4; byte += 4)
                frame.elements(at)[byte] = static_cast<uint8_t>(draw() % 5);
        const int32_t result = judged(method, frame, methods[method].function);
        if (result > 4)
            answers[draw() % 16] = result;
    }
    check(failed == before, "any calls in any order");
}

static void still_right()
{
    static const uint8_t abc_sha256[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea}; /* FIPS 180-2, B.1 */
    check(call("nfi_packet_start", {}) == 0 && call("nfi_crypto_start", {}) == 0, "starts again");

    const int32_t hash = call("nfi_crypto_hash_create", {Argument::of(NFI_SHA256)});
    Frame text({Argument::of(hash), Argument::octets(5), Argument::of(1), Argument::of(3)});
    std::memcpy(text.elements(1) + 1, "abc", 3);
    judged(index_of("nfi_crypto_hash_update"), text, "hash update");
    Frame digest({Argument::of(hash), Argument::octets(40), Argument::of(8)});
    check(judged(index_of("nfi_crypto_hash_finish"), digest, "hash finish") == 32, "SHA-256 has 32 bytes");
    check(std::memcmp(digest.elements(1) + 8, abc_sha256, sizeof abc_sha256) == 0, "SHA-256 of abc, at the offset asked for");
    check(call("nfi_crypto_handle_free", {Argument::of(hash)}) == 0, "the handle is freed");
    check(call("nfi_crypto_handle_free", {Argument::of(hash)}) == -NFI_BAD_HANDLE, "and then is stale");

    const int32_t slot = call("nfi_packet_buffer_alloc", {Argument::of(100)});
    Frame write({Argument::of(slot), Argument::of(90), Argument::octets(12), Argument::of(2), Argument::of(10)});
    check(judged(index_of("nfi_packet_buffer_write"), write, "write") >= 0, "ten bytes fit at 90 of 100");
    Frame beyond({Argument::of(slot), Argument::of(91), Argument::octets(12), Argument::of(2), Argument::of(10)});
    check(judged(index_of("nfi_packet_buffer_write"), beyond, "write") < 0, "and do not at 91");
    check(call("nfi_packet_put", {Argument::of(slot), Argument::of(NFI_RELEASE)}) == 0, "the slot is given back");
    check(call("nfi_packet_put", {Argument::of(slot), Argument::of(NFI_RELEASE)}) == -NFI_BAD_HANDLE, "and then is stale");
}

static int32_t transform(bool inbound, int32_t key, int32_t mac_key)
{
    static const int32_t ends[] = {0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0x0a000002};
    Frame frame({Argument::words(NFI_T_WORDS), Argument::of(key), Argument::of(mac_key), Argument::of(0)});
    int32_t *config = reinterpret_cast<int32_t *>(frame.elements(0));
    config[NFI_T_FLAGS] = NFI_TF_TUNNEL | NFI_TF_ESP | (inbound ? NFI_TF_INBOUND : 0);
    config[NFI_T_CIPHER] = NFI_AES_CBC;
    config[NFI_T_ESP_MAC] = NFI_SHA256;
    config[NFI_T_ESP_ICV] = 16;
    config[NFI_T_SPI] = 0x1001;
    config[NFI_T_VERSION] = 4;
    config[NFI_T_HOP_LIMIT] = 64;
    std::memcpy(config + NFI_T_LOCAL, ends + (inbound ? 4 : 0), 16);
    std::memcpy(config + NFI_T_REMOTE, ends + (inbound ? 0 : 4), 16);
    return judged(index_of("nfi_packet_transform_create"), frame, "transform");
}

/* A packet through seal and open, all of it by way of the glue. */
static void a_packet_there_and_back()
{
    /* 10.1.0.1 -> 10.2.0.1, protocol 253 (experiments, RFC 3692), 32 bytes */
    static const uint8_t ip[32] = {0x45, 0, 0, 32, 0, 1, 0, 0, 64, 253, 0x65, 0xdc, 10, 1, 0, 1, 10, 2, 0, 1, 'h', 'e', 'l', 'l', 'o'};
    Frame import({Argument::octets(32), Argument::of(0), Argument::of(16)}), mac_import({Argument::octets(32), Argument::of(0), Argument::of(32)});
    const int32_t key = judged(index_of("nfi_crypto_secret_import"), import, "import");
    const int32_t mac_key = judged(index_of("nfi_crypto_secret_import"), mac_import, "import");
    const int32_t out = transform(false, key, mac_key), in = transform(true, key, mac_key);
    check(out > 0 && in > 0, "two transforms");

    const int32_t slot = call("nfi_packet_buffer_alloc", {Argument::of(32)});
    Frame write({Argument::of(slot), Argument::of(0), Argument::octets(32), Argument::of(0), Argument::of(32)});
    std::memcpy(write.elements(2), ip, sizeof ip);
    check(judged(index_of("nfi_packet_buffer_write"), write, "write") >= 0, "the packet is written");
    const int32_t sealed = call("nfi_packet_seal", {Argument::of(out), Argument::of(slot), Argument::of(0), Argument::of(7), Argument::of(0)});
    check(sealed == 20 + 8 + 16 + 48 + 16, "outer header, ESP header, IV, padded text, ICV");
    Frame open({Argument::of(in), Argument::of(slot), Argument::of(0), Argument::words(NFI_INFO_WORDS)});
    check(judged(index_of("nfi_packet_open"), open, "open") == 32, "opens to its length");
    const int32_t *info = reinterpret_cast<const int32_t *>(open.elements(3));
    check(info[NFI_INFO_SEQUENCE] == 7 && info[NFI_INFO_PROTOCOL] == 253 && info[NFI_INFO_DESTINATION + 3] == 0x0a020001, "and is described");
    Frame read({Argument::of(slot), Argument::of(0), Argument::octets(40), Argument::of(8), Argument::of(32)});
    check(judged(index_of("nfi_packet_buffer_read"), read, "read") >= 0 && std::memcmp(read.elements(2) + 8, ip, sizeof ip) == 0, "as it was");
    call("nfi_packet_put", {Argument::of(slot), Argument::of(NFI_RELEASE)});
    for (int32_t handle : {out, in})
        check(call("nfi_packet_transform_free", {Argument::of(handle)}) == 0, "a transform is freed");
    check(call("nfi_packet_seal", {Argument::of(out), Argument::of(slot), Argument::of(0), Argument::of(8), Argument::of(0)}) < 0, "and then is stale");
    call("nfi_crypto_handle_free", {Argument::of(key)});
    call("nfi_crypto_handle_free", {Argument::of(mac_key)});
}

/* Earlier jobs run to their end, what is there is taken, and no signal is left over. */
static void quiet()
{
    static int32_t info[NFI_INFO_WORDS];
    static uint8_t output[NFI_MAX_JOB_OUTPUT];
    for (int32_t job : jobs)
    {
        int32_t result;
        while ((result = nfi_crypto_job_finish(job, output, sizeof output, 0)) == -NFI_BUSY)
            usleep(1000);
        note_handle("nfi_crypto_job_finish", result);
    }
    usleep(50000); /* the worker gives its signal after the job's result */
    while (nfi_packet_wait(0) == 1)
        if (nfi_packet_take(info, NFI_INFO_WORDS) > 0 && info[NFI_INFO_SLOT] > 0)
            nfi_packet_put(info[NFI_INFO_SLOT], NFI_RELEASE);
}

/* A finished job ends PacketNative.Wait: worker thread, port, event and glue together. */
static void a_job_ends_the_wait()
{
    const size_t wait = index_of("nfi_packet_wait");
    quiet();
    engine.raised = 0;

    Frame frame({Argument::of(1000000)});
    check(frame.call(method_lookup[wait]) == CLR_E_THREAD_WAITING, "nothing to do: the thread waits");
    const int32_t job = call("nfi_crypto_job_start", {Argument::of(NFI_JOB_RESEED), Argument::of(0), Argument::of(0), Argument::null(), Argument::of(0), Argument::of(0)});
    check(job > 0, "a job starts");
    for (int tries = 0; __atomic_load_n(&engine.raised, __ATOMIC_ACQUIRE) == 0 && tries < 5000; tries++)
        usleep(1000);
    check(frame.call(method_lookup[wait]) == S_OK && frame.result() == 1, "its end wakes the thread");
    check(call("nfi_crypto_job_poll", {}) == job, "and is there to be taken");
}

/* A handle is freed as often as wished, and none is left: what was freed along the way is stale now. */
static void none_left()
{
    quiet();
    const auto all = made;
    for (const auto &handle : all)
        call(handle.first, {Argument::of(handle.second)});
    check(call("nfi_crypto_handle_count", {}) == 0, "no handle is lost");
}

int main()
{
    for (size_t i = 0; i < count; i++)
        one_bad_argument(i); /* before start: nothing may need it */
    check(call("nfi_crypto_start", {}) == 0 && call("nfi_packet_start", {}) == 0, "starts");
    for (size_t i = 0; i < count; i++)
        one_bad_argument(i);
    call("nfi_packet_start", {});
    for (size_t i = 0; i < count; i++)
        if (std::strpbrk(methods[i].shape, "bw") != nullptr)
            no_array_at_all(i);
    still_right();
    a_job_ends_the_wait();
    a_packet_there_and_back();
    none_left();
    any_order();
    none_left();
    still_right();
    a_packet_there_and_back();
    return finish("hostile calls, " TEST_NAME(TEST_PORT));
}
