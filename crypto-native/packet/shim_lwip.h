/* Among the files shim_lwip*.c, the only ones that know lwIP. Everything here runs in the stack's thread, lwIP's tcpip thread or
 * who holds the core lock, but for nfi_lwip_input (the driver's) and nfi_lwip_in_stack (any other). */
#ifndef NFI_SHIM_LWIP_H
#define NFI_SHIM_LWIP_H
#include <lwip/opt.h>
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/sys.h>
#include "buffer.h"
#include "describe.h"
#include "fragment.h"
#include "nfi_limits.h"
#include "nfi_packet.h"
#include "verdicts.h"

#ifndef NFI_MICROS                /* lwipopts.h may name a finer clock */
#define NFI_MICROS() (sys_now() * 1000u)
#endif

/* A packet of ours on its way to the driver. nd6_send_q calls output_ip6 a second time for what waited for a neighbour: the
 * mark lets it pass without a second verdict. lwIP uses the bits up to 0x20 and keeps the pbuf itself, not a copy. */
#define NFI_LWIP_OUR_PACKET 0x80u

#if !CHECKSUM_GEN_IP || !CHECKSUM_GEN_TCP || !CHECKSUM_GEN_UDP || !CHECKSUM_GEN_ICMP || (LWIP_IPV6 && !CHECKSUM_GEN_ICMP6)
#define NFI_LWIP_LEAVES_CHECKSUMS 1   /* to the MAC, which cannot reach into what we encrypt */
#else
#define NFI_LWIP_LEAVES_CHECKSUMS LWIP_CHECKSUM_CTRL_PER_NETIF  /* an interface may leave them too */
#endif

typedef struct {
    struct netif *netif;          /* NULL: free; may be gone from lwIP's list, so compare it, and read it only when it is there */
    netif_input_fn input;         /* the driver's own functions */
#if LWIP_IPV4
    netif_output_fn output;
#endif
#if LWIP_IPV6
    netif_output_ip6_fn output_ip6;
#endif
    uint32_t reported;            /* checksum of the words last reported */
} nfi_lwip_hook;

typedef struct { int32_t words[NFI_INFO_WORDS]; nfi_layout layout; nfi_verdict verdict; } nfi_lwip_look;

/* ---- shim_lwip.c: hooks, and the way into the stack's thread ---- */
nfi_lwip_hook *nfi_lwip_hook_of(const struct netif *netif);    /* NULL none */
nfi_lwip_hook *nfi_lwip_hook_of_domain(int32_t domain);        /* NULL none, or its interface is gone */
nfi_lwip_hook *nfi_lwip_hook_at(int32_t index);                /* the interfaces that are there, from 0; NULL behind the last */
int nfi_lwip_open(void);                      /* 0 behind a stop: no IP packet passes, either way */
int nfi_lwip_has_ethernet(const struct netif *netif);
void nfi_lwip_look_around(void);              /* once a second, however often it is called: lost hooks, changed addresses */
/* Runs body in the stack's thread and waits for it: 0, -NFI_NOT_STARTED before the first attach, -NFI_BUSY when it never ran.
 * Not to be called from that thread, nor with the core lock held. */
int32_t nfi_lwip_in_stack(void (*body)(void *), void *argument);

/* ---- shim_lwip_address.c ---- */
#if LWIP_IPV4
ip4_addr_t nfi_lwip_address4(const int32_t words[4]);
#endif
#if LWIP_IPV6
void nfi_lwip_address6(const int32_t words[4], ip6_addr_t *address);   /* without a zone */
#endif
int nfi_lwip_ours(const int32_t words[4]);    /* an address of any of our interfaces */
int nfi_lwip_lives_elsewhere(const int32_t words[4], const struct netif *netif);   /* on the link of another interface, not of this */
int nfi_lwip_to_several(const int32_t words[4], const struct netif *netif);    /* multicast or broadcast */
int nfi_lwip_to_ourselves(const int32_t *info);   /* both ends are ours, or both are loopback */
int nfi_lwip_address_of(const struct netif *netif, int32_t version, int32_t words[4]);    /* one for the world: 1, or it has none: 0 */
void nfi_lwip_describe_interface(const struct netif *netif, int32_t words[NFI_IF_WORDS]);

/* ---- shim_lwip_wire.c: to the driver ---- */
nfi_lwip_hook *nfi_lwip_way(const int32_t *info);     /* the interface towards the destination by lwIP's routes, NULL none */
size_t nfi_lwip_mtu_towards(const nfi_lwip_hook *h, const int32_t destination[4]);   /* the link's, or the path's that lwIP knows */
extern nfi_fragmenter nfi_lwip_cutter;        /* one packet is cut at a time */
/* Whole, or in pieces; look is of the packet, and not read late. ERR_RTE: nobody there leads to the destination. */
err_t nfi_lwip_transmit(nfi_lwip_hook *h, const nfi_buffer *buffer, const nfi_lwip_look *look);
void nfi_lwip_send(const nfi_buffer *buffer, const nfi_lwip_look *look);   /* the same, on the interface towards the destination */
struct pbuf *nfi_lwip_pbuf(size_t length, pbuf_type type);     /* NULL: none was left, counted */

/* ---- shim_lwip_out.c and shim_lwip_in.c: in place of the driver's functions ---- */
#if LWIP_IPV4
err_t nfi_lwip_output(struct netif *netif, struct pbuf *p, const ip4_addr_t *destination);
#endif
#if LWIP_IPV6
err_t nfi_lwip_output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *destination);
#endif
err_t nfi_lwip_input(struct pbuf *p, struct netif *netif);
/* A packet of our own in a slot: past the verdict, and on its way. never_clear: a row that lets it pass in clear drops it. */
void nfi_lwip_leave(int32_t slot, const int32_t *info, int never_clear);
extern int nfi_lwip_opened_in_hand;           /* 1 while the stack is handed a packet that came protected */
int nfi_lwip_drain(void);                     /* what the node put, some at once; 1 when more may wait */
void nfi_lwip_source(nfi_source *source, const struct pbuf *p, uint16_t skip);        /* the packet from byte skip of p on */
int32_t nfi_lwip_look_at(const nfi_buffer *buffer, nfi_lwip_look *look);   /* describes it; as nfi_describe */

/* ---- shim_lwip_forward.c: packets between others. look: of the packet, the caller's to lend ---- */
void nfi_lwip_forward(nfi_lwip_hook *h, const nfi_source *source, nfi_lwip_look *look);   /* came in clear by h */
/* Came through a tunnel, whole, or joined by us from pieces; the slot stays the caller's. Forwarding is on. */
void nfi_lwip_forward_opened(nfi_lwip_hook *h, nfi_buffer *buffer, nfi_lwip_look *look, int joined);

/* ---- shim_lwip_error.c: ICMP errors ---- */
/* About the whole packet in the buffer to its sender, which may be our own stack: what as nfi_icmp_error; facing is the interface
 * whose address it bears. It goes in a turn of its own; opened: the packet came protected, so what quotes it leaves protected or
 * not at all. */
void nfi_lwip_error(int32_t what, size_t mtu, const nfi_buffer *about, const nfi_lwip_look *look, const nfi_lwip_hook *facing,
                    int opened);
/* 1 when an ICMP message, not cut, bears the right checksum. */
int nfi_lwip_icmp_intact(const nfi_source *source, const nfi_lwip_look *look);
/* Takes an error that says a protected packet of ours was too big to the node: 1, and it goes no further; 0 anything else. */
int nfi_lwip_path_report(const nfi_source *source, const nfi_lwip_look *look);

/* ---- shim_lwip_echo.c ---- */
void nfi_lwip_echo_begin(void);               /* at attach */
/* Reports the answer to one of our pings and frees p (IP header at skip): 1. Otherwise leaves p alone: 0. */
int nfi_lwip_echo_taken(struct pbuf *p, uint16_t skip, const nfi_lwip_look *look);

#endif
