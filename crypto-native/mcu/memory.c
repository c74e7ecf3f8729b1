/* The heap mbedTLS takes its contexts from, and the stack's paint: what the C library and the measurements ask of the image. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include "memory.h"

extern uint8_t mcu_heap_start[], mcu_heap_end[], mcu_stack_bottom[];
void *_sbrk(ptrdiff_t by);                                    /* newlib's name */
void *sbrk(ptrdiff_t by) __attribute__((alias("_sbrk")));     /* picolibc's */

#define PAINT 0xA5u
#define CLEARANCE 64u         /* bytes below the caller's frame that painting itself may use */

static uint8_t *heap_top = mcu_heap_start;

void *_sbrk(ptrdiff_t by)
{
    uint8_t *block = heap_top;

    if (by > mcu_heap_end - heap_top || by < mcu_heap_start - heap_top) {
        errno = ENOMEM;
        return (void *)-1;
    }
    heap_top += by;
    return block;
}

uint32_t mcu_heap_used(void)
{
    return (uint32_t)(heap_top - mcu_heap_start);
}

static uint8_t *stack_pointer(void)
{
    uint8_t *pointer;
#if defined(__arm__)
    __asm__ volatile("mov %0, sp" : "=r"(pointer));
#else
    __asm__ volatile("mv %0, sp" : "=r"(pointer));
#endif
    return pointer;
}

__attribute__((noinline)) void mcu_stack_paint(void)
{
    volatile uint8_t *at = mcu_stack_bottom;
    uint8_t *const end = stack_pointer() - CLEARANCE;

    while (at < end)
        *at++ = PAINT;
}

__attribute__((noinline)) uint32_t mcu_stack_used(void)
{
    const uint8_t *at = mcu_stack_bottom;
    const uint8_t *const end = stack_pointer();

    while (at < end && *at == PAINT)
        at++;
    return (uint32_t)(end - at);
}
