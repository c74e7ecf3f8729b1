#include "line.h"
#include <string.h>
#include <lwip/etharp.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/tcpip.h>
#include "thread.h"

#define FRAMES 16u

const uint8_t line_board_mac[6] = { 2, 0x4e, 10, 0, 0, 1 }, line_peer_mac[6] = { 2, 0x4e, 10, 0, 0, 2 };

static struct netif interface;
static struct { uint8_t bytes[LINE_FRAME]; size_t length; } frames[FRAMES];
static size_t first, count;

/* The driver's output, in lwIP's thread: as little stack as can be, the same in every run. */
static err_t link_output(struct netif *netif, struct pbuf *p)
{
    const size_t at = (first + count) % FRAMES;

    (void)netif;
    if (count == FRAMES || p->tot_len > LINE_FRAME)
        return ERR_BUF;
    frames[at].length = pbuf_copy_partial(p, frames[at].bytes, p->tot_len, 0);
    count++;
    return ERR_OK;
}

static err_t initialise(struct netif *netif)
{
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->output = etharp_output;
    netif->linkoutput = link_output;
    netif->mtu = LINE_MTU;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    memcpy(netif->hwaddr, line_board_mac, sizeof line_board_mac);
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    return ERR_OK;
}

static void add(void *unused)
{
    ip4_addr_t address, mask, gateway = { 0 };

    (void)unused;
    IP4_ADDR(&address, 10, 0, 0, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    netif_add(&interface, &address, &mask, &gateway, NULL, initialise, tcpip_input);
    netif_set_default(&interface);
    netif_set_up(&interface);
    netif_set_link_up(&interface);
}

static void take_away(void *unused)
{
    (void)unused;
    netif_set_down(&interface);
    netif_remove(&interface);
}

void line_up(void)
{
    first = count = 0;
    memset(&interface, 0, sizeof interface);
    thread_run(add, NULL);
}

void line_down(void)
{
    thread_run(take_away, NULL);
}

void line_to_board(const uint8_t *frame, size_t length)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (uint16_t)length, PBUF_POOL);

    if (p == NULL)
        return;
    pbuf_take(p, frame, (uint16_t)length);
    if (interface.input(p, &interface) != ERR_OK)
        pbuf_free(p);
}

size_t line_from_board(uint8_t frame[LINE_FRAME])
{
    size_t length;

    if (count == 0)
        return 0;
    length = frames[first].length;
    memcpy(frame, frames[first].bytes, length);
    first = (first + 1u) % FRAMES;
    count--;
    return length;
}
