#include <string.h>
#include <mbedtls/oid.h>
#include <mbedtls/platform.h>
#include "bounds.h"
#include "digest.h"
#include "handle.h"
#include "nfi_crypto.h"
#include "pem.h"
#include "primitives.h"
#include "x509.h"

void nfi_certificate_drop(nfi_certificate *certificate)
{
    if (certificate == NULL || atomic_fetch_sub(&certificate->owners, 1) > 1)
        return;
    mbedtls_x509_crt_free(&certificate->crt);
    mbedtls_free(certificate);
}

void nfi_certificate_destroy(void *object)
{
    nfi_certificate_drop(object);
}

nfi_certificate *nfi_certificate_hold(int32_t handle)
{
    nfi_certificate *certificate = nfi_handle_get(NFI_KIND_CERTIFICATE, handle);
    if (certificate != NULL)
        atomic_fetch_add(&certificate->owners, 1);
    return certificate;
}

/* --- extensions --- */

/* 0 without any, or when the list is not one. */
static int32_t extensions(const mbedtls_x509_crt *crt, nfi_span *list)
{
    nfi_span rest = { crt->v3_ext.p, crt->v3_ext.p + crt->v3_ext.len };
    return crt->v3_ext.p != NULL && nfi_der_take_tag(&rest, 0x30, list) && rest.p == rest.end;
}

/* Takes one off the front of the list. */
static int32_t next_extension(nfi_span *list, nfi_span *name, nfi_span *value)
{
    nfi_span one, critical;
    if (!nfi_der_take_tag(list, 0x30, &one) || !nfi_der_take_tag(&one, 0x06, name))
        return 0;
    (void)nfi_der_take_tag(&one, 0x01, &critical);
    return nfi_der_take_tag(&one, 0x04, value) && one.p == one.end;
}

int32_t nfi_certificate_extension(const mbedtls_x509_crt *crt, const void *oid, size_t oid_length, nfi_span *value)
{
    nfi_span list, name;
    if (!extensions(crt, &list))
        return 0;
    while (next_extension(&list, &name, value))
        if (nfi_span_is(name, oid, oid_length))
            return 1;
    return 0;
}

/* mbedTLS also takes lengths that are longer than DER has them. We do not, and what stands behind one, a name constraint perhaps, would
 * be overlooked. */
static int32_t extensions_sound(const mbedtls_x509_crt *crt)
{
    nfi_span list, name, value;
    if (crt->v3_ext.p == NULL)
        return 1;
    if (!extensions(crt, &list))
        return 0;
    while (list.p < list.end)
        if (!next_extension(&list, &name, &value))
            return 0;
    return 1;
}

/* mbedTLS calls for every extension it does not know: RFC 5280 4.2 refuses a critical one that is not understood. Policies
 * (4.2.1.4) restrict nothing as long as nobody requires one; a name constraint is ours to enforce, critical or not, and stands
 * at most once. */
static int take_extension(void *seen, const mbedtls_x509_crt *crt, const mbedtls_x509_buf *oid, int critical,
                          const unsigned char *p, const unsigned char *end)
{
    int32_t *constraints = seen;
    nfi_span name = { oid->p, oid->p + oid->len };
    (void)crt;
    if (nfi_span_is(name, "\x55\x1d\x20", 3))
        return 0;
    if (nfi_span_is(name, NFI_OID_NAME_CONSTRAINTS, 3)) {
        *constraints += (*constraints == 0 && nfi_constraint_sound((nfi_span){ p, end })) ? 1 : 2;
        return *constraints == 1 ? 0 : MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
    }
    return critical ? MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE : 0;
}

static int32_t status_of(int bad)
{
    if (bad == 0)
        return 0;
    switch (-(-bad & 0xff80)) {
    case MBEDTLS_ERR_X509_ALLOC_FAILED: return -XE_NOMEM;
    case MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG:
    case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
    case MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE:
    case MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE: return -XE_UNKNOWN_ALGORITHM;
    case MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE:
    case MBEDTLS_ERR_X509_UNKNOWN_VERSION: return -NFI_UNSUPPORTED;
    default: return -NFI_BAD_ENCODING;
    }
}

/* Elements of a SEQUENCE; -1 when it is none. */
static int32_t count_in(nfi_span value)
{
    nfi_span list, one;
    uint8_t tag;
    int32_t count = 0;
    if (!nfi_der_take_tag(&value, 0x30, &list))
        return -1;
    while (list.p < list.end) {
        if (!nfi_der_take(&list, &tag, &one))
            return -1;
        count++;
    }
    return count;
}

/* Of the lists for whose elements mbedTLS takes memory one by one: subjectAltName, extKeyUsage, certificatePolicies. */
static int32_t lists_fit(nfi_span extensions)
{
    nfi_span name, value;
    while (extensions.p < extensions.end) {
        if (!next_extension(&extensions, &name, &value))
            return -NFI_BAD_ENCODING;
        if (!nfi_span_is(name, "\x55\x1d\x11", 3) && !nfi_span_is(name, "\x55\x1d\x25", 3) && !nfi_span_is(name, "\x55\x1d\x20", 3))
            continue;
        int32_t count = count_in(value);
        if (count < 0)
            return -NFI_BAD_ENCODING;
        if (count > NFI_MAX_NAMES)
            return -NFI_TOO_MANY;
    }
    return 0;
}

/* Ahead of mbedTLS: how much it will take is bounded. What is wrong with the rest it says itself. RFC 5280 4.1: the extensions stand
 * under [3] of the TBSCertificate. */
static int32_t bounded(const nfi_der *der)
{
    nfi_span file = { der->bytes, der->bytes + der->length }, certificate, body, one, extensions;
    uint8_t tag = 0;
    if (!nfi_der_take_tag(&file, 0x30, &certificate) || !nfi_der_take_tag(&certificate, 0x30, &body))
        return -NFI_BAD_ENCODING;
    while (body.p < body.end) {
        if (!nfi_der_take(&body, &tag, &one))
            return -NFI_BAD_ENCODING;
        int32_t status = tag != 0xa3 ? 0 : nfi_der_take_tag(&one, 0x30, &extensions) ? lists_fit(extensions) : -NFI_BAD_ENCODING;
        if (status < 0)
            return status;
    }
    return 0;
}

static int32_t parse(nfi_certificate *c, const nfi_der *der)
{
    int32_t constraints = 0, status = bounded(der);
    if (status < 0)
        return status;
    int bad = mbedtls_x509_crt_parse_der_with_ext_cb(&c->crt, der->bytes, der->length, 1, take_extension, &constraints);
    if (bad != 0 && bad == MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE + MBEDTLS_ERR_X509_INVALID_EXTENSIONS)
        return -NFI_UNSUPPORTED;
    if (bad != 0)
        return status_of(bad);
    if (constraints > 1 || c->crt.raw.len != der->length || !extensions_sound(&c->crt))
        return -NFI_BAD_ENCODING;
    c->key_type = nfi_key_type(&c->crt.pk, c->crt.pk_raw.p, c->crt.pk_raw.len);
    return c->key_type == NFI_KEY_OTHER ? -XE_UNKNOWN_ALGORITHM : 0;
}

int32_t nfi_crypto_certificate_parse(const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    nfi_der der;
    int32_t status = nfi_crypto_ready();
    if (status < 0)
        return status;
    if (!nfi_within(src, src_cap, offset, length))
        return -XE_BAD_PARAM;
    status = nfi_pem_unwrap(NFI_PEM_CERTIFICATE, src + offset, (size_t)length, NFI_MAX_CERTIFICATE, &der);
    if (status < 0)
        return status;
    nfi_certificate *c = mbedtls_calloc(1, sizeof *c);
    status = -XE_NOMEM;
    if (c != NULL) {
        atomic_init(&c->owners, 1);
        mbedtls_x509_crt_init(&c->crt);
        status = parse(c, &der);
    }
    nfi_pem_free(&der);
    if (status == 0)
        status = nfi_handle_new(NFI_KIND_CERTIFICATE, c);
    if (status < 0)
        nfi_certificate_drop(c);
    return status;
}

/* --- its description --- */

/* Bit n of RFC 5280 4.2.1.3 as bit n; DER counts the bits of an octet from the highest. */
static int32_t key_usage(const mbedtls_x509_crt *crt)
{
    nfi_span value, bits;
    int32_t usage = 0;
    if (!nfi_certificate_extension(crt, "\x55\x1d\x0f", 3, &value))
        return -1;
    if (!nfi_der_take_tag(&value, 0x03, &bits) || bits.end - bits.p < 1)
        return 0;
    for (int32_t n = 0; n < 9 && bits.p + 1 + n / 8 < bits.end; n++)
        if (bits.p[1 + n / 8] & (0x80 >> n % 8))
            usage |= 1 << n;
    return usage;
}

/* RFC 5280 4.2.1.12; RFC 4945 5.1.3.12 (id-kp-ipsecIKE), and iKEIntermediate, which came before it. */
static int32_t usage_bit(nfi_span oid)
{
    static const struct { int32_t bit; uint8_t length; char bytes[8]; } purposes[] = {
        { NFI_USAGE_ANY, 4, "\x55\x1d\x25\x00" },
        { NFI_USAGE_SERVER, 8, { 0x2b, 6, 1, 5, 5, 7, 3, 1 } },
        { NFI_USAGE_CLIENT, 8, { 0x2b, 6, 1, 5, 5, 7, 3, 2 } },
        { NFI_USAGE_IKE, 8, { 0x2b, 6, 1, 5, 5, 7, 3, 17 } },
        { NFI_USAGE_IKE, 8, { 0x2b, 6, 1, 5, 5, 8, 2, 2 } },
    };
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
        if (nfi_span_is(oid, purposes[i].bytes, purposes[i].length))
            return purposes[i].bit;
    return NFI_USAGE_OTHER;
}

static int32_t extended_usage(const mbedtls_x509_crt *crt)
{
    nfi_span value, list, oid;
    int32_t usage = 0;
    if (!nfi_certificate_extension(crt, "\x55\x1d\x25", 3, &value))
        return -1;
    if (!nfi_der_take_tag(&value, 0x30, &list))
        return 0;
    while (nfi_der_take_tag(&list, 0x06, &oid))
        usage |= usage_bit(oid);
    return usage;
}

static void basic_constraints(const mbedtls_x509_crt *crt, int32_t *words)
{
    nfi_span value, list, one;
    words[NFI_CERT_AUTHORITY] = 0;
    words[NFI_CERT_PATH_LENGTH] = -1;
    if (!nfi_certificate_extension(crt, NFI_OID_BASIC_CONSTRAINTS, 3, &value) || !nfi_der_take_tag(&value, 0x30, &list))
        return;
    words[NFI_CERT_AUTHORITY] = nfi_der_take_tag(&list, 0x01, &one) && one.end - one.p == 1 && one.p[0] != 0;
    if (words[NFI_CERT_AUTHORITY] && nfi_der_take_tag(&list, 0x02, &one))
        words[NFI_CERT_PATH_LENGTH] = one.end - one.p == 1 && one.p[0] < 0x80 ? one.p[0] : 0x7f;
}

static int32_t signature_hash(const mbedtls_x509_crt *crt)
{
    mbedtls_md_type_t md;
    mbedtls_pk_type_t pk;
    if (mbedtls_oid_get_sig_alg(&crt->sig_oid, &md, &pk) != 0)
        return 0;
    for (int32_t hash = NFI_MD5; hash <= NFI_SHA512; hash++)
        if (md != MBEDTLS_MD_NONE && nfi_digest(hash) == mbedtls_md_info_from_type(md))
            return hash;
    return 0;
}

static const mbedtls_x509_sequence *alt_name(const mbedtls_x509_crt *crt, int32_t index)
{
    const mbedtls_x509_sequence *one = &crt->subject_alt_names;
    while (one != NULL && one->buf.p != NULL && index-- > 0)
        one = one->next;
    return one != NULL && one->buf.p != NULL ? one : NULL;
}

static int32_t same(const mbedtls_x509_buf *a, const mbedtls_x509_buf *b)
{
    return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

int32_t nfi_crypto_certificate_info(int32_t handle, int32_t *words, int32_t words_cap)
{
    nfi_span constraint;
    const nfi_certificate *c = nfi_handle_get(NFI_KIND_CERTIFICATE, handle);
    if (c == NULL)
        return -NFI_BAD_HANDLE;
    if (!nfi_within(words, words_cap, 0, NFI_CERT_WORDS))
        return -XE_BAD_PARAM;
    memset(words, 0, NFI_CERT_WORDS * sizeof words[0]);
    words[NFI_CERT_KEY_TYPE] = c->key_type;
    words[NFI_CERT_KEY_BITS] = (int32_t)mbedtls_pk_get_bitlen(&c->crt.pk);
    nfi_x509_put_seconds(nfi_x509_seconds(&c->crt.valid_from), words + NFI_CERT_FROM);
    nfi_x509_put_seconds(nfi_x509_seconds(&c->crt.valid_to), words + NFI_CERT_TO);
    basic_constraints(&c->crt, words);
    words[NFI_CERT_KEY_USAGE] = key_usage(&c->crt);
    words[NFI_CERT_EXTENDED_USAGE] = extended_usage(&c->crt);
    words[NFI_CERT_HASH] = signature_hash(&c->crt);
    words[NFI_CERT_SELF_ISSUED] = same(&c->crt.issuer_raw, &c->crt.subject_raw);
    words[NFI_CERT_CONSTRAINED] = nfi_certificate_extension(&c->crt, NFI_OID_NAME_CONSTRAINTS, 3, &constraint);
    for (const mbedtls_x509_sequence *one = &c->crt.subject_alt_names; one != NULL && one->buf.p != NULL; one = one->next)
        words[NFI_CERT_ALT_NAMES]++;
    return 0;
}

/* --- its parts --- */

static int32_t put(const uint8_t *src, size_t length, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    if (!nfi_within(dst, dst_cap, offset, 0))
        return -XE_BAD_PARAM;
    if (length > (size_t)(dst_cap - offset))
        return -XE_DST_OUT_OF_SPACE;
    memcpy(dst + offset, src, length);
    return (int32_t)length;
}

static int32_t put_buf(const mbedtls_x509_buf *buf, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    return put(buf->p, buf->len, dst, dst_cap, offset);
}

static int32_t put_hash(int32_t hash, const mbedtls_x509_buf *buf, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    uint8_t digest[MBEDTLS_MD_MAX_SIZE];
    const mbedtls_md_info_t *md = nfi_digest(hash);
    if (md == NULL || mbedtls_md(md, buf->p, buf->len, digest) != 0)
        return -NFI_CRYPTO_FAULT;
    return put(digest, mbedtls_md_get_size(md), dst, dst_cap, offset);
}

/* A directoryName is tagged explicitly: behind its header stands the Name. */
static int32_t put_alt_name(const mbedtls_x509_crt *crt, int32_t index, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    const mbedtls_x509_sequence *name = index < 0 ? NULL : alt_name(crt, index);
    if (name == NULL)
        return -XE_NO_DATA;
    uint8_t form = (uint8_t)name->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK;
    int32_t status = put(&form, 1, dst, dst_cap, offset);
    if (status > 0)
        status = put_buf(&name->buf, dst, dst_cap, offset + 1);
    return status < 0 ? status : status + 1;
}

int32_t nfi_crypto_certificate_part(int32_t handle, int32_t part, int32_t index, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    const nfi_certificate *c = nfi_handle_get(NFI_KIND_CERTIFICATE, handle);
    const nfi_crl *crl = nfi_handle_get(NFI_KIND_CRL, handle);
    if (crl != NULL && (part == NFI_PART_DER || part == NFI_PART_ISSUER))
        return put_buf(part == NFI_PART_DER ? &crl->crl.raw : &crl->crl.issuer_raw, dst, dst_cap, offset);
    if (c == NULL)
        return -NFI_BAD_HANDLE;
    switch (part) {
    case NFI_PART_DER: return put_buf(&c->crt.raw, dst, dst_cap, offset);
    case NFI_PART_SUBJECT: return put_buf(&c->crt.subject_raw, dst, dst_cap, offset);
    case NFI_PART_ISSUER: return put_buf(&c->crt.issuer_raw, dst, dst_cap, offset);
    case NFI_PART_SERIAL: return put_buf(&c->crt.serial, dst, dst_cap, offset);
    case NFI_PART_KEY_HASH: return put_hash(NFI_SHA1, &c->crt.pk_raw, dst, dst_cap, offset);
    case NFI_PART_FINGERPRINT: return put_hash(NFI_SHA256, &c->crt.raw, dst, dst_cap, offset);
    case NFI_PART_ALT_NAME: return put_alt_name(&c->crt, index, dst, dst_cap, offset);
    default: return -XE_BAD_PARAM;
    }
}
