/* A board in this process: the native side as C# uses it, with a stand-in for the node's thread. */
#ifndef BOARD_H
#define BOARD_H
#include <stdint.h>
#include "nfi_host.h"
#include "nfi_packet.h"

typedef struct {
    int index;                    /* 0: addresses end in 1; 1: in 2 */
    int ports[2];
    const char *impair;
    char pcap[96];
    volatile int stuck;           /* the node's thread takes nothing */
    volatile int echoes, last_sequence, last_us, interface_events, datagrams, opened, sealed, failed_opens;
    volatile int stop;
    int out, in;                  /* transforms */
    volatile int path_reports;
    int32_t path[NFI_INFO_WORDS]; /* the last of them */
    int generation;
} board;

enum { V4 = 4, V6 = 6 };
enum { NO_PROTECTION, TRANSPORT, TUNNEL };

void board_start(board *b, int protection, int tunnel_version);
void board_stop(board *b);
void board_row(int row, int action, int version, int protocol, int overhead);  /* any address to any */
void board_row_path(int row, int action, int version, int overhead, int mtu);  /* the same, with a path MTU */
void board_commit(board *b);
void board_address(int index, int version, int32_t words[4]);
int32_t board_ping(board *b, int version, int sequence, int size);             /* to the other board */
int board_await_echoes(board *b, int count, int milliseconds);                 /* 1 when that many have come */
int board_await_sequence(const board *b, int sequence, int milliseconds);      /* 1 when that ping's answer has come */
int32_t board_count(int counter);
void board_listen(int port);
void board_send(const board *b, int version, int port, int bytes);
int board_await_line(char *line, int milliseconds);                            /* a finished transfer: 1 */
void sleep_ms(int milliseconds);

#endif
