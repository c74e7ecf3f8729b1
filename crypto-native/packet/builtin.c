#include "describe.h"
#include "wire.h"

/* What keeps a node on its link passes ahead of any policy, as narrowly as the protocols allow: each test is on addresses,
 * ports, hop limit and direction together. */

static int32_t multicast_v4(const int32_t *address)
{
    return ((uint32_t)address[3] >> 28) == 14;
}

static int32_t link_scope_v6(const int32_t *address)
{
    uint32_t top = (uint32_t)address[0];
    return (top >> 22) == (0xfe800000u >> 22) || (top & 0xff0f0000u) == 0xff020000u;
}

static int32_t unspecified(const int32_t *address)
{
    return (address[0] | address[1] | address[2] | address[3]) == 0;
}

static int32_t ports(const int32_t *info, int32_t source, int32_t destination)
{
    return info[NFI_INFO_SOURCE_PORT] == source && info[NFI_INFO_DESTINATION_PORT] == destination;
}

/* RFC 2131 4.1, as client. */
static int32_t is_dhcp(const int32_t *info, int32_t inbound)
{
    return inbound ? ports(info, 67, 68) : ports(info, 68, 67);
}

/* RFC 8415 7.2, as client: never beyond the link. */
static int32_t is_dhcp6(const int32_t *info, int32_t inbound)
{
    if (inbound)
        return ports(info, 547, 546) && link_scope_v6(info + NFI_INFO_SOURCE);
    return ports(info, 546, 547) && link_scope_v6(info + NFI_INFO_DESTINATION);
}

/* MLD: RFC 2710 3, RFC 3810 5. Neighbour discovery without redirect: RFC 4861 6.1, 7.1. */
static int32_t is_link_icmp6(const int32_t *info, const nfi_layout *layout)
{
    int32_t type = info[NFI_INFO_SOURCE_PORT];
    const int32_t *source = info + NFI_INFO_SOURCE;
    if (info[NFI_INFO_DESTINATION_PORT] != 0)
        return 0;
    if ((type >= 130 && type <= 132) || type == 143)
        return layout->hop_limit == 1 && (link_scope_v6(source) || unspecified(source));
    return type >= 133 && type <= 136 && layout->hop_limit == 255;
}

static int32_t is_igmp(const int32_t *info, const nfi_layout *layout)
{
    return layout->hop_limit == 1 && multicast_v4(info + NFI_INFO_DESTINATION);
}

int32_t nfi_describe_builtin(const int32_t *info, const nfi_layout *layout, int32_t inbound)
{
    int32_t protocol = info[NFI_INFO_PROTOCOL];
    if (info[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT)
        return 0;                                     /* RFC 6980: neighbour discovery is never fragmented */
    if (info[NFI_INFO_VERSION] == 4)
        return protocol == NFI_PROTO_IGMP ? is_igmp(info, layout) : protocol == NFI_PROTO_UDP && is_dhcp(info, inbound);
    return protocol == NFI_PROTO_ICMPV6 ? is_link_icmp6(info, layout) : protocol == NFI_PROTO_UDP && is_dhcp6(info, inbound);
}
