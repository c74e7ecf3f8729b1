/* The index of one verdict table: for each field of a packet, the set of rows that accept its value, as bits in match order.
 * The first match is the lowest bit set in all of them. Any range works as well as a prefix; the cost of a lookup is six
 * searches and an intersection that stops at the first match, whatever the rows look like. */
#ifndef NFI_VERDICT_INDEX_H
#define NFI_VERDICT_INDEX_H
#include <stdint.h>
#include "nfi_limits.h"
#include "nfi_packet.h"

_Static_assert(NFI_MAX_ROWS <= 32767, "row numbers are kept in 16 bits");

typedef unsigned long nfi_rowset_word;
#define NFI_ROWSET_BITS ((int32_t)sizeof(nfi_rowset_word) * 8)
#define NFI_ROWSET_WORDS ((NFI_MAX_ROWS + (int32_t)sizeof(nfi_rowset_word) * 8 - 1) / ((int32_t)sizeof(nfi_rowset_word) * 8))
typedef struct { nfi_rowset_word word[NFI_ROWSET_WORDS]; } nfi_rowset;

/* One end's address. Bounds cut the address space where some row's range begins or has ended; IPv4 bounds (one word each)
 * lie first, IPv6 bounds (four words each) behind them. rows holds a set for each piece, IPv4 first. */
typedef struct {
    int32_t v4_bounds;
    int32_t v6_bounds;
    uint32_t bound[NFI_MAX_ROWS * 2 * 4];
    nfi_rowset rows[NFI_MAX_ROWS * 2 + 2];
} nfi_address_field;

/* Protocol, domain, or a port: a row names one value or none. rows[0] is for a value no row names. */
typedef struct {
    int32_t values;
    uint16_t value[NFI_MAX_ROWS];         /* ascending */
    nfi_rowset rows[NFI_MAX_ROWS + 1];
} nfi_value_field;

typedef struct {
    int32_t generation;
    int32_t count;                        /* rows in force */
    int32_t set_words;                    /* words of a set in use */
    int16_t row[NFI_MAX_ROWS];            /* row number by position in match order */
    uint8_t action[NFI_MAX_ROWS];
    uint16_t overhead[NFI_MAX_ROWS];
    uint16_t mtu[NFI_MAX_ROWS];
    nfi_address_field local, remote;
    nfi_value_field protocol, domain, local_port, remote_port;
} nfi_verdict_index;

/* What is looked up: a packet seen from this side. Ports are -1 where not available; for ICMP type and code. */
typedef struct {
    const int32_t *local;                 /* 4 words */
    const int32_t *remote;
    int32_t version;
    int32_t protocol;
    int32_t domain;
    int32_t local_port;
    int32_t remote_port;
} nfi_flow;

/* rows: NFI_MAX_ROWS times NFI_ROW_WORDS, each valid or EMPTY. */
void nfi_index_build(nfi_verdict_index *index, const int32_t (*rows)[NFI_ROW_WORDS], int32_t generation);
int32_t nfi_index_find(const nfi_verdict_index *index, const nfi_flow *flow);  /* -> position, -1 none */

#endif
