/* The published vectors through our own functions, on this core; ciphers both ways. */
#include "known_answers.h"
#include <string.h>
#include "image.h"
#include "primitives.h"

static uint8_t buffer[1024];
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
static int mac(const known_answer *k)
{
    nfi_mac m;
    int32_t status = nfi_mac_init(&m, k->algorithm, k->key.bytes, k->key.length);

    if (status == 0)
        status = nfi_mac_start(&m);
    if (status == 0)
        status = nfi_mac_update(&m, k->text.bytes, k->text.length);
    if (status == 0)
        status = nfi_mac_finish(&m, out);
    nfi_mac_free(&m);
    return status == 0 && is_answer(out, k->answer);
}

static int one_way(const known_answer *k, int32_t encrypt, octets from, octets to)
{
    nfi_cipher c;
    uint8_t iv[16] = { 0 };
    int32_t status = nfi_cipher_init(&c, k->algorithm, encrypt, k->key.bytes, k->key.length);

    memcpy(iv, k->iv.bytes, k->iv.length);
    memcpy(buffer, from.bytes, from.length);
    if (status == 0)
        status = nfi_cipher_run(&c, iv, buffer, from.length);
    nfi_cipher_free(&c);
    return status == 0 && is_answer(buffer, to);
}

static int cipher(const known_answer *k)
{
    return one_way(k, 1, k->text, k->answer) && one_way(k, 0, k->answer, k->text);
}

static int aead(const known_answer *k)
{
    nfi_aead a;
    const nfi_aead_message m = { k->nonce.bytes, k->aad.bytes, k->nonce.length, k->aad.length, buffer, out, k->text.length, k->tag.length };
    int holds = nfi_aead_init(&a, k->algorithm, k->key.bytes, k->key.length) == 0;

    if (k->text.length > 0)
        memcpy(buffer, k->text.bytes, k->text.length);
    holds = holds && nfi_aead_seal(&a, &m) == 0 && is_answer(out, k->tag) && (k->answer.length == 0 || is_answer(buffer, k->answer));
    holds = holds && nfi_aead_open(&a, &m) == 0 && (k->text.length == 0 || is_answer(buffer, k->text));
    out[0] ^= 1;
    holds = holds && nfi_aead_open(&a, &m) == -XE_ESP_DIGEST_MISMATCH;
    nfi_aead_free(&a);
    return holds;
}

void image_known_answers(void)
{
    static int (*const ask[])(const known_answer *) = { hash, mac, cipher, aead };
    size_t i;

    for (i = 0; i < known_answer_count; i++) {
        const known_answer *k = &known_answers[i];
        image_case(k->name, k->text.length <= sizeof buffer && ask[k->asked](k));
    }
}
