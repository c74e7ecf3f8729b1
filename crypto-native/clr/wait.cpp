// PacketNative.Wait: the one native method that waits, written by hand. The interpreter runs its other threads meanwhile and
// enters the method again from the top at each wake, so the deadline lives on the frame: m_customState says that it is there.
#include "native_methods.h"
#include "arguments.h"
#include "wake.h"
#include <nanoHAL_v2.h>
#include <nanoPAL_Events.h>

extern "C"
{
#include "nfi_packet.h"
}

// Also true while the method is left with CLR_E_THREAD_WAITING: a wake between look and wait leaves Event_Radio raised, and
// the wait then ends at once. Others may raise Event_Radio too; the look decides.
static HRESULT wait_ready(CLR_RT_StackFrame &stack, const CLR_INT64 &deadline, int32_t &ready)
{
    NANOCLR_HEADER();
    bool in_time = true;

    ready = nfi_packet_wait(0);
    while (ready == 0 && in_time)
    {
        NANOCLR_CHECK_HRESULT(
            g_CLR_RT_ExecutionEngine.WaitEvents(stack.m_owningThread, deadline, Event_Radio, in_time));
        ready = nfi_packet_wait(0);
    }

    NANOCLR_NOCLEANUP();
}

HRESULT Library_NfIpsec_Native_PacketNative::Wait___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    const int32_t milliseconds = nfi_integer(stack, 0);
    CLR_RT_HeapBlock limit;
    CLR_INT64 *deadline = nullptr;
    int32_t ready = 0;

    // A negative time is the C function's to refuse; the interpreter would throw.
    if (milliseconds < 0)
    {
        stack.SetResult_I4(nfi_packet_wait(milliseconds));
        NANOCLR_SET_AND_LEAVE(S_OK);
    }

    limit.SetInteger(static_cast<CLR_INT64>(milliseconds) * TIME_CONVERSION__TO_MILLISECONDS);
    NANOCLR_CHECK_HRESULT(stack.SetupTimeoutFromTicks(limit, deadline));
    NANOCLR_CHECK_HRESULT(wait_ready(stack, *deadline, ready));

    stack.PopValue(); // the deadline
    stack.SetResult_I4(ready);

    NANOCLR_NOCLEANUP();
}

// The interpreter knows no event for libraries. The radio's is free on boards that have no other radio library, and one that
// has loses nothing: a waiter looks at its own state at each wake.
void nfi_wake_interpreter(void)
{
    Events_Set(SYSTEM_EVENT_FLAG_RADIO);
}
