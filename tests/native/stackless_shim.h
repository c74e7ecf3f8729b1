/* A shim without a stack, for the native tests: what shim.h asks for, in the caller's thread. */
#ifndef NFI_STACKLESS_SHIM_H
#define NFI_STACKLESS_SHIM_H
#include <stdint.h>

typedef struct {
    int32_t attached;
    int32_t hold;             /* 1: kick leaves the node's ring alone */
    int32_t refuse_commit;    /* 1: commit answers -NFI_BUSY and does not swap */
    int32_t (*commit)(void (*swap)(void));    /* of a test with a stack's thread; NULL: swap at once */
    int32_t sent, delivered, pings;
    int32_t last_length;
    uint8_t last[70000];      /* the packet last put */
} stackless;
extern stackless stackless_state;

void stackless_drain(void);

#endif
