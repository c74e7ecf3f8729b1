#include "outer.h"
#include <string.h>
#include "checksum.h"
#include "describe.h"
#include "ip.h"
#include "nfi_port.h"
#include "wire.h"

enum { DF = 0x4000, ECN_MASK = 3, ECN_NOT_ECT = 0, ECN_ECT1 = 1, ECN_CE = 3 };
enum { DEFAULT_HOP_LIMIT = 64 };

/* One counter for all tunnels: two of them may share source, destination and protocol, and a fragment is known by nothing
 * more (RFC 791 3.2). */
static uint32_t identification;   /* under the lock */

static uint32_t next_identification(uint32_t step)
{
    nfi_port_lock();
    identification += step;
    uint32_t mine = identification;
    nfi_port_unlock();
    return mine;
}

uint32_t nfi_outer_identification(void)
{
    return next_identification(1) & 0xffffu;
}

static void put_address(uint8_t *dst, const int32_t words[4], size_t count)
{
    for (size_t i = 0; i < count; i++)
        nfi_put32(dst + 4 * i, (uint32_t)words[4 - count + i]);
}

static int32_t is_zero(const int32_t words[4])
{
    return (words[0] | words[1] | words[2] | words[3]) == 0;
}

static int32_t prepare_v4(nfi_transform *t, const int32_t *config, uint8_t hop_limit, uint8_t protocol)
{
    if (!nfi_address_is_v4(config + NFI_T_LOCAL) || !nfi_address_is_v4(config + NFI_T_REMOTE))
        return -XE_BAD_ADDR_RANGE;
    t->outer_length = NFI_IPV4_HEADER;
    t->outer[0] = 0x45;
    t->outer[8] = hop_limit;
    t->outer[9] = protocol;
    put_address(t->outer + 12, config + NFI_T_LOCAL, 1);
    put_address(t->outer + 16, config + NFI_T_REMOTE, 1);
    return 0;
}

static int32_t prepare_v6(nfi_transform *t, const int32_t *config, uint8_t hop_limit, uint8_t protocol)
{
    if (nfi_address_is_v4(config + NFI_T_LOCAL) || nfi_address_is_v4(config + NFI_T_REMOTE) ||
        is_zero(config + NFI_T_LOCAL) || is_zero(config + NFI_T_REMOTE))
        return -XE_BAD_ADDR_RANGE;
    t->outer_length = NFI_IPV6_HEADER;
    t->outer[0] = 0x60;
    t->outer[6] = protocol;
    t->outer[7] = hop_limit;
    put_address(t->outer + 8, config + NFI_T_LOCAL, 4);
    put_address(t->outer + 24, config + NFI_T_REMOTE, 4);
    return 0;
}

int32_t nfi_outer_prepare(nfi_transform *t, const int32_t *config)
{
    uint8_t random[2];
    int32_t hop_limit = config[NFI_T_HOP_LIMIT];
    uint8_t protocol = t->encap_local != 0 ? NFI_PROTO_UDP : t->flags & NFI_TF_ESP ? NFI_PROTO_ESP : NFI_PROTO_AH;
    if (hop_limit < 0 || hop_limit > 255)
        return -XE_BAD_PARAM;
    int32_t status = nfi_random_bytes(random, sizeof random);
    if (status < 0)
        return status;
    (void)next_identification(nfi_get16(random));    /* the first one is no constant of the build */
    uint8_t limit = hop_limit == 0 ? DEFAULT_HOP_LIMIT : (uint8_t)hop_limit;
    switch (config[NFI_T_VERSION]) {
    case 4: return prepare_v4(t, config, limit, protocol);
    case 6: return prepare_v6(t, config, limit, protocol);
    default: return -XE_BAD_PARAM;
    }
}

static int32_t family_fits(const nfi_transform *t, const int32_t remote[4])
{
    return nfi_address_is_v4(remote) == (t->outer_length == NFI_IPV4_HEADER) && !is_zero(remote);
}

/* Where the other end stands in the header: it is the destination of what we send. */
static size_t other_end(const nfi_transform *t, size_t *words)
{
    *words = t->outer_length == NFI_IPV4_HEADER ? 1 : 4;
    return t->outer_length - *words * 4;
}

int32_t nfi_outer_is_at(const nfi_transform *t, const int32_t remote[4])
{
    uint8_t bytes[16];
    size_t words, at = other_end(t, &words);
    put_address(bytes, remote, words);
    return family_fits(t, remote) && memcmp(bytes, t->outer + at, words * 4) == 0;
}

int32_t nfi_outer_move(nfi_transform *t, const int32_t remote[4])
{
    size_t words, at = other_end(t, &words);
    if (!family_fits(t, remote))
        return -XE_BAD_ADDR_RANGE;
    put_address(t->outer + at, remote, words);
    return 0;
}

/* RFC 4301 8.1: set, clear, or copied where both headers are IPv4. */
static uint32_t df_bit(const nfi_transform *t, const uint8_t *inner)
{
    if (t->flags & NFI_TF_DF_SET)
        return DF;
    return (t->flags & NFI_TF_DF_COPY) && inner[0] >> 4 == 4 ? nfi_get16(inner + 6) & DF : 0;
}

/* RFC 6040 4.1: normal mode copies the mark, compatibility mode sends Not-ECT. DSCP is copied (RFC 4301 5.1.2). */
static uint8_t outer_class(const nfi_transform *t, const uint8_t *inner)
{
    uint8_t value = nfi_ip_traffic_class(inner);
    return t->flags & NFI_TF_FULL_ECN ? value : (uint8_t)(value & ~ECN_MASK);
}

void nfi_outer_write(const nfi_transform *t, uint8_t *packet, size_t total, const uint8_t *inner)
{
    uint8_t traffic_class = outer_class(t, inner);
    uint32_t fragment = df_bit(t, inner);
    memcpy(packet, t->outer, t->outer_length);
    if (t->outer_length == NFI_IPV4_HEADER) {
        packet[1] = traffic_class;
        nfi_put16(packet + 2, (uint32_t)total);
        nfi_put16(packet + 4, next_identification(1));
        nfi_put16(packet + 6, fragment);
        nfi_checksum_fill_ipv4(packet, NFI_IPV4_HEADER);
    } else {
        nfi_ip_change_traffic_class(packet, traffic_class);
        nfi_put16(packet + 4, (uint32_t)(total - NFI_IPV6_HEADER));
    }
}

/* RFC 3948 2.1: the checksum is zero in IPv4. In IPv6 a zero one is dropped by hosts that were not told (RFC 6935 5). */
void nfi_outer_write_udp(const nfi_transform *t, uint8_t *packet, uint8_t *udp, size_t length)
{
    nfi_put16(udp, t->encap_local);
    nfi_put16(udp + 2, t->encap_remote);
    nfi_put16(udp + 4, (uint32_t)length);
    nfi_put16(udp + 6, 0);
    if (packet[0] >> 4 != 6)
        return;
    uint32_t sum = nfi_checksum_add(NFI_PROTO_UDP + (uint32_t)length, packet + 8, 32);
    uint16_t checksum = nfi_checksum_fold(nfi_checksum_add(sum, udp, length));
    nfi_put16(udp + 6, checksum == 0 ? 0xffffu : checksum);
}

/* RFC 6040 figure 4; one table whatever mode the sender is in. */
int32_t nfi_outer_merge_ecn(uint8_t outer, uint8_t *inner)
{
    uint8_t inner_class = nfi_ip_traffic_class(inner);
    uint8_t mark = outer & ECN_MASK, own = inner_class & ECN_MASK;
    if (own == ECN_NOT_ECT)
        return mark == ECN_CE ? -XE_INBOUND_POLICY_FAILURE : 0;
    if (own == ECN_CE || (mark != ECN_CE && mark != ECN_ECT1))
        return 0;
    nfi_ip_change_traffic_class(inner, (uint8_t)((inner_class & ~ECN_MASK) | mark));
    return 0;
}

int32_t nfi_outer_strip(const uint8_t *outer, uint8_t *inner, size_t size, int32_t next)
{
    nfi_ip ip;
    if (next != NFI_NEXT_IPV4 && next != NFI_NEXT_IPV6)
        return -XE_UNKNOWN_IP_PROTOCOL;
    if (size == 0)
        return -XE_NO_DATA;
    if (inner[0] >> 4 != (next == NFI_NEXT_IPV4 ? 4 : 6))
        return -XE_UNKNOWN_IP_PROTOCOL;
    int32_t status = nfi_ip_bounds(inner, size, &ip);
    if (status == 0)
        status = nfi_outer_merge_ecn(nfi_ip_traffic_class(outer), inner);
    return status < 0 ? status : (int32_t)ip.total;
}
