#include <string.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>
#include "digest.h"
#include "dh.h"
#include "nfi_crypto.h"
#include "primitives.h"
#include "x509.h"

/* RSA and ECDSA over a digest. The verifier of mbedTLS builds the padding it expects and compares all of it (RFC 8017 8.2.2), so
 * garbage behind a DigestInfo, which a small exponent would let a forger choose, does not pass. */
enum { HASH_MASK = 0xff, FORM_MASK = 0xff00, LARGEST_NUMBER = 66, LARGEST_DER = 2 * (LARGEST_NUMBER + 4) + 4 };

typedef struct {
    int32_t form;
    mbedtls_md_type_t md;
    size_t digest;                /* bytes */
} scheme;

static int32_t read_scheme(int32_t number, int32_t key_type, scheme *s)
{
    const mbedtls_md_info_t *md = nfi_digest(number & HASH_MASK);
    s->form = number & FORM_MASK;
    if (md == NULL || (number & HASH_MASK) == NFI_MD5 || number != (s->form | (number & HASH_MASK)) || s->form > NFI_SIGN_ECDSA_DER)
        return -XE_UNKNOWN_ALGORITHM;
    if ((key_type == NFI_KEY_RSA) != (s->form == NFI_SIGN_PKCS1 || s->form == NFI_SIGN_PSS))
        return -XE_UNKNOWN_ALGORITHM;
    s->md = mbedtls_md_get_type(md);
    s->digest = mbedtls_md_get_size(md);
    return 0;
}

static size_t number_size(int32_t key_type)
{
    return key_type == NFI_KEY_P256 ? 32 : key_type == NFI_KEY_P384 ? 48 : LARGEST_NUMBER;
}

/* --- r and s: two numbers side by side, or DER --- */

static size_t put_number(const uint8_t *number, size_t size, uint8_t *dst)
{
    while (size > 1 && *number == 0) {
        number++;
        size--;
    }
    size_t pad = number[0] >= 0x80;
    dst[0] = 0x02;
    dst[1] = (uint8_t)(size + pad);
    dst[2] = 0;
    memcpy(dst + 2 + pad, number, size);
    return 2 + pad + size;
}

static size_t to_der(const uint8_t *numbers, size_t size, uint8_t dst[LARGEST_DER])
{
    uint8_t body[LARGEST_DER];
    size_t length = put_number(numbers, size, body);
    length += put_number(numbers + size, size, body + length);
    size_t head = length < 0x80 ? 2 : 3;
    dst[0] = 0x30;
    dst[1] = 0x81;
    dst[head - 1] = (uint8_t)length;
    memcpy(dst + head, body, length);
    return head + length;
}

static int32_t take_number(nfi_span *from, uint8_t *dst, size_t size)
{
    nfi_span number;
    if (!nfi_der_take_tag(from, 0x02, &number))
        return 0;
    while (number.p < number.end && *number.p == 0)
        number.p++;
    size_t length = (size_t)(number.end - number.p);
    if (length > size)
        return 0;
    memset(dst, 0, size - length);
    memcpy(dst + size - length, number.p, length);
    return 1;
}

/* 1 when src is DER as only one encoder writes it (X.690 8.3.2): anything else would give one signature several faces. */
static int32_t from_der(const uint8_t *src, size_t length, uint8_t *numbers, size_t size)
{
    uint8_t again[LARGEST_DER];
    nfi_span rest = { src, src + length }, list;
    if (length > sizeof again || !nfi_der_take_tag(&rest, 0x30, &list) || !take_number(&list, numbers, size) || !take_number(&list, numbers + size, size))
        return 0;
    return to_der(numbers, size, again) == length && memcmp(src, again, length) == 0;
}

/* FIPS 186-4 6.4.2 wants both at least 1; that they are below the order is mbedTLS's to say. */
static int32_t has_zero(const uint8_t *numbers, size_t size)
{
    uint8_t r = 0, s = 0;
    for (size_t i = 0; i < size; i++) {
        r |= numbers[i];
        s |= numbers[size + i];
    }
    return r == 0 || s == 0;
}

/* --- signing --- */

int32_t nfi_sign_length(int32_t handle, int32_t number)
{
    scheme s;
    nfi_private_key *key = nfi_private_key_hold(handle);
    if (key == NULL)
        return -NFI_BAD_HANDLE;
    int32_t status = read_scheme(number, key->key_type, &s);
    if (status == 0 && s.form == NFI_SIGN_ECDSA)
        status = 2 * (int32_t)number_size(key->key_type);
    else if (status == 0)
        status = s.form == NFI_SIGN_ECDSA_DER ? LARGEST_DER : (int32_t)((mbedtls_pk_get_bitlen(&key->pk) + 7) / 8);
    nfi_private_key_drop(key);
    return status;
}

static int raw_sign(nfi_private_key *key, const scheme *s, const uint8_t *digest, uint8_t *dst, size_t room, size_t *length)
{
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    return mbedtls_pk_sign(&key->pk, s->md, digest, s->digest, dst, room, length, nfi_mpi_random, NULL);
#else
    (void)room;
    return mbedtls_pk_sign(&key->pk, s->md, digest, s->digest, dst, length, nfi_mpi_random, NULL);
#endif
}

/* The padding is a property of the key in mbedTLS; only the worker signs. */
static void set_padding(nfi_private_key *key, const scheme *s)
{
    if (key->key_type == NFI_KEY_RSA && s->form == NFI_SIGN_PSS)
        (void)mbedtls_rsa_set_padding(mbedtls_pk_rsa(key->pk), MBEDTLS_RSA_PKCS_V21, s->md);
    else if (key->key_type == NFI_KEY_RSA)
        (void)mbedtls_rsa_set_padding(mbedtls_pk_rsa(key->pk), MBEDTLS_RSA_PKCS_V15, MBEDTLS_MD_NONE);
}

/* mbedTLS wants room for the largest signature it knows. */
int32_t nfi_sign(nfi_private_key *key, int32_t number, const uint8_t *digest, size_t length, uint8_t *dst, size_t room)
{
    scheme s;
    uint8_t signature[NFI_MAX_RSA_BITS / 8 > LARGEST_DER ? NFI_MAX_RSA_BITS / 8 : LARGEST_DER];
    size_t made = 0;
    int32_t status = read_scheme(number, key->key_type, &s);
    if (status < 0 || length != s.digest)
        return status < 0 ? status : -XE_BAD_PARAM;
    set_padding(key, &s);
    if (raw_sign(key, &s, digest, signature, sizeof signature, &made) != 0)
        return -NFI_CRYPTO_FAULT;
    if (s.form == NFI_SIGN_ECDSA) {
        size_t size = number_size(key->key_type);
        return 2 * size <= room && from_der(signature, made, dst, size) ? 2 * (int32_t)size : -NFI_CRYPTO_FAULT;
    }
    if (made > room)
        return -NFI_CRYPTO_FAULT;
    memcpy(dst, signature, made);
    return (int32_t)made;
}

/* --- verifying --- */

static int32_t verify_ecdsa(nfi_certificate *c, const scheme *s, const uint8_t *digest, const uint8_t *signature, size_t length)
{
    uint8_t numbers[2 * LARGEST_NUMBER], der[LARGEST_DER];
    size_t size = number_size(c->key_type);
    if (s->form == NFI_SIGN_ECDSA && length == 2 * size)
        memcpy(numbers, signature, length);
    else if (s->form == NFI_SIGN_ECDSA || !from_der(signature, length, numbers, size))
        return -NFI_BAD_SIGNATURE;
    if (has_zero(numbers, size))
        return -NFI_BAD_SIGNATURE;
    size_t der_length = to_der(numbers, size, der);
    return mbedtls_pk_verify(&c->crt.pk, s->md, digest, s->digest, der, der_length) == 0 ? 0 : -NFI_BAD_SIGNATURE;
}

static int32_t verify_rsa(nfi_certificate *c, const scheme *s, const uint8_t *digest, const uint8_t *signature, size_t length)
{
    mbedtls_pk_rsassa_pss_options pss = { s->md, (int)s->digest };
    if (length != (mbedtls_pk_get_bitlen(&c->crt.pk) + 7) / 8)
        return -NFI_BAD_SIGNATURE;
    int bad = s->form == NFI_SIGN_PSS
        ? mbedtls_pk_verify_ext(MBEDTLS_PK_RSASSA_PSS, &pss, &c->crt.pk, s->md, digest, s->digest, signature, length)
        : mbedtls_pk_verify_ext(MBEDTLS_PK_RSA, NULL, &c->crt.pk, s->md, digest, s->digest, signature, length);
    return bad == 0 ? 0 : -NFI_BAD_SIGNATURE;
}

int32_t nfi_verify(nfi_certificate *certificate, int32_t number, const uint8_t *src, size_t length)
{
    scheme s;
    int32_t status = read_scheme(number, certificate->key_type, &s);
    if (status < 0)
        return status;
    if (length <= s.digest)
        return -NFI_BAD_SIGNATURE;
    const uint8_t *signature = src + s.digest;
    return certificate->key_type == NFI_KEY_RSA ? verify_rsa(certificate, &s, src, signature, length - s.digest)
                                                : verify_ecdsa(certificate, &s, src, signature, length - s.digest);
}
