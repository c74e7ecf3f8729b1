#include "transform.h"
#include <string.h>
#include <mbedtls/platform.h>
#include "nfi_limits.h"
#include "nfi_port.h"
#include "outer.h"
#include "wire.h"

enum { ALL_FLAGS = NFI_TF_INBOUND | NFI_TF_TUNNEL | NFI_TF_ESP | NFI_TF_AH | NFI_TF_ESN | NFI_TF_PAD_CHECK | NFI_TF_FULL_ECN |
                   NFI_TF_DF_COPY | NFI_TF_DF_SET };
enum { FIRST_SPI = 256, ESP_ALIGN = 4, PROTOCOLS = NFI_TF_ESP | NFI_TF_AH };

static int32_t live;              /* transforms, under the lock */

/* Key and ICV lengths: RFC 2403, RFC 2404, RFC 4868 2.6, RFC 3566, RFC 4494, RFC 4543 5.4. The SHA2 ones also come with the 96-bit ICV
 * of older peers. */
static const struct { int32_t algorithm; size_t key_length; int32_t icv; } macs[] = {
    { NFI_MD5, 16, 12 },
    { NFI_SHA1, 20, 12 },
    { NFI_SHA256, 32, 16 }, { NFI_SHA256, 32, 12 },
    { NFI_SHA384, 48, 24 }, { NFI_SHA384, 48, 12 },
    { NFI_SHA512, 64, 32 }, { NFI_SHA512, 64, 12 },
    { NFI_AES_XCBC, 16, 12 }, { NFI_AES_CMAC, 16, 12 },
    { NFI_AES_GMAC_AH, 20, 16 }, { NFI_AES_GMAC_AH, 28, 16 }, { NFI_AES_GMAC_AH, 36, 16 },
};

nfi_transform *nfi_transform_get(int32_t handle)
{
    return nfi_handle_get(NFI_KIND_TRANSFORM, handle);
}

/* A missing secret (handle 0) is a key of no bytes: NULL encryption has one. */
static int32_t view_key(int32_t handle, const uint8_t **key, size_t *length)
{
    *key = NULL;
    *length = 0;
    return handle == 0 ? 0 : nfi_secret_view(handle, key, length);
}

int32_t nfi_transform_key_mac(int32_t algorithm, int32_t icv, int32_t secret, nfi_mac *m)
{
    const uint8_t *key;
    size_t length;
    memset(m, 0, sizeof *m);
    int32_t result = view_key(secret, &key, &length);
    if (result < 0)
        return result;
    result = -XE_UNKNOWN_ALGORITHM;
    for (size_t i = 0; i < sizeof macs / sizeof macs[0]; i++) {
        if (macs[i].algorithm != algorithm || macs[i].icv != icv)
            continue;
        if (macs[i].key_length == length)
            return nfi_mac_init(m, algorithm, key, length);
        result = -XE_BAD_PARAM;
    }
    return result;
}

/* Splits the salt off the end of the keying material. */
static int32_t split_key(nfi_transform *t, int32_t secret, const uint8_t **key, size_t *length)
{
    size_t salt = t->cipher->salt;
    int32_t status = view_key(secret, key, length);
    if (status < 0 || salt == 0)
        return status;
    if (*length <= salt)
        return -XE_BAD_PARAM;
    *length -= salt;
    memcpy(t->salt, *key + *length, salt);
    return 0;
}

/* Encryption without integrity is not made (RFC 8221 4): a cipher always comes with a MAC; one that wants an IV is AH's. */
static int32_t key_with_mac(nfi_transform *t, const int32_t *config, int32_t cipher_key, int32_t mac_key)
{
    const uint8_t *key;
    size_t length;
    int32_t status = split_key(t, cipher_key, &key, &length);
    if (status == 0)
        status = nfi_cipher_init(&t->key.cipher, t->cipher->algorithm, (t->flags & NFI_TF_INBOUND) == 0, key, length);
    if (status == 0)
        status = nfi_transform_key_mac(config[NFI_T_ESP_MAC], config[NFI_T_ESP_ICV], mac_key, &t->mac_key);
    return status == 0 && t->mac_key.iv > 0 ? -XE_UNKNOWN_ALGORITHM : status;
}

static int32_t key_aead(nfi_transform *t, const int32_t *config, int32_t cipher_key, int32_t mac_key)
{
    const uint8_t *key;
    size_t length;
    if (config[NFI_T_ESP_MAC] != 0 || mac_key != 0)
        return -XE_BAD_PARAM;
    if (!nfi_aead_icv_known(t->cipher, config[NFI_T_ESP_ICV]))
        return -XE_UNKNOWN_ALGORITHM;
    int32_t status = split_key(t, cipher_key, &key, &length);
    return status < 0 ? status : nfi_aead_init(&t->key.aead, t->cipher->algorithm, key, length);
}

/* 0: AH shares the SPI of ESP. */
static uint32_t ah_spi(const int32_t *config)
{
    return (uint32_t)config[config[NFI_T_AH_SPI] != 0 ? NFI_T_AH_SPI : NFI_T_SPI];
}

static int32_t check_config(const int32_t *config)
{
    uint32_t flags = (uint32_t)config[NFI_T_FLAGS];
    int32_t local = config[NFI_T_ENCAP_LOCAL], remote = config[NFI_T_ENCAP_REMOTE];
    if ((flags & ~(uint32_t)ALL_FLAGS) || !(flags & PROTOCOLS))
        return -XE_BAD_PARAM;
    if ((flags & NFI_TF_ESP) && (uint32_t)config[NFI_T_SPI] < FIRST_SPI)
        return -XE_BAD_ESP_SPI;           /* RFC 4303 2.1: 0 to 255 are reserved */
    if ((flags & NFI_TF_AH) && ah_spi(config) < FIRST_SPI)
        return -XE_BAD_AH_SPI;            /* RFC 4302 2.4 */
    if (local < 0 || local > 0xffff || remote < 0 || remote > 0xffff || (local == 0) != (remote == 0))
        return -XE_BAD_PORT_NUMBER;
    return local != 0 && (flags & NFI_TF_AH) ? -XE_BAD_PORT_NUMBER : 0;   /* AH covers the addresses a NAT changes (RFC 3715 2.1) */
}

static int32_t key_cipher(nfi_transform *t, const int32_t *config, int32_t cipher_key, int32_t mac_key)
{
    t->cipher = nfi_cipher_traits_of(config[NFI_T_CIPHER]);
    if (t->cipher == NULL)
        return -XE_UNKNOWN_ALGORITHM;
    t->iv_length = t->cipher->iv;
    t->icv_length = (size_t)config[NFI_T_ESP_ICV];
    t->block = t->cipher->block > ESP_ALIGN ? t->cipher->block : ESP_ALIGN;
    return t->cipher->aead ? key_aead(t, config, cipher_key, mac_key) : key_with_mac(t, config, cipher_key, mac_key);
}

/* Without ESP there is nothing for its algorithms and keys to do. */
static int32_t no_cipher(const int32_t *config, int32_t cipher_key, int32_t mac_key)
{
    return config[NFI_T_CIPHER] != 0 || config[NFI_T_ESP_MAC] != 0 || cipher_key != 0 || mac_key != 0 ? -XE_BAD_PARAM : 0;
}

static int32_t key_ah(nfi_transform *t, const int32_t *config, int32_t mac_key)
{
    if (!(t->flags & NFI_TF_AH))
        return mac_key != 0 || config[NFI_T_AH_MAC] != 0 ? -XE_BAD_PARAM : 0;
    nfi_put32(t->ah_spi, ah_spi(config));
    int32_t status = nfi_transform_key_mac(config[NFI_T_AH_MAC], config[NFI_T_AH_ICV], mac_key, &t->ah_key);
    t->ah_icv = t->ah_key.iv + (size_t)config[NFI_T_AH_ICV];
    return status;
}

/* A key whose IV counts seals for one SA only: in a second one the sequence numbers, and with them the nonces, would begin again
 * (RFC 4106 2, RFC 8221 3). Last of all, because a key must not be spent for a transform that never comes to be. */
static int32_t spend(const nfi_transform *t, int32_t cipher_key, int32_t ah_key)
{
    int32_t status = 0;
    if (t->flags & NFI_TF_INBOUND)
        return 0;
    if (t->ah_key.iv > 0)
        status = nfi_secret_spend(ah_key);
    if (status == 0 && t->cipher != NULL && t->cipher->counts)
        status = nfi_secret_spend(cipher_key);
    return status;
}

static int32_t build(nfi_transform *t, const int32_t *config, int32_t cipher_key, int32_t esp_key, int32_t ah_key)
{
    t->flags = (uint32_t)config[NFI_T_FLAGS];
    t->encap_local = (uint16_t)config[NFI_T_ENCAP_LOCAL];
    t->encap_remote = (uint16_t)config[NFI_T_ENCAP_REMOTE];
    nfi_put32(t->spi, (uint32_t)config[NFI_T_SPI]);
    int32_t status = 0;
    if (t->flags & NFI_TF_TUNNEL)
        status = nfi_outer_prepare(t, config);
    if (status == 0)
        status = key_ah(t, config, ah_key);
    if (status == 0)
        status = t->flags & NFI_TF_ESP ? key_cipher(t, config, cipher_key, esp_key) : no_cipher(config, cipher_key, esp_key);
    return status == 0 ? spend(t, cipher_key, ah_key) : status;
}

/* What was never keyed is zero, and freed like the rest. */
static void destroy(nfi_transform *t)
{
    if (t->cipher != NULL && t->cipher->aead)
        nfi_aead_free(&t->key.aead);
    else
        nfi_cipher_free(&t->key.cipher);
    nfi_mac_free(&t->mac_key);
    nfi_mac_free(&t->ah_key);
    nfi_wipe(t, sizeof *t);
    mbedtls_free(t);
}

/* Takes or gives back one of NFI_MAX_TRANSFORMS: 1 done, 0 there is none left. */
static int32_t count_live(int32_t change)
{
    nfi_port_lock();
    int32_t fits = live + change <= NFI_MAX_TRANSFORMS;
    if (fits)
        live += change;
    nfi_port_unlock();
    return fits;
}

static int32_t make(const int32_t *config, int32_t cipher_key, int32_t esp_key, int32_t ah_key)
{
    nfi_transform *t = mbedtls_calloc(1, sizeof *t);
    if (t == NULL)
        return -XE_NOMEM;
    int32_t result = build(t, config, cipher_key, esp_key, ah_key);
    if (result == 0)
        result = nfi_handle_new(NFI_KIND_TRANSFORM, t);
    if (result < 0)
        destroy(t);
    return result;
}

int32_t nfi_packet_transform_create(const int32_t *config, int32_t config_cap, int32_t cipher_key, int32_t esp_mac_key,
                                    int32_t ah_mac_key)
{
    if (config == NULL || config_cap < NFI_T_WORDS)
        return -XE_BAD_PARAM;
    int32_t status = nfi_crypto_ready();
    if (status == 0)
        status = check_config(config);
    if (status < 0)
        return status;
    if (!count_live(1))
        return -XE_OUT_OF_SESSIONS;
    int32_t handle = make(config, cipher_key, esp_mac_key, ah_mac_key);
    if (handle < 0)
        (void)count_live(-1);
    return handle;
}

int32_t nfi_packet_transform_free(int32_t handle)
{
    nfi_transform *t = nfi_handle_remove(NFI_KIND_TRANSFORM, handle);
    if (t == NULL)
        return -NFI_BAD_HANDLE;
    destroy(t);
    (void)count_live(-1);
    return 0;
}

int32_t nfi_packet_transform_move(int32_t handle, const int32_t *remote, int32_t remote_cap, int32_t port)
{
    nfi_transform *t = nfi_transform_get(handle);
    if (t == NULL)
        return -NFI_BAD_HANDLE;
    if (remote == NULL || remote_cap < 4)
        return -XE_BAD_PARAM;
    if (t->encap_local == 0 || port <= 0 || port > 0xffff)
        return -XE_BAD_PORT_NUMBER;
    int32_t status = t->flags & NFI_TF_TUNNEL ? nfi_outer_move(t, remote) : 0;
    if (status == 0)
        t->encap_remote = (uint16_t)port;
    return status;
}
