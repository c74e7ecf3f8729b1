/* The test image with lwIP: how much of the stack of lwIP's thread is ours, by paint. The same traffic three times, each over an
 * interface of its own: past lwIP's own functions, past our hooks in clear, and past our hooks through a tunnel. What the stack was
 * deeper than the first time is our part. */
#include <string.h>
#include "echo.h"
#include "image.h"
#include "line.h"
#include "nfi_crypto.h"
#include "nfi_packet.h"
#include "node.h"
#include "peer.h"
#include "script.h"
#include "thread.h"

typedef struct { const char *name; int (*run)(void); uint32_t plain; } traffic;   /* plain: lwIP's own stack, when measured */

static traffic traffics[] = { { "tcp-echo", script_tcp, 0 }, { "fragments", script_fragments, 0 } };
static const char *const ways[] = { "plain-", "clear-", "tunnel-" };
enum way { PLAIN, CLEAR, TUNNEL };

static const char *named(const char *what, enum way way, const char *name)
{
    static char text[40];

    strcpy(text, what);
    strcat(text, ways[way]);
    return strcat(text, name);
}

/* Idle turns at the end, for what is due once a second. */
static void one_traffic(traffic *row, enum way way)
{
    uint32_t deepest;
    int held, i;

    thread_begin();
    held = row->run();
    for (i = 0; i < 20; i++)
        node_settle();
    deepest = thread_deepest();
    if (way == PLAIN)
        row->plain = deepest;
    if (!image_case(named("thread-", way, row->name), held && deepest >= row->plain))
        return;
    image_figure(named("thread-", way, row->name), deepest, "bytes");
    if (way != PLAIN)
        image_figure(named("stack-", way, row->name), deepest - row->plain, "bytes");
}

/* Packets passed our hooks exactly when they should have. */
static int counted(enum way way)
{
    static int32_t counters[NFI_COUNT_WORDS];

    (void)nfi_packet_counters(counters, NFI_COUNT_WORDS);
    return (counters[NFI_COUNT_BYPASS_IN] > 0 && counters[NFI_COUNT_BYPASS_OUT] > 0) == (way >= CLEAR)
        && (counters[NFI_COUNT_DELIVERED] > 0 && counters[NFI_COUNT_QUEUED_OUT] > 0 && peer_sealed > 0) == (way == TUNNEL);
}

static void every_traffic(enum way way)
{
    size_t i;
    int answered;

    line_up();
    answered = peer_ask_arp();
    for (i = 0; i < sizeof traffics / sizeof traffics[0]; i++)
        one_traffic(&traffics[i], way);
    line_down();
    image_case(named("line-", way, "counters"), answered && counted(way) && peer_bad == 0);
}

int main(void)
{
    image_case("start", nfi_crypto_start() == 0 && nfi_packet_start() == 0);
    thread_start();
    thread_run(echo_serve, NULL);
    every_traffic(PLAIN);
    node_start();
    node_policy(NFI_BYPASS);
    every_traffic(CLEAR);
    node_policy(NFI_SECURE);
    every_traffic(TUNNEL);
    return image_end();
}
