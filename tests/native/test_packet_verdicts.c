/* The verdict table: first match against a naive oracle, the flow cache's coherence, and what each verdict counts. */
#include "packet_check.h"
#include "packet_make.h"
#include "describe.h"
#include "verdicts.h"
#include "stackless_shim.h"

#define MOST_ROWS (NFI_MAX_ROWS < 300 ? NFI_MAX_ROWS : 300)

static int32_t rows[NFI_MAX_ROWS][NFI_ROW_WORDS];

static int32_t in_range(const int32_t *low, const int32_t *address)
{
    int32_t above = 0, below = 0;
    for (int32_t i = 0; i < 4 && !above; i++) {
        if ((uint32_t)address[i] < (uint32_t)low[i])
            return 0;
        above = (uint32_t)address[i] > (uint32_t)low[i];
    }
    for (int32_t i = 0; i < 4 && !below; i++) {
        if ((uint32_t)address[i] > (uint32_t)low[4 + i])
            return 0;
        below = (uint32_t)address[i] < (uint32_t)low[4 + i];
    }
    return 1;
}

static int32_t wild_or(int32_t row_value, int32_t value)
{
    return row_value == 0 || row_value == value;
}

static int32_t row_accepts(const int32_t *row, const int32_t *info, int32_t inbound)
{
    int32_t icmp = info[NFI_INFO_PROTOCOL] == 1 || info[NFI_INFO_PROTOCOL] == 58;
    const int32_t *local = info + (inbound ? NFI_INFO_DESTINATION : NFI_INFO_SOURCE);
    const int32_t *remote = info + (inbound ? NFI_INFO_SOURCE : NFI_INFO_DESTINATION);
    int32_t local_port = info[inbound && !icmp ? NFI_INFO_DESTINATION_PORT : NFI_INFO_SOURCE_PORT];
    int32_t remote_port = info[inbound && !icmp ? NFI_INFO_SOURCE_PORT : NFI_INFO_DESTINATION_PORT];
    return row[NFI_ROW_ACTION] != NFI_EMPTY && row[NFI_ROW_VERSION] == info[NFI_INFO_VERSION]
        && wild_or(row[NFI_ROW_PROTOCOL], info[NFI_INFO_PROTOCOL]) && wild_or(row[NFI_ROW_DOMAIN], info[NFI_INFO_DOMAIN])
        && in_range(row + NFI_ROW_LOCAL_LOW, local) && in_range(row + NFI_ROW_REMOTE_LOW, remote)
        && wild_or(row[NFI_ROW_LOCAL_PORT], local_port) && wild_or(row[NFI_ROW_REMOTE_PORT], remote_port);
}

static int32_t oracle(const int32_t *info, int32_t inbound)
{
    int32_t best = -1;
    for (int32_t r = 0; r < NFI_MAX_ROWS; r++)
        if (row_accepts(rows[r], info, inbound) && (best < 0 || rows[r][NFI_ROW_ORDER] < rows[best][NFI_ROW_ORDER]))
            best = r;
    return best;
}

/* Addresses from a small world, so that rows and flows meet; now and then the ends of the space. */
static uint32_t random_word(void)
{
    switch (dice(12)) {
    case 0: return 0;
    case 1: return 0xffffffffu;
    case 2: return dice(0);
    default: return IP4(10, dice(3), dice(4), dice(8) * 32 + dice(2));
    }
}

static void random_address(int32_t *words, int32_t version)
{
    for (int32_t i = 0; i < 3; i++)
        words[i] = (int32_t)(dice(3) ? 0x20010db8u + dice(2) : random_word());
    if (version == 4) {
        words[0] = words[1] = 0;
        words[2] = 0xffff;
    }
    words[3] = (int32_t)random_word();
}

static int32_t is_below(const int32_t *a, const int32_t *b)
{
    for (int32_t i = 0; i < 4; i++)
        if (a[i] != b[i])
            return (uint32_t)a[i] < (uint32_t)b[i];
    return 0;
}

static void random_range(int32_t *low, int32_t version)
{
    int32_t *high = low + 4;
    random_address(low, version);
    memcpy(high, low, 4 * sizeof *low);
    switch (dice(4)) {
    case 0:                                           /* one address */
        break;
    case 1:                                           /* any */
        for (int32_t i = version == 4 ? 3 : 0; i < 4; i++) {
            low[i] = 0;
            high[i] = -1;
        }
        break;
    case 2: {                                         /* a prefix */
        uint32_t bits = 1 + dice(version == 4 ? 31 : 127), first = version == 4 ? 3 : 0;
        for (uint32_t i = first; i < 4; i++) {
            uint32_t kept = bits > 32 * (i - first) ? bits - 32 * (i - first) : 0;
            uint32_t mask = kept >= 32 ? 0xffffffffu : kept == 0 ? 0 : 0xffffffffu << (32 - kept);
            low[i] = (int32_t)((uint32_t)low[i] & mask);
            high[i] = (int32_t)((uint32_t)low[i] | ~mask);
        }
        break;
    }
    default: {                                        /* from here to there */
        int32_t other[4];
        random_address(other, version);
        memcpy(is_below(other, low) ? low : high, other, sizeof other);
        break;
    }
    }
}

static int32_t random_protocol(void)
{
    static const int32_t protocols[] = { 6, 17, 1, 58, 50, 132, 47, 255 };
    return protocols[dice(8)];
}

static void random_row(int32_t *row)
{
    memset(row, 0, NFI_ROW_WORDS * sizeof *row);
    row[NFI_ROW_ACTION] = 1 + (int32_t)dice(3);
    row[NFI_ROW_ORDER] = dice(4) ? (int32_t)dice(50) : (int32_t)dice(0);
    row[NFI_ROW_VERSION] = dice(2) ? 4 : 6;
    row[NFI_ROW_DOMAIN] = dice(3) ? 0 : (int32_t)dice(4);
    row[NFI_ROW_PROTOCOL] = dice(2) ? 0 : random_protocol();
    random_range(row + NFI_ROW_LOCAL_LOW, row[NFI_ROW_VERSION]);
    random_range(row + NFI_ROW_REMOTE_LOW, row[NFI_ROW_VERSION]);
    row[NFI_ROW_LOCAL_PORT] = dice(2) ? 0 : (int32_t)dice(6);
    row[NFI_ROW_REMOTE_PORT] = dice(2) ? 0 : (int32_t)dice(6);
    row[NFI_ROW_OVERHEAD] = (int32_t)dice(100);
    row[NFI_ROW_MTU] = dice(2) ? 0 : 1000 + (int32_t)dice(1000);
}

static void random_flow(int32_t *info)
{
    memset(info, 0, NFI_INFO_WORDS * sizeof *info);
    info[NFI_INFO_VERSION] = dice(2) ? 4 : 6;
    info[NFI_INFO_DOMAIN] = dice(30) ? (int32_t)dice(4) : 70000;
    info[NFI_INFO_PROTOCOL] = random_protocol();
    random_address(info + NFI_INFO_SOURCE, info[NFI_INFO_VERSION]);
    random_address(info + NFI_INFO_DESTINATION, info[NFI_INFO_VERSION]);
    info[NFI_INFO_SOURCE_PORT] = dice(9) ? (int32_t)dice(7) - 1 : 65535;
    info[NFI_INFO_DESTINATION_PORT] = dice(9) ? (int32_t)dice(7) - 1 : 65535;
}

static void stage_all(int32_t count, int32_t generation)
{
    for (int32_t r = 0; r < NFI_MAX_ROWS; r++) {
        if (r >= count || dice(10) == 0)
            memset(rows[r], 0, sizeof rows[r]);
        else
            random_row(rows[r]);
        CHECK_IS(nfi_packet_row_stage(r, rows[r], NFI_ROW_WORDS), 0);
    }
    CHECK_IS(nfi_packet_row_commit(generation), 0);
}

static void agree(const int32_t *info, int32_t generation)
{
    nfi_verdict verdict;
    for (int32_t inbound = 0; inbound < 2; inbound++) {
        int32_t best = oracle(info, inbound);
        CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, inbound), best < 0 ? -XE_POLICY_NOT_FOUND : best);
        if (inbound)
            nfi_verdict_inbound(info, &verdict);
        else
            nfi_verdict_outbound(info, &verdict);
        int32_t action = best < 0 ? NFI_DROP : rows[best][NFI_ROW_ACTION];
        CHECK_IS(verdict.row, best);
        CHECK_IS(verdict.generation, generation);
        CHECK_IS(verdict.pass, action == NFI_BYPASS ? NFI_VERDICT_PASS : action == NFI_SECURE && !inbound ? NFI_VERDICT_QUEUE : NFI_VERDICT_DROP);
        CHECK_IS(verdict.overhead, action == NFI_SECURE ? rows[best][NFI_ROW_OVERHEAD] : 0);
        CHECK_IS(verdict.mtu, action == NFI_SECURE ? rows[best][NFI_ROW_MTU] : 0);
        int32_t mtu = verdict.mtu != 0 && verdict.mtu < 1500 ? verdict.mtu : 1500;
        CHECK_IS(nfi_verdict_room_for(info, inbound, 1500), action == NFI_SECURE ? mtu - verdict.overhead : 0);
    }
}

/* The same flows go by before and after each change: an answer kept too long would show. */
static void first_match_is_the_oracles_across_commits(void)
{
    enum { FLOWS = 400 };
    static int32_t flows[FLOWS][NFI_INFO_WORDS];
    for (int32_t i = 0; i < FLOWS; i++)
        random_flow(flows[i]);
    for (int32_t round = 0; round < 40; round++) {
        stage_all(round == 0 ? 0 : 1 + (int32_t)dice((uint32_t)MOST_ROWS), round);
        for (int32_t i = 0; i < FLOWS; i++) {
            if (dice(4) == 0)
                random_flow(flows[i]);
            agree(flows[i], round);
            agree(flows[dice(FLOWS)], round);
        }
    }
}

static void simple_row(int32_t *row, int32_t action, int32_t order, uint32_t local, uint32_t remote, int32_t port)
{
    memset(row, 0, NFI_ROW_WORDS * sizeof *row);
    row[NFI_ROW_ACTION] = action;
    row[NFI_ROW_ORDER] = order;
    row[NFI_ROW_VERSION] = 4;
    row[NFI_ROW_LOCAL_LOW + 2] = row[NFI_ROW_LOCAL_HIGH + 2] = row[NFI_ROW_REMOTE_LOW + 2] = row[NFI_ROW_REMOTE_HIGH + 2] = 0xffff;
    row[NFI_ROW_LOCAL_LOW + 3] = row[NFI_ROW_LOCAL_HIGH + 3] = (int32_t)local;
    row[NFI_ROW_REMOTE_LOW + 3] = row[NFI_ROW_REMOTE_HIGH + 3] = (int32_t)remote;
    row[NFI_ROW_REMOTE_PORT] = port;
}

static void simple_flow(int32_t *info, uint32_t source, uint32_t destination, int32_t source_port, int32_t destination_port)
{
    memset(info, 0, NFI_INFO_WORDS * sizeof *info);
    info[NFI_INFO_VERSION] = 4;
    info[NFI_INFO_PROTOCOL] = 6;
    info[NFI_INFO_DOMAIN] = 1;
    info[NFI_INFO_SOURCE + 2] = info[NFI_INFO_DESTINATION + 2] = 0xffff;
    info[NFI_INFO_SOURCE + 3] = (int32_t)source;
    info[NFI_INFO_DESTINATION + 3] = (int32_t)destination;
    info[NFI_INFO_SOURCE_PORT] = source_port;
    info[NFI_INFO_DESTINATION_PORT] = destination_port;
}

static void nothing_passes_without_a_table(void)
{
    int32_t info[NFI_INFO_WORDS];
    nfi_verdict verdict;
    nfi_packet_stop();
    nfi_packet_start();
    simple_flow(info, 1, 2, 3, 4);
    gained(XE_POLICY_NOT_FOUND);
    nfi_verdict_outbound(info, &verdict);
    CHECK_IS(verdict.pass, NFI_VERDICT_DROP);
    nfi_verdict_inbound(info, &verdict);
    CHECK_IS(verdict.pass, NFI_VERDICT_DROP);
    CHECK_IS(gained(XE_POLICY_NOT_FOUND), 2);
    int32_t row[NFI_ROW_WORDS];
    simple_row(row, NFI_BYPASS, 1, 1, 2, 0);
    nfi_packet_row_stage(0, row, NFI_ROW_WORDS);      /* staged is not in force */
    nfi_verdict_outbound(info, &verdict);
    CHECK_IS(verdict.pass, NFI_VERDICT_DROP);
}

static void each_verdict_is_counted(void)
{
    static const struct { int32_t action, inbound, pass, counter; } cases[] = {
        { NFI_BYPASS, 0, NFI_VERDICT_PASS, NFI_COUNT_BYPASS_OUT }, { NFI_BYPASS, 1, NFI_VERDICT_PASS, NFI_COUNT_BYPASS_IN },
        { NFI_DROP, 0, NFI_VERDICT_DROP, NFI_COUNT_DROP_OUT }, { NFI_DROP, 1, NFI_VERDICT_DROP, NFI_COUNT_DROP_IN },
        { NFI_SECURE, 1, NFI_VERDICT_DROP, XE_INBOUND_EXPECTED_SECURE_PACKET },
        { NFI_EMPTY, 0, NFI_VERDICT_DROP, XE_POLICY_NOT_FOUND }, { NFI_EMPTY, 1, NFI_VERDICT_DROP, XE_POLICY_NOT_FOUND },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t row[NFI_ROW_WORDS], info[NFI_INFO_WORDS];
        nfi_verdict verdict;
        nfi_packet_stop();
        nfi_packet_start();
        simple_row(row, cases[i].action, 1, 1, 2, 0);
        nfi_packet_row_stage(0, row, NFI_ROW_WORDS);
        nfi_packet_row_commit(1);
        simple_flow(info, cases[i].inbound ? 2 : 1, cases[i].inbound ? 1 : 2, 9, 9);
        for (int32_t again = 0; again < 3; again++) {
            gained(cases[i].counter);
            if (cases[i].inbound)
                nfi_verdict_inbound(info, &verdict);
            else
                nfi_verdict_outbound(info, &verdict);
            CHECK_IS(verdict.pass, cases[i].pass);
            CHECK_IS(gained(cases[i].counter), 1);
        }
    }
}

static void a_row_serves_both_directions(void)
{
    int32_t row[NFI_ROW_WORDS], info[NFI_INFO_WORDS];
    nfi_packet_stop();
    nfi_packet_start();
    simple_row(row, NFI_SECURE, 1, 1, 2, 80);
    row[NFI_ROW_LOCAL_PORT] = 1024;
    nfi_packet_row_stage(3, row, NFI_ROW_WORDS);
    nfi_packet_row_commit(1);
    simple_flow(info, 1, 2, 1024, 80);
    CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, 0), 3);
    CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, 1), -XE_POLICY_NOT_FOUND);
    simple_flow(info, 2, 1, 80, 1024);
    CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, 1), 3);
    info[NFI_INFO_DESTINATION_PORT] = -1;             /* not available: only a row without ports may match */
    CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, 1), -XE_POLICY_NOT_FOUND);
    row[NFI_ROW_PROTOCOL] = 1;                        /* an ICMP type stays the type on the way in */
    row[NFI_ROW_LOCAL_PORT] = NFI_ICMP_SHOWN;         /* type 0, any code */
    row[NFI_ROW_REMOTE_PORT] = 0;
    nfi_packet_row_stage(3, row, NFI_ROW_WORDS);
    nfi_packet_row_commit(2);
    simple_flow(info, 2, 1, NFI_ICMP_SHOWN, NFI_ICMP_SHOWN + 8);
    info[NFI_INFO_PROTOCOL] = 1;
    CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, 1), 3);
    info[NFI_INFO_SOURCE_PORT] = NFI_ICMP_SHOWN + 8;
    info[NFI_INFO_DESTINATION_PORT] = NFI_ICMP_SHOWN;
    CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, 1), -XE_POLICY_NOT_FOUND);
}

/* -1 (not available) and 65535 have the same low bits. */
static void the_cache_tells_no_port_from_the_last_port(void)
{
    static const struct { int32_t local, remote, row; } flows[] = { { 65535, 65535, 0 }, { -1, 65535, -1 }, { 65535, -1, -1 }, { 65535, 65535, 0 } };
    int32_t row[NFI_ROW_WORDS], info[NFI_INFO_WORDS];
    nfi_verdict verdict;
    nfi_packet_stop();
    nfi_packet_start();
    simple_row(row, NFI_BYPASS, 1, 1, 2, 65535);
    row[NFI_ROW_LOCAL_PORT] = 65535;
    nfi_packet_row_stage(0, row, NFI_ROW_WORDS);
    nfi_packet_row_commit(1);
    for (size_t i = 0; i < sizeof flows / sizeof flows[0]; i++) {
        simple_flow(info, 1, 2, flows[i].local, flows[i].remote);
        nfi_verdict_outbound(info, &verdict);
        CHECK_IS(verdict.row, flows[i].row);
    }
}

static void a_commit_the_stack_refuses_changes_nothing(void)
{
    int32_t row[NFI_ROW_WORDS], info[NFI_INFO_WORDS];
    nfi_packet_stop();
    nfi_packet_start();
    simple_flow(info, 1, 2, 9, 9);
    simple_row(row, NFI_DROP, 1, 1, 2, 0);
    nfi_packet_row_stage(0, row, NFI_ROW_WORDS);
    nfi_packet_row_commit(1);
    row[NFI_ROW_ACTION] = NFI_EMPTY;
    nfi_packet_row_stage(0, row, NFI_ROW_WORDS);
    stackless_state.refuse_commit = 1;
    CHECK_IS(nfi_packet_row_commit(2), -NFI_BUSY);
    CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, 0), 0);
    stackless_state.refuse_commit = 0;
    CHECK_IS(nfi_packet_row_commit(2), 0);
    CHECK_IS(nfi_packet_row_match(info, NFI_INFO_WORDS, 0), -XE_POLICY_NOT_FOUND);
}

static void senseless_rows_are_refused(void)
{
    static const struct { int32_t word, value, status; } cases[] = {
        { NFI_ROW_ACTION, 4, -XE_BAD_PARAM }, { NFI_ROW_ACTION, -1, -XE_BAD_PARAM }, { NFI_ROW_DOMAIN, -1, -XE_BAD_PARAM },
        { NFI_ROW_DOMAIN, 65536, -XE_BAD_PARAM }, { NFI_ROW_VERSION, 0, -XE_BAD_PARAM }, { NFI_ROW_VERSION, 5, -XE_BAD_PARAM },
        { NFI_ROW_PROTOCOL, -1, -XE_BAD_PARAM }, { NFI_ROW_PROTOCOL, 256, -XE_BAD_PARAM },
        { NFI_ROW_LOCAL_PORT, -1, -XE_BAD_PORT_NUMBER }, { NFI_ROW_REMOTE_PORT, 65536, -XE_BAD_PORT_NUMBER },
        { NFI_ROW_OVERHEAD, -1, -XE_BAD_PARAM }, { NFI_ROW_OVERHEAD, 65536, -XE_BAD_PARAM },
        { NFI_ROW_MTU, -1, -XE_BAD_PARAM }, { NFI_ROW_MTU, 65536, -XE_BAD_PARAM },
        { NFI_ROW_LOCAL_LOW + 3, 10, -XE_BAD_ADDR_RANGE }, { NFI_ROW_LOCAL_HIGH, 1, -XE_BAD_ADDR_RANGE },
        { NFI_ROW_REMOTE_LOW + 2, 0, -XE_BAD_ADDR_RANGE }, { NFI_ROW_REMOTE_LOW + 3, -1, -XE_BAD_ADDR_RANGE },
    };
    int32_t row[NFI_ROW_WORDS];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        simple_row(row, NFI_BYPASS, 1, 1, 2, 0);
        row[cases[i].word] = cases[i].value;
        if (!CHECK_IS(nfi_packet_row_stage(0, row, NFI_ROW_WORDS), cases[i].status))
            printf("case %zu\n", i);
    }
    simple_row(row, NFI_BYPASS, 1, 1, 2, 0);
    CHECK_IS(nfi_packet_row_stage(-1, row, NFI_ROW_WORDS), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_row_stage(NFI_MAX_ROWS, row, NFI_ROW_WORDS), -XE_OUT_OF_POLICIES);
    CHECK_IS(nfi_packet_row_stage(NFI_MAX_ROWS - 1, row, NFI_ROW_WORDS), 0);
}

/* A row for interface 1 and one for interface 2, and what becomes of a packet that comes by 1 and goes by 2. Row 0 is matched as
 * the packet comes, with its ends exchanged; row 1 as it goes. */
static void anothers_packet_meets_both_sides_rows(void)
{
    static const struct { int32_t comes, goes, pass, counter; } cases[] = {
        { NFI_EMPTY, NFI_EMPTY, NFI_VERDICT_DROP, XE_POLICY_NOT_FOUND }, { NFI_EMPTY, NFI_SECURE, NFI_VERDICT_QUEUE, -1 },
        { NFI_EMPTY, NFI_BYPASS, NFI_VERDICT_PASS, NFI_COUNT_BYPASS_OUT }, { NFI_EMPTY, NFI_DROP, NFI_VERDICT_DROP, NFI_COUNT_DROP_OUT },
        { NFI_BYPASS, NFI_EMPTY, NFI_VERDICT_PASS, NFI_COUNT_BYPASS_IN }, { NFI_BYPASS, NFI_SECURE, NFI_VERDICT_QUEUE, -1 },
        { NFI_BYPASS, NFI_DROP, NFI_VERDICT_DROP, NFI_COUNT_DROP_OUT }, { NFI_DROP, NFI_BYPASS, NFI_VERDICT_DROP, NFI_COUNT_DROP_IN },
        { NFI_SECURE, NFI_BYPASS, NFI_VERDICT_DROP, XE_INBOUND_EXPECTED_SECURE_PACKET },
        { NFI_SECURE, NFI_SECURE, NFI_VERDICT_DROP, XE_INBOUND_EXPECTED_SECURE_PACKET },
    };
    int32_t row[NFI_ROW_WORDS], info[NFI_INFO_WORDS], before[NFI_COUNT_WORDS], after[NFI_COUNT_WORDS];
    nfi_verdict verdict;
    for (int32_t r = 0; r < NFI_MAX_ROWS; r++) {
        memset(row, 0, sizeof row);
        nfi_packet_row_stage(r, row, NFI_ROW_WORDS);
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int32_t side = 0; side < 2; side++) {
            simple_row(row, side == 0 ? cases[i].comes : cases[i].goes, 1, 1, 2, 0);
            if (side == 0)
                simple_row(row, cases[i].comes, 1, 2, 1, 0);
            row[NFI_ROW_DOMAIN] = 1 + side;
            nfi_packet_row_stage(side, row, NFI_ROW_WORDS);
        }
        nfi_packet_row_commit(1000 + (int32_t)i);
        simple_flow(info, 1, 2, 9, 9);
        info[NFI_INFO_DOMAIN] = 1;
        nfi_packet_counters(before, NFI_COUNT_WORDS);
        nfi_verdict_transit(info, 2, &verdict);
        nfi_packet_counters(after, NFI_COUNT_WORDS);
        if (!CHECK_IS(verdict.pass, cases[i].pass) || !CHECK_IS(cases[i].counter < 0 || after[cases[i].counter] == before[cases[i].counter] + 1, 1))
            printf("case %zu\n", i);
        CHECK_IS(nfi_verdict_leaves_clear(info, 2), cases[i].goes != NFI_SECURE && cases[i].goes != NFI_DROP);
    }
}

int main(void)
{
    nfi_packet_start();
    first_match_is_the_oracles_across_commits();
    nothing_passes_without_a_table();
    each_verdict_is_counted();
    a_row_serves_both_directions();
    the_cache_tells_no_port_from_the_last_port();
    a_commit_the_stack_refuses_changes_nothing();
    senseless_rows_are_refused();
    anothers_packet_meets_both_sides_rows();
    return check_result("packet verdicts");
}
