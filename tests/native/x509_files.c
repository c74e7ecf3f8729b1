#include "x509_files.h"
#include <stdio.h>
#include "nfi_crypto.h"

static uint8_t bytes[FILE_ROOM];

int32_t file_read(const char *name, uint8_t *dst, size_t room)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/x509/%s", NFI_VECTORS, name);
    FILE *f = fopen(path, "rb");
    size_t length = f == NULL ? 0 : fread(dst, 1, room, f);
    if (f != NULL)
        fclose(f);
    return (int32_t)length;
}

static int32_t read_named(const char *name, const char *suffix)
{
    char file[64];
    snprintf(file, sizeof file, "%s%s", name, suffix);
    return file_read(file, bytes, sizeof bytes);
}

int32_t certificate_of(const char *name)
{
    int32_t length = read_named(name, ".pem");
    return nfi_crypto_certificate_parse(bytes, FILE_ROOM, 0, length);
}

int32_t crl_of(const char *name)
{
    int32_t length = read_named(name, ".crl.pem");
    return nfi_crypto_crl_parse(bytes, FILE_ROOM, 0, length);
}

int32_t key_of(const char *name)
{
    int32_t length = read_named(name, ".key");
    return job_run(NFI_JOB_PRIVATE_KEY, 0, 0, bytes, (size_t)length, NULL, 0);
}

int32_t job_run(int32_t kind, int32_t a, int32_t b, const uint8_t *src, size_t length, uint8_t *dst, size_t room)
{
    int32_t job = nfi_crypto_job_start(kind, a, b, src, (int32_t)length, 0, (int32_t)length);
    int32_t result = -NFI_BUSY;
    if (job <= 0)
        return job;
    while (result == -NFI_BUSY)
        result = nfi_crypto_job_finish(job, dst, (int32_t)room, 0);
    return result;
}
