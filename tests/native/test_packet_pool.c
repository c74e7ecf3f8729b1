/* The pool, its slot numbers and shares; the rings between the two threads. */
#include "packet_check.h"
#include "packet_make.h"
#include "buffer.h"
#include "ring.h"
#include "nfi_packet.h"
#include "stackless_shim.h"

static void restart(void)
{
    nfi_packet_stop();
    nfi_packet_start();
    gained(NFI_COUNT_QUEUED_OUT);
    gained(NFI_COUNT_QUEUED_IN);
    gained(NFI_COUNT_MALFORMED);
}

static int32_t take_all(int32_t share, size_t length)
{
    int32_t taken = 0;
    while (nfi_buffer_alloc(share, length) > 0)
        taken++;
    return taken;
}

static void slot_of_the_driver_outlives_a_restart(void)
{
    restart();
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_INBOUND, 100);
    CHECK(nfi_buffer_hand(slot, NFI_OWNER_STACK, NFI_OWNER_DRIVER) != NULL);
    restart();
    CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS - 1);
    CHECK_IS(nfi_buffer_release(slot, NFI_OWNER_DRIVER), 0);
    CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS);
}

static void exhausted_pool_says_so_and_recovers(void)
{
    static int32_t slots[NFI_BUFFERS];
    int32_t count = 0, slot;
    restart();
    for (int32_t share = 0; share < NFI_SHARES; share++)
        for (size_t length = 100; length <= 2000; length += 1900)
            while ((slot = nfi_buffer_alloc(share, length)) > 0)
                slots[count++] = slot;
    CHECK_IS(count, NFI_BUFFERS);
    CHECK_IS(nfi_buffer_free_count(), 0);
    CHECK_IS(nfi_buffer_alloc(NFI_SHARE_NODE, 100), -XE_OUT_OF_PACKETS);
    for (int32_t i = 0; i < count; i++)
        CHECK_IS(nfi_buffer_release(slots[i], NFI_OWNER_STACK), 0);
    CHECK_IS(nfi_buffer_free_count(), NFI_BUFFERS);
    CHECK(nfi_buffer_alloc(NFI_SHARE_OUTBOUND, 1500) > 0);
}

static void one_share_never_starves_another(void)
{
    for (int32_t greedy = 0; greedy < NFI_SHARES; greedy++)
        for (int32_t other = 0; other < NFI_SHARES; other++) {
            restart();
            take_all(greedy, 100);
            if (other != greedy)
                CHECK(nfi_buffer_alloc(other, 100) > 0);
        }
    restart();
    take_all(NFI_SHARE_OUTBOUND, 2000);
    CHECK(nfi_buffer_alloc(NFI_SHARE_INBOUND, 2000) > 0);
    restart();
    take_all(NFI_SHARE_INBOUND, 2000);
    CHECK(nfi_buffer_alloc(NFI_SHARE_OUTBOUND, 2000) > 0);
}

static void sizes_choose_the_slot(void)
{
    static const struct { int64_t length; int64_t capacity; } cases[] = {
        { 1, NFI_SMALL_BUFFER_SIZE }, { 1500, NFI_SMALL_BUFFER_SIZE },
        { NFI_SMALL_BUFFER_SIZE - NFI_HEADROOM - NFI_TAILROOM, NFI_SMALL_BUFFER_SIZE },
        { NFI_SMALL_BUFFER_SIZE - NFI_HEADROOM - NFI_TAILROOM + 1, NFI_LARGE_BUFFER_SIZE },
        { NFI_LARGEST_PACKET, NFI_LARGE_BUFFER_SIZE }, { NFI_LARGEST_PACKET + 1, -1 }, { 1 << 30, -1 },
    };
    restart();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t slot = nfi_buffer_alloc(NFI_SHARE_INBOUND, (size_t)cases[i].length);
        if (cases[i].capacity < 0) {
            CHECK_IS(slot, -XE_DST_OUT_OF_SPACE);
            continue;
        }
        const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
        if (!CHECK(b != NULL))
            continue;
        CHECK_IS(b->capacity, cases[i].capacity);
        CHECK_IS(b->offset, NFI_HEADROOM);
        CHECK(b->capacity - b->offset - b->length >= NFI_TAILROOM);
        memset(b->bytes, 0xa5, b->capacity);
        nfi_buffer_release(slot, NFI_OWNER_STACK);
    }
}

static void stale_and_foreign_slots_are_refused(void)
{
    restart();
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_NODE, 64);
    CHECK(nfi_buffer_get(slot, NFI_OWNER_NODE) == NULL);
    CHECK(nfi_buffer_hand(slot, NFI_OWNER_STACK, NFI_OWNER_NODE) != NULL);
    CHECK(nfi_buffer_hand(slot, NFI_OWNER_STACK, NFI_OWNER_NODE) == NULL);
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), 0);
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), -NFI_BAD_HANDLE);
    int32_t again = nfi_buffer_alloc(NFI_SHARE_NODE, 64);
    CHECK(again != slot);
    nfi_buffer_hand(again, NFI_OWNER_STACK, NFI_OWNER_NODE);
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_put(slot, NFI_SEND), -NFI_BAD_HANDLE);
    CHECK(nfi_buffer_get(again, NFI_OWNER_NODE) != NULL);
    static const int32_t bad[] = { 0, -1, 1, 4095, 4096, INT32_MAX, INT32_MIN };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (int32_t owner = 0; owner <= NFI_OWNER_RING; owner++)
            CHECK(nfi_buffer_get(bad[i], owner) == NULL);
    for (int32_t i = 0; i < 300000; i++) {            /* the generation comes round without a negative number */
        int32_t s = nfi_buffer_alloc(NFI_SHARE_NODE, 64);
        if (s <= 0 || nfi_buffer_release(s, NFI_OWNER_STACK) != 0)
            CHECK_IS(s, 1);
    }
}

static int32_t queue(int32_t share, int32_t kind)
{
    static const ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), 1, 0, 17, 64, NULL, 0 };
    uint8_t udp[8], packet[28];
    make_udp(udp, 1000, 2000, NULL, 0);
    size_t length = make_ip4(packet, &h, udp, 8);
    int32_t slot = nfi_buffer_alloc(share, length);
    if (slot < 0)
        return slot;
    nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
    memcpy(b->bytes + b->offset, packet, length);
    b->domain = 1;
    b->row = 5;
    b->generation = 9;
    CHECK_IS(nfi_ring_to_node(slot, kind), 0);
    CHECK_IS(nfi_ring_to_node(slot, kind), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_put(slot, NFI_RELEASE), -NFI_BAD_HANDLE);      /* in the ring it is nobody's */
    return slot;
}

static void a_full_direction_leaves_the_other_open(void)
{
    int32_t info[NFI_INFO_WORDS], out = 0, in = 0, taken = 0;
    restart();
    while (queue(NFI_SHARE_OUTBOUND, NFI_OUTBOUND) > 0)
        out++;
    CHECK_IS(gained(NFI_COUNT_QUEUED_OUT), out);
    while (queue(NFI_SHARE_INBOUND, NFI_INBOUND) > 0)
        in++;
    CHECK_IS(gained(NFI_COUNT_QUEUED_IN), in);
    CHECK(out > in && in > 0);
    CHECK_IS(nfi_packet_wait(0), 1);
    CHECK_IS(nfi_packet_take(info, NFI_INFO_WORDS), NFI_OUTBOUND);
    CHECK_IS(info[NFI_INFO_ROW], 5);
    CHECK_IS(info[NFI_INFO_GENERATION], 9);
    CHECK_IS(info[NFI_INFO_DESTINATION_PORT], 2000);
    nfi_packet_put(info[NFI_INFO_SLOT], NFI_RELEASE);
    CHECK_IS(nfi_packet_take(info, NFI_INFO_WORDS), NFI_INBOUND);      /* in turn, not first the fuller */
    nfi_packet_put(info[NFI_INFO_SLOT], NFI_RELEASE);
    while (nfi_packet_take(info, NFI_INFO_WORDS) > 0) {
        taken++;
        nfi_packet_put(info[NFI_INFO_SLOT], NFI_RELEASE);
    }
    CHECK_IS(taken, out + in - 2);
    CHECK_IS(nfi_packet_buffer_free_count(), NFI_BUFFERS);
}

static void what_the_node_puts_comes_in_order(void)
{
    int32_t slots[4];
    restart();
    stackless_state.hold = 1;
    for (int32_t i = 0; i < 2; i++) {
        slots[i] = nfi_packet_buffer_alloc(20 + i);
        CHECK_IS(nfi_packet_put(slots[i], i == 0 ? NFI_SEND : NFI_DELIVER), 0);
        CHECK_IS(nfi_packet_put(slots[i], NFI_SEND), -NFI_BAD_HANDLE);
    }
    for (int32_t i = 0; i < 2; i++) {
        int32_t slot = nfi_ring_from_node();
        CHECK_IS(slot, slots[i]);
        CHECK_IS(nfi_buffer_get(slot, NFI_OWNER_STACK)->where, i == 0 ? NFI_SEND : NFI_DELIVER);
        CHECK_IS(nfi_buffer_release(slot, NFI_OWNER_STACK), 0);
    }
    CHECK_IS(nfi_ring_from_node(), 0);
    stackless_state.hold = 0;
}

static void events_coalesce_and_are_bounded(void)
{
    int32_t info[NFI_INFO_WORDS], echoes = 0;
    restart();
    for (int32_t i = 0; i < 100; i++) {
        nfi_event_interface();
        nfi_event_echo(i, 1000 + i);
    }
    CHECK_IS(nfi_packet_take(info, NFI_INFO_WORDS), NFI_INTERFACE);
    CHECK_IS(info[NFI_INFO_SLOT], 0);
    while (nfi_packet_take(info, NFI_INFO_WORDS) == NFI_ECHO) {
        CHECK_IS(info[NFI_INFO_DETAIL], echoes);
        CHECK_IS(info[NFI_INFO_DETAIL2], 1000 + echoes);
        echoes++;
    }
    CHECK_IS(echoes, NFI_ECHO_EVENTS);
    CHECK_IS(nfi_packet_take(info, NFI_INFO_WORDS), NFI_NOTHING);
}

static void a_malformed_packet_never_reaches_the_node(void)
{
    int32_t info[NFI_INFO_WORDS];
    restart();
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_INBOUND, 40);
    nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
    memset(b->bytes + b->offset, 0xff, 40);
    nfi_ring_to_node(slot, NFI_INBOUND);
    CHECK_IS(nfi_packet_take(info, NFI_INFO_WORDS), NFI_NOTHING);
    CHECK_IS(gained(NFI_COUNT_MALFORMED), 1);
    CHECK_IS(nfi_packet_buffer_free_count(), NFI_BUFFERS);
}

int main(void)
{
    nfi_packet_start();
    exhausted_pool_says_so_and_recovers();
    slot_of_the_driver_outlives_a_restart();
    one_share_never_starves_another();
    sizes_choose_the_slot();
    stale_and_foreign_slots_are_refused();
    a_full_direction_leaves_the_other_open();
    what_the_node_puts_comes_in_order();
    events_coalesce_and_are_bounded();
    a_malformed_packet_never_reaches_the_node();
    return check_result("packet pool and rings");
}
