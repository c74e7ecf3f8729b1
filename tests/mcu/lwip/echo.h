#ifndef TEST_MCU_ECHO_H
#define TEST_MCU_ECHO_H

#define ECHO_PORT 7

void echo_serve(void *unused);        /* in lwIP's thread */

#endif
