/* lwIP's network interfaces, one on each wire: the driver that a board has for its MAC. */
#ifndef NFI_DRIVER_H
#define NFI_DRIVER_H
#include <lwip/netif.h>
#include "wires.h"

typedef struct {
    uint8_t mac[6];
    ip4_addr_t ip4, mask, gateway;            /* ip4 0: none */
#if LWIP_IPV6
    ip6_addr_t ip6;                           /* :: none; its prefix is /64, lwIP knows no other */
    ip6_addr_t gateway6;                      /* :: none */
#endif
} nfi_driver_settings;

extern struct netif nfi_driver_netif;         /* the first wire's, lwIP's default */
/* Adds the next interface in lwIP's thread, sets it up with its addresses, starts the thread that reads the wire. */
int32_t nfi_driver_start(const nfi_wire *wire, const nfi_driver_settings *settings);
void nfi_driver_stop(void);                   /* all of them */
void nfi_driver_in_stack(void (*body)(void *), void *argument);  /* runs body in lwIP's thread and waits */

#endif
