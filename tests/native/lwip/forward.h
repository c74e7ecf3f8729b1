/* Steps of the gateway: board 0 between two subnets of this process, or on one wire with board 1. */
#ifndef FORWARD_H
#define FORWARD_H
#include "pair.h"

void forward_in_clear(board *b, shared *s);       /* off, no row, BYPASS either way, hops, martians, no route */
void forward_protected(board *b, shared *s);      /* TUNNEL: into it and out of it, and what policy forbids */
void forward_fragments(board *b, shared *s);      /* TUNNEL: ports cannot hide in pieces */
void forward_errors_about_opened(board *b, shared *s);   /* TUNNEL: an ICMP error that quotes what was decrypted never leaves in clear */
void forward_opened_fragments(board *b, shared *s);      /* TUNNEL: nor what is behind the first piece of it */
void forward_too_big(board *b, shared *s);        /* TUNNEL: what must not be cut is told of the tunnel's room */
void heed_path_reports(board *b, shared *s);      /* TUNNEL: ICMP about our ESP goes to the node, no other does */
void one_arm_rows(board *b);                      /* TUNNEL: board 1 is a gateway with one interface */
void one_arm(board *b, shared *s);

#endif
