/* One question, asked of every array that comes through the native face before a byte of it is touched. */
#ifndef NFI_BOUNDS_H
#define NFI_BOUNDS_H
#include <stddef.h>
#include <stdint.h>

/* 1 when bytes offset .. offset + length - 1 lie inside an array of capacity elements. */
static inline int32_t nfi_within(const void *array, int32_t capacity, int32_t offset, int32_t length)
{
    return array != NULL && capacity >= 0 && offset >= 0 && length >= 0 && offset <= capacity && length <= capacity - offset;
}

/* The same for an input that may be empty: null when nothing is asked of it (an empty array of the host's runtime has no
 * first element). */
static inline int32_t nfi_within_or_none(const void *array, int32_t capacity, int32_t offset, int32_t length)
{
    return (array == NULL && offset == 0 && length == 0) || nfi_within(array, capacity, offset, length);
}

/* The byte at offset; null stays null. */
static inline const uint8_t *nfi_at(const uint8_t *array, int32_t offset)
{
    return array == NULL ? NULL : array + offset;
}

#endif
