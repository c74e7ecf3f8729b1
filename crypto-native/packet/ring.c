#include "ring.h"
#include <string.h>
#include "counters.h"
#include "nfi_packet.h"
#include "nfi_port.h"

typedef struct {
    int32_t slots[NFI_BUFFERS];
    int32_t first;
    int32_t count;
} ring;

typedef struct {
    int32_t sequence;
    int32_t microseconds;
} echo;

static ring rings[NFI_RINGS];
static int32_t turn;                      /* the ring that take looks at first */
static echo echoes[NFI_ECHO_EVENTS];
static int32_t echo_first, echo_count;
static struct { int32_t destination[4]; int32_t version, spi, mtu, length; } paths[NFI_PATH_EVENTS];
static int32_t path_count;
static int32_t interface_changed;

void nfi_ring_reset(void)
{
    nfi_port_lock();
    memset(rings, 0, sizeof rings);
    turn = 0;
    echo_first = echo_count = path_count = 0;
    interface_changed = 0;
    nfi_port_unlock();
}

/* A slot is in one ring at most (its owner says so), hence there is always room. */
static void push(int32_t which, int32_t slot)
{
    ring *r = &rings[which];
    nfi_port_lock();
    r->slots[(r->first + r->count) % NFI_BUFFERS] = slot;
    r->count++;
    nfi_port_unlock();
}

/* Under the lock; 0 when empty. */
static int32_t pop(int32_t which)
{
    ring *r = &rings[which];
    if (r->count == 0)
        return 0;
    int32_t slot = r->slots[r->first];
    r->first = (r->first + 1) % NFI_BUFFERS;
    r->count--;
    return slot;
}

static int32_t ring_of_kind(int32_t kind)
{
    if (kind == NFI_OUTBOUND)
        return NFI_RING_OUTBOUND;
    return kind == NFI_INBOUND ? NFI_RING_INBOUND : NFI_RING_DATAGRAM;
}

int32_t nfi_ring_to_node(int32_t slot, int32_t kind)
{
    nfi_buffer *b = nfi_buffer_hand(slot, NFI_OWNER_STACK, NFI_OWNER_RING);
    if (b == NULL)
        return -NFI_BAD_HANDLE;
    b->kind = kind;
    push(ring_of_kind(kind), slot);
    nfi_count(kind == NFI_OUTBOUND ? NFI_COUNT_QUEUED_OUT : NFI_COUNT_QUEUED_IN);
    nfi_port_signal();
    return 0;
}

int32_t nfi_ring_to_stack(int32_t slot, int32_t where)
{
    nfi_buffer *b = nfi_buffer_hand(slot, NFI_OWNER_NODE, NFI_OWNER_RING);
    if (b == NULL)
        return -NFI_BAD_HANDLE;
    b->where = where;
    push(NFI_RING_STACK, slot);
    return 0;
}

int32_t nfi_ring_from_node(void)
{
    nfi_port_lock();
    int32_t slot = pop(NFI_RING_STACK);
    nfi_port_unlock();
    if (slot != 0)
        nfi_buffer_hand(slot, NFI_OWNER_RING, NFI_OWNER_STACK);
    return slot;
}

int32_t nfi_ring_to_itself(int32_t slot, int32_t where)
{
    return nfi_buffer_hand(slot, NFI_OWNER_STACK, NFI_OWNER_NODE) == NULL ? -NFI_BAD_HANDLE : nfi_ring_to_stack(slot, where);
}

int32_t nfi_ring_waits_for_stack(void)
{
    nfi_port_lock();
    int32_t waits = rings[NFI_RING_STACK].count > 0;
    nfi_port_unlock();
    return waits;
}

/* One packet of each kind in turn, so that a full ring does not keep the others waiting. */
int32_t nfi_ring_take(void)
{
    int32_t slot = 0;
    nfi_port_lock();
    for (int32_t i = 0; i < NFI_RING_STACK && slot == 0; i++) {
        slot = pop(turn);
        turn = (turn + 1) % NFI_RING_STACK;
    }
    nfi_port_unlock();
    if (slot != 0)
        nfi_buffer_hand(slot, NFI_OWNER_RING, NFI_OWNER_NODE);
    return slot;
}

int32_t nfi_ring_pending(void)
{
    nfi_port_lock();
    int32_t pending = interface_changed || echo_count > 0 || path_count > 0;
    for (int32_t i = 0; i < NFI_RING_STACK; i++)
        pending = pending || rings[i].count > 0;
    nfi_port_unlock();
    return pending;
}

void nfi_event_interface(void)
{
    nfi_port_lock();
    interface_changed = 1;
    nfi_port_unlock();
    nfi_port_signal();
}

void nfi_event_echo(int32_t sequence, int32_t microseconds)
{
    nfi_port_lock();
    if (echo_count < NFI_ECHO_EVENTS) {
        echo *e = &echoes[(echo_first + echo_count++) % NFI_ECHO_EVENTS];
        e->sequence = sequence;
        e->microseconds = microseconds;
    }
    nfi_port_unlock();
    nfi_port_signal();
}

/* One report of a path is enough until it is taken: a flood of them costs the node no more. */
void nfi_event_path_mtu(const int32_t *about, int32_t mtu)
{
    nfi_port_lock();
    if (path_count < NFI_PATH_EVENTS) {
        memcpy(paths[path_count].destination, about + NFI_INFO_DESTINATION, sizeof paths[0].destination);
        paths[path_count].version = about[NFI_INFO_VERSION];
        paths[path_count].spi = about[NFI_INFO_SPI];
        paths[path_count].mtu = mtu;
        paths[path_count++].length = about[NFI_INFO_LENGTH];
    }
    nfi_port_unlock();
    nfi_port_signal();
}

/* The three below run under the lock. */
static int32_t take_interface(void)
{
    int32_t changed = interface_changed;
    interface_changed = 0;
    return changed ? NFI_INTERFACE : NFI_NOTHING;
}

static int32_t take_echo(int32_t *info)
{
    const echo *e = &echoes[echo_first];
    if (echo_count == 0)
        return NFI_NOTHING;
    info[NFI_INFO_DETAIL] = e->sequence;
    info[NFI_INFO_DETAIL2] = e->microseconds;
    echo_first = (echo_first + 1) % NFI_ECHO_EVENTS;
    echo_count--;
    return NFI_ECHO;
}

static int32_t take_path(int32_t *info)
{
    if (path_count == 0)
        return NFI_NOTHING;
    path_count--;
    memcpy(info + NFI_INFO_DESTINATION, paths[path_count].destination, sizeof paths[0].destination);
    info[NFI_INFO_VERSION] = paths[path_count].version;
    info[NFI_INFO_SPI] = paths[path_count].spi;
    info[NFI_INFO_DETAIL] = paths[path_count].mtu;
    info[NFI_INFO_DETAIL2] = paths[path_count].length;
    return NFI_PATH_MTU;
}

int32_t nfi_event_take(int32_t *info)
{
    nfi_port_lock();
    int32_t kind = take_interface();
    if (kind == NFI_NOTHING)
        kind = take_echo(info);
    if (kind == NFI_NOTHING)
        kind = take_path(info);
    nfi_port_unlock();
    return kind;
}
