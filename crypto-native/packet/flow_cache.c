#include "flow_cache.h"
#include <string.h>

#define WAYS 4
#define SETS (NFI_FLOW_CACHE / WAYS)
_Static_assert(SETS > 0 && (SETS & (SETS - 1)) == 0, "NFI_FLOW_CACHE is a power of two, at least 4");

typedef struct {
    nfi_flow_key key;
    int32_t position;
} entry;

static entry cache[SETS][WAYS];           /* a key in use is never all zero: see IN_USE */
static uint32_t victim;

enum { IN_USE = 1 << 8, LOCAL_PORT = 1 << 9, REMOTE_PORT = 1 << 10, VERSION_6 = 1 << 11, DOMAIN_SHIFT = 16 };

void nfi_flow_cache_empty(void)
{
    memset(cache, 0, sizeof cache);
}

int32_t nfi_flow_key_make(nfi_flow_key *key, const nfi_flow *flow)
{
    uint32_t *w = key->word;
    if ((uint32_t)flow->domain > 0xffffu)
        return 0;
    for (int32_t i = 0; i < 4; i++) {
        w[i] = (uint32_t)flow->local[i];
        w[4 + i] = (uint32_t)flow->remote[i];
    }
    w[8] = ((uint32_t)flow->local_port & 0xffffu) << 16 | ((uint32_t)flow->remote_port & 0xffffu);
    w[9] = ((uint32_t)flow->protocol & 0xffu) | IN_USE | (uint32_t)flow->domain << DOMAIN_SHIFT
         | (flow->local_port >= 0 ? LOCAL_PORT : 0u) | (flow->remote_port >= 0 ? REMOTE_PORT : 0u)
         | (flow->version == 6 ? VERSION_6 : 0u);
    return 1;
}

static uint32_t mix(uint32_t h, uint32_t w)
{
    h = (h ^ w) * 0x9e3779b1u;
    return h ^ h >> 15;
}

static entry *set_of(const nfi_flow_key *key)
{
    uint32_t h = mix(mix(mix(key->word[9], key->word[8]), key->word[7]), key->word[3]);
    if (key->word[9] & VERSION_6)
        for (int32_t i = 0; i < 3; i++)
            h = mix(mix(h, key->word[i]), key->word[4 + i]);
    return cache[h & (SETS - 1)];
}

int32_t nfi_flow_cache_find(const nfi_flow_key *key, int32_t *position)
{
    const entry *set = set_of(key);
    for (int32_t i = 0; i < WAYS; i++)
        if (memcmp(&set[i].key, key, sizeof *key) == 0) {
            *position = set[i].position;
            return 1;
        }
    return 0;
}

void nfi_flow_cache_store(const nfi_flow_key *key, int32_t position)
{
    entry *set = set_of(key);
    int32_t way = 0;
    while (way < WAYS && set[way].key.word[9] != 0)
        way++;
    if (way == WAYS)
        way = (int32_t)(victim++ % WAYS);
    set[way].key = *key;
    set[way].position = position;
}
