/* See ../esp_random.h. */
#ifndef STUB_SOC_CAPS_H
#define STUB_SOC_CAPS_H

#ifndef SOC_WIFI_SUPPORTED
#define SOC_WIFI_SUPPORTED 1
#endif

#endif
