/* Stands for the firmware's mbedTLS configuration at its place. */
#include <mbedtls/config.h>
