/* lwIP as ESP-IDF builds it for an image with IPv6: heap for everything, software checksums, no reassembly, no core locking.
 * The windows are larger than a board's, so that a transfer on the host measures the code and not the window. */
#ifndef NFI_LWIPOPTS_ESP32_H
#define NFI_LWIPOPTS_ESP32_H
#include "host_options.h"

#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_TCPIP_CORE_LOCKING_INPUT 0
#define SYS_LIGHTWEIGHT_PROT 1
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define LWIP_NETIF_TX_SINGLE_PBUF 1

#define ARP_QUEUEING 1
#define LWIP_RAW 1
#define IP_REASSEMBLY 0
#define IP_FRAG 1
#define LWIP_SINGLE_NETIF 0
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1

#define LWIP_IPV6 1
#define LWIP_IPV6_REASS 0
#define LWIP_IPV6_MLD 1
#define LWIP_IPV6_NUM_ADDRESSES 3
#define LWIP_ND6_NUM_NEIGHBORS 8
#define LWIP_HOOK_ND6_GET_GW(netif, destination) nfi_driver_gateway6(netif)
#define MEMP_NUM_MLD6_GROUP 8

#define TCP_MSS 1440
#define TCP_WND (32 * TCP_MSS)
#define TCP_SND_BUF (32 * TCP_MSS)
#define TCP_SND_QUEUELEN 128
#define TCP_QUEUE_OOSEQ 1
#define MEMP_NUM_TCP_SEG 256
#define MEMP_NUM_TCP_PCB 32
#define MEMP_NUM_TCPIP_MSG_INPKT 128
#define TCPIP_MBOX_SIZE 128
#define DEFAULT_TCP_RECVMBOX_SIZE 128
#define DEFAULT_ACCEPTMBOX_SIZE 8

/* An IPv6 gateway from the command line; ESP-IDF has such a hook as an option. */
struct netif;
struct ip6_addr;
const struct ip6_addr *nfi_driver_gateway6(struct netif *netif);

#endif
