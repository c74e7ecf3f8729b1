/* MACs over the AES block alone: CMAC (RFC 4493), XCBC (RFC 3566) and GMAC (SP 800-38D) in any number of pieces. mbedTLS has no XCBC,
 * a GMAC only over one piece, and CMAC behind an option that not every board sets. Caller-owned, no allocation. */
#ifndef NFI_AES_MAC_H
#define NFI_AES_MAC_H
#include <stddef.h>
#include <stdint.h>
#include <mbedtls/aes.h>

#define NFI_AES_BLOCK 16

/* CBC-MAC whose last block is masked, one way when it is whole and another when it was padded. */
typedef struct {
    mbedtls_aes_context aes;
    uint8_t whole[NFI_AES_BLOCK], padded[NFI_AES_BLOCK];
    uint8_t state[NFI_AES_BLOCK];
    size_t held;                  /* bytes of the block begun, already in state; a whole one waits for what follows */
} nfi_block_mac;
int32_t nfi_cmac_init(nfi_block_mac *m, const uint8_t *key, size_t key_length);   /* 16, 24 or 32 bytes */
int32_t nfi_xcbc_init(nfi_block_mac *m, const uint8_t *key, size_t key_length);   /* 16 bytes */
void nfi_block_mac_start(nfi_block_mac *m);
int32_t nfi_block_mac_update(nfi_block_mac *m, const uint8_t *src, size_t length);
int32_t nfi_block_mac_finish(nfi_block_mac *m, uint8_t out[NFI_AES_BLOCK]);
void nfi_block_mac_free(nfi_block_mac *m);

/* GHASH under a mask made from a nonce. The same nonce twice under one key gives the key's secret away. */
typedef struct {
    mbedtls_aes_context aes;
    uint8_t salt[4];              /* the nonce's first bytes */
    uint32_t point[4];            /* H, most significant word first */
    uint32_t sum[4];
    uint8_t mask[NFI_AES_BLOCK];
    uint64_t length;              /* bytes so far */
} nfi_gmac;
int32_t nfi_gmac_init(nfi_gmac *g, const uint8_t *key, size_t key_length);        /* 16, 24 or 32 bytes and 4 of salt */
int32_t nfi_gmac_start(nfi_gmac *g, const uint8_t iv[8]);
void nfi_gmac_update(nfi_gmac *g, const uint8_t *src, size_t length);
void nfi_gmac_finish(nfi_gmac *g, uint8_t out[NFI_AES_BLOCK]);
void nfi_gmac_free(nfi_gmac *g);

#endif
