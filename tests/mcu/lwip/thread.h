/* lwIP's thread, run a turn at a time on a painted stack. */
#ifndef TEST_MCU_THREAD_H
#define TEST_MCU_THREAD_H
#include <stdint.h>

void thread_start(void);                                     /* tcpip_init */
void thread_run(void (*body)(void *), void *argument);       /* in lwIP's thread, and waits for it */
void thread_turn(void);              /* a tenth of a second later: what is due, and every message that waits */
int thread_idle(void);               /* 1: no message waits */
void thread_begin(void);             /* forgets how deep the stack was */
uint32_t thread_deepest(void);       /* bytes of stack since, of one turn */

#endif
