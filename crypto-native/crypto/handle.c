#include "handle.h"
#include "nfi_limits.h"
#include "nfi_port.h"
#include "primitives.h"

/* A handle: the generation above, index + 1 below; always positive, never the same for two objects in a row. */
#define INDEX_BITS 12
#define INDEX_MASK ((1 << INDEX_BITS) - 1)
#define GENERATIONS (1 << (30 - INDEX_BITS))
_Static_assert(NFI_MAX_HANDLES < INDEX_MASK, "more handles than a handle can name");

typedef struct {
    void *object;
    int32_t kind;             /* 0 free */
    int32_t generation;
} entry;
static entry entries[NFI_MAX_HANDLES];

static int32_t name(int32_t index)
{
    return (entries[index].generation << INDEX_BITS) | (index + 1);
}

/* Under the lock. */
static entry *look(int32_t kind, int32_t handle)
{
    int32_t index = (handle & INDEX_MASK) - 1;
    if (handle <= 0 || kind <= 0 || index < 0 || index >= NFI_MAX_HANDLES)
        return NULL;
    return entries[index].kind == kind && name(index) == handle ? &entries[index] : NULL;
}

int32_t nfi_handle_new(int32_t kind, void *object)
{
    int32_t handle = -XE_NOMEM;
    if (kind <= 0 || object == NULL)
        return -XE_BAD_PARAM;
    nfi_port_lock();
    for (int32_t i = 0; i < NFI_MAX_HANDLES && handle < 0; i++) {
        if (entries[i].kind != 0)
            continue;
        entries[i].generation = (entries[i].generation + 1) % GENERATIONS;
        entries[i].kind = kind;
        entries[i].object = object;
        handle = name(i);
    }
    nfi_port_unlock();
    return handle;
}

void *nfi_handle_get(int32_t kind, int32_t handle)
{
    nfi_port_lock();
    entry *found = look(kind, handle);
    void *object = found != NULL ? found->object : NULL;
    nfi_port_unlock();
    return object;
}

void *nfi_handle_remove(int32_t kind, int32_t handle)
{
    void *object = NULL;
    nfi_port_lock();
    entry *found = look(kind, handle);
    if (found != NULL) {
        object = found->object;
        found->object = NULL;
        found->kind = 0;
    }
    nfi_port_unlock();
    return object;
}

int32_t nfi_crypto_handle_count(void)
{
    int32_t count = 0;
    nfi_port_lock();
    for (int32_t i = 0; i < NFI_MAX_HANDLES; i++)
        count += entries[i].kind != 0;
    nfi_port_unlock();
    return count;
}

/* A transform has an owner of its own (nfi_packet_transform_free): it is no handle of this face. */
int32_t nfi_crypto_handle_free(int32_t handle)
{
    static const struct { int32_t kind; void (*destroy)(void *object); } ends[] = {
        { NFI_KIND_SECRET, nfi_secret_destroy }, { NFI_KIND_HASH, nfi_hash_destroy }, { NFI_KIND_DH, nfi_dh_destroy },
        { NFI_KIND_CERTIFICATE, nfi_certificate_destroy }, { NFI_KIND_CRL, nfi_crl_destroy }, { NFI_KIND_PRIVATE_KEY, nfi_private_key_destroy },
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        void *object = nfi_handle_remove(ends[i].kind, handle);
        if (object == NULL)
            continue;
        ends[i].destroy(object);
        return 0;
    }
    return -NFI_BAD_HANDLE;
}
