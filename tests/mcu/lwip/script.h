/* What the peer does with the board's echo service: 1 when every byte came back. */
#ifndef TEST_MCU_SCRIPT_H
#define TEST_MCU_SCRIPT_H

int script_tcp(void);                 /* a connection, four times a thousand bytes each way, and its end */
int script_fragments(void);           /* UDP datagrams of 3,000 bytes, in pieces both ways */

#endif
