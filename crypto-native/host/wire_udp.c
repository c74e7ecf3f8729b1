/* Frames in UDP datagrams on loopback. Not connected: a peer that is not there yet must not make a send fail. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "nfi_status.h"
#include "wires.h"

#define ROOM (8 << 20)            /* bytes of socket buffer: a window of frames while the other board's thread sleeps */

static struct sockaddr_in loopback(unsigned port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int32_t send_udp(const nfi_wire *wire, const uint8_t *frame, size_t length)
{
    const struct sockaddr_in peer = loopback(wire->peer);
    return (int32_t)sendto(wire->fd, frame, length, 0, (const struct sockaddr *)&peer, sizeof peer);
}

static int32_t receive_udp(const nfi_wire *wire, uint8_t *frame, size_t capacity)
{
    struct sockaddr_in from, peer = loopback(wire->peer);
    socklen_t size = sizeof from;
    ssize_t length = recvfrom(wire->fd, frame, capacity, MSG_TRUNC, (struct sockaddr *)&from, &size);
    int foreign = from.sin_port != peer.sin_port || from.sin_addr.s_addr != peer.sin_addr.s_addr;
    return length <= 0 || (size_t)length > capacity || foreign ? 0 : (int32_t)length;
}

static void make_room(int fd)
{
    const int room = ROOM;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
}

int32_t nfi_wire_open_udp(nfi_wire *wire, const char *ports)
{
    unsigned port, peer_port;
    int end = 0;
    if (sscanf(ports, "%5u:%5u%n", &port, &peer_port, &end) != 2 || ports[end] || !port || !peer_port || port > 65535 || peer_port > 65535)
        return nfi_host_fail(-XE_BAD_PORT_NUMBER, "wire udp:%s: expected udp:PORT:PEERPORT, two ports from 1 to 65535", ports);
    struct sockaddr_in own = loopback(port);
    *wire = (nfi_wire){ socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), (uint16_t)peer_port, send_udp, receive_udp };
    if (wire->fd < 0) return nfi_host_fail(-XE_NOMEM, "wire udp:%s: no socket: %s", ports, strerror(errno));
    make_room(wire->fd);
    if (bind(wire->fd, (const struct sockaddr *)&own, sizeof own) == 0) return 0;
    int32_t status = errno == EADDRINUSE ? -XE_EXIST : -NFI_FORBIDDEN;
    nfi_host_fail(status, "wire udp:%s: port %u cannot be had: %s", ports, port, strerror(errno));
    close(wire->fd);
    return status;
}
