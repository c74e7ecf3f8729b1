/* Two keyed transforms that belong together, and packets to send through them. */
#ifndef NFI_ESP_PAIR_H
#define NFI_ESP_PAIR_H
#include <stddef.h>
#include <stdint.h>
#include "transform.h"

typedef struct {
    const char *name;
    int32_t cipher, mac, icv;
    int32_t cipher_key, mac_key;      /* bytes; 0 none */
} esp_suite;
extern const esp_suite esp_suites[];
extern const size_t esp_suite_count;
const esp_suite *esp_suite_named(const char *name);
int32_t esp_suite_hides(const esp_suite *s);  /* 1: its text is encrypted */

typedef struct {
    int32_t flags;            /* NFI_TF_* but INBOUND, ESP */
    int32_t version;          /* outer, of a tunnel */
    int32_t encap;            /* 1: UDP 4500 to 4500 */
} esp_way;
typedef struct {
    int32_t out, in;          /* handles */
    nfi_transform *seal, *open;
} esp_pair;
int32_t esp_make_key(int32_t length, uint32_t salt);  /* a secret's handle; 0 for no bytes */
#define ESP_SPI 0x11223344

void esp_config(int32_t config[NFI_T_WORDS], const esp_suite *s, const esp_way *w, int32_t inbound);
int32_t esp_pair_open(esp_pair *p, const esp_suite *s, const esp_way *w);   /* 0 or the error of create */
void esp_pair_close(esp_pair *p);

enum esp_sample { SAMPLE_V4, SAMPLE_V4_OPTIONS, SAMPLE_V6, SAMPLE_V6_EXTENSIONS, SAMPLES };
extern const char *const esp_sample_names[SAMPLES];
int32_t esp_sample_version(int32_t sample);
size_t esp_sample_front(int32_t sample);      /* bytes that stay clear in transport mode */
/* A UDP datagram with size bytes of data, valid to the last checksum; returns the packet's length. */
size_t esp_sample_make(int32_t sample, uint8_t *dst, size_t size);

/* A buffer with the packet in its middle. */
typedef struct {
    uint8_t bytes[4096];
    size_t offset, length;
} esp_buffer;
void esp_buffer_fill(esp_buffer *b, const uint8_t *packet, size_t length);

/* A block of exactly the packet's size: the sanitizer sees every step past either end. bytes is the caller's to free. */
typedef struct {
    uint8_t *bytes;
    size_t capacity, offset, length;
    nfi_opened opened;
} exact;
exact exact_copy(const uint8_t *packet, size_t length);
int32_t exact_open(nfi_transform *t, exact *e, uint32_t sequence_high);     /* AH when the transform has it, else ESP */

void set_length(uint8_t *packet, size_t length);       /* the IP header's */
uint32_t dice(uint32_t sides);                /* the same numbers in every run */

#endif
