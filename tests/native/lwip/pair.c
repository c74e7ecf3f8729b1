#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pair.h"

#define LONGEST_MS 120000

shared *together;

/* Two ports nobody uses now; both are held until both are known. */
static void free_ports(int ports[2])
{
    int fds[2];
    for (int i = 0; i < 2; i++) {
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        socklen_t size = sizeof address;
        fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
        if (bind(fds[i], (struct sockaddr *)&address, size) != 0 || getsockname(fds[i], (struct sockaddr *)&address, &size) != 0) abort();
        ports[i] = ntohs(address.sin_port);
    }
    close(fds[0]);
    close(fds[1]);
}

static void tell_counters(const board *b)
{
    for (int i = 0; i < NFI_COUNT_WORDS; i++) together->counters[b->index][i] = board_count(i);
}

static void finish(board *b)
{
    tell_counters(b);
    board_stop(b);
    exit(0);
}

static void active(const scenario *what, board *b)
{
    for (int i = 0; i < LONGEST_MS && !together->ready; i++) sleep_ms(1);
    board_start(b, what->protection, what->version);
    if (what->rows) what->rows(b);
    what->steps(b, together);
    together->done = 1;
    finish(b);
}

static void passive(const scenario *what, board *b)
{
    board_start(b, what->protection, what->version);
    if (what->rows) what->rows(b);
    board_listen(5001);
    together->ready = 1;
    for (int i = 0; i < LONGEST_MS && !together->done; i++) {
        if (together->received_count < 4 && nfi_host_tcp_poll(together->received[together->received_count], NFI_HOST_LINE) > 0)
            together->received_count++;
        tell_counters(b);
        sleep_ms(1);
    }
    finish(b);
}

static pid_t start(const scenario *what, board *b)
{
    pid_t child = fork();
    if (child != 0) return child;
    if (b->index == 0) active(what, b);
    else passive(what, b);
    return 0;
}

static int ended_well(pid_t child)
{
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int await_peer(const shared *s, int counter, int32_t count)
{
    const volatile int32_t *seen = &s->counters[1][counter];
    for (int i = 0; i < PATIENCE_MS && *seen < count; i++) sleep_ms(1);
    return *seen >= count;
}

int pair_run(const scenario *what)
{
    static board boards[2];
    pid_t children[2];
    memset(together, 0, sizeof *together);
    memset(boards, 0, sizeof boards);
    free_ports(boards[0].ports);
    memcpy(boards[1].ports, boards[0].ports, sizeof boards[0].ports);
    for (int i = 0; i < 2; i++) {
        boards[i].index = i;
        boards[i].impair = what->peer_only && i == 0 ? "" : what->impair;
        snprintf(boards[i].pcap, sizeof boards[i].pcap, "%s/nfi-stack-%d-%d.pcap", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", getpid(), i);
    }
    fflush(NULL);
    for (int i = 1; i >= 0; i--) children[i] = start(what, &boards[i]);
    for (int i = 0; i < 2; i++)
        if (!ended_well(children[i])) {
            fprintf(stderr, "  board %d ended badly\n", i);
            together->failed++;
            together->done = 1;
        }
    audit a = audit_of(boards[0].pcap, together->mark);
    EXPECT(!a.broken, "the capture is whole");
    what->judge(&a, together);
    for (int i = 0; i < 2; i++) unlink(boards[i].pcap);
    return together->failed;
}
