#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <lwip/ip4.h>
#include <lwip/tcpip.h>
#include "checksum.h"
#include "driver.h"
#include "forward.h"

#define OVERHEAD (8 + 16 + 17 + 16 + 20)      /* ESP as board.c keys it, and the outer header */

/* ---- rows with ends ---- */

typedef struct { int action, protocol, port, mtu; const char *local, *remote; } line;   /* ends: "a.b.c.d/n", or "" for any */

static void range(const char *text, int32_t *low, int32_t *high)
{
    unsigned a = 0, b = 0, c = 0, d = 0, bits = 0;
    sscanf(text, "%u.%u.%u.%u/%u", &a, &b, &c, &d, &bits);
    uint32_t mask = bits ? 0xffffffffu << (32 - bits) : 0;
    low[2] = high[2] = 0xffff;
    low[3] = (int32_t)((a << 24 | b << 16 | c << 8 | d) & mask);
    high[3] = (int32_t)((uint32_t)low[3] | ~mask);
}

static void table(board *b, const line *lines, int count)
{
    static int staged;
    for (int i = 0; i < count || i < staged; i++) {
        int32_t words[NFI_ROW_WORDS] = { 0 };
        if (i < count) {
            words[NFI_ROW_ACTION] = lines[i].action;
            words[NFI_ROW_ORDER] = i;
            words[NFI_ROW_VERSION] = V4;
            words[NFI_ROW_PROTOCOL] = lines[i].protocol;
            words[NFI_ROW_REMOTE_PORT] = lines[i].port;
            words[NFI_ROW_OVERHEAD] = lines[i].action == NFI_SECURE ? OVERHEAD : 0;
            words[NFI_ROW_MTU] = lines[i].mtu;
            range(lines[i].local, &words[NFI_ROW_LOCAL_LOW], &words[NFI_ROW_LOCAL_HIGH]);
            range(lines[i].remote, &words[NFI_ROW_REMOTE_LOW], &words[NFI_ROW_REMOTE_HIGH]);
        }
        EXPECT(nfi_packet_row_stage(i, words, NFI_ROW_WORDS) == 0, "row %d", i);
    }
    staged = count;
    board_commit(b);
}
#define TABLE(b, ...) do { const line lines[] = { __VA_ARGS__ }; table(b, lines, sizeof lines / sizeof lines[0]); } while (0)


enum { LEFT = 0x0a020005, LEFT_GATE = 0x0a020001, RIGHT = 0x0a030007, FAR = 0x0a090909, OURS = 0x0a010001 };

#if !LWIP_SINGLE_NETIF
/* ---- packets ---- */

typedef struct { uint32_t from, to; int protocol, ttl; unsigned cut; int length; uint8_t first[8]; } packet;   /* first: of the payload */

static const packet plain = { LEFT, RIGHT, 17, 64, 0, 100, { 0x12, 0x34, 0, 23, 0, 80, 0, 0 } };

static size_t write_packet(uint8_t *bytes, const packet *p)
{
    size_t length = (size_t)p->length;
    memset(bytes, 0, length);
    bytes[0] = 0x45;
    bytes[2] = (uint8_t)(length >> 8);
    bytes[3] = (uint8_t)length;
    bytes[4] = 0x55;
    bytes[6] = (uint8_t)(p->cut >> 8);
    bytes[7] = (uint8_t)p->cut;
    bytes[8] = (uint8_t)p->ttl;
    bytes[9] = (uint8_t)p->protocol;
    for (int i = 0; i < 4; i++) {
        bytes[12 + i] = (uint8_t)(p->from >> (24 - 8 * i));
        bytes[16 + i] = (uint8_t)(p->to >> (24 - 8 * i));
    }
    memcpy(bytes + 20, p->first, sizeof p->first);
    nfi_checksum_fill_ipv4(bytes, 20);
    return length;
}

/* As a tunnel's other end would have it: the node gives it to the stack. */
static void opened(const packet *p)
{
    uint8_t bytes[2000];
    size_t length = write_packet(bytes, p);
    int32_t slot = nfi_packet_buffer_alloc((int32_t)length);
    nfi_packet_buffer_write(slot, 0, bytes, sizeof bytes, 0, (int32_t)length);
    EXPECT(nfi_packet_put(slot, NFI_DELIVER) == 0, "put");
}

static void nothing(void *unused) { (void)unused; }

/* ---- two subnets without Ethernet, in this process ---- */

typedef struct { struct netif netif; int count; uint8_t last[2000]; } side;
static side left, right;

static err_t capture(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    side *s = netif->state;
    if (ip4_addr_get_u32(to) == lwip_htonl(FAR)) return ERR_RTE;
    pbuf_copy_partial(p, s->last, sizeof s->last, 0);
    s->count++;
    return ERR_OK;
}

static err_t initialise(struct netif *netif)
{
    netif->name[0] = 's';
    netif->name[1] = 'd';
    netif->output = capture;
    netif->mtu = 1500;
    netif->flags = NETIF_FLAG_BROADCAST;
    return ERR_OK;
}

static void add_side(void *argument)
{
    side *s = argument;
    ip4_addr_t address, mask, none = { 0 };
    IP4_ADDR(&address, 10, s == &left ? 2 : 3, 0, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    if (!netif_add(&s->netif, &address, &mask, &none, s, initialise, tcpip_input)) abort();
    netif_set_up(&s->netif);
    netif_set_link_up(&s->netif);
}

static void remove_side(void *argument)
{
    netif_remove(&((side *)argument)->netif);
}

static void open_gate(void)
{
    nfi_driver_in_stack(add_side, &left);
    nfi_driver_in_stack(add_side, &right);
    EXPECT(nfi_packet_forward(1) == 0, "forwarding on");
}

static void shut_gate(void)
{
    nfi_driver_in_stack(remove_side, &left);
    nfi_driver_in_stack(remove_side, &right);
}

static void arrive(side *s, const packet *p)
{
    uint8_t bytes[2000];
    size_t length = write_packet(bytes, p);
    struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_RAM);
    if (!pbuf) abort();
    pbuf_take(pbuf, bytes, (u16_t)length);
    left.count = right.count = 0;
    if (s->netif.input(pbuf, &s->netif) != ERR_OK) pbuf_free(pbuf);
    nfi_driver_in_stack(nothing, NULL);       /* behind the packet in the stack's mailbox */
}

static void arrive_changed(side *s, uint32_t from, uint32_t to, int ttl)
{
    packet p = plain;
    p.from = from;
    p.to = to;
    p.ttl = ttl;
    arrive(s, &p);
}

/* One packet left by that side, as it came but for one hop. */
static int went_on(const side *s, int ttl)
{
    int good = s->count == 1 && left.count + right.count == 1 && s->last[8] == ttl && nfi_checksum_ipv4_good(s->last, 20);
    if (!good) fprintf(stderr, "  %d left, %d right, ttl %d\n", left.count, right.count, s->last[8]);
    return good;
}

static int answered(const side *s, int type, int code)
{
    int good = s->count == 1 && s->last[9] == 1 && s->last[20] == type && s->last[21] == code
        && nfi_checksum_fold(nfi_checksum_add(0, s->last + 20, (size_t)(s->last[2] << 8 | s->last[3]) - 20)) == 0;
    if (!good) fprintf(stderr, "  %d left, %d right, protocol %d, type %d, code %d\n", left.count, right.count, s->last[9], s->last[20], s->last[21]);
    return good;
}

/* What arrives does not go on, and is counted there. */
#define REFUSED(counter, ...) do { int32_t before = board_count(counter); __VA_ARGS__; \
    EXPECT(left.count + right.count == 0, "%d left, %d right", left.count, right.count); \
    EXPECT(board_count(counter) == before + 1, "counted %d times", board_count(counter) - before); } while (0)

static void refuse_martians(void)
{
    static const struct { uint32_t from, to; } ends[] = {
        { 0x7f000001, RIGHT }, { 0, RIGHT }, { 0xe0000001, RIGHT }, { 0xffffffff, RIGHT }, { 0xf0000001, RIGHT }, { 0xa9fe0001, RIGHT },
        { LEFT_GATE, RIGHT }, { OURS, RIGHT }, { RIGHT, FAR }, { RIGHT + 1, RIGHT }, { OURS + 1, RIGHT }, { 0x0a0200ff, RIGHT }, { LEFT, 0x0a0300ff }, { LEFT, 0xa9fe0001 }, { LEFT, 0x7f000001 } };
    static const uint8_t routes[] = { 131, 137 };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) REFUSED(XE_BAD_ADDR_RANGE, arrive_changed(&left, ends[i].from, ends[i].to, 64));
    for (size_t i = 0; i < sizeof routes; i++) {
        uint8_t bytes[64] = { 0x46, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 2, 0, 5, 10, 3, 0, 7, routes[i], 3, 4, 0,
                              0, 9, 0, 9, 0, 8, 0, 0 };
        nfi_checksum_fill_ipv4(bytes, 24);
        struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, 32, PBUF_RAM);
        pbuf_take(pbuf, bytes, 32);
        REFUSED(XE_BAD_ADDR_RANGE, left.netif.input(pbuf, &left.netif), nfi_driver_in_stack(nothing, NULL));
    }
}

static void count_hops(void)
{
    packet p = plain;
    p.ttl = 1;
    int32_t exceeded = board_count(NFI_COUNT_HOPS_EXCEEDED);
    arrive(&left, &p);
    EXPECT(answered(&left, 11, 0) && memcmp(left.last + 28 + 12, "\x0a\x02\x00\x05\x0a\x03\x00\x07", 8) == 0, "time exceeded, and the packet quoted");
    EXPECT(board_count(NFI_COUNT_HOPS_EXCEEDED) == exceeded + 1, "counted");
    p.protocol = 1;
    p.first[0] = 3;
    REFUSED(NFI_COUNT_HOPS_EXCEEDED, arrive(&left, &p));          /* about an error: none */
    int errors = 0;
    p.protocol = 17;
    for (int i = 0; i < 40; i++) {
        arrive(&left, &p);
        errors += left.count;
    }
    EXPECT(errors > 0 && errors < 20, "%d errors about 40 packets", errors);
}

void forward_in_clear(board *b, shared *s)
{
    (void)s;
    open_gate();
    nfi_packet_forward(0);
    TABLE(b, { NFI_BYPASS, 0, 0, 0, "", "" });
    REFUSED(NFI_COUNT_DROP_IN, arrive(&left, &plain));
    nfi_packet_forward(1);
    TABLE(b, { NFI_BYPASS, 0, 0, 0, "10.4.0.0/24", "" });
    REFUSED(XE_POLICY_NOT_FOUND, arrive(&left, &plain));
    TABLE(b, { NFI_BYPASS, 0, 0, 0, "10.2.0.0/24", "10.3.0.0/24" });
    arrive(&left, &plain);
    EXPECT(went_on(&right, 63), "a row stands for the way there");
    arrive_changed(&right, RIGHT, LEFT, 2);
    EXPECT(went_on(&left, 1), "and back");
    TABLE(b, { NFI_DROP, 17, 0, 0, "10.2.0.0/24", "10.3.0.0/24" }, { NFI_BYPASS, 0, 0, 0, "", "" });
    REFUSED(NFI_COUNT_DROP_OUT, arrive(&left, &plain));
    REFUSED(NFI_COUNT_DROP_IN, arrive_changed(&right, RIGHT, LEFT, 64));
    TABLE(b, { NFI_BYPASS, 17, 0, 0, "", "" });
    REFUSED(XE_POLICY_NOT_FOUND, arrive_changed(&left, LEFT, RIGHT, 1));      /* the error itself has no row */
    refuse_martians();
    TABLE(b, { NFI_BYPASS, 0, 0, 0, "", "" });
    sleep_ms(1000);                           /* until errors are due again */
    count_hops();
    sleep_ms(1000);
    arrive_changed(&left, LEFT, FAR, 64);
    EXPECT(answered(&left, 3, 0), "no gateway leads there");
    shut_gate();
}

static int await_sealed(board *b, int count)
{
    for (int i = 0; i < PATIENCE_MS && b->sealed < count; i++) sleep_ms(1);
    return b->sealed == count;
}

void forward_protected(board *b, shared *s)
{
    int32_t back;
    open_gate();
    TABLE(b, { NFI_SECURE, 0, 0, 0, "10.2.0.0/24", "10.9.0.0/16" }, { NFI_BYPASS, 0, 0, 0, "", "" });
    for (int i = 0; i < 5; i++) {
        arrive_changed(&left, LEFT, FAR, 64);
        EXPECT(left.count + right.count == 0 && await_sealed(b, i + 1), "%d sealed", b->sealed);
        EXPECT(await_peer(s, NFI_COUNT_QUEUED_IN, i + 1), "and on its way");
    }
    REFUSED(XE_INBOUND_EXPECTED_SECURE_PACKET, arrive_changed(&right, FAR, LEFT, 64));
    packet p = plain;
    p.from = FAR;
    p.to = LEFT;
    left.count = right.count = 0;
    opened(&p);
    for (int i = 0; i < PATIENCE_MS && left.count == 0; i++) sleep_ms(1);
    EXPECT(went_on(&left, 63), "what comes out of the tunnel goes on in clear");
    p.to = FAR + 1;
    p.from = LEFT;                            /* out of one tunnel, and another's to protect */
    back = board_count(XE_INBOUND_POLICY_FAILURE);
    opened(&p);
    for (int i = 0; i < PATIENCE_MS && board_count(XE_INBOUND_POLICY_FAILURE) == back; i++) sleep_ms(1);
    EXPECT(board_count(XE_INBOUND_POLICY_FAILURE) == back + 1, "counted");
    nfi_packet_forward(0);
    p.from = FAR;
    p.to = LEFT;
    left.count = right.count = 0;
    back = board_count(NFI_COUNT_DROP_IN);
    opened(&p);
    for (int i = 0; i < PATIENCE_MS && board_count(NFI_COUNT_DROP_IN) == back; i++) sleep_ms(1);
    EXPECT(left.count == 0 && b->sealed == 5, "%d left, %d sealed", left.count, b->sealed);
    shut_gate();
}

/* What quotes a packet that came protected leaves protected or not at all. */
void forward_errors_about_opened(board *b, shared *s)
{
    packet p = plain;
    (void)s;
    open_gate();
    p.from = RIGHT;
    p.to = LEFT;
    p.ttl = 1;
    TABLE(b, { NFI_SECURE, 17, 0, 0, "10.2.0.0/24", "10.3.0.0/24" }, { NFI_BYPASS, 0, 0, 0, "", "" });
    left.count = right.count = 0;
    int32_t before = board_count(XE_INBOUND_POLICY_FAILURE);
    opened(&p);
    for (int i = 0; i < PATIENCE_MS && board_count(XE_INBOUND_POLICY_FAILURE) == before; i++) sleep_ms(1);
    EXPECT(board_count(XE_INBOUND_POLICY_FAILURE) == before + 1 && left.count + right.count == 0, "in clear: %d left, %d right", left.count, right.count);
    TABLE(b, { NFI_SECURE, 0, 0, 0, "10.2.0.0/24", "10.3.0.0/24" }, { NFI_BYPASS, 0, 0, 0, "", "" });
    opened(&p);
    EXPECT(await_sealed(b, 1) && left.count + right.count == 0, "%d sealed", b->sealed);
    /* lwIP's own word, that the port is closed */
    p.to = OURS;
    p.first[5] = (uint8_t)(p.length - 20);
    TABLE(b, { NFI_SECURE, 17, 0, 0, "", "10.3.0.0/24" }, { NFI_BYPASS, 0, 0, 0, "", "" });
    before = board_count(XE_INBOUND_POLICY_FAILURE);
    opened(&p);
    for (int i = 0; i < PATIENCE_MS && board_count(XE_INBOUND_POLICY_FAILURE) == before; i++) sleep_ms(1);
    EXPECT(board_count(XE_INBOUND_POLICY_FAILURE) == before + 1 && right.count == 0, "a closed port in clear: %d right", right.count);
    TABLE(b, { NFI_SECURE, 0, 0, 0, "", "10.3.0.0/24" }, { NFI_BYPASS, 0, 0, 0, "", "" });
    opened(&p);
    EXPECT(await_sealed(b, 2) && right.count == 0, "%d sealed", b->sealed);
    shut_gate();
}

static void open_both(const packet *first, const packet *rest)
{
    left.count = right.count = 0;
    opened(first);
    opened(rest);
}

/* Pieces out of a tunnel: the port that the first one shows is that of all. */
void forward_opened_fragments(board *b, shared *s)
{
    packet first = plain, rest = plain;
    (void)s;
    open_gate();
    first.cut = 0x2000;
    first.first[5] = 110;
    rest.cut = 10;
    rest.length = 50;
    memset(rest.first, 0, sizeof rest.first);
    static const int actions[] = { NFI_DROP, NFI_SECURE };
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        TABLE(b, { actions[i], 17, 23, 0, "", "10.3.0.0/16" }, { NFI_BYPASS, 0, 0, 0, "", "" });
        int32_t before = board_count(XE_INBOUND_POLICY_FAILURE);
        open_both(&first, &rest);
        for (int t = 0; t < PATIENCE_MS && board_count(XE_INBOUND_POLICY_FAILURE) == before; t++) sleep_ms(1);
        sleep_ms(50);
        EXPECT(board_count(XE_INBOUND_POLICY_FAILURE) == before + 1 && right.count == 0, "row %d: %d right", (int)i, right.count);
    }
    TABLE(b, { NFI_BYPASS, 0, 0, 0, "10.4.0.0/24", "" });
    open_both(&first, &rest);
    for (int t = 0; t < PATIENCE_MS && right.count == 0; t++) sleep_ms(1);
    EXPECT(went_on(&right, 63) && right.last[3] == 130, "whole, %d bytes", right.last[3]);
    shut_gate();
}

void forward_fragments(board *b, shared *s)
{
    packet first = plain, rest = plain;
    (void)s;
    open_gate();
    first.cut = 0x2000;
    rest.cut = 10;
    rest.length = 50;
    memset(rest.first, 0, sizeof rest.first);
    first.first[5] = 110;                     /* UDP length of the whole */
    TABLE(b, { NFI_DROP, 17, 23, 0, "", "" }, { NFI_BYPASS, 0, 0, 0, "", "" });
    arrive(&left, &rest);
    EXPECT(right.count == 0, "a piece without a port waits");
    REFUSED(NFI_COUNT_DROP_OUT, arrive(&left, &first));
    TABLE(b, { NFI_SECURE, 17, 23, 0, "", "10.3.0.0/16" }, { NFI_BYPASS, 0, 0, 0, "", "" });
    arrive(&left, &first);
    arrive(&left, &rest);
    EXPECT(await_sealed(b, 1) && right.count == 0, "both under the row of their port: %d sealed, %d right", b->sealed, right.count);
    TABLE(b, { NFI_BYPASS, 0, 0, 0, "", "" });
    int before = board_count(NFI_COUNT_FORWARDED);
    arrive(&left, &rest);
    arrive(&left, &first);
    EXPECT(went_on(&right, 63) && board_count(NFI_COUNT_FORWARDED) == before + 1, "whole");
    shut_gate();
}

void forward_too_big(board *b, shared *s)
{
    static const struct { unsigned cut; int length, row_mtu, told; } cases[] = {
        { 0x4000, 1500, 0, 1500 - OVERHEAD }, { 0x4000, 1500 - OVERHEAD + 1, 0, 1500 - OVERHEAD }, { 0x4000, 1500 - OVERHEAD, 0, 0 },
        { 0x4000, 1200, 1000, 1000 - OVERHEAD }, { 0, 1500, 0, 0 }, { 0, 1500, 576, 0 } };
    int sealed = 0;
    (void)s;
    open_gate();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        packet p = plain;
        int32_t before = board_count(XE_MTU_EXCEEDED);
        TABLE(b, { NFI_SECURE, 17, 0, cases[i].row_mtu, "10.2.0.0/24", "10.9.0.0/16" }, { NFI_BYPASS, 0, 0, 0, "", "" });
        p.to = FAR;
        p.cut = cases[i].cut;
        p.length = cases[i].length;
        arrive(&left, &p);
        if (cases[i].told) EXPECT(answered(&left, 3, 4) && (left.last[26] << 8 | left.last[27]) == cases[i].told, "row %d: told %d", (int)i, left.last[26] << 8 | left.last[27]);
        else EXPECT(await_sealed(b, ++sealed), "row %d: %d sealed", (int)i, b->sealed);
        EXPECT(board_count(XE_MTU_EXCEEDED) == before + (cases[i].told != 0), "row %d: %d counted", (int)i, board_count(XE_MTU_EXCEEDED) - before);
    }
    /* 1,500 bytes that may be cut: two pieces at the link's MTU, three at 576 */
    for (int i = 0; i < PATIENCE_MS && board_count(NFI_COUNT_FRAGMENTS_OUT) < 5; i++) sleep_ms(1);
    EXPECT(board_count(NFI_COUNT_FRAGMENTS_OUT) == 5, "%d pieces", board_count(NFI_COUNT_FRAGMENTS_OUT));
    shut_gate();
}

/* An ICMP error of the router on the right, the next hop has room for 1,300 bytes, which quotes so many bytes of a packet of ours to FAR. */
static void arrive_error(int quoted_protocol, uint32_t quoted_from, int length, int damage)
{
    packet error = { RIGHT, OURS, 1, 64, 0, 20 + 8 + length, { 3, 4 } }, quoted = { quoted_from, FAR, quoted_protocol, 60, 0x4000, 1400, { 0, 0, 0x10, 0x01 } };
    if (quoted_protocol == 51) memcpy(quoted.first, (const uint8_t[8]){ 50, 4, 0, 0, 0, 0, 0x10, 0x02 }, 8);
    uint8_t bytes[64], inner[1400];
    write_packet(bytes, &error);
    write_packet(inner, &quoted);
    bytes[26] = 1300 >> 8;
    bytes[27] = 1300 & 0xff;
    memcpy(bytes + 28, inner, (size_t)length);
    uint16_t sum = nfi_checksum_fold(nfi_checksum_add(0, bytes + 20, 8 + (size_t)length));
    bytes[22] = (uint8_t)(sum >> 8);
    bytes[23] = (uint8_t)(sum + damage);
    struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (u16_t)(28 + length), PBUF_RAM);
    pbuf_take(pbuf, bytes, (u16_t)(28 + length));
    if (right.netif.input(pbuf, &right.netif) != ERR_OK) pbuf_free(pbuf);
    nfi_driver_in_stack(nothing, NULL);
}

void heed_path_reports(board *b, shared *s)
{
    (void)s;
    open_gate();
    TABLE(b, { NFI_BYPASS, 0, 0, 0, "10.4.0.0/24", "" });
    arrive_error(50, OURS, 28, 0);
    for (int i = 0; i < PATIENCE_MS && b->path_reports == 0; i++) sleep_ms(1);
    EXPECT(b->path_reports == 1 && b->path[NFI_INFO_SPI] == 0x1001 && b->path[NFI_INFO_DETAIL] == 1300 && b->path[NFI_INFO_DETAIL2] == 1400
           && b->path[NFI_INFO_DESTINATION + 3] == FAR && b->path[NFI_INFO_VERSION] == 4, "%d: SPI %x, %d of %d", b->path_reports,
           (unsigned)b->path[NFI_INFO_SPI], b->path[NFI_INFO_DETAIL], b->path[NFI_INFO_DETAIL2]);
    int32_t unmatched = board_count(XE_POLICY_NOT_FOUND);
    arrive_error(50, RIGHT, 28, 0);           /* not ours */
    arrive_error(50, OURS, 28, 1);            /* damaged */
    arrive_error(17, OURS, 28, 0);            /* not protected */
    arrive_error(51, OURS, 27, 0);            /* its SPI is cut */
    sleep_ms(100);
    EXPECT(b->path_reports == 1, "%d", b->path_reports);
    EXPECT(board_count(XE_POLICY_NOT_FOUND) == unmatched + 4, "any other is for the rows: %d", board_count(XE_POLICY_NOT_FOUND) - unmatched);
    arrive_error(51, OURS, 28, 0);            /* all that RFC 792 has a router quote of AH */
    for (int i = 0; i < PATIENCE_MS && b->path_reports == 1; i++) sleep_ms(1);
    EXPECT(b->path_reports == 2 && b->path[NFI_INFO_SPI] == 0x1002, "%d: SPI %x", b->path_reports, (unsigned)b->path[NFI_INFO_SPI]);
    shut_gate();
}
#else
void forward_in_clear(board *b, shared *s) { (void)b, (void)s; }
void forward_protected(board *b, shared *s) { (void)b, (void)s; }
void forward_fragments(board *b, shared *s) { (void)b, (void)s; }
void forward_errors_about_opened(board *b, shared *s) { (void)b, (void)s; }
void forward_opened_fragments(board *b, shared *s) { (void)b, (void)s; }
void forward_too_big(board *b, shared *s) { (void)b, (void)s; }
void heed_path_reports(board *b, shared *s) { (void)b, (void)s; }
#endif

/* ---- one interface ---- */

static void point_at_the_other(void *argument)
{
    ip4_addr_t gateway;
    IP4_ADDR(&gateway, 10, 1, 0, ((const board *)argument)->index == 0 ? 2 : 1);
    netif_set_gw(&nfi_driver_netif, &gateway);
}

/* Each board has the other for its gateway, so that what board 1 passes on comes back to board 0. */
void one_arm_rows(board *b)
{
    union { board *b; void *any; } argument = { b };
    nfi_driver_in_stack(point_at_the_other, argument.any);
    if (b->index == 0) TABLE(b, { NFI_BYPASS, 0, 0, 0, "", "" });
    else TABLE(b, { NFI_SECURE, 1, 0, 0, "10.1.0.0/24", "10.9.0.0/16" });
    if (b->index == 1) EXPECT(nfi_packet_forward(1) == 0, "forwarding on");
}

void one_arm(board *b, shared *s)
{
    int32_t far[4] = { 0, 0, 0xffff, FAR };
    for (int i = 0; i < 5; i++) {
        EXPECT(nfi_packet_ping(far, 4, i, 56) == 0, "ping goes out");
        for (int t = 0; t < PATIENCE_MS && b->opened <= i; t++) sleep_ms(1);
        EXPECT(b->opened == i + 1, "%d came back", b->opened);
    }
    EXPECT(await_peer(s, NFI_COUNT_FORWARDED, 5), "%d forwarded", s->counters[1][NFI_COUNT_FORWARDED]);
    EXPECT(board_count(NFI_COUNT_DROP_IN) == 5, "a host passes nothing on: %d", board_count(NFI_COUNT_DROP_IN));
}
