/* Keyed transforms with AH, alone or around ESP; packets and buffers as in esp_pair.h. */
#ifndef NFI_AH_PAIR_H
#define NFI_AH_PAIR_H
#include "ah.h"
#include "esp_pair.h"

typedef struct {
    const char *name;
    int32_t mac, icv, key;            /* bytes */
    size_t iv;                        /* ahead of the ICV: RFC 4543 4 */
    size_t length4, length6;          /* of the AH header, by the rule of RFC 4302 2.2 counted by hand */
} ah_suite;
extern const ah_suite ah_suites[];
extern const size_t ah_suite_count;
const ah_suite *ah_suite_named(const char *name);

/* esp NULL: AH alone. */
void ah_config(int32_t config[NFI_T_WORDS], const ah_suite *ah, const esp_suite *esp, const esp_way *w, int32_t inbound);
int32_t ah_pair_open(esp_pair *p, const ah_suite *ah, const esp_suite *esp, const esp_way *w);    /* 0 or the error of create */

#endif
