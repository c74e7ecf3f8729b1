/* The names of the nanoFramework interpreter that our glue uses, written from those names for tests: enough to compile against
 * and to call a native method on a made-up stack frame. Sizes and layouts are not the interpreter's. */
#ifndef STUB_NANOCLR_INTEROP_H
#define STUB_NANOCLR_INTEROP_H
#include <stdint.h>

typedef int32_t HRESULT;
typedef int32_t CLR_INT32;
typedef int64_t CLR_INT64;
typedef uint8_t CLR_UINT8;
typedef uint16_t CLR_UINT16;
typedef uint32_t CLR_UINT32;

#define S_OK ((HRESULT)0)
#define CLR_E_THREAD_WAITING ((HRESULT)0xA1000000)
#define FAILED(hr) ((hr) < 0)

#define NANOCLR_HEADER() HRESULT hr
#define NANOCLR_CHECK_HRESULT(expression)                                                                              \
    do                                                                                                                 \
    {                                                                                                                  \
        hr = (expression);                                                                                             \
        if (FAILED(hr))                                                                                                \
            goto nanoCLR_Cleanup;                                                                                      \
    } while (0)
#define NANOCLR_SET_AND_LEAVE(expression)                                                                              \
    do                                                                                                                 \
    {                                                                                                                  \
        hr = (expression);                                                                                             \
        goto nanoCLR_Cleanup;                                                                                          \
    } while (0)
#define NANOCLR_NOCLEANUP()                                                                                            \
    hr = S_OK;                                                                                                         \
    nanoCLR_Cleanup:                                                                                                   \
    return hr

struct CLR_RT_StackFrame;
typedef HRESULT (*CLR_RT_MethodHandler)(CLR_RT_StackFrame &stack);
#define NANOCLR_NATIVE_DECLARE(method) static HRESULT method(CLR_RT_StackFrame &stack)

struct CLR_RECORD_VERSION
{
    CLR_UINT16 iMajorVersion;
    CLR_UINT16 iMinorVersion;
    CLR_UINT16 iBuildNumber;
    CLR_UINT16 iRevisionNumber;
};

struct CLR_RT_NativeAssemblyData
{
    const char *m_szAssemblyName;
    unsigned int m_checkSum;
    const void *m_pNativeMethods;
    CLR_RECORD_VERSION m_Version;
};

#endif
