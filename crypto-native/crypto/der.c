#include <string.h>
#include "x509.h"

/* Lengths in DER are as short as can be (X.690 10.1); what we read has at most 65,535 octets. */
int32_t nfi_der_take(nfi_span *from, uint8_t *tag, nfi_span *content)
{
    const uint8_t *p = from->p;
    if (from->end - p < 2)
        return 0;
    uint8_t first = p[1];
    size_t octets = first < 0x80 ? 0 : first & 0x7fu, length = first < 0x80 ? first : 0;
    p += 2;
    if (first == 0x80 || octets > 2 || (size_t)(from->end - p) < octets)
        return 0;
    for (size_t i = 0; i < octets; i++)
        length = length << 8 | *p++;
    if ((octets == 1 && length < 0x80) || (octets == 2 && length < 0x100) || length > (size_t)(from->end - p))
        return 0;
    *tag = from->p[0];
    *content = (nfi_span){ p, p + length };
    from->p = p + length;
    return 1;
}

int32_t nfi_der_take_tag(nfi_span *from, uint8_t tag, nfi_span *content)
{
    nfi_span rest = *from;
    uint8_t found;
    if (!nfi_der_take(&rest, &found, content) || found != tag)
        return 0;
    *from = rest;
    return 1;
}

int32_t nfi_span_is(nfi_span span, const void *bytes, size_t length)
{
    return (size_t)(span.end - span.p) == length && memcmp(span.p, bytes, length) == 0;
}

/* Days from 1970 in the Gregorian calendar, with years that begin in March. */
int64_t nfi_x509_seconds(const mbedtls_x509_time *t)
{
    int64_t year = t->mon <= 2 ? t->year - 1 : t->year, month = (t->mon + 9) % 12;
    int64_t days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + t->day - 1 - 719468;
    return ((days * 24 + t->hour) * 60 + t->min) * 60 + t->sec;
}

void nfi_x509_put_seconds(int64_t seconds, int32_t words[2])
{
    words[0] = (int32_t)(uint32_t)((uint64_t)seconds >> 32);
    words[1] = (int32_t)(uint32_t)(uint64_t)seconds;
}
