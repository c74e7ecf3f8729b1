#include "fragment.h"
#include <string.h>
#include "checksum.h"
#include "wire.h"

enum { FRAGMENT_HEADER = 8, OPTION_END = 0, OPTION_NOP = 1, OPTION_COPIED = 0x80, MORE = 0x2000 };

/* Options that go into every fragment have the copied bit (RFC 791 3.1). Writes them to dst (NULL: only counts), padded to
 * a multiple of four: -> bytes. describe() has seen that the options tile the header. */
static size_t copied_options(const uint8_t *packet, size_t header, uint8_t *dst)
{
    size_t used = 0;
    for (size_t at = 20; at < header && packet[at] != OPTION_END;) {
        size_t length = packet[at] == OPTION_NOP ? 1 : packet[at + 1];
        if (packet[at] & OPTION_COPIED) {
            if (dst != NULL)
                memcpy(dst + used, packet + at, length);
            used += length;
        }
        at += length;
    }
    while (used % 4 != 0) {
        if (dst != NULL)
            dst[used] = OPTION_END;
        used++;
    }
    return used;
}

static int32_t is_first(const nfi_fragmenter *f)
{
    return f->position == f->layout.unfragmentable;
}

/* Bytes ahead of the payload in the next piece. */
static size_t next_header(const nfi_fragmenter *f)
{
    if (f->version == 6)
        return (size_t)f->layout.unfragmentable + FRAGMENT_HEADER;
    return is_first(f) ? f->layout.unfragmentable : f->later_header;
}

static size_t next_payload(const nfi_fragmenter *f)
{
    size_t left = f->length - f->position, room = f->mtu - next_header(f);
    return left <= room ? left : room & ~(size_t)7;
}

int32_t nfi_fragment_begin(nfi_fragmenter *f, const uint8_t *packet, const int32_t *info, const nfi_layout *layout, size_t mtu,
                           uint32_t identification)
{
    f->layout = *layout;
    f->packet = packet;
    f->length = (size_t)info[NFI_INFO_LENGTH];
    f->mtu = mtu;
    f->position = f->layout.unfragmentable;
    f->identification = identification;
    f->version = (uint8_t)info[NFI_INFO_VERSION];
    f->later_header = f->version == 4 ? (uint16_t)(20 + copied_options(packet, layout->unfragmentable, NULL)) : 0;
    if ((info[NFI_INFO_FLAGS] & NFI_FLAG_DF) != 0 || f->layout.fragment != 0)
        return -XE_MTU_EXCEEDED;                      /* an IPv6 packet is cut by its source alone (RFC 8200 4.5) */
    if (f->layout.fragment_offset + f->length > 65535)
        return -XE_NO_DATA;                           /* a fragment cut again must keep its offset in 13 bits */
    return mtu < next_header(f) + 8 ? -XE_MTU_EXCEEDED : 0;
}

size_t nfi_fragment_size(const nfi_fragmenter *f)
{
    return f->position >= f->length ? 0 : next_header(f) + next_payload(f);
}

static void header_v4(const nfi_fragmenter *f, uint8_t *dst, size_t header, size_t payload)
{
    size_t offset = f->layout.fragment_offset + f->position - f->layout.unfragmentable;
    uint32_t more = f->layout.more || f->position + payload < f->length ? MORE : 0u;
    memcpy(dst, f->packet, 20);
    if (is_first(f))
        memcpy(dst + 20, f->packet + 20, header - 20);
    else
        copied_options(f->packet, f->layout.unfragmentable, dst + 20);
    dst[0] = (uint8_t)(0x40u | header / 4);
    nfi_put16(dst + 2, (uint32_t)(header + payload));
    nfi_put16(dst + 6, (uint32_t)(offset / 8) | more);
    nfi_checksum_fill_ipv4(dst, header);
}

static void header_v6(const nfi_fragmenter *f, uint8_t *dst, size_t header, size_t payload)
{
    size_t kept = f->layout.unfragmentable, offset = f->position - kept;
    uint8_t *fragment = dst + kept;
    memcpy(dst, f->packet, kept);
    nfi_put16(dst + 4, (uint32_t)(header - 40 + payload));
    fragment[0] = dst[f->layout.unfragmentable_named_at];
    dst[f->layout.unfragmentable_named_at] = NFI_PROTO_FRAGMENT;
    fragment[1] = 0;
    nfi_put16(fragment + 2, (uint32_t)offset | (f->position + payload < f->length));
    nfi_put32(fragment + 4, f->identification);
}

int32_t nfi_fragment_next(nfi_fragmenter *f, uint8_t *dst, size_t dst_cap)
{
    size_t size = nfi_fragment_size(f);
    if (size == 0)
        return 0;
    if (size > dst_cap)
        return -XE_DST_OUT_OF_SPACE;
    size_t header = next_header(f), payload = size - header;
    if (f->version == 4)
        header_v4(f, dst, header, payload);
    else
        header_v6(f, dst, header, payload);
    memcpy(dst + header, f->packet + f->position, payload);
    f->position += payload;
    return (int32_t)size;
}
