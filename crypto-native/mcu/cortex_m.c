/* Start-up and instruction counter of an emulated Cortex-M: QEMU loads the image where it runs, so there is no data to copy. */
#include <stdint.h>
#include "console.h"
#include "counter.h"

extern uint32_t mcu_bss_start[], mcu_bss_end[], mcu_stack_top[];
int main(void);
void mcu_reset(void);

static void unexpected(void)
{
    mcu_print("FAULT: an exception nobody expects\n");
    mcu_exit(2);
}

void mcu_reset(void)
{
    uint32_t *word;

    for (word = mcu_bss_start; word < mcu_bss_end; word++)
        *word = 0;
#if defined(__ARM_FP)
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;  /* CPACR: the floating-point unit is for all */
    __asm__ volatile("dsb\nisb");
#endif
    mcu_exit(main());
}

typedef void (*handler)(void);
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    handler entries[15];
} vectors = {
    mcu_stack_top,
    { mcu_reset, unexpected, unexpected, unexpected, unexpected, unexpected, unexpected, unexpected,
      unexpected, unexpected, unexpected, unexpected, unexpected, unexpected, unexpected },
};

/* SysTick on the processor clock, counting down from its 24 bits: 671 million instructions at 25 MHz before it wraps. */
#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
#define SYST_FULL 0xFFFFFFu

uint32_t mcu_counter_step(void)
{
    return 1000000000u / MCU_CLOCK_HZ;
}

void mcu_counter_start(void)
{
    SYST_CSR = 0;
    SYST_RVR = SYST_FULL;
    SYST_CVR = 0;
    SYST_CSR = 5;             /* enabled, processor clock, no interrupt */
    while (SYST_CVR == 0)
        ;                     /* the reload takes a tick */
}

uint32_t mcu_counter_stop(void)
{
    const uint32_t ticks = SYST_FULL - SYST_CVR;

    SYST_CSR = 0;
    return ticks * mcu_counter_step();
}
