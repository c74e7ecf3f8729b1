/* The yardstick speaks to mbedTLS itself, so that nothing of ours is in it. */
#include <string.h>

#include <mbedtls/aes.h>
#include <mbedtls/des.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>

#include "loop.h"

enum { AES_SHA256 = 0, DES3_SHA384 = 1, AES_GCM = 2 };
static uint8_t text[65536 + 64];
static const uint8_t key[64] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24 };

typedef struct {
    mbedtls_aes_context aes;
    mbedtls_des3_context des;
    mbedtls_gcm_context gcm;
    mbedtls_md_context_t md;
} contexts;

static int set_up(contexts *c, int32_t suite, int32_t open)
{
    mbedtls_aes_init(&c->aes);
    mbedtls_des3_init(&c->des);
    mbedtls_gcm_init(&c->gcm);
    mbedtls_md_init(&c->md);
    if (suite == AES_GCM) return mbedtls_gcm_setkey(&c->gcm, MBEDTLS_CIPHER_ID_AES, key, 128);
    if (suite == DES3_SHA384) {
        return (open ? mbedtls_des3_set3key_dec(&c->des, key) : mbedtls_des3_set3key_enc(&c->des, key)) |
               mbedtls_md_setup(&c->md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), 1) |
               mbedtls_md_hmac_starts(&c->md, key, 48);
    }
    return (open ? mbedtls_aes_setkey_dec(&c->aes, key, 128) : mbedtls_aes_setkey_enc(&c->aes, key, 128)) |
           mbedtls_md_setup(&c->md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1) |
           mbedtls_md_hmac_starts(&c->md, key, 32);
}

static void tear_down(contexts *c)
{
    mbedtls_aes_free(&c->aes);
    mbedtls_des3_free(&c->des);
    mbedtls_gcm_free(&c->gcm);
    mbedtls_md_free(&c->md);
}

static int crypt_cbc(contexts *c, int32_t suite, int32_t open, size_t length)
{
    uint8_t iv[16] = { 0 };
    if (suite == AES_SHA256) return mbedtls_aes_crypt_cbc(&c->aes, open ? MBEDTLS_AES_DECRYPT : MBEDTLS_AES_ENCRYPT, length, iv, text + 24, text + 24);
    return mbedtls_des3_crypt_cbc(&c->des, open ? MBEDTLS_DES_DECRYPT : MBEDTLS_DES_ENCRYPT, length, iv, text + 16, text + 16);
}

/* text: ESP header 8, IV, ciphertext; the MAC covers all of it (RFC 4303 3.3.4) */
static int one_cbc(contexts *c, int32_t suite, int32_t open, size_t length)
{
    uint8_t out[64];
    const size_t iv = suite == AES_SHA256 ? 16 : 8;
    int failed = open ? 0 : crypt_cbc(c, suite, 0, length);
    failed |= mbedtls_md_hmac_reset(&c->md) | mbedtls_md_hmac_update(&c->md, text, 8 + iv + length) | mbedtls_md_hmac_finish(&c->md, out);
    return failed | (open ? crypt_cbc(c, suite, 1, length) : 0);
}

static int one_gcm(contexts *c, int32_t open, size_t length)
{
    uint8_t tag[16];
    static const uint8_t nonce[12];
    return mbedtls_gcm_crypt_and_tag(&c->gcm, open ? MBEDTLS_GCM_DECRYPT : MBEDTLS_GCM_ENCRYPT, length, nonce, 12, text, 8,
                                     text + 16, text + 16, 16, tag);
}

int32_t nfi_loop_raw(int32_t suite, int32_t open, int32_t size, int32_t rounds)
{
    static const size_t block[3] = { 16, 8, 4 };
    contexts c;
    if (suite < 0 || suite > 2 || size < 20 || size > 65000) return -1;
    /* transport mode over IPv4: the payload behind the IP header, the two trailer bytes, rounded up */
    const size_t length = ((size_t)size - 20 + 2 + block[suite] - 1) / block[suite] * block[suite];
    int failed = set_up(&c, suite, open);
    for (int32_t i = 0; i < rounds && !failed; i++) failed = suite == AES_GCM ? one_gcm(&c, open, length) : one_cbc(&c, suite, open, length);
    tear_down(&c);
    return failed ? -1 : 0;
}
