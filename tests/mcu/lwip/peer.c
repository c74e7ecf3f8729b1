#include "peer.h"
#include <string.h>
#include "line.h"
#include "node.h"
#include "wire.h"

#define ETHERNET 14u
#define HEADER 20u                    /* IPv4 without options */
#define PIECE 1376u                   /* bytes of payload in one packet: with a tunnel's overhead it still fits the wire */
#define MORE 0x2000u

uint32_t peer_bad, peer_pieces_in, peer_sealed;

static uint8_t frame[LINE_FRAME];
static uint8_t joined[HEADER + PEER_LARGEST];     /* what came in pieces, or whole */
static size_t joined_payload;                     /* bytes so far; 0 nothing begun */

/* The Internet checksum (RFC 1071) of length bytes, sum added. */
static uint32_t checksum(const uint8_t *bytes, size_t length, uint32_t sum)
{
    size_t i;

    for (i = 0; i + 1 < length; i += 2)
        sum += nfi_get16(bytes + i);
    if (length % 2u != 0)
        sum += (uint32_t)bytes[length - 1] << 8;
    while (sum >> 16 != 0)
        sum = (sum & 0xffffu) + (sum >> 16);
    return ~sum & 0xffffu;
}

/* Of the pseudo header (RFC 9293 3.1, RFC 768), which is the same both ways. */
static uint32_t pseudo(uint8_t protocol, size_t length)
{
    return (BOARD_ADDRESS >> 16) + (BOARD_ADDRESS & 0xffffu) + (PEER_ADDRESS >> 16) + (PEER_ADDRESS & 0xffffu) + protocol + (uint32_t)length;
}

int peer_ask_arp(void)
{
    static const uint8_t request[] = { 0, 1, 8, 0, 6, 4, 0, 1 };   /* Ethernet, IPv4, request (RFC 826) */
    int answered = 0;

    memset(frame, 0xff, 6);
    memcpy(frame + 6, line_peer_mac, 6);
    nfi_put16(frame + 12, 0x0806);
    memcpy(frame + ETHERNET, request, sizeof request);
    memcpy(frame + ETHERNET + 8, line_peer_mac, 6);
    nfi_put32(frame + ETHERNET + 14, PEER_ADDRESS);
    memset(frame + ETHERNET + 18, 0, 6);
    nfi_put32(frame + ETHERNET + 24, BOARD_ADDRESS);
    line_to_board(frame, ETHERNET + 28);
    node_settle();
    while (line_from_board(frame) != 0)
        if (nfi_get16(frame + 12) == 0x0806 && nfi_get16(frame + ETHERNET + 6) == 2 && memcmp(frame + ETHERNET + 8, line_board_mac, 6) == 0)
            answered = 1;
    return answered;
}

/* ---- to the board ---- */

static void leave(size_t length)
{
    if (node_protects())
        length = node_peer_seal(frame + ETHERNET, length, LINE_MTU);
    memcpy(frame, line_board_mac, 6);
    memcpy(frame + 6, line_peer_mac, 6);
    nfi_put16(frame + 12, 0x0800);
    line_to_board(frame, ETHERNET + length);
}

void peer_send(uint8_t protocol, uint8_t *payload, size_t length, size_t checksum_at)
{
    static uint32_t identification;
    uint8_t *const header = frame + ETHERNET;
    size_t at, share;

    nfi_put16(payload + checksum_at, 0);
    nfi_put16(payload + checksum_at, checksum(payload, length, pseudo(protocol, length)));
    identification++;
    for (at = 0; at < length; at += share) {
        share = length - at < PIECE ? length - at : PIECE;
        memset(header, 0, HEADER);
        header[0] = 0x45;
        nfi_put16(header + 2, HEADER + share);
        nfi_put16(header + 4, identification & 0xffffu);
        nfi_put16(header + 6, (at + share < length ? MORE : 0) | (uint32_t)(at / 8u));
        header[8] = 64;
        header[9] = protocol;
        nfi_put32(header + 12, PEER_ADDRESS);
        nfi_put32(header + 16, BOARD_ADDRESS);
        nfi_put16(header + 10, checksum(header, HEADER, 0));
        memcpy(header + HEADER, payload + at, share);
        leave(HEADER + share);
    }
}

/* ---- from the board ---- */

/* Adds the packet in frame to joined; the board's pieces come in order. -> bytes of the whole packet when that was the last. */
static size_t join(void)
{
    const uint8_t *const header = frame + ETHERNET;
    const uint32_t field = nfi_get16(header + 6), at = (field & 0x1fffu) * 8u, length = nfi_get16(header + 2) - HEADER;

    if (at == 0)
        joined_payload = 0;
    if (header[0] != 0x45 || checksum(header, HEADER, 0) != 0 || at != joined_payload || at + length > PEER_LARGEST) {
        peer_bad++;
        return 0;
    }
    if ((field & (MORE | 0x1fffu)) != 0)
        peer_pieces_in++;
    memcpy(joined, header, HEADER);
    memcpy(joined + HEADER + at, header + HEADER, length);
    joined_payload += length;
    if ((field & MORE) != 0)
        return 0;
    nfi_put16(joined + 2, HEADER + joined_payload);
    nfi_put16(joined + 6, 0);
    nfi_put16(joined + 10, 0);
    nfi_put16(joined + 10, checksum(joined, HEADER, 0));
    return HEADER + joined_payload;
}

/* A whole packet in joined, as the policy wants it: protected, or not. -> its length then, 0 refused. */
static size_t opened(size_t length)
{
    if ((joined[9] == NFI_PROTO_ESP) != node_protects())
        return 0;
    if (!node_protects())
        return length;
    peer_sealed++;
    return node_peer_open(joined, length, sizeof joined);
}

size_t peer_receive(uint8_t protocol, uint8_t payload[PEER_LARGEST])
{
    size_t length;

    while (line_from_board(frame) != 0) {
        if (nfi_get16(frame + 12) != 0x0800 || (length = join()) == 0)
            continue;
        length = opened(length);
        if (length <= HEADER || joined[9] != protocol || checksum(joined + HEADER, length - HEADER, pseudo(protocol, length - HEADER)) != 0) {
            peer_bad++;
            continue;
        }
        memcpy(payload, joined + HEADER, length - HEADER);
        return length - HEADER;
    }
    return 0;
}
