/* Native ids to mbedTLS' digests, in one place. */
#ifndef NFI_DIGEST_H
#define NFI_DIGEST_H
#include <stdint.h>
#include <mbedtls/md.h>

const mbedtls_md_info_t *nfi_digest(int32_t algorithm);   /* NULL: unknown, or not in this mbedTLS */

#endif
