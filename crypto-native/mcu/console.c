#include "console.h"
#include "semihost.h"

/* Operations of "Semihosting for AArch32 and AArch64" (Arm), also used by the RISC-V specification of the same name. */
enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20 };
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

void mcu_print(const char *text)
{
    (void)mcu_semihost(SYS_WRITE0, text);
}

void mcu_print_number(uint32_t number)
{
    char digits[11];
    char *at = digits + sizeof digits - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + number % 10u);
        number /= 10u;
    } while (number != 0u);
    mcu_print(at);
}

void mcu_exit(int32_t code)
{
    const uint32_t block[2] = { ADP_STOPPED_APPLICATION_EXIT, (uint32_t)code };

    (void)mcu_semihost(SYS_EXIT_EXTENDED, block);
    for (;;)
        ;
}
