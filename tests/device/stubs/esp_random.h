/* The ESP-IDF names port_esp32.c uses, written from those names for tests. */
#ifndef STUB_ESP_RANDOM_H
#define STUB_ESP_RANDOM_H
#include <stddef.h>

void esp_fill_random(void *bytes, size_t length);

#endif
