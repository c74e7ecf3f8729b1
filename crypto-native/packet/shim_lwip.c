/* Hooks an unmodified lwIP at run time (netif->input, output, output_ip6), so that every packet goes past the verdicts, and
 * keeps the hooks. Needs nothing of lwIP that a target may lack: no raw PCBs, no IP_REASSEMBLY, no LOCK_TCPIP_CORE. */
#include <string.h>
#include <lwip/memp.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>
#include "nfi_status.h"
#include "reassembly.h"
#include "ring.h"
#include "shim.h"
#include "shim_lwip.h"

#define CHECK_MS 1000             /* how often lost hooks and changed addresses are looked for */
#define POST_TRIES 2000           /* 1 ms apart, for a place in the stack's mailbox */

static nfi_lwip_hook hooks[NFI_MAX_INTERFACES];
static int attached;
static int open;                  /* closed: the hooks stay, and nothing passes them */
static uint32_t looked_at;        /* when check last ran, in milliseconds */

/* Whoever removes and frees an interface leaves us a pointer to nothing. It is compared, never followed, until it is found in
 * lwIP's list. */
static int still_there(const struct netif *wanted)
{
    const struct netif *netif;
    NETIF_FOREACH(netif)
        if (netif == wanted) return 1;
    return 0;
}

nfi_lwip_hook *nfi_lwip_hook_of(const struct netif *netif)
{
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++)
        if (hooks[i].netif == netif) return &hooks[i];
    return NULL;
}

nfi_lwip_hook *nfi_lwip_hook_of_domain(int32_t domain)
{
    const struct netif *netif = domain > 0 && domain <= 0xff ? netif_get_by_index((u8_t)domain) : NULL;
    return netif ? nfi_lwip_hook_of(netif) : NULL;
}

nfi_lwip_hook *nfi_lwip_hook_at(int32_t index)
{
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++)
        if (hooks[i].netif && still_there(hooks[i].netif) && index-- == 0) return &hooks[i];
    return NULL;
}

int nfi_lwip_open(void)
{
    return open;
}

/* ---- hooks, in the stack's thread ---- */

int nfi_lwip_has_ethernet(const struct netif *netif)
{
    return (netif->flags & (NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET)) != 0;
}

/* The stack's own loopback interface never reaches a wire. Its name alone proves nothing: a radio may be called lo, too. */
static int is_loopback(const struct netif *netif)
{
    if (nfi_lwip_has_ethernet(netif) || netif->name[0] != 'l' || netif->name[1] != 'o') return 0;
#if LWIP_IPV4
    return ip4_addr_isloopback(netif_ip4_addr(netif));
#else
    return ip6_addr_isloopback(netif_ip6_addr(netif, 0));
#endif
}

static void forget_the_gone(void)
{
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++)
        if (hooks[i].netif && !still_there(hooks[i].netif)) hooks[i].netif = NULL;
}

/* The interface's place, a new one when it has none. An interface whose input is ours already had no place before: nobody knows
 * the driver's functions any more, so it gets none until it is added anew. */
static nfi_lwip_hook *place_of(struct netif *netif)
{
    nfi_lwip_hook *h = nfi_lwip_hook_of(netif);
    if (h || netif->input == nfi_lwip_input) return h;
    forget_the_gone();
    if ((h = nfi_lwip_hook_of(NULL)) == NULL) return NULL;
    memset(h, 0, sizeof *h);
    h->netif = netif;
    return h;
}

/* Without a place in the table the functions still change: hook_of finds nothing, and the interface carries nothing. */
static void take_over(struct netif *netif)
{
    if (is_loopback(netif)) return;
    nfi_lwip_hook *h = place_of(netif);
    if (netif->input != nfi_lwip_input) {
        if (h) h->input = netif->input;
        netif->input = nfi_lwip_input;
    }
#if LWIP_IPV4
    if (netif->output && netif->output != nfi_lwip_output) {
        if (h) h->output = netif->output;
        netif->output = nfi_lwip_output;
    }
#endif
#if LWIP_IPV6
    if (netif->output_ip6 && netif->output_ip6 != nfi_lwip_output_ip6) {
        if (h) h->output_ip6 = netif->output_ip6;
        netif->output_ip6 = nfi_lwip_output_ip6;
    }
#endif
}

/* ---- the watch: events of the stack, and a look once a second ---- */

static void report_changes(void)
{
    static int32_t words[NFI_IF_WORDS];
    for (size_t i = 0; i < NFI_MAX_INTERFACES; i++) {
        uint32_t sum = 1;
        if (hooks[i].netif) nfi_lwip_describe_interface(hooks[i].netif, words);
        for (size_t w = 0; hooks[i].netif && w < NFI_IF_WORDS; w++) sum = sum * 16777619u ^ (uint32_t)words[w];
        if (sum != hooks[i].reported) nfi_event_interface();
        hooks[i].reported = sum;
    }
}

static void check(void)
{
    struct netif *netif;
    looked_at = sys_now();
    forget_the_gone();
    NETIF_FOREACH(netif) take_over(netif);
    report_changes();
    nfi_reassembly_expire(looked_at);
}

void nfi_lwip_look_around(void)
{
    if (attached && sys_now() - looked_at >= CHECK_MS) check();
}

/* A pool of timeouts sized to the stack's own needs has none for us: one that is free now is another's later, and sys_timeout
 * halts when it finds none. Then the stack's events, the node's kicks and what arrives keep the hooks. */
#if MEMP_MEM_MALLOC || MEMP_NUM_SYS_TIMEOUT > LWIP_NUM_SYS_TIMEOUT_INTERNAL
static void tick(void *unused)
{
    check();
    nfi_lwip_drain();
    sys_timeout(CHECK_MS, tick, unused);
}

static void start_ticking(void)
{
#if !MEMP_MEM_MALLOC              /* an application may have taken what is beyond the stack's needs */
    void *spare = memp_malloc(MEMP_SYS_TIMEOUT);
    if (!spare) return;
    memp_free(MEMP_SYS_TIMEOUT, spare);
#endif
    sys_timeout(CHECK_MS, tick, NULL);
}
#else
static void start_ticking(void) { }
#endif

#if LWIP_NETIF_EXT_STATUS_CALLBACK
static netif_ext_callback_t watch;

/* A removed interface keeps the hooks as well: lwIP says so first, and only then aborts the connections over it, whose resets
 * must not leave in clear text. When it is added again its functions are new. */
static void stack_event(struct netif *netif, netif_nsc_reason_t reason, const netif_ext_callback_args_t *arguments)
{
    (void)reason, (void)arguments;
    take_over(netif);
    nfi_event_interface();
}
#endif

static void attach_in_stack(void *unused)
{
    (void)unused;
    if (!attached) {
        attached = 1;
        nfi_lwip_echo_begin();
#if LWIP_NETIF_EXT_STATUS_CALLBACK
        netif_add_ext_callback(&watch, stack_event);
#endif
        start_ticking();
    }
    open = 1;
    check();
    nfi_event_interface();
}

static void close_in_stack(void *unused)
{
    (void)unused;
    open = 0;
    nfi_reassembly_reset();
    nfi_join_reset();
}

/* ---- from other threads into the stack's ---- */

static struct {
    struct tcpip_callback_msg *message, *kick;
    sys_mutex_t gate;
    sys_sem_t done;
    void (*body)(void *);
    void *argument;
    int ready, kicked;
} errand;

static void run_errand(void *unused)
{
    (void)unused;
    errand.body(errand.argument);
    sys_sem_signal(&errand.done);
}

/* Posts a message made beforehand: no allocation, and the stack's thread waits for nobody, so its mailbox empties. */
static int32_t post(struct tcpip_callback_msg *message)
{
    for (int i = 0; i < POST_TRIES; i++) {
        if (tcpip_callbackmsg_trycallback(message) == ERR_OK) return 0;
        sys_msleep(1);
    }
    return -NFI_BUSY;
}

int32_t nfi_lwip_in_stack(void (*body)(void *), void *argument)
{
    if (!errand.ready) return -NFI_NOT_STARTED;
    sys_mutex_lock(&errand.gate);
    errand.body = body;
    errand.argument = argument;
    int32_t status = post(errand.message);
    if (status == 0) sys_arch_sem_wait(&errand.done, 0);
    sys_mutex_unlock(&errand.gate);
    return status;
}

static void kicked_in_stack(void *unused)
{
    (void)unused;
    __atomic_store_n(&errand.kicked, 0, __ATOMIC_SEQ_CST);
    if (nfi_lwip_drain()) nfi_shim_kick();
}

static int32_t prepare(void)
{
    if (errand.ready) return 0;
    if (sys_mutex_new(&errand.gate) != ERR_OK || sys_sem_new(&errand.done, 0) != ERR_OK) return -XE_NOMEM;
    errand.message = tcpip_callbackmsg_new(run_errand, NULL);
    errand.kick = tcpip_callbackmsg_new(kicked_in_stack, NULL);
    if (!errand.message || !errand.kick) return -XE_NOMEM;
    errand.ready = 1;
    return 0;
}

/* ---- shim.h ---- */

int32_t nfi_shim_attach(void)
{
    int32_t status = prepare();
    return status < 0 ? status : nfi_lwip_in_stack(attach_in_stack, NULL);
}

void nfi_shim_close(void)
{
    if (errand.ready) nfi_lwip_in_stack(close_in_stack, NULL);
}

void nfi_shim_kick(void)
{
    if (!errand.ready || __atomic_exchange_n(&errand.kicked, 1, __ATOMIC_SEQ_CST)) return;
    if (tcpip_callbackmsg_trycallback(errand.kick) != ERR_OK) __atomic_store_n(&errand.kicked, 0, __ATOMIC_SEQ_CST);
}

typedef struct { void (*swap)(void); } commit;

static void commit_in_stack(void *argument)
{
    ((const commit *)argument)->swap();
}

int32_t nfi_shim_commit(void (*swap)(void))
{
    commit order = { swap };
    if (errand.ready) return nfi_lwip_in_stack(commit_in_stack, &order);
    swap();
    return 0;
}

typedef struct { int32_t index, found, *words; } question;

static void interface_in_stack(void *argument)
{
    question *q = argument;
    const nfi_lwip_hook *h = nfi_lwip_hook_at(q->index);
    if (h) nfi_lwip_describe_interface(h->netif, q->words);
    q->found = h != NULL;
}

int32_t nfi_shim_interface(int32_t index, int32_t words[NFI_IF_WORDS])
{
    question q = { index, 0, words };
    if (!errand.ready || index < 0) return 0;
    int32_t status = nfi_lwip_in_stack(interface_in_stack, &q);
    return status < 0 ? status : q.found;
}

