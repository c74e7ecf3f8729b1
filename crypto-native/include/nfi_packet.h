/* The packet face: what C# calls (firmware/native/PacketNative.cs). Packet bytes stay in the native pool; C# gets a
 * slot number and a description (info, below) and decides. Addresses in info and rows are four 32-bit words in host
 * order, most significant first; IPv4 is ::ffff:a.b.c.d. Returns >= 0, or a negated nfi_status. */
#ifndef NFI_PACKET_H
#define NFI_PACKET_H
#include <stdint.h>
#include "nfi_status.h"

/* Added to type and code of ICMP where other protocols have ports: 0 is a type, and no port is any port. */
enum nfi_upper { NFI_ICMP_SHOWN = 256 };

/* info: what a packet is. Filled by take, describe and open. */
enum nfi_info {
    NFI_INFO_KIND = 0,        /* nfi_kind */
    NFI_INFO_SLOT = 1,
    NFI_INFO_DOMAIN = 2,      /* interface number, from 1 */
    NFI_INFO_ROW = 3,         /* verdict row that matched (OUTBOUND), -1 none */
    NFI_INFO_GENERATION = 4,  /* of the table it matched in */
    NFI_INFO_LENGTH = 5,      /* IP packet, bytes */
    NFI_INFO_VERSION = 6,     /* 4 or 6 */
    NFI_INFO_PROTOCOL = 7,    /* upper-layer protocol, after IPv6 extension headers */
    NFI_INFO_SOURCE = 8,      /* 4 words */
    NFI_INFO_DESTINATION = 12,/* 4 words */
    NFI_INFO_SOURCE_PORT = 16,/* of ICMP NFI_ICMP_SHOWN + type; -1 not available */
    NFI_INFO_DESTINATION_PORT = 17, /* of ICMP NFI_ICMP_SHOWN + code; -1 not available */
    NFI_INFO_SPI = 18,        /* ESP or AH */
    NFI_INFO_SEQUENCE = 19,   /* low 32 bits from the packet */
    NFI_INFO_FLAGS = 20,      /* NFI_FLAG_* */
    NFI_INFO_ENCAP_REMOTE = 21, /* UDP port of an encapsulated packet's sender, 0 none */
    NFI_INFO_ENCAP_LOCAL = 22,
    NFI_INFO_NEXT = 23,       /* after open: the ESP or AH next header; 59 is a dummy packet */
    NFI_INFO_DETAIL = 24,     /* kind-specific: echo sequence, milliseconds, interface state */
    NFI_INFO_DETAIL2 = 25,
    NFI_INFO_OUTER_SOURCE = 26, /* after open, with ENCAP_REMOTE: 4 words, where the packet came from */
    NFI_INFO_WORDS = 32
};
enum nfi_kind {
    NFI_NOTHING = 0,
    NFI_OUTBOUND = 1,         /* clear, matched a SECURE row (or row -1: no table yet never gets here, it is dropped) */
    NFI_INBOUND = 2,          /* ESP, AH or ESP in UDP for us, reassembled */
    NFI_DATAGRAM = 3,         /* IKE: UDP 500, or 4500 with the non-ESP marker */
    NFI_INTERFACE = 4,        /* an interface or address changed; no slot: read it with interface() */
    NFI_ECHO = 5,             /* answer to ping(): DETAIL sequence, DETAIL2 round trip in microseconds; no slot */
    NFI_PATH_MTU = 6          /* an ICMP error about a protected packet of ours, which was too big: VERSION, DESTINATION and SPI
                               * of that packet, DETAIL the MTU it names (0 none), DETAIL2 the packet's length; no slot */
};
/* MOVED, after open: an encapsulated packet came from another port, or in tunnel mode another address, than the transform's. Its ICV
 * held; whether it is news or was held back on its way is the caller's to judge, by its sequence number. */
enum { NFI_FLAG_FRAGMENT = 1, NFI_FLAG_ENCAPSULATED = 2, NFI_FLAG_FORWARDED = 4, NFI_FLAG_DF = 8, NFI_FLAG_MOVED = 16, NFI_FLAG_VERIFIED = 32 };

/* row: one line of the verdict table, for both directions (inbound is matched with the ends exchanged) */
enum nfi_row {
    NFI_ROW_ACTION = 0,       /* nfi_action; EMPTY removes */
    NFI_ROW_ORDER = 1,        /* lower wins; priority in the high bits, age in the low */
    NFI_ROW_DOMAIN = 2,       /* 0 any */
    NFI_ROW_VERSION = 3,      /* 4 or 6 */
    NFI_ROW_PROTOCOL = 4,     /* 0 any */
    NFI_ROW_LOCAL_LOW = 5,    /* 4 words: the range of our side's address */
    NFI_ROW_LOCAL_HIGH = 9,
    NFI_ROW_REMOTE_LOW = 13,
    NFI_ROW_REMOTE_HIGH = 17,
    NFI_ROW_LOCAL_PORT = 21,  /* 0 any; for ICMP NFI_ICMP_SHOWN + type, matched unexchanged */
    NFI_ROW_REMOTE_PORT = 22, /* 0 any; for ICMP NFI_ICMP_SHOWN + code */
    NFI_ROW_OVERHEAD = 23,    /* SECURE: bytes that protection adds at most; clamps TCP MSS */
    NFI_ROW_MTU = 24,         /* SECURE: the path MTU to the other end, bytes of the protected packet; 0 not known */
    NFI_ROW_WORDS = 25
};
enum nfi_action { NFI_EMPTY = 0, NFI_BYPASS = 1, NFI_DROP = 2, NFI_SECURE = 3 };

/* transform: one direction of a session, ESP and/or AH, keyed */
enum nfi_transform_config {
    NFI_T_FLAGS = 0,          /* NFI_TF_* */
    NFI_T_CIPHER = 1,         /* NFI_NULL, NFI_AES_CBC ... */
    NFI_T_ESP_MAC = 2,        /* NFI_SHA1 ..., 0 none (AEAD) */
    NFI_T_ESP_ICV = 3,        /* bytes on the wire */
    NFI_T_SPI = 4,            /* of ESP, of AH, of both */
    NFI_T_AH_MAC = 5,
    NFI_T_AH_ICV = 6,
    NFI_T_VERSION = 7,        /* tunnel: outer IP version */
    NFI_T_LOCAL = 8,          /* tunnel: 4 words, outer source (outbound) or destination (inbound) */
    NFI_T_REMOTE = 12,        /* tunnel: 4 words, the other end */
    NFI_T_HOP_LIMIT = 16,     /* tunnel: outer TTL */
    NFI_T_ENCAP_LOCAL = 17,   /* UDP encapsulation ports, 0 none; never with AH */
    NFI_T_ENCAP_REMOTE = 18,
    NFI_T_AH_SPI = 19,        /* 0: as NFI_T_SPI; a peer may give its AH one of its own */
    NFI_T_WORDS = 24
};
enum {
    NFI_TF_INBOUND = 1, NFI_TF_TUNNEL = 2, NFI_TF_ESP = 4, NFI_TF_AH = 8, NFI_TF_ESN = 16, NFI_TF_PAD_CHECK = 32,
    NFI_TF_FULL_ECN = 64, NFI_TF_DF_COPY = 128, NFI_TF_DF_SET = 256
};
/* where put sends a packet */
enum { NFI_RELEASE = 0, NFI_SEND = 1, NFI_DELIVER = 2 };

/* interface: what the stack has */
enum nfi_interface {
    NFI_IF_DOMAIN = 0,
    NFI_IF_UP = 1,
    NFI_IF_MTU = 2,
    NFI_IF_ADDRESSES = 3,     /* how many follow */
    NFI_IF_FIRST = 4,         /* each: prefix length (IPv4 mapped: of 32), then 4 words; IPv6 only when valid and preferred */
    NFI_IF_WORDS = 29         /* 4 + 5 addresses x 5 words */
};

int32_t nfi_packet_start(void);                 /* pool, rings; then every verdict is DROP */
int32_t nfi_packet_attach(void);                /* hooks every interface of the stack, and those that come later */
int32_t nfi_packet_stop(void);                  /* from now on nothing passes; start and attach may follow */
int32_t nfi_packet_wait(int32_t milliseconds);  /* until something can be taken, a job ended, or the time is over: 1 or 0 */
int32_t nfi_packet_wake(void);                  /* ends a wait from another thread */
int32_t nfi_packet_take(int32_t *info, int32_t info_cap);      /* -> nfi_kind */
/* one call for the whole packet: header, sequence number, IV, padding, trailer, ICV, outer IP length and checksum.
 * sequence is 64 bits in two words; tfc bytes of traffic-flow padding are asked for, left out where they do not fit. */
int32_t nfi_packet_seal(int32_t transform, int32_t slot, int32_t sequence_high, int32_t sequence_low, int32_t tfc);  /* -> length */
/* checks the ICV, then decrypts and strips; info then describes the inner packet. The sequence number in info is the packet's. When
 * it fails, FLAGS is FLAG_VERIFIED behind an ICV that held, else 0. */
int32_t nfi_packet_open(int32_t transform, int32_t slot, int32_t sequence_high, int32_t *info, int32_t info_cap);    /* -> length */
int32_t nfi_packet_put(int32_t slot, int32_t where);           /* gives the slot away, whatever it returns */

/* buffers for packets that do not come from the stack (Packet API, IKE, tests) */
int32_t nfi_packet_buffer_alloc(int32_t length);               /* -> slot; the packet is length bytes, zero */
int32_t nfi_packet_buffer_write(int32_t slot, int32_t at, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length);
int32_t nfi_packet_buffer_read(int32_t slot, int32_t at, uint8_t *dst, int32_t dst_cap, int32_t offset, int32_t length);
int32_t nfi_packet_buffer_describe(int32_t slot, int32_t *info, int32_t info_cap);  /* -> 0; bounds, then meaning */
int32_t nfi_packet_buffer_free_count(void);

/* The keys are copied: the secrets may be freed. -XE_EXIST: the secret has keyed an outbound AEAD before (its nonces would repeat). */
int32_t nfi_packet_transform_create(const int32_t *config, int32_t config_cap, int32_t cipher_key, int32_t esp_mac_key, int32_t ah_mac_key);
int32_t nfi_packet_transform_free(int32_t transform);
/* The other end of an encapsulated transform is there from now on: UDP port, and in tunnel mode the address (4 words, of the outer
 * version). -XE_BAD_PORT_NUMBER no port or not encapsulated, -XE_BAD_ADDR_RANGE; nothing changed then. */
int32_t nfi_packet_transform_move(int32_t transform, const int32_t *remote, int32_t remote_cap, int32_t port);

/* verdicts: stage rows, then swap the whole table in lwIP's thread; commit returns when it is in force */
int32_t nfi_packet_row_stage(int32_t row, const int32_t *words, int32_t words_cap);
int32_t nfi_packet_row_commit(int32_t generation);
/* first match in the table in force, as the shim does it: -> row, or -XE_POLICY_NOT_FOUND. info as describe fills it. */
int32_t nfi_packet_row_match(const int32_t *info, int32_t info_cap, int32_t inbound);

int32_t nfi_packet_counters(int32_t *dst, int32_t dst_cap);    /* NFI_COUNT_* then XE_: see below */
int32_t nfi_packet_interface(int32_t index, int32_t *dst, int32_t dst_cap);  /* -> 1 filled, 0 no such */
int32_t nfi_packet_ping(const int32_t *destination, int32_t destination_cap, int32_t sequence, int32_t size); /* one ICMP echo, under policy */

/* One UDP datagram of IKE's, past any policy: info gives DOMAIN (0: the stack chooses), SOURCE, DESTINATION and both ports; the
 * bytes are the UDP payload, the non-ESP marker of port 4500 (RFC 3948 2.2) among them. Fragmented where it must be. -> length of
 * the IP packet; -XE_BAD_ADDR_RANGE addresses of two families or unspecified, -XE_BAD_PORT_NUMBER, -XE_DST_OUT_OF_SPACE longer
 * than the largest buffer, -XE_OUT_OF_PACKETS */
int32_t nfi_packet_datagram_send(const int32_t *info, int32_t info_cap, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length);

/* Forwarding, off at start: 1 makes a router of the board, 0 ends it. A packet for another host then goes on where a row lets it:
 * BYPASS as it is, SECURE through its tunnel; and one that came through a tunnel in clear. Without a row, or with forwarding
 * off, it is dropped and counted. */
int32_t nfi_packet_forward(int32_t on);

/* A virtual address, one to one: pair is our own address and the virtual one, four words each, of one family. outbound 1: the
 * source of the packet in the slot, where it is our own, becomes the virtual one; 0: the destination, where it is the virtual one,
 * becomes our own. Checksums follow, and the address that an ICMP error quotes. -> 1, 0 when it has another address there. */
int32_t nfi_packet_readdress(int32_t slot, const int32_t *pair, int32_t pair_cap, int32_t outbound);

/* counters: first the XE_ ones, then what passed */
enum nfi_counter {
    NFI_COUNT_XE = 0,         /* NFI_XE_COUNT of them, drops by code */
    NFI_COUNT_BYPASS_OUT = NFI_XE_COUNT,
    NFI_COUNT_BYPASS_IN,
    NFI_COUNT_DROP_OUT,       /* by a DROP row */
    NFI_COUNT_DROP_IN,
    NFI_COUNT_QUEUED_OUT,
    NFI_COUNT_QUEUED_IN,
    NFI_COUNT_RING_FULL_OUT,
    NFI_COUNT_RING_FULL_IN,
    NFI_COUNT_SENT,           /* packets we put to the wire, before fragmentation */
    NFI_COUNT_FRAGMENTS_OUT,  /* pieces of them, when cut */
    NFI_COUNT_DELIVERED,
    NFI_COUNT_REASSEMBLED,
    NFI_COUNT_REASSEMBLY_FAILED,
    NFI_COUNT_MALFORMED,      /* no IP packet, or headers past its end */
    NFI_COUNT_FORWARDED,      /* others' packets that went on, protected or not */
    NFI_COUNT_HOPS_EXCEEDED,  /* others' packets whose TTL or hop limit ended here */
    NFI_COUNT_ICMP_ERRORS,    /* ICMP errors made here, before their own verdict */
    NFI_COUNT_WORDS
};

#endif
