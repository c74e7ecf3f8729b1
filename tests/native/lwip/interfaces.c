#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <lwip/tcpip.h>
#include "driver.h"
#include "interfaces.h"
#include "nfi_limits.h"

static long size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

/* ---- packets to ourselves ---- */

#if LWIP_IPV4
static void claim(void *unused)
{
    ip4_addr_t address;
    (void)unused;
    IP4_ADDR(&address, 10, 1, 0, 1);
    netif_set_ipaddr(&nfi_driver_netif, &address);
}
#endif

void take_its_address(board *b)
{
    bypass_rows(b);
    if (b->index == 1) nfi_driver_in_stack(claim, NULL);
}

void call_oneself(board *b, shared *s)
{
    int32_t own[4];
    (void)s;
    board_address(b->index, V4, own);
    for (int i = 0; i < 5; i++) {
        EXPECT(nfi_packet_ping(own, 4, i, 56) == 0, "the stack takes it");
        sleep_ms(50);
    }
    EXPECT(board_count(XE_BAD_ADDR_RANGE) >= 5, "%d counted", board_count(XE_BAD_ADDR_RANGE));
}

/* ---- an answer in pieces ---- */

#if LWIP_IPV6
static netif_linkoutput_fn to_wire;

/* frame holds an echo request; the two ends change places, 128 becomes 129, and the checksum follows (RFC 1624). */
static void make_answer(uint8_t *frame)
{
    uint8_t swap[16];
    memcpy(swap, frame + 22, 16);
    memcpy(frame + 22, frame + 38, 16);
    memcpy(frame + 38, swap, 16);
    memcpy(frame, nfi_driver_netif.hwaddr, 6);
    frame[54] = 129;
    unsigned sum = (unsigned)(0xffff ^ (frame[56] << 8 | frame[57])) + 0x0100;
    sum = 0xffff ^ ((sum & 0xffff) + (sum >> 16));
    frame[56] = (uint8_t)(sum >> 8);
    frame[57] = (uint8_t)sum;
}

static struct pbuf *in_pieces(const uint8_t *frame, uint16_t length)
{
    static const uint16_t sizes[] = { 30, 7, 1 };         /* the first ends within the IPv6 header */
    struct pbuf *chain = NULL;
    for (uint16_t at = 0, n = 0; at < length; n++) {
        uint16_t size = n < 3 ? sizes[n] : 5;
        if (size > length - at) size = (uint16_t)(length - at);
        struct pbuf *piece = pbuf_alloc(PBUF_RAW, size, PBUF_RAM);
        if (!piece) abort();
        memcpy(piece->payload, frame + at, size);
        at = (uint16_t)(at + size);
        if (chain) pbuf_cat(chain, piece);
        else chain = piece;
    }
    return chain;
}

static err_t answer_at_once(struct netif *netif, struct pbuf *p)
{
    uint8_t frame[256];
    uint16_t length = pbuf_copy_partial(p, frame, sizeof frame, 0);
    if (length < 62 || frame[12] != 0x86 || frame[20] != 58 || frame[54] != 128) return to_wire(netif, p);
    make_answer(frame);
    struct pbuf *answer = in_pieces(frame, length);
    if (netif->input(answer, netif) != ERR_OK) pbuf_free(answer);
    return ERR_OK;
}

static void stand_before_the_wire(void *unused)
{
    (void)unused;
    to_wire = nfi_driver_netif.linkoutput;
    nfi_driver_netif.linkoutput = answer_at_once;
}

void answer_in_pieces(board *b, shared *s)
{
    (void)s;
    nfi_driver_in_stack(stand_before_the_wire, NULL);
    for (int i = 0; i < 5; i++) {
        EXPECT(board_ping(b, V6, i, 40) == 0, "ping goes out");
        EXPECT(board_await_echoes(b, i + 1, PATIENCE_MS), "answer %d is seen", i);
    }
}
#else
void answer_in_pieces(board *b, shared *s) { (void)b, (void)s; }
#endif

/* ---- interfaces that come and go ---- */

static netif_linkoutput_fn to_wire_counted;
static int tcp_frames;

static err_t count_tcp(struct netif *netif, struct pbuf *p)
{
    uint8_t head[24] = { 0 };
    pbuf_copy_partial(p, head, sizeof head, 0);
    tcp_frames += head[12] == 8 && head[13] == 0 && head[23] == 6;
    return to_wire_counted(netif, p);
}

static void remove_driver(void *unused)
{
    (void)unused;
    to_wire_counted = nfi_driver_netif.linkoutput;
    nfi_driver_netif.linkoutput = count_tcp;
    netif_remove(&nfi_driver_netif);
}

/* lwIP resets the connections of an address that goes. */
void remove_under_traffic(board *b, shared *s)
{
    board_send(b, V4, 5001, 200000000);
    for (int i = 0; i < PATIENCE_MS && size_of(b->pcap) < 100000; i++) sleep_ms(1);
    EXPECT(size_of(b->pcap) >= 100000, "a connection is open");
    board_row(0, NFI_DROP, V4, 0, 0);
    board_commit(b);
    nfi_driver_in_stack(remove_driver, NULL);
    EXPECT(tcp_frames == 0, "%d frames left", tcp_frames);
    (void)s;
}

#if !LWIP_SINGLE_NETIF
static int sent[NFI_MAX_INTERFACES + 1];                  /* by interface; it needs no next hop */

static err_t count_sent(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    (void)p, (void)to;
    sent[netif->num]++;
    return ERR_OK;
}

static err_t initialise(struct netif *netif)
{
    const char *name = netif->state;
    netif->name[0] = name[0];
    netif->name[1] = name[1];
    netif->output = count_sent;
    netif->mtu = 1500;
    return ERR_OK;
}

typedef struct { struct netif *netif; const char *name; uint8_t number; } newcomer;

static void add(void *argument)
{
    newcomer *n = argument;
    ip4_addr_t address, mask, none = { 0 };
    IP4_ADDR(&address, 10, 2, n->number, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    union { const char *name; void *state; } state = { n->name };
    if (!netif_add(n->netif, &address, &mask, &none, state.state, initialise, tcpip_input)) abort();
    n->netif->num = n->number;
    netif_set_up(n->netif);
    netif_set_link_up(n->netif);
}

static void drop_interface(void *netif)
{
    netif_remove(netif);
}

static void drop_and_free(void *netif)
{
    netif_remove(netif);
    free(netif);
}

static int32_t ping_behind(int number)
{
    int32_t words[4] = { 0, 0, 0xffff, 0x0a020009 + (number << 8) };
    return nfi_packet_ping(words, 4, number, 56);
}

void crowd(board *b, shared *s)
{
    static struct netif extra[NFI_MAX_INTERFACES];        /* with the driver's one too many */
    int last = NFI_MAX_INTERFACES - 1;
    (void)b, (void)s;
    for (int i = 0; i <= last; i++) nfi_driver_in_stack(add, &(newcomer){ &extra[i], "ex", (uint8_t)i });
    for (int i = 0; i <= last; i++) ping_behind(i);
    for (int i = 0; i < last; i++) EXPECT(sent[i] == 1, "interface %d carried %d", i, sent[i]);
    EXPECT(sent[last] == 0, "the one without a place carried %d", sent[last]);
    nfi_driver_in_stack(drop_interface, &extra[0]);
    sleep_ms(1500);
    ping_behind(last);
    EXPECT(sent[last] == 0, "nor later: %d", sent[last]);
    nfi_driver_in_stack(drop_interface, &extra[last]);
    nfi_driver_in_stack(add, &(newcomer){ &extra[last], "ex", (uint8_t)last });
    ping_behind(last);
    EXPECT(sent[last] == 1, "added anew it has a place: %d", sent[last]);
    for (int i = 1; i <= last; i++) nfi_driver_in_stack(drop_interface, &extra[i]);
}

void radio_named_lo(board *b, shared *s)
{
    static struct netif radio;
    (void)b, (void)s;
    nfi_driver_in_stack(add, &(newcomer){ &radio, "lo", 0 });
    ping_behind(0);
    EXPECT(sent[0] == 0, "no row, yet %d left", sent[0]);
    nfi_driver_in_stack(drop_interface, &radio);
}

void interface_gone(board *b, shared *s)
{
    int32_t words[NFI_IF_WORDS];
    (void)b, (void)s;
    for (int i = 0; i < 20; i++) {
        struct netif *netif = calloc(1, sizeof *netif);
        nfi_driver_in_stack(add, &(newcomer){ netif, "ex", 0 });
        EXPECT(nfi_packet_interface(1, words, NFI_IF_WORDS) == 1, "it is there");
        nfi_driver_in_stack(drop_and_free, netif);
        EXPECT(nfi_packet_interface(1, words, NFI_IF_WORDS) == 0, "it is gone");
    }
}
#else
void crowd(board *b, shared *s) { (void)b, (void)s; }
void radio_named_lo(board *b, shared *s) { (void)b, (void)s; }
void interface_gone(board *b, shared *s) { (void)b, (void)s; }
#endif
