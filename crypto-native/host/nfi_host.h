/* The virtual board's underside: what tools/board calls beside the two faces of include/. Not part of any board.
 * Strings are UTF-8 and end with a zero; NULL means empty. Functions return 0 or more, or a negated nfi_status; after a
 * negative result nfi_host_error has one sentence for the person who typed it. */
#ifndef NFI_HOST_H
#define NFI_HOST_H
#include <stdint.h>
#include "nfi_status.h"

/* Starts lwIP with an Ethernet interface on a wire. The interface carries nothing, either way, until nfi_packet_attach has
 * hooked it: the order is nfi_packet_start, nfi_host_start, nfi_packet_attach, and there is no open moment between them.
 *   wire     "udp:PORT:PEERPORT" (frames in datagrams on 127.0.0.1, no privilege) or "tap:NAME" (root)
 *   ip4      "A.B.C.D/N" or empty        ip6  "X::Y/64" or empty; one of the two is needed. A link-local address comes by itself
 *   gateway  "A.B.C.D", "X::Y", both with a comma between, or empty
 *   mac      "xx:xx:xx:xx:xx:xx" or empty: made from the address
 *   pcap     file for both directions (classic pcap, Ethernet, written through packet by packet) or empty
 *   impair   "loss=5,dup=2,reorder=3,corrupt=1,delay=20,seed=7": percent of the frames sent, delay in milliseconds; or empty.
 *            The capture shows what was sent, before it is impaired. The same seed and frames give the same decisions.
 * -XE_BAD_PARAM bad text; -XE_BAD_PORT_NUMBER; -XE_EXIST started already, or the port or interface is in use; -NFI_FORBIDDEN no right to the tap;
 * -XE_BAD_ADDR_RANGE bad address; -XE_NOMEM. */
int32_t nfi_host_start(const char *wire, const char *ip4, const char *ip6, const char *gateway, const char *mac,
                       const char *pcap, const char *impair);
#define NFI_HOST_WIRES 2          /* interfaces a board may have; lwIP's stm32 column is built for one */
/* Adds an interface on a wire of its own to the one that start made: the subnet behind a gateway. Neither captured nor impaired.
 * Words and errors as above; -NFI_NOT_STARTED before start; -XE_EXIST there is no room for another. */
int32_t nfi_host_add(const char *wire, const char *ip4, const char *ip6, const char *mac);
int32_t nfi_host_stop(void);                  /* the interfaces go, wires and capture are closed; start may follow */
int32_t nfi_host_error(char *dst, int32_t dst_cap);            /* -> length of the last sentence, 0 none */

/* TCP test traffic, each listener and transfer in a thread of its own; at most NFI_HOST_LISTENERS and NFI_HOST_TRANSFERS.
 * The pattern's byte i is (i * 31 + (i >> 8) * 7) mod 256. The address is four words in host order, IPv4 mapped. */
#define NFI_HOST_LISTENERS 4
#define NFI_HOST_TRANSFERS 8
#define NFI_HOST_LINE 256
int32_t nfi_host_tcp_listen(int32_t port);    /* 0, -XE_BAD_PORT_NUMBER, -XE_EXIST, -NFI_BUSY, -NFI_NOT_STARTED */
int32_t nfi_host_tcp_send(const int32_t *address, int32_t address_cap, int32_t port, int32_t bytes);
/* The next finished transfer as one line without its end, -> its length; 0 when there is none. The lines:
 *   tcp sent 192.168.0.2:5001 1000 bytes sha256 HEX 12 ms
 *   tcp received 192.168.0.1:49153 1000 bytes sha256 HEX 12 ms
 *   tcp failed 192.168.0.2:5001 after 500 bytes: the connection was reset (1200 ms) */
int32_t nfi_host_tcp_poll(char *line, int32_t line_cap);    /* line_cap at least NFI_HOST_LINE */

#endif
