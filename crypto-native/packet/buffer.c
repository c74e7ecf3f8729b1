#include "buffer.h"
#include <string.h>
#include "nfi_port.h"

/* A slot number: the generation above, index + 1 below; always positive. */
#define INDEX_BITS 12
#define INDEX_MASK ((1 << INDEX_BITS) - 1)
#define GENERATIONS (1 << (30 - INDEX_BITS))
_Static_assert(NFI_BUFFERS < INDEX_MASK, "the pool has more slots than a slot number can name");
_Static_assert(NFI_SMALL_BUFFER_SIZE >= NFI_HEADROOM + 1500 + NFI_TAILROOM, "a small slot holds an Ethernet packet");

enum { SMALL = 0, LARGE = 1, SIZES = 2 };

static uint8_t small_bytes[NFI_SMALL_BUFFERS][NFI_SMALL_BUFFER_SIZE];
static uint8_t large_bytes[NFI_LARGE_BUFFERS][NFI_LARGE_BUFFER_SIZE];
static nfi_buffer buffers[NFI_BUFFERS];
static int32_t generations[NFI_BUFFERS];
static int32_t held[SIZES][NFI_SHARES];
static int16_t free_list[NFI_BUFFERS];        /* a stack for each size: the slot last used is warm in the cache */
static int32_t free_top[SIZES];

/* What a share may always take, whatever the others do: a flood one way leaves the other ways alive. Large slots are few, so
 * they know but two ways: the node's packets go out, datagrams come in. */
static const int32_t reserve[SIZES][NFI_SHARES] = {
    { NFI_SMALL_BUFFERS / 5, NFI_SMALL_BUFFERS / 5, NFI_SMALL_BUFFERS / 10, NFI_SMALL_BUFFERS / 10 },
    { (NFI_LARGE_BUFFERS + 2) / 4, (NFI_LARGE_BUFFERS + 2) / 4, 0, 0 },
};

static size_t copy_bytes(const void *origin, uint8_t *dst, size_t length, size_t offset)
{
    memcpy(dst, (const uint8_t *)origin + offset, length);
    return length;
}

void nfi_source_bytes(nfi_source *source, const uint8_t *bytes, size_t length)
{
    *source = (nfi_source){ copy_bytes, bytes, 0, length };
}

size_t nfi_source_copy(const nfi_source *source, uint8_t *dst, size_t length, size_t offset)
{
    return source->copy(source->origin, dst, length, source->start + offset);
}

static int32_t size_of_index(int32_t index)
{
    return index < NFI_SMALL_BUFFERS ? SMALL : LARGE;
}

static void prepare(int32_t index)
{
    nfi_buffer *b = &buffers[index];
    memset(b, 0, sizeof *b);
    if (size_of_index(index) == SMALL) {
        b->bytes = small_bytes[index];
        b->capacity = NFI_SMALL_BUFFER_SIZE;
    } else {
        b->bytes = large_bytes[index - NFI_SMALL_BUFFERS];
        b->capacity = NFI_LARGE_BUFFER_SIZE;
    }
}

static int16_t *free_of(int32_t size)
{
    return size == SMALL ? free_list : free_list + NFI_SMALL_BUFFERS;
}

static void push_free(int32_t index)
{
    int32_t size = size_of_index(index);
    free_of(size)[free_top[size]++] = (int16_t)index;
}

void nfi_pool_reset(void)
{
    nfi_port_lock();
    free_top[SMALL] = free_top[LARGE] = 0;
    memset(held, 0, sizeof held);
    for (int32_t i = 0; i < NFI_BUFFERS; i++) {
        if (buffers[i].owner == NFI_OWNER_DRIVER) {
            held[size_of_index(i)][buffers[i].share]++;
            continue;
        }
        prepare(i);                       /* generations go on: numbers from before stay stale */
        push_free(i);
    }
    nfi_port_unlock();
}

static int32_t within_share(int32_t size, int32_t share)
{
    int32_t promised = 0;
    if (held[size][share] < reserve[size][share])
        return free_top[size] > 0;
    for (int32_t s = 0; s < NFI_SHARES; s++)
        if (s != share && held[size][s] < reserve[size][s])
            promised += reserve[size][s] - held[size][s];
    return free_top[size] > promised;
}

static int32_t open_slot(int32_t index, int32_t share, size_t length)
{
    nfi_buffer *b = &buffers[index];
    prepare(index);
    generations[index] = (generations[index] + 1) % GENERATIONS;
    b->slot = (generations[index] << INDEX_BITS) | (index + 1);
    b->owner = NFI_OWNER_STACK;
    b->share = share;
    b->offset = NFI_HEADROOM;
    b->length = (uint32_t)length;
    b->row = -1;
    held[size_of_index(index)][share]++;
    return b->slot;
}

static int32_t payer(int32_t size, int32_t share)
{
    if (size == SMALL)
        return share;
    return share == NFI_SHARE_NODE || share == NFI_SHARE_OUTBOUND ? NFI_SHARE_OUTBOUND : NFI_SHARE_INBOUND;
}

int32_t nfi_buffer_alloc(int32_t share, size_t length)
{
    if (length > NFI_LARGEST_PACKET)
        return -XE_DST_OUT_OF_SPACE;
    int32_t size = length + NFI_HEADROOM + NFI_TAILROOM <= NFI_SMALL_BUFFER_SIZE ? SMALL : LARGE;
    int32_t slot = -XE_OUT_OF_PACKETS;
    share = payer(size, share);
    nfi_port_lock();
    if (within_share(size, share))
        slot = open_slot(free_of(size)[--free_top[size]], share, length);
    nfi_port_unlock();
    return slot;
}

/* Under the lock. */
static nfi_buffer *look(int32_t slot, int32_t owner)
{
    int32_t index = (slot & INDEX_MASK) - 1;
    if (slot <= 0 || index < 0 || index >= NFI_BUFFERS)
        return NULL;
    nfi_buffer *b = &buffers[index];
    return b->owner == owner && b->slot == slot ? b : NULL;
}

nfi_buffer *nfi_buffer_get(int32_t slot, int32_t owner)
{
    return nfi_buffer_hand(slot, owner, owner);
}

nfi_buffer *nfi_buffer_hand(int32_t slot, int32_t from, int32_t to)
{
    nfi_port_lock();
    nfi_buffer *b = look(slot, from);
    if (b != NULL)
        b->owner = to;
    nfi_port_unlock();
    return b;
}

int32_t nfi_buffer_release(int32_t slot, int32_t owner)
{
    int32_t result = -NFI_BAD_HANDLE;
    nfi_port_lock();
    nfi_buffer *b = look(slot, owner);
    if (b != NULL) {
        b->owner = NFI_OWNER_POOL;
        held[size_of_index((slot & INDEX_MASK) - 1)][b->share]--;
        push_free((slot & INDEX_MASK) - 1);
        result = 0;
    }
    nfi_port_unlock();
    return result;
}

int32_t nfi_buffer_free_count(void)
{
    nfi_port_lock();
    int32_t count = free_top[SMALL] + free_top[LARGE];
    nfi_port_unlock();
    return count;
}
