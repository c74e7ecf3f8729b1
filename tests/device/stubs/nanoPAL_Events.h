/* See nanoCLR_Interop.h. */
#ifndef STUB_NANOPAL_EVENTS_H
#define STUB_NANOPAL_EVENTS_H
#include <stdint.h>

#ifdef __cplusplus
extern "C"
#endif
void Events_Set(uint32_t events);

#endif
