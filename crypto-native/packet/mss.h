/* Clamps the MSS option of a TCP SYN so that a full segment stays one packet after protection. */
#ifndef NFI_MSS_H
#define NFI_MSS_H
#include <stddef.h>
#include <stdint.h>
#include "describe.h"

/* For a packet about to be queued; info and layout as nfi_describe gave them. room is what is left for the inner IP packet, bytes
 * (the interface's MTU, less the row's overhead). Never raises, never below 88 (the least that keeps the option sane), mends the
 * checksum. 1 changed, 0 not. Before the checksum is filled or after. */
int32_t nfi_mss_clamp(nfi_buffer *buffer, const int32_t *info, const nfi_layout *layout, int32_t room);
/* And for one about to be delivered, or passed on, out of protection: by the row that it would be answered under. interface_mtu in
 * bytes. */
int32_t nfi_mss_clamp_opened(nfi_buffer *buffer, const int32_t *info, const nfi_layout *layout, int32_t interface_mtu);

#endif
