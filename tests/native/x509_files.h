/* Certificates, CRLs and keys out of tests/vectors/x509, behind handles. */
#ifndef NFI_X509_FILES_H
#define NFI_X509_FILES_H
#include <stddef.h>
#include <stdint.h>

#define FILE_ROOM 16384
int32_t file_read(const char *name, uint8_t *dst, size_t room);   /* bytes, 0: there is none */
int32_t certificate_of(const char *name);                         /* NAME.pem: handle, or a negated nfi_status */
int32_t crl_of(const char *name);                                 /* NAME.crl.pem */
int32_t key_of(const char *name);                                 /* NAME.key */
/* Runs a job to its end; its result, and its output at dst. */
int32_t job_run(int32_t kind, int32_t a, int32_t b, const uint8_t *src, size_t length, uint8_t *dst, size_t room);

#endif
