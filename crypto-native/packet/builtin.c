#include "describe.h"
#include "wire.h"

/* What keeps a node on its link passes ahead of any policy, as narrowly as the protocols allow: each test is on addresses,
 * ports, hop limit and direction together. */

static int32_t multicast_v4(const int32_t *address)
{
    return ((uint32_t)address[3] >> 28) == 14;
}

static int32_t link_local_v6(const int32_t *address)
{
    return ((uint32_t)address[0] >> 22) == (0xfe800000u >> 22);
}

static int32_t multicast_v6(const int32_t *address)
{
    return ((uint32_t)address[0] >> 24) == 0xff;
}

/* ff02::1:2, where every DHCPv6 server and relay of the link listens (RFC 8415 7.1) */
static int32_t dhcp6_servers(const int32_t *address)
{
    return (uint32_t)address[0] == 0xff020000u && address[1] == 0 && address[2] == 0 && address[3] == 0x10002;
}

static int32_t unspecified(const int32_t *address)
{
    return (address[0] | address[1] | address[2] | address[3]) == 0;
}

static int32_t ports(const int32_t *info, int32_t source, int32_t destination)
{
    return info[NFI_INFO_SOURCE_PORT] == source && info[NFI_INFO_DESTINATION_PORT] == destination;
}

/* RFC 2131 4.1, as client: by broadcast, or to the server that gave the lease, never to a group. */
static int32_t is_dhcp(const int32_t *info, int32_t inbound)
{
    if (multicast_v4(info + NFI_INFO_DESTINATION))
        return 0;
    return inbound ? ports(info, 67, 68) : ports(info, 68, 67);
}

/* RFC 8415 7.2, as client: never beyond the link, and answered to one host. */
static int32_t is_dhcp6(const int32_t *info, int32_t inbound)
{
    const int32_t *source = info + NFI_INFO_SOURCE, *destination = info + NFI_INFO_DESTINATION;
    if (inbound)
        return ports(info, 547, 546) && link_local_v6(source) && !multicast_v6(destination);
    return ports(info, 546, 547) && link_local_v6(source) && dhcp6_servers(destination);
}

/* MLD, always to a group: RFC 2710 3, RFC 3810 5. Neighbour discovery without redirect: RFC 4861 6.1, 7.1; a router speaks from
 * its link-local address. */
static int32_t is_link_icmp6(const int32_t *info, const nfi_layout *layout)
{
    int32_t type = info[NFI_INFO_SOURCE_PORT] - NFI_ICMP_SHOWN;
    const int32_t *source = info + NFI_INFO_SOURCE;
    if (info[NFI_INFO_DESTINATION_PORT] != NFI_ICMP_SHOWN)
        return 0;
    if ((type >= 130 && type <= 132) || type == 143)
        return layout->hop_limit == 1 && (link_local_v6(source) || unspecified(source)) && multicast_v6(info + NFI_INFO_DESTINATION);
    return type >= 133 && type <= 136 && layout->hop_limit == 255 && (type != 134 || link_local_v6(source));
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
