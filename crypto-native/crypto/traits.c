#include "primitives.h"

/* RFC 3602, RFC 2451 for CBC; RFC 4106 for GCM. */
static const nfi_cipher_traits known[] = {
    { .algorithm = NFI_NULL, .block = 1 },
    { .algorithm = NFI_AES_CBC, .block = 16, .iv = 16 },
    { .algorithm = NFI_3DES_CBC, .block = 8, .iv = 8 },
    { .algorithm = NFI_AES_GCM, .block = 1, .iv = 8, .salt = 4, .counts = 1, .aead = 1 },
};

const nfi_cipher_traits *nfi_cipher_traits_of(int32_t algorithm)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].algorithm == algorithm)
            return &known[i];
    return NULL;
}
