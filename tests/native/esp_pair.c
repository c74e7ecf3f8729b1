#include "esp_pair.h"
#include <stdlib.h>
#include <string.h>
#include "ah.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "packet_make.h"

const esp_suite esp_suites[] = {
    { "NULL + SHA1-96", NFI_NULL, NFI_SHA1, 12, 0, 20 },
    { "NULL + MD5-96", NFI_NULL, NFI_MD5, 12, 0, 16 },
    { "AES128-CBC + SHA1-96", NFI_AES_CBC, NFI_SHA1, 12, 16, 20 },
    { "AES128-CBC + SHA256-128", NFI_AES_CBC, NFI_SHA256, 16, 16, 32 },
    { "AES192-CBC + SHA256-96", NFI_AES_CBC, NFI_SHA256, 12, 24, 32 },
    { "AES256-CBC + SHA384-192", NFI_AES_CBC, NFI_SHA384, 24, 32, 48 },
    { "AES256-CBC + SHA512-256", NFI_AES_CBC, NFI_SHA512, 32, 32, 64 },
    { "3DES-CBC + SHA384-192", NFI_3DES_CBC, NFI_SHA384, 24, 24, 48 },
    { "3DES-CBC + MD5-96", NFI_3DES_CBC, NFI_MD5, 12, 24, 16 },
    { "AES128-GCM16", NFI_AES_GCM, 0, 16, 20, 0 },
    { "AES192-GCM12", NFI_AES_GCM, 0, 12, 28, 0 },
    { "AES256-GCM8", NFI_AES_GCM, 0, 8, 36, 0 },
    { "DES-CBC + MD5-96", NFI_DES_CBC, NFI_MD5, 12, 8, 16 },
    { "AES128-CBC + AES-XCBC-96", NFI_AES_CBC, NFI_AES_XCBC, 12, 16, 16 },
    { "NULL + AES-CMAC-96", NFI_NULL, NFI_AES_CMAC, 12, 0, 16 },
    { "AES128-CTR + SHA256-128", NFI_AES_CTR, NFI_SHA256, 16, 20, 32 },
    { "AES192-CTR + SHA512-96", NFI_AES_CTR, NFI_SHA512, 12, 28, 64 },
    { "AES256-CTR + AES-CMAC-96", NFI_AES_CTR, NFI_AES_CMAC, 12, 36, 16 },
    { "AES128-CCM8", NFI_AES_CCM, 0, 8, 19, 0 },
    { "AES192-CCM12", NFI_AES_CCM, 0, 12, 27, 0 },
    { "AES256-CCM16", NFI_AES_CCM, 0, 16, 35, 0 },
    { "CHACHA20-POLY1305", NFI_CHACHA20_POLY1305, 0, 16, 36, 0 },
    { "AES128-GMAC", NFI_AES_GMAC, 0, 16, 20, 0 },
    { "AES256-GMAC", NFI_AES_GMAC, 0, 16, 36, 0 },
};
const size_t esp_suite_count = sizeof esp_suites / sizeof esp_suites[0];

int32_t esp_suite_hides(const esp_suite *s)
{
    return s->cipher != NFI_NULL && s->cipher != NFI_AES_GMAC;
}

const char *const esp_sample_names[SAMPLES] = { "IPv4", "IPv4 with options", "IPv6", "IPv6 with extension headers" };

const esp_suite *esp_suite_named(const char *name)
{
    size_t i = 0;
    while (strcmp(esp_suites[i].name, name) != 0)
        i++;
    return &esp_suites[i];
}

static void put_end(int32_t *words, int32_t version, int32_t host)
{
    words[0] = version == 6 ? 0x20010db8 : 0;
    words[1] = 0;
    words[2] = version == 6 ? 0 : 0xffff;
    words[3] = version == 6 ? host : (int32_t)(0xc0000200u | (uint32_t)host);
}

void esp_config(int32_t config[NFI_T_WORDS], const esp_suite *s, const esp_way *w, int32_t inbound)
{
    memset(config, 0, NFI_T_WORDS * sizeof *config);
    config[NFI_T_FLAGS] = w->flags | NFI_TF_ESP | (inbound ? NFI_TF_INBOUND : 0);
    config[NFI_T_CIPHER] = s->cipher;
    config[NFI_T_ESP_MAC] = s->mac;
    config[NFI_T_ESP_ICV] = s->icv;
    config[NFI_T_SPI] = ESP_SPI;
    config[NFI_T_VERSION] = w->version;
    put_end(config + NFI_T_LOCAL, w->version, inbound ? 2 : 1);
    put_end(config + NFI_T_REMOTE, w->version, inbound ? 1 : 2);
    config[NFI_T_HOP_LIMIT] = 61;
    config[NFI_T_ENCAP_LOCAL] = config[NFI_T_ENCAP_REMOTE] = w->encap ? 4500 : 0;
}

/* Keys by rule, so that a failure can be had again. */
int32_t esp_make_key(int32_t length, uint32_t salt)
{
    uint8_t key[64];
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(i * 29 + salt);
    return length == 0 ? 0 : nfi_crypto_secret_import(key, sizeof key, 0, length);
}

static int32_t create(const esp_suite *s, const esp_way *w, int32_t inbound)
{
    int32_t config[NFI_T_WORDS];
    int32_t cipher_key = esp_make_key(s->cipher_key, 7), mac_key = esp_make_key(s->mac_key, 91);
    esp_config(config, s, w, inbound);
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher_key, mac_key, 0);
    if (cipher_key != 0)
        nfi_crypto_handle_free(cipher_key);   /* the transform has its own copy */
    if (mac_key != 0)
        nfi_crypto_handle_free(mac_key);
    return handle;
}

int32_t esp_pair_open(esp_pair *p, const esp_suite *s, const esp_way *w)
{
    p->out = create(s, w, 0);
    p->in = create(s, w, 1);
    p->seal = nfi_transform_get(p->out);
    p->open = nfi_transform_get(p->in);
    return p->out < 0 ? p->out : p->in < 0 ? p->in : 0;
}

void esp_pair_close(esp_pair *p)
{
    nfi_packet_transform_free(p->out);
    nfi_packet_transform_free(p->in);
}

/* Hop-by-hop and destination options (PadN), routing with nothing left to visit, then options for the last host. */
static const uint8_t extensions[] = {
    60, 0, 1, 4, 0, 0, 0, 0,
    43, 0, 1, 4, 0, 0, 0, 0,
    60, 0, 0, 0, 0, 0, 0, 0,
    17, 0, 1, 4, 0, 0, 0, 0,
};
static const uint8_t options[] = { 0x94, 4, 0, 0, 1, 1, 1, 0 };   /* router alert, no operation, end */

int32_t esp_sample_version(int32_t sample)
{
    return sample == SAMPLE_V4 || sample == SAMPLE_V4_OPTIONS ? 4 : 6;
}

size_t esp_sample_front(int32_t sample)
{
    static const size_t front[SAMPLES] = { 20, 28, 40, 64 };
    return front[sample];
}

size_t esp_sample_make(int32_t sample, uint8_t *dst, size_t size)
{
    uint8_t data[3000], udp[3008];
    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)(i * 7 + size);
    size_t length = make_udp(udp, 1111, 2222, data, size);
    if (esp_sample_version(sample) == 6) {
        uint64_t sum = 17 + length;
        for (size_t i = 0; i < 16; i += 2)
            sum += get16(HERE6 + i) + get16(THERE6 + i);
        put16(udp + 6, plain_checksum(udp, length, sum));
        return sample == SAMPLE_V6 ? make_ip6(dst, HERE6, THERE6, 17, 64, NULL, 0, udp, length)
                                   : make_ip6(dst, HERE6, THERE6, 0, 64, extensions, sizeof extensions, udp, length);
    }
    ip4_header h = { .source = IP4(10, 0, 0, 1), .destination = IP4(10, 0, 0, 2), .id = 4711, .protocol = 17 };
    if (sample == SAMPLE_V4_OPTIONS) {
        h.options = options;
        h.options_length = sizeof options;
    }
    put16(udp + 6, plain_checksum(udp, length, (uint64_t)17 + length + 0x0a00 + 1 + 0x0a00 + 2));
    return make_ip4(dst, &h, udp, length);
}

void esp_buffer_fill(esp_buffer *b, const uint8_t *packet, size_t length)
{
    memset(b->bytes, 0xee, sizeof b->bytes);
    b->offset = NFI_HEADROOM;
    b->length = length;
    memcpy(b->bytes + b->offset, packet, length);
}

exact exact_copy(const uint8_t *packet, size_t length)
{
    exact e = { .bytes = malloc(length + 1), .capacity = length, .length = length };
    if (length > 0)
        memcpy(e.bytes, packet, length);
    return e;
}

int32_t exact_open(nfi_transform *t, exact *e, uint32_t sequence_high)
{
    return (t->flags & NFI_TF_AH ? nfi_ah_open : nfi_esp_open)(t, e->bytes, e->capacity, &e->offset, &e->length, sequence_high, &e->opened);
}

void set_length(uint8_t *packet, size_t length)
{
    if (packet[0] >> 4 == 4)
        put16(packet + 2, (uint32_t)length);
    else if (length >= 40)
        put16(packet + 4, (uint32_t)(length - 40));
}

uint32_t dice(uint32_t sides)                 /* xorshift32 */
{
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % sides;
}
