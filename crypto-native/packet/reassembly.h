/* Two ways from pieces to a datagram: reassembly of what arrives for us (RFC 791, RFC 8200 4.5, RFC 5722), and joining of the
 * fragments that our own stack makes, which come in order. Both belong to the stack's thread. */
#ifndef NFI_REASSEMBLY_H
#define NFI_REASSEMBLY_H
#include <stdint.h>
#include "buffer.h"
#include "describe.h"

void nfi_reassembly_reset(void);              /* frees what is held */
/* Takes one fragment (FLAG_FRAGMENT in info; DOMAIN tells datagrams apart). -> slot > 0 of the whole packet, owned by the stack, headers mended, domain set,
 * to be described anew; 0 held; negative: dropped, and counted REASSEMBLY_FAILED and by XE_ code. now in milliseconds. */
int32_t nfi_reassembly_add(const nfi_source *source, const int32_t *info, const nfi_layout *layout, uint32_t now);
void nfi_reassembly_expire(uint32_t now);     /* call about once a second; add does it too */

void nfi_join_reset(void);
/* Takes one outbound fragment of our own stack. -> slot > 0 of the whole packet (share OUTBOUND, owned by the stack, to be
 * described anew), 0 more needed; negative: no room or out of order, counted; the rest of that datagram then fails too. */
int32_t nfi_join_add(const nfi_source *source, const int32_t *info, const nfi_layout *layout);

#endif
