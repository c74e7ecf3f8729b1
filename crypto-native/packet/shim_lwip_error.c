/* ICMP errors: those that the shim sends, and the one it heeds, that a protected packet was too big. */
#include <string.h>
#include "checksum.h"
#include "counters.h"
#include "header.h"
#include "ring.h"
#include "shim.h"
#include "shim_lwip.h"
#include "transit.h"
#include "wire.h"

#define ICMP_HEADER 8
#define QUOTE 96                  /* bytes of the quoted packet looked at: its headers as far as an SPI */

/* The ends of an error being written, or the packet that one being read is about: one at a time. The stack's thread has little
 * stack. */
static int32_t words[NFI_INFO_WORDS];
static uint8_t part[ICMP_HEADER + QUOTE];     /* of a message looked at */

/* ---- to the sender ---- */

static int32_t written(int32_t what, size_t mtu, const nfi_buffer *about, const int32_t *ends)
{
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_OUTBOUND, nfi_icmp_error_length(ends, about->length));
    nfi_buffer *error = slot > 0 ? nfi_buffer_get(slot, NFI_OWNER_STACK) : NULL;
    if (!error) return 0;
    nfi_icmp_error_write(error->bytes + error->offset, ends, what, mtu, about->bytes + about->offset, about->length);
    error->domain = about->domain;
    return slot;
}

void nfi_lwip_error(int32_t what, size_t mtu, const nfi_buffer *about, const nfi_lwip_look *look, const nfi_lwip_hook *facing, int opened)
{
    if (!nfi_icmp_error_due(look->words, &look->layout, sys_now())) return;
    if (!nfi_lwip_address_of(facing->netif, look->words[NFI_INFO_VERSION], words + NFI_INFO_SOURCE)) return;
    memcpy(words + NFI_INFO_DESTINATION, look->words + NFI_INFO_SOURCE, 4 * sizeof *words);
    int32_t slot = written(what, mtu, about, words);
    if (slot <= 0) return;
    nfi_count(NFI_COUNT_ICMP_ERRORS);
    int32_t where = opened ? NFI_RING_LEAVE_PROTECTED : NFI_RING_LEAVE;
    nfi_ring_to_itself(slot, nfi_lwip_ours(words + NFI_INFO_DESTINATION) ? NFI_DELIVER : where);
    nfi_shim_kick();
}

/* ---- from routers ---- */

static int says_too_big(const nfi_lwip_look *l)
{
    int32_t type = l->words[NFI_INFO_SOURCE_PORT] - NFI_ICMP_SHOWN, code = l->words[NFI_INFO_DESTINATION_PORT] - NFI_ICMP_SHOWN;
    if (l->words[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) return 0;
    return (l->words[NFI_INFO_PROTOCOL] == NFI_PROTO_ICMP && type == 3 && code == 4)
        || (l->words[NFI_INFO_PROTOCOL] == NFI_PROTO_ICMPV6 && type == 2 && code == 0);
}

int nfi_lwip_icmp_intact(const nfi_source *source, const nfi_lwip_look *l)
{
    size_t at = l->layout.upper, end = (size_t)l->words[NFI_INFO_LENGTH];
    uint32_t sum = 0;
    if (l->words[NFI_INFO_VERSION] == 6) {
        nfi_source_copy(source, part, 32, 8);
        sum = nfi_checksum_add(NFI_PROTO_ICMPV6 + (uint32_t)(end - at), part, 32);
    }
    for (size_t length; at < end; at += length) {
        length = end - at < QUOTE ? end - at : QUOTE;
        nfi_source_copy(source, part, length, at);
        sum = nfi_checksum_add(sum, part, length);
    }
    return nfi_checksum_fold(sum) == 0;
}

/* The quoted packet, of which length bytes came and zeros follow, is one of ours under ESP or AH, in UDP or not: 1, and its SPI
 * stands in info. The 8 bytes behind its IP header that a router must quote (RFC 792) hold that of ESP and of AH, but in UDP no more
 * than the ports. */
static int quotes_protected(const uint8_t *quote, size_t length, int32_t *info)
{
    static nfi_layout layout;
    if (nfi_describe(quote, QUOTE, 0xffff, info, &layout) < 0 || layout.fragment_offset != 0) return 0;
    int in_udp = info[NFI_INFO_PROTOCOL] == NFI_PROTO_UDP;
    if (length < layout.upper + (in_udp ? 12u : 8u) || !nfi_lwip_ours(info + NFI_INFO_SOURCE)) return 0;
    if (in_udp && info[NFI_INFO_SOURCE_PORT] == NFI_PORT_ENCAP)
        info[NFI_INFO_SPI] = (int32_t)nfi_get32(quote + layout.upper + 8);    /* behind a NAT the other port may be any */
    return info[NFI_INFO_SPI] != 0;
}

int nfi_lwip_path_report(const nfi_source *source, const nfi_lwip_look *look)
{
    size_t at = look->layout.upper, length = (size_t)look->words[NFI_INFO_LENGTH] - at;
    if (!says_too_big(look) || length < ICMP_HEADER || !nfi_lwip_icmp_intact(source, look)) return 0;
    length = length < sizeof part ? length : sizeof part;
    memset(part, 0, sizeof part);
    nfi_source_copy(source, part, length, at);
    if (!quotes_protected(part + ICMP_HEADER, length - ICMP_HEADER, words)) return 0;
    uint32_t mtu = look->words[NFI_INFO_VERSION] == 4 ? nfi_get16(part + 6) : nfi_get32(part + 4);
    nfi_event_path_mtu(words, mtu < 0xffff ? (int32_t)mtu : 0xffff);
    return 1;
}
