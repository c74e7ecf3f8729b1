#include "tunnel.h"
#include <string.h>
#include "nfi_packet.h"

int32_t image_tunnel(const image_suite *suite, int32_t inbound, int32_t far, const int32_t keys[2])
{
    int32_t config[NFI_T_WORDS] = { 0 };
    const int32_t here[4] = { 0, 0, 0xffff, 0x0a000001 }, there[4] = { 0, 0, 0xffff, 0x0a000002 };

    config[NFI_T_FLAGS] = NFI_TF_TUNNEL | NFI_TF_ESP | NFI_TF_PAD_CHECK | (inbound ? NFI_TF_INBOUND : 0);
    config[NFI_T_CIPHER] = suite->cipher;
    config[NFI_T_ESP_MAC] = suite->mac;
    config[NFI_T_ESP_ICV] = suite->icv;
    config[NFI_T_SPI] = 0x1234;
    config[NFI_T_VERSION] = 4;
    memcpy(config + NFI_T_LOCAL, far ? there : here, sizeof here);
    memcpy(config + NFI_T_REMOTE, far ? here : there, sizeof here);
    config[NFI_T_HOP_LIMIT] = 64;
    return nfi_packet_transform_create(config, NFI_T_WORDS, keys[0], keys[1], 0);
}
