// CryptoNative: arguments off the stack frame, one C call, its result.
// Written by tools/clr-glue --write from firmware/native. Do not edit.
#include "native_methods.h"
#include "arguments.h"

extern "C"
{
#include "nfi_crypto.h"
}

HRESULT Library_NfIpsec_Native_CryptoNative::Start___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_start());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SelfTest___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_self_test());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::Random___STATIC__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets dst(stack, 0);
    stack.SetResult_I4(nfi_crypto_random(dst.first, dst.capacity, nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::Wipe___STATIC__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets dst(stack, 0);
    stack.SetResult_I4(nfi_crypto_wipe(dst.first, dst.capacity, nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::Compare___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets a(stack, 0);
    const nfi_octets b(stack, 2);
    stack.SetResult_I4(nfi_crypto_compare(a.first, a.capacity, nfi_integer(stack, 1), b.first, b.capacity, nfi_integer(stack, 3), nfi_integer(stack, 4)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SecretImport___STATIC__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets src(stack, 0);
    stack.SetResult_I4(nfi_crypto_secret_import(src.first, src.capacity, nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SecretRandom___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_secret_random(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SecretLength___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_secret_length(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SecretExport___STATIC__I4__I4__SZARRAY_U1__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets dst(stack, 1);
    stack.SetResult_I4(nfi_crypto_secret_export(nfi_integer(stack, 0), dst.first, dst.capacity, nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::HandleFree___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_handle_free(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::HandleCount___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_handle_count());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::HashCreate___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_hash_create(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::HashUpdate___STATIC__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets src(stack, 1);
    stack.SetResult_I4(nfi_crypto_hash_update(nfi_integer(stack, 0), src.first, src.capacity, nfi_integer(stack, 2), nfi_integer(stack, 3)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::HashFinish___STATIC__I4__I4__SZARRAY_U1__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets dst(stack, 1);
    stack.SetResult_I4(nfi_crypto_hash_finish(nfi_integer(stack, 0), dst.first, dst.capacity, nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::Mac___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets src(stack, 2);
    const nfi_octets dst(stack, 5);
    stack.SetResult_I4(nfi_crypto_mac(nfi_integer(stack, 0), nfi_integer(stack, 1), src.first, src.capacity, nfi_integer(stack, 3), nfi_integer(stack, 4), dst.first, dst.capacity, nfi_integer(stack, 6), nfi_integer(stack, 7)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::Cipher___STATIC__I4__I4__I4__I4__SZARRAY_U1__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets iv(stack, 3);
    const nfi_octets buffer(stack, 5);
    stack.SetResult_I4(nfi_crypto_cipher(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2), iv.first, iv.capacity, nfi_integer(stack, 4), buffer.first, buffer.capacity, nfi_integer(stack, 6), nfi_integer(stack, 7)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::JobStart___STATIC__I4__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets src(stack, 3);
    stack.SetResult_I4(nfi_crypto_job_start(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2), src.first, src.capacity, nfi_integer(stack, 4), nfi_integer(stack, 5)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::JobPoll___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_job_poll());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::JobFinish___STATIC__I4__I4__SZARRAY_U1__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets dst(stack, 1);
    stack.SetResult_I4(nfi_crypto_job_finish(nfi_integer(stack, 0), dst.first, dst.capacity, nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::JobCancel___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_job_cancel(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::DhLength___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_dh_length(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::Derive___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets key(stack, 2);
    const nfi_octets data(stack, 6);
    stack.SetResult_I4(nfi_crypto_derive(nfi_integer(stack, 0), nfi_integer(stack, 1), key.first, key.capacity, nfi_integer(stack, 3), nfi_integer(stack, 4), nfi_integer(stack, 5), data.first, data.capacity, nfi_integer(stack, 7), nfi_integer(stack, 8)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::Expand___STATIC__I4__I4__I4__I4__SZARRAY_U1__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets seed(stack, 3);
    stack.SetResult_I4(nfi_crypto_expand(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2), seed.first, seed.capacity, nfi_integer(stack, 4), nfi_integer(stack, 5), nfi_integer(stack, 6)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SecretSlice___STATIC__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_secret_slice(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SkIvLength___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_sk_iv_length(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SkOverhead___STATIC__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_sk_overhead(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SkSeal___STATIC__I4__I4__I4__I4__I4__I4__SZARRAY_U1__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets message(stack, 5);
    stack.SetResult_I4(nfi_crypto_sk_seal(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2), nfi_integer(stack, 3), nfi_integer(stack, 4), message.first, message.capacity, nfi_integer(stack, 6), nfi_integer(stack, 7), nfi_integer(stack, 8), nfi_integer(stack, 9)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::SkOpen___STATIC__I4__I4__I4__I4__I4__I4__SZARRAY_U1__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets message(stack, 5);
    stack.SetResult_I4(nfi_crypto_sk_open(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2), nfi_integer(stack, 3), nfi_integer(stack, 4), message.first, message.capacity, nfi_integer(stack, 6), nfi_integer(stack, 7), nfi_integer(stack, 8), nfi_integer(stack, 9)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::Available___STATIC__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_crypto_available(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::CertificateParse___STATIC__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets src(stack, 0);
    stack.SetResult_I4(nfi_crypto_certificate_parse(src.first, src.capacity, nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::CrlParse___STATIC__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets src(stack, 0);
    stack.SetResult_I4(nfi_crypto_crl_parse(src.first, src.capacity, nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::CertificateInfo___STATIC__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    const nfi_words words(stack, 1);
    stack.SetResult_I4(nfi_crypto_certificate_info(nfi_integer(stack, 0), words.first, words.capacity));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::CrlInfo___STATIC__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    const nfi_words words(stack, 1);
    stack.SetResult_I4(nfi_crypto_crl_info(nfi_integer(stack, 0), words.first, words.capacity));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_CryptoNative::CertificatePart___STATIC__I4__I4__I4__I4__SZARRAY_U1__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets dst(stack, 3);
    stack.SetResult_I4(nfi_crypto_certificate_part(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2), dst.first, dst.capacity, nfi_integer(stack, 4)));
    return S_OK;
}
