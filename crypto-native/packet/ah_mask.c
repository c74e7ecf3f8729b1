/* What may change on the way (RFC 4302 3.3.3.1 and appendix A). */
#include <string.h>
#include "ah.h"
#include "ip.h"
#include "wire.h"

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_LOOSE_ROUTE = 131, OPTION_STRICT_ROUTE = 137 };
enum { OPTION6_PAD1 = 0, OPTION6_CHANGES = 0x20 };    /* RFC 8200 4.2: the third bit */
enum { ROUTING_SOURCE = 0, ROUTING_HOME = 2, ADDRESSES_AT = 8, ADDRESS6 = 16 };   /* RFC 2460 4.4, RFC 6275 6.4: one layout */

/* ---- IPv4 ---- */

/* Appendix A1; an option of any other type is zero, type and length included. */
static int32_t is_immutable(uint8_t type)
{
    static const uint8_t types[] = { 130, 133, 134, 148, 149 };   /* security (three), router alert, multi-destination */
    return memchr(types, type, sizeof types) != NULL;
}

/* Source routing (RFC 791 3.1): until the pointer is past the route, its last address is where the packet will arrive. The
 * receiver is there: its destination field says it. */
static int32_t foresee_destination(uint8_t *front, const uint8_t *option, size_t length)
{
    if (length < 3 || length % 4 != 3 || option[2] < 4)
        return -XE_NO_DATA;
    if (option[2] < length)
        memcpy(front + 16, option + length - 4, 4);
    return 0;
}

static int32_t mask_option(uint8_t *front, uint8_t *option, size_t length, int32_t direction)
{
    int32_t routes = option[0] == OPTION_LOOSE_ROUTE || option[0] == OPTION_STRICT_ROUTE;
    int32_t status = routes && direction == NFI_IP_SEAL ? foresee_destination(front, option, length) : 0;
    if (!is_immutable(option[0]))
        memset(option, 0, length);
    return status;
}

/* What stands behind the end of options is padding, and immutable like the end itself. */
static int32_t mask_options(uint8_t *front, size_t header, int32_t direction)
{
    for (size_t at = NFI_IPV4_HEADER; at < header && front[at] != OPTION_END;) {
        size_t length = front[at] == OPTION_NOP ? 1 : header - at < 2 ? 0 : front[at + 1];
        if (length > header - at || (front[at] != OPTION_NOP && length < 2))
            return -XE_NO_DATA;
        int32_t status = front[at] == OPTION_NOP ? 0 : mask_option(front, front + at, length, direction);
        if (status < 0)
            return status;
        at += length;
    }
    return 0;
}

static int32_t mask_v4(uint8_t *front, size_t length, int32_t direction)
{
    if (length < NFI_IPV4_HEADER || (size_t)(front[0] & 15u) * 4u != length)
        return -XE_NO_DATA;
    front[1] = 0;                     /* DSCP, ECN */
    nfi_put16(front + 6, 0);          /* flags, fragment offset */
    front[8] = 0;                     /* TTL */
    nfi_put16(front + 10, 0);
    return mask_options(front, length, direction);
}

/* ---- IPv6 ---- */

static int32_t mask_options6(uint8_t *header, size_t length)
{
    for (size_t at = 2; at < length;) {
        if (header[at] == OPTION6_PAD1) {
            at++;
            continue;
        }
        if (length - at < 2 || header[at + 1] > length - at - 2)
            return -XE_NO_DATA;
        if (header[at] & OPTION6_CHANGES)
            memset(header + at + 2, 0, header[at + 1]);
        at += 2u + header[at + 1];
    }
    return 0;
}

static void exchange(uint8_t *a, uint8_t *b)
{
    for (size_t i = 0; i < ADDRESS6; i++) {
        uint8_t kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/* Appendix A2: as it arrives. Each host on the way exchanges the destination for the next address of the route; behind the last one
 * no segment is left. A receiver is there, so one that has some left is not its own. */
static int32_t foresee_route(uint8_t *front, uint8_t *header, size_t length, int32_t direction)
{
    size_t left = header[3];
    if (left == 0)
        return 0;
    if (direction != NFI_IP_SEAL || (header[2] != ROUTING_SOURCE && header[2] != ROUTING_HOME))
        return -XE_BAD_PARAM;
    if (length % ADDRESS6 != ADDRESSES_AT || left > length / ADDRESS6)
        return -XE_NO_DATA;
    for (; left > 0; left--)
        exchange(front + 24, header + length - left * ADDRESS6);
    header[3] = 0;
    return 0;
}

static int32_t mask_extension(uint8_t *front, uint8_t *header, size_t length, int32_t protocol, int32_t direction)
{
    switch (protocol) {
    case NFI_PROTO_HOPOPT: case NFI_PROTO_DSTOPTS: return mask_options6(header, length);
    case NFI_PROTO_ROUTING: return foresee_route(front, header, length, direction);
    default: return -XE_BAD_PARAM;
    }
}

static int32_t mask_v6(uint8_t *front, size_t length, int32_t direction)
{
    if (length < NFI_IPV6_HEADER)
        return -XE_NO_DATA;
    int32_t protocol = front[6];
    nfi_put32(front, 0x60000000u);    /* traffic class, flow label */
    front[7] = 0;                     /* hop limit */
    for (size_t at = NFI_IPV6_HEADER; at < length;) {
        size_t size = length - at < 8 ? SIZE_MAX : ((size_t)front[at + 1] + 1) * 8;
        if (size > length - at)
            return -XE_NO_DATA;
        int32_t status = mask_extension(front, front + at, size, protocol, direction);
        if (status < 0)
            return status;
        protocol = front[at];
        at += size;
    }
    return 0;
}

int32_t nfi_ah_mask(uint8_t *front, size_t length, int32_t direction)
{
    if (length < 1)
        return -XE_NO_DATA;
    switch (front[0] >> 4) {
    case 4: return mask_v4(front, length, direction);
    case 6: return mask_v6(front, length, direction);
    default: return -XE_NO_DATA;
    }
}
