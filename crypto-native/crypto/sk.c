#include <string.h>
#include "bounds.h"
#include "nfi_port.h"
#include "primitives.h"

/* The SK payload, in place:
 *
 *   | IKE header 28 | ... | generic header 4 | fragment header 0 or 4 | IV | payloads | padding | pad length | ICV |
 *   ^ message             ^ payload          '------- head ----------'
 *
 * RFC 7296 3.14 with a cipher and a MAC, RFC 5930 with AES-CTR, RFC 5282 and RFC 7634 with an AEAD, RFC 7383 2.5 in fragments. */
enum { HEADER = 28, HEADER_LENGTH_AT = 24, GENERIC = 4, PAYLOAD_LENGTH_AT = 2, FRAGMENT = 8, COUNTER = 8, NONCE = 12 };

typedef struct {
    int32_t cipher, cipher_secret, mac, mac_secret, icv;
    const nfi_cipher_traits *traits;
    int32_t block, iv;            /* bytes */
} suite;

int32_t nfi_crypto_sk_iv_length(int32_t cipher)
{
    const nfi_cipher_traits *traits = nfi_cipher_traits_of(cipher);
    return traits != NULL && !traits->clear ? traits->iv : -XE_UNKNOWN_ALGORITHM;     /* RFC 4543 5: GMAC is for ESP and AH */
}

/* ICVs: RFC 2403, RFC 2404, RFC 4868, RFC 3566, RFC 4494 for a MAC; RFC 5282 3, RFC 7634 2 for an AEAD. GMAC is no MAC of IKE's. */
static int32_t icv_known(const suite *s)
{
    if (s->traits->aead)
        return s->mac == 0 && s->mac_secret == 0 && nfi_aead_icv_known(s->traits, s->icv);
    int32_t size = nfi_mac_size(s->mac);
    return s->mac != NFI_AES_GMAC_AH && size > 0 && s->icv == (size < 32 ? 12 : size / 2);
}

/* Asked before a byte of the message changes. */
static int32_t keys_live(const suite *s)
{
    int32_t status = nfi_crypto_ready();
    if (status == 0 && s->cipher == NFI_NULL)
        status = s->cipher_secret == 0 ? 0 : -XE_BAD_PARAM;
    else if (status == 0)
        status = nfi_crypto_secret_length(s->cipher_secret);
    if (status >= 0 && !s->traits->aead)
        status = nfi_crypto_secret_length(s->mac_secret);
    return status < 0 ? status : 0;
}

static int32_t complete(suite *s)
{
    s->traits = nfi_cipher_traits_of(s->cipher);
    s->iv = nfi_crypto_sk_iv_length(s->cipher);
    if (s->iv < 0 || !icv_known(s))
        return -XE_UNKNOWN_ALGORITHM;
    s->block = s->traits->block;
    return 0;
}

int32_t nfi_crypto_sk_overhead(int32_t cipher, int32_t mac, int32_t icv)
{
    suite s = { .cipher = cipher, .mac = mac, .icv = icv };
    int32_t status = complete(&s);
    return status < 0 ? status : GENERIC + s.iv + s.block + icv;
}

/* One IKE message with an SK payload; the parts in bytes from the message's start. */
typedef struct {
    uint8_t *bytes;
    size_t payload, iv, text, icv, end;
} message;

static void put_length(uint8_t *at, size_t value, size_t bytes)
{
    while (bytes-- > 0) {
        at[bytes] = (uint8_t)value;
        value >>= 8;
    }
}

static size_t get_length(const uint8_t *at, size_t bytes)
{
    size_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

/* Where the parts are when length bytes of message are at hand; what the bytes say is not looked at. */
static int32_t lay_out(const suite *s, uint8_t *bytes, int32_t cap, int32_t offset, int32_t payload, int32_t head, int32_t length, message *m)
{
    if (!nfi_within(bytes, cap, offset, length) || payload < HEADER || (head != GENERIC && head != FRAGMENT))
        return -XE_BAD_PARAM;
    if (payload > length || length - payload < head + s->iv)
        return -XE_NO_DATA;
    m->bytes = bytes + offset;
    m->payload = (size_t)payload;
    m->iv = (size_t)(payload + head);
    m->text = m->iv + (size_t)s->iv;
    m->end = (size_t)length;
    return 0;
}

/* --- the ICV of a MAC: from the header to where the ICV stands --- */

static int32_t run_mac(nfi_mac *m, const message *msg, uint8_t out[64])
{
    int32_t status = nfi_mac_start(m);
    if (status == 0)
        status = nfi_mac_update(m, msg->bytes, msg->icv);
    return status == 0 ? nfi_mac_finish(m, out) : status;
}

static int32_t compute_icv(const suite *s, const message *msg, uint8_t out[64])
{
    const uint8_t *key;
    size_t length;
    nfi_mac m;
    int32_t status = nfi_secret_view(s->mac_secret, &key, &length);
    if (status == 0 && length != (size_t)nfi_mac_size(s->mac))
        status = -XE_BAD_PARAM;
    if (status == 0)
        status = nfi_mac_init(&m, s->mac, key, length);
    if (status < 0)
        return status;
    status = run_mac(&m, msg, out);
    nfi_mac_free(&m);
    return status;
}

static int32_t write_icv(const suite *s, const message *msg)
{
    uint8_t full[64];
    int32_t status = compute_icv(s, msg, full);
    if (status == 0)
        memcpy(msg->bytes + msg->icv, full, (size_t)s->icv);
    nfi_wipe(full, sizeof full);
    return status;
}

static int32_t check_icv(const suite *s, const message *msg)
{
    uint8_t full[64];
    int32_t status = compute_icv(s, msg, full);
    if (status == 0 && !nfi_equal(full, msg->bytes + msg->icv, (size_t)s->icv))
        status = -XE_ESP_DIGEST_MISMATCH;
    nfi_wipe(full, sizeof full);
    return status;
}

/* --- the ciphers --- */

/* The key's bytes without the salt at their end. NULL encryption has none, and no secret. */
static int32_t split_key(const suite *s, const uint8_t **key, size_t *length, const uint8_t **salt)
{
    *key = *salt = NULL;
    *length = 0;
    if (s->cipher == NFI_NULL)
        return 0;
    int32_t status = nfi_secret_view(s->cipher_secret, key, length);
    if (status < 0)
        return status;
    if (*length <= s->traits->salt)
        return -XE_BAD_PARAM;
    *length -= s->traits->salt;
    *salt = *key + *length;
    return 0;
}

static int32_t run_cipher(const suite *s, const message *m, int32_t encrypt)
{
    const uint8_t *key, *salt;
    size_t length;
    nfi_cipher c;
    uint8_t state[16];
    int32_t status = split_key(s, &key, &length, &salt);
    if (status == 0)
        status = nfi_cipher_init(&c, s->cipher, encrypt, key, length);
    if (status < 0)
        return status;
    nfi_cipher_begin(s->traits, salt, m->bytes + m->iv, state);
    status = nfi_cipher_run(&c, state, m->bytes + m->text, m->icv - m->text);
    nfi_cipher_free(&c);
    return status;
}

/* RFC 5282 4 and 5.1: nonce = salt | IV; what is authenticated beside the text ends with the SK payload's generic header, for a
 * fragment with the fragment header. */
static int32_t run_aead(const suite *s, const message *m, int32_t encrypt)
{
    const uint8_t *key, *salt;
    size_t length, salt_length = s->traits->salt, nonce_length = salt_length + COUNTER;
    nfi_aead a;
    uint8_t nonce[NONCE];
    nfi_aead_message text = { nonce, m->bytes, nonce_length, m->iv, m->bytes + m->text, m->bytes + m->icv, m->icv - m->text, (size_t)s->icv };
    int32_t status = split_key(s, &key, &length, &salt);
    if (status == 0)
        status = nfi_aead_init(&a, s->cipher, key, length);
    if (status < 0)
        return status;
    memcpy(nonce, salt, salt_length);
    memcpy(nonce + salt_length, m->bytes + m->iv, COUNTER);
    status = encrypt ? nfi_aead_seal(&a, &text) : nfi_aead_open(&a, &text);
    nfi_aead_free(&a);
    nfi_wipe(nonce, sizeof nonce);
    return status;
}

/* --- sealing --- */

/* An IV that counts must never repeat under one key. Keys of an IKE SA are made afresh, one for each direction, and never outlive the
 * process, so one count of all messages this process ever sealed does: no key sees a number twice. */
static uint64_t sealed;           /* under the lock */

static void count_iv(uint8_t iv[COUNTER])
{
    nfi_port_lock();
    uint64_t mine = ++sealed;
    nfi_port_unlock();
    for (size_t i = COUNTER; i-- > 0; mine >>= 8)
        iv[i] = (uint8_t)mine;
}

static int32_t make_iv(const suite *s, const message *m)
{
    if (!s->traits->counts)
        return nfi_random_bytes(m->bytes + m->iv, (size_t)s->iv);
    count_iv(m->bytes + m->iv);
    return 0;
}

/* Padding of zeros to the cipher's block, and its length. */
static void pad(const suite *s, message *m)
{
    size_t block = (size_t)s->block, text = m->end - m->text;
    size_t padding = (block - (text + 1) % block) % block;
    memset(m->bytes + m->end, 0, padding);
    m->bytes[m->end + padding] = (uint8_t)padding;
    m->icv = m->end + padding + 1;
    m->end = m->icv + (size_t)s->icv;
    put_length(m->bytes + m->payload + PAYLOAD_LENGTH_AT, m->end - m->payload, 2);
    put_length(m->bytes + HEADER_LENGTH_AT, m->end, 4);
}

/* Room behind the text, and lengths their fields can hold. */
static int32_t room(const suite *s, const message *m, int32_t left)
{
    return left >= s->block + s->icv && m->end + (size_t)(s->block + s->icv) - m->payload <= 0xffff;
}

static int32_t seal(const suite *s, message *m)
{
    pad(s, m);
    int32_t status = make_iv(s, m);
    if (status == 0)
        status = s->traits->aead ? run_aead(s, m, 1) : run_cipher(s, m, 1);
    if (status == 0 && !s->traits->aead)
        status = write_icv(s, m);
    return status < 0 ? status : (int32_t)m->end;
}

int32_t nfi_crypto_sk_seal(int32_t cipher, int32_t cipher_secret, int32_t mac, int32_t mac_secret, int32_t icv,
                           uint8_t *bytes, int32_t message_cap, int32_t offset, int32_t payload, int32_t head, int32_t length)
{
    suite s = { .cipher = cipher, .cipher_secret = cipher_secret, .mac = mac, .mac_secret = mac_secret, .icv = icv };
    message m;
    int32_t status = complete(&s);
    if (status == 0)
        status = lay_out(&s, bytes, message_cap, offset, payload, head, length, &m);
    if (status == 0 && !room(&s, &m, message_cap - offset - length))
        status = -XE_BAD_PARAM;
    if (status == 0)
        status = keys_live(&s);
    return status < 0 ? status : seal(&s, &m);
}

/* --- opening --- */

/* The SK payload is the last one (RFC 7296 3.14), and both lengths say so. */
static int32_t lengths_agree(const suite *s, message *m)
{
    size_t behind = (size_t)s->icv;
    if (get_length(m->bytes + HEADER_LENGTH_AT, 4) != m->end || m->end - m->text < behind + 1 ||
        get_length(m->bytes + m->payload + PAYLOAD_LENGTH_AT, 2) != m->end - m->payload)
        return 0;
    m->icv = m->end - behind;
    return (m->icv - m->text) % (size_t)s->block == 0;
}

/* Only what the peer authenticated comes here. Padding may hold anything, its length may not reach beyond the text. */
static int32_t strip(const message *m)
{
    size_t text = m->icv - m->text, padding = m->bytes[m->icv - 1];
    if (padding + 1 <= text)
        return (int32_t)(text - padding - 1);
    nfi_wipe(m->bytes + m->text, text);
    return -XE_ESP_DIGEST_MISMATCH;
}

static int32_t open(const suite *s, const message *m)
{
    int32_t status = 0;
    if (s->traits->aead)
        status = run_aead(s, m, 0);
    else if ((status = check_icv(s, m)) == 0)
        status = run_cipher(s, m, 0);
    return status < 0 ? status : strip(m);
}

int32_t nfi_crypto_sk_open(int32_t cipher, int32_t cipher_secret, int32_t mac, int32_t mac_secret, int32_t icv,
                           uint8_t *bytes, int32_t message_cap, int32_t offset, int32_t payload, int32_t head, int32_t length)
{
    suite s = { .cipher = cipher, .cipher_secret = cipher_secret, .mac = mac, .mac_secret = mac_secret, .icv = icv };
    message m;
    int32_t status = complete(&s);
    if (status == 0)
        status = lay_out(&s, bytes, message_cap, offset, payload, head, length, &m);
    if (status == 0 && !lengths_agree(&s, &m))
        status = -XE_NO_DATA;
    if (status == 0)
        status = keys_live(&s);
    return status < 0 ? status : open(&s, &m);
}
