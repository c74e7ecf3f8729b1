#include <string.h>
#include "x509.h"

/* Name constraints (RFC 5280 4.2.1.10):
 *   NameConstraints ::= SEQUENCE { permitted [0] GeneralSubtrees OPTIONAL, excluded [1] GeneralSubtrees OPTIONAL }
 *   GeneralSubtree  ::= SEQUENCE { base GeneralName, minimum [0] DEFAULT 0, maximum [1] OPTIONAL }
 * minimum and maximum stand in no certificate of this profile: one with them is refused. */
enum { SEQUENCE = 0x30, PERMITTED = 0xa0, EXCLUDED = 0xa1, FORM = 0x1f };
enum { EMAIL = 1, DNS = 2, DIRECTORY = 4, ADDRESS = 7 };      /* forms of a GeneralName; the others match nothing */

/* --- the forms --- */

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static int32_t same_text(const uint8_t *a, const uint8_t *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (lower(a[i]) != lower(b[i]))
            return 0;
    return 1;
}

static size_t size(nfi_span s)
{
    return (size_t)(s.end - s.p);
}

static int32_t ends_with(nfi_span name, nfi_span tail)
{
    return size(name) >= size(tail) && same_text(name.end - size(tail), tail.p, size(tail));
}

/* "example.com" covers itself and whatever has labels before it; ".example.com" only the latter. */
static int32_t dns_within(nfi_span name, nfi_span base)
{
    if (size(base) == 0)
        return 1;
    if (!ends_with(name, base))
        return 0;
    return size(name) == size(base) || base.p[0] == '.' || name.end[-(ptrdiff_t)size(base) - 1] == '.';
}

/* A mailbox, all mailboxes of a host, or with a leading period of the hosts below a domain. */
static int32_t email_within(nfi_span name, nfi_span base)
{
    const uint8_t *at = memchr(name.p, '@', size(name)), *base_at = memchr(base.p, '@', size(base));
    if (at == NULL || size(base) == 0)
        return size(base) == 0;
    nfi_span host = { at + 1, name.end }, base_host = { base_at == NULL ? base.p : base_at + 1, base.end };
    if (base_at != NULL && (at - name.p != base_at - base.p || memcmp(name.p, base.p, (size_t)(at - name.p)) != 0))
        return 0;
    if (base_at == NULL && base.p[0] == '.')
        return size(host) > size(base) && ends_with(host, base);
    return size(host) == size(base_host) && ends_with(host, base_host);
}

/* An address, and as much of a mask behind it. */
static int32_t address_within(nfi_span name, nfi_span base)
{
    size_t length = size(name);
    if (size(base) != 2 * length)
        return 0;
    for (size_t i = 0; i < length; i++)
        if ((name.p[i] ^ base.p[i]) & base.p[length + i])
            return 0;
    return 1;
}

/* Attribute values are compared as text whatever string type they have, without regard to case (RFC 5280 7.1). */
static int32_t same_attribute(nfi_span one, nfi_span other)
{
    nfi_span oid, other_oid, value, other_value;
    uint8_t tag, other_tag;
    return nfi_der_take_tag(&one, 0x06, &oid) && nfi_der_take_tag(&other, 0x06, &other_oid) && nfi_span_is(oid, other_oid.p, size(other_oid))
        && nfi_der_take(&one, &tag, &value) && nfi_der_take(&other, &other_tag, &other_value)
        && size(value) == size(other_value) && same_text(value.p, other_value.p, size(value));
}

static int32_t contains(nfi_span set, nfi_span attribute)
{
    nfi_span one;
    while (nfi_der_take_tag(&set, SEQUENCE, &one))
        if (same_attribute(one, attribute))
            return 1;
    return 0;
}

/* Relative names are sets, mostly of one. */
static int32_t same_relative(nfi_span a, nfi_span b)
{
    nfi_span one;
    int32_t left = 0;
    for (nfi_span rest = a; nfi_der_take_tag(&rest, SEQUENCE, &one); left++)
        if (!contains(b, one))
            return 0;
    while (nfi_der_take_tag(&b, SEQUENCE, &one))
        left--;
    return left == 0;
}

/* The base's relative names are the first of the name's. */
static int32_t directory_within(nfi_span name, nfi_span base)
{
    nfi_span names, bases, one, other;
    if (!nfi_der_take_tag(&name, SEQUENCE, &names) || !nfi_der_take_tag(&base, SEQUENCE, &bases))
        return 0;
    while (bases.p < bases.end)
        if (!nfi_der_take_tag(&bases, 0x31, &other) || !nfi_der_take_tag(&names, 0x31, &one) || !same_relative(one, other))
            return 0;
    return 1;
}

static int32_t within(uint8_t form, nfi_span name, nfi_span base)
{
    switch (form) {
    case EMAIL: return email_within(name, base);
    case DNS: return dns_within(name, base);
    case DIRECTORY: return directory_within(name, base);
    default: return address_within(name, base);
    }
}

/* --- the subtrees --- */

static int32_t lists(nfi_span extension, nfi_span *permitted, nfi_span *excluded)
{
    nfi_span body;
    if (!nfi_der_take_tag(&extension, SEQUENCE, &body) || extension.p != extension.end)
        return 0;
    if (!nfi_der_take_tag(&body, PERMITTED, permitted))
        *permitted = (nfi_span){ body.p, body.p };
    if (!nfi_der_take_tag(&body, EXCLUDED, excluded))
        *excluded = (nfi_span){ body.p, body.p };
    return body.p == body.end && size(*permitted) + size(*excluded) > 0;
}

static int32_t take_base(nfi_span *list, uint8_t *form, nfi_span *base)
{
    nfi_span subtree;
    uint8_t tag;
    if (!nfi_der_take_tag(list, SEQUENCE, &subtree) || !nfi_der_take(&subtree, &tag, base) || subtree.p != subtree.end)
        return 0;
    *form = tag & FORM;
    return (tag & 0xc0) == 0x80;
}

static int32_t list_sound(nfi_span list)
{
    uint8_t form;
    nfi_span base;
    while (list.p < list.end)
        if (!take_base(&list, &form, &base) || (form == ADDRESS && size(base) != 8 && size(base) != 32))
            return 0;
    return 1;
}

int32_t nfi_constraint_sound(nfi_span extension)
{
    nfi_span permitted, excluded;
    return lists(extension, &permitted, &excluded) && list_sound(permitted) && list_sound(excluded);
}

static int32_t known(uint8_t form)
{
    return form == EMAIL || form == DNS || form == DIRECTORY || form == ADDRESS;
}

/* How many subtrees the list has of that form, and whether one covers the name. One of a form we cannot judge covers it where it is
 * excluded and does not where it is permitted. */
static int32_t count(nfi_span list, uint8_t form, nfi_span name, int32_t *covered)
{
    int32_t found = 0;
    uint8_t of;
    nfi_span base;
    *covered = 0;
    while (list.p < list.end && take_base(&list, &of, &base)) {
        if (of != form)
            continue;
        found++;
        *covered |= known(form) && within(form, name, base);
    }
    return found;
}

static int32_t permits(nfi_span permitted, nfi_span excluded, uint8_t form, nfi_span name)
{
    int32_t covered;
    if (count(excluded, form, name, &covered) > 0 && (covered || !known(form)))
        return 0;
    return count(permitted, form, name, &covered) == 0 || covered;
}

/* An e-mail address in the subject counts where the certificate has none among its other names. */
static int32_t subject_permitted(nfi_span permitted, nfi_span excluded, const mbedtls_x509_crt *below, int32_t has_email)
{
    nfi_span name = { below->subject_raw.p, below->subject_raw.p + below->subject_raw.len };
    if (below->subject.oid.p == NULL)
        return 1;
    if (!permits(permitted, excluded, DIRECTORY, name))
        return 0;
    for (const mbedtls_x509_name *n = &below->subject; n != NULL && !has_email; n = n->next) {
        nfi_span oid = { n->oid.p, n->oid.p + n->oid.len }, value = { n->val.p, n->val.p + n->val.len };
        if (n->oid.p != NULL && nfi_span_is(oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 9) && !permits(permitted, excluded, EMAIL, value))
            return 0;
    }
    return 1;
}

int32_t nfi_constraint_permits(nfi_span extension, const mbedtls_x509_crt *below)
{
    nfi_span permitted, excluded;
    int32_t has_email = 0;
    if (!lists(extension, &permitted, &excluded))
        return 0;
    for (const mbedtls_x509_sequence *n = &below->subject_alt_names; n != NULL && n->buf.p != NULL; n = n->next) {
        uint8_t form = (uint8_t)n->buf.tag & FORM;
        nfi_span name = { n->buf.p, n->buf.p + n->buf.len };
        has_email |= form == EMAIL;
        if (!permits(permitted, excluded, form, name))
            return 0;
    }
    return subject_permitted(permitted, excluded, below, has_email);
}
