#include "chacha20_poly1305.h"
#include <string.h>
#include "primitives.h"

enum { WORDS = 16, ROUNDS = 10, BLOCK = 64, PART = 16, TOP = 1 << 24 };

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put32(uint8_t *at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* --- ChaCha20, RFC 8439 2.1 to 2.4 --- */

static uint32_t rotate(uint32_t value, uint32_t by)
{
    return value << by | value >> (32 - by);
}

static void quarter(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *a += *b; *d = rotate(*d ^ *a, 16);
    *c += *d; *b = rotate(*b ^ *c, 12);
    *a += *b; *d = rotate(*d ^ *a, 8);
    *c += *d; *b = rotate(*b ^ *c, 7);
}

static void mix(uint32_t s[WORDS])
{
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < 4; i++)
            quarter(&s[i], &s[4 + i], &s[8 + i], &s[12 + i]);
        for (size_t i = 0; i < 4; i++)
            quarter(&s[i], &s[4 + (i + 1) % 4], &s[8 + (i + 2) % 4], &s[12 + (i + 3) % 4]);
    }
}

static void block(const nfi_chachapoly *c, const uint8_t nonce[12], uint32_t counter, uint8_t out[BLOCK])
{
    uint32_t start[WORDS] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 }, s[WORDS];
    memcpy(start + 4, c->key, sizeof c->key);
    start[12] = counter;
    for (size_t i = 0; i < 3; i++)
        start[13 + i] = get32(nonce + 4 * i);
    memcpy(s, start, sizeof s);
    mix(s);
    for (size_t i = 0; i < WORDS; i++)
        put32(out + 4 * i, s[i] + start[i]);
    nfi_wipe(start, sizeof start);
    nfi_wipe(s, sizeof s);
}

void nfi_chachapoly_crypt(const nfi_chachapoly *c, const uint8_t nonce[12], uint8_t *text, size_t length)
{
    uint8_t stream[BLOCK];
    for (size_t at = 0; at < length; at += BLOCK) {
        block(c, nonce, (uint32_t)(1 + at / BLOCK), stream);
        for (size_t i = 0; i < BLOCK && at + i < length; i++)
            text[at + i] ^= stream[i];
    }
    nfi_wipe(stream, sizeof stream);
}

/* --- Poly1305, RFC 8439 2.5: five limbs of 26 bits, so that products fit 64 --- */

typedef struct {
    uint32_t r[5], sum[5];
    uint8_t pad[16];
} poly;

static void split(const uint8_t from[PART], uint32_t top, uint32_t limb[5])
{
    limb[0] = get32(from) & 0x3ffffff;
    limb[1] = get32(from + 3) >> 2 & 0x3ffffff;
    limb[2] = get32(from + 6) >> 4 & 0x3ffffff;
    limb[3] = get32(from + 9) >> 6;
    limb[4] = get32(from + 12) >> 8 | top;
}

static void start(poly *p, const uint8_t key[32])
{
    uint8_t clamped[PART];
    memset(p, 0, sizeof *p);
    memcpy(clamped, key, PART);
    for (size_t i = 3; i < PART; i += 4)
        clamped[i] &= 15;
    for (size_t i = 4; i < PART; i += 4)
        clamped[i] &= 252;
    split(clamped, 0, p->r);
    memcpy(p->pad, key + PART, PART);
    nfi_wipe(clamped, sizeof clamped);
}

/* sum = sum * r modulo 2^130 - 5; a limb that passes 2^130 comes back five times. */
static void multiply(poly *p)
{
    uint64_t product[5] = { 0 }, carry = 0;
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++)
            product[(i + j) % 5] += (uint64_t)p->sum[i] * (i + j < 5 ? p->r[j] : p->r[j] * 5u);
    for (size_t i = 0; i < 5; i++) {
        product[i] += carry;
        p->sum[i] = (uint32_t)product[i] & 0x3ffffff;
        carry = product[i] >> 26;
    }
    carry = p->sum[0] + carry * 5;
    p->sum[0] = (uint32_t)carry & 0x3ffffff;
    p->sum[1] += (uint32_t)(carry >> 26);
    nfi_wipe(product, sizeof product);
}

/* Whole blocks; what is left over stands in zeros (RFC 8439 2.8: all parts are padded to 16 bytes). */
static void absorb(poly *p, const uint8_t *from, size_t length)
{
    for (size_t at = 0; at < length; at += PART) {
        uint8_t part[PART] = { 0 };
        uint32_t limb[5];
        memcpy(part, from + at, length - at < PART ? length - at : PART);
        split(part, TOP, limb);
        for (size_t i = 0; i < 5; i++)
            p->sum[i] += limb[i];
        multiply(p);
    }
}

/* The sum below 2^130 - 5: p itself is taken away when that leaves no borrow, chosen by a mask. */
static void reduce(uint32_t sum[5])
{
    uint32_t less[5], carry = 0;
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < 5; i++) {
            sum[i] += carry;
            carry = sum[i] >> 26;
            sum[i] &= 0x3ffffff;
        }
        carry *= 5;
    }
    sum[0] += carry;
    carry = 5;
    for (size_t i = 0; i < 5; i++) {
        less[i] = sum[i] + carry;
        carry = less[i] >> 26;
        less[i] &= 0x3ffffff;
    }
    for (size_t i = 0; i < 5; i++)
        sum[i] ^= (sum[i] ^ less[i]) & (0u - carry);
    nfi_wipe(less, sizeof less);
}

static void finish(poly *p, uint8_t tag[PART])
{
    uint64_t carry = 0;
    reduce(p->sum);
    for (size_t i = 0; i < 4; i++) {
        uint32_t word = p->sum[i] >> 6 * i | p->sum[i + 1] << (26 - 6 * i);
        carry += (uint64_t)word + get32(p->pad + 4 * i);
        put32(tag + 4 * i, (uint32_t)carry);
        carry >>= 32;
    }
    nfi_wipe(p, sizeof *p);
}

/* --- both together, RFC 8439 2.8 --- */

void nfi_chachapoly_tag(const nfi_chachapoly *c, const uint8_t nonce[12], const uint8_t *aad, size_t aad_length,
                        const uint8_t *text, size_t length, uint8_t tag[16])
{
    poly p;
    uint8_t once[BLOCK], lengths[PART] = { 0 };
    block(c, nonce, 0, once);
    start(&p, once);
    nfi_wipe(once, sizeof once);
    absorb(&p, aad, aad_length);
    absorb(&p, text, length);
    put32(lengths, (uint32_t)aad_length);
    put32(lengths + 8, (uint32_t)length);
    absorb(&p, lengths, sizeof lengths);
    finish(&p, tag);
}

void nfi_chachapoly_init(nfi_chachapoly *c, const uint8_t key[32])
{
    for (size_t i = 0; i < 8; i++)
        c->key[i] = get32(key + 4 * i);
}
