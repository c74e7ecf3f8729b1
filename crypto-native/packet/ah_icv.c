#include <string.h>
#include "ah.h"
#include "wire.h"

size_t nfi_ah_length(const nfi_transform *t, int32_t version)
{
    size_t unit = version == 4 ? 4 : 8;
    return (NFI_AH_HEADER + t->ah_icv + unit - 1) / unit * unit;
}

/* RFC 4302 3.3.3: the ICV (with the IV that GMAC has ahead of it, RFC 4543 4) counts as zeros, its padding as it is sent; the high half of the number stands behind the packet. */
static int32_t update(nfi_transform *t, const uint8_t *ah, size_t rest, uint32_t sequence_high)
{
    static const uint8_t zeros[NFI_ICV_MAX];
    uint8_t high[4];
    size_t behind = NFI_AH_HEADER + t->ah_icv;
    nfi_put32(high, sequence_high);
    int32_t status = nfi_mac_update(&t->ah_key, ah, NFI_AH_HEADER);
    if (status == 0)
        status = nfi_mac_update(&t->ah_key, zeros, t->ah_icv);
    if (status == 0)
        status = nfi_mac_update(&t->ah_key, ah + behind, rest - behind);
    if (status == 0 && (t->flags & NFI_TF_ESN))
        status = nfi_mac_update(&t->ah_key, high, sizeof high);
    return status;
}

int32_t nfi_ah_icv(nfi_transform *t, const uint8_t *packet, size_t front, size_t total, int32_t direction, uint32_t sequence_high,
                   uint8_t icv[64])
{
    uint8_t masked[NFI_AH_FRONT];
    if (front > sizeof masked)
        return -XE_NO_DATA;
    memcpy(masked, packet, front);
    int32_t status = nfi_ah_mask(masked, front, direction);
    if (status == 0)
        status = nfi_mac_start_with(&t->ah_key, packet + front + NFI_AH_HEADER);
    if (status == 0)
        status = nfi_mac_update(&t->ah_key, masked, front);
    if (status == 0)
        status = update(t, packet + front, total - front, sequence_high);
    return status == 0 ? nfi_mac_finish(&t->ah_key, icv) : status;
}
