#include <string.h>
#include "ah.h"
#include "checksum.h"
#include "ip.h"
#include "outer.h"
#include "wire.h"

typedef struct {
    uint32_t high, low;
} number;

/* An IV that counts is the sequence number, and never the same twice. */
static int32_t number_good(const nfi_transform *t, number sequence)
{
    return t->ah_key.iv == 0 || ((uint64_t)sequence.high << 32 | sequence.low) > t->last_sequence;
}

static void write_iv(nfi_transform *t, uint8_t *icv, number sequence)
{
    if (t->ah_key.iv == 0)
        return;
    t->last_sequence = (uint64_t)sequence.high << 32 | sequence.low;
    nfi_put32(icv, sequence.high);
    nfi_put32(icv + 4, sequence.low);
}

static int32_t write_ah(nfi_transform *t, uint8_t *packet, size_t front, size_t total, uint8_t next, number sequence)
{
    uint8_t icv[64], *ah = packet + front;
    size_t iv = t->ah_key.iv;
    size_t length = nfi_ah_length(t, packet[0] >> 4);
    memset(ah, 0, length);
    ah[0] = next;
    ah[1] = (uint8_t)(length / 4 - 2);
    memcpy(ah + 4, t->ah_spi, sizeof t->ah_spi);
    nfi_put32(ah + 8, sequence.low);
    write_iv(t, ah + NFI_AH_HEADER, sequence);
    int32_t status = nfi_ah_icv(t, packet, front, total, NFI_IP_SEAL, sequence.high, icv);
    if (status == 0)
        memcpy(ah + NFI_AH_HEADER + iv, icv, t->ah_icv - iv);
    return status;
}

/* AH between the headers that routers read and the rest (RFC 4302 3.1.1). */
static int32_t insert(nfi_transform *t, uint8_t *buffer, size_t *offset, size_t *length, number sequence)
{
    nfi_ip ip;
    int32_t status = nfi_ip_walk(buffer + *offset, *length, NFI_IP_SEAL, &ip);
    if (status < 0)
        return status;
    if (ip.fragment)
        return -XE_BAD_PARAM;             /* RFC 4302 3.3.4: transport mode works on whole datagrams */
    size_t ah = nfi_ah_length(t, ip.version);
    if (ah > *offset || ip.total + ah > 0xffff)
        return -XE_DST_OUT_OF_SPACE;
    uint8_t *packet = buffer + *offset - ah;
    memmove(packet, packet + ah, ip.header);
    nfi_ip_change(packet, &ip, ip.total + ah, NFI_PROTO_AH);
    if (ip.version == 4)
        nfi_checksum_fill_ipv4(packet, ip.header);
    status = write_ah(t, packet, ip.header, ip.total + ah, (uint8_t)ip.protocol, sequence);
    if (status < 0)
        return status;
    *offset -= ah;
    *length = ip.total + ah;
    return 0;
}

static int32_t wrap(nfi_transform *t, uint8_t *buffer, size_t *offset, size_t *length, number sequence)
{
    nfi_ip ip;
    uint8_t *inner = buffer + *offset;
    int32_t status = nfi_ip_bounds(inner, *length, &ip);
    if (status < 0)
        return status;
    size_t growth = t->outer_length + nfi_ah_length(t, t->outer[0] >> 4);
    if (growth > *offset || ip.total + growth > 0xffff)
        return -XE_DST_OUT_OF_SPACE;
    nfi_outer_write(t, inner - growth, ip.total + growth, inner);
    status = write_ah(t, inner - growth, t->outer_length, ip.total + growth, ip.version == 4 ? NFI_NEXT_IPV4 : NFI_NEXT_IPV6, sequence);
    if (status < 0)
        return status;
    *offset -= growth;
    *length = ip.total + growth;
    return 0;
}

/* ESP in all but the room AH will need, then AH in front of it. */
static int32_t surround(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length, number sequence, size_t tfc)
{
    int32_t version = t->flags & NFI_TF_TUNNEL ? t->outer[0] >> 4 : *length > 0 ? buffer[*offset] >> 4 : 0;
    size_t ah = nfi_ah_length(t, version);
    if (ah > *offset)
        return -XE_DST_OUT_OF_SPACE;
    size_t at = *offset - ah, size = *length;
    int32_t status = nfi_esp_seal(t, buffer + ah, capacity - ah, &at, &size, sequence.high, sequence.low, tfc);
    if (status < 0)
        return status;
    at += ah;
    status = insert(t, buffer, &at, &size, sequence);
    if (status < 0)
        return status;
    *offset = at;
    *length = size;
    return 0;
}

int32_t nfi_ah_seal(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                    uint32_t sequence_high, uint32_t sequence_low, size_t tfc)
{
    if (t == NULL || buffer == NULL || (t->flags & NFI_TF_INBOUND) || !(t->flags & NFI_TF_AH) || *offset > capacity ||
        *length > capacity - *offset)
        return -XE_BAD_PARAM;
    number sequence = { t->flags & NFI_TF_ESN ? sequence_high : 0, sequence_low };
    int32_t status = nfi_crypto_ready();
    if (status == 0 && !number_good(t, sequence))
        status = -XE_BAD_SEQUENCE_NUMBER;
    if (status < 0)
        return status;
    if (t->flags & NFI_TF_ESP)
        status = surround(t, buffer, capacity, offset, length, sequence, tfc);
    else if (t->flags & NFI_TF_TUNNEL)
        status = wrap(t, buffer, offset, length, sequence);
    else
        status = insert(t, buffer, offset, length, sequence);
    return status < 0 ? status : (int32_t)*length;
}
