/* The published vectors, written as C by tests/mcu/vectors when the image is built. */
#ifndef TEST_MCU_KNOWN_ANSWERS_H
#define TEST_MCU_KNOWN_ANSWERS_H
#include <stddef.h>
#include <stdint.h>
#include "nfi_crypto.h"

enum { ASK_HASH, ASK_MAC, ASK_CIPHER, ASK_AEAD };
typedef struct { const uint8_t *bytes; size_t length; } octets;
typedef struct {
    const char *name;
    int32_t asked, algorithm;
    octets key, iv, nonce, aad, text, answer, tag;
} known_answer;

extern const known_answer known_answers[];
extern const size_t known_answer_count;

#endif
