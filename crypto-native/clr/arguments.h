/* What a native method finds on its stack frame. An array becomes its first element and its length, null becomes a null
 * pointer of capacity 0: the C functions check both, so nothing is judged here. The pointer holds until the interpreter
 * allocates or runs another thread, so it never leaves the method that took it. */
#ifndef NFI_ARGUMENTS_H
#define NFI_ARGUMENTS_H
#include <stdint.h>
#include <nanoCLR_Interop.h>
#include <nanoCLR_Runtime.h>

inline int32_t nfi_integer(CLR_RT_StackFrame &stack, int32_t position)
{
    return stack.ArgN(position).NumericByRef().s4;
}

/* A managed array of T as C sees it; capacity counts elements. */
template <typename T> struct nfi_elements
{
    T *first;
    int32_t capacity;

    nfi_elements(CLR_RT_StackFrame &stack, int32_t position) : first(nullptr), capacity(0)
    {
        CLR_RT_HeapBlock_Array *array = stack.ArgN(position).DereferenceArray();
        if (array != nullptr && array->m_sizeOfElement == sizeof(T))
        {
            first = reinterpret_cast<T *>(array->GetFirstElement());
            capacity = static_cast<int32_t>(array->m_numOfElements);
        }
    }
};

typedef nfi_elements<uint8_t> nfi_octets;
typedef nfi_elements<int32_t> nfi_words;

#endif
