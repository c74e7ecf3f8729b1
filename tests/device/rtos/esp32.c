/* The FreeRTOS and ESP-IDF functions that port_esp32.c calls, on POSIX threads, so that the port itself runs in tests. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <bootloader_random.h>
#include <esp_random.h>
#include <esp_timer.h>
#include <esp_wifi.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include "rtos.h"

struct stub_task
{
    pthread_t thread;
    sem_t given;
    void (*body)(void *);
    void *argument;
};
struct rtos_seen rtos_seen;

static pthread_mutex_t mutex;
static pthread_mutexattr_t checking;
static __thread struct stub_task *self;

SemaphoreHandle_t xSemaphoreCreateMutexStatic(StaticSemaphore_t *space)
{
    rtos_seen.mutexes++;
    pthread_mutexattr_init(&checking);
    pthread_mutexattr_settype(&checking, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &checking);
    return space;
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks)
{
    (void)ticks;
    if (semaphore == NULL || pthread_mutex_lock(&mutex) != 0)
        abort();              /* taken twice by one thread: on the board it would hang */
    return pdTRUE;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore)
{
    (void)semaphore;
    if (pthread_mutex_unlock(&mutex) != 0)
        abort();
    return pdTRUE;
}

static void *task_main(void *argument)
{
    self = argument;
    self->body(self->argument);
    return NULL;
}

BaseType_t xTaskCreate(void (*body)(void *), const char *name, uint32_t stack, void *argument, UBaseType_t priority,
                       TaskHandle_t *task)
{
    struct stub_task *made = calloc(1, sizeof *made);

    (void)name;
    rtos_seen.worker_stack = stack;
    rtos_seen.worker_priority = priority;
    made->body = body;
    made->argument = argument;
    sem_init(&made->given, 0, 0);
    *task = made;
    return pthread_create(&made->thread, NULL, task_main, made) == 0 ? pdPASS : 0;
}

void vTaskDelete(TaskHandle_t task)
{
    (void)task;
}

BaseType_t xTaskNotifyGive(TaskHandle_t task)
{
    sem_post(&task->given);
    return pdPASS;
}

uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t ticks)
{
    (void)clear;
    (void)ticks;
    sem_wait(&self->given);
    return 1;
}

int64_t esp_timer_get_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

esp_err_t esp_wifi_get_mode(wifi_mode_t *mode)
{
    *mode = rtos_seen.radio ? WIFI_MODE_STA : WIFI_MODE_NULL;
    return rtos_seen.radio ? ESP_OK : 0x3001;
}

void bootloader_random_enable(void)
{
    rtos_seen.noise = 1;
}

void bootloader_random_disable(void)
{
    rtos_seen.noise = 0;
}

void esp_fill_random(void *bytes, size_t length)
{
    rtos_seen.weak_reads += !rtos_seen.noise && !rtos_seen.radio;
    rtos_seen.mixed_reads += rtos_seen.noise && rtos_seen.radio;
    if (length != 0 && getrandom(bytes, length, 0) != (ssize_t)length)
        abort();
}
