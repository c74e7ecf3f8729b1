/* A classic pcap file of Ethernet frames, microsecond stamps, flushed packet by packet so that a killed board leaves a whole file. */
#ifndef NFI_CAPTURE_H
#define NFI_CAPTURE_H
#include <stddef.h>
#include <stdint.h>

int32_t nfi_capture_open(const char *path);   /* empty path: no capture; 0 or -XE_BAD_PARAM with errno */
void nfi_capture_frame(const uint8_t *frame, size_t length);   /* any thread */
void nfi_capture_close(void);

#endif
