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

int32_t nfi_mss_clamp(uint8_t *packet, size_t length, const int32_t *info, const nfi_layout *layout, int32_t mtu)
{
    if (info[NFI_INFO_PROTOCOL] != NFI_PROTO_TCP || (info[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) != 0
        || (size_t)layout->upper + TCP_HEADER > length)
        return 0;
    uint8_t *tcp = packet + layout->upper;
    size_t header = (size_t)(tcp[12] >> 4) * 4u;
    if ((tcp[FLAGS_AT] & SYN) == 0 || header < TCP_HEADER || header > length - layout->upper)
        return 0;
    int32_t most = mtu - layout->upper - TCP_HEADER;
    most = most < LEAST_MSS ? LEAST_MSS : most;
    size_t at = find_mss(tcp, header);
    if (at == 0 || nfi_get16(tcp + at) <= most)
        return 0;
    write_mss(tcp, at, nfi_get16(tcp + at), (uint16_t)most);
    return 1;
}

static nfi_layout layout;     /* the stack's thread has little stack */

/* info of a SYN in the buffer, NULL when it is none. */
static int32_t *describe_syn(const nfi_buffer *buffer)
{
    const uint8_t *packet = buffer->bytes + buffer->offset;
    int32_t *info = nfi_describe_briefly(packet, buffer->length, &layout);
    return info == NULL || info[NFI_INFO_PROTOCOL] != NFI_PROTO_TCP || info[NFI_INFO_SOURCE_PORT] < 0
        || (packet[layout.upper + FLAGS_AT] & SYN) == 0 ? NULL : info;
}

static int32_t clamp(nfi_buffer *buffer, const int32_t *info, int32_t room)
{
    return nfi_mss_clamp(buffer->bytes + buffer->offset, (size_t)info[NFI_INFO_LENGTH], info, &layout, room);
}

int32_t nfi_mss_clamp_queued(nfi_buffer *buffer, int32_t room)
{
    const int32_t *info = describe_syn(buffer);
    return info == NULL ? 0 : clamp(buffer, info, room);
}

int32_t nfi_mss_clamp_opened(nfi_buffer *buffer, int32_t interface_mtu)
{
    int32_t *info = describe_syn(buffer);
    if (info == NULL)
        return 0;
    info[NFI_INFO_DOMAIN] = buffer->domain;
    int32_t room = nfi_verdict_room_for(info, 1, interface_mtu);
    return room == 0 ? 0 : clamp(buffer, info, room);
}
