/* Checksums against RFC 1071's example and a plain sum; the MSS clamp. */
#include "packet_check.h"
#include "packet_make.h"
#include "checksum.h"
#include "mss.h"
#include "verdicts.h"

static int32_t info[NFI_INFO_WORDS];
static nfi_layout layout;
static uint8_t packet[4000], upper[2000];
static nfi_buffer held = { .bytes = packet };

static void the_sum_is_rfc_1071s(void)
{
    static const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };      /* RFC 1071 section 3 */
    CHECK_IS(nfi_checksum_fold(nfi_checksum_add(0, example, 8)), (uint16_t)~0xddf2);
    for (size_t length = 0; length < 600; length++) {
        for (size_t i = 0; i < length; i++)
            upper[i] = (uint8_t)(dice(3) ? dice(0) : 0xff);
        CHECK_IS(nfi_checksum_fold(nfi_checksum_add(0x1ffff, upper, length)), plain_checksum(upper, length, 0x1ffff));
    }
    memset(upper, 0xff, sizeof upper);
    CHECK_IS(nfi_checksum_fold(nfi_checksum_add(0xffffu, upper, sizeof upper)), 0);
}

static void a_change_mends_the_sum(void)
{
    CHECK_IS(nfi_checksum_change(0xdd2f, 0x5555, 0x3285), 0x0000);     /* RFC 1624 section 4 */
    for (int32_t i = 0; i < 2000; i++) {
        uint8_t words[20];
        for (size_t k = 0; k < sizeof words; k++)
            words[k] = (uint8_t)dice(0);
        uint16_t before = plain_checksum(words, sizeof words, 0), from = (uint16_t)get16(words + 6), to = (uint16_t)dice(0);
        put16(words + 6, to);
        CHECK_IS(nfi_checksum_change(before, from, to), plain_checksum(words, sizeof words, 0));
    }
}

/* The sum over pseudo-header and upper layer as a receiver makes it: 0 when right. */
static uint16_t receiver_sum(const uint8_t *p, int32_t version, size_t header, size_t length, uint32_t protocol)
{
    uint64_t sum = protocol == 1 ? 0 : protocol + (length - header);
    size_t at = version == 4 ? 12 : 8, addresses = version == 4 ? 8 : 32;
    for (size_t i = 0; i < addresses && protocol != 1; i += 2)
        sum += get16(p + at + i);
    return plain_checksum(p + header, length - header, sum);
}

static void empty_checksums_are_filled(void)
{
    static const struct { int32_t version; uint8_t protocol; size_t at; } cases[] = {
        { 4, 6, 16 }, { 4, 17, 6 }, { 4, 1, 2 }, { 6, 6, 16 }, { 6, 17, 6 }, { 6, 58, 2 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t length = 20; length < 120; length++) {
            ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), 1, 0, cases[i].protocol, 64, NULL, 0 };
            for (size_t k = 0; k < length; k++)
                upper[k] = (uint8_t)dice(0);
            if (cases[i].protocol == 17)
                make_udp(upper, 1, 2, upper + 8, length - 8);
            size_t total = cases[i].version == 4 ? make_ip4(packet, &h, upper, length)
                                                 : make_ip6(packet, HERE6, THERE6, cases[i].protocol, 64, NULL, 0, upper, length);
            size_t header = total - length;
            if (cases[i].version == 4)
                put16(packet + 10, 0xbad);
            CHECK_IS(nfi_describe(packet, total, total, info, &layout), 0);
            nfi_checksum_fill(packet, total, info, &layout);
            CHECK_IS(receiver_sum(packet, cases[i].version, header, total, cases[i].protocol), 0);
            CHECK(cases[i].version == 6 || nfi_checksum_ipv4_good(packet, total));
        }
}

static void a_udp_sum_of_zero_is_sent_as_all_ones(void)
{
    ip4_header h = { 0, 0, 1, 0, 17, 64, NULL, 0 };
    uint8_t data[2] = { 0, 0 };
    size_t total = make_ip4(packet, &h, upper, make_udp(upper, 0, 0, data, 2));
    put16(data, 0xffffu - 17 - 10 - 10);
    memcpy(packet + 28, data, 2);
    nfi_describe(packet, total, total, info, &layout);
    nfi_checksum_fill(packet, total, info, &layout);
    CHECK_IS(get16(packet + 26), 0xffff);
}

static void a_fragment_gets_no_transport_sum(void)
{
    ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), 1, 0x2000, 17, 64, NULL, 0 };
    memset(upper, 0, 64);
    make_udp(upper, 1, 2, upper + 8, 56);
    size_t total = make_ip4(packet, &h, upper, 64);
    nfi_describe(packet, total, total, info, &layout);
    nfi_checksum_fill(packet, total, info, &layout);
    CHECK_IS(get16(packet + 26), 0);
    CHECK(nfi_checksum_ipv4_good(packet, total));
    packet[8] ^= 1;
    CHECK(!nfi_checksum_ipv4_good(packet, total) && !nfi_checksum_ipv4_good(packet, 19));
}

/* tcp: a header with the options given; -> bytes of the packet, its checksum right. */
static size_t make_tcp(int32_t version, uint8_t flags, const uint8_t *options, size_t options_length)
{
    ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), 1, 0, 6, 64, NULL, 0 };
    memset(upper, 0, 60);
    put16(upper, 1025);
    put16(upper + 2, 80);
    upper[12] = (uint8_t)((20 + options_length) / 4 << 4);
    upper[13] = flags;
    memcpy(upper + 20, options, options_length);
    size_t length = 20 + options_length;
    size_t total = version == 4 ? make_ip4(packet, &h, upper, length) : make_ip6(packet, HERE6, THERE6, 6, 64, NULL, 0, upper, length);
    size_t at = total - length + 16;
    put16(packet + at, receiver_sum(packet, version, total - length, total, 6));
    return total;
}

static void the_mss_is_clamped(void)
{
    static const struct { uint8_t flags; uint8_t options[8]; int32_t mtu, at, after4, after6; } cases[] = {
        { 2, { 2, 4, 0x05, 0xb4 }, 1440, 22, 1400, 1380 },             /* SYN, MSS 1460 */
        { 0x12, { 2, 4, 0x05, 0xb4 }, 1440, 22, 1400, 1380 },          /* SYN and ACK */
        { 2, { 1, 2, 4, 0x05, 0xb4, 0, 0, 0 }, 1440, 23, 1400, 1380 }, /* at an odd place */
        { 2, { 3, 3, 7, 1, 2, 4, 0x05, 0xb4 }, 1440, 26, 1400, 1380 },
        { 2, { 2, 4, 0x02, 0x18 }, 1440, 22, 536, 536 },               /* never raised */
        { 2, { 2, 4, 0x05, 0xb4 }, 50, 22, 88, 88 },                   /* never absurd */
        { 0x10, { 2, 4, 0x05, 0xb4 }, 1440, 22, 1460, 1460 },          /* no SYN */
        { 2, { 0, 2, 4, 0x05, 0xb4, 0, 0, 0 }, 1440, 23, 1460, 1460 }, /* behind the end of the options */
        { 2, { 2, 3, 0x05, 0xb4 }, 1440, 22, 1460, 1460 },             /* wrong length */
        { 2, { 5, 0, 2, 4, 0x05, 0xb4, 0, 0 }, 1440, 24, 1460, 1460 }, /* an option of no length */
        { 2, { 5, 9, 2, 4, 0x05, 0xb4, 0, 0 }, 1440, 24, 1460, 1460 }, /* an option past the header */
    };
    for (int32_t version = 4; version <= 6; version += 2)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            size_t header = version == 4 ? 20 : 40, at = header + (size_t)cases[i].at;
            size_t total = make_tcp(version, cases[i].flags, cases[i].options, 8);
            int32_t before = (int32_t)get16(packet + at), after = version == 4 ? cases[i].after4 : cases[i].after6;
            CHECK_IS(nfi_describe(packet, total, total, info, &layout), 0);
            CHECK_IS(nfi_mss_clamp(&held, info, &layout, cases[i].mtu), before != after);
            if (!CHECK_IS(get16(packet + at), after))
                printf("IPv%d case %zu\n", version, i);
            CHECK_IS(receiver_sum(packet, version, header, total, 6), 0);
        }
}

static void any_option_bytes_are_survived(void)
{
    uint8_t options[40];
    for (int32_t round = 0; round < 20000; round++) {
        for (size_t i = 0; i < sizeof options; i++)
            options[i] = (uint8_t)(dice(2) ? dice(9) : dice(0));
        size_t total = make_tcp(4, 2, options, sizeof options);
        packet[32] = (uint8_t)dice(0);                /* data offset of any size */
        nfi_describe(packet, total, total, info, &layout);
        nfi_mss_clamp(&held, info, &layout, (int32_t)dice(2000) - 100);
    }
}

static nfi_buffer *buffer_with_syn(void)
{
    static const uint8_t options[4] = { 2, 4, 0x05, 0xb4 };
    size_t total = make_tcp(4, 2, options, 4);
    nfi_buffer *b = nfi_buffer_get(nfi_buffer_alloc(NFI_SHARE_OUTBOUND, total), NFI_OWNER_STACK);
    memcpy(b->bytes + b->offset, packet, total);
    nfi_describe(packet, total, total, info, &layout);
    info[NFI_INFO_DOMAIN] = b->domain = 1;
    return b;
}

/* A SYN that came protected is answered under the same row, its ends exchanged. */
static void an_opened_syn_follows_its_row(void)
{
    static const struct { int32_t action, end, mtu, after; } cases[] = {
        { NFI_SECURE, NFI_ROW_REMOTE_LOW, 0, 1500 - 57 - 40 }, { NFI_SECURE, NFI_ROW_REMOTE_LOW, 1400, 1400 - 57 - 40 },
        { NFI_SECURE, NFI_ROW_REMOTE_LOW, 9000, 1500 - 57 - 40 }, { NFI_BYPASS, NFI_ROW_REMOTE_LOW, 0, 1460 },
        { NFI_EMPTY, NFI_ROW_REMOTE_LOW, 0, 1460 }, { NFI_SECURE, NFI_ROW_LOCAL_LOW, 0, 1460 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t row[NFI_ROW_WORDS] = { cases[i].action, 1, 0, 4 };
        nfi_packet_stop();
        nfi_packet_start();
        row[NFI_ROW_LOCAL_LOW + 2] = row[NFI_ROW_LOCAL_HIGH + 2] = row[NFI_ROW_REMOTE_LOW + 2] = row[NFI_ROW_REMOTE_HIGH + 2] = 0xffff;
        row[NFI_ROW_LOCAL_HIGH + 3] = row[NFI_ROW_REMOTE_HIGH + 3] = -1;
        row[cases[i].end + 3] = row[cases[i].end + 7] = (int32_t)IP4(10, 0, 0, 1);
        row[NFI_ROW_OVERHEAD] = 57;
        row[NFI_ROW_MTU] = cases[i].mtu;
        CHECK_IS(nfi_packet_row_stage(0, row, NFI_ROW_WORDS), 0);
        CHECK_IS(nfi_packet_row_commit(1), 0);
        nfi_buffer *b = buffer_with_syn();
        CHECK_IS(nfi_mss_clamp_opened(b, info, &layout, 1500), cases[i].after != 1460);
        CHECK_IS(get16(b->bytes + b->offset + 42), cases[i].after);
    }
}

static void a_queued_syn_fits_the_room_of_its_row(void)
{
    static const struct { int32_t room, after; } cases[] = { { 1443, 1403 }, { 1500, 1460 }, { 9000, 1460 }, { 576, 536 }, { 0, 88 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nfi_packet_stop();
        nfi_packet_start();
        nfi_buffer *b = buffer_with_syn();
        CHECK_IS(nfi_mss_clamp(b, info, &layout, cases[i].room), cases[i].after != 1460);
        CHECK_IS(get16(b->bytes + b->offset + 42), cases[i].after);
    }
}

int main(void)
{
    nfi_packet_start();
    the_sum_is_rfc_1071s();
    a_change_mends_the_sum();
    empty_checksums_are_filled();
    a_udp_sum_of_zero_is_sent_as_all_ones();
    a_fragment_gets_no_transport_sum();
    the_mss_is_clamped();
    any_option_bytes_are_survived();
    an_opened_syn_follows_its_row();
    a_queued_syn_fits_the_room_of_its_row();
    return check_result("packet checksum and MSS");
}
