#include "transit.h"
#include <string.h>
#include "checksum.h"
#include "header.h"
#include "ip.h"
#include "wire.h"

enum { LOOSE_ROUTE = 131, STRICT_ROUTE = 137, OPTION_END = 0, OPTION_NOP = 1 };
enum { ICMP_HEADER = 8, MOST_V4 = 576, MOST_V6 = NFI_IPV6_MIN_MTU };
enum { BURST = 10, PAUSE_MS = 100 };          /* errors at once, and one more for each such time */

static int32_t allowed;

void nfi_transit_allow(int32_t on)
{
    __atomic_store_n(&allowed, on != 0, __ATOMIC_RELAXED);
}

int32_t nfi_transit_allowed(void)
{
    return __atomic_load_n(&allowed, __ATOMIC_RELAXED);
}

/* --- what goes on --- */

/* Neither this network, loopback, link-local, a group nor reserved (RFC 6890). */
static int32_t host_v4(uint32_t address)
{
    uint32_t first = address >> 24;
    return first != 0 && first != 127 && first < 224 && address >> 16 != 0xa9feu;
}

/* Neither unspecified, loopback, mapped IPv4, link-local nor a group. */
static int32_t host_v6(const int32_t words[4])
{
    uint32_t first = (uint32_t)words[0];
    if ((words[0] | words[1] | words[2]) == 0)
        return 0;
    return first >> 22 != 0xfe800000u >> 22 && first >> 24 != 0xff;
}

static int32_t host(const int32_t words[4])
{
    return nfi_address_is_v4(words) ? host_v4((uint32_t)words[3]) : host_v6(words);
}

static int32_t source_routed(const uint8_t *packet, size_t header)
{
    for (size_t at = 20; at < header && packet[at] != OPTION_END; at += packet[at] == OPTION_NOP ? 1 : packet[at + 1])
        if (packet[at] == LOOSE_ROUTE || packet[at] == STRICT_ROUTE)
            return 1;
    return 0;
}

int32_t nfi_transit_good(const uint8_t *packet, const int32_t *info, const nfi_layout *layout)
{
    if (!host(info + NFI_INFO_SOURCE) || !host(info + NFI_INFO_DESTINATION))
        return 0;
    return info[NFI_INFO_VERSION] != 4 || !source_routed(packet, layout->unfragmentable);
}

/* --- errors --- */

int32_t nfi_icmp_is_error(const int32_t *info)
{
    int32_t type = info[NFI_INFO_SOURCE_PORT] - NFI_ICMP_SHOWN;
    if (info[NFI_INFO_PROTOCOL] == NFI_PROTO_ICMPV6)
        return type < 128 || type == 137;
    return info[NFI_INFO_PROTOCOL] == NFI_PROTO_ICMP && (type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

static int32_t admit(uint32_t now)
{
    static uint32_t since, credit = BURST;
    uint32_t earned = (now - since) / PAUSE_MS;
    if (earned > 0) {
        credit = earned >= BURST || credit + earned > BURST ? BURST : credit + earned;
        since = now;
    }
    return credit > 0 && credit-- > 0;
}

int32_t nfi_icmp_error_due(const int32_t *info, const nfi_layout *layout, uint32_t now)
{
    if (nfi_icmp_is_error(info) || layout->fragment_offset != 0 || !host(info + NFI_INFO_SOURCE) || !host(info + NFI_INFO_DESTINATION))
        return 0;
    return admit(now);
}

size_t nfi_icmp_error_length(const int32_t *info, size_t about)
{
    size_t header = nfi_header_length(info) + ICMP_HEADER, most = header == NFI_IPV4_HEADER + ICMP_HEADER ? MOST_V4 : MOST_V6;
    return about > most - header ? most : header + about;
}

/* Type and code: RFC 792, RFC 4443 3. */
static void write_kind(uint8_t *icmp, int32_t v4, int32_t what, size_t mtu)
{
    static const uint8_t four[][2] = { { 11, 0 }, { 3, 0 }, { 3, 4 } }, six[][2] = { { 3, 0 }, { 1, 0 }, { 2, 0 } };
    memset(icmp, 0, ICMP_HEADER);
    memcpy(icmp, v4 ? four[what] : six[what], 2);
    if (what == NFI_ICMP_TOO_BIG)
        nfi_put32(icmp + 4, (uint32_t)mtu);           /* IPv4: 16 bits, behind 16 unused ones (RFC 1191 4) */
}

void nfi_icmp_error_write(uint8_t *packet, const int32_t *ends, int32_t what, size_t mtu, const uint8_t *about, size_t length)
{
    int32_t v4 = nfi_header_length(ends) == NFI_IPV4_HEADER;
    size_t total = nfi_icmp_error_length(ends, length);
    uint8_t *icmp = nfi_header_write(packet, ends, v4 ? NFI_PROTO_ICMP : NFI_PROTO_ICMPV6, total);
    size_t message = total - (size_t)(icmp - packet);
    write_kind(icmp, v4, what, mtu);
    memcpy(icmp + ICMP_HEADER, about, message - ICMP_HEADER);
    nfi_put16(icmp + 2, v4 ? nfi_checksum_fold(nfi_checksum_add(0, icmp, message))
                           : nfi_header_checksum(packet, NFI_PROTO_ICMPV6, icmp, message));
}
