#include <string.h>
#include "checksum.h"
#include "describe.h"
#include "ip.h"
#include "outer.h"
#include "transform.h"
#include "wire.h"

/* The layout is drawn in esp_seal.c. The order here is the rule: bounds, SPI, ICV, decryption, and only then what the text
 * says of itself. A text that fails after its decryption is wiped. */
typedef struct {
    nfi_ip ip;                /* the packet as it came */
    uint8_t *packet;
    uint8_t *esp;
    uint8_t *text;
    size_t text_length;       /* with padding and trailer */
    size_t payload;           /* without */
} view;

/* ESP in UDP (RFC 3948 2.1). The peer's port may change behind a NAT; ours does not. The UDP checksum says nothing the ICV
 * does not say better. Returns the bytes behind the UDP header, or an error. */
static int32_t find_in_udp(const nfi_transform *t, const uint8_t *udp, size_t length, nfi_opened *opened)
{
    uint16_t expected = t->encap_local != 0 ? t->encap_local : NFI_PORT_ENCAP;
    if (length < NFI_UDP_HEADER)
        return -XE_NO_DATA;
    size_t claimed = nfi_get16(udp + 4);
    if (nfi_get16(udp + 2) != expected)
        return -XE_EXPECTED_ESP_PROTO;
    if (claimed < NFI_UDP_HEADER)
        return -XE_NO_DATA;
    if (claimed > length)
        return -XE_SRC_OUT_OF_DATA;
    opened->encap_remote = nfi_get16(udp);
    opened->encap_local = nfi_get16(udp + 2);
    opened->moved = t->encap_local != 0 && opened->encap_remote != t->encap_remote;
    return (int32_t)(claimed - NFI_UDP_HEADER);
}

/* Where ESP begins and how long it is. RFC 7296 2.23: with and without UDP, whatever was agreed. */
static int32_t find_esp(const nfi_transform *t, view *v, size_t length, nfi_opened *opened)
{
    int32_t status = nfi_ip_walk(v->packet, length, NFI_IP_OPEN, &v->ip);
    if (status < 0)
        return status;
    if (v->ip.fragment)
        return -XE_NO_DATA;               /* RFC 4303 3.4.1: reassembled first */
    v->esp = v->packet + v->ip.header;
    size_t rest = v->ip.total - v->ip.header;
    if (v->ip.protocol == NFI_PROTO_ESP)
        return (int32_t)rest;
    if (v->ip.protocol != NFI_PROTO_UDP)
        return -XE_EXPECTED_ESP_PROTO;
    status = find_in_udp(t, v->esp, rest, opened);
    v->esp += NFI_UDP_HEADER;
    nfi_describe_source_address(v->packet, opened->source);
    if (t->encap_local != 0 && (t->flags & NFI_TF_TUNNEL) && !nfi_outer_is_at(t, opened->source))
        opened->moved = 1;
    return status;
}

static int32_t measure(const nfi_transform *t, view *v, size_t length)
{
    size_t block = t->block > 4 ? t->block : 1;   /* alignment to 4 is the sender's duty, a block the cipher's need */
    size_t around = NFI_ESP_HEADER + t->iv_length + t->icv_length;
    if (length < around + 2)
        return -XE_NO_DATA;
    v->text = v->esp + NFI_ESP_HEADER + t->iv_length;
    v->text_length = length - around;
    return v->text_length % block != 0 ? -XE_NO_DATA : 0;
}

static int32_t check_and_decrypt(nfi_transform *t, view *v, uint32_t sequence_high)
{
    uint8_t state[16], icv[64];
    int32_t status = nfi_esp_icv(t, v->esp, (size_t)(v->text - v->esp) + v->text_length, sequence_high, icv);
    if (status == 0 && !nfi_equal(icv, v->text + v->text_length, t->icv_length))
        status = -XE_ESP_DIGEST_MISMATCH;
    nfi_wipe(icv, sizeof icv);            /* the right answer to a forged packet stays here */
    if (status < 0)
        return status;
    nfi_cipher_begin(t->cipher, t->salt, v->esp + NFI_ESP_HEADER, state);
    status = nfi_cipher_run(&t->key.cipher, state, v->text, v->text_length);
    if (status < 0)
        nfi_wipe(v->text, v->text_length);
    return status;
}

/* The trailer, after the ICV held: what a wrong one says about the key is no secret any more. */
static int32_t strip_trailer(const nfi_transform *t, view *v, nfi_opened *opened)
{
    size_t padding = v->text[v->text_length - 2];
    opened->next = v->text[v->text_length - 1];
    if (padding + 2 > v->text_length)
        return -XE_BAD_PAD_DATA;
    v->payload = v->text_length - 2 - padding;
    if ((t->flags & NFI_TF_PAD_CHECK) == 0)
        return 0;
    for (size_t i = 0; i < padding; i++)
        if (v->text[v->payload + i] != i + 1)
            return -XE_BAD_PAD_DATA;
    return 0;
}

static int32_t deliver_tunnel(view *v, const nfi_opened *opened, uint8_t **packet, size_t *length)
{
    int32_t status = nfi_outer_strip(v->packet, v->text, v->payload, opened->next);
    if (status < 0)
        return status;
    *packet = v->text;
    *length = (size_t)status;             /* TFC padding ends here (RFC 4303 2.7) */
    return 0;
}

/* TFC padding behind UDP: the datagram's own length says where it ends. */
static size_t without_tfc(const view *v, int32_t next)
{
    if (next != NFI_PROTO_UDP || v->payload < NFI_UDP_HEADER)
        return v->payload;
    size_t own = nfi_get16(v->text + 4);
    return own >= NFI_UDP_HEADER && own < v->payload ? own : v->payload;
}

/* RFC 3948 3.1.2, option 2: a NAT changed the addresses under the checksum; the ICV vouches for the bytes. Only where both sides
 * agreed on encapsulation: elsewhere the checksum is all that ties the text to its addresses, and anybody can put UDP in front. */
static void repair_checksum(uint8_t *packet, size_t length)
{
    int32_t info[NFI_INFO_WORDS] = { 0 };
    nfi_layout layout;
    if (nfi_describe(packet, length, length, info, &layout) < 0)
        return;
    int32_t udp = info[NFI_INFO_PROTOCOL] == NFI_PROTO_UDP;
    if (!udp && info[NFI_INFO_PROTOCOL] != NFI_PROTO_TCP)
        return;
    if (udp && info[NFI_INFO_VERSION] == 4 && nfi_get16(packet + layout.upper + 6) == 0)
        return;                           /* RFC 768: the sender computed none */
    uint8_t checksum[2] = { packet[10], packet[11] };
    nfi_checksum_fill(packet, length, info, &layout);
    if (info[NFI_INFO_VERSION] == 4)
        memcpy(packet + 10, checksum, sizeof checksum);   /* of the header nobody vouches: wrong stays wrong */
}

static int32_t deliver_transport(const nfi_transform *t, view *v, const nfi_opened *opened, uint8_t **packet, size_t *length)
{
    size_t payload = without_tfc(v, opened->next);
    *packet = v->text - v->ip.header;
    *length = v->ip.header + payload;
    memmove(*packet, v->packet, v->ip.header);
    nfi_ip_change(*packet, &v->ip, *length, opened->next);
    if (opened->encap_remote != 0 && t->encap_local != 0)
        repair_checksum(*packet, *length);
    return 0;
}

static int32_t deliver(const nfi_transform *t, view *v, nfi_opened *opened, uint8_t **packet, size_t *length)
{
    int32_t status = strip_trailer(t, v, opened);
    if (status < 0)
        return status;
    if (opened->next != NFI_NEXT_NONE)
        return t->flags & NFI_TF_TUNNEL ? deliver_tunnel(v, opened, packet, length) : deliver_transport(t, v, opened, packet, length);
    nfi_wipe(v->text, v->text_length);    /* RFC 4303 2.6: discarded without a word */
    *packet = v->text;
    *length = 0;
    return 0;
}

static int32_t decrypt(nfi_transform *t, view *v, size_t length, uint32_t sequence_high, nfi_opened *opened)
{
    int32_t status = measure(t, v, length);
    if (status < 0)
        return status;
    if (memcmp(v->esp, t->spi, sizeof t->spi) != 0)
        return -XE_BAD_ESP_SPI;
    opened->sequence = nfi_get32(v->esp + 4);
    return t->cipher->aead ? nfi_esp_aead(t, v->esp, v->text_length, sequence_high, 0) : check_and_decrypt(t, v, sequence_high);
}

int32_t nfi_esp_open(nfi_transform *t, uint8_t *buffer, size_t capacity, size_t *offset, size_t *length,
                     uint32_t sequence_high, nfi_opened *opened)
{
    view v;
    uint8_t *packet = NULL;
    size_t inner = 0;
    if (t == NULL || buffer == NULL || !(t->flags & NFI_TF_INBOUND) || !(t->flags & NFI_TF_ESP) || *offset > capacity || *length > capacity - *offset)
        return -XE_BAD_PARAM;
    memset(opened, 0, sizeof *opened);
    memset(&v, 0, sizeof v);
    v.packet = buffer + *offset;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = find_esp(t, &v, *length, opened);
    if (status >= 0)
        status = decrypt(t, &v, (size_t)status, sequence_high, opened);
    if (status < 0)
        return status;
    opened->verified = 1;
    status = deliver(t, &v, opened, &packet, &inner);
    if (status < 0) {
        nfi_wipe(v.text, v.text_length);
        return status;
    }
    *offset = (size_t)(packet - buffer);
    *length = inner;
    return (int32_t)inner;
}
