#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <lwip/opt.h>
#include "board.h"
#include "nfi_crypto.h"

static pthread_t node;

void sleep_ms(int milliseconds)
{
    struct timespec t = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
    nanosleep(&t, NULL);
}

static void must(int32_t status, const char *what)
{
    char text[256] = "";
    if (status >= 0) return;
    nfi_host_error(text, sizeof text);
    fprintf(stderr, "%s: %d %s\n", what, status, text);
    _Exit(2);
}

void board_address(int index, int version, int32_t words[4])
{
    const int32_t four[4] = { 0, 0, 0xffff, (int32_t)(0x0a010001u + (uint32_t)index) };
    const int32_t six[4] = { (int32_t)0xfd000001u, 0, 0, 1 + index };
    memcpy(words, version == V4 ? four : six, sizeof four);
}

/* ---- the node's thread ---- */

static void outbound(board *b, const int32_t *info, int32_t *sequence)
{
    int32_t slot = info[NFI_INFO_SLOT];
    int sealed = b->out > 0 && nfi_packet_seal(b->out, slot, 0, ++*sequence, 0) > 0;
    b->sealed += sealed;
    nfi_packet_put(slot, sealed ? NFI_SEND : NFI_RELEASE);
}

static void inbound(board *b, int32_t *info)
{
    int32_t slot = info[NFI_INFO_SLOT];
    int opened = b->in > 0 && nfi_packet_open(b->in, slot, 0, info, NFI_INFO_WORDS) > 0;
    b->opened += opened;
    b->failed_opens += !opened;
    nfi_packet_put(slot, opened ? NFI_DELIVER : NFI_RELEASE);
}

static void turn(board *b, int32_t *info, int32_t *sequence)
{
    switch (nfi_packet_take(info, NFI_INFO_WORDS)) {
    case NFI_OUTBOUND: outbound(b, info, sequence); break;
    case NFI_INBOUND: inbound(b, info); break;
    case NFI_DATAGRAM: b->datagrams++; nfi_packet_put(info[NFI_INFO_SLOT], NFI_RELEASE); break;
    case NFI_INTERFACE: b->interface_events++; break;
    case NFI_ECHO: b->last_sequence = info[NFI_INFO_DETAIL]; b->last_us = info[NFI_INFO_DETAIL2]; b->echoes++; break;
    case NFI_PATH_MTU: memcpy(b->path, info, sizeof b->path); b->path_reports++; break;
    default: nfi_packet_wait(100);
    }
}

static void *run_node(void *argument)
{
    board *b = argument;
    int32_t info[NFI_INFO_WORDS], sequence = 0;
    while (!b->stop) {
        if (b->stuck) sleep_ms(5);
        else turn(b, info, &sequence);
    }
    return NULL;
}

/* ---- protection: AES-128-CBC with HMAC-SHA2-256-128, one pair ---- */

static int32_t secret(uint8_t fill, int32_t length)
{
    uint8_t bytes[32];
    memset(bytes, fill, sizeof bytes);
    return nfi_crypto_secret_import(bytes, sizeof bytes, 0, length);
}

static int32_t transform(int sender, int inbound_way, int local, int protection, int version)
{
    int32_t config[NFI_T_WORDS] = { 0 }, cipher = secret((uint8_t)(0x11 + sender), 16), mac = secret((uint8_t)(0x21 + sender), 32);
    config[NFI_T_FLAGS] = NFI_TF_ESP | NFI_TF_PAD_CHECK | (inbound_way ? NFI_TF_INBOUND : 0) | (protection == TUNNEL ? NFI_TF_TUNNEL : 0);
    config[NFI_T_CIPHER] = NFI_AES_CBC;
    config[NFI_T_ESP_MAC] = NFI_SHA256;
    config[NFI_T_ESP_ICV] = 16;
    config[NFI_T_SPI] = 0x1001 + sender;
    config[NFI_T_VERSION] = version;
    config[NFI_T_HOP_LIMIT] = 64;
    board_address(local, version, &config[NFI_T_LOCAL]);
    board_address(1 - local, version, &config[NFI_T_REMOTE]);
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, 0);
    must(handle, "transform");
    nfi_crypto_handle_free(cipher);
    nfi_crypto_handle_free(mac);
    return handle;
}

static void protect(board *b, int protection, int version)
{
    if (protection == NO_PROTECTION) return;
    must(nfi_crypto_start(), "crypto");
    b->out = transform(b->index, 0, b->index, protection, version);
    b->in = transform(1 - b->index, 1, b->index, protection, version);
}

/* ---- life ---- */

void board_start(board *b, int protection, int tunnel_version)
{
    char wire[64], ip4[32], ip6[32];
    snprintf(wire, sizeof wire, "udp:%d:%d", b->ports[b->index], b->ports[1 - b->index]);
    snprintf(ip4, sizeof ip4, "10.1.0.%d/24", 1 + b->index);
    snprintf(ip6, sizeof ip6, "fd00:1::%d/64", 1 + b->index);
    must(nfi_packet_start(), "packet start");
    must(nfi_host_start(wire, ip4, LWIP_IPV6 ? ip6 : "", "", "", b->pcap, b->impair), "host start");
    must(nfi_packet_attach(), "attach");
    protect(b, protection, tunnel_version);
    pthread_create(&node, NULL, run_node, b);
}

void board_stop(board *b)
{
    b->stop = 1;
    nfi_packet_wake();
    pthread_join(node, NULL);
    nfi_packet_stop();
    nfi_host_stop();
}

/* ---- what a test does ---- */

static void any(int version, int32_t *low, int32_t *high)
{
    memset(low, 0, 4 * sizeof *low);
    memset(high, 0xff, 4 * sizeof *high);
    if (version != V4) return;
    low[2] = high[2] = 0xffff;
    high[0] = high[1] = 0;
}

static void stage_row(int row, int action, int version, int protocol, int overhead, int mtu)
{
    int32_t words[NFI_ROW_WORDS] = { 0 };
    words[NFI_ROW_ACTION] = action;
    words[NFI_ROW_ORDER] = row;
    words[NFI_ROW_VERSION] = version;
    words[NFI_ROW_PROTOCOL] = protocol;
    words[NFI_ROW_OVERHEAD] = overhead;
    words[NFI_ROW_MTU] = mtu;
    any(version, &words[NFI_ROW_LOCAL_LOW], &words[NFI_ROW_LOCAL_HIGH]);
    any(version, &words[NFI_ROW_REMOTE_LOW], &words[NFI_ROW_REMOTE_HIGH]);
    must(nfi_packet_row_stage(row, words, NFI_ROW_WORDS), "row");
}

void board_row(int row, int action, int version, int protocol, int overhead)
{
    stage_row(row, action, version, protocol, overhead, 0);
}

void board_row_path(int row, int action, int version, int overhead, int mtu)
{
    stage_row(row, action, version, 0, overhead, mtu);
}

void board_commit(board *b)
{
    must(nfi_packet_row_commit(++b->generation), "commit");
}

int32_t board_ping(board *b, int version, int sequence, int size)
{
    int32_t words[4];
    board_address(1 - b->index, version, words);
    return nfi_packet_ping(words, 4, sequence, size);
}

int board_await_echoes(board *b, int count, int milliseconds)
{
    for (; milliseconds > 0 && b->echoes < count; milliseconds -= 5) sleep_ms(5);
    return b->echoes >= count;
}

int board_await_sequence(const board *b, int sequence, int milliseconds)
{
    for (; milliseconds > 0 && b->last_sequence != sequence; milliseconds -= 5) sleep_ms(5);
    return b->last_sequence == sequence;
}

int32_t board_count(int counter)
{
    static int32_t words[NFI_COUNT_WORDS];
    nfi_packet_counters(words, NFI_COUNT_WORDS);
    return words[counter];
}

void board_listen(int port)
{
    must(nfi_host_tcp_listen(port), "listen");
}

void board_send(const board *b, int version, int port, int bytes)
{
    int32_t words[4];
    board_address(1 - b->index, version, words);
    must(nfi_host_tcp_send(words, 4, port, bytes), "send");
}

int board_await_line(char *line, int milliseconds)
{
    int32_t length = 0;
    for (; milliseconds > 0 && (length = nfi_host_tcp_poll(line, NFI_HOST_LINE)) == 0; milliseconds -= 5) sleep_ms(5);
    return length > 0;
}
