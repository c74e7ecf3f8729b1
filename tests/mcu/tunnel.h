/* One direction of the tunnel between 10.0.0.1 and 10.0.0.2 that the images measure with. */
#ifndef TEST_MCU_TUNNEL_H
#define TEST_MCU_TUNNEL_H
#include <stdint.h>

typedef struct { int32_t cipher, key_length, mac, icv; } image_suite;

/* far: the end at 10.0.0.2 has it. keys: of the cipher, of the MAC. -> transform, or a negated nfi_status */
int32_t image_tunnel(const image_suite *suite, int32_t inbound, int32_t far, const int32_t keys[2]);

#endif
