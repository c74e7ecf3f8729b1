/* Certificates, CRLs and private keys behind handles. Parsing and public-key arithmetic are mbedTLS's. An object has owners: its
 * handle, and every job that borrowed it; the last one frees it. What an mbedTLS context may change while it computes is touched by
 * the worker alone. */
#ifndef NFI_X509_H
#define NFI_X509_H
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>
#include "nfi_crypto.h"
#include "nfi_limits.h"

typedef struct {
    atomic_int owners;
    int32_t key_type;             /* NFI_KEY_ */
    mbedtls_x509_crt crt;
} nfi_certificate;
typedef struct {
    atomic_int owners;
    mbedtls_x509_crl crl;
} nfi_crl;
typedef struct {
    atomic_int owners;
    int32_t key_type;
    mbedtls_pk_context pk;
} nfi_private_key;

/* The object of a handle with one more owner, or NULL. */
nfi_certificate *nfi_certificate_hold(int32_t handle);
nfi_crl *nfi_crl_hold(int32_t handle);
nfi_private_key *nfi_private_key_hold(int32_t handle);
void nfi_certificate_drop(nfi_certificate *certificate);
void nfi_crl_drop(nfi_crl *crl);
void nfi_private_key_drop(nfi_private_key *key);

/* --- DER --- */

/* [p, end) */
typedef struct { const uint8_t *p, *end; } nfi_span;
/* Takes one element off the front of from; 0, and nothing taken, when its length lies. */
int32_t nfi_der_take(nfi_span *from, uint8_t *tag, nfi_span *content);
int32_t nfi_der_take_tag(nfi_span *from, uint8_t tag, nfi_span *content);   /* 0 also for another tag */
int32_t nfi_span_is(nfi_span span, const void *bytes, size_t length);

/* The value of an extension (RFC 5280 4.2); 0 when the certificate has none of that OID. oid: its contents. */
int32_t nfi_certificate_extension(const mbedtls_x509_crt *crt, const void *oid, size_t oid_length, nfi_span *value);

/* --- what mbedTLS leaves to us --- */

/* Seconds since 1970 (RFC 5280 4.1.2.5: UTC). */
int64_t nfi_x509_seconds(const mbedtls_x509_time *time);
void nfi_x509_put_seconds(int64_t seconds, int32_t words[2]);      /* high word first */
/* NFI_KEY_ of a SubjectPublicKeyInfo, NFI_KEY_OTHER for one that we do not use: another algorithm, curve or size. */
int32_t nfi_key_type(mbedtls_pk_context *pk, const uint8_t *info, size_t length);
/* Name constraints (RFC 5280 4.2.1.10): 1 when the extension is well formed; 1 when it lets the names of a certificate below pass. */
int32_t nfi_constraint_sound(nfi_span extension);
int32_t nfi_constraint_permits(nfi_span extension, const mbedtls_x509_crt *below);
#define NFI_OID_NAME_CONSTRAINTS "\x55\x1d\x1e"
#define NFI_OID_BASIC_CONSTRAINTS "\x55\x1d\x13"

/* --- jobs --- */

typedef struct {
    int64_t now;
    int32_t flags;                /* NFI_CHAIN_ */
    int32_t links, anchors, crls;
    nfi_certificate *leaf, *link[NFI_MAX_CHAIN], *anchor[NFI_MAX_CHAIN];
    int32_t anchor_depth[NFI_MAX_CHAIN];
    nfi_crl *crl[NFI_MAX_CHAIN];
} nfi_chain;
/* Reads the list of a NFI_JOB_CHAIN and holds what it names. */
int32_t nfi_chain_hold(int32_t leaf, const uint8_t *list, size_t length, nfi_chain *chain);
void nfi_chain_drop(nfi_chain *chain);
int32_t nfi_chain_check(const nfi_chain *chain, uint8_t dst[NFI_CHAIN_OUTPUT]);

int32_t nfi_sign_length(int32_t key, int32_t scheme);              /* most bytes of a signature, or a negated nfi_status */
int32_t nfi_sign(nfi_private_key *key, int32_t scheme, const uint8_t *digest, size_t length, uint8_t *dst, size_t room); /* -> bytes */
/* src: the digest, then the signature. 0 or -NFI_BAD_SIGNATURE */
int32_t nfi_verify(nfi_certificate *certificate, int32_t scheme, const uint8_t *src, size_t length);
/* A private key out of a file; owner: the certificate it must fit, or NULL. -> handle, or a negated nfi_status */
int32_t nfi_private_key_make(const nfi_certificate *owner, const uint8_t *src, size_t length);

#endif
