/* The verdict table: the compiled copy of the SPD. No table, no row: DROP. Lookups belong to the stack's thread, in which a
 * new table is swapped in as well; the node's thread only stages, builds aside, and reads between its own commits. */
#ifndef NFI_VERDICTS_H
#define NFI_VERDICTS_H
#include <stdint.h>
#include "nfi_packet.h"
#include "nfi_limits.h"

enum nfi_pass { NFI_VERDICT_DROP = 0, NFI_VERDICT_PASS = 1, NFI_VERDICT_QUEUE = 2 };
typedef struct {
    int32_t pass;             /* nfi_pass */
    int32_t row;              /* -1 none */
    int32_t generation;       /* of the table in force */
    int32_t overhead;         /* of a SECURE row, bytes */
    int32_t mtu;              /* of a SECURE row: its path MTU, 0 not known */
} nfi_verdict;

void nfi_verdict_reset(void);
/* For the stack's thread, through the flow cache. Count BYPASS_, DROP_ and the XE_ of a drop; QUEUED_ counts in the ring.
 * Inbound clear text never gets QUEUE: a SECURE row is DROP, counted XE_INBOUND_EXPECTED_SECURE_PACKET. */
void nfi_verdict_outbound(const int32_t *info, nfi_verdict *verdict);
void nfi_verdict_inbound(const int32_t *info, nfi_verdict *verdict);
/* Another host's packet that came in clear: info has the domain it came by, leaves the one it goes by (0: there is no way to it).
 * What must come in protected, or is forbidden on either side, is dropped; then the way out decides; BYPASS of one side is
 * enough, because a row stands for both directions. Counts as the two above. */
void nfi_verdict_transit(int32_t *info, int32_t leaves, nfi_verdict *verdict);
/* 1 when a packet that came out of a tunnel may leave by that domain in clear: no row protects or forbids it there. Otherwise
 * counted XE_INBOUND_POLICY_FAILURE. */
int32_t nfi_verdict_leaves_clear(int32_t *info, int32_t leaves);
/* The longest packet, bytes, that protection under the verdict's SECURE row leaves in one piece. */
int32_t nfi_verdict_room(const nfi_verdict *verdict, int32_t interface_mtu);
/* The same for the row that the packet matches, 0 when none is SECURE; counts nothing. */
int32_t nfi_verdict_room_for(const int32_t *info, int32_t inbound, int32_t interface_mtu);
/* First match without the cache: row, or -XE_POLICY_NOT_FOUND. */
int32_t nfi_verdict_match(const int32_t *info, int32_t inbound);

/* NFI_ROW_WORDS words: 0; -XE_OUT_OF_POLICIES no such row in this build; -XE_BAD_ADDR_RANGE, -XE_BAD_PORT_NUMBER,
 * -XE_BAD_PARAM the words contradict themselves, the row stays as it was staged before. */
int32_t nfi_verdict_stage(int32_t row, const int32_t *words);
void nfi_verdict_build(int32_t generation);                    /* the staged rows, indexed, aside */
void nfi_verdict_swap(void);                                   /* what was built is in force; runs in the stack's thread */

#endif
