/* The other end of the wire, without a stack: IPv4 packets out, whole or in pieces, and back together. */
#ifndef TEST_MCU_PEER_H
#define TEST_MCU_PEER_H
#include <stddef.h>
#include <stdint.h>

#define PEER_LARGEST 4096u            /* bytes of a packet's payload */

int peer_ask_arp(void);               /* who has the board's address: 1 when the board says so */
/* One datagram to the board, its upper checksum (at byte checksum_at) filled in. */
void peer_send(uint8_t protocol, uint8_t *payload, size_t length, size_t checksum_at);
/* The next one of the board's, joined, opened, its checksums proven: its payload in payload, -> length; 0 none. Any other frame is
 * skipped; a packet that does not hold is counted in peer_bad. */
size_t peer_receive(uint8_t protocol, uint8_t payload[PEER_LARGEST]);
extern uint32_t peer_bad, peer_pieces_in, peer_sealed;   /* refused; fragments from the board; packets opened */

#endif
