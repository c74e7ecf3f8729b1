/* The shim over a real stack, between two processes: each scenario is one rule (THREATS 35, 39, 42: what is
 * tempted out in clear, forged into pieces, caught in the middle of a change). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <lwip/netif.h>
#include <lwip/etharp.h>
#include <lwip/tcpip.h>
#include "driver.h"
#include "forward.h"
#include "heap.h"
#include "interfaces.h"
#include "pair.h"

#define BIG 10000000
#define ESP_OVERHEAD (8 + 16 + 17 + 16)       /* header, IV, padding and trailer at most, ICV */

/* ---- rows ---- */

static void both_versions(board *b, int action, int overhead)
{
    board_row(0, action, V4, 0, overhead);
    board_row(1, action, V6, 0, overhead);
    board_commit(b);
}

static void no_rows(board *b) { (void)b; }
void bypass_rows(board *b) { both_versions(b, NFI_BYPASS, 0); }
static void secure_rows(board *b) { both_versions(b, NFI_SECURE, ESP_OVERHEAD); }
static void tunnel_rows(board *b) { both_versions(b, NFI_SECURE, ESP_OVERHEAD + 40); }
static void mixed_rows(board *b) { both_versions(b, b->index == 0 ? NFI_SECURE : NFI_BYPASS, ESP_OVERHEAD); }

static void narrow_rows(board *b)
{
    board_row_path(0, NFI_SECURE, V4, ESP_OVERHEAD + 20, 1000);
    board_row_path(1, NFI_SECURE, V6, ESP_OVERHEAD + 20, 1000);
    board_commit(b);
}

/* ---- steps ---- */

static void ping_all(board *b, int version, int size, int count, int milliseconds)
{
    int before = b->echoes;
    for (int i = 0; i < count; i++) {
        EXPECT(board_ping(b, version, before + i + 1, size) == 0, "ping goes out");
        EXPECT(board_await_echoes(b, before + i + 1, milliseconds), "IPv%d ping of %d bytes is answered", version, size);
    }
    if (count && b->echoes > before) printf("  IPv%d ping of %d bytes: %d us\n", version, size, b->last_us);
}

/* The digest and the bytes at both ends are the same. */
static void transfer(board *b, shared *s, int version, int bytes)
{
    char line[NFI_HOST_LINE], digest[80], expected[32];
    int index = s->received_count;
    board_send(b, version, 5001, bytes);
    if (!board_await_line(line, 110000)) {
        EXPECT(0, "IPv%d transfer ends", version);
        return;
    }
    for (int i = 0; i < 2000 && s->received_count == index; i++) sleep_ms(1);
    char *at = strstr(line, "sha256 ");
    snprintf(digest, sizeof digest, "%.71s", at ? at : "no digest");
    snprintf(expected, sizeof expected, " %d bytes ", bytes);
    EXPECT(strncmp(line, "tcp sent", 8) == 0 && strstr(line, expected), "%s", line);
    EXPECT(strstr(s->received[index], digest) && strstr(s->received[index], expected), "%s / %s", line, s->received[index]);
    const char *ms = strrchr(line, ' ');
    while (ms && ms > line && ms[-1] != ' ') ms--;
    printf("  IPv%d TCP, %d bytes: %.1f Mbit/s\n", version, bytes, bytes * 8.0 / 1000 / (ms ? atof(ms) : 1));
}

static void pings(board *b, int version)
{
    ping_all(b, version, 0, 1, PATIENCE_MS);
    ping_all(b, version, 56, 5, PATIENCE_MS);
    ping_all(b, version, 4000, 5, PATIENCE_MS);
}

static void everything(board *b, shared *s)
{
    pings(b, V4);
    transfer(b, s, V4, BIG);
    if (!LWIP_IPV6) return;
    pings(b, V6);
    transfer(b, s, V6, BIG);
}

static void tempt(board *b, shared *s)
{
    char line[NFI_HOST_LINE];
    (void)s;
    for (int i = 0; i < 3; i++) {
        EXPECT(board_ping(b, V4, i, 56) == 0 && board_ping(b, V4, i, 4000) == 0, "the stack takes the ping");
        if (LWIP_IPV6) EXPECT(board_ping(b, V6, i, 56) == 0, "the stack takes the ping");
    }
    board_send(b, V4, 5001, 1000);
    EXPECT(!board_await_line(line, 1500), "%s", line);
    EXPECT(b->echoes == 0, "no answer");
}

static void small_transfer(board *b, shared *s)
{
    transfer(b, s, V4, 60000);             /* lwIP sits out most losses for a second or more */
}

static long size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

static void close_under_traffic(board *b, shared *s)
{
    board_send(b, V4, 5001, 200000000);
    for (int i = 0; i < PATIENCE_MS && size_of(b->pcap) <= 100000; i++) sleep_ms(1);
    both_versions(b, NFI_DROP, 0);
    s->mark = size_of(b->pcap);               /* the capture is written in the stack's thread, so this is exact */
    sleep_ms(700);
    EXPECT(s->mark > 100000, "traffic was flowing: %ld", s->mark);
}

static void change_often(board *b, shared *s)
{
    char line[NFI_HOST_LINE];
    board_send(b, V4, 5001, BIG);
    for (int i = 0; i < 200; i++) {
        both_versions(b, NFI_BYPASS, 0);
        sleep_ms(1);
    }
    EXPECT(board_await_line(line, 60000) && strncmp(line, "tcp sent", 8) == 0, "%s", line);
    (void)s;
}

static void fill_ring(board *b, shared *s)
{
    (void)s;
    b->stuck = 1;
    for (int i = 0; i < 600; i++) board_ping(b, V4, i, 56);
    EXPECT(board_count(NFI_COUNT_RING_FULL_OUT) > 0, "the ring was full");
    both_versions(b, NFI_SECURE, ESP_OVERHEAD);          /* a commit does not wait for the node */
    b->stuck = 0;
    nfi_packet_wake();
    int32_t status = -1;
    for (int i = 0; i < PATIENCE_MS && (status = board_ping(b, V4, 1000, 56)) != 0; i++) sleep_ms(1);
    EXPECT(status == 0, "the stack takes it again");
    EXPECT(board_await_sequence(b, 1000, PATIENCE_MS), "and it is answered");
}

static void answer_clear(board *b, shared *s)
{
    (void)s;
    for (int i = 0; i < 3; i++) EXPECT(board_ping(b, V4, i, 56) == 0, "ping goes out");
    for (int i = 0; i < PATIENCE_MS && board_count(XE_INBOUND_EXPECTED_SECURE_PACKET) == 0; i++) sleep_ms(1);
    sleep_ms(200);
    EXPECT(b->echoes == 0, "board 1 speaks clear text, board 0 does not listen to it");
}

/* Half of what board 1 sends is damaged: about half of the answers count, however the others look. */
static void damaged_answers(board *b, shared *s)
{
    int before = 0;
    (void)s;
    for (int i = 0; i < 100 && before == 0; i++) {       /* until ARP came through */
        board_ping(b, V4, i, 1000);
        sleep_ms(100);
        before = b->echoes;
    }
    for (int i = 1000; i < 1080; i++) {
        int seen = b->echoes;
        board_ping(b, V4, i, 1000);
        board_await_echoes(b, seen + 1, 100);
    }
    EXPECT(b->echoes >= before + 15 && b->echoes <= before + 62, "%d of 80", b->echoes - before);
}

/* 1,488 bytes of IPv6 do not fit beside ESP. None is lost; lwIP is told once, and cuts from then on. */
static void outgrow_the_room(board *b, shared *s)
{
    (void)s;
    ping_all(b, V6, 56, 1, PATIENCE_MS);
    for (int i = 0; i < 4; i++) {
        ping_all(b, V6, 1440, 1, PATIENCE_MS);
        sleep_ms(20);                         /* what is told comes in a turn of its own */
    }
    EXPECT(board_count(NFI_COUNT_ICMP_ERRORS) == 1 && board_count(XE_MTU_EXCEEDED) == 0, "%d told", board_count(NFI_COUNT_ICMP_ERRORS));
}

/* A path of 1,000 bytes: TCP fits by its MSS; IPv6, which none may ask to go so low, and large pings go in pieces. */
static void keep_to_the_path(board *b, shared *s)
{
    transfer(b, s, V4, 300000);
    EXPECT(board_count(NFI_COUNT_FRAGMENTS_OUT) == 0, "%d pieces of TCP", board_count(NFI_COUNT_FRAGMENTS_OUT));
    ping_all(b, V4, 1400, 1, PATIENCE_MS);
    EXPECT(board_count(NFI_COUNT_FRAGMENTS_OUT) == 2, "%d pieces", board_count(NFI_COUNT_FRAGMENTS_OUT));
    if (LWIP_IPV6) ping_all(b, V6, 1300, 1, PATIENCE_MS);
    EXPECT(board_count(XE_MTU_EXCEEDED) == 0, "none refused");
}

/* What a driver's restart does to the hooks. */
static void steal_hooks(void *unused)
{
    (void)unused;
    nfi_driver_netif.output = etharp_output;
}

static void lose_hooks(board *b, shared *s)
{
    (void)s;
    nfi_driver_in_stack(steal_hooks, NULL);
    for (int i = 0; i < PATIENCE_MS && *(netif_output_fn volatile *)&nfi_driver_netif.output == etharp_output; i++) sleep_ms(1);
    s->mark = size_of(b->pcap);
    EXPECT(nfi_driver_netif.output != etharp_output, "the hook is back");
    tempt(b, s);
}

static void see_interfaces(board *b, shared *s)
{
    int32_t words[NFI_IF_WORDS], own[4];
    (void)s;
    EXPECT(nfi_packet_interface(0, words, NFI_IF_WORDS) == 1, "there is one");
    EXPECT(nfi_packet_interface(1, words + 0, NFI_IF_WORDS) == 0, "there is no other");
    nfi_packet_interface(0, words, NFI_IF_WORDS);
    board_address(b->index, V4, own);
    EXPECT(words[NFI_IF_DOMAIN] == 1 && words[NFI_IF_UP] == 1 && words[NFI_IF_MTU] == 1500, "%d %d %d", words[0], words[1], words[2]);
    EXPECT(words[NFI_IF_ADDRESSES] == (LWIP_IPV6 ? 3 : 1), "%d addresses", words[NFI_IF_ADDRESSES]);
    EXPECT(words[NFI_IF_FIRST] == 24 && memcmp(words + NFI_IF_FIRST + 1, own, sizeof own) == 0, "IPv4 first");
    for (int i = 0; i < 100 && !b->interface_events; i++) sleep_ms(10);
    EXPECT(b->interface_events > 0, "the node is told");
}

static void send_to_nobody(board *b, shared *s)
{
    int32_t nobody[4] = { 0, 0, 0xffff, 0x0a010063 };
    (void)s;
    for (int i = 0; i < 20; i++) nfi_packet_ping(nobody, 4, i, 56);
    sleep_ms(200);
    EXPECT(b->echoes == 0, "nobody answers");
    ping_all(b, V4, 56, 1, PATIENCE_MS);
}

/* The board stops with a connection open, and begins anew. */
static void stop_and_begin_anew(board *b, shared *s)
{
    board_send(b, V4, 5001, 200000000);
    for (int i = 0; i < PATIENCE_MS && size_of(b->pcap) <= 100000; i++) sleep_ms(1);
    nfi_packet_stop();
    s->mark = size_of(b->pcap);
    board_send(b, V4, 5001, 1000);
    sleep_ms(700);
    EXPECT(nfi_packet_ping((int32_t[4]) { 0, 0, 0xffff, 0x0a010002 }, 4, 1, 56) == -NFI_NOT_STARTED, "stopped");
    EXPECT(audit_of(b->pcap, s->mark).clear[0] == 0, "closed");
    EXPECT(nfi_packet_start() == 0 && nfi_packet_attach() == 0, "begins anew");
    sleep_ms(300);
    EXPECT(audit_of(b->pcap, s->mark).clear[0] == 0, "and without a table lets nothing out");
    both_versions(b, NFI_BYPASS, 0);
    s->mark = size_of(b->pcap);
    ping_all(b, V4, 56, 1, PATIENCE_MS);
}

/* ---- packets that do not come from the stack ---- */

/* An IPv4 packet of the node's between the boards, header checksum included; cut as in the header's words. */
static int32_t make_packet(int from, int protocol, unsigned cut, const uint8_t *payload, size_t length)
{
    uint8_t p[256] = { 0x45, 0, 0, (uint8_t)(20 + length), 0x12, 0x34, (uint8_t)(cut >> 8), (uint8_t)cut, 64, (uint8_t)protocol,
                       0, 0, 10, 1, 0, (uint8_t)(1 + from), 10, 1, 0, (uint8_t)(2 - from) };
    uint32_t sum = 0;
    for (size_t i = 0; i < 20; i += 2) sum += (uint32_t)(p[i] << 8 | p[i + 1]);
    sum = (sum & 0xffff) + (sum >> 16);
    p[10] = (uint8_t)(~sum >> 8);
    p[11] = (uint8_t)~sum;
    memcpy(p + 20, payload, length);
    int32_t slot = nfi_packet_buffer_alloc((int32_t)(20 + length));
    nfi_packet_buffer_write(slot, 0, p, sizeof p, 0, (int32_t)(20 + length));
    return slot;
}

static void send_ike(board *b, shared *s)
{
    const uint8_t ike[40] = { 0x01, 0xf4, 0x01, 0xf4, 0, 40 };
    (void)b;
    for (int i = 0; i < 3; i++) {
        EXPECT(nfi_packet_put(make_packet(0, 17, 0, ike, sizeof ike), NFI_SEND) == 0, "put");
        EXPECT(await_peer(s, NFI_COUNT_QUEUED_IN, i + 1), "datagram %d arrives", i);   /* lwIP keeps one only while ARP looks */
    }
}

/* Small and cut, of both versions; the interface is the stack's choice. */
static void send_datagrams(board *b, shared *s)
{
    static const struct { int version, length; } rows[] = { { V4, 300 }, { V4, 3000 }, { V6, 300 }, { V6, 3000 } };
    static const uint8_t bytes[3000];
    (void)b;
    for (size_t i = 0; i < (LWIP_IPV6 ? 4 : 2); i++) {
        int32_t info[NFI_INFO_WORDS] = { 0 }, header = rows[i].version == V4 ? 28 : 48;
        board_address(0, rows[i].version, info + NFI_INFO_SOURCE);
        board_address(1, rows[i].version, info + NFI_INFO_DESTINATION);
        info[NFI_INFO_SOURCE_PORT] = info[NFI_INFO_DESTINATION_PORT] = 500;
        EXPECT(nfi_packet_datagram_send(info, NFI_INFO_WORDS, bytes, sizeof bytes, 0, rows[i].length) == header + rows[i].length, "row %d", (int)i);
        EXPECT(await_peer(s, NFI_COUNT_QUEUED_IN, (int32_t)i + 1), "row %d arrives", (int)i);
    }
}

/* An echo request in two decrypted fragments: lwIP must get it whole, or (esp32) could not take it at all. */
static void deliver_fragments(board *b, shared *s)
{
    const uint8_t echo[16] = { 8, 0, 0xf7, 0xff };
    (void)s;
    EXPECT(nfi_packet_put(make_packet(1, 1, 0x2000, echo, 8), NFI_DELIVER) == 0, "put");
    EXPECT(nfi_packet_put(make_packet(1, 1, 1, echo + 8, 8), NFI_DELIVER) == 0, "put");
    for (int i = 0; i < PATIENCE_MS / 10 && audit_of(b->pcap, 0).clear[0] == 0; i++) sleep_ms(10);
}

/* One half arrives protected, the other in clear text: no packet comes of it. Board 1's half is in its rows, at its start. */
static void protected_half(board *b)
{
    const uint8_t echo[8] = { 8, 0, 0xf7, 0xff };
    bypass_rows(b);
    if (b->index == 1) EXPECT(nfi_packet_put(make_packet(0, 1, 0x2000, echo, sizeof echo), NFI_DELIVER) == 0, "put");
}

static void clear_half(board *b, shared *s)
{
    const uint8_t rest[8] = { 0 };
    (void)b, (void)s;
    EXPECT(nfi_packet_put(make_packet(0, 1, 1, rest, sizeof rest), NFI_SEND) == 0, "put");
    sleep_ms(500);
}

/* ---- judgements ---- */

static void ike_reached_the_node(const audit *a, shared *s)
{
    EXPECT(a->clear[0] == 3, "%d datagrams on the wire", a->clear[0]);
    EXPECT(s->counters[1][NFI_COUNT_QUEUED_IN] == 3, "%d queued for board 1's node", s->counters[1][NFI_COUNT_QUEUED_IN]);
}

static void datagrams_reached_the_node(const audit *a, shared *s)
{
    const int datagrams = LWIP_IPV6 ? 4 : 2, pieces = LWIP_IPV6 ? 6 : 3;
    (void)a;
    EXPECT(s->counters[1][NFI_COUNT_QUEUED_IN] == datagrams, "%d queued for board 1's node", s->counters[1][NFI_COUNT_QUEUED_IN]);
    EXPECT(s->counters[0][NFI_COUNT_SENT] == datagrams && s->counters[0][NFI_COUNT_FRAGMENTS_OUT] == pieces, "%d sent, %d pieces",
           s->counters[0][NFI_COUNT_SENT], s->counters[0][NFI_COUNT_FRAGMENTS_OUT]);
}

static void answered_once(const audit *a, shared *s)
{
    EXPECT(s->counters[0][NFI_COUNT_REASSEMBLED] == 1 && a->clear[0] == 1, "%d reassembled, %d answers", s->counters[0][NFI_COUNT_REASSEMBLED], a->clear[0]);
}

static void never_whole(const audit *a, shared *s)
{
    (void)a;
    for (int i = 0; i < 2; i++) EXPECT(s->counters[i][NFI_COUNT_REASSEMBLED] == 0, "board %d: %d reassembled", i, s->counters[i][NFI_COUNT_REASSEMBLED]);
}

static void nothing_clear(const audit *a, shared *s)
{
    (void)s;
    EXPECT(a->clear[0] == 0, "%d clear frames of board 0", a->clear[0]);
}

static void nothing_at_all(const audit *a, shared *s)
{
    nothing_clear(a, s);
    EXPECT(a->esp[0] == 0 && a->esp[1] == 0 && a->clear[1] == 0, "%d %d %d", a->esp[0], a->esp[1], a->clear[1]);
    EXPECT(s->counters[0][XE_POLICY_NOT_FOUND] > 0, "drops are counted");
}

static void all_clear(const audit *a, shared *s)
{
    EXPECT(a->esp[0] == 0 && a->clear[0] > 0, "%d %d", a->esp[0], a->clear[0]);
    EXPECT(s->counters[0][NFI_COUNT_BYPASS_OUT] > 0, "bypasses are counted");
}

/* Every frame between the boards is ESP, and as many as were counted. */
static void all_esp(const audit *a, shared *s)
{
    nothing_clear(a, s);
    EXPECT(a->clear[1] == 0, "%d clear frames of board 1", a->clear[1]);
    EXPECT(a->esp[0] > 0 && a->esp[0] == s->counters[0][NFI_COUNT_SENT], "%d on the wire, %d sent", a->esp[0], s->counters[0][NFI_COUNT_SENT]);
    EXPECT(s->counters[0][NFI_COUNT_DELIVERED] == a->esp[1], "%d delivered of %d", s->counters[0][NFI_COUNT_DELIVERED], a->esp[1]);
}

/* Only the 4,000-byte pings are cut: 3 pieces each, 5 for each version. TCP never is, thanks to the MSS. */
static void only_pings_cut(const audit *a, shared *s)
{
    int cut = LWIP_IPV6 ? 30 : 15;
    all_esp(a, s);
    EXPECT(a->esp_fragments[0] == cut && a->esp_fragments[1] == cut, "%d and %d fragments", a->esp_fragments[0], a->esp_fragments[1]);
    EXPECT(s->counters[0][NFI_COUNT_REASSEMBLED] == cut / 3, "%d reassembled", s->counters[0][NFI_COUNT_REASSEMBLED]);
}

static void clear_refused(const audit *a, shared *s)
{
    (void)a;
    EXPECT(s->counters[1][NFI_COUNT_QUEUED_IN] > 0, "board 1 got the ESP");
    EXPECT(s->counters[0][XE_INBOUND_EXPECTED_SECURE_PACKET] > 0, "clear text where policy says secure is counted");
}

/* Pings to itself stay on board 0, though board 1 answers ARP for that address. */
static void kept_to_itself(const audit *a, shared *s)
{
    nothing_clear(a, s);
    EXPECT(a->esp[0] == 0, "%d", a->esp[0]);
}

static void longest_is_1000(const audit *a, shared *s)
{
    all_esp(a, s);
    EXPECT(a->longest[0] <= 1000 && a->longest[0] > 900, "%d bytes", a->longest[0]);
}

static void anything(const audit *a, shared *s) { (void)a; (void)s; }

static const scenario scenarios[] = {
    { "no rows: nothing leaves", NO_PROTECTION, V4, 0, "", no_rows, tempt, nothing_at_all, 0 },
    { "interfaces and addresses are reported", NO_PROTECTION, V4, 0, "", no_rows, see_interfaces, anything, 0 },
    { "BYPASS rows: pings and TCP pass", NO_PROTECTION, V4, 0, "", bypass_rows, everything, all_clear, 0 },
    { "BYPASS over a bad wire: TCP and its digest hold", NO_PROTECTION, V4, 0, "loss=2,dup=5,reorder=5,corrupt=1,seed=7", bypass_rows, small_transfer, all_clear, 0 },
    { "a new table is in force when commit returns", NO_PROTECTION, V4, 0, "", bypass_rows, close_under_traffic, nothing_clear, 0 },
    { "two hundred tables under traffic", NO_PROTECTION, V4, 0, "", bypass_rows, change_often, all_clear, 0 },
    { "SECURE without a transform: nothing leaves", NO_PROTECTION, V4, 0, "", secure_rows, tempt, nothing_clear, 0 },
    { "transport mode: all is ESP", TRANSPORT, V4, 0, "", secure_rows, everything, only_pings_cut, 0 },
    { "tunnel, IPv4 outside: all is ESP", TUNNEL, V4, 0, "", tunnel_rows, everything, only_pings_cut, 0 },
    { "tunnel, IPv6 outside: all is ESP", TUNNEL, V6, NEEDS_IPV6, "", tunnel_rows, everything, only_pings_cut, 0 },
    { "ESP over a bad wire", TRANSPORT, V4, 0, "loss=2,dup=5,reorder=5,corrupt=1,seed=9", secure_rows, small_transfer, nothing_clear, 0 },
    { "a full ring: ERR_MEM, counted, nothing clear, then on", TRANSPORT, V4, 0, "", secure_rows, fill_ring, nothing_clear, 0 },
    { "what the node sends leaves though TCP filled the stack's heap", TRANSPORT, V4, NEEDS_OWN_HEAP, "", secure_rows, send_with_a_full_heap, all_esp, 0 },
    { "clear text where policy says SECURE is refused", TRANSPORT, V4, 0, "", mixed_rows, answer_clear, clear_refused, 0 },
    { "datagrams built here reach the other node, cut or not, with no row at all", NO_PROTECTION, V4, 0, "", no_rows, send_datagrams, datagrams_reached_the_node, 0 },
    { "IKE datagrams go to the node, with no row at all", NO_PROTECTION, V4, 0, "", no_rows, send_ike, ike_reached_the_node, 0 },
    { "decrypted fragments reach the stack as one packet", NO_PROTECTION, V4, 0, "", bypass_rows, deliver_fragments, answered_once, 0 },
    { "a clear fragment never completes a protected one", NO_PROTECTION, V4, 0, "", protected_half, clear_half, never_whole, 0 },
    { "a damaged answer is no answer", NO_PROTECTION, V4, 0, "corrupt=50,seed=3", bypass_rows, damaged_answers, all_clear, 1 },
    { "after stop nothing passes, and after a new start nothing without a row", NO_PROTECTION, V4, 0, "", bypass_rows, stop_and_begin_anew, all_clear, 0 },
    { "lost hooks come back by themselves", NO_PROTECTION, V4, 0, "", no_rows, lose_hooks, nothing_clear, 0 },
    { "an answer in pieces counts", NO_PROTECTION, V4, NEEDS_IPV6, "", bypass_rows, answer_in_pieces, anything, 0 },
    { "a packet to ourselves never reaches the wire", NO_PROTECTION, V4, 0, "", take_its_address, call_oneself, kept_to_itself, 0 },
    { "an interface beyond the table carries nothing", NO_PROTECTION, V4, NEEDS_SEVERAL, "", bypass_rows, crowd, anything, 0 },
    { "an interface is not spared for its name", NO_PROTECTION, V4, NEEDS_SEVERAL, "", no_rows, radio_named_lo, anything, 0 },
    { "a removed interface takes no reset to the wire", NO_PROTECTION, V4, 0, "", bypass_rows, remove_under_traffic, anything, 0 },
    { "an interface that is gone is not looked at", NO_PROTECTION, V4, NEEDS_SEVERAL, "", no_rows, interface_gone, anything, 0 },
    { "the IPv6 stack is told what protection leaves room for", TRANSPORT, V4, NEEDS_IPV6, "", secure_rows, outgrow_the_room, nothing_clear, 0 },
    { "a known path MTU is kept", TUNNEL, V4, 0, "", narrow_rows, keep_to_the_path, longest_is_1000, 0 },
    { "others' packets go on in clear where a row lets them, and nowhere else", NO_PROTECTION, V4, NEEDS_SEVERAL, "", no_rows, forward_in_clear, anything, 0 },
    { "others' packets go into a tunnel and come out of it", TUNNEL, V4, NEEDS_SEVERAL, "", no_rows, forward_protected, anything, 0 },
    { "others' packets in pieces are matched whole", TUNNEL, V4, NEEDS_SEVERAL, "", no_rows, forward_fragments, anything, 0 },
    { "an error about what came protected leaves protected or not at all", TUNNEL, V4, NEEDS_SEVERAL, "", no_rows, forward_errors_about_opened, anything, 0 },
    { "pieces out of a tunnel are matched whole", TUNNEL, V4, NEEDS_SEVERAL, "", no_rows, forward_opened_fragments, anything, 0 },
    { "a sender is told what a tunnel has room for", TUNNEL, V4, NEEDS_SEVERAL, "", no_rows, forward_too_big, anything, 0 },
    { "a router's word about our ESP reaches the node, any other the rows", TUNNEL, V4, NEEDS_SEVERAL, "", no_rows, heed_path_reports, anything, 0 },
    { "a gateway with one interface protects what it passes on", TUNNEL, V4, 0, "", one_arm_rows, one_arm, anything, 0 },
    { "a neighbour that never answers holds nobody up", TRANSPORT, V4, 0, "", secure_rows, send_to_nobody, nothing_clear, 0 },
};

static int can_run(const scenario *what)
{
    static const int has[] = { 1, LWIP_IPV6, !LWIP_SINGLE_NETIF, !MEM_LIBC_MALLOC };
    return has[what->needs];
}

int main(int argc, char **argv)
{
    int failed = 0, run = 0;
    together = mmap(NULL, sizeof *together, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (together == MAP_FAILED) return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if ((argc > 1 && !strstr(scenarios[i].name, argv[1])) || !can_run(&scenarios[i])) continue;
        time_t began = time(NULL);
        printf("%s\n", scenarios[i].name);
        run++;
        failed += pair_run(&scenarios[i]) != 0;
        printf("  %ld s\n", (long)(time(NULL) - began));
    }
    printf("%d passed, %d failed, 0 skipped\n", run - failed, failed);
    return failed != 0;
}
