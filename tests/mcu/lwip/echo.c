/* The program on the board: the echo service of RFC 862 over TCP and UDP, by lwIP's callbacks. */
#include "echo.h"
#include <lwip/tcp.h>
#include <lwip/udp.h>

static err_t received(void *unused, struct tcp_pcb *connection, struct pbuf *p, err_t error)
{
    struct pbuf *part;
    (void)unused;
    if (p == NULL || error != ERR_OK)
        return tcp_close(connection);
    for (part = p; part != NULL; part = part->next)
        (void)tcp_write(connection, part->payload, part->len, TCP_WRITE_FLAG_COPY);
    tcp_recved(connection, p->tot_len);
    pbuf_free(p);
    return tcp_output(connection);
}

static err_t accepted(void *unused, struct tcp_pcb *connection, err_t error)
{
    (void)unused;
    if (connection == NULL || error != ERR_OK)
        return ERR_VAL;
    tcp_recv(connection, received);
    return ERR_OK;
}

static void datagram(void *unused, struct udp_pcb *service, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
    (void)unused;
    (void)udp_sendto(service, p, from, port);
    pbuf_free(p);
}

void echo_serve(void *unused)
{
    struct tcp_pcb *listener = tcp_new();
    struct udp_pcb *service = udp_new();

    (void)unused;
    if (listener == NULL || service == NULL || tcp_bind(listener, IP4_ADDR_ANY, ECHO_PORT) != ERR_OK
        || udp_bind(service, IP4_ADDR_ANY, ECHO_PORT) != ERR_OK || (listener = tcp_listen(listener)) == NULL)
        LWIP_PLATFORM_ASSERT("the echo service did not start");
    tcp_accept(listener, accepted);
    udp_recv(service, datagram, NULL);
}
