/* A small cache in front of the verdict index: exact flow to position. Four ways a set; a full key is compared, so a
 * collision costs time and never a wrong verdict. Emptied whole when a table is swapped in. The stack's thread only. */
#ifndef NFI_FLOW_CACHE_H
#define NFI_FLOW_CACHE_H
#include <stdint.h>
#include "verdict_index.h"

#define NFI_FLOW_WORDS 10
typedef struct { uint32_t word[NFI_FLOW_WORDS]; } nfi_flow_key;

void nfi_flow_cache_empty(void);
/* 0 when the flow has a field that the key cannot hold: then it is not cached. */
int32_t nfi_flow_key_make(nfi_flow_key *key, const nfi_flow *flow);
int32_t nfi_flow_cache_find(const nfi_flow_key *key, int32_t *position);       /* 1 found */
void nfi_flow_cache_store(const nfi_flow_key *key, int32_t position);

#endif
