/* Start-up and instruction counter of an emulated RV32 hart in machine mode: QEMU loads the image where it runs, so there is no
 * data to copy, and starts at the first byte of it, whatever the image's entry says. */
#include <stdint.h>
#include "console.h"
#include "counter.h"

extern uint32_t mcu_bss_start[], mcu_bss_end[];
int main(void);
void mcu_reset(void);

__attribute__((noreturn, used, aligned(4))) static void unexpected(void)   /* mtvec's two low bits are its mode */
{
    mcu_print("FAULT: an exception nobody expects\n");
    mcu_exit(2);
}

__attribute__((noreturn, used)) static void start(void)
{
    uint32_t *word;

    for (word = mcu_bss_start; word < mcu_bss_end; word++)
        *word = 0;
    mcu_exit(main());
}

/* gp as the linker's relaxation takes it; tp to the one thread's storage, where the C library keeps errno. */
__attribute__((section(".vectors"), naked, used)) void mcu_reset(void)
{
    __asm__ volatile(".option push\n.option norelax\n"
                     "la gp, __global_pointer$\n"
                     ".option pop\n"
                     "la sp, mcu_stack_top\n"
                     "la tp, mcu_tls_start\n"
                     "la t0, %0\n"
                     "csrw mtvec, t0\n"
                     "j %1" : : "i"(unexpected), "i"(start));
}

/* minstret counts what the hart retired; its low word is enough for 4 thousand million. */
static uint32_t started;

static uint32_t retired(void)
{
    uint32_t count;

    __asm__ volatile("csrr %0, minstret" : "=r"(count) : : "memory");
    return count;
}

uint32_t mcu_counter_step(void)
{
    return 1;
}

void mcu_counter_start(void)
{
    started = retired();
}

uint32_t mcu_counter_stop(void)
{
    return retired() - started;
}

/* RV32IMC has no atomic instructions; GCC calls these, which ESP-IDF has on the chip. Here one thread runs, uninterrupted. */
unsigned int __atomic_fetch_add_4(volatile void *at, unsigned int by, int order);
unsigned int __atomic_fetch_sub_4(volatile void *at, unsigned int by, int order);
unsigned int __atomic_exchange_4(volatile void *at, unsigned int value, int order);

unsigned int __atomic_fetch_add_4(volatile void *at, unsigned int by, int order)
{
    volatile unsigned int *const word = at;
    const unsigned int was = *word;

    (void)order;
    *word = was + by;
    return was;
}

unsigned int __atomic_fetch_sub_4(volatile void *at, unsigned int by, int order)
{
    return __atomic_fetch_add_4(at, 0u - by, order);
}

unsigned int __atomic_exchange_4(volatile void *at, unsigned int value, int order)
{
    volatile unsigned int *const word = at;
    const unsigned int was = *word;

    (void)order;
    *word = value;
    return was;
}
