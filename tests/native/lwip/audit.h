/* What a capture holds, read without any code of the boards. */
#ifndef AUDIT_H
#define AUDIT_H
#include <stdint.h>

typedef struct {
    int frames;
    int clear[2];                 /* by sender (0: ...1, 1: ...2): TCP, UDP but DHCP, ICMP, ICMPv6 but ND and MLD; fragments of them */
    int esp[2];                   /* datagrams: a fragmented one counts once */
    int esp_fragments[2];
    int longest[2];               /* IP packet with ESP, or a piece of it, bytes */
    int tcp_syn_mss;              /* the last MSS option seen in a clear SYN, 0 none */
    int broken;                   /* 1: not a whole pcap file */
} audit;

audit audit_of(const char *pcap, long from);  /* from: byte offset of the first record to look at, 0 the first */

#endif
