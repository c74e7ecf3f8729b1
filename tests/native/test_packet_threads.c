/* Two threads, as on a board: the stack's queues and drains, the node's takes, puts and changes the table meanwhile. Every
 * packet carries a row and a generation that belong together, and no slot is lost. Build it with -fsanitize=thread as well. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include "packet_check.h"
#include "packet_make.h"
#include "buffer.h"
#include "describe.h"
#include "ring.h"
#include "stackless_shim.h"
#include "verdicts.h"

enum { COMMITS = 300, SIDE_ROWS = 8 };

static atomic_int done;
static _Atomic(void (*)(void)) wanted_swap;
static atomic_int swapped;
static int32_t queued;                    /* the stack's thread alone */

static int32_t commit_in_the_stacks_thread(void (*swap)(void))
{
    swapped = 0;
    wanted_swap = swap;
    while (!swapped)
        sched_yield();
    return 0;
}

/* Flow i goes from 10.0.0.1 to 10.0.1.i; in generation g it meets row (g + i) % SIDE_ROWS. */
static size_t flow_packet(uint8_t *dst, uint32_t i)
{
    uint8_t udp[8];
    ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 1, i), 1, 0, 17, 64, NULL, 0 };
    make_udp(udp, 1000 + i, 2000, NULL, 0);
    return make_ip4(dst, &h, udp, 8);
}

static void stage(int32_t generation)
{
    for (int32_t r = 0; r < SIDE_ROWS; r++) {
        int32_t row[NFI_ROW_WORDS] = { NFI_SECURE, r, 0, 4 };
        int32_t i = (r - generation % SIDE_ROWS + SIDE_ROWS) % SIDE_ROWS;
        row[NFI_ROW_LOCAL_LOW + 2] = row[NFI_ROW_LOCAL_HIGH + 2] = row[NFI_ROW_REMOTE_LOW + 2] = row[NFI_ROW_REMOTE_HIGH + 2] = 0xffff;
        row[NFI_ROW_LOCAL_LOW + 3] = row[NFI_ROW_LOCAL_HIGH + 3] = (int32_t)IP4(10, 0, 0, 1);
        row[NFI_ROW_REMOTE_LOW + 3] = row[NFI_ROW_REMOTE_HIGH + 3] = (int32_t)IP4(10, 0, 1, i);
        CHECK_IS(nfi_packet_row_stage(r, row, NFI_ROW_WORDS), 0);
    }
}

static void queue_flow(uint32_t i)
{
    static int32_t info[NFI_INFO_WORDS];
    nfi_layout layout;
    nfi_verdict verdict;
    uint8_t packet[64];
    size_t length = flow_packet(packet, i);
    nfi_describe(packet, length, length, info, &layout);
    info[NFI_INFO_DOMAIN] = 1;
    nfi_verdict_outbound(info, &verdict);
    int32_t slot = verdict.pass == NFI_VERDICT_QUEUE ? nfi_buffer_alloc(NFI_SHARE_OUTBOUND, length) : 0;
    if (slot <= 0)
        return;
    nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
    memcpy(b->bytes + b->offset, packet, length);
    b->row = verdict.row;
    b->generation = verdict.generation;
    queued += nfi_ring_to_node(slot, NFI_OUTBOUND) == 0;
}

static void *stacks_thread(void *unused)
{
    for (uint32_t turn = 0; !done; turn++) {
        void (*swap)(void) = wanted_swap;
        if (swap != NULL) {
            swap();
            wanted_swap = NULL;
            swapped = 1;
        }
        queue_flow(turn % SIDE_ROWS);
        nfi_event_echo((int32_t)turn, 1);
        stackless_drain();
    }
    return unused;
}

static int32_t take_one(int32_t turn)
{
    int32_t info[NFI_INFO_WORDS];
    int32_t kind = nfi_packet_take(info, NFI_INFO_WORDS);
    if (kind != NFI_OUTBOUND)
        return kind;
    int32_t flow = info[NFI_INFO_DESTINATION + 3] & 255;
    CHECK_IS(info[NFI_INFO_ROW], (info[NFI_INFO_GENERATION] + flow) % SIDE_ROWS);
    int32_t where = turn % 3 == 0 ? NFI_RELEASE : turn % 3 == 1 ? NFI_SEND : NFI_DELIVER;
    CHECK_IS(nfi_packet_put(info[NFI_INFO_SLOT], where), 0);
    CHECK_IS(nfi_packet_put(info[NFI_INFO_SLOT], where), -NFI_BAD_HANDLE);
    return kind;
}

int main(void)
{
    pthread_t thread;
    int32_t taken = 0, turn = 0;
    nfi_packet_start();
    stackless_state.hold = 1;             /* the stack's thread drains by itself */
    stackless_state.commit = commit_in_the_stacks_thread;
    pthread_create(&thread, NULL, stacks_thread, NULL);
    for (int32_t generation = 1; generation <= COMMITS; generation++) {
        stage(generation);
        CHECK_IS(nfi_packet_row_commit(generation), 0);
        for (int32_t k = 0; k < 200; k++)
            taken += take_one(turn++) == NFI_OUTBOUND;
        nfi_packet_wait(1);
    }
    done = 1;
    pthread_join(thread, NULL);
    int32_t kind;
    while ((kind = take_one(turn++)) != NFI_NOTHING)
        taken += kind == NFI_OUTBOUND;
    stackless_drain();
    CHECK_IS(taken, queued);
    CHECK(taken > COMMITS);
    CHECK_IS(nfi_packet_buffer_free_count(), NFI_BUFFERS);
    return check_result("packet threads");
}
