/* lwIP's operating system: the one thread there is runs lwIP's during a turn, and between two of them the program, which drives the
 * wire, the node and the peer. So the paint below a turn shows lwIP's thread alone: its callbacks, the shim, the driver's output. */
#include "thread.h"
#include <stdlib.h>
#include <lwip/sys.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>
#include "console.h"
#include "memory.h"
#include "nfi_port.h"

#define TURN_MS 100
#define PATIENCE 1000                 /* turns that a wait of the program's may take */

struct sys_sem { int32_t count, taken; };
struct sys_mutex { int32_t held; };
struct sys_mbox { void *messages[TCPIP_MBOX_SIZE]; uint32_t first, count; };

static struct sys_sem semaphores[4];
static struct sys_mutex mutex;        /* of one thread, so one for all */
static struct sys_mbox mailbox;       /* lwIP's thread has one; nobody uses netconns */
static int in_stack;
static uint32_t deepest;

void thread_assertion(const char *text)
{
    mcu_print("FAULT: ");
    mcu_print(text);
    mcu_print("\n");
    mcu_exit(3);
}

/* ---- turns ---- */

void thread_turn(void)
{
    uint32_t used;

    while (nfi_port_wait(TURN_MS) != 0)
        ;                             /* a signal to the node; then the clock goes on */
    in_stack = 1;
    mcu_stack_paint();
    sys_check_timeouts();
    while (tcpip_thread_poll_one())
        ;
    used = mcu_stack_used();
    in_stack = 0;
    if (used > deepest)
        deepest = used;
}

int thread_idle(void)
{
    return mailbox.count == 0;
}

void thread_begin(void)
{
    deepest = 0;
}

uint32_t thread_deepest(void)
{
    return deepest;
}

void thread_start(void)
{
    in_stack = 1;                     /* lwIP checks that, too, before it has a thread */
    tcpip_init(NULL, NULL);
    in_stack = 0;
}

void thread_run(void (*body)(void *), void *argument)
{
    if (tcpip_callback(body, argument) != ERR_OK)
        thread_assertion("lwIP's mailbox is full");
    while (!thread_idle())
        thread_turn();
}

/* ---- what lwIP asks for: sys.h and the options' checks ---- */

void sys_init(void)
{
}

u32_t sys_now(void)
{
    return nfi_port_millis();
}

uint32_t nfi_host_micros(void)
{
    return nfi_port_millis() * 1000u;
}

/* What lwIP draws ports and numbers from; the C library's would bring its files along. */
int rand(void)
{
    uint32_t drawn;

    (void)nfi_port_entropy((uint8_t *)&drawn, sizeof drawn);
    return (int)(drawn >> 1);
}

void sys_mark_tcpip_thread(void)
{
}

void sys_check_core_locking(void)
{
    if (!in_stack)
        thread_assertion("lwIP was called outside of its thread");
}

sys_prot_t sys_arch_protect(void)
{
    return 0;
}

void sys_arch_unprotect(sys_prot_t was)
{
    (void)was;
}

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn body, void *argument, int stack, int priority)
{
    (void)name, (void)body, (void)argument, (void)stack, (void)priority;
    return NULL;
}

err_t sys_mutex_new(sys_mutex_t *made)
{
    *made = &mutex;
    return ERR_OK;
}

void sys_mutex_free(sys_mutex_t *freed)
{
    *freed = NULL;
}

void sys_mutex_lock(sys_mutex_t *locked)
{
    if ((*locked)->held++ != 0)
        thread_assertion("a mutex is locked twice");
}

void sys_mutex_unlock(sys_mutex_t *locked)
{
    (*locked)->held--;
}

err_t sys_sem_new(sys_sem_t *made, u8_t count)
{
    size_t i;

    for (i = 0; i < sizeof semaphores / sizeof semaphores[0]; i++)
        if (!semaphores[i].taken) {
            semaphores[i] = (struct sys_sem){ count, 1 };
            *made = &semaphores[i];
            return ERR_OK;
        }
    return ERR_MEM;
}

void sys_sem_free(sys_sem_t *freed)
{
    (*freed)->taken = 0;
}

void sys_sem_signal(sys_sem_t *signalled)
{
    (*signalled)->count++;
}

/* The program waits for lwIP's thread, which gets its turns meanwhile; lwIP's thread waits for nobody. */
u32_t sys_arch_sem_wait(sys_sem_t *awaited, u32_t timeout)
{
    uint32_t turns = timeout == 0 ? PATIENCE : timeout / TURN_MS + 1u;

    if (in_stack)
        thread_assertion("lwIP's thread waits");
    while ((*awaited)->count == 0 && turns-- > 0)
        thread_turn();
    if ((*awaited)->count == 0) {
        if (timeout == 0)
            thread_assertion("lwIP's thread did not answer");
        return SYS_ARCH_TIMEOUT;
    }
    (*awaited)->count--;
    return 0;
}

err_t sys_mbox_new(sys_mbox_t *made, int size)
{
    (void)size;
    mailbox = (struct sys_mbox){ .count = 0 };
    *made = &mailbox;
    return ERR_OK;
}

void sys_mbox_free(sys_mbox_t *freed)
{
    *freed = NULL;
}

err_t sys_mbox_trypost(sys_mbox_t *box, void *message)
{
    struct sys_mbox *b = *box;

    if (b->count == TCPIP_MBOX_SIZE)
        return ERR_MEM;
    b->messages[(b->first + b->count++) % TCPIP_MBOX_SIZE] = message;
    return ERR_OK;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *box, void *message)
{
    return sys_mbox_trypost(box, message);
}

void sys_mbox_post(sys_mbox_t *box, void *message)
{
    if (sys_mbox_trypost(box, message) != ERR_OK)
        thread_assertion("lwIP's mailbox is full");
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *box, void **message)
{
    struct sys_mbox *b = *box;

    if (b->count == 0)
        return SYS_MBOX_EMPTY;
    *message = b->messages[b->first];
    b->first = (b->first + 1u) % TCPIP_MBOX_SIZE;
    b->count--;
    return 0;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *box, void **message, u32_t timeout)
{
    (void)timeout;
    return sys_arch_mbox_tryfetch(box, message);
}
