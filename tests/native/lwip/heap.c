#include "heap.h"
#include <stddef.h>
#include <lwip/mem.h>
#include "driver.h"

typedef struct block { struct block *next; } block;

static block *taken;

/* To the last byte: what still fits is taken, ever smaller. */
static void fill_heap(void *unused)
{
    (void)unused;
    for (mem_size_t size = 4096; size >= sizeof(block); size = (mem_size_t)(size / 2))
        for (block *one; (one = mem_malloc(size)) != NULL; taken = one) one->next = taken;
}

static void empty_heap(void *unused)
{
    (void)unused;
    while (taken) {
        block *one = taken;
        taken = one->next;
        mem_free(one);
    }
}

/* Fills the heap between the stack's giving a ping to the node and the node's giving it back. */
static void ping_with_a_full_heap(board *b, int size)
{
    int before = b->echoes;
    b->stuck = 1;
    sleep_ms(50);                             /* the node's thread has seen it */
    EXPECT(board_ping(b, V4, 100 + size, size) == 0, "the stack takes the ping");
    nfi_driver_in_stack(fill_heap, NULL);
    b->stuck = 0;
    nfi_packet_wake();
    EXPECT(board_await_echoes(b, before + 1, 2000), "%d bytes are answered though the heap is full", size);
    nfi_driver_in_stack(empty_heap, NULL);
}

/* More often than there are spare packets: each must come back. */
void send_with_a_full_heap(board *b, shared *s)
{
    (void)s;
    EXPECT(board_ping(b, V4, 1, 56) == 0 && board_await_echoes(b, 1, 20000), "ARP knows the other board");
    for (int i = 0; i < 5; i++) {
        ping_with_a_full_heap(b, 56);
        ping_with_a_full_heap(b, 1400);
        ping_with_a_full_heap(b, 4000);
    }
    EXPECT(board_count(XE_OUT_OF_PACKETS) == 0, "%d packets lost", board_count(XE_OUT_OF_PACKETS));
}
