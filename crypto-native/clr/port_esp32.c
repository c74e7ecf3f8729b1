/* nfi_port.h on ESP32: FreeRTOS as ESP-IDF 5 carries it, and the chip's random number generator. */
#include <stdatomic.h>
#include <bootloader_random.h>
#include <esp_random.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <soc/soc_caps.h>
#if SOC_WIFI_SUPPORTED
#include <esp_wifi.h>
#endif
#include "nfi_status.h"
#include "nfi_port.h"
#include "wake.h"

#define WORKER_STACK 8192     /* bytes; RSA, MODP and ECC fit, the interpreter's stack would not */
#define WORKER_PRIORITY 2     /* below the interpreter (5) and lwIP (18): a long computation delays neither */

static StaticSemaphore_t lock_space;
static SemaphoreHandle_t lock;
static TaskHandle_t worker;
static atomic_int signalled;

/* The first to lock is nfi_crypto_start or nfi_packet_start in the interpreter's task, before a second thread knows of us. */
void nfi_port_lock(void)
{
    if (lock == NULL)
        lock = xSemaphoreCreateMutexStatic(&lock_space);
    (void)xSemaphoreTake(lock, portMAX_DELAY);
}

void nfi_port_unlock(void)
{
    (void)xSemaphoreGive(lock);
}

void nfi_port_signal(void)
{
    atomic_store(&signalled, 1);
    nfi_wake_interpreter();
}

/* Never sleeps: PacketNative.Wait does that with the interpreter's means. */
int32_t nfi_port_wait(int32_t ms)
{
    (void)ms;
    return atomic_exchange(&signalled, 0);
}

uint32_t nfi_port_millis(void)
{
    return (uint32_t)((uint64_t)esp_timer_get_time() / 1000u);
}

static int radio_runs(void)
{
#if SOC_WIFI_SUPPORTED
    wifi_mode_t mode = WIFI_MODE_NULL;
    return esp_wifi_get_mode(&mode) == ESP_OK && mode != WIFI_MODE_NULL;
#else
    return 0;
#endif
}

/* The generator is a true one only while a radio runs or the chip's own noise source is switched on (ESP-IDF, "Random Number
 * Generation"). A board on Ethernet has no radio running: switch the source on for the read. */
int32_t nfi_port_entropy(uint8_t *dst, size_t len)
{
    const int radio = radio_runs();

    if (dst == NULL && len != 0)
        return -NFI_NO_RANDOM;
    if (!radio)
        bootloader_random_enable();
    esp_fill_random(dst, len);
    if (!radio)
        bootloader_random_disable();
    return 0;
}

static void worker_main(void *argument)
{
    void (*const *body)(void) = argument;
    (*body)();
    vTaskDelete(NULL);        /* a task must not return */
}

int32_t nfi_port_worker_start(void (*body)(void))
{
    static void (*entry)(void);

    if (worker != NULL)
        return -NFI_BUSY;
    entry = body;
    if (xTaskCreate(worker_main, "nf-ipsec", WORKER_STACK, (void *)&entry, WORKER_PRIORITY, &worker) != pdPASS)
        return -XE_NOMEM;
    return 0;
}

/* A notification given before the worker first waits is kept by the kernel. */
void nfi_port_worker_signal(void)
{
    if (worker != NULL)
        (void)xTaskNotifyGive(worker);
}

void nfi_port_worker_wait(void)
{
    (void)ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
}
