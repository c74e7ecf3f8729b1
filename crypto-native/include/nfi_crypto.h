/* The crypto face: what C# calls (firmware/native/CryptoNative.cs). Every array comes as pointer and capacity;
 * offset and length are checked against it before a byte is touched. Byte order is the wire's.
 * Returns >= 0, or a negated nfi_status. */
#ifndef NFI_CRYPTO_H
#define NFI_CRYPTO_H
#include <stdint.h>
#include "nfi_status.h"

/* Hash and MAC algorithms (native ids, firmware/base/algorithm) */
enum { NFI_MD5 = 1, NFI_SHA1 = 2, NFI_SHA256 = 3, NFI_SHA384 = 4, NFI_SHA512 = 5 };
/* Ciphers and AEADs */
enum { NFI_NULL = 0, NFI_AES_CBC = 1, NFI_3DES_CBC = 2, NFI_AES_GCM = 16 };
/* Jobs for the worker */
enum { NFI_JOB_SELF_TEST = 1, NFI_JOB_RESEED = 2 };

int32_t nfi_crypto_start(void);       /* seeds CTR_DRBG, runs the known answers; must come first */
int32_t nfi_crypto_self_test(void);
int32_t nfi_crypto_random(uint8_t *dst, int32_t dst_cap, int32_t offset, int32_t length);
int32_t nfi_crypto_wipe(uint8_t *dst, int32_t dst_cap, int32_t offset, int32_t length);
/* constant time: 0 equal, 1 different */
int32_t nfi_crypto_compare(const uint8_t *a, int32_t a_cap, int32_t a_offset,
                           const uint8_t *b, int32_t b_cap, int32_t b_offset, int32_t length);

/* Secrets: bytes that live only behind a handle */
int32_t nfi_crypto_secret_import(const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length); /* -> handle */
int32_t nfi_crypto_secret_random(int32_t length);                                                      /* -> handle */
int32_t nfi_crypto_secret_length(int32_t secret);
int32_t nfi_crypto_secret_export(int32_t secret, uint8_t *dst, int32_t dst_cap, int32_t offset); /* NFI_DEBUG_KEYS only */
int32_t nfi_crypto_handle_free(int32_t handle);   /* wipes */
int32_t nfi_crypto_handle_count(void);            /* live handles, for leak tests */

int32_t nfi_crypto_hash_create(int32_t algorithm);                                                     /* -> handle */
int32_t nfi_crypto_hash_update(int32_t hash, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length);
int32_t nfi_crypto_hash_finish(int32_t hash, uint8_t *dst, int32_t dst_cap, int32_t offset);           /* -> length; ready for the next */
/* HMAC, truncated to mac_length */
int32_t nfi_crypto_mac(int32_t algorithm, int32_t secret, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length,
                       uint8_t *dst, int32_t dst_cap, int32_t dst_offset, int32_t mac_length);
/* CBC in place; the IV is not changed */
int32_t nfi_crypto_cipher(int32_t algorithm, int32_t secret, int32_t encrypt, const uint8_t *iv, int32_t iv_cap, int32_t iv_offset,
                          uint8_t *buffer, int32_t buffer_cap, int32_t offset, int32_t length);
/* in place; the tag stands behind the text: seal returns length + tag, open returns length - tag or -XE_ESP_DIGEST_MISMATCH */
int32_t nfi_crypto_aead_seal(int32_t algorithm, int32_t secret, int32_t tag_length, const uint8_t *nonce, int32_t nonce_cap,
                             int32_t nonce_offset, int32_t nonce_length, const uint8_t *aad, int32_t aad_cap, int32_t aad_offset,
                             int32_t aad_length, uint8_t *buffer, int32_t buffer_cap, int32_t offset, int32_t length);
int32_t nfi_crypto_aead_open(int32_t algorithm, int32_t secret, int32_t tag_length, const uint8_t *nonce, int32_t nonce_cap,
                             int32_t nonce_offset, int32_t nonce_length, const uint8_t *aad, int32_t aad_cap, int32_t aad_offset,
                             int32_t aad_length, uint8_t *buffer, int32_t buffer_cap, int32_t offset, int32_t length);

/* Jobs: start copies its input and returns a job number > 0 or -NFI_BUSY; poll returns a finished job or 0;
 * finish returns the job's result, writes its output, and frees it. */
int32_t nfi_crypto_job_start(int32_t kind, int32_t a, int32_t b, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length);
int32_t nfi_crypto_job_poll(void);
int32_t nfi_crypto_job_finish(int32_t job, uint8_t *dst, int32_t dst_cap, int32_t offset);
int32_t nfi_crypto_job_cancel(int32_t job);

#endif
