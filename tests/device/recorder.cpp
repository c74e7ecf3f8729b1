/* Stands for the native library: each function notes its name and arguments and returns a number the test chose. */
#include "recorder.h"
#include <initializer_list>

extern "C"
{
#include "nfi_crypto.h"
#include "nfi_packet.h"
}

Recorded recorded;

static intptr_t value(const void *pointer) { return reinterpret_cast<intptr_t>(pointer); }
static intptr_t value(int32_t number) { return number; }

template <typename... T> static int32_t note(const char *function, T... arguments)
{
    recorded.function = function;
    recorded.arguments = std::vector<intptr_t>{value(arguments)...};
    recorded.calls++;
    return recorded.result;
}

#define NOTE(...) { return note(__func__ __VA_OPT__(,) __VA_ARGS__); }
typedef const uint8_t *In;
typedef uint8_t *Out;
typedef int32_t I;

extern "C"
{
I nfi_crypto_start(void) NOTE()
I nfi_crypto_self_test(void) NOTE()
I nfi_crypto_random(Out a, I b, I c, I d) NOTE(a, b, c, d)
I nfi_crypto_wipe(Out a, I b, I c, I d) NOTE(a, b, c, d)
I nfi_crypto_compare(In a, I b, I c, In d, I e, I f, I g) NOTE(a, b, c, d, e, f, g)
I nfi_crypto_secret_import(In a, I b, I c, I d) NOTE(a, b, c, d)
I nfi_crypto_secret_random(I a) NOTE(a)
I nfi_crypto_secret_length(I a) NOTE(a)
I nfi_crypto_secret_export(I a, Out b, I c, I d) NOTE(a, b, c, d)
I nfi_crypto_handle_free(I a) NOTE(a)
I nfi_crypto_handle_count(void) NOTE()
I nfi_crypto_hash_create(I a) NOTE(a)
I nfi_crypto_hash_update(I a, In b, I c, I d, I e) NOTE(a, b, c, d, e)
I nfi_crypto_hash_finish(I a, Out b, I c, I d) NOTE(a, b, c, d)
I nfi_crypto_mac(I a, I b, In c, I d, I e, I f, Out g, I h, I i, I j) NOTE(a, b, c, d, e, f, g, h, i, j)
I nfi_crypto_cipher(I a, I b, I c, In d, I e, I f, Out g, I h, I i, I j) NOTE(a, b, c, d, e, f, g, h, i, j)
I nfi_crypto_job_start(I a, I b, I c, In d, I e, I f, I g) NOTE(a, b, c, d, e, f, g)
I nfi_crypto_job_poll(void) NOTE()
I nfi_crypto_job_finish(I a, Out b, I c, I d) NOTE(a, b, c, d)
I nfi_crypto_job_cancel(I a) NOTE(a)
I nfi_crypto_dh_length(I a) NOTE(a)
I nfi_crypto_derive(I a, I b, In c, I d, I e, I f, I g, In h, I i, I j, I k) NOTE(a, b, c, d, e, f, g, h, i, j, k)
I nfi_crypto_expand(I a, I b, I c, In d, I e, I f, I g, I h) NOTE(a, b, c, d, e, f, g, h)
I nfi_crypto_secret_slice(I a, I b, I c) NOTE(a, b, c)
I nfi_crypto_sk_iv_length(I a) NOTE(a)
I nfi_crypto_sk_overhead(I a, I b, I c) NOTE(a, b, c)
I nfi_crypto_sk_seal(I a, I b, I c, I d, I e, Out f, I g, I h, I i, I j, I k) NOTE(a, b, c, d, e, f, g, h, i, j, k)
I nfi_crypto_sk_open(I a, I b, I c, I d, I e, Out f, I g, I h, I i, I j, I k) NOTE(a, b, c, d, e, f, g, h, i, j, k)
I nfi_crypto_available(I a, I b, I c) NOTE(a, b, c)
I nfi_crypto_certificate_parse(In a, I b, I c, I d) NOTE(a, b, c, d)
I nfi_crypto_crl_parse(In a, I b, I c, I d) NOTE(a, b, c, d)
I nfi_crypto_certificate_info(I a, int32_t *b, I c) NOTE(a, b, c)
I nfi_crypto_crl_info(I a, int32_t *b, I c) NOTE(a, b, c)
I nfi_crypto_certificate_part(I a, I b, I c, Out d, I e, I f) NOTE(a, b, c, d, e, f)

I nfi_packet_start(void) NOTE()
I nfi_packet_attach(void) NOTE()
I nfi_packet_stop(void) NOTE()
I nfi_packet_wait(I a)
{
    if (recorded.ready_after > 0)
        recorded.ready_after--;
    return note(__func__, a) * (recorded.ready_after == 0);
}
I nfi_packet_wake(void) NOTE()
I nfi_packet_take(I *a, I b) NOTE(a, b)
I nfi_packet_seal(I a, I b, I c, I d, I e) NOTE(a, b, c, d, e)
I nfi_packet_open(I a, I b, I c, I *d, I e) NOTE(a, b, c, d, e)
I nfi_packet_put(I a, I b) NOTE(a, b)
I nfi_packet_buffer_alloc(I a) NOTE(a)
I nfi_packet_buffer_write(I a, I b, In c, I d, I e, I f) NOTE(a, b, c, d, e, f)
I nfi_packet_buffer_read(I a, I b, Out c, I d, I e, I f) NOTE(a, b, c, d, e, f)
I nfi_packet_buffer_describe(I a, I *b, I c) NOTE(a, b, c)
I nfi_packet_buffer_free_count(void) NOTE()
I nfi_packet_transform_create(const I *a, I b, I c, I d, I e) NOTE(a, b, c, d, e)
I nfi_packet_transform_free(I a) NOTE(a)
I nfi_packet_row_stage(I a, const I *b, I c) NOTE(a, b, c)
I nfi_packet_row_commit(I a) NOTE(a)
I nfi_packet_row_match(const I *a, I b, I c) NOTE(a, b, c)
I nfi_packet_counters(I *a, I b) NOTE(a, b)
I nfi_packet_interface(I a, I *b, I c) NOTE(a, b, c)
I nfi_packet_ping(const I *a, I b, I c, I d) NOTE(a, b, c, d)
I nfi_packet_datagram_send(const I *a, I b, In c, I d, I e, I f) NOTE(a, b, c, d, e, f)
I nfi_packet_forward(I a) NOTE(a)
I nfi_packet_transform_move(I a, const I *b, I c, I d) NOTE(a, b, c, d)
I nfi_packet_readdress(I a, const I *b, I c, I d) NOTE(a, b, c, d)
}
