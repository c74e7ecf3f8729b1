#include <string.h>
#include "ah.h"
#include "ip.h"
#include "outer.h"
#include "wire.h"

/* The order here is the rule: bounds, SPI, ICV, and only then what follows AH is looked at. */
typedef struct {
    nfi_ip ip;                /* the packet as it came */
    uint8_t *packet;
    size_t ah;                /* bytes of AH */
    uint8_t next;
} view;

static int32_t measure(const nfi_transform *t, view *v, size_t length)
{
    int32_t status = nfi_ip_walk(v->packet, length, NFI_IP_OPEN, &v->ip);
    if (status < 0)
        return status;
    if (v->ip.fragment)
        return -XE_NO_DATA;               /* RFC 4302 3.4.1: reassembled first */
    if (v->ip.protocol != NFI_PROTO_AH)
        return -XE_EXPECTED_AH_PROTO;
    const uint8_t *ah = v->packet + v->ip.header;
    size_t rest = v->ip.total - v->ip.header;
    if (rest < NFI_AH_HEADER)
        return -XE_NO_DATA;
    if (memcmp(ah + 4, t->ah_spi, sizeof t->ah_spi) != 0)
        return -XE_BAD_AH_SPI;
    v->next = ah[0];
    v->ah = ((size_t)ah[1] + 2) * 4;      /* another ICV length, or more padding than alignment needs: RFC 4302 3.3.3.2.1 */
    return v->ah == nfi_ah_length(t, v->ip.version) && v->ah <= rest ? 0 : -XE_NO_DATA;
}

static int32_t verify(nfi_transform *t, view *v, uint32_t sequence_high, nfi_opened *opened)
{
    uint8_t icv[64] = { 0 };
    const uint8_t *ah = v->packet + v->ip.header;
    int32_t status = nfi_ah_icv(t, v->packet, v->ip.header, v->ip.total, NFI_IP_OPEN, sequence_high, icv);
    size_t iv = t->ah_key.iv;
    if (status == 0 && !nfi_equal(icv, ah + NFI_AH_HEADER + iv, t->ah_icv - iv))
        status = -XE_AH_DIGEST_MISMATCH;
    nfi_wipe(icv, sizeof icv);            /* the right answer to a forged packet stays here */
    opened->sequence = nfi_get32(ah + 8);
    opened->next = v->next;
    return status;
}

/* The packet without its AH, which begins that much later. */
static void take_off(view *v)
{
    memmove(v->packet + v->ah, v->packet, v->ip.header);
    v->packet += v->ah;
    v->ip.total -= v->ah;
    nfi_ip_change(v->packet, &v->ip, v->ip.total, v->next);
}

static int32_t open_esp(nfi_transform *t, view *v, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                        uint32_t sequence_high, nfi_opened *opened)
{
    uint32_t sequence = opened->sequence;
    if (v->next != NFI_PROTO_ESP)
        return -XE_EXPECTED_ESP_PROTO;
    take_off(v);
    size_t at = (size_t)(v->packet - buffer), size = v->ip.total;
    int32_t status = nfi_esp_open(t, buffer, capacity, &at, &size, sequence_high, opened);
    opened->sequence = sequence;
    opened->verified = 1;
    if (status < 0)
        return status;
    *offset = at;
    *length = size;
    return status;
}

static int32_t deliver(const nfi_transform *t, view *v, const uint8_t *buffer, size_t *offset, size_t *length)
{
    size_t inner = v->ip.header + v->ah;
    int32_t status = (int32_t)(v->ip.total - v->ah);
    if (t->flags & NFI_TF_TUNNEL) {
        status = nfi_outer_strip(v->packet, v->packet + inner, v->ip.total - inner, v->next);
        v->packet += inner;
    } else if (v->next == NFI_NEXT_NONE) {
        return -XE_UNKNOWN_IP_PROTOCOL;   /* a dummy is ESP's alone (RFC 4303 2.6); AH over nothing has no meaning */
    } else {
        take_off(v);
    }
    if (status < 0)
        return status;
    *offset = (size_t)(v->packet - buffer);
    *length = (size_t)status;
    return status;
}

int32_t nfi_ah_open(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                    uint32_t sequence_high, nfi_opened *opened)
{
    view v;
    if (t == NULL || buffer == NULL || !(t->flags & NFI_TF_INBOUND) || !(t->flags & NFI_TF_AH) || *offset > capacity ||
        *length > capacity - *offset)
        return -XE_BAD_PARAM;
    memset(opened, 0, sizeof *opened);
    memset(&v, 0, sizeof v);
    v.packet = buffer + *offset;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = measure(t, &v, *length);
    if (status == 0)
        status = verify(t, &v, sequence_high, opened);
    if (status < 0)
        return status;
    opened->verified = 1;
    return t->flags & NFI_TF_ESP ? open_esp(t, &v, buffer, capacity, offset, length, sequence_high, opened)
                                 : deliver(t, &v, buffer, offset, length);
}
