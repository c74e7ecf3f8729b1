#include "frame.h"
#include <nanoHAL_v2.h>
#include <nanoPAL_Events.h>

Engine engine;
CLR_RT_ExecutionEngine g_CLR_RT_ExecutionEngine;

Frame::Frame(const std::vector<Argument> &arguments) : stack(), thread(), values(arguments.size()), arrays(arguments.size())
{
    for (size_t i = 0; i < arguments.size(); i++)
    {
        const Argument &argument = arguments[i];
        const uint32_t size = argument.kind == Argument::Words ? 4u : 1u;
        memory.emplace_back(nullptr);
        if (argument.kind == Argument::Number)
            values[i].number.s4 = argument.number;
        if (argument.kind != Argument::Octets && argument.kind != Argument::Words)
            continue;
        memory[i].reset(new uint8_t[argument.length * size]());
        arrays[i] = {argument.length, static_cast<CLR_UINT8>(size), memory[i].get()};
        values[i].array = &arrays[i];
    }
    stack.m_arguments = values.data();
    stack.m_owningThread = &thread;
    stack.m_evalStackPos = stack.m_evalStack;
}

/* As the interpreter does: the deadline is pushed at the first entry and found on the frame at the others. */
HRESULT CLR_RT_StackFrame::SetupTimeoutFromTicks(CLR_RT_HeapBlock &input, CLR_INT64 *&output)
{
    if (m_customState == 0)
    {
        PushValue().SetInteger(static_cast<CLR_INT64>(engine.now + input.NumericByRef().s8));
        m_customState = 1;
    }
    output = &m_evalStack[0].NumericByRef().s8;
    return S_OK;
}

HRESULT CLR_RT_ExecutionEngine::WaitEvents(CLR_RT_Thread *caller, const CLR_INT64 &timeExpire, CLR_UINT32 events, bool &fSuccess)
{
    fSuccess = (engine.raised & events) != 0;
    if (fSuccess)
    {
        engine.raised &= ~events;
        return S_OK;
    }
    if (engine.now >= timeExpire)
        return S_OK;
    caller->m_waitForEvents = events;
    caller->m_waitForEvents_Timeout = timeExpire;
    engine.sleeps++;
    return CLR_E_THREAD_WAITING;
}

extern "C" void Events_Set(uint32_t events)
{
    if (events & SYSTEM_EVENT_FLAG_RADIO)
        __atomic_fetch_or(&engine.raised, static_cast<CLR_UINT32>(Event_Radio), __ATOMIC_RELAXED);
}
