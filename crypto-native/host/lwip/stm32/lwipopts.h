/* lwIP as ChibiOS boards build it: fixed pools, core locking, checksums left to the MAC (the wire driver plays its part),
 * one interface, no IPv6, no raw PCBs. CHECKSUM_CHECK_* stays on: it judges what we decrypt. */
#ifndef NFI_LWIPOPTS_STM32_H
#define NFI_LWIPOPTS_STM32_H
#include "host_options.h"

#define LWIP_TCPIP_CORE_LOCKING 1
void sys_lock_tcpip_core(void);
#define LOCK_TCPIP_CORE() sys_lock_tcpip_core()
void sys_unlock_tcpip_core(void);
#define UNLOCK_TCPIP_CORE() sys_unlock_tcpip_core()
#define LWIP_TCPIP_CORE_LOCKING_INPUT 0
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_NETIF_TX_SINGLE_PBUF 0

#define LWIP_RAW 0
#define IP_REASSEMBLY 1
#define IP_FRAG 1
#define LWIP_SINGLE_NETIF 1
#define LWIP_NETIF_EXT_STATUS_CALLBACK 0

#define LWIP_IPV6 0

#define CHECKSUM_GEN_IP 0
#define CHECKSUM_GEN_UDP 0
#define CHECKSUM_GEN_TCP 0
#define CHECKSUM_GEN_ICMP 0

#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_SIZE (32 * 1024)
#define PBUF_POOL_SIZE 24
#define MEMP_NUM_PBUF 32
#define MEMP_NUM_TCP_PCB 8
#define MEMP_NUM_TCP_PCB_LISTEN 4
#define MEMP_NUM_TCP_SEG 32
#define MEMP_NUM_NETCONN 12
#define MEMP_NUM_NETBUF 8
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)
#define MEMP_NUM_TCPIP_MSG_API 8
#define MEMP_NUM_TCPIP_MSG_INPKT 24

#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16
#define TCPIP_MBOX_SIZE 32
#define DEFAULT_TCP_RECVMBOX_SIZE 16
#define DEFAULT_ACCEPTMBOX_SIZE 4

#endif
