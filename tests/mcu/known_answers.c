/* The published vectors through our own functions, on this core; ciphers both ways. */
#include "known_answers.h"
#include <string.h>
#include "image.h"
#include "primitives.h"

static uint8_t buffer[512];
static uint8_t out[64];

static int is_answer(const uint8_t *found, octets answer)
{
    return memcmp(found, answer.bytes, answer.length) == 0;
}

static int hash(const known_answer *k)
{
    const int32_t length = (int32_t)k->text.length, h = nfi_crypto_hash_create(k->algorithm);
    static const uint8_t nothing[1];
    const uint8_t *text = k->text.bytes != NULL ? k->text.bytes : nothing;
    int32_t status = nfi_crypto_hash_update(h, text, length > 0 ? length : 1, 0, length);

    if (status == 0)
        status = nfi_crypto_hash_finish(h, out, sizeof out, 0);
    return nfi_crypto_handle_free(h) == 0 && status == (int32_t)k->answer.length && is_answer(out, k->answer);
}

/* Some answers are cut to fewer bytes than the MAC has. */
static int hmac(const known_answer *k)
{
    nfi_mac mac;
    int32_t status = nfi_mac_init(&mac, k->algorithm, k->key.bytes, k->key.length);

    if (status == 0)
        status = nfi_mac_start(&mac);
    if (status == 0)
        status = nfi_mac_update(&mac, k->text.bytes, k->text.length);
    if (status == 0)
        status = nfi_mac_finish(&mac, out);
    nfi_mac_free(&mac);
    return status == 0 && is_answer(out, k->answer);
}

static int cbc_one_way(const known_answer *k, int32_t encrypt, octets from, octets to)
{
    nfi_cipher cipher;
    uint8_t iv[16] = { 0 };
    int32_t status = nfi_cipher_init(&cipher, k->algorithm, encrypt, k->key.bytes, k->key.length);

    memcpy(iv, k->iv.bytes, k->iv.length);
    memcpy(buffer, from.bytes, from.length);
    if (status == 0)
        status = nfi_cipher_cbc(&cipher, iv, buffer, from.length);
    nfi_cipher_free(&cipher);
    return status == 0 && is_answer(buffer, to);
}

static int cbc(const known_answer *k)
{
    return cbc_one_way(k, 1, k->text, k->answer) && cbc_one_way(k, 0, k->answer, k->text);
}

static int aead(const known_answer *k)
{
    nfi_aead a;
    int holds = nfi_aead_init(&a, k->algorithm, k->key.bytes, k->key.length) == 0;

    if (k->text.length > 0)
        memcpy(buffer, k->text.bytes, k->text.length);
    holds = holds && nfi_aead_seal(&a, k->nonce.bytes, k->nonce.length, k->aad.bytes, k->aad.length, buffer, k->text.length, out,
                                   k->tag.length) == 0;
    holds = holds && is_answer(out, k->tag) && (k->answer.length == 0 || is_answer(buffer, k->answer));
    holds = holds && nfi_aead_open(&a, k->nonce.bytes, k->nonce.length, k->aad.bytes, k->aad.length, buffer, k->text.length, out,
                                   k->tag.length) == 0;
    holds = holds && (k->text.length == 0 || is_answer(buffer, k->text));
    out[0] ^= 1;
    holds = holds && nfi_aead_open(&a, k->nonce.bytes, k->nonce.length, k->aad.bytes, k->aad.length, buffer, k->text.length, out,
                                   k->tag.length) == -XE_ESP_DIGEST_MISMATCH;
    nfi_aead_free(&a);
    return holds;
}

void image_known_answers(void)
{
    static int (*const ask[])(const known_answer *) = { hash, hmac, cbc, aead };
    size_t i;

    for (i = 0; i < known_answer_count; i++) {
        const known_answer *k = &known_answers[i];
        image_case(k->name, k->text.length <= sizeof buffer && ask[k->asked](k));
    }
}
