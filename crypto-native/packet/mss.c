#include "mss.h"
#include "checksum.h"
#include "verdicts.h"
#include "wire.h"

enum { TCP_HEADER = 20, FLAGS_AT = 13, SYN = 2, CHECKSUM_AT = 16, OPTION_END = 0, OPTION_NOP = 1, OPTION_MSS = 2, LEAST_MSS = 88 };

/* Position of the MSS option's value within the TCP header, 0 when there is none. */
static size_t find_mss(const uint8_t *tcp, size_t header)
{
    size_t at = TCP_HEADER;
    while (at + 1 < header && tcp[at] != OPTION_END) {
        size_t length = tcp[at] == OPTION_NOP ? 1 : tcp[at + 1];
        if (length > header - at || (length < 2 && tcp[at] != OPTION_NOP))
            return 0;
        if (tcp[at] == OPTION_MSS)
            return length == 4 ? at + 2 : 0;
        at += length;
    }
    return 0;
}

/* The checksum is mended by the change (RFC 1624). A value at an odd offset reaches the sum with its bytes exchanged. */
static void write_mss(uint8_t *tcp, size_t at, uint16_t from, uint16_t to)
{
    uint16_t checksum = nfi_get16(tcp + CHECKSUM_AT);
    if (at & 1u) {
        from = (uint16_t)(from << 8 | from >> 8);
        to = (uint16_t)(to << 8 | to >> 8);
        nfi_put16(tcp + CHECKSUM_AT, nfi_checksum_change(checksum, from, to));
        to = (uint16_t)(to << 8 | to >> 8);
    } else {
        nfi_put16(tcp + CHECKSUM_AT, nfi_checksum_change(checksum, from, to));
    }
    nfi_put16(tcp + at, to);
}

/* The header of a whole SYN, NULL when it is none. describe has seen that 20 bytes of it are there. */
static uint8_t *syn(const nfi_buffer *buffer, const int32_t *info, const nfi_layout *layout)
{
    if (info[NFI_INFO_PROTOCOL] != NFI_PROTO_TCP || (info[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) != 0)
        return NULL;
    uint8_t *tcp = buffer->bytes + buffer->offset + layout->upper;
    return (tcp[FLAGS_AT] & SYN) != 0 ? tcp : NULL;
}

int32_t nfi_mss_clamp(nfi_buffer *buffer, const int32_t *info, const nfi_layout *layout, int32_t room)
{
    uint8_t *tcp = syn(buffer, info, layout);
    size_t header = tcp != NULL ? (size_t)(tcp[12] >> 4) * 4u : 0;
    if (header < TCP_HEADER || header > (size_t)info[NFI_INFO_LENGTH] - layout->upper)
        return 0;
    int32_t most = room - layout->upper - TCP_HEADER;
    most = most < LEAST_MSS ? LEAST_MSS : most;
    size_t at = find_mss(tcp, header);
    if (at == 0 || nfi_get16(tcp + at) <= most)
        return 0;
    write_mss(tcp, at, nfi_get16(tcp + at), (uint16_t)most);
    return 1;
}

int32_t nfi_mss_clamp_opened(nfi_buffer *buffer, const int32_t *info, const nfi_layout *layout, int32_t interface_mtu)
{
    int32_t room = syn(buffer, info, layout) != NULL ? nfi_verdict_room_for(info, 1, interface_mtu) : 0;
    return room == 0 ? 0 : nfi_mss_clamp(buffer, info, layout, room);
}
