/* Between face.c and the file that knows the stack. The stack side has one thread ("the stack's thread": lwIP's tcpip thread);
 * everything in describe.h, verdicts.h (lookups), reassembly.h, and the stack's half of ring.h is called from it alone.
 *
 * The shim's way out, for each packet of the stack:
 *   nfi_describe_source; to ourselves: drop (the stack found no way back); nfi_describe_builtin: pass;
 *   FLAG_FRAGMENT: nfi_join_add until it gives a slot, describe that;
 *   nfi_verdict_outbound: PASS to the driver (a joined slot is fragmented again), DROP, or QUEUE:
 *   nfi_buffer_alloc(NFI_SHARE_OUTBOUND), copy, nfi_checksum_fill where the build leaves checksums empty, set domain, row,
 *   generation, flags, mtu; nfi_mss_clamp; nfi_ring_to_node(slot, NFI_OUTBOUND).
 *   No slot: nfi_count(NFI_COUNT_RING_FULL_OUT), ERR_MEM.
 * The way in, for each packet to one of our addresses:
 *   nfi_describe_source; nfi_describe_builtin: pass; FLAG_FRAGMENT: nfi_reassembly_add until it gives a slot, describe that;
 *   nfi_describe_inbound: queue as NFI_INBOUND (NFI_SHARE_INBOUND) or NFI_DATAGRAM (NFI_SHARE_DATAGRAM); no slot: drop,
 *   NFI_COUNT_RING_FULL_IN; otherwise nfi_verdict_inbound.
 * A describe that fails: nfi_count(NFI_COUNT_MALFORMED), drop.
 * When kicked: nfi_ring_from_node until 0; by where: NFI_SEND fragments and sends, counts NFI_COUNT_SENT and
 *   NFI_COUNT_FRAGMENTS_OUT; NFI_DELIVER: nfi_mss_clamp_opened, ip4_input or ip6_input, counts NFI_COUNT_DELIVERED;
 *   then nfi_buffer_release(slot, NFI_OWNER_STACK). */
#ifndef NFI_SHIM_H
#define NFI_SHIM_H
#include <stdint.h>
#include "nfi_packet.h"

int32_t nfi_shim_attach(void);                /* as nfi_packet_attach; may come more than once */
/* Keeps every interface and lets no IP packet pass, until the next attach; returns when the stack's thread has no slot any more. */
void nfi_shim_close(void);
void nfi_shim_kick(void);                     /* drains the node's ring in the stack's thread; never blocks, may coalesce */
/* Runs swap in the stack's thread, between two packets, and returns when it has run: 0, or -NFI_BUSY when it did not run and
 * never will. Without a stack attached it runs swap at once. */
int32_t nfi_shim_commit(void (*swap)(void));
int32_t nfi_shim_interface(int32_t index, int32_t words[NFI_IF_WORDS]);       /* -> 1 filled, 0 no such */
int32_t nfi_shim_ping(const int32_t destination[4], int32_t sequence, int32_t size);

#endif
