/* Every bound of the native side in one place. A target overrides one with -DNFI_... */
#ifndef NFI_LIMITS_H
#define NFI_LIMITS_H

#ifndef NFI_MAX_HANDLES
#define NFI_MAX_HANDLES 160       /* secrets, hashes, transforms */
#endif
#ifndef NFI_MAX_MODP
#define NFI_MAX_MODP 1024         /* bytes of the largest MODP group: 1024 (8192 bits), or 512 where the heap cannot spare
                                   * what an exponentiation takes while it lasts: see crypto-native/README.md */
#endif
#define NFI_MAX_SECRET NFI_MAX_MODP   /* bytes in one secret: a shared one of that group; on the heap, as long as it is */
#ifndef NFI_MAX_JOBS
#define NFI_MAX_JOBS 4
#endif
#ifndef NFI_MAX_JOB_INPUT
#define NFI_MAX_JOB_INPUT 1024    /* bytes a job takes along */
#endif
#define NFI_MAX_JOB_OUTPUT NFI_MAX_MODP   /* bytes a job brings back beside its result: the public value of that group */
#ifndef NFI_RESEED_INTERVAL
#define NFI_RESEED_INTERVAL 8192  /* CTR_DRBG requests between two draws of fresh entropy (SP 800-90A allows 2^48) */
#endif
#ifndef NFI_MAX_TRANSFORMS
#define NFI_MAX_TRANSFORMS 64     /* two for each session */
#endif
#ifndef NFI_MAX_ROWS
#define NFI_MAX_ROWS 32           /* verdict table rows */
#endif
#ifndef NFI_FLOW_CACHE
#define NFI_FLOW_CACHE 16         /* entries, a power of two, at least 4 */
#endif
#ifndef NFI_SMALL_BUFFERS
#define NFI_SMALL_BUFFERS 10
#endif
#ifndef NFI_SMALL_BUFFER_SIZE
#define NFI_SMALL_BUFFER_SIZE 1728 /* headroom + an Ethernet packet + tail */
#endif
#ifndef NFI_LARGE_BUFFERS
#define NFI_LARGE_BUFFERS 2
#endif
#ifndef NFI_LARGE_BUFFER_SIZE
#define NFI_LARGE_BUFFER_SIZE 4416 /* joined and reassembled datagrams: 4,000 bytes of data, tunnelled, fit */
#endif
#ifndef NFI_REASSEMBLIES
#define NFI_REASSEMBLIES 2        /* datagrams under reassembly; each holds one large buffer */
#endif
#ifndef NFI_REASSEMBLY_MS
#define NFI_REASSEMBLY_MS 5000
#endif
#ifndef NFI_MAX_INTERFACES
#define NFI_MAX_INTERFACES 4
#endif

#ifndef NFI_MAX_CERTIFICATE
#define NFI_MAX_CERTIFICATE 4096  /* bytes of DER */
#endif
#ifndef NFI_MAX_NAMES
#define NFI_MAX_NAMES 64          /* alternative names, purposes and policies of one certificate, of each: mbedTLS takes 24 bytes for
                                   * one, and 4,096 bytes of DER have room for 2,000 */
#endif
#ifndef NFI_MAX_PRIVATE_KEY
#define NFI_MAX_PRIVATE_KEY 4096  /* bytes of DER: RSA 4096 has 2,400 */
#endif
#ifndef NFI_MAX_CRL
#define NFI_MAX_CRL 16384         /* bytes of DER: some 400 revoked certificates */
#endif
#ifndef NFI_MAX_CHAIN
#define NFI_MAX_CHAIN 32          /* certificates and CRLs that one chain check looks through */
#endif
#define NFI_MAX_RSA_BITS 4096
#define NFI_MIN_RSA_BITS 2048     /* 1024 with legacy algorithms on */
#define NFI_LEGACY_RSA_BITS 1024

#define NFI_MAX_EXTENSIONS 8      /* IPv6 extension headers ahead of the upper layer */
#define NFI_HEADROOM 128          /* outer IPv6 40 + AH 48 + ESP 8 + IV 16, rounded; UDP 8 comes without AH */
#define NFI_TAILROOM 96           /* padding 15 + TFC within the buffer + trailer 2 + ICV 32, rounded */

#endif
