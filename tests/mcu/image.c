/* The test image without a stack: known answers, then measurements. Exit code 0 when every case held. */
#include "image.h"
#include "nfi_crypto.h"
#include "nfi_packet.h"

int main(void)
{
    image_case("start", nfi_crypto_start() == 0 && nfi_packet_start() == 0);
    image_case("self-test", nfi_crypto_self_test() == 0);
    image_known_answers();
    image_measure();
    image_case("no-handle-left", nfi_crypto_handle_count() == 0);
    return image_end();
}
