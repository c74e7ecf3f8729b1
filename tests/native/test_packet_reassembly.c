/* Reassembly under attack (RFC 1858, RFC 5722, RFC 8200 4.5; THREATS 39), and joining what our own stack has cut. */
#include "packet_check.h"
#include "packet_make.h"
#include "counters.h"
#include "describe.h"
#include "reassembly.h"

typedef struct { int32_t at, length, more; } cut;     /* offset and length in bytes of the datagram's payload */

static uint8_t payload[70000];
static uint8_t fragment[70000];
static int32_t info[NFI_INFO_WORDS];
static nfi_layout layout;

static void restart(void)
{
    nfi_packet_stop();
    nfi_packet_start();
    gained(NFI_COUNT_REASSEMBLED);
    gained(NFI_COUNT_REASSEMBLY_FAILED);
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (uint8_t)(i * 31 + (i >> 8) * 7);
}

static size_t make(int32_t version, uint32_t id, cut c, const uint8_t *bytes)
{
    uint8_t header6[8] = { 200, 0 };
    ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), id, (uint32_t)(c.at / 8) | (c.more ? 0x2000u : 0), 200, 64, NULL, 0 };
    if (version == 4)
        return make_ip4(fragment, &h, bytes + c.at, (size_t)c.length);
    put16(header6 + 2, (uint32_t)c.at | (uint32_t)c.more);
    put32(header6 + 4, id);
    return make_ip6(fragment, HERE6, THERE6, 44, 64, header6, 8, bytes + c.at, (size_t)c.length);
}

typedef int32_t adder(const nfi_source *, uint32_t now);

static int32_t by_reassembly(const nfi_source *source, uint32_t now)
{
    return nfi_reassembly_add(source, info, &layout, now);
}

static int32_t by_join(const nfi_source *source, uint32_t now)
{
    (void)now;
    return nfi_join_add(source, info, &layout);
}

static int32_t give_bytes(adder *add, size_t length, int32_t domain, uint32_t now)
{
    nfi_source source;
    nfi_source_bytes(&source, fragment, length);
    int32_t status = nfi_describe(fragment, length, length, info, &layout);
    info[NFI_INFO_DOMAIN] = domain;
    return status < 0 ? status : add(&source, now);
}

static int32_t give(int32_t version, uint32_t id, cut c, uint32_t now)
{
    return give_bytes(by_reassembly, make(version, id, c, payload), 1, now);
}

/* The slot holds a whole packet with payload[0, length). */
static void expect_whole(int32_t slot, int32_t version, size_t length)
{
    const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
    size_t header = version == 4 ? 20 : 40;
    if (!CHECK(b != NULL))
        return;
    const uint8_t *p = b->bytes + b->offset;
    CHECK_IS(b->length, header + length);
    CHECK_IS(b->domain, 1);
    CHECK_IS(nfi_describe(p, b->length, b->length, info, &layout), 0);
    CHECK_IS(info[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT, 0);
    CHECK_IS(info[NFI_INFO_LENGTH], header + length);
    CHECK_IS(info[NFI_INFO_PROTOCOL], 200);
    CHECK(memcmp(p + header, payload, length) == 0);
    if (version == 4)
        CHECK_IS(plain_checksum(p, 20, 0), 0);
    CHECK_IS(nfi_buffer_release(slot, NFI_OWNER_STACK), 0);
}

#define END { -1, 0, 0 }
/* whole > 0: the last piece completes that many bytes; 0: nothing comes of it; failed: datagrams given up. */
static const struct { const char *name; cut cuts[14]; int32_t whole; int32_t failed; } attacks[] = {
    { "in order", { { 0, 1480, 1 }, { 1480, 1480, 1 }, { 2960, 100, 0 }, END }, 3060, 0 },
    { "reversed", { { 2960, 100, 0 }, { 1480, 1480, 1 }, { 0, 1480, 1 }, END }, 3060, 0 },
    { "middle last", { { 0, 1480, 1 }, { 2960, 100, 0 }, { 1480, 1480, 1 }, END }, 3060, 0 },
    { "every other piece first", { { 0, 8, 1 }, { 16, 8, 1 }, { 32, 8, 0 }, { 8, 8, 1 }, { 24, 8, 1 }, END }, 40, 0 },
    { "a copy made by the network", { { 0, 1480, 1 }, { 0, 1480, 1 }, { 1480, 100, 0 }, END }, 1580, 0 },
    { "a copy of the last", { { 1480, 100, 0 }, { 1480, 100, 0 }, { 0, 1480, 1 }, END }, 1580, 0 },
    { "a part of what came, cut anew", { { 0, 1480, 1 }, { 8, 80, 1 }, { 1480, 100, 0 }, END }, 1580, 0 },
    { "overlap at the front", { { 0, 80, 1 }, { 72, 80, 1 }, { 152, 8, 0 }, { 80, 72, 1 }, END }, 0, 1 },
    { "overlap at the back", { { 80, 80, 1 }, { 0, 88, 1 }, { 160, 8, 0 }, END }, 0, 1 },
    { "overlap over all", { { 80, 80, 1 }, { 0, 240, 1 }, { 240, 8, 0 }, END }, 0, 1 },
    { "teardrop: the last inside the first", { { 0, 48, 1 }, { 24, 4, 0 }, END }, 0, 1 },
    { "an end before what came", { { 0, 8, 1 }, { 64, 8, 1 }, { 8, 8, 0 }, END }, 0, 1 },
    { "a second, earlier end", { { 0, 8, 1 }, { 64, 8, 0 }, { 32, 8, 0 }, END }, 0, 1 },
    { "a second, later end", { { 0, 8, 1 }, { 32, 8, 0 }, { 64, 8, 0 }, END }, 0, 1 },
    { "more behind the end", { { 32, 8, 0 }, { 40, 8, 1 }, { 0, 32, 1 }, END }, 0, 1 },
    { "the end taken back", { { 0, 8, 1 }, { 8, 8, 0 }, END }, 16, 0 },
    { "the last turned into a middle", { { 8, 8, 0 }, { 8, 8, 1 }, { 0, 8, 1 }, END }, 0, 1 },
    { "cut off the 8-byte grid", { { 0, 1481, 1 }, { 1480, 8, 0 }, END }, 0, 1 },
    { "nothing in it", { { 0, 0, 1 }, { 0, 8, 1 }, { 8, 8, 0 }, END }, 16, 1 },
    { "past 65,535", { { 0, 8, 1 }, { 65528, 100, 0 }, { 8, 8, 0 }, END }, 0, 1 },
    { "too many holes", { { 0, 8, 1 }, { 16, 8, 1 }, { 32, 8, 1 }, { 48, 8, 1 }, { 64, 8, 1 }, { 80, 8, 1 }, { 96, 8, 1 },
                          { 112, 8, 1 }, { 128, 8, 1 }, { 144, 8, 1 }, END }, 0, 1 },
};

static void attacks_come_to_nothing_and_honest_pieces_to_all(void)
{
    for (int32_t version = 4; version <= 6; version += 2)
        for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
            int32_t slot = 0, failures = checks_failed;
            restart();
            for (const cut *c = attacks[i].cuts; c->at >= 0; c++) {
                CHECK(slot <= 0);
                slot = give(version, 7, *c, 1000);
            }
            if (attacks[i].whole)
                expect_whole(slot, version, (size_t)attacks[i].whole);
            else
                CHECK(slot <= 0);
            CHECK_IS(gained(NFI_COUNT_REASSEMBLY_FAILED), attacks[i].failed);
            CHECK_IS(gained(NFI_COUNT_REASSEMBLED), attacks[i].whole != 0);
            nfi_reassembly_reset();
            CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS);
            if (checks_failed != failures)
                printf("attack: IPv%d %s\n", version, attacks[i].name);
        }
}

static void a_changed_copy_is_an_overlap(void)
{
    static uint8_t other[2000];
    restart();
    memcpy(other, payload, sizeof other);
    other[1000] ^= 1;
    CHECK_IS(give(4, 7, (cut){ 0, 1480, 1 }, 0), 0);
    CHECK(give_bytes(by_reassembly, make(4, 7, (cut){ 0, 1480, 1 }, other), 1, 0) < 0);
    gained(XE_BAD_PARAM);
    CHECK(give(4, 7, (cut){ 0, 1480, 1 }, 0) < 0);    /* the whole datagram stays refused, its honest pieces too */
    CHECK(give(4, 7, (cut){ 1480, 8, 0 }, 0) < 0);
    CHECK_IS(gained(XE_BAD_PARAM), 2);
    CHECK_IS(gained(NFI_COUNT_REASSEMBLY_FAILED), 1);
    CHECK_IS(give(4, 7, (cut){ 0, 8, 1 }, NFI_REASSEMBLY_MS), 0);      /* until its time is over */
}

static void datagrams_of_others_do_not_mix(void)
{
    restart();
    CHECK_IS(give(4, 7, (cut){ 0, 8, 1 }, 0), 0);
    CHECK_IS(give_bytes(by_reassembly, make(4, 7, (cut){ 8, 8, 0 }, payload), 2, 0), 0);      /* another interface */
    restart();
    CHECK_IS(give(4, 7, (cut){ 0, 8, 1 }, 0), 0);
    CHECK_IS(give(4, 8, (cut){ 8, 8, 0 }, 0), 0);                                             /* another identification */
    restart();
    CHECK_IS(give(4, 7, (cut){ 0, 8, 1 }, 0), 0);
    size_t length = make(4, 7, (cut){ 8, 8, 0 }, payload);
    fragment[9] = 201;                                                                        /* another protocol */
    CHECK_IS(give_bytes(by_reassembly, length, 1, 0), 0);
    restart();
    CHECK_IS(give(4, 7, (cut){ 0, 8, 1 }, 0), 0);
    length = make(4, 7, (cut){ 8, 8, 0 }, payload);
    fragment[15] ^= 1;                                                                        /* another source */
    CHECK_IS(give_bytes(by_reassembly, length, 1, 0), 0);
}

static void half_datagrams_cost_bounded_memory_and_time(void)
{
    restart();
    for (uint32_t id = 1; id <= 1000; id++) {
        CHECK_IS(give(4, id, (cut){ 0, 800, 1 }, id), 0);
        CHECK(nfi_buffer_free_count() >= NFI_BUFFERS - NFI_REASSEMBLIES);
    }
    expect_whole(give(4, 1000, (cut){ 800, 8, 0 }, 1001), 4, 808);     /* the newest lives */
    CHECK(nfi_buffer_alloc(NFI_SHARE_OUTBOUND, 2000) > 0);
    restart();
    CHECK_IS(give(6, 1, (cut){ 0, 800, 1 }, 0xffffff00u), 0);
    nfi_reassembly_expire(0xffffff00u + NFI_REASSEMBLY_MS - 1);        /* the clock wraps within */
    CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS - 1);
    nfi_reassembly_expire(0xffffff00u + NFI_REASSEMBLY_MS);
    CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS);
    CHECK_IS(gained(NFI_COUNT_REASSEMBLY_FAILED), 1);
}

static void without_a_buffer_the_newest_is_dropped(void)
{
    restart();
    while (nfi_buffer_alloc(NFI_SHARE_INBOUND, 2000) > 0)
        ;
    CHECK_IS(give(4, 1, (cut){ 0, 800, 1 }, 0), -XE_OUT_OF_PACKETS);
    CHECK_IS(gained(NFI_COUNT_REASSEMBLY_FAILED), 1);
}

static void a_datagram_larger_than_a_slot_is_given_up(void)
{
    restart();
    int32_t at = 0, status = 0;
    while (status == 0 && at < 65536) {
        status = give(4, 1, (cut){ at, 1480, 1 }, 0);
        at += 1480;
    }
    CHECK_IS(status, -XE_DST_OUT_OF_SPACE);
    CHECK(at > 65535 || at > NFI_LARGEST_PACKET - 1480);
    CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS);
}

/* RFC 1858: a first piece too small to show the TCP flags, or a second that would rewrite them. */
static void tiny_tcp_fragments_are_dropped(void)
{
    ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), 7, 0x2000, 6, 64, NULL, 0 };
    restart();
    CHECK_IS(give_bytes(by_reassembly, make_ip4(fragment, &h, payload, 16), 1, 0), -XE_NO_DATA);
    CHECK_IS(give_bytes(by_reassembly, make_ip4(fragment, &h, payload, 24), 1, 0), 0);
    h.fragment = 1;
    h.id = 8;
    CHECK(give_bytes(by_reassembly, make_ip4(fragment, &h, payload, 24), 1, 0) < 0);
}

/* RFC 6946: a fragment that is whole stands alone, even beside others of its identification. */
static void atomic_fragments_stand_alone(void)
{
    restart();
    CHECK_IS(give(6, 7, (cut){ 8, 800, 0 }, 0), 0);
    expect_whole(give(6, 7, (cut){ 0, 1200, 0 }, 0), 6, 1200);
    expect_whole(give(6, 7, (cut){ 0, 8, 1 }, 0), 6, 808);
}

/* RFC 3168 5.3 */
static void congestion_of_one_piece_is_the_datagrams(void)
{
    static const struct { uint8_t first, second; int32_t whole; } cases[] = {
        { 0, 0, 0 }, { 2, 3, 3 }, { 3, 2, 3 }, { 1, 1, 1 }, { 0, 3, -1 }, { 3, 0, -1 } };
    for (int32_t version = 4; version <= 6; version += 2)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            int32_t shift = version == 4 ? 0 : 4;
            restart();
            size_t length = make(version, 7, (cut){ 0, 8, 1 }, payload);
            fragment[1] = (uint8_t)(cases[i].first << shift);
            CHECK_IS(give_bytes(by_reassembly, length, 1, 0), 0);
            length = make(version, 7, (cut){ 8, 8, 0 }, payload);
            fragment[1] = (uint8_t)(cases[i].second << shift);
            int32_t slot = give_bytes(by_reassembly, length, 1, 0);
            CHECK_IS(slot > 0, cases[i].whole >= 0);
            if (slot > 0) {
                const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
                CHECK_IS(b->bytes[b->offset + 1] >> shift, cases[i].whole);
            }
        }
}

static void random_pieces_never_make_a_wrong_datagram(void)
{
    static uint8_t wrong[8000];
    restart();
    for (size_t i = 0; i < sizeof wrong; i++)
        wrong[i] = (uint8_t)dice(0);
    for (uint32_t round = 0; round < 30000; round++) {
        int32_t version = dice(2) ? 4 : 6;
        cut c = { (int32_t)dice(30) * 8, (int32_t)(1 + dice(20)) * 8, dice(3) != 0 };
        int32_t honest = dice(50) != 0;
        int32_t slot = give_bytes(by_reassembly, make(version, dice(6), c, honest ? payload : wrong), 1, round);
        if (slot > 0) {
            const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
            CHECK(b->offset + b->length <= b->capacity);
            nfi_buffer_release(slot, NFI_OWNER_STACK);
        }
    }
    nfi_reassembly_reset();
    CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS);
}

static int32_t join(int32_t version, uint32_t id, cut c)
{
    return give_bytes(by_join, make(version, id, c, payload), 1, 0);
}

static void our_stacks_pieces_are_joined(void)
{
    for (int32_t version = 4; version <= 6; version += 2) {
        restart();
        CHECK_IS(join(version, 1, (cut){ 0, 1480, 1 }), 0);
        CHECK_IS(join(version, 1, (cut){ 1480, 1480, 1 }), 0);
        int32_t slot = join(version, 1, (cut){ 2960, 1040, 0 });
        if (CHECK(slot > 0))
            CHECK_IS(nfi_buffer_get(slot, NFI_OWNER_STACK)->offset, NFI_HEADROOM);
        expect_whole(slot, version, 4000);
        CHECK(join(version, 2, (cut){ 8, 8, 0 }) < 0);                 /* no beginning */
        CHECK_IS(join(version, 3, (cut){ 0, 8, 1 }), 0);
        CHECK(join(version, 3, (cut){ 16, 8, 0 }) < 0);                /* a gap */
        CHECK(join(version, 3, (cut){ 8, 8, 0 }) < 0);                 /* the rest of it fails too */
        CHECK_IS(join(version, 4, (cut){ 0, 8, 1 }), 0);
        CHECK_IS(join(version, 5, (cut){ 0, 16, 1 }), 0);              /* the one before never ended */
        CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS - 1);
        expect_whole(join(version, 5, (cut){ 16, 8, 0 }), version, 24);
        CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS);
    }
}

static void joining_without_a_buffer_is_a_full_ring(void)
{
    restart();
    while (nfi_buffer_alloc(NFI_SHARE_OUTBOUND, 2000) > 0)
        ;
    gained(NFI_COUNT_RING_FULL_OUT);
    CHECK_IS(join(4, 1, (cut){ 0, 1480, 1 }), -XE_OUT_OF_PACKETS);
    CHECK_IS(gained(NFI_COUNT_RING_FULL_OUT), 1);
    CHECK(join(4, 1, (cut){ 1480, 8, 0 }) < 0);
}

static void joining_more_than_a_slot_holds_fails(void)
{
    restart();
    int32_t at = 0, status = 0;
    while (status == 0 && at < 65000) {
        status = join(6, 1, (cut){ at, 1448, 1 });
        at += 1448;
    }
    CHECK(status == -XE_DST_OUT_OF_SPACE || NFI_LARGEST_PACKET > 65000);
    nfi_join_reset();
    CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS);
}

int main(void)
{
    nfi_packet_start();
    attacks_come_to_nothing_and_honest_pieces_to_all();
    a_changed_copy_is_an_overlap();
    datagrams_of_others_do_not_mix();
    half_datagrams_cost_bounded_memory_and_time();
    without_a_buffer_the_newest_is_dropped();
    a_datagram_larger_than_a_slot_is_given_up();
    tiny_tcp_fragments_are_dropped();
    atomic_fragments_stand_alone();
    congestion_of_one_piece_is_the_datagrams();
    random_pieces_never_make_a_wrong_datagram();
    our_stacks_pieces_are_joined();
    joining_without_a_buffer_is_a_full_ring();
    joining_more_than_a_slot_holds_fails();
    return check_result("packet reassembly and join");
}
