/* See FreeRTOS.h. */
#ifndef STUB_TASK_H
#define STUB_TASK_H
#include "FreeRTOS.h"

typedef struct stub_task *TaskHandle_t;
BaseType_t xTaskCreate(void (*body)(void *), const char *name, uint32_t stack, void *argument, UBaseType_t priority,
                       TaskHandle_t *task);
void vTaskDelete(TaskHandle_t task);
BaseType_t xTaskNotifyGive(TaskHandle_t task);
uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t ticks);

#endif
