/* The rings between the stack's thread and the node's thread, and the small events. A ring has room for every slot of the
 * pool, so what bounds a direction is its share of the pool (buffer.h): a slot once allocated can always be queued. */
#ifndef NFI_RING_H
#define NFI_RING_H
#include <stdint.h>
#include "buffer.h"

enum nfi_ring {
    NFI_RING_OUTBOUND = 0,    /* stack -> node */
    NFI_RING_INBOUND = 1,     /* stack -> node */
    NFI_RING_DATAGRAM = 2,    /* stack -> node */
    NFI_RING_STACK = 3,       /* node -> stack: where (SEND, DELIVER) is in the buffer */
    NFI_RINGS = 4
};
#define NFI_ECHO_EVENTS 8     /* echo answers not yet taken; the newest beyond is dropped */
#define NFI_PATH_EVENTS 2     /* path MTU reports not yet taken; as above: who sent the packet that was too big sends another */

void nfi_ring_reset(void);
/* For the stack's thread: queues a slot it owns for the node, counts NFI_COUNT_QUEUED_OUT or _IN, wakes the node. The kind
 * (NFI_OUTBOUND, NFI_INBOUND, NFI_DATAGRAM) chooses the ring; domain, row, generation, flags are set before.
 * 0 or -NFI_BAD_HANDLE. */
int32_t nfi_ring_to_node(int32_t slot, int32_t kind);
/* For the stack's thread: the next slot put by the node, now the stack's to release; 0 when there is none. */
int32_t nfi_ring_from_node(void);
#define NFI_RING_LEAVE 3      /* where, beside what the node may say: a packet made in the stack's thread, past the verdict and out */
#define NFI_RING_LEAVE_PROTECTED 4    /* the same, but never in clear: it quotes what came protected */
/* For the stack's thread: puts a slot it owns into the same ring, for a turn of its own. 0 or -NFI_BAD_HANDLE. */
int32_t nfi_ring_to_itself(int32_t slot, int32_t where);

/* For face.c. */
int32_t nfi_ring_to_stack(int32_t slot, int32_t where);        /* 0 or -NFI_BAD_HANDLE */
int32_t nfi_ring_waits_for_stack(void);                        /* 1 when the stack has not taken all that was put */
int32_t nfi_ring_take(void);                                   /* fair among the three; the slot is then the node's; 0 none */
int32_t nfi_ring_pending(void);                                /* 1 when take or an event would give something */

/* Events from the stack. An interface event is one flag: the node reads everything anew. */
void nfi_event_interface(void);
void nfi_event_echo(int32_t sequence, int32_t microseconds);
void nfi_event_path_mtu(const int32_t *about, int32_t mtu);    /* about: the packet that was too big */
int32_t nfi_event_take(int32_t *info);        /* -> nfi_kind INTERFACE, ECHO or PATH_MTU, its words filled; 0 none */

#endif
