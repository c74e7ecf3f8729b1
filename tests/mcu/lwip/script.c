#include "script.h"
#include <string.h>
#include "echo.h"
#include "node.h"
#include "peer.h"
#include "wire.h"

#define PORT 40000u
#define TCP_HEADER 20u
#define TCP_CHECKSUM 16u
#define UDP_HEADER 8u
#define UDP_CHECKSUM 6u
#define ROUNDS 4u
#define PART 1000u
#define DATAGRAM 3000u
#define WINDOW 8192u
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

static uint8_t out[PEER_LARGEST], in[PEER_LARGEST];

static uint8_t pattern(uint32_t at)
{
    return (uint8_t)(at * 7u + (at >> 8));
}

/* ---- TCP ---- */

/* The peer's side of the connection: the next byte of each way, what the board answered last. */
static struct { uint32_t next, expected, acknowledged, returned; int synchronised, finished, wrong; } tcp;

static void segment(uint8_t flags, size_t length)
{
    memset(out, 0, TCP_HEADER);
    nfi_put16(out, PORT);
    nfi_put16(out + 2, ECHO_PORT);
    nfi_put32(out + 4, tcp.next);
    nfi_put32(out + 8, flags & ACK ? tcp.expected : 0);
    out[12] = (uint8_t)(TCP_HEADER / 4u << 4);
    out[13] = flags;
    nfi_put16(out + 14, WINDOW);
    peer_send(NFI_PROTO_TCP, out, TCP_HEADER + length, TCP_CHECKSUM);
    tcp.next += (uint32_t)length + (flags & (SYN | FIN) ? 1u : 0u);
}

static void take_segment(size_t length)
{
    const size_t header = (size_t)(in[12] >> 4) * 4u;
    const uint32_t sequence = nfi_get32(in + 4);
    size_t i;

    if (in[13] & RST)
        tcp.wrong = 1;
    if (in[13] & SYN) {
        tcp.synchronised = 1;
        tcp.expected = sequence + 1u;
    } else if (sequence != tcp.expected) {
        return;                       /* sent once more; what matters came before */
    }
    tcp.acknowledged = nfi_get32(in + 8);
    for (i = header; i < length; i++)
        tcp.wrong |= in[i] != pattern(tcp.returned++);
    tcp.expected += (uint32_t)(length - header);
    if (in[13] & FIN) {
        tcp.finished = 1;
        tcp.expected++;
    }
}

/* Sends, and lets the board answer. */
static void exchange(uint8_t flags, size_t length)
{
    size_t taken;

    segment(flags, length);
    node_settle();
    while ((taken = peer_receive(NFI_PROTO_TCP, in)) >= TCP_HEADER)
        take_segment(taken);
}

int script_tcp(void)
{
    static uint32_t begins = 1000;
    uint32_t round, i;

    memset(&tcp, 0, sizeof tcp);
    tcp.next = begins += 100000u;
    exchange(SYN, 0);
    if (!tcp.synchronised || tcp.acknowledged != tcp.next)
        return 0;
    exchange(ACK, 0);
    for (round = 0; round < ROUNDS; round++) {
        for (i = 0; i < PART; i++)
            out[TCP_HEADER + i] = pattern(round * PART + i);
        exchange(PSH | ACK, PART);
        exchange(ACK, 0);
    }
    exchange(FIN | ACK, 0);
    exchange(ACK, 0);
    return !tcp.wrong && tcp.finished && tcp.returned == ROUNDS * PART && tcp.acknowledged == tcp.next;
}

/* ---- fragments ---- */

static int one_datagram(void)
{
    uint32_t i;

    nfi_put16(out, PORT);
    nfi_put16(out + 2, ECHO_PORT);
    nfi_put16(out + 4, UDP_HEADER + DATAGRAM);
    for (i = 0; i < DATAGRAM; i++)
        out[UDP_HEADER + i] = pattern(i);
    peer_send(NFI_PROTO_UDP, out, UDP_HEADER + DATAGRAM, UDP_CHECKSUM);
    node_settle();
    return peer_receive(NFI_PROTO_UDP, in) == UDP_HEADER + DATAGRAM && memcmp(in + UDP_HEADER, out + UDP_HEADER, DATAGRAM) == 0;
}

int script_fragments(void)
{
    const uint32_t before = peer_pieces_in;

    return one_datagram() && one_datagram() && peer_pieces_in - before == 6u;
}
