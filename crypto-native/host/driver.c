/* Frames between lwIP and the wire. Until the packet shim has its hooks in the interface, and after it let go, the driver
 * carries nothing either way: there is no open moment, whatever the order of calls. */
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/pbuf.h>
#include <lwip/prot/ethernet.h>
#include <lwip/tcpip.h>
#include "capture.h"
#include "checksum.h"
#include "describe.h"
#include "driver.h"
#include "nfi_host.h"
#include "nfi_status.h"

#define MTU 1500

typedef struct {
    struct netif *netif;
    nfi_wire wire;
    pthread_t reader;
    int stop_event;
    uint8_t received[NFI_FRAME];
#if LWIP_IPV6
    ip6_addr_t gateway6;
#endif
} line;

struct netif nfi_driver_netif;
static struct netif other_netifs[NFI_HOST_WIRES - 1];
static line lines[NFI_HOST_WIRES];
static int in_use;

static int hooked(const struct netif *netif)
{
    return __atomic_load_n(&netif->input, __ATOMIC_ACQUIRE) != tcpip_input;
}

/* What a MAC does where the stack leaves checksums empty: header always, TCP, UDP and ICMP of whole packets. */
static void offload(uint8_t *frame, size_t length)
{
#if !CHECKSUM_GEN_IP
    int32_t words[NFI_INFO_WORDS] = { 0 };
    nfi_layout layout;
    uint8_t *packet = frame + SIZEOF_ETH_HDR;
    size_t rest = length - SIZEOF_ETH_HDR;
    if (frame[12] != 0x08 || frame[13] != 0x00 || nfi_describe(packet, rest, rest, words, &layout) < 0) return;
    nfi_checksum_fill(packet, (size_t)words[NFI_INFO_LENGTH], words, &layout);
#else
    (void)frame;
    (void)length;
#endif
}

/* Capture and impairments are the first wire's. lwIP's thread, or who holds its core lock: one at a time. */
static err_t link_output(struct netif *netif, struct pbuf *p)
{
    static uint8_t frame[NFI_FRAME];
    const line *on = netif->state;
    if (!hooked(netif)) return ERR_IF;
    if (p->tot_len > sizeof frame || p->tot_len < SIZEOF_ETH_HDR) return ERR_BUF;
    pbuf_copy_partial(p, frame, p->tot_len, 0);
    offload(frame, p->tot_len);
    if (netif == &nfi_driver_netif) {
        nfi_capture_frame(frame, p->tot_len);
        nfi_impair_send(frame, p->tot_len);
    } else {
        on->wire.send(&on->wire, frame, p->tot_len);
    }
    return ERR_OK;
}

static err_t initialise(struct netif *netif)
{
    const nfi_driver_settings *settings = netif->state;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->output = etharp_output;
#if LWIP_IPV6
    netif->output_ip6 = ethip6_output;
#endif
    netif->linkoutput = link_output;
    netif->mtu = MTU;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    memcpy(netif->hwaddr, settings->mac, ETH_HWADDR_LEN);
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
    return ERR_OK;
}

#if LWIP_IPV6
/* Preferred at once: nobody else is on the wire, and duplicate address detection would take a second. */
static void add_ip6(struct netif *netif, const ip6_addr_t *address)
{
    netif_create_ip6_linklocal_address(netif, 1);
    netif_ip6_addr_set_state(netif, 0, IP6_ADDR_PREFERRED);
    if (ip6_addr_isany(address)) return;
    netif_ip6_addr_set(netif, 1, address);
    netif_ip6_addr_set_state(netif, 1, IP6_ADDR_PREFERRED);
}

/* lwIP learns IPv6 routers from their advertisements alone; a board may be told of one all the same. */
const ip6_addr_t *nfi_driver_gateway6(struct netif *netif)
{
    for (int i = 0; i < in_use; i++)
        if (lines[i].netif == netif && !ip6_addr_isany(&lines[i].gateway6)) return &lines[i].gateway6;
    return NULL;
}
#endif

typedef struct { line *on; nfi_driver_settings settings; } start_order;

static void start_in_stack(void *argument)
{
    start_order *order = argument;
    nfi_driver_settings *settings = &order->settings;
    struct netif *netif = order->on->netif;
    netif_add(netif, &settings->ip4, &settings->mask, &settings->gateway, settings, initialise, tcpip_input);
    netif->state = order->on;
    if (netif == &nfi_driver_netif) netif_set_default(netif);
#if LWIP_IPV6
    ip6_addr_copy(order->on->gateway6, settings->gateway6);
    ip6_addr_assign_zone(&order->on->gateway6, IP6_UNICAST, netif);
#endif
    netif_set_up(netif);
    netif_set_link_up(netif);
#if LWIP_IPV6
    add_ip6(netif, &settings->ip6);
#endif
}

static void receive(line *on, size_t length)
{
    struct netif *netif = on->netif;
    if (netif == &nfi_driver_netif) nfi_capture_frame(on->received, length);
    if (!hooked(netif)) return;
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (uint16_t)length, PBUF_POOL);
    if (!p) return;
    pbuf_take(p, on->received, (uint16_t)length);
    if (netif->input(p, netif) != ERR_OK) pbuf_free(p);
}

static void *read_wire(void *argument)
{
    line *on = argument;
    struct pollfd events[2] = { { on->wire.fd, POLLIN, 0 }, { on->stop_event, POLLIN, 0 } };
    while (poll(events, 2, -1) >= 0 && !events[1].revents) {
        int32_t length = events[0].revents ? on->wire.receive(&on->wire, on->received, sizeof on->received) : 0;
        if (length > 0) receive(on, (size_t)length);
    }
    return NULL;
}

int32_t nfi_driver_start(const nfi_wire *wire, const nfi_driver_settings *settings)
{
    line *on = &lines[in_use];
    start_order order = { on, *settings };
    on->netif = in_use == 0 ? &nfi_driver_netif : &other_netifs[in_use - 1];
    on->wire = *wire;
    on->stop_event = eventfd(0, EFD_CLOEXEC);
    nfi_driver_in_stack(start_in_stack, &order);
    in_use++;
    if (on->stop_event >= 0 && pthread_create(&on->reader, NULL, read_wire, on) == 0) return 0;
    return nfi_host_fail(-XE_NOMEM, "no thread to read the wire");
}

static void stop_in_stack(void *argument)
{
    line *on = argument;
    netif_set_down(on->netif);
    netif_remove(on->netif);
}

void nfi_driver_stop(void)
{
    const uint64_t one = 1;
    while (in_use > 0) {
        line *on = &lines[--in_use];
        if (write(on->stop_event, &one, sizeof one) == sizeof one) pthread_join(on->reader, NULL);
        close(on->stop_event);
        nfi_driver_in_stack(stop_in_stack, on);
        close(on->wire.fd);
    }
}

typedef struct { void (*body)(void *); void *argument; sys_sem_t done; } errand;

static void run(void *argument)
{
    errand *e = argument;
    e->body(e->argument);
    sys_sem_signal(&e->done);
}

void nfi_driver_in_stack(void (*body)(void *), void *argument)
{
    errand e = { body, argument, NULL };
    if (sys_sem_new(&e.done, 0) != ERR_OK) return;
    if (tcpip_callback(run, &e) == ERR_OK) sys_arch_sem_wait(&e.done, 0);
    sys_sem_free(&e.done);
}
