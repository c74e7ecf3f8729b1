/* Steps while the stack's heap is full, as TCP's own unsent segments fill it on a small board. */
#ifndef HEAP_H
#define HEAP_H
#include "pair.h"

void send_with_a_full_heap(board *b, shared *s);  /* the node has packets of board 0, then the heap fills, then they leave */

#endif
