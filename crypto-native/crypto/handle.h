/* How each kind of object behind a handle is destroyed: wiped, then given back. */
#ifndef NFI_HANDLE_H
#define NFI_HANDLE_H

void nfi_secret_destroy(void *secret);
void nfi_hash_destroy(void *hash);
void nfi_dh_destroy(void *key);

#endif
