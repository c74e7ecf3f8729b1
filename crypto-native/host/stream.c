/* TCP test traffic over lwIP's netconn. One transfer is one connection in one thread: the sender writes the pattern, shuts
 * its side and waits for the peer to close, so "sent" means that the peer had it all; the receiver reads to the end. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <lwip/api.h>
#include <mbedtls/md.h>
#include "nfi_host.h"
#include "wires.h"

#define CHUNK 4096
#define PATIENCE_MS 60000         /* without any progress */
#define LINES 32
#define DIGEST 32

static struct {
    pthread_mutex_t gate;
    char lines[LINES][NFI_HOST_LINE];         /* finished; the oldest gives way */
    unsigned first, count;
    int listeners, transfers;
} results = { .gate = PTHREAD_MUTEX_INITIALIZER };

typedef struct {
    struct netconn *connection;
    ip_addr_t peer;
    uint16_t port;
    uint32_t wanted, bytes;       /* to send; moved so far */
    int64_t start;
    mbedtls_md_context_t digest;
} transfer;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void finished(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void finished(const char *format, ...)
{
    va_list arguments;
    pthread_mutex_lock(&results.gate);
    if (results.count == LINES) {
        results.first = (results.first + 1) % LINES;
        results.count--;
    }
    va_start(arguments, format);
    vsnprintf(results.lines[(results.first + results.count++) % LINES], NFI_HOST_LINE, format, arguments);
    va_end(arguments);
    pthread_mutex_unlock(&results.gate);
}

/* Takes one of a bounded number; 1 or 0. */
static int take_one(int *used, int limit)
{
    pthread_mutex_lock(&results.gate);
    int free = *used < limit;
    *used += free;
    pthread_mutex_unlock(&results.gate);
    return free;
}

static void give_back(int *used)
{
    pthread_mutex_lock(&results.gate);
    (*used)--;
    pthread_mutex_unlock(&results.gate);
}

static int start_thread(void *(*body)(void *), void *argument)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, argument) != 0) return -1;
    pthread_detach(thread);
    return 0;
}

static const char *reason_of(err_t error)
{
    switch (error) {
    case ERR_MEM: return "out of memory";
    case ERR_BUF: return "out of buffers";
    case ERR_TIMEOUT: case ERR_WOULDBLOCK: return "no answer in time";
    case ERR_RTE: return "no route";
    case ERR_ABRT: return "the connection was given up";
    case ERR_RST: return "the connection was reset";
    case ERR_CLSD: return "the peer closed early";
    case ERR_USE: return "the port is in use";
    case ERR_CONN: return "not connected";
    default: return "the stack refused";
    }
}

static void name_of(const ip_addr_t *address, uint16_t port, char *dst, size_t cap)
{
    char text[64];
#if LWIP_IPV6
    if (IP_IS_V6(address) && !ip6_addr_isipv4mappedipv6(ip_2_ip6(address))) {
        inet_ntop(AF_INET6, ip_2_ip6(address)->addr, text, sizeof text);
        snprintf(dst, cap, "[%s]:%u", text, port);
        return;
    }
    const void *bytes = IP_IS_V6(address) ? &ip_2_ip6(address)->addr[3] : &ip_2_ip4(address)->addr;
#else
    const void *bytes = &ip_2_ip4(address)->addr;
#endif
    inet_ntop(AF_INET, bytes, text, sizeof text);
    snprintf(dst, cap, "%s:%u", text, port);
}

static void hex_of(const uint8_t *bytes, char *dst)
{
    for (size_t i = 0; i < DIGEST; i++) snprintf(dst + 2 * i, 3, "%02x", bytes[i]);
}

/* Reports, and gives everything back. */
static void end(transfer *t, const char *direction, err_t error)
{
    uint8_t digest[DIGEST];
    char peer[80], hex[2 * DIGEST + 1];
    int64_t ms = now_ms() - t->start;
    name_of(&t->peer, t->port, peer, sizeof peer);
    mbedtls_md_finish(&t->digest, digest);
    hex_of(digest, hex);
    if (error == ERR_OK) finished("tcp %s %s %u bytes sha256 %s %lld ms", direction, peer, t->bytes, hex, (long long)ms);
    else finished("tcp failed %s after %u bytes: %s (%lld ms)", peer, t->bytes, reason_of(error), (long long)ms);
    mbedtls_md_free(&t->digest);
    netconn_delete(t->connection);
    free(t);
    give_back(&results.transfers);
}

/* A transfer with its place taken, or NULL. */
static transfer *begin(struct netconn *connection)
{
    if (!take_one(&results.transfers, NFI_HOST_TRANSFERS)) return NULL;
    transfer *t = calloc(1, sizeof *t);
    if (!t) {
        give_back(&results.transfers);
        return NULL;
    }
    t->connection = connection;
    t->start = now_ms();
    mbedtls_md_init(&t->digest);
    if (mbedtls_md_setup(&t->digest, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 0) == 0) mbedtls_md_starts(&t->digest);
    netconn_set_recvtimeout(connection, PATIENCE_MS);
    netconn_set_sendtimeout(connection, PATIENCE_MS);
    return t;
}

static void count_bytes(transfer *t, struct pbuf *p)
{
    for (const struct pbuf *q = p; q; q = q->next) mbedtls_md_update(&t->digest, q->payload, q->len);
    t->bytes += p->tot_len;
    pbuf_free(p);
}

static void *receive_all(void *argument)
{
    transfer *t = argument;
    struct pbuf *p;
    err_t error;
    while ((error = netconn_recv_tcp_pbuf(t->connection, &p)) == ERR_OK) count_bytes(t, p);
    end(t, "received", error == ERR_CLSD ? ERR_OK : error);
    return NULL;
}

static void fill(uint8_t *chunk, uint32_t at, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        uint32_t n = at + (uint32_t)i;
        chunk[i] = (uint8_t)(n * 31 + (n >> 8) * 7);
    }
}

static err_t send_pattern(transfer *t)
{
    uint8_t chunk[CHUNK];
    while (t->bytes < t->wanted) {
        uint32_t left = t->wanted - t->bytes;
        size_t length = left < CHUNK ? left : CHUNK, written = 0;
        fill(chunk, t->bytes, length);
        err_t error = netconn_write_partly(t->connection, chunk, length, NETCONN_COPY, &written);
        mbedtls_md_update(&t->digest, chunk, written);
        t->bytes += (uint32_t)written;
        if (error != ERR_OK) return error;
    }
    return ERR_OK;
}

/* The peer's close is its receipt. */
static err_t await_close(transfer *t)
{
    struct pbuf *p;
    err_t error = netconn_shutdown(t->connection, 0, 1);
    while (error == ERR_OK)
        if ((error = netconn_recv_tcp_pbuf(t->connection, &p)) == ERR_OK) pbuf_free(p);
    return error == ERR_CLSD ? ERR_OK : error;
}

static void *send_all(void *argument)
{
    transfer *t = argument;
    err_t error = netconn_connect(t->connection, &t->peer, t->port);
    if (error == ERR_OK) error = send_pattern(t);
    if (error == ERR_OK) error = await_close(t);
    end(t, "sent", error);
    return NULL;
}

static void receive_from(struct netconn *connection)
{
    transfer *t = begin(connection);
    if (!t) {
        netconn_delete(connection);
        return;
    }
    netconn_peer(connection, &t->peer, &t->port);
    if (start_thread(receive_all, t) != 0) end(t, "received", ERR_MEM);
}

static void *accept_all(void *argument)
{
    struct netconn *listener = argument, *connection;
    while (nfi_host_running()) {
        err_t error = netconn_accept(listener, &connection);
        if (error == ERR_OK) receive_from(connection);
        else if (error != ERR_TIMEOUT && error != ERR_ABRT) break;
    }
    netconn_delete(listener);
    give_back(&results.listeners);
    return NULL;
}

static struct netconn *listener_on(uint16_t port, err_t *error)
{
#if LWIP_IPV6
    struct netconn *listener = netconn_new(NETCONN_TCP_IPV6);
#else
    struct netconn *listener = netconn_new(NETCONN_TCP);
#endif
    *error = ERR_MEM;
    if (!listener) return NULL;
    netconn_set_recvtimeout(listener, 500);   /* to see a stop */
    *error = netconn_bind(listener, IP_ANY_TYPE, port);
    if (*error == ERR_OK) *error = netconn_listen(listener);
    if (*error == ERR_OK) return listener;
    netconn_delete(listener);
    return NULL;
}

int32_t nfi_host_tcp_listen(int32_t port)
{
    err_t error;
    if (!nfi_host_running()) return nfi_host_fail(-NFI_NOT_STARTED, "tcp listen: the host part is not started");
    if (port < 1 || port > 65535) return nfi_host_fail(-XE_BAD_PORT_NUMBER, "tcp listen: %d is no port", port);
    if (!take_one(&results.listeners, NFI_HOST_LISTENERS))
        return nfi_host_fail(-NFI_BUSY, "tcp listen: at most %d ports at once", NFI_HOST_LISTENERS);
    struct netconn *listener = listener_on((uint16_t)port, &error);
    if (listener && start_thread(accept_all, listener) == 0) return 0;
    if (listener) netconn_delete(listener);
    give_back(&results.listeners);
    return nfi_host_fail(error == ERR_USE ? -XE_EXIST : -XE_NOMEM, "tcp listen: port %d: %s", port, reason_of(error));
}

static int read_address(const int32_t *words, ip_addr_t *address)
{
    if (words[0] == 0 && words[1] == 0 && words[2] == 0xffff) {
        ip_addr_set_ip4_u32(address, htonl((uint32_t)words[3]));
        return words[3] != 0;
    }
#if LWIP_IPV6
    IP_SET_TYPE(address, IPADDR_TYPE_V6);
    for (size_t i = 0; i < 4; i++) ip_2_ip6(address)->addr[i] = htonl((uint32_t)words[i]);
    ip6_addr_clear_zone(ip_2_ip6(address));
    return !ip6_addr_isany(ip_2_ip6(address));
#else
    return 0;
#endif
}

static struct netconn *connection_to(const ip_addr_t *address)
{
#if LWIP_IPV6
    return netconn_new(IP_IS_V6(address) ? NETCONN_TCP_IPV6 : NETCONN_TCP);
#else
    (void)address;
    return netconn_new(NETCONN_TCP);
#endif
}

int32_t nfi_host_tcp_send(const int32_t *address, int32_t address_cap, int32_t port, int32_t bytes)
{
    ip_addr_t peer;
    memset(&peer, 0, sizeof peer);
    if (!nfi_host_running()) return nfi_host_fail(-NFI_NOT_STARTED, "tcp send: the host part is not started");
    if (!address || address_cap < 4 || bytes < 0) return nfi_host_fail(-XE_BAD_PARAM, "tcp send: bad parameter");
    if (port < 1 || port > 65535) return nfi_host_fail(-XE_BAD_PORT_NUMBER, "tcp send: %d is no port", port);
    if (!read_address(address, &peer)) return nfi_host_fail(-XE_BAD_ADDR_RANGE, "tcp send: this stack cannot reach that address");
    struct netconn *connection = connection_to(&peer);
    transfer *t = connection ? begin(connection) : NULL;
    if (!t) {
        if (connection) netconn_delete(connection);
        return nfi_host_fail(-NFI_BUSY, "tcp send: no room for another of %d transfers", NFI_HOST_TRANSFERS);
    }
    t->peer = peer;
    t->port = (uint16_t)port;
    t->wanted = (uint32_t)bytes;
    if (start_thread(send_all, t) != 0) end(t, "sent", ERR_MEM);
    return 0;
}

int32_t nfi_host_tcp_poll(char *line, int32_t line_cap)
{
    int32_t length = 0;
    if (!line || line_cap < NFI_HOST_LINE) return -XE_BAD_PARAM;
    pthread_mutex_lock(&results.gate);
    line[0] = '\0';
    if (results.count) {
        length = (int32_t)strlen(results.lines[results.first]);
        memcpy(line, results.lines[results.first], (size_t)length + 1);
        results.first = (results.first + 1) % LINES;
        results.count--;
    }
    pthread_mutex_unlock(&results.gate);
    return length;
}
