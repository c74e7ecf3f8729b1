/* What an image says: "ok NAME", "not ok NAME", "measure NAME VALUE UNIT", and at its end "N passed, N failed". */
#include "console.h"
#include "image.h"

static uint32_t passed, failed;

int32_t image_case(const char *name, int32_t holds)
{
    if (holds)
        passed++;
    else
        failed++;
    mcu_print(holds ? "ok " : "not ok ");
    mcu_print(name);
    mcu_print("\n");
    return holds;
}

void image_figure(const char *name, uint32_t value, const char *unit)
{
    mcu_print("measure ");
    mcu_print(name);
    mcu_print(" ");
    mcu_print_number(value);
    mcu_print(" ");
    mcu_print(unit);
    mcu_print("\n");
}

int image_end(void)
{
    mcu_print_number(passed);
    mcu_print(" passed, ");
    mcu_print_number(failed);
    mcu_print(" failed\n");
    return failed == 0 ? 0 : 1;
}
