/* The board's Ethernet interface, and the frames between it and the peer. */
#ifndef TEST_MCU_LINE_H
#define TEST_MCU_LINE_H
#include <stddef.h>
#include <stdint.h>

#define LINE_MTU 1500u
#define LINE_FRAME (14u + LINE_MTU)
#define BOARD_ADDRESS 0x0a000001u     /* 10.0.0.1/24 */
#define PEER_ADDRESS 0x0a000002u

extern const uint8_t line_board_mac[6], line_peer_mac[6];

void line_up(void);                   /* an interface newly added to lwIP, with lwIP's own functions */
void line_down(void);                 /* removed again */
void line_to_board(const uint8_t *frame, size_t length);      /* as the driver's thread does */
size_t line_from_board(uint8_t frame[LINE_FRAME]);            /* the oldest that the board sent; 0 none */

#endif
