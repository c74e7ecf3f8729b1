/* Published vectors from tests/vectors: cases of named fields in hexadecimal. */
#ifndef NFI_VECTORS_H
#define NFI_VECTORS_H
#include <stddef.h>
#include <stdint.h>

#define VECTOR_FIELDS 13
#define VECTOR_BYTES 1024
typedef struct {
    char name[16];
    char word[128];           /* the value as it stands */
    uint8_t bytes[VECTOR_BYTES];
    size_t length;            /* of bytes; words that are no hexadecimal have none */
} vector_field;
typedef struct {
    vector_field fields[VECTOR_FIELDS];
    size_t count;
} vector;

/* Calls prove for every case of a file; returns how many there were, 0 when the file cannot be read. */
int32_t vectors_each(const char *file, void (*prove)(const vector *v));
const vector_field *vector_get(const vector *v, const char *name);    /* an empty field when there is none */
int32_t vector_algorithm(const vector *v);                            /* the native id of its algorithm, -1 unknown */
int32_t vector_id(const vector *v, const char *name);                 /* the same for another field that names one */

#endif
