/* See nanoCLR_Interop.h. */
#ifndef STUB_NANOCLR_RUNTIME_H
#define STUB_NANOCLR_RUNTIME_H
#include "nanoCLR_Interop.h"

#define TIME_CONVERSION__TO_MILLISECONDS 10000

enum
{
    Event_Radio = 0x00000400
};

struct CLR_RT_HeapBlock_Array;

/* One managed value: a number, or a reference to an array. */
struct CLR_RT_HeapBlock
{
    union Numeric
    {
        CLR_INT32 s4;
        CLR_INT64 s8;
    };

    Numeric &NumericByRef() { return number; }
    void SetInteger(const CLR_INT32 value) { number.s4 = value; }
    void SetInteger(const CLR_INT64 &value) { number.s8 = value; }
    CLR_RT_HeapBlock_Array *DereferenceArray() const { return array; }

    Numeric number = {};
    CLR_RT_HeapBlock_Array *array = nullptr;
};

/* The elements stand elsewhere, so that a test can put them into a block of exactly their size. */
struct CLR_RT_HeapBlock_Array
{
    CLR_UINT32 m_numOfElements;
    CLR_UINT8 m_sizeOfElement;
    CLR_UINT8 *elements;

    CLR_UINT8 *GetFirstElement() { return elements; }
};

struct CLR_RT_Thread
{
    CLR_UINT32 m_waitForEvents;
    CLR_INT64 m_waitForEvents_Timeout;
};

struct CLR_RT_StackFrame
{
    static const int c_values = 8;

    CLR_RT_HeapBlock *m_arguments;
    CLR_RT_Thread *m_owningThread;
    CLR_RT_HeapBlock m_evalStack[c_values];
    CLR_RT_HeapBlock *m_evalStackPos;
    union
    {
        CLR_UINT32 m_customState;
        void *m_customPointer;
    };

    CLR_RT_HeapBlock &ArgN(CLR_INT32 n) const { return m_arguments[n]; }
    CLR_RT_HeapBlock &PushValue() { return *m_evalStackPos++; }
    CLR_RT_HeapBlock &PopValue() { return *--m_evalStackPos; }
    void SetResult_I4(CLR_INT32 value) { PushValue().SetInteger(value); }
    HRESULT SetupTimeoutFromTicks(CLR_RT_HeapBlock &input, CLR_INT64 *&output);
};

struct CLR_RT_ExecutionEngine
{
    HRESULT WaitEvents(CLR_RT_Thread *caller, const CLR_INT64 &timeExpire, CLR_UINT32 events, bool &fSuccess);
};
extern CLR_RT_ExecutionEngine g_CLR_RT_ExecutionEngine;

#endif
