/* What both columns need to run on a host; included by each lwipopts.h before its own choices. */
#ifndef NFI_HOST_OPTIONS_H
#define NFI_HOST_OPTIONS_H
#include <stdint.h>

#define NO_SYS 0
#define LWIP_NETCONN 1            /* the TCP tool */
#define LWIP_SOCKET 0
#define LWIP_SO_RCVTIMEO 1
#define LWIP_SO_SNDTIMEO 1
#define SO_REUSE 1
#define LWIP_STATS 0
#define MEM_ALIGNMENT 8
#define LWIP_ETHERNET 1
#define LWIP_ARP 1
#define LWIP_DHCP 1
#define LWIP_IGMP 1
#define LWIP_NETIF_LOOPBACK 0
#define IP_FORWARD 0
#define LWIP_TIMEVAL_PRIVATE 0
#define LWIP_RANDOMIZE_INITIAL_LOCAL_PORTS 1

/* An option of the columns that lwIP checks at run time: a call from a wrong thread stops the program. */
void sys_check_core_locking(void);
#define LWIP_ASSERT_CORE_LOCKED() sys_check_core_locking()
void sys_mark_tcpip_thread(void);
#define LWIP_MARK_TCPIP_THREAD() sys_mark_tcpip_thread()

/* The clock of the shim's ping, in microseconds. */
uint32_t nfi_host_micros(void);
#define NFI_MICROS() nfi_host_micros()

#endif
