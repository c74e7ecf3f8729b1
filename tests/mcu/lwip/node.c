#include "node.h"
#include "image.h"
#include "nfi_crypto.h"
#include "nfi_packet.h"
#include "thread.h"
#include "tunnel.h"

static const image_suite suite = { NFI_AES_GCM, 20, 0, 16 };
static int32_t board_out, board_in, peer_out, peer_in;        /* transforms */
static int32_t board_sequence, peer_sequence;
static int32_t policy, generation;

/* A key for each way: one that sealed for one transform seals for no other. */
static int32_t one_way(uint8_t filling, int32_t from_peer, int32_t *receives)
{
    uint8_t bytes[20];
    int32_t key[2] = { 0, 0 }, sends;
    size_t i;

    for (i = 0; i < sizeof bytes; i++)
        bytes[i] = filling;
    key[0] = nfi_crypto_secret_import(bytes, sizeof bytes, 0, sizeof bytes);
    sends = image_tunnel(&suite, 0, from_peer, key);
    *receives = image_tunnel(&suite, 1, !from_peer, key);
    (void)nfi_crypto_handle_free(key[0]);
    return sends;
}

void node_start(void)
{
    board_out = one_way(1, 0, &peer_in);
    peer_out = one_way(2, 1, &board_in);
    image_case("tunnel", board_out > 0 && board_in > 0 && peer_out > 0 && peer_in > 0);
    image_case("attach", nfi_packet_attach() == 0);
}

void node_policy(int32_t action)
{
    int32_t row[NFI_ROW_WORDS] = { 0 };

    row[NFI_ROW_ACTION] = policy = action;
    row[NFI_ROW_VERSION] = 4;
    row[NFI_ROW_LOCAL_LOW + 2] = row[NFI_ROW_LOCAL_HIGH + 2] = row[NFI_ROW_REMOTE_LOW + 2] = row[NFI_ROW_REMOTE_HIGH + 2] = 0xffff;
    row[NFI_ROW_LOCAL_HIGH + 3] = row[NFI_ROW_REMOTE_HIGH + 3] = -1;
    row[NFI_ROW_OVERHEAD] = 60;
    image_case("policy", nfi_packet_row_stage(0, row, NFI_ROW_WORDS) == 0 && nfi_packet_row_commit(++generation) == 0);
}

int node_protects(void)
{
    return policy == NFI_SECURE;
}

/* One packet or event of the shim's: 1; 0 when there is none. */
static int work(void)
{
    static int32_t info[NFI_INFO_WORDS];
    const int32_t kind = nfi_packet_take(info, NFI_INFO_WORDS), slot = info[NFI_INFO_SLOT];

    if (kind == NFI_OUTBOUND)
        (void)nfi_packet_put(slot, nfi_packet_seal(board_out, slot, 0, ++board_sequence, 0) > 0 ? NFI_SEND : NFI_RELEASE);
    else if (kind == NFI_INBOUND)
        (void)nfi_packet_put(slot, nfi_packet_open(board_in, slot, 0, info, NFI_INFO_WORDS) > 0 ? NFI_DELIVER : NFI_RELEASE);
    else if (kind == NFI_DATAGRAM)
        (void)nfi_packet_put(slot, NFI_RELEASE);
    return kind > NFI_NOTHING;
}

void node_settle(void)
{
    int worked;

    do {
        thread_turn();
        for (worked = 0; work(); worked = 1)
            ;
    } while (worked || !thread_idle());
}

static size_t in_slot(uint8_t *packet, size_t length, size_t capacity, int opens)
{
    static int32_t info[NFI_INFO_WORDS];
    const int32_t slot = nfi_packet_buffer_alloc((int32_t)length);
    int32_t status = nfi_packet_buffer_write(slot, 0, packet, (int32_t)length, 0, (int32_t)length);

    if (status >= 0)
        status = opens ? nfi_packet_open(peer_in, slot, 0, info, NFI_INFO_WORDS) : nfi_packet_seal(peer_out, slot, 0, ++peer_sequence, 0);
    if (status > (int32_t)capacity)
        status = 0;
    if (status > 0)
        status = nfi_packet_buffer_read(slot, 0, packet, (int32_t)capacity, 0, status);
    (void)nfi_packet_put(slot, NFI_RELEASE);
    return status > 0 ? (size_t)status : 0;
}

size_t node_peer_seal(uint8_t *packet, size_t length, size_t capacity)
{
    return in_slot(packet, length, capacity, 0);
}

size_t node_peer_open(uint8_t *packet, size_t length, size_t capacity)
{
    return in_slot(packet, length, capacity, 1);
}
