/* One address for another: every checksum is what a receiver computes anew, and nothing else changes. */
#include "packet_check.h"
#include "packet_make.h"
#include "checksum.h"
#include "readdress.h"
#include "wire.h"

static uint8_t packet[600], before[600], upper[500];
static int32_t info[NFI_INFO_WORDS];
static nfi_layout layout;
static const uint8_t OURS6[16] = { 0xfe, 0xc0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0x80, 1, 0, 0, 0, 0x77 };
static const uint8_t VIRTUAL6[16] = { 0xfd, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
static const int32_t PAIR4[8] = { 0, 0, 0xffff, (int32_t)IP4(192, 168, 1, 77), 0, 0, 0xffff, (int32_t)IP4(10, 9, 0, 1) };
static const int32_t PAIR6[8] = { (int32_t)0xfec00000, 0, (int32_t)0xffff8001, 0x77, (int32_t)0xfd000009, 0, 0, 1 };
static const uint8_t PEER6[16] = { 0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 };
enum { PEER4 = (int)IP4(10, 1, 0, 5) };

static void random_upper(size_t length, uint8_t protocol)
{
    for (size_t i = 0; i < length; i++)
        upper[i] = (uint8_t)(dice(4) ? dice(0) : 0xff);
    if (protocol == 17)
        make_udp(upper, 5001, 5002, upper + 8, length - 8);
    if (protocol == 1 || protocol == 58)
        upper[0] = protocol == 1 ? 8 : 128;      /* an echo request */
    if (protocol == 6)
        upper[12] = 0x50;
}

static size_t make(int32_t version, uint8_t protocol, int32_t outbound, int32_t virtual_one, size_t length)
{
    uint32_t own4 = (uint32_t)(virtual_one ? PAIR4[7] : PAIR4[3]);
    const uint8_t *own6 = virtual_one ? VIRTUAL6 : OURS6;
    ip4_header h = { outbound ? own4 : (uint32_t)PEER4, outbound ? (uint32_t)PEER4 : own4, 7, 0, protocol, 64, NULL, 0 };
    return version == 4 ? make_ip4(packet, &h, upper, length)
        : make_ip6(packet, outbound ? own6 : PEER6, outbound ? PEER6 : own6, protocol, 64, NULL, 0, upper, length);
}

static void filled(size_t total)
{
    CHECK_IS(nfi_describe(packet, total, total, info, &layout), 0);
    nfi_checksum_fill(packet, total, info, &layout);
}

/* The packet with the one address is, byte for byte, the packet with the other readdressed: made anew and summed anew. */
static void checksums_are_those_of_a_new_packet(void)
{
    static const uint8_t protocols[] = { 6, 17, 1, 58, 47, 132 };
    for (int32_t round = 0; round < 400; round++)
        for (size_t p = 0; p < sizeof protocols; p++)
            for (int32_t version = 4; version <= 6; version += 2)
                for (int32_t outbound = 0; outbound < 2; outbound++) {
                    size_t length = 20 + dice(60);
                    random_upper(length, protocols[p]);
                    size_t total = make(version, protocols[p], outbound, outbound, length);
                    filled(total);
                    memcpy(before, packet, total);
                    make(version, protocols[p], outbound, !outbound, length);
                    filled(total);
                    CHECK_IS(nfi_readdress(packet, total, version == 4 ? PAIR4 : PAIR6, outbound), 1);
                    CHECK(memcmp(packet, before, total) == 0);
                }
}

static void another_address_is_left_alone(void)
{
    random_upper(40, 6);
    size_t total = make(4, 6, 1, 1, 40);
    memcpy(before, packet, total);
    CHECK_IS(nfi_readdress(packet, total, PAIR4, 1), 0);
    CHECK_IS(nfi_readdress(packet, total, PAIR6, 1), 0);
    CHECK_IS(nfi_readdress(packet, total, PAIR4, 0), 0);
    CHECK(memcmp(packet, before, total) == 0);
}

static void udp_without_a_checksum_stays_without(void)
{
    random_upper(30, 17);
    size_t total = make(4, 17, 1, 0, 30);
    CHECK_IS(nfi_readdress(packet, total, PAIR4, 1), 1);
    CHECK_IS(get16(packet + 26), 0);
    CHECK(nfi_checksum_ipv4_good(packet, total));
}

/* RFC 768: a sum that comes to zero is sent as all ones. */
static void udp_never_comes_to_no_checksum(void)
{
    for (uint32_t word = 0; word < 65536; word++) {
        random_upper(10, 17);
        put16(upper + 8, word);
        size_t total = make(4, 17, 1, 0, 10);
        filled(total);
        CHECK_IS(nfi_readdress(packet, total, PAIR4, 1), 1);
        CHECK(get16(packet + 26) != 0);
    }
}

/* A later piece has no header of the upper layer: what stands there is data. */
static void a_later_piece_changes_in_its_ip_header_alone(void)
{
    random_upper(64, 6);
    ip4_header h = { (uint32_t)PAIR4[3], (uint32_t)PEER4, 7, 8, 6, 64, NULL, 0 };
    size_t total = make_ip4(packet, &h, upper, 64);
    CHECK_IS(nfi_readdress(packet, total, PAIR4, 1), 1);
    CHECK(memcmp(packet + 20, upper, 64) == 0);
    CHECK(nfi_checksum_ipv4_good(packet, total));
    h.fragment = 0x2000;
    total = make_ip4(packet, &h, upper, 64);
    CHECK_IS(nfi_readdress(packet, total, PAIR4, 1), 1);
    CHECK(memcmp(packet + 20 + 16, upper + 16, 2) != 0);
    CHECK(memcmp(packet + 38, upper + 18, 46) == 0);
}

/* An error in quotes what we sent as the peer saw it, and must speak of what we sent; one out the other way round. */
static void an_icmp_error_speaks_of_the_same_packet(void)
{
    for (int32_t version = 4; version <= 6; version += 2)
        for (int32_t outbound = 0; outbound < 2; outbound++) {
            static uint8_t quoted[200];
            random_upper(30, 17);
            size_t inner = make(version, 17, !outbound, !outbound, 30);
            filled(inner);
            memcpy(quoted, packet, inner);
            make(version, 17, !outbound, outbound, 30);
            filled(inner);
            memset(upper, 0, 8);
            upper[0] = version == 4 ? 3 : 1;
            memcpy(upper + 8, packet, inner);
            size_t total = make(version, version == 4 ? 1 : 58, outbound, outbound, 8 + inner);
            filled(total);
            memcpy(before, packet, total);                  /* what it must become, but for the quoted UDP checksum */
            memcpy(upper + 8, quoted, inner);
            make(version, version == 4 ? 1 : 58, outbound, !outbound, 8 + inner);
            filled(total);
            CHECK_IS(nfi_readdress(packet, total, version == 4 ? PAIR4 : PAIR6, outbound), 1);
            size_t header = version == 4 ? 20 : 40;
            CHECK(memcmp(packet, before, header) == 0);
            CHECK(memcmp(packet + header + 8, before + header + 8, header) == 0);
            memcpy(before, packet, total);
            filled(total);
            CHECK(memcmp(packet, before, total) == 0);      /* its own checksum holds */
        }
}

static void cut_packets_are_refused_or_changed_within_their_bounds(void)
{
    for (size_t length = 0; length < 80; length++) {
        uint8_t exact[80];
        random_upper(60, 58);
        upper[0] = 1;
        size_t total = make(6, 58, 0, 1, 60);
        (void)total;
        memcpy(exact, packet, length);
        nfi_readdress(exact, length, PAIR6, 0);
        random_upper(50, 1);
        upper[0] = 3;
        make(4, 1, 0, 1, 50);
        memcpy(exact, packet, length);
        if (length >= 20) {
            put16(exact + 2, (uint32_t)length);
            CHECK_IS(nfi_readdress(exact, length, PAIR4, 0) >= -XE_NO_DATA, 1);
        }
    }
}

static void the_face_checks_what_it_is_given(void)
{
    static const int32_t mixed[8] = { 0, 0, 0xffff, 1, 0x20010000, 0, 0, 1 };
    CHECK_IS(nfi_packet_start(), 0);
    CHECK_IS(nfi_packet_readdress(1, NULL, 8, 1), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_readdress(1, PAIR4, 7, 1), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_readdress(1, mixed, 8, 1), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_readdress(0x7fffffff, PAIR4, 8, 1), -NFI_BAD_HANDLE);
    random_upper(40, 6);
    size_t total = make(4, 6, 1, 0, 40);
    int32_t slot = nfi_packet_buffer_alloc((int32_t)total);
    CHECK_IS(nfi_packet_buffer_write(slot, 0, packet, sizeof packet, 0, (int32_t)total), (int32_t)total);
    CHECK_IS(nfi_packet_readdress(slot, PAIR4, 8, 1), 1);
    CHECK_IS(nfi_packet_readdress(slot, PAIR4, 8, 1), 0);
    CHECK_IS(nfi_packet_buffer_read(slot, 0, before, sizeof before, 0, (int32_t)total), (int32_t)total);
    CHECK_IS((int32_t)nfi_get32(before + 12), PAIR4[7]);
    nfi_packet_put(slot, NFI_RELEASE);
    CHECK_IS(nfi_packet_readdress(slot, PAIR4, 8, 1), -NFI_BAD_HANDLE);
    nfi_packet_stop();
    CHECK_IS(nfi_packet_readdress(slot, PAIR4, 8, 1), -NFI_NOT_STARTED);
}

int main(void)
{
    checksums_are_those_of_a_new_packet();
    another_address_is_left_alone();
    udp_without_a_checksum_stays_without();
    udp_never_comes_to_no_checksum();
    a_later_piece_changes_in_its_ip_header_alone();
    an_icmp_error_speaks_of_the_same_packet();
    cut_packets_are_refused_or_changed_within_their_bounds();
    the_face_checks_what_it_is_given();
    return check_result("packet readdress");
}
