/* Steps that act on the stack's interfaces themselves: more than there is room for, gone ones, packets in odd pieces. */
#ifndef INTERFACES_H
#define INTERFACES_H
#include "pair.h"

void answer_in_pieces(board *b, shared *s);       /* board 0 gets the answer to an IPv6 ping in pieces of a few bytes */
void call_oneself(board *b, shared *s);           /* board 0 pings its own address */
void take_its_address(board *b);                  /* rows: BYPASS; board 1 then claims board 0's IPv4 address */
void crowd(board *b, shared *s);                  /* one interface more than the table holds, then a place is free again */
void radio_named_lo(board *b, shared *s);         /* a wire whose name is the loopback's */
void remove_under_traffic(board *b, shared *s);   /* a connection is open, a table without rows in force */
void interface_gone(board *b, shared *s);         /* removed and freed, and asked for at once */
void bypass_rows(board *b);                       /* scenarios.c */

#endif
