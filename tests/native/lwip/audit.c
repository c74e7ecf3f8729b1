#include <stdio.h>
#include <string.h>
#include "audit.h"

static unsigned be16(const uint8_t *p)
{
    return (unsigned)(p[0] << 8 | p[1]);
}

static void transport(audit *a, int sender, unsigned protocol, const uint8_t *upper, const uint8_t *end, int first, int fragment, int length)
{
    if (protocol == 50) {
        if (length > a->longest[sender]) a->longest[sender] = length;
        a->esp[sender] += first;
        a->esp_fragments[sender] += fragment;
        return;
    }
    if (protocol == 2) return;
    if (protocol == 58 && first && upper < end && ((upper[0] >= 130 && upper[0] <= 137) || upper[0] == 143)) return;
    if (protocol == 6 && first && end - upper >= 24 && upper[13] & 2 && upper[20] == 2) a->tcp_syn_mss = (int)be16(upper + 22);
    a->clear[sender]++;
}

static void version4(audit *a, const uint8_t *p, const uint8_t *end)
{
    if (end - p < 20) return;
    unsigned cut = be16(p + 6);
    transport(a, p[15] != 1, p[9], p + (p[0] & 15) * 4, end, (cut & 0x1fff) == 0, (cut & 0x3fff) != 0, (int)be16(p + 2));
}

static void version6(audit *a, const uint8_t *p, const uint8_t *end)
{
    if (end - p < 48) return;
    unsigned next = p[6], cut = 0;
    const uint8_t *upper = p + 40;
    if (next == 0) {
        next = upper[0];
        upper += 8 + upper[1] * 8;
    } else if (next == 44) {
        next = upper[0];
        cut = be16(upper + 2);
        upper += 8;
    }
    transport(a, p[23] != 1, next, upper, end, cut >> 3 == 0, cut != 0, 40 + (int)be16(p + 4));
}

audit audit_of(const char *pcap, long from)
{
    audit a = { 0 };
    uint32_t record[4];
    uint8_t frame[2048];
    FILE *file = fopen(pcap, "rb");
    a.broken = !file || fseek(file, from < 24 ? 24 : from, SEEK_SET) != 0;
    while (!a.broken && fread(record, sizeof record, 1, file) == 1) {
        a.broken = record[2] < 14 || record[2] > sizeof frame || fread(frame, record[2], 1, file) != 1;
        if (a.broken) break;
        a.frames++;
        if (be16(frame + 12) == 0x0800) version4(&a, frame + 14, frame + record[2]);
        if (be16(frame + 12) == 0x86dd) version6(&a, frame + 14, frame + record[2]);
    }
    if (file) fclose(file);
    return a;
}
