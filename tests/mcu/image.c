/* The test image: known answers, then measurements. Exit code 0 when every case held. */
#include "console.h"
#include "image.h"
#include "nfi_crypto.h"
#include "nfi_packet.h"

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

int main(void)
{
    image_case("start", nfi_crypto_start() == 0 && nfi_packet_start() == 0);
    image_case("self-test", nfi_crypto_self_test() == 0);
    image_known_answers();
    image_measure();
    image_case("no-handle-left", nfi_crypto_handle_count() == 0);
    mcu_print_number(passed);
    mcu_print(" passed, ");
    mcu_print_number(failed);
    mcu_print(" failed\n");
    return failed == 0 ? 0 : 1;
}
