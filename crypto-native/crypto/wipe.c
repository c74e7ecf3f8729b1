#include "bounds.h"
#include "primitives.h"

/* Through a volatile pointer: the stores are visible behaviour, the compiler must keep them (C11 5.1.2.3). */
void nfi_wipe(void *p, size_t length)
{
    volatile uint8_t *byte = p;
    while (length-- > 0)
        *byte++ = 0;
}

/* Every byte is looked at whatever came before; the sum is read once, at the end. */
int32_t nfi_equal(const uint8_t *a, const uint8_t *b, size_t length)
{
    const volatile uint8_t *left = a, *right = b;
    uint32_t difference = 0;
    for (size_t i = 0; i < length; i++)
        difference |= (uint32_t)(left[i] ^ right[i]);
    return (int32_t)(((difference - 1u) >> 31) & 1u);
}

int32_t nfi_crypto_wipe(uint8_t *dst, int32_t dst_cap, int32_t offset, int32_t length)
{
    if (!nfi_within(dst, dst_cap, offset, length))
        return -XE_BAD_PARAM;
    nfi_wipe(dst + offset, (size_t)length);
    return 0;
}

int32_t nfi_crypto_compare(const uint8_t *a, int32_t a_cap, int32_t a_offset,
                           const uint8_t *b, int32_t b_cap, int32_t b_offset, int32_t length)
{
    if (!nfi_within(a, a_cap, a_offset, length) || !nfi_within(b, b_cap, b_offset, length))
        return -XE_BAD_PARAM;
    return !nfi_equal(a + a_offset, b + b_offset, (size_t)length);
}
