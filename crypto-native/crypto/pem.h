/* What a file holds, as DER: a PEM block is unwrapped, DER taken as it is. */
#ifndef NFI_PEM_H
#define NFI_PEM_H
#include <stddef.h>
#include <stdint.h>

enum nfi_pem { NFI_PEM_CERTIFICATE, NFI_PEM_CRL, NFI_PEM_KEY };

/* A copy that the caller wipes and frees with nfi_pem_free. longest counts bytes of DER.
 * 0, -NFI_BAD_ENCODING, -NFI_ENCRYPTED, -NFI_SEVERAL, -XE_DST_OUT_OF_SPACE, -XE_NOMEM */
typedef struct { uint8_t *bytes; size_t length; } nfi_der;
int32_t nfi_pem_unwrap(enum nfi_pem kind, const uint8_t *src, size_t length, size_t longest, nfi_der *der);
void nfi_pem_free(nfi_der *der);

#endif
