/* Diffie-Hellman as IKE uses it (RFC 7296 2.7, 2.14): public values and shared secrets as they stand in payloads and in SKEYSEED's
 * data. A private key is an object behind a handle; a job works on a copy, so that freeing the handle never meets the worker. */
#ifndef NFI_DH_H
#define NFI_DH_H
#include <stddef.h>
#include <stdint.h>
#include <mbedtls/bignum.h>

#define NFI_DH_EXPONENT 66        /* bytes of the longest private key: ECP521's */

typedef struct {
    int32_t group;
    int32_t blinded;              /* 1: the key was used before */
    size_t length;
    uint8_t exponent[NFI_DH_EXPONENT];    /* big-endian, Curve25519's too */
} nfi_dh_key;

int32_t nfi_dh_make(int32_t group, nfi_dh_key *key);          /* a fresh private key: 0, or a negated nfi_status */
int32_t nfi_dh_public(const nfi_dh_key *key, uint8_t *dst);   /* dst has room for nfi_crypto_dh_length bytes */
/* The peer's value is checked first (RFC 6989, RFC 8031). -> handle of the shared secret, or -XE_BAD_PARAM */
int32_t nfi_dh_shared(const nfi_dh_key *key, const uint8_t *peer, size_t peer_length);

int32_t nfi_dh_generate(int32_t group, uint8_t *dst);         /* nfi_dh_make and nfi_dh_public -> handle */
/* A copy of the key behind a handle, for one use; from the second on the exponentiation is blinded. */
int32_t nfi_dh_borrow(int32_t handle, nfi_dh_key *copy);

/* The two families, for dh.c. length and the return value of shared count bytes; dst has room for length. */
typedef struct {
    size_t length;                /* of a public value */
    int32_t (*make)(nfi_dh_key *key);
    int32_t (*public_value)(const nfi_dh_key *key, uint8_t *dst);
    int32_t (*shared)(const nfi_dh_key *key, const uint8_t *peer, uint8_t *dst);
} nfi_dh_family;
int32_t nfi_modp_find(int32_t group, nfi_dh_family *family);  /* 0, or -XE_UNKNOWN_ALGORITHM */
int32_t nfi_curve_find(int32_t group, nfi_dh_family *family);

int32_t nfi_mpi_status(int bad);                              /* mbedTLS' result as ours */
int nfi_mpi_random(void *context, unsigned char *dst, size_t length);

#endif
