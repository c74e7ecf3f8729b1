#include <string.h>
#include "transform.h"
#include "wire.h"

/* The integrity of ESP, alike for both directions. */

/* RFC 4303 2.2.1: the high half stands behind the text for the ICV, though it is not sent. */
int32_t nfi_esp_icv(nfi_transform *t, const uint8_t *esp, size_t length, uint32_t sequence_high, uint8_t icv[64])
{
    uint8_t high[4];
    nfi_put32(high, sequence_high);
    int32_t status = nfi_mac_start(&t->mac_key);
    if (status == 0)
        status = nfi_mac_update(&t->mac_key, esp, length);
    if (status == 0 && (t->flags & NFI_TF_ESN))
        status = nfi_mac_update(&t->mac_key, high, sizeof high);
    return status == 0 ? nfi_mac_finish(&t->mac_key, icv) : status;
}

/* RFC 4106 5, RFC 4309 5, RFC 7634 2.1: SPI and sequence number, 64 bits of it with ESN. */
static size_t make_aad(const nfi_transform *t, const uint8_t *esp, uint32_t sequence_high, uint8_t aad[12])
{
    memcpy(aad, esp, 4);
    if ((t->flags & NFI_TF_ESN) == 0) {
        memcpy(aad + 4, esp + 4, 4);
        return 8;
    }
    nfi_put32(aad + 4, sequence_high);
    memcpy(aad + 8, esp + 4, 4);
    return 12;
}

static int32_t run(nfi_transform *t, const uint8_t *iv, nfi_aead_message *m, int32_t seal)
{
    uint8_t nonce[12];
    size_t salt = t->cipher->salt;
    memcpy(nonce, t->salt, salt);
    memcpy(nonce + salt, iv, t->iv_length);
    m->nonce = nonce;
    m->nonce_length = salt + t->iv_length;
    m->tag_length = t->icv_length;
    return seal ? nfi_aead_seal(&t->key.aead, m) : nfi_aead_open(&t->key.aead, m);
}

/* RFC 4543 3.3: all from the SPI to the next header is associated data, as it stands in the packet. With ESN the high half goes
 * between SPI and sequence number: for the while of the computation the SPI moves four bytes ahead, where the header before ESP
 * ends, and that is put back. */
static int32_t authenticate(nfi_transform *t, uint8_t *esp, size_t text, uint32_t sequence_high, int32_t seal)
{
    uint8_t kept[8], *from = esp - 4;
    const uint8_t *iv = esp + NFI_ESP_HEADER;
    size_t length = NFI_ESP_HEADER + t->iv_length + text;
    nfi_aead_message m = { .aad = esp, .aad_length = length, .tag = esp + length };
    if ((t->flags & NFI_TF_ESN) == 0)
        return run(t, iv, &m, seal);
    memcpy(kept, from, sizeof kept);
    memcpy(from, esp, 4);
    nfi_put32(esp, sequence_high);
    m.aad = from;
    m.aad_length += 4;
    int32_t status = run(t, iv, &m, seal);
    memcpy(from, kept, sizeof kept);
    return status;
}

int32_t nfi_esp_aead(nfi_transform *t, uint8_t *esp, size_t text, uint32_t sequence_high, int32_t seal)
{
    uint8_t aad[12], *iv = esp + NFI_ESP_HEADER, *from = iv + t->iv_length;
    if (t->cipher->clear)
        return authenticate(t, esp, text, sequence_high, seal);
    nfi_aead_message m = { .aad = aad, .text = from, .tag = from + text, .length = text };
    m.aad_length = make_aad(t, esp, sequence_high, aad);
    return run(t, iv, &m, seal);
}
