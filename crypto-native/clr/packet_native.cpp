// PacketNative: arguments off the stack frame, one C call, its result.
// Written by tools/clr-glue --write from firmware/native. Do not edit.
#include "native_methods.h"
#include "arguments.h"

extern "C"
{
#include "nfi_packet.h"
}

HRESULT Library_NfIpsec_Native_PacketNative::Start___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_start());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Attach___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_attach());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Stop___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_stop());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Wake___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_wake());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Take___STATIC__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    const nfi_words info(stack, 0);
    stack.SetResult_I4(nfi_packet_take(info.first, info.capacity));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Seal___STATIC__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_seal(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2), nfi_integer(stack, 3), nfi_integer(stack, 4)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Open___STATIC__I4__I4__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    const nfi_words info(stack, 3);
    stack.SetResult_I4(nfi_packet_open(nfi_integer(stack, 0), nfi_integer(stack, 1), nfi_integer(stack, 2), info.first, info.capacity));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Put___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_put(nfi_integer(stack, 0), nfi_integer(stack, 1)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::BufferAlloc___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_buffer_alloc(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::BufferWrite___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets src(stack, 2);
    stack.SetResult_I4(nfi_packet_buffer_write(nfi_integer(stack, 0), nfi_integer(stack, 1), src.first, src.capacity, nfi_integer(stack, 3), nfi_integer(stack, 4)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::BufferRead___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_octets dst(stack, 2);
    stack.SetResult_I4(nfi_packet_buffer_read(nfi_integer(stack, 0), nfi_integer(stack, 1), dst.first, dst.capacity, nfi_integer(stack, 3), nfi_integer(stack, 4)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::BufferDescribe___STATIC__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    const nfi_words info(stack, 1);
    stack.SetResult_I4(nfi_packet_buffer_describe(nfi_integer(stack, 0), info.first, info.capacity));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::BufferFreeCount___STATIC__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_buffer_free_count());
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::TransformCreate___STATIC__I4__SZARRAY_I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_words config(stack, 0);
    stack.SetResult_I4(nfi_packet_transform_create(config.first, config.capacity, nfi_integer(stack, 1), nfi_integer(stack, 2), nfi_integer(stack, 3)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::TransformFree___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_transform_free(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::RowStage___STATIC__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    const nfi_words words(stack, 1);
    stack.SetResult_I4(nfi_packet_row_stage(nfi_integer(stack, 0), words.first, words.capacity));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::RowCommit___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_row_commit(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::RowMatch___STATIC__I4__SZARRAY_I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_words info(stack, 0);
    stack.SetResult_I4(nfi_packet_row_match(info.first, info.capacity, nfi_integer(stack, 1)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Counters___STATIC__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    const nfi_words dst(stack, 0);
    stack.SetResult_I4(nfi_packet_counters(dst.first, dst.capacity));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Interface___STATIC__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    const nfi_words dst(stack, 1);
    stack.SetResult_I4(nfi_packet_interface(nfi_integer(stack, 0), dst.first, dst.capacity));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Ping___STATIC__I4__SZARRAY_I4__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_words destination(stack, 0);
    stack.SetResult_I4(nfi_packet_ping(destination.first, destination.capacity, nfi_integer(stack, 1), nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::DatagramSend___STATIC__I4__SZARRAY_I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_words info(stack, 0);
    const nfi_octets src(stack, 1);
    stack.SetResult_I4(nfi_packet_datagram_send(info.first, info.capacity, src.first, src.capacity, nfi_integer(stack, 2), nfi_integer(stack, 3)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Forward___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    stack.SetResult_I4(nfi_packet_forward(nfi_integer(stack, 0)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::TransformMove___STATIC__I4__I4__SZARRAY_I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_words remote(stack, 1);
    stack.SetResult_I4(nfi_packet_transform_move(nfi_integer(stack, 0), remote.first, remote.capacity, nfi_integer(stack, 2)));
    return S_OK;
}

HRESULT Library_NfIpsec_Native_PacketNative::Readdress___STATIC__I4__I4__SZARRAY_I4__I4(CLR_RT_StackFrame &stack)
{
    const nfi_words pair(stack, 1);
    stack.SetResult_I4(nfi_packet_readdress(nfi_integer(stack, 0), pair.first, pair.capacity, nfi_integer(stack, 2)));
    return S_OK;
}
