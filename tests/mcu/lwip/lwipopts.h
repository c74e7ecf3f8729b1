/* lwIP in the image: the options the shim is measured with, ESP-IDF's; reassembly besides, for plain lwIP has to take fragments, too,
 * when its own stack is measured. The shim's code is the same with and without. */
#ifndef TEST_MCU_LWIPOPTS_H
#define TEST_MCU_LWIPOPTS_H
#include "esp32/lwipopts.h"

#undef IP_REASSEMBLY
#define IP_REASSEMBLY 1
#undef LWIP_HOOK_ND6_GET_GW       /* the command line of the host has none here */

#define TCPIP_THREAD_TEST 1       /* lwIP's thread a message at a time: thread.c */
void thread_assertion(const char *text);
#define LWIP_PLATFORM_ASSERT(text) thread_assertion(text)

#endif
