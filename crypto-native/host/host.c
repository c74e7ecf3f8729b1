/* nfi_host.h: reads the words of the command line, starts lwIP once, and an interface on each wire. */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include <lwip/tcpip.h>
#include "capture.h"
#include "driver.h"
#include "nfi_host.h"
#include "wires.h"

static char sentence[256];
static nfi_wire first;
static int running;               /* interfaces */

int32_t nfi_host_fail(int32_t status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return status;
}

int32_t nfi_host_error(char *dst, int32_t dst_cap)
{
    size_t length = strlen(sentence);
    if (!dst || dst_cap <= 0) return -XE_BAD_PARAM;
    if (length >= (size_t)dst_cap) length = (size_t)dst_cap - 1;
    memcpy(dst, sentence, length);
    dst[length] = '\0';
    return (int32_t)length;
}

uint32_t nfi_host_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u);
}

int32_t nfi_wire_open(nfi_wire *on, const char *name)
{
    if (strncmp(name, "udp:", 4) == 0) return nfi_wire_open_udp(on, name + 4);
    if (strncmp(name, "tap:", 4) == 0) return nfi_wire_open_tap(on, name + 4);
    return nfi_host_fail(-XE_BAD_PARAM, "wire '%s': expected udp:PORT:PEERPORT or tap:NAME", name);
}

/* "ADDRESS/N" into address (net order) and N; most is the longest prefix. 0 or -1. */
static int read_prefixed(int family, const char *text, void *address, int most)
{
    char copy[64];
    const char *slash = strchr(text, '/');
    char *end;
    if (!slash || (size_t)(slash - text) >= sizeof copy) return -1;
    memcpy(copy, text, (size_t)(slash - text));
    copy[slash - text] = '\0';
    long prefix = strtol(slash + 1, &end, 10);
    if (slash[1] < '0' || slash[1] > '9' || *end || prefix < 0 || prefix > most) return -1;
    return inet_pton(family, copy, address) == 1 ? (int)prefix : -1;
}

/* An address that can be an interface's: neither this-network, loopback, multicast nor reserved (RFC 6890). */
static int usable4(uint32_t address)
{
    return address >> 24 != 0 && address >> 24 != 127 && address >> 24 < 224;
}

static int32_t read_ip4(const char *text, nfi_driver_settings *settings)
{
    struct in_addr address;
    if (text[0] == '\0') return 0;
    int prefix = read_prefixed(AF_INET, text, &address, 32);
    if (prefix < 1 || !usable4(ntohl(address.s_addr)))
        return nfi_host_fail(-XE_BAD_ADDR_RANGE, "ip4 '%s': expected an interface's address as A.B.C.D/N", text);
    settings->ip4.addr = address.s_addr;
    settings->mask.addr = htonl((uint32_t)(0xffffffff00000000u >> prefix));
    return 0;
}

static int32_t read_ip6(const char *text, nfi_driver_settings *settings)
{
    if (text[0] == '\0') return 0;
#if LWIP_IPV6
    struct in6_addr address;
    int prefix = read_prefixed(AF_INET6, text, &address, 128);
    if (prefix < 0 || IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_MULTICAST(&address)
        || IN6_IS_ADDR_V4MAPPED(&address) || IN6_IS_ADDR_LINKLOCAL(&address))
        return nfi_host_fail(-XE_BAD_ADDR_RANGE, "ip6 '%s': expected an interface's global address as X::Y/64", text);
    if (prefix != 64) return nfi_host_fail(-XE_BAD_ADDR_RANGE, "ip6 '%s': lwIP takes every IPv6 prefix for a /64; write /64", text);
    memcpy(settings->ip6.addr, &address, sizeof address);
    return 0;
#else
    (void)settings;
    return nfi_host_fail(-XE_BAD_ADDR_RANGE, "ip6 '%s': this column's lwIP is built without IPv6", text);
#endif
}

static int32_t read_gateway4(const char *text, nfi_driver_settings *settings)
{
    struct in_addr address;
    if (inet_pton(AF_INET, text, &address) != 1 || !usable4(ntohl(address.s_addr)))
        return nfi_host_fail(-XE_BAD_ADDR_RANGE, "gateway '%s': expected an IPv4 or an IPv6 address", text);
    if (((address.s_addr ^ settings->ip4.addr) & settings->mask.addr) != 0 || settings->ip4.addr == 0)
        return nfi_host_fail(-XE_BAD_ADDR_RANGE, "gateway '%s': it is not on the network of ip4", text);
    settings->gateway.addr = address.s_addr;
    return 0;
}

static int32_t read_gateway6(const char *text, nfi_driver_settings *settings)
{
#if LWIP_IPV6
    struct in6_addr address;
    if (inet_pton(AF_INET6, text, &address) != 1 || IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_MULTICAST(&address)
        || IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_V4MAPPED(&address))
        return nfi_host_fail(-XE_BAD_ADDR_RANGE, "gateway '%s': expected an IPv4 or an IPv6 address", text);
    memcpy(settings->gateway6.addr, &address, sizeof address);
    return 0;
#else
    (void)settings;
    return nfi_host_fail(-XE_BAD_ADDR_RANGE, "gateway '%s': this column's lwIP is built without IPv6", text);
#endif
}

/* At most one of each version, a comma between. */
static int32_t read_gateways(const char *text, nfi_driver_settings *settings)
{
    while (*text) {
        char one[64];
        size_t length = strcspn(text, ",");
        if (length >= sizeof one) length = sizeof one - 1;
        memcpy(one, text, length);
        one[length] = '\0';
        int32_t status = strchr(one, ':') ? read_gateway6(one, settings) : read_gateway4(one, settings);
        if (status < 0) return status;
        text += length;
        if (*text) text++;
    }
    return 0;
}

/* A MAC of our own making, so that it is the same at each start: locally administered, then the last words of an address. */
static void make_mac(nfi_driver_settings *settings)
{
    const uint8_t fixed[2] = { 0x02, 0x4e };
    memcpy(settings->mac, fixed, sizeof fixed);
    memcpy(settings->mac + 2, &settings->ip4.addr, 4);
#if LWIP_IPV6
    if (settings->ip4.addr == 0) memcpy(settings->mac + 2, &settings->ip6.addr[3], 4);
#endif
}

static int32_t read_mac(const char *text, nfi_driver_settings *settings)
{
    uint8_t *m = settings->mac;
    int end = 0;
    if (text[0] == '\0') {
        make_mac(settings);
        return 0;
    }
    if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5], &end) == 6
        && end == 17 && text[end] == '\0' && (m[0] & 1) == 0) return 0;
    return nfi_host_fail(-XE_BAD_PARAM, "mac '%s': expected a station's address as xx:xx:xx:xx:xx:xx", text);
}

static int32_t read_settings(nfi_driver_settings *settings, const char *ip4, const char *ip6, const char *gateway, const char *mac)
{
    int32_t status;
    memset(settings, 0, sizeof *settings);
    if (ip4[0] == '\0' && ip6[0] == '\0')
        return nfi_host_fail(-XE_BAD_ADDR_RANGE, "no address: give ip4 as A.B.C.D/N, ip6 as X::Y/64, or both");
    if ((status = read_ip4(ip4, settings)) < 0 || (status = read_ip6(ip6, settings)) < 0) return status;
    if ((status = read_gateways(gateway, settings)) < 0) return status;
    return read_mac(mac, settings);
}

/* lwIP draws ports and sequence numbers from rand(): two boards must not draw the same, nor one board the same each time. */
static void start_lwip(void)
{
    static int started;
    unsigned seed;
    if (started) return;
    started = 1;
    if (getrandom(&seed, sizeof seed, 0) == sizeof seed) srand(seed);
    tcpip_init(NULL, NULL);
}

static int32_t start_line(const char *pcap, const char *impair)
{
    int32_t status = nfi_impair_start(&first, impair);
    if (status == 0 && nfi_capture_open(pcap) < 0) {
        status = nfi_host_fail(-XE_BAD_PARAM, "pcap '%s': %s", pcap, strerror(errno));
        nfi_impair_stop();
    }
    return status;
}

static const char *text_of(const char *text)
{
    return text ? text : "";
}

int32_t nfi_host_start(const char *wire_name, const char *ip4, const char *ip6, const char *gateway, const char *mac,
                       const char *pcap, const char *impair)
{
    nfi_driver_settings settings;
    sentence[0] = '\0';
    if (running) return nfi_host_fail(-XE_EXIST, "the host part runs already");
    int32_t status = read_settings(&settings, text_of(ip4), text_of(ip6), text_of(gateway), text_of(mac));
    if (status == 0) status = nfi_wire_open(&first, text_of(wire_name));
    if (status < 0) return status;
    if ((status = start_line(text_of(pcap), text_of(impair))) < 0) {
        close(first.fd);
        return status;
    }
    start_lwip();
    running = 1;
    status = nfi_driver_start(&first, &settings);
    if (status < 0) nfi_host_stop();
    return status;
}

int32_t nfi_host_add(const char *wire_name, const char *ip4, const char *ip6, const char *mac)
{
    nfi_driver_settings settings;
    nfi_wire wire;
    sentence[0] = '\0';
    if (!running) return nfi_host_fail(-NFI_NOT_STARTED, "the first interface comes first");
    if (LWIP_SINGLE_NETIF) return nfi_host_fail(-XE_BAD_PARAM, "this column's lwIP is built for one interface");
    if (running == NFI_HOST_WIRES) return nfi_host_fail(-XE_EXIST, "a board has at most %d interfaces", NFI_HOST_WIRES);
    int32_t status = read_settings(&settings, text_of(ip4), text_of(ip6), "", text_of(mac));
    if (status == 0) status = nfi_wire_open(&wire, text_of(wire_name));
    if (status < 0) return status;
    running++;
    return nfi_driver_start(&wire, &settings);
}

int32_t nfi_host_stop(void)
{
    if (!running) return 0;
    running = 0;
    nfi_driver_stop();
    nfi_impair_stop();
    nfi_capture_close();
    return 0;
}

int32_t nfi_host_running(void)
{
    return running;
}
