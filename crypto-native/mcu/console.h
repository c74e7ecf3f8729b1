/* Text to the debugger and the end of the run, by semihosting: QEMU prints the one and exits with the other. */
#ifndef NFI_MCU_CONSOLE_H
#define NFI_MCU_CONSOLE_H
#include <stdint.h>

void mcu_print(const char *text);
void mcu_print_number(uint32_t number);
void mcu_exit(int32_t code) __attribute__((noreturn));  /* 0..255 is QEMU's exit code */

#endif
