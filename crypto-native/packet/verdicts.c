#include "verdicts.h"
#include <string.h>
#include "counters.h"
#include "describe.h"
#include "flow_cache.h"
#include "verdict_index.h"
#include "wire.h"

static int32_t staged[NFI_MAX_ROWS][NFI_ROW_WORDS];
static nfi_verdict_index tables[2];
static int32_t in_force;                  /* which of the two; changed in the stack's thread alone */

void nfi_verdict_reset(void)
{
    memset(staged, 0, sizeof staged);
    for (int32_t i = 0; i < 2; i++)
        nfi_index_build(&tables[i], (const int32_t (*)[NFI_ROW_WORDS])staged, 0);
    nfi_flow_cache_empty();
}

/* --- staging --- */

static int32_t ascending(const int32_t *low, const int32_t *high)
{
    for (int32_t i = 0; i < 4; i++)
        if (low[i] != high[i])
            return (uint32_t)low[i] < (uint32_t)high[i];
    return 1;
}

static int32_t good_range(const int32_t *low, int32_t version)
{
    const int32_t *high = low + 4;
    if (version == 4 && (!nfi_address_is_v4(low) || !nfi_address_is_v4(high)))
        return 0;
    return ascending(low, high);
}

static int32_t good_port(int32_t port)
{
    return port >= 0 && port <= 65535;
}

static int32_t check_row(const int32_t *w)
{
    if (w[NFI_ROW_ACTION] < NFI_EMPTY || w[NFI_ROW_ACTION] > NFI_SECURE || w[NFI_ROW_DOMAIN] < 0 || w[NFI_ROW_DOMAIN] > 65535)
        return -XE_BAD_PARAM;
    if ((w[NFI_ROW_VERSION] != 4 && w[NFI_ROW_VERSION] != 6) || w[NFI_ROW_PROTOCOL] < 0 || w[NFI_ROW_PROTOCOL] > 255)
        return -XE_BAD_PARAM;
    if (w[NFI_ROW_OVERHEAD] < 0 || w[NFI_ROW_OVERHEAD] > 65535 || w[NFI_ROW_MTU] < 0 || w[NFI_ROW_MTU] > 65535)
        return -XE_BAD_PARAM;
    if (!good_range(w + NFI_ROW_LOCAL_LOW, w[NFI_ROW_VERSION]) || !good_range(w + NFI_ROW_REMOTE_LOW, w[NFI_ROW_VERSION]))
        return -XE_BAD_ADDR_RANGE;
    return good_port(w[NFI_ROW_LOCAL_PORT]) && good_port(w[NFI_ROW_REMOTE_PORT]) ? 0 : -XE_BAD_PORT_NUMBER;
}

int32_t nfi_verdict_stage(int32_t row, const int32_t *words)
{
    if (row < 0)
        return -XE_BAD_PARAM;
    if (row >= NFI_MAX_ROWS)
        return -XE_OUT_OF_POLICIES;
    int32_t status = words[NFI_ROW_ACTION] == NFI_EMPTY ? 0 : check_row(words);
    if (status == 0)
        memcpy(staged[row], words, sizeof staged[row]);
    return status;
}

void nfi_verdict_build(int32_t generation)
{
    nfi_index_build(&tables[1 - in_force], (const int32_t (*)[NFI_ROW_WORDS])staged, generation);
}

void nfi_verdict_swap(void)
{
    in_force = 1 - in_force;
    nfi_flow_cache_empty();
}

/* --- looking up --- */

/* A row names our side and the other; which end of the packet is ours depends on its way. ICMP type and code belong to the
 * message, not to an end (RFC 4301 4.4.1.1). */
static void flow_of(nfi_flow *flow, const int32_t *info, int32_t inbound)
{
    int32_t local = inbound ? NFI_INFO_DESTINATION : NFI_INFO_SOURCE;
    int32_t remote = inbound ? NFI_INFO_SOURCE : NFI_INFO_DESTINATION;
    int32_t protocol = info[NFI_INFO_PROTOCOL];
    int32_t exchanged = inbound && protocol != NFI_PROTO_ICMP && protocol != NFI_PROTO_ICMPV6;
    *flow = (nfi_flow){
        info + local, info + remote, info[NFI_INFO_VERSION], protocol, info[NFI_INFO_DOMAIN],
        info[exchanged ? NFI_INFO_DESTINATION_PORT : NFI_INFO_SOURCE_PORT],
        info[exchanged ? NFI_INFO_SOURCE_PORT : NFI_INFO_DESTINATION_PORT]
    };
}

static int32_t find(const int32_t *info, int32_t inbound)
{
    static nfi_flow_key key;                          /* the stack's thread has little stack */
    static nfi_flow flow;
    int32_t position;
    flow_of(&flow, info, inbound);
    if (!nfi_flow_key_make(&key, &flow))
        return nfi_index_find(&tables[in_force], &flow);
    if (!nfi_flow_cache_find(&key, &position)) {
        position = nfi_index_find(&tables[in_force], &flow);
        nfi_flow_cache_store(&key, position);
    }
    return position;
}

static int32_t action_at(int32_t position)
{
    return position < 0 ? NFI_EMPTY : tables[in_force].action[position];
}

/* Fills the verdict's row; -> the row's action, NFI_EMPTY when none matches. */
static int32_t judge(const int32_t *info, int32_t inbound, nfi_verdict *verdict)
{
    const nfi_verdict_index *table = &tables[in_force];
    int32_t position = find(info, inbound), action = action_at(position);
    verdict->pass = NFI_VERDICT_DROP;
    verdict->row = position < 0 ? -1 : table->row[position];
    verdict->generation = table->generation;
    verdict->overhead = action == NFI_SECURE ? table->overhead[position] : 0;
    verdict->mtu = action == NFI_SECURE ? table->mtu[position] : 0;
    return action;
}

void nfi_verdict_outbound(const int32_t *info, nfi_verdict *verdict)
{
    switch (judge(info, 0, verdict)) {
    case NFI_SECURE:
        verdict->pass = NFI_VERDICT_QUEUE;
        break;
    case NFI_BYPASS:
        verdict->pass = NFI_VERDICT_PASS;
        nfi_count(NFI_COUNT_BYPASS_OUT);
        break;
    case NFI_DROP:
        nfi_count(NFI_COUNT_DROP_OUT);
        break;
    default:
        nfi_count(XE_POLICY_NOT_FOUND);
        break;
    }
}

void nfi_verdict_inbound(const int32_t *info, nfi_verdict *verdict)
{
    switch (judge(info, 1, verdict)) {
    case NFI_SECURE:
        nfi_count(XE_INBOUND_EXPECTED_SECURE_PACKET);
        break;
    case NFI_BYPASS:
        verdict->pass = NFI_VERDICT_PASS;
        nfi_count(NFI_COUNT_BYPASS_IN);
        break;
    case NFI_DROP:
        nfi_count(NFI_COUNT_DROP_IN);
        break;
    default:
        nfi_count(XE_POLICY_NOT_FOUND);
        break;
    }
}

void nfi_verdict_transit(int32_t *info, int32_t leaves, nfi_verdict *verdict)
{
    int32_t entering = judge(info, 1, verdict);
    if (entering == NFI_SECURE || entering == NFI_DROP) {
        nfi_verdict_inbound(info, verdict);
        return;
    }
    info[NFI_INFO_DOMAIN] = leaves;
    if (judge(info, 0, verdict) != NFI_EMPTY || entering == NFI_EMPTY) {
        nfi_verdict_outbound(info, verdict);
        return;
    }
    verdict->pass = NFI_VERDICT_PASS;
    nfi_count(NFI_COUNT_BYPASS_IN);
}

int32_t nfi_verdict_leaves_clear(int32_t *info, int32_t leaves)
{
    info[NFI_INFO_DOMAIN] = leaves;
    int32_t action = action_at(find(info, 0));
    if (action != NFI_SECURE && action != NFI_DROP)
        return 1;
    nfi_count(XE_INBOUND_POLICY_FAILURE);
    return 0;
}

static int32_t room(int32_t path_mtu, int32_t overhead, int32_t interface_mtu)
{
    int32_t mtu = path_mtu != 0 && path_mtu < interface_mtu ? path_mtu : interface_mtu;
    return mtu > overhead ? mtu - overhead : 0;
}

int32_t nfi_verdict_room(const nfi_verdict *verdict, int32_t interface_mtu)
{
    return room(verdict->mtu, verdict->overhead, interface_mtu);
}

int32_t nfi_verdict_room_for(const int32_t *info, int32_t inbound, int32_t interface_mtu)
{
    const nfi_verdict_index *table = &tables[in_force];
    int32_t position = find(info, inbound);
    return action_at(position) == NFI_SECURE ? room(table->mtu[position], table->overhead[position], interface_mtu) : 0;
}

int32_t nfi_verdict_match(const int32_t *info, int32_t inbound)
{
    nfi_flow flow;
    flow_of(&flow, info, inbound);
    int32_t position = nfi_index_find(&tables[in_force], &flow);
    return position < 0 ? -XE_POLICY_NOT_FOUND : tables[in_force].row[position];
}
