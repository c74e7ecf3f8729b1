/* The crypto face: what C# calls (firmware/native/CryptoNative.cs). Every array comes as pointer and capacity;
 * offset and length are checked against it before a byte is touched. Byte order is the wire's.
 * Returns >= 0, or a negated nfi_status. */
#ifndef NFI_CRYPTO_H
#define NFI_CRYPTO_H
#include <stdint.h>
#include "nfi_status.h"

/* Hashes (as a MAC or a PRF: HMAC with them), and MACs over AES; native ids, firmware/base/algorithm. GMAC is AH's (RFC 4543 4) */
enum { NFI_MD5 = 1, NFI_SHA1 = 2, NFI_SHA256 = 3, NFI_SHA384 = 4, NFI_SHA512 = 5, NFI_AES_XCBC = 6, NFI_AES_CMAC = 7, NFI_AES_GMAC_AH = 8 };
/* Ciphers, from 16 on AEADs. GMAC encrypts nothing (RFC 4543 3) */
enum { NFI_NULL = 0, NFI_AES_CBC = 1, NFI_3DES_CBC = 2, NFI_DES_CBC = 3, NFI_AES_CTR = 4,
       NFI_AES_GCM = 16, NFI_AES_CCM = 17, NFI_CHACHA20_POLY1305 = 18, NFI_AES_GMAC = 19 };
/* What nfi_crypto_available asks about */
enum { NFI_CIPHER = 1, NFI_MAC = 2, NFI_PRF = 3, NFI_GROUP = 4 };
/* Jobs for the worker. DH_GENERATE: a = group; the result is a private key's handle, the output our public value. DH_SHARED:
 * a = that handle (it stays the caller's), src the peer's public value as it stands in the KE payload; the result is the handle
 * of the shared secret, checked (RFC 6989, RFC 8031): a bad value is -XE_BAD_PARAM. The others below, with the certificates. */
enum { NFI_JOB_SELF_TEST = 1, NFI_JOB_RESEED = 2, NFI_JOB_DH_GENERATE = 3, NFI_JOB_DH_SHARED = 4,
       NFI_JOB_PRIVATE_KEY = 5, NFI_JOB_SIGN = 6, NFI_JOB_VERIFY = 7, NFI_JOB_CHAIN = 8 };
/* Groups: the numbers of IKE (IANA "Transform Type 4") */
enum { NFI_MODP768 = 1, NFI_MODP1024 = 2, NFI_MODP1536 = 5, NFI_MODP2048 = 14, NFI_MODP3072 = 15, NFI_MODP4096 = 16, NFI_MODP6144 = 17,
       NFI_MODP8192 = 18, NFI_ECP256 = 19, NFI_ECP384 = 20, NFI_ECP521 = 21, NFI_CURVE25519 = 31 };

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
/* truncated to mac_length; of AES' MACs the key has the algorithm's length. -XE_BAD_PARAM for GMAC, which wants a nonce */
int32_t nfi_crypto_mac(int32_t algorithm, int32_t secret, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length,
                       uint8_t *dst, int32_t dst_cap, int32_t dst_offset, int32_t mac_length);
/* in place; iv (for a counter mode: the first counter block, 16 bytes) is not changed */
int32_t nfi_crypto_cipher(int32_t algorithm, int32_t secret, int32_t encrypt, const uint8_t *iv, int32_t iv_cap, int32_t iv_offset,
                          uint8_t *buffer, int32_t buffer_cap, int32_t offset, int32_t length);

/* Jobs: start copies its input and returns a job number > 0 or -NFI_BUSY; poll returns a finished job or 0;
 * finish returns the job's result, writes its output, and frees it; without room for the output it is -XE_BAD_PARAM and the
 * job stays. cancel frees a result that is a handle. */
int32_t nfi_crypto_job_start(int32_t kind, int32_t a, int32_t b, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length);
int32_t nfi_crypto_job_poll(void);
int32_t nfi_crypto_job_finish(int32_t job, uint8_t *dst, int32_t dst_cap, int32_t offset);
int32_t nfi_crypto_job_cancel(int32_t job);

/* IKE's keys: secrets in, secrets out (RFC 7296 2.13 to 2.18). prf is a MAC's number; its key may have any length, by the rules of
 * RFC 2104, RFC 4434 and RFC 4615. */
int32_t nfi_crypto_dh_length(int32_t group);      /* bytes of a public value; -XE_UNKNOWN_ALGORITHM, also
                                                   * for a curve this build's mbedTLS lacks */
/* prf(key, data): key is key_secret, or the key bytes where that is 0; data is data_secret's bytes (0: none), then the data
 * bytes. -> handle of a secret as long as the prf's output */
int32_t nfi_crypto_derive(int32_t prf, int32_t key_secret, const uint8_t *key, int32_t key_cap, int32_t key_offset, int32_t key_length,
                          int32_t data_secret, const uint8_t *data, int32_t data_cap, int32_t data_offset, int32_t data_length);
/* prf+(key_secret, seed_secret | seed), length bytes -> handle */
int32_t nfi_crypto_expand(int32_t prf, int32_t key_secret, int32_t seed_secret, const uint8_t *seed, int32_t seed_cap,
                          int32_t seed_offset, int32_t seed_length, int32_t length);
int32_t nfi_crypto_secret_slice(int32_t secret, int32_t offset, int32_t length);   /* -> handle of a copy of that part */
/* The SK payload in place (RFC 7296 3.14, RFC 5282). message is the whole IKE message from its header at offset; payload is where
 * the SK (or SKF) payload's generic header stands, from the message's start; head is 4, or 8 with a fragment header (RFC 7383).
 * cipher_secret holds key and, for an AEAD, salt; mac and mac_secret are 0 for an AEAD.
 * seal: the clear payloads stand behind head + the IV's room (iv_length), and length counts the message from its header to their
 * end; writes IV, padding, ICV, the SK payload's length and the header's length; -> the message's length. open: length is the
 * whole message's; checks those lengths, then the ICV, then decrypts; -> length of the clear payloads at payload + head +
 * iv_length, or -XE_ESP_DIGEST_MISMATCH (also for bad padding), -XE_NO_DATA (lengths that contradict each other). */
int32_t nfi_crypto_sk_iv_length(int32_t cipher);
int32_t nfi_crypto_sk_overhead(int32_t cipher, int32_t mac, int32_t icv);          /* head 4, IV, most padding with its length, ICV */
int32_t nfi_crypto_sk_seal(int32_t cipher, int32_t cipher_secret, int32_t mac, int32_t mac_secret, int32_t icv,
                           uint8_t *message, int32_t message_cap, int32_t offset, int32_t payload, int32_t head, int32_t length);
int32_t nfi_crypto_sk_open(int32_t cipher, int32_t cipher_secret, int32_t mac, int32_t mac_secret, int32_t icv,
                           uint8_t *message, int32_t message_cap, int32_t offset, int32_t payload, int32_t head, int32_t length);
/* 0 when this build and this chip have the algorithm with a key of key_length bytes (without salt; of a PRF and a group 0 will do), else
 * -XE_UNKNOWN_ALGORITHM: a chip without AES-192, an mbedTLS without that curve. kind is NFI_CIPHER ... */
int32_t nfi_crypto_available(int32_t kind, int32_t algorithm, int32_t key_length);

/* X.509 (RFC 5280, RFC 4945). src is PEM or DER, one object; parse -> handle, or -NFI_BAD_ENCODING, -NFI_UNSUPPORTED, -NFI_SEVERAL,
 * -XE_UNKNOWN_ALGORITHM (a key or signature that this build cannot use: Ed25519 among them), -XE_DST_OUT_OF_SPACE (longer than
 * nfi_limits.h allows). */
int32_t nfi_crypto_certificate_parse(const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length);
int32_t nfi_crypto_crl_parse(const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length);

/* Key types */
enum { NFI_KEY_OTHER = 0, NFI_KEY_RSA = 1, NFI_KEY_P256 = 2, NFI_KEY_P384 = 3, NFI_KEY_P521 = 4 };
/* Words of a certificate's description. Times are seconds since 1970, high word first. PATH_LENGTH is -1 without a limit; KEY_USAGE
 * has bit n for bit n of RFC 5280 4.2.1.3, EXTENDED_USAGE the bits NFI_USAGE_; each is -1 without the extension. HASH: of its
 * signature, 0 where it does not stand in the algorithm's name. */
enum nfi_certificate_info {
    NFI_CERT_KEY_TYPE = 0, NFI_CERT_KEY_BITS = 1, NFI_CERT_FROM = 2, NFI_CERT_TO = 4, NFI_CERT_AUTHORITY = 6, NFI_CERT_PATH_LENGTH = 7,
    NFI_CERT_KEY_USAGE = 8, NFI_CERT_EXTENDED_USAGE = 9, NFI_CERT_HASH = 10, NFI_CERT_SELF_ISSUED = 11, NFI_CERT_ALT_NAMES = 12,
    NFI_CERT_CONSTRAINED = 13, NFI_CERT_WORDS = 16
};
enum { NFI_USAGE_ANY = 1, NFI_USAGE_SERVER = 2, NFI_USAGE_CLIENT = 4, NFI_USAGE_IKE = 8, NFI_USAGE_OTHER = 16 };
int32_t nfi_crypto_certificate_info(int32_t certificate, int32_t *words, int32_t words_cap);
/* Words of a CRL's description: THIS_UPDATE and NEXT_UPDATE as times above (-1: none), entries. */
enum nfi_crl_info { NFI_CRL_THIS_UPDATE = 0, NFI_CRL_NEXT_UPDATE = 2, NFI_CRL_ENTRIES = 4, NFI_CRL_WORDS = 8 };
int32_t nfi_crypto_crl_info(int32_t crl, int32_t *words, int32_t words_cap);
/* One part of a certificate (of a CRL: DER and ISSUER): -> its length. DER: all of it. SUBJECT, ISSUER: the Name as DER. KEY_HASH:
 * SHA-1 of the SubjectPublicKeyInfo (RFC 7296 3.7). FINGERPRINT: SHA-256 of DER. ALT_NAME: one octet, the number of the GeneralName's
 * form (1 e-mail, 2 DNS, 4 a Name as DER, 7 address), then its value; index counts from 0. -XE_NO_DATA: none of that index;
 * -XE_DST_OUT_OF_SPACE: longer than the room. */
enum nfi_certificate_part {
    NFI_PART_DER = 0, NFI_PART_SUBJECT = 1, NFI_PART_ISSUER = 2, NFI_PART_SERIAL = 3, NFI_PART_KEY_HASH = 4, NFI_PART_FINGERPRINT = 5,
    NFI_PART_ALT_NAME = 6
};
int32_t nfi_crypto_certificate_part(int32_t certificate, int32_t part, int32_t index, uint8_t *dst, int32_t dst_cap, int32_t offset);

/* Signatures. A scheme is a hash and, added, one of these forms. ECDSA: r and s as two numbers of the curve's size (RFC 4754 7), or
 * DER's SEQUENCE (RFC 7427, DER alone). PSS: MGF1 with the same hash, salt as long as it (RFC 8017 9.1). */
enum nfi_signature_form { NFI_SIGN_PKCS1 = 0, NFI_SIGN_PSS = 256, NFI_SIGN_ECDSA = 512, NFI_SIGN_ECDSA_DER = 768 };
/* Jobs. PRIVATE_KEY: a = the certificate it belongs to, or 0; src = a file, PEM or DER, which the caller wipes; the result is the
 * key's handle, or -NFI_KEY_MISMATCH, -NFI_ENCRYPTED, or what parse says. SIGN: a = private key, b = scheme, src = digest; the
 * result counts the bytes of the output. VERIFY: a = certificate, b = scheme, src = digest and signature; 0 or -NFI_BAD_SIGNATURE.
 * CHAIN: a = the certificate in question, src = words in the wire's order: time (2, seconds since 1970), flags NFI_CHAIN_, then two
 * for each other: role NFI_ROLE_ and, of an anchor << 8, how many certificates may stand below it; handle. The result is 0, and
 * what came of it stands in the output: reason, at which certificate (0: the one in question), state of the CRLs, and how many
 * certificates the path had. */
enum nfi_chain_flags { NFI_CHAIN_ANY_TIME = 1, NFI_CHAIN_LEGACY = 2, NFI_CHAIN_STRICT_CRL = 4 };
enum nfi_chain_role { NFI_ROLE_LINK = 1, NFI_ROLE_ANCHOR = 2, NFI_ROLE_CRL = 3 };
enum nfi_chain_reason {
    NFI_REASON_NONE = 0, NFI_REASON_EXPIRED = 1, NFI_REASON_NOT_YET_VALID = 2, NFI_REASON_NOT_AN_AUTHORITY = 3, NFI_REASON_PATH_LENGTH = 4,
    NFI_REASON_UNKNOWN_ROOT = 5, NFI_REASON_BAD_SIGNATURE = 6, NFI_REASON_KEY_USAGE = 7, NFI_REASON_EXTENDED_USAGE = 8,
    NFI_REASON_NAME_CONSTRAINTS = 9, NFI_REASON_REVOKED = 10, NFI_REASON_STALE_CRL = 11, NFI_REASON_MISSING_CRL = 12, NFI_REASON_WEAK = 13,
    NFI_REASON_TOO_LONG = 14, NFI_REASON_LOOP = 15, NFI_REASON_BAD_CRL = 16
};
enum nfi_crl_state { NFI_CRLS_FRESH = 0, NFI_CRLS_MISSING = 1, NFI_CRLS_STALE = 2 };
#define NFI_CHAIN_OUTPUT 4

#endif
