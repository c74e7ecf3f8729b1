/* The part of the node, which on a board is C#: one tunnel, and whatever the shim queues goes through it. */
#ifndef TEST_MCU_NODE_H
#define TEST_MCU_NODE_H
#include <stddef.h>
#include <stdint.h>

void node_start(void);                /* packets, hooks, the tunnel's transforms, those of its other end, too */
void node_policy(int32_t action);     /* NFI_BYPASS or NFI_SECURE for everything */
void node_settle(void);               /* turns of lwIP's thread and the node's work, until both have nothing to do */
int node_protects(void);              /* 1 while the policy is NFI_SECURE */
/* The peer's end of the tunnel: a whole packet in place. -> its length; 0 when it cannot be. */
size_t node_peer_seal(uint8_t *packet, size_t length, size_t capacity);
size_t node_peer_open(uint8_t *packet, size_t length, size_t capacity);

#endif
