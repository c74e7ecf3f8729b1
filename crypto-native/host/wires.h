/* The wire: whole Ethernet frames over a file descriptor, impaired on demand on their way out. */
#ifndef NFI_WIRES_H
#define NFI_WIRES_H
#include <stddef.h>
#include <stdint.h>

#define NFI_FRAME 1518            /* 1,500 bytes of packet, Ethernet header, VLAN tag */

typedef struct nfi_wire {
    int fd;
    uint16_t peer;                /* of a UDP wire: the other end's port */
    int32_t (*send)(const struct nfi_wire *wire, const uint8_t *frame, size_t length);
    int32_t (*receive)(const struct nfi_wire *wire, uint8_t *frame, size_t capacity);   /* length; 0: nothing that concerns us */
} nfi_wire;

/* Each: 0, or a negated nfi_status and the sentence in nfi_host_error. */
int32_t nfi_wire_open(nfi_wire *wire, const char *name);
int32_t nfi_wire_open_udp(nfi_wire *wire, const char *ports);
int32_t nfi_wire_open_tap(nfi_wire *wire, const char *interface);

/* Between the stack and the first wire. Starts a thread of its own where frames have to wait (delay, reorder). */
int32_t nfi_impair_start(const nfi_wire *wire, const char *text);   /* wire must outlive it */
void nfi_impair_send(const uint8_t *frame, size_t length);     /* one thread at a time */
void nfi_impair_stop(void);                   /* what still waits is lost */

int32_t nfi_host_running(void);

/* Keeps the sentence for nfi_host_error; returns status. */
int32_t nfi_host_fail(int32_t status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
