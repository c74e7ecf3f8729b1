#include <string.h>
#include "checksum.h"
#include "ip.h"
#include "outer.h"
#include "transform.h"
#include "wire.h"

/* RFC 4303 3.1: in transport mode ESP goes behind the IP header and the extension headers that routers read; in tunnel mode
 * behind a new IP header. One buffer, in place: what stands ahead of the payload moves up or is written anew.
 *
 *   | IP header | UDP? | SPI | sequence | IV | payload | TFC | padding | pad length | next | ICV |
 *                      |<---- authenticated ------------------------------------------->|
 *                                            |<---- encrypted ------------------------->|
 */
typedef struct {
    nfi_ip ip;                /* the packet as it came */
    size_t payload;           /* bytes protected as they are */
    size_t tfc;
    size_t text;              /* payload, TFC padding, padding, trailer */
    size_t front;             /* IP header with what stays clear */
    size_t total;             /* the sealed packet */
    size_t growth;            /* bytes it begins ahead of the old one */
    uint8_t next;
} plan;

/* RFC 4303 2.7: padding the receiver can tell from the payload, because a header inside says where that ends. */
static int32_t has_own_length(const nfi_transform *t, const uint8_t *packet, const plan *p)
{
    if (t->flags & NFI_TF_TUNNEL)
        return 1;
    return p->ip.protocol == NFI_PROTO_UDP && p->payload >= NFI_UDP_HEADER && nfi_get16(packet + p->ip.header + 4) == p->payload;
}

/* Lengths with so much TFC padding: 1 when the packet fits the buffer and a 16-bit length. */
static int32_t measure(const nfi_transform *t, plan *p, size_t tfc, size_t behind)
{
    size_t encap = t->encap_local != 0 ? NFI_UDP_HEADER : 0;
    p->tfc = tfc;
    p->text = (p->payload + tfc + 2 + t->block - 1) / t->block * t->block;
    p->total = p->front + encap + NFI_ESP_HEADER + t->iv_length + p->text + t->icv_length;
    return p->text - p->payload + t->icv_length <= behind && p->total <= 0xffff;
}

/* An IP packet of no next header carries nothing: it is a dummy, and the receiver shall see that before it parses it
 * (RFC 4303 2.6). */
static uint8_t inner_type(const uint8_t *packet)
{
    int32_t v4 = packet[0] >> 4 == 4;
    if (packet[v4 ? 9 : 6] == NFI_PROTO_NONE)
        return NFI_NEXT_NONE;
    return v4 ? NFI_NEXT_IPV4 : NFI_NEXT_IPV6;
}

static int32_t make_plan(const nfi_transform *t, const uint8_t *packet, size_t ahead, size_t length, size_t behind, size_t tfc, plan *p)
{
    int32_t tunnel = (t->flags & NFI_TF_TUNNEL) != 0;
    int32_t status = tunnel ? nfi_ip_bounds(packet, length, &p->ip) : nfi_ip_walk(packet, length, NFI_IP_SEAL, &p->ip);
    if (status < 0)
        return status;
    if (!tunnel && p->ip.fragment)
        return -XE_BAD_PARAM;             /* RFC 4303 3.3.4: transport mode works on whole datagrams */
    p->payload = tunnel ? p->ip.total : p->ip.total - p->ip.header;
    p->front = tunnel ? t->outer_length : p->ip.header;
    p->next = tunnel ? inner_type(packet) : (uint8_t)p->ip.protocol;
    behind += length - p->ip.total;       /* bytes behind the IP packet are not part of it */
    if (tfc > 0xffff || !has_own_length(t, packet, p) || !measure(t, p, tfc, behind))
        if (!measure(t, p, 0, behind))
            return -XE_DST_OUT_OF_SPACE;
    p->growth = p->total - p->text - t->icv_length - (p->ip.total - p->payload);
    return p->growth <= ahead ? 0 : -XE_DST_OUT_OF_SPACE;
}

/* CBC wants an IV nobody can foresee (SP 800-38A appendix C); a counter mode one that never comes twice, and the sequence number
 * never does within an SA (RFC 4106 3.1). */
static int32_t make_iv(nfi_transform *t, uint32_t sequence_high, uint32_t sequence_low, uint8_t iv[16])
{
    if (!t->cipher->counts)
        return nfi_random_bytes(iv, t->iv_length);
    uint64_t sequence = (uint64_t)sequence_high << 32 | sequence_low;
    if (sequence <= t->last_sequence)
        return -XE_BAD_SEQUENCE_NUMBER;
    t->last_sequence = sequence;
    nfi_put32(iv, sequence_high);
    nfi_put32(iv + 4, sequence_low);
    return 0;
}

/* Behind the payload: TFC padding, padding 1 2 3 ..., pad length, next header (RFC 4303 2.4 to 2.7). */
static int32_t write_trailer(uint8_t *text, const plan *p)
{
    size_t padding = p->text - p->payload - p->tfc - 2;
    uint8_t *at = text + p->payload + p->tfc;
    int32_t status = p->tfc > 0 ? nfi_random_bytes(text + p->payload, p->tfc) : 0;
    for (size_t i = 0; i < padding; i++)
        at[i] = (uint8_t)(i + 1);
    at[padding] = (uint8_t)padding;
    at[padding + 1] = p->next;
    return status;
}

static int32_t encrypt_and_mac(nfi_transform *t, uint8_t *esp, size_t text, uint32_t sequence_high)
{
    uint8_t state[16], icv[64];
    uint8_t *from = esp + NFI_ESP_HEADER + t->iv_length;
    nfi_cipher_begin(t->cipher, t->salt, esp + NFI_ESP_HEADER, state);
    int32_t status = nfi_cipher_run(&t->key.cipher, state, from, text);
    if (status == 0)
        status = nfi_esp_icv(t, esp, NFI_ESP_HEADER + t->iv_length + text, sequence_high, icv);
    if (status == 0)
        memcpy(from + text, icv, t->icv_length);
    return status;
}

static void write_front(const nfi_transform *t, uint8_t *packet, const plan *p, const uint8_t *inner)
{
    if (t->flags & NFI_TF_TUNNEL) {
        nfi_outer_write(t, packet, p->total, inner);
        return;
    }
    memmove(packet, inner, p->front);
    nfi_ip_change(packet, &p->ip, p->total, t->encap_local != 0 ? NFI_PROTO_UDP : NFI_PROTO_ESP);
    if (p->ip.version == 4)
        nfi_checksum_fill_ipv4(packet, p->front);
}

static int32_t write_packet(nfi_transform *t, uint8_t *inner, const plan *p, const uint8_t iv[16], uint32_t sequence_high,
                            uint32_t sequence_low)
{
    uint8_t *packet = inner - p->growth;
    uint8_t *udp = packet + p->front;
    uint8_t *esp = t->encap_local != 0 ? udp + NFI_UDP_HEADER : udp;
    uint8_t *text = esp + NFI_ESP_HEADER + t->iv_length;
    int32_t status = write_trailer(text, p);
    if (status < 0)
        return status;
    write_front(t, packet, p, inner);     /* reads the inner header, so before it is encrypted */
    memcpy(esp, t->spi, sizeof t->spi);
    nfi_put32(esp + 4, sequence_low);
    memcpy(esp + NFI_ESP_HEADER, iv, t->iv_length);
    status = t->cipher->aead ? nfi_esp_aead(t, esp, p->text, sequence_high, 1) : encrypt_and_mac(t, esp, p->text, sequence_high);
    if (status == 0 && t->encap_local != 0)
        nfi_outer_write_udp(t, packet, udp, p->total - p->front);
    return status;
}

int32_t nfi_esp_seal(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                     uint32_t sequence_high, uint32_t sequence_low, size_t tfc)
{
    plan p;
    uint8_t iv[16] = { 0 };
    if (t == NULL || buffer == NULL || (t->flags & (NFI_TF_INBOUND | NFI_TF_ESP)) != NFI_TF_ESP || *offset > capacity || *length > capacity - *offset)
        return -XE_BAD_PARAM;
    if ((t->flags & NFI_TF_ESN) == 0)
        sequence_high = 0;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = make_plan(t, buffer + *offset, *offset, *length, capacity - *offset - *length, tfc, &p);
    if (status == 0)
        status = make_iv(t, sequence_high, sequence_low, iv);
    if (status == 0)
        status = write_packet(t, buffer + *offset, &p, iv, sequence_high, sequence_low);
    if (status < 0)
        return status;
    *offset -= p.growth;
    *length = p.total;
    return (int32_t)p.total;
}
