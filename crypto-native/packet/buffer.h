/* The packet pool: static memory, small and large slots. A slot number carries a generation, so a stale one is refused.
 * Every slot has one owner: the pool, the stack's thread, a ring, the node's thread, or a driver that sends from it. */
#ifndef NFI_BUFFER_H
#define NFI_BUFFER_H
#include <stddef.h>
#include <stdint.h>
#include "nfi_limits.h"
#include "nfi_status.h"

#define NFI_BUFFERS (NFI_SMALL_BUFFERS + NFI_LARGE_BUFFERS)
#define NFI_LARGEST_PACKET (NFI_LARGE_BUFFER_SIZE - NFI_HEADROOM - NFI_TAILROOM)  /* bytes one slot holds when filled by alloc */

/* A function with a frame of its own: what it holds does not lie under what its caller calls next. The stack's thread has little stack. */
#define NFI_APART __attribute__((noinline))

/* Who asks for a slot. Each has a reserve that the others cannot take. */
enum nfi_share { NFI_SHARE_OUTBOUND = 0, NFI_SHARE_INBOUND = 1, NFI_SHARE_DATAGRAM = 2, NFI_SHARE_NODE = 3, NFI_SHARES = 4 };
enum nfi_owner { NFI_OWNER_POOL = 0, NFI_OWNER_STACK = 1, NFI_OWNER_NODE = 2, NFI_OWNER_RING = 3, NFI_OWNER_DRIVER = 4 };

typedef struct {
    uint8_t *bytes;           /* the slot's memory; the packet is bytes + offset, length long */
    uint32_t capacity;
    uint32_t offset;
    uint32_t length;
    int32_t slot;             /* its present number */
    int32_t owner;            /* nfi_owner */
    int32_t share;            /* nfi_share that pays for it */
    int32_t kind;             /* nfi_kind, set by who queues it */
    int32_t domain;           /* interface number, from 1 */
    int32_t row;              /* verdict row that matched, -1 none */
    int32_t generation;       /* of the table it matched in */
    int32_t flags;            /* NFI_FLAG_FORWARDED; the others come from the bytes */
    int32_t mtu;              /* of the path it will take when protected, 0 not known: cut to no more */
    int32_t where;            /* NFI_SEND or NFI_DELIVER, set by put */
} nfi_buffer;

/* A packet that may lie in pieces: copy moves length bytes from position offset of origin to dst and returns how many. */
typedef struct {
    size_t (*copy)(const void *origin, uint8_t *dst, size_t length, size_t offset);
    const void *origin;       /* must outlive the source */
    size_t start;             /* of the packet in origin */
    size_t length;
} nfi_source;
void nfi_source_bytes(nfi_source *source, const uint8_t *bytes, size_t length);       /* contiguous */
size_t nfi_source_copy(const nfi_source *source, uint8_t *dst, size_t length, size_t offset);     /* offset in the packet */

void nfi_pool_reset(void);                    /* a slot the driver has stays its own: the driver would free another's packet */
/* A slot owned by the stack with the packet (length bytes, not cleared) at NFI_HEADROOM: slot > 0, or -XE_OUT_OF_PACKETS,
 * or -XE_DST_OUT_OF_SPACE when no slot could ever hold it. Nothing is counted here. */
int32_t nfi_buffer_alloc(int32_t share, size_t length);
nfi_buffer *nfi_buffer_get(int32_t slot, int32_t owner);       /* NULL when stale or another's */
nfi_buffer *nfi_buffer_hand(int32_t slot, int32_t from, int32_t to);  /* changes the owner; NULL when it was not from's */
int32_t nfi_buffer_release(int32_t slot, int32_t owner);       /* 0, or -NFI_BAD_HANDLE: a second release is harmless */
int32_t nfi_buffer_free_count(void);

#endif
