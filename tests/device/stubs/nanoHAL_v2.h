/* See nanoCLR_Interop.h. */
#ifndef STUB_NANOHAL_V2_H
#define STUB_NANOHAL_V2_H

#define SYSTEM_EVENT_FLAG_RADIO 0x00010000

#endif
