/* Counts executed instructions; exact to mcu_counter_step() of them. Under QEMU with -icount shift=0 an instruction takes one
 * nanosecond of virtual time, so a clock counts instructions. */
#ifndef NFI_MCU_COUNTER_H
#define NFI_MCU_COUNTER_H
#include <stdint.h>

void mcu_counter_start(void);
uint32_t mcu_counter_stop(void);  /* instructions since start */
uint32_t mcu_counter_step(void);

#endif
