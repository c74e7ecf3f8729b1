/* Stack and heap of the emulated board. */
#ifndef NFI_MCU_MEMORY_H
#define NFI_MCU_MEMORY_H
#include <stdint.h>

void mcu_stack_paint(void);      /* paints the unused stack below the caller */
uint32_t mcu_stack_used(void);   /* bytes below the caller that were used since; at least the paint's clearance of 64 */
uint32_t mcu_heap_used(void);    /* bytes the heap ever took */

#endif
