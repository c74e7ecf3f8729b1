/* How each kind of object behind a handle is destroyed: wiped, then given back. */
#ifndef NFI_HANDLE_H
#define NFI_HANDLE_H

void nfi_secret_destroy(void *secret);
void nfi_hash_destroy(void *hash);
void nfi_dh_destroy(void *key);
void nfi_certificate_destroy(void *certificate);
void nfi_crl_destroy(void *crl);
void nfi_private_key_destroy(void *key);

#endif
