#include <string.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>
#include "dh.h"
#include "handle.h"
#include "nfi_crypto.h"
#include "pem.h"
#include "primitives.h"
#include "x509.h"

/* --- what kind of key --- */

enum { LONGEST_EXPONENT = 64 };   /* bits of e: a longer one costs the verifier as much as a signature the signer */

static int32_t exponent_is_short(const mbedtls_rsa_context *rsa)
{
    mbedtls_mpi e;
    mbedtls_mpi_init(&e);
    int32_t good = mbedtls_rsa_export(rsa, NULL, NULL, NULL, NULL, &e) == 0 && mbedtls_mpi_bitlen(&e) <= LONGEST_EXPONENT
                   && mbedtls_mpi_bitlen(&e) >= 2 && mbedtls_mpi_get_bit(&e, 0) == 1;
    mbedtls_mpi_free(&e);
    return good;
}

static int32_t rsa_type(const mbedtls_pk_context *pk)
{
    size_t bits = mbedtls_pk_get_bitlen(pk);
    return bits >= NFI_LEGACY_RSA_BITS && bits <= NFI_MAX_RSA_BITS && exponent_is_short(mbedtls_pk_rsa(*pk)) ? NFI_KEY_RSA : NFI_KEY_OTHER;
}

/* RFC 5480 2.1.1.1: secp256r1, secp384r1, secp521r1. */
static int32_t curve_type(nfi_span oid)
{
    if (nfi_span_is(oid, "\x2a\x86\x48\xce\x3d\x03\x01\x07", 8))
        return NFI_KEY_P256;
    if (nfi_span_is(oid, "\x2b\x81\x04\x00\x22", 5))
        return NFI_KEY_P384;
    return nfi_span_is(oid, "\x2b\x81\x04\x00\x23", 5) ? NFI_KEY_P521 : NFI_KEY_OTHER;
}

/* SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { algorithm, curve }, BIT STRING } */
int32_t nfi_key_type(mbedtls_pk_context *pk, const uint8_t *info, size_t length)
{
    nfi_span rest = { info, info + length }, body, algorithm, oid;
    if (mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA)
        return rsa_type(pk);
    if (mbedtls_pk_get_type(pk) != MBEDTLS_PK_ECKEY || !nfi_der_take_tag(&rest, 0x30, &body) || !nfi_der_take_tag(&body, 0x30, &algorithm))
        return NFI_KEY_OTHER;
    if (!nfi_der_take_tag(&algorithm, 0x06, &oid) || !nfi_der_take_tag(&algorithm, 0x06, &oid))
        return NFI_KEY_OTHER;
    return curve_type(oid);
}

/* --- private keys --- */

void nfi_private_key_drop(nfi_private_key *key)
{
    if (key == NULL || atomic_fetch_sub(&key->owners, 1) > 1)
        return;
    mbedtls_pk_free(&key->pk);    /* wipes */
    nfi_wipe(key, sizeof *key);
    mbedtls_free(key);
}

void nfi_private_key_destroy(void *object)
{
    nfi_private_key_drop(object);
}

nfi_private_key *nfi_private_key_hold(int32_t handle)
{
    nfi_private_key *key = nfi_handle_get(NFI_KIND_PRIVATE_KEY, handle);
    if (key != NULL)
        atomic_fetch_add(&key->owners, 1);
    return key;
}

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
static int read_key(mbedtls_pk_context *pk, const nfi_der *der)
{
    return mbedtls_pk_parse_key(pk, der->bytes, der->length, NULL, 0, nfi_mpi_random, NULL);
}
static int check_pair(const mbedtls_pk_context *pub, const mbedtls_pk_context *prv)
{
    return mbedtls_pk_check_pair(pub, prv, nfi_mpi_random, NULL);
}
#else
static int read_key(mbedtls_pk_context *pk, const nfi_der *der)
{
    return mbedtls_pk_parse_key(pk, der->bytes, der->length, NULL, 0);
}
static int check_pair(const mbedtls_pk_context *pub, const mbedtls_pk_context *prv)
{
    return mbedtls_pk_check_pair(pub, prv);
}
#endif

/* The type as its public half would show it, which mbedTLS writes at the end of the buffer. */
static int32_t own_type(mbedtls_pk_context *pk)
{
    uint8_t info[800];
    if (mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA)
        return rsa_type(pk);
    int length = mbedtls_pk_write_pubkey_der(pk, info, sizeof info);
    return length <= 0 ? NFI_KEY_OTHER : nfi_key_type(pk, info + sizeof info - (size_t)length, (size_t)length);
}

static int32_t status_of(int bad)
{
    if (bad == 0)
        return 0;
    switch (-(-bad & 0xff80)) {
    case MBEDTLS_ERR_PK_ALLOC_FAILED: return -XE_NOMEM;
    case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
    case MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE:
    case MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE: return -XE_UNKNOWN_ALGORITHM;
    case MBEDTLS_ERR_PK_PASSWORD_REQUIRED: return -NFI_ENCRYPTED;
    default: return -NFI_BAD_ENCODING;
    }
}

/* PKCS#8's AlgorithmIdentifier of a key that mbedTLS does not know, Ed25519 (RFC 8410) among them: SEQUENCE { INTEGER, SEQUENCE { OID } } */
static int32_t is_other_pkcs8(const nfi_der *der)
{
    nfi_span rest = { der->bytes, der->bytes + der->length }, body, version, algorithm, oid;
    return nfi_der_take_tag(&rest, 0x30, &body) && nfi_der_take_tag(&body, 0x02, &version) && nfi_der_take_tag(&body, 0x30, &algorithm)
        && nfi_der_take_tag(&algorithm, 0x06, &oid) && !nfi_span_is(oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9)
        && !nfi_span_is(oid, "\x2a\x86\x48\xce\x3d\x02\x01", 7);
}

static int32_t parse(nfi_private_key *key, const nfi_der *der)
{
    int32_t status = is_other_pkcs8(der) ? -XE_UNKNOWN_ALGORITHM : status_of(read_key(&key->pk, der));
    if (status == 0)
        key->key_type = own_type(&key->pk);
    return status == 0 && key->key_type == NFI_KEY_OTHER ? -XE_UNKNOWN_ALGORITHM : status;
}

static int32_t fits(const nfi_certificate *certificate, const nfi_private_key *key)
{
    return certificate->key_type == key->key_type && check_pair(&certificate->crt.pk, &key->pk) == 0;
}

/* A key that is nobody's yet, filled in and given a handle, or given back. */
static int32_t publish(nfi_private_key *key, const nfi_certificate *owner, const nfi_der *der)
{
    int32_t status = parse(key, der);
    if (status == 0 && owner != NULL && !fits(owner, key))
        status = -NFI_KEY_MISMATCH;
    if (status == 0)
        status = nfi_handle_new(NFI_KIND_PRIVATE_KEY, key);
    if (status < 0)
        nfi_private_key_drop(key);
    return status;
}

int32_t nfi_private_key_make(const nfi_certificate *owner, const uint8_t *src, size_t length)
{
    nfi_der der;
    int32_t status = nfi_pem_unwrap(NFI_PEM_KEY, src, length, NFI_MAX_PRIVATE_KEY, &der);
    if (status < 0)
        return status;
    nfi_private_key *key = mbedtls_calloc(1, sizeof *key);
    status = -XE_NOMEM;
    if (key != NULL) {
        atomic_init(&key->owners, 1);
        mbedtls_pk_init(&key->pk);
        status = publish(key, owner, &der);
    }
    nfi_pem_free(&der);
    return status;
}
