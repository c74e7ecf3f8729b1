#include "vectors.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "nfi_crypto.h"

static const struct { const char *name; int32_t id; } algorithms[] = {
    { "MD5", NFI_MD5 }, { "SHA1", NFI_SHA1 }, { "SHA256", NFI_SHA256 }, { "SHA384", NFI_SHA384 }, { "SHA512", NFI_SHA512 },
    { "AES_XCBC", NFI_AES_XCBC }, { "AES_CMAC", NFI_AES_CMAC }, { "NULL", NFI_NULL }, { "AES_CBC", NFI_AES_CBC },
    { "3DES_CBC", NFI_3DES_CBC }, { "DES_CBC", NFI_DES_CBC }, { "AES_CTR", NFI_AES_CTR }, { "AES_GCM", NFI_AES_GCM },
    { "AES_CCM", NFI_AES_CCM }, { "CHACHA20_POLY1305", NFI_CHACHA20_POLY1305 }, { "AES_GMAC", NFI_AES_GMAC },
    { "MODP768", NFI_MODP768 }, { "MODP1024", NFI_MODP1024 }, { "MODP1536", NFI_MODP1536 }, { "MODP2048", NFI_MODP2048 },
    { "MODP3072", NFI_MODP3072 }, { "MODP4096", NFI_MODP4096 }, { "MODP6144", NFI_MODP6144 }, { "MODP8192", NFI_MODP8192 },
    { "ECP256", NFI_ECP256 }, { "ECP384", NFI_ECP384 }, { "ECP521", NFI_ECP521 }, { "CURVE25519", NFI_CURVE25519 },
    { "P256", NFI_KEY_P256 }, { "P384", NFI_KEY_P384 }, { "P521", NFI_KEY_P521 },
};

static void fill(vector_field *f, const char *name, const char *value)
{
    memset(f, 0, sizeof *f);
    snprintf(f->name, sizeof f->name, "%.15s", name);
    snprintf(f->word, sizeof f->word, "%.127s", value);
    for (const char *p = value; isxdigit((unsigned char)p[0]) && isxdigit((unsigned char)p[1]) && f->length < VECTOR_BYTES; p += 2) {
        unsigned int byte;
        sscanf(p, "%2x", &byte);
        f->bytes[f->length++] = (uint8_t)byte;
    }
}

static void parse(char *line, vector *v)
{
    char *equals = strchr(line, '=');
    if (equals == NULL || v->count == VECTOR_FIELDS)
        return;
    char *value = equals + 1;
    while (equals > line && equals[-1] == ' ')
        equals--;
    *equals = 0;
    value += strspn(value, " ");
    value[strcspn(value, "\r\n")] = 0;
    fill(&v->fields[v->count++], line, value);
}

int32_t vectors_each(const char *file, void (*prove)(const vector *v))
{
    static char path[1024], line[4096];
    static vector v;
    int32_t cases = 0;
    snprintf(path, sizeof path, "%s/%s", NFI_VECTORS, file);
    v.count = 0;
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return 0;
    for (int32_t more = 1; more;) {
        more = fgets(line, sizeof line, f) != NULL;
        if (more && line[0] == '#')
            continue;
        if (more && line[0] != '\n') {
            parse(line, &v);
            continue;
        }
        if (v.count > 0) {
            prove(&v);
            cases++;
        }
        v.count = 0;
    }
    fclose(f);
    return cases;
}

const vector_field *vector_get(const vector *v, const char *name)
{
    static const vector_field none;
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(v->fields[i].name, name) == 0)
            return &v->fields[i];
    return &none;
}

int32_t vector_algorithm(const vector *v)
{
    return vector_id(v, "algorithm");
}

int32_t vector_id(const vector *v, const char *name)
{
    const char *word = vector_get(v, name)->word;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (strcmp(algorithms[i].name, word) == 0)
            return algorithms[i].id;
    return -1;
}
