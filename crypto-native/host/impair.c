/* A bad wire on demand. Every frame draws the same count of numbers, so one setting does not move the others' decisions. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "nfi_status.h"
#include "wires.h"

#define HELD 512                  /* frames waiting at most; what comes beyond is lost, as in a full queue */
#define REORDER_US 8000           /* how long a reordered frame steps aside */
#define WHOLE 10000               /* parts in 100 percent */
#define HEADER 14                 /* a flipped bit stays behind the Ethernet header: the frame still arrives */

enum { LOSS, DUP, REORDER, CORRUPT, DELAY, SEED, SETTINGS };
static const char *const names[SETTINGS] = { "loss", "dup", "reorder", "corrupt", "delay", "seed" };

typedef struct { int64_t due; uint64_t order; size_t length; uint8_t bytes[NFI_FRAME]; } held;

static struct {
    const nfi_wire *wire;
    uint64_t state, order;
    uint32_t settings[SETTINGS];  /* percent in parts of WHOLE; delay in ms */
    int active, waiting_thread, stopping;
    pthread_t thread;
    pthread_mutex_t gate;
    pthread_cond_t changed;
} line = { .gate = PTHREAD_MUTEX_INITIALIZER };
static held frames[HELD];         /* length 0: free */

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* splitmix64: public domain constants of its author, S. Vigna */
static uint32_t draw(void)
{
    uint64_t z = line.state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ z >> 31) >> 32);
}

static held *earliest(void)
{
    held *first = NULL;
    for (size_t i = 0; i < HELD; i++) {
        held *f = &frames[i];
        if (f->length && (!first || f->due < first->due || (f->due == first->due && f->order < first->order))) first = f;
    }
    return first;
}

static void hold(const uint8_t *frame, size_t length, int64_t due)
{
    pthread_mutex_lock(&line.gate);
    for (size_t i = 0; i < HELD; i++) {
        if (frames[i].length) continue;
        memcpy(frames[i].bytes, frame, length);
        frames[i].length = length;
        frames[i].due = due;
        frames[i].order = line.order++;
        pthread_cond_signal(&line.changed);
        break;
    }
    pthread_mutex_unlock(&line.gate);
}

static void wait_until(int64_t due)
{
    struct timespec at = { due / 1000000, due % 1000000 * 1000 };
    pthread_cond_timedwait(&line.changed, &line.gate, &at);
}

static void *release_in_time(void *unused)
{
    static uint8_t copy[NFI_FRAME];
    pthread_mutex_lock(&line.gate);
    while (!line.stopping) {
        held *first = earliest();
        if (!first) {
            pthread_cond_wait(&line.changed, &line.gate);
        } else if (first->due > now_us()) {
            wait_until(first->due);
        } else {
            size_t length = first->length;
            memcpy(copy, first->bytes, length);
            first->length = 0;
            pthread_mutex_unlock(&line.gate);
            line.wire->send(line.wire, copy, length);
            pthread_mutex_lock(&line.gate);
        }
    }
    pthread_mutex_unlock(&line.gate);
    return unused;
}

static int32_t set(const char *name, size_t length, const char *value, size_t value_length)
{
    char *end;
    double number = strtod(value, &end);
    for (int i = 0; i < SETTINGS; i++) {
        if (strlen(names[i]) != length || strncmp(names[i], name, length) != 0) continue;
        double limit = i < DELAY ? 100 : i == DELAY ? 10000 : 4294967295.0;
        if (end != value + value_length || value_length == 0 || !(number >= 0 && number <= limit)) break;
        line.settings[i] = (uint32_t)(i < DELAY ? number * (WHOLE / 100) : number);
        return 0;
    }
    return nfi_host_fail(-XE_BAD_PARAM, "impair: '%.*s=%.*s' is none of loss, dup, reorder, corrupt (percent), delay (ms, to 10000), seed",
                         (int)length, name, (int)value_length, value);
}

static int32_t parse(const char *text)
{
    while (*text) {
        size_t name = strcspn(text, "=,"), value;
        if (text[name] != '=') return nfi_host_fail(-XE_BAD_PARAM, "impair: '%s': expected NAME=NUMBER,...", text);
        value = strcspn(text + name + 1, ",");
        int32_t status = set(text, name, text + name + 1, value);
        if (status < 0) return status;
        text += name + 1 + value;
        if (*text == ',') text++;
    }
    return 0;
}

int32_t nfi_impair_start(const nfi_wire *wire, const char *text)
{
    pthread_condattr_t clock;
    memset(line.settings, 0, sizeof line.settings);
    memset(frames, 0, sizeof frames);
    line.settings[SEED] = 1;
    line.wire = wire;
    line.active = text[0] != '\0';
    int32_t status = parse(text);
    if (status < 0) return status;
    line.state = line.settings[SEED];
    line.stopping = 0;
    line.waiting_thread = line.settings[DELAY] || line.settings[REORDER];
    if (!line.waiting_thread) return 0;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&line.changed, &clock);
    line.waiting_thread = pthread_create(&line.thread, NULL, release_in_time, NULL) == 0;
    return line.waiting_thread ? 0 : nfi_host_fail(-XE_NOMEM, "impair: no thread for delayed frames");
}

static void flip(uint8_t *frame, size_t length, uint32_t where)
{
    size_t bits = length > HEADER ? (length - HEADER) * 8 : 0;
    if (bits) frame[HEADER + where % bits / 8] ^= (uint8_t)(1u << where % 8);
}

static void pass_on(const uint8_t *frame, size_t length, int64_t wait)
{
    if (wait) hold(frame, length, now_us() + wait);
    else line.wire->send(line.wire, frame, length);
}

static int hits(int setting, uint32_t number)
{
    return number % WHOLE < line.settings[setting];
}

void nfi_impair_send(const uint8_t *frame, size_t length)
{
    static uint8_t copy[NFI_FRAME];
    if (!line.active || length > sizeof copy) {
        line.wire->send(line.wire, frame, length);
        return;
    }
    uint32_t lost = draw(), twice = draw(), aside = draw(), damaged = draw(), where = draw();
    int64_t wait = (int64_t)line.settings[DELAY] * 1000 + (hits(REORDER, aside) ? REORDER_US : 0);
    memcpy(copy, frame, length);
    if (hits(CORRUPT, damaged)) flip(copy, length, where);
    if (!hits(LOSS, lost)) pass_on(copy, length, wait);
    if (hits(DUP, twice)) pass_on(copy, length, wait);
}

void nfi_impair_stop(void)
{
    if (line.waiting_thread) {
        pthread_mutex_lock(&line.gate);
        line.stopping = 1;
        pthread_cond_signal(&line.changed);
        pthread_mutex_unlock(&line.gate);
        pthread_join(line.thread, NULL);
        pthread_cond_destroy(&line.changed);
    }
    line.waiting_thread = line.active = 0;
}
