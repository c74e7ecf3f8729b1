/* The trap to the debugger, one for each instruction set. */
#ifndef NFI_MCU_SEMIHOST_H
#define NFI_MCU_SEMIHOST_H
#include <stdint.h>

static inline int32_t mcu_semihost(int32_t operation, const void *argument)
{
#if defined(__arm__)
    register int32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
#elif defined(__riscv)
    register int32_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;
    __asm__ volatile(".balign 16\n.option push\n.option norvc\n"
                     "slli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n.option pop" : "+r"(a0) : "r"(a1) : "memory");
    return a0;
#else
#error "no semihosting trap for this instruction set"
#endif
}

#endif
