/* Addresses in lwIP's form and in ours, and what the stack's interfaces have. */
#include <string.h>
#include "shim_lwip.h"

#if LWIP_IPV4
ip4_addr_t nfi_lwip_address4(const int32_t words[4])
{
    ip4_addr_t address;
    address.addr = lwip_htonl((uint32_t)words[3]);
    return address;
}

static int loopback4(const int32_t words[4])
{
    return ((uint32_t)words[3] >> 24) == 127;
}

static int ours4(ip4_addr_t address)
{
    const struct netif *netif;
    NETIF_FOREACH(netif)
        if (!ip4_addr_isany_val(*netif_ip4_addr(netif)) && ip4_addr_cmp(&address, netif_ip4_addr(netif))) return 1;
    return 0;
}
#endif

#if LWIP_IPV6
void nfi_lwip_address6(const int32_t words[4], ip6_addr_t *address)
{
    for (size_t i = 0; i < 4; i++) address->addr[i] = lwip_htonl((uint32_t)words[i]);
    ip6_addr_clear_zone(address);
}

static int loopback6(const int32_t words[4])
{
    return words[0] == 0 && words[1] == 0 && words[2] == 0 && words[3] == 1;
}

static int ours6(const int32_t words[4])
{
    const struct netif *netif;
    ip6_addr_t address;
    nfi_lwip_address6(words, &address);
    NETIF_FOREACH(netif)
        for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
            if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) && ip6_addr_cmp_zoneless(&address, netif_ip6_addr(netif, i))) return 1;
    return 0;
}
#endif

int nfi_lwip_ours(const int32_t words[4])
{
#if LWIP_IPV4
    if (nfi_address_is_v4(words)) return ours4(nfi_lwip_address4(words));
#endif
#if LWIP_IPV6
    return ours6(words);
#else
    return 0;
#endif
}

static int on_link(const int32_t words[4], const struct netif *netif)
{
#if LWIP_IPV4
    if (nfi_address_is_v4(words)) {
        ip4_addr_t address = nfi_lwip_address4(words);
        return !ip4_addr_isany_val(*netif_ip4_addr(netif)) && !ip4_addr_isany_val(*netif_ip4_netmask(netif))
            && ip4_addr_netcmp(&address, netif_ip4_addr(netif), netif_ip4_netmask(netif));
    }
#endif
#if LWIP_IPV6
    ip6_addr_t address;
    nfi_lwip_address6(words, &address);
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) && ip6_addr_netcmp_zoneless(&address, netif_ip6_addr(netif, i))) return 1;
#endif
    return 0;
}

int nfi_lwip_lives_elsewhere(const int32_t words[4], const struct netif *netif)
{
    const struct netif *other;
    if (on_link(words, netif)) return 0;
    NETIF_FOREACH(other)
        if (netif_is_up(other) && on_link(words, other)) return 1;
    return 0;
}

int nfi_lwip_to_several(const int32_t words[4], const struct netif *netif)
{
    (void)netif;
#if LWIP_IPV4
    if (nfi_address_is_v4(words)) {
        ip4_addr_t address = nfi_lwip_address4(words);
        return ip4_addr_ismulticast(&address) || ip4_addr_isbroadcast(&address, netif);
    }
#endif
    return ((uint32_t)words[0] >> 24) == 0xff;
}

int nfi_lwip_to_ourselves(const int32_t *words)
{
    const int32_t *source = words + NFI_INFO_SOURCE, *destination = words + NFI_INFO_DESTINATION;
#if LWIP_IPV4
    if (nfi_address_is_v4(destination) && loopback4(destination) && loopback4(source)) return 1;
#endif
#if LWIP_IPV6
    if (loopback6(destination) && loopback6(source)) return 1;
#endif
    return nfi_lwip_ours(destination) && nfi_lwip_ours(source);
}

#if LWIP_IPV6
static int global6(const struct netif *netif, int32_t words[4])
{
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (!ip6_addr_ispreferred(netif_ip6_addr_state(netif, i)) || ip6_addr_islinklocal(netif_ip6_addr(netif, i))) continue;
        for (size_t w = 0; w < 4; w++) words[w] = (int32_t)lwip_ntohl(netif_ip6_addr(netif, i)->addr[w]);
        return 1;
    }
    return 0;
}
#endif

int nfi_lwip_address_of(const struct netif *netif, int32_t version, int32_t words[4])
{
#if LWIP_IPV6
    if (version == 6) return global6(netif, words);
#endif
#if LWIP_IPV4
    words[0] = words[1] = 0;
    words[2] = 0xffff;
    words[3] = (int32_t)lwip_ntohl(netif_ip4_addr(netif)->addr);
    return version == 4 && words[3] != 0;
#else
    return 0;
#endif
}

/* ---- what the stack has ---- */

static void put_address(int32_t *words, int32_t prefix, const int32_t address[4])
{
    int32_t n = words[NFI_IF_ADDRESSES], at = NFI_IF_FIRST + 5 * n;
    if (at + 5 > NFI_IF_WORDS) return;
    words[at] = prefix;
    memcpy(words + at + 1, address, 4 * sizeof *address);
    words[NFI_IF_ADDRESSES] = n + 1;
}

static void put_addresses(const struct netif *netif, int32_t *words)
{
    int32_t address[4] = { 0, 0, 0xffff, 0 };
#if LWIP_IPV4
    uint32_t mask = lwip_ntohl(netif_ip4_netmask(netif)->addr);
    int32_t prefix = 0;
    for (; mask & 0x80000000u; mask <<= 1) prefix++;
    address[3] = (int32_t)lwip_ntohl(netif_ip4_addr(netif)->addr);
    if (address[3]) put_address(words, prefix, address);
#endif
#if LWIP_IPV6
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (!ip6_addr_ispreferred(netif_ip6_addr_state(netif, i))) continue;
        for (size_t w = 0; w < 4; w++) address[w] = (int32_t)lwip_ntohl(netif_ip6_addr(netif, i)->addr[w]);
        put_address(words, 64, address);      /* lwIP keeps no other prefix length */
    }
#endif
}

void nfi_lwip_describe_interface(const struct netif *netif, int32_t words[NFI_IF_WORDS])
{
    memset(words, 0, NFI_IF_WORDS * sizeof *words);
    words[NFI_IF_DOMAIN] = netif_get_index(netif);
    words[NFI_IF_UP] = netif_is_up(netif) && netif_is_link_up(netif);
    words[NFI_IF_MTU] = netif->mtu;
    put_addresses(netif, words);
}

