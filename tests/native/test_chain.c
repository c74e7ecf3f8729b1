/* Is a certificate trusted, and if not, why (RFC 5280 6.1, RFC 4945 5.1). Threat 25. */
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "x509_files.h"

#define IN_2027 1800000000
#define IN_2036 2082844800u
#define DEEP 9

typedef struct {
    const char *leaf;
    const char *links[DEEP];
    int32_t reason, depth;
} chain_case;

static uint8_t list[8 * NFI_MAX_CHAIN + 20], output[NFI_CHAIN_OUTPUT];
static size_t length;

static void put(uint32_t word)
{
    for (int32_t shift = 24; shift >= 0; shift -= 8)
        list[length++] = (uint8_t)(word >> shift);
}

static void begin(uint32_t now, int32_t flags)
{
    length = 0;
    put(0);
    put(now);
    put((uint32_t)flags);
}

static int32_t held[NFI_MAX_CHAIN], held_count;

static void add(int32_t role, int32_t depth, int32_t handle)
{
    CHECK(handle > 0);
    put((uint32_t)(role | depth << 8));
    put((uint32_t)handle);
    held[held_count++] = handle;
}

static void check(const char *leaf, int32_t reason, int32_t depth)
{
    int32_t handle = certificate_of(leaf);
    test_case = leaf;
    memset(output, 0xee, sizeof output);
    CHECK_IS(job_run(NFI_JOB_CHAIN, handle, 0, list, length, output, sizeof output), 0);
    CHECK_IS(output[0], reason);
    CHECK_IS(output[1], depth);
    nfi_crypto_handle_free(handle);
    while (held_count > 0)
        nfi_crypto_handle_free(held[--held_count]);
}

static void check_case(const chain_case *c, const char *anchor)
{
    begin(IN_2027, 0);
    add(NFI_ROLE_ANCHOR, 9, certificate_of(anchor));
    for (size_t i = 0; i < DEEP && c->links[i] != NULL; i++)
        add(NFI_ROLE_LINK, 0, certificate_of(c->links[i]));
    check(c->leaf, c->reason, c->depth);
}

static void threat_25_a_chain_that_does_not_hold_is_refused_with_the_reason(void)
{
    static const chain_case cases[] = {
        { "leaf", { "link" }, NFI_REASON_NONE, 0 },
        { "p256", { NULL }, NFI_REASON_NONE, 0 },
        { "p521", { NULL }, NFI_REASON_NONE, 0 },
        { "no-usage", { NULL }, NFI_REASON_NONE, 0 },
        { "leaf", { NULL }, NFI_REASON_UNKNOWN_ROOT, 0 },
        { "leaf", { "link", "other-root" }, NFI_REASON_NONE, 0 },
        { "impostor", { NULL }, NFI_REASON_BAD_SIGNATURE, 0 },
        { "impostor", { "false-root" }, NFI_REASON_BAD_SIGNATURE, 1 },
        { "impostor", { "other-root", "false-root" }, NFI_REASON_BAD_SIGNATURE, 1 },
        { "deep-3", { "deep-0", "deep-1", "deep-2" }, NFI_REASON_KEY_USAGE, 0 },
        { "deep-3", { "deep-2", "deep-0", "deep-1" }, NFI_REASON_KEY_USAGE, 0 },
        { "self-signed", { NULL }, NFI_REASON_UNKNOWN_ROOT, 0 },
        { "expired", { NULL }, NFI_REASON_EXPIRED, 0 },
        { "future", { NULL }, NFI_REASON_NOT_YET_VALID, 0 },
        { "below-expired", { "expired-link" }, NFI_REASON_EXPIRED, 1 },
        { "below-leaf", { "leaf", "link" }, NFI_REASON_NOT_AN_AUTHORITY, 0 },
        { "below-long", { "long-link", "link" }, NFI_REASON_PATH_LENGTH, 1 },
        { "below-no-sign", { "no-sign-link" }, NFI_REASON_KEY_USAGE, 0 },
        { "encipherment", { NULL }, NFI_REASON_KEY_USAGE, 0 },
        { "link", { NULL }, NFI_REASON_KEY_USAGE, 0 },
        { "purpose-code", { NULL }, NFI_REASON_EXTENDED_USAGE, 0 },
        { "purpose-server", { NULL }, NFI_REASON_NONE, 0 },
        { "purpose-client", { NULL }, NFI_REASON_NONE, 0 },
        { "purpose-intermediate", { NULL }, NFI_REASON_NONE, 0 },
        { "purpose-ike", { NULL }, NFI_REASON_NONE, 0 },
        { "purpose-any", { NULL }, NFI_REASON_NONE, 0 },
        { "rsa1024", { NULL }, NFI_REASON_WEAK, 0 },
        { "sha1", { NULL }, NFI_REASON_WEAK, 0 },
        { "in-loop", { "loop-one", "loop-two" }, NFI_REASON_LOOP, 2 },
        { "deep-leaf", { "deep-9", "deep-8", "deep-7", "deep-6", "deep-5", "deep-4", "deep-3", "deep-2", "deep-1" }, NFI_REASON_TOO_LONG, 0 },
        { "deep-9", { "deep-8", "deep-7", "deep-6", "deep-5", "deep-4", "deep-3", "deep-2" }, NFI_REASON_UNKNOWN_ROOT, 7 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_case(&cases[i], "root");
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static void threat_25_names_outside_of_the_constraints_are_refused(void)
{
    static const struct { const char *leaf, *link; } cases[] = {
        { "nc-good-all", "nc-link" }, { "nc-good-case", "nc-link" }, { "nc-good-uri", "nc-link" }, { "nc-good-subject", "nc-link" },
        { "nc-bad-dns", "nc-link" }, { "nc-bad-dns-suffix", "nc-link" }, { "nc-bad-dns-excluded", "nc-link" }, { "nc-bad-email", "nc-link" },
        { "nc-bad-ip", "nc-link" }, { "nc-bad-ip-excluded", "nc-link" }, { "nc-bad-ip6", "nc-link" }, { "nc-bad-one-of-two", "nc-link" },
        { "nc-bad-subject", "nc-link" }, { "nc-bad-subject-email", "nc-link" }, { "nc-bad-directory", "nc-link" },
        { "nc-loose-bad-dns", "nc-loose-link" }, { "nc-uri-bad", "nc-uri-link" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(IN_2027, 0);
        add(NFI_ROLE_ANCHOR, 9, certificate_of("nc-root"));
        add(NFI_ROLE_LINK, 0, certificate_of(cases[i].link));
        check(cases[i].leaf, strstr(cases[i].leaf, "bad") != NULL ? NFI_REASON_NAME_CONSTRAINTS : NFI_REASON_NONE, 0);
    }
}

static void time_is_the_callers(void)
{
    begin(IN_2036, 0);
    add(NFI_ROLE_ANCHOR, 9, certificate_of("root"));
    check("p256", NFI_REASON_EXPIRED, 1);
    begin(0, 0);
    add(NFI_ROLE_ANCHOR, 9, certificate_of("root"));
    check("p256", NFI_REASON_NOT_YET_VALID, 1);
    begin(0, NFI_CHAIN_ANY_TIME);
    add(NFI_ROLE_ANCHOR, 9, certificate_of("root"));
    check("expired", NFI_REASON_NONE, 0);
}

static void weak_keys_and_digests_pass_with_legacy_alone(void)
{
    static const char *const leaves[] = { "rsa1024", "sha1" };
    for (size_t i = 0; i < 2; i++) {
        begin(IN_2027, NFI_CHAIN_LEGACY);
        add(NFI_ROLE_ANCHOR, 9, certificate_of("root"));
        check(leaves[i], NFI_REASON_NONE, 0);
    }
}

/* Two certificates with one MD5 are made in hours (RFC 6151 2). */
static void md5_passes_not_even_with_legacy(void)
{
    for (int32_t flags = 0; flags <= NFI_CHAIN_LEGACY; flags += NFI_CHAIN_LEGACY) {
        begin(IN_2027, flags);
        add(NFI_ROLE_ANCHOR, 9, certificate_of("md5-root"));
        check("md5", NFI_REASON_WEAK, 0);
    }
}

static void an_anchor_bounds_what_stands_below_it(void)
{
    for (int32_t depth = 1; depth <= 2; depth++) {
        begin(IN_2027, 0);
        add(NFI_ROLE_ANCHOR, depth, certificate_of("root"));
        add(NFI_ROLE_LINK, 0, certificate_of("link"));
        check("leaf", depth == 2 ? NFI_REASON_NONE : NFI_REASON_TOO_LONG, 0);
    }
}

static void a_crl_counts_as_its_policy_says(void)
{
    enum { STRICT = NFI_CHAIN_STRICT_CRL };
    static const struct { const char *leaf, *crl; int32_t flags, reason, state; } cases[] = {
        { "p256", NULL, 0, NFI_REASON_NONE, NFI_CRLS_MISSING }, { "p256", NULL, STRICT, NFI_REASON_MISSING_CRL, NFI_CRLS_MISSING },
        { "p256", "root", 0, NFI_REASON_NONE, NFI_CRLS_FRESH }, { "p256", "root", STRICT, NFI_REASON_NONE, NFI_CRLS_FRESH },
        { "p256", "link", STRICT, NFI_REASON_MISSING_CRL, NFI_CRLS_MISSING },
        { "p256", "root-stale", 0, NFI_REASON_NONE, NFI_CRLS_STALE }, { "p256", "root-stale", STRICT, NFI_REASON_STALE_CRL, NFI_CRLS_STALE },
        { "revoked", NULL, 0, NFI_REASON_NONE, NFI_CRLS_MISSING }, { "revoked", "root", 0, NFI_REASON_REVOKED, NFI_CRLS_FRESH },
        { "revoked", "root", NFI_CHAIN_ANY_TIME, NFI_REASON_REVOKED, NFI_CRLS_FRESH },
        { "p256", "root-false", 0, NFI_REASON_BAD_CRL, NFI_CRLS_FRESH },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(IN_2027, cases[i].flags);
        add(NFI_ROLE_ANCHOR, 9, certificate_of("root"));
        if (cases[i].crl != NULL)
            add(NFI_ROLE_CRL, 0, crl_of(cases[i].crl));
        check(cases[i].leaf, cases[i].reason, 0);
        if (cases[i].reason != NFI_REASON_REVOKED && cases[i].reason != NFI_REASON_BAD_CRL)
            CHECK_IS(output[2], cases[i].state);
    }
}

static void handles_may_go_while_the_job_waits(void)
{
    int32_t leaf = certificate_of("p256"), root = certificate_of("root");
    begin(IN_2027, 0);
    add(NFI_ROLE_ANCHOR, 9, root);
    held_count = 0;
    int32_t job = nfi_crypto_job_start(NFI_JOB_CHAIN, leaf, 0, list, (int32_t)length, 0, (int32_t)length);
    nfi_crypto_handle_free(leaf);
    nfi_crypto_handle_free(root);
    int32_t result;
    do
        result = nfi_crypto_job_finish(job, output, sizeof output, 0);
    while (result == -NFI_BUSY);
    CHECK_IS(result, 0);
    CHECK_IS(output[0], NFI_REASON_NONE);
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static void a_list_that_lies_starts_no_job(void)
{
    int32_t leaf = certificate_of("p256"), root = certificate_of("root");
    begin(IN_2027, 0);
    put(NFI_ROLE_ANCHOR);
    put((uint32_t)root);
    for (size_t cut = 0; cut < length; cut++)
        if (cut != 12)
            CHECK_IS(nfi_crypto_job_start(NFI_JOB_CHAIN, leaf, 0, list, (int32_t)cut, 0, (int32_t)cut), -XE_BAD_PARAM);
    put(NFI_ROLE_CRL);
    put((uint32_t)root);
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_CHAIN, leaf, 0, list, (int32_t)length, 0, (int32_t)length), -NFI_BAD_HANDLE);
    begin(IN_2027, 0);
    put(9);
    put((uint32_t)root);
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_CHAIN, leaf, 0, list, (int32_t)length, 0, (int32_t)length), -XE_BAD_PARAM);
    begin(IN_2027, 0);
    for (int32_t i = 0; i <= NFI_MAX_CHAIN; i++) {
        put(NFI_ROLE_LINK);
        put((uint32_t)root);
    }
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_CHAIN, leaf, 0, list, (int32_t)length, 0, (int32_t)length), -XE_DST_OUT_OF_SPACE);
    nfi_crypto_handle_free(leaf);
    nfi_crypto_handle_free(root);
}

int main(void)
{
    static const nfi_rule rules[] = {
        RULE(threat_25_a_chain_that_does_not_hold_is_refused_with_the_reason),
        RULE(threat_25_names_outside_of_the_constraints_are_refused),
        RULE(time_is_the_callers),
        RULE(weak_keys_and_digests_pass_with_legacy_alone),
        RULE(md5_passes_not_even_with_legacy),
        RULE(an_anchor_bounds_what_stands_below_it),
        RULE(a_crl_counts_as_its_policy_says),
        RULE(handles_may_go_while_the_job_waits),
        RULE(a_list_that_lies_starts_no_job),
    };
    if (nfi_crypto_start() != 0)
        return 2;
    return RUN(rules);
}
