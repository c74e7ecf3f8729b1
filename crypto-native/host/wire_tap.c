/* A TAP interface of the host's kernel: the other end is the kernel itself, or a bridge. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "nfi_status.h"
#include "wires.h"

static int32_t send_tap(const nfi_wire *wire, const uint8_t *frame, size_t length)
{
    return (int32_t)write(wire->fd, frame, length);
}

static int32_t receive_tap(const nfi_wire *wire, uint8_t *frame, size_t capacity)
{
    ssize_t length = read(wire->fd, frame, capacity);
    return length > 0 ? (int32_t)length : 0;
}

/* The kernel's end must be up to carry anything; who made the interface may have done it. */
static int bring_up(struct ifreq *request)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), result = -1;
    if (fd >= 0 && ioctl(fd, SIOCGIFFLAGS, request) == 0) {
        int up = request->ifr_flags & IFF_UP;
        request->ifr_flags = (short)(request->ifr_flags | IFF_UP);
        result = up ? 0 : ioctl(fd, SIOCSIFFLAGS, request);
    }
    if (fd >= 0) close(fd);
    return result;
}

static int32_t refused(const char *interface)
{
    int reason = errno;
    if (reason == EPERM || reason == EACCES)
        return nfi_host_fail(-NFI_FORBIDDEN, "wire tap:%s: no right to use it; run as root, or give the interface to this user", interface);
    if (reason == EBUSY) return nfi_host_fail(-XE_EXIST, "wire tap:%s: another program has it", interface);
    return nfi_host_fail(-XE_BAD_PARAM, "wire tap:%s: %s", interface, strerror(reason));
}

int32_t nfi_wire_open_tap(nfi_wire *wire, const char *interface)
{
    struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
    size_t length = strlen(interface);
    if (length == 0 || length >= IFNAMSIZ || strpbrk(interface, "/ %"))
        return nfi_host_fail(-XE_BAD_PARAM, "wire tap:%s: expected tap:NAME, an interface name of 1 to 15 characters", interface);
    memcpy(request.ifr_name, interface, length);
    *wire = (nfi_wire){ open("/dev/net/tun", O_RDWR | O_CLOEXEC), 0, send_tap, receive_tap };
    if (wire->fd < 0 && errno == ENOENT)
        return nfi_host_fail(-NFI_FORBIDDEN, "wire tap:%s: this machine has no /dev/net/tun", interface);
    if (wire->fd < 0) return refused(interface);
    if (ioctl(wire->fd, TUNSETIFF, &request) == 0 && bring_up(&request) == 0) return 0;
    int32_t status = refused(interface);
    close(wire->fd);
    return status;
}
