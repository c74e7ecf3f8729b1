/* Cutting to an MTU: what a piece looks like, and that reassembly gives back what was cut. */
#include "packet_check.h"
#include "packet_make.h"
#include "describe.h"
#include "fragment.h"
#include "reassembly.h"

#define MOST NFI_LARGEST_PACKET
static uint8_t data[70000], packet[70000], piece[70000];
static int32_t info[NFI_INFO_WORDS];
static nfi_layout layout;

static const uint8_t options[] = { 1, 0x94, 4, 0xaa, 0xbb, 7, 7, 4, 1, 2, 3, 4, 0x82, 3, 9, 0 };   /* NOP, copied, not, copied, end */
static const uint8_t extensions[] = { 43, 0, 1, 4, 0, 0, 0, 0,   60, 0, 4, 1, 0, 0, 0, 0,   200, 0, 1, 4, 0, 0, 0, 0 };

static size_t make(int32_t version, int32_t decorated, uint32_t flags, size_t length)
{
    ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), 0x4321, flags, 200, 64, decorated ? options : NULL, decorated ? sizeof options : 0 };
    if (version == 4)
        return make_ip4(packet, &h, data, length);
    return make_ip6(packet, HERE6, THERE6, decorated ? 0 : 200, 64, extensions, decorated ? sizeof extensions : 0, data, length);
}

static int32_t begin(nfi_fragmenter *f, size_t length, size_t mtu, uint32_t identification)
{
    CHECK_IS(nfi_describe(packet, length, length, info, &layout), 0);
    return nfi_fragment_begin(f, packet, info, &layout, mtu, identification);
}

static int32_t reassemble(size_t length)
{
    nfi_source source;
    nfi_source_bytes(&source, piece, length);
    CHECK_IS(nfi_describe(piece, length, length, info, &layout), 0);
    CHECK(info[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT);
    return nfi_reassembly_add(&source, info, &layout, 0);
}

static void round_trip(int32_t version, int32_t decorated, size_t payload_length, size_t mtu)
{
    nfi_fragmenter f;
    size_t length = make(version, decorated, 0, payload_length), pieces = 0;
    int32_t slot = 0, size;
    if (!CHECK_IS(begin(&f, length, mtu, 0xcafe), 0))
        return;
    for (;;) {
        size_t announced = nfi_fragment_size(&f);
        size = nfi_fragment_next(&f, piece, sizeof piece);
        CHECK_IS(size, announced);
        if (size <= 0)
            break;
        CHECK((size_t)size <= mtu);
        CHECK_IS(slot, 0);
        slot = reassemble((size_t)size);
        CHECK_IS(layout.identification, version == 4 ? 0x4321 : 0xcafe);
        if (version == 4)
            CHECK_IS(plain_checksum(piece, (size_t)(piece[0] & 15) * 4, 0), 0);
        pieces++;
    }
    CHECK(pieces >= 2);
    const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
    if (!CHECK(b != NULL))
        return;
    CHECK_IS(b->length, length);
    CHECK(memcmp(b->bytes + b->offset, packet, length) == 0);
    nfi_buffer_release(slot, NFI_OWNER_STACK);
}

static void what_is_cut_comes_back(void)
{
    for (int32_t version = 4; version <= 6; version += 2)
        for (int32_t decorated = 0; decorated < 2; decorated++) {
            size_t header = (version == 4 ? 20u : 40u) + (decorated ? (version == 4 ? sizeof options : sizeof extensions) : 0);
            for (size_t mtu = header + 16; mtu < 1600; mtu += 1 + dice(97))
                for (size_t length = mtu - header + 1; length + header <= MOST - 100 && length < mtu * 30; length += 1 + dice(3000))
                    round_trip(version, decorated, length, mtu);
        }
}

static void only_copied_options_go_into_later_pieces(void)
{
    static const uint8_t copied[] = { 0x94, 4, 0xaa, 0xbb, 0x82, 3, 9, 0 };
    nfi_fragmenter f;
    size_t length = make(4, 1, 0, 1000);
    CHECK_IS(begin(&f, length, 576, 0), 0);
    int32_t first = nfi_fragment_next(&f, piece, sizeof piece);
    CHECK_IS(first, 36 + 536);
    CHECK_IS(piece[0] & 15, 9);
    CHECK_IS(get16(piece + 6), 0x2000);
    CHECK(memcmp(piece + 20, options, sizeof options) == 0);
    int32_t second = nfi_fragment_next(&f, piece, sizeof piece);
    CHECK_IS(second, 28 + 464);
    CHECK_IS(piece[0] & 15, 7);
    CHECK_IS(get16(piece + 6), 536 / 8);
    CHECK(memcmp(piece + 20, copied, sizeof copied) == 0);
    CHECK_IS(nfi_fragment_next(&f, piece, sizeof piece), 0);
}

static void ipv6_repeats_what_is_needed_on_the_way(void)
{
    nfi_fragmenter f;
    size_t length = make(6, 1, 0, 3000);
    CHECK_IS(begin(&f, length, 1280, 0x01020304), 0);
    CHECK(nfi_fragment_next(&f, piece, sizeof piece) > 0);
    CHECK_IS(piece[6], 0);                            /* hop-by-hop, routing, fragment; destination options are cut */
    CHECK_IS(piece[40], 43);
    CHECK_IS(piece[48], 44);
    CHECK_IS(piece[56], 60);
    CHECK_IS(get16(piece + 58), 1);
    CHECK_IS(get16(piece + 60) << 16 | get16(piece + 62), 0x01020304);
    CHECK_IS(piece[64], 200);
}

static void what_may_not_be_cut_is_not(void)
{
    static const struct { int32_t version; uint32_t flags; size_t length, mtu; int32_t status; } cases[] = {
        { 4, 0x4000, 2000, 1500, -XE_MTU_EXCEEDED }, { 4, 0, 2000, 27, -XE_MTU_EXCEEDED }, { 4, 0, 2000, 28, 0 }, { 4, 0, 2000, 0, -XE_MTU_EXCEEDED },
        { 6, 0, 2000, 55, -XE_MTU_EXCEEDED }, { 6, 0, 2000, 56, 0 }, { 4, 0x1fff, 2000, 1500, -XE_NO_DATA }, { 4, 0x2064, 2000, 1500, 0 },
    };
    nfi_fragmenter f;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = make(cases[i].version, 0, cases[i].flags, cases[i].length);
        CHECK_IS(begin(&f, length, cases[i].mtu, 1), cases[i].status);
    }
    size_t length = make(4, 0, 0, 2000);
    CHECK_IS(begin(&f, length, 1500, 1), 0);
    CHECK_IS(nfi_fragment_next(&f, piece, 100), -XE_DST_OUT_OF_SPACE);
    CHECK_IS(nfi_fragment_next(&f, piece, 1500), 1500);
}

static void a_fragment_is_cut_again_in_its_place(void)
{
    nfi_fragmenter f;
    size_t length = make(4, 0, 0x2000 | 100, 1200);
    CHECK_IS(begin(&f, length, 1020, 1), 0);
    nfi_fragment_next(&f, piece, sizeof piece);
    CHECK_IS(get16(piece + 6), 0x2000 | 100);
    nfi_fragment_next(&f, piece, sizeof piece);
    CHECK_IS(get16(piece + 6), 0x2000 | (100 + 125));
}

int main(void)
{
    nfi_packet_start();
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 31 + (i >> 8) * 7);
    what_is_cut_comes_back();
    only_copied_options_go_into_later_pieces();
    ipv6_repeats_what_is_needed_on_the_way();
    what_may_not_be_cut_is_not();
    a_fragment_is_cut_again_in_its_place();
    return check_result("packet fragment");
}
