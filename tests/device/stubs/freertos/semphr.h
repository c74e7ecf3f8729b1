/* See FreeRTOS.h. */
#ifndef STUB_SEMPHR_H
#define STUB_SEMPHR_H
#include "FreeRTOS.h"

typedef struct { int taken; } StaticSemaphore_t;
typedef StaticSemaphore_t *SemaphoreHandle_t;
SemaphoreHandle_t xSemaphoreCreateMutexStatic(StaticSemaphore_t *space);
BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks);
BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore);

#endif
