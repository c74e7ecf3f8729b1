/* pcap: a 24-byte header, then 16 bytes and the frame for each; all in the host's byte order, told by the magic number. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "capture.h"
#include "nfi_status.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define LINKTYPE_ETHERNET 1
#define SNAP 65535

static FILE *file;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

int32_t nfi_capture_open(const char *path)
{
    const struct { uint32_t magic; uint16_t major, minor; uint32_t zone, figures, snap, link; } header =
        { MAGIC_MICROSECONDS, 2, 4, 0, 0, SNAP, LINKTYPE_ETHERNET };
    if (path[0] == '\0') return 0;
    file = fopen(path, "wbe");
    if (!file) return -XE_BAD_PARAM;
    fwrite(&header, sizeof header, 1, file);
    fflush(file);
    return 0;
}

void nfi_capture_frame(const uint8_t *frame, size_t length)
{
    struct timespec now;
    pthread_mutex_lock(&gate);
    if (file) {
        clock_gettime(CLOCK_REALTIME, &now);
        const uint32_t record[4] = { (uint32_t)now.tv_sec, (uint32_t)(now.tv_nsec / 1000), (uint32_t)length, (uint32_t)length };
        fwrite(record, sizeof record, 1, file);
        fwrite(frame, length, 1, file);
        fflush(file);
    }
    pthread_mutex_unlock(&gate);
}

void nfi_capture_close(void)
{
    pthread_mutex_lock(&gate);
    if (file) fclose(file);
    file = NULL;
    pthread_mutex_unlock(&gate);
}
