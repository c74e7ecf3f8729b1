#include <string.h>
#include <mbedtls/platform.h>
#include "nfi_crypto.h"
#include "primitives.h"
#include "x509.h"

/* Is a certificate to be trusted? mbedTLS finds the path and checks its signatures, CA bits, path lengths and CRLs (RFC 5280 6.1);
 * time is the caller's, so validity and freshness are judged here, and so are what a certificate may be used for and whom a name
 * constraint lets pass. */

/* --- what a job holds --- */

static uint32_t word(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int32_t hold_one(nfi_chain *chain, uint32_t role, int32_t handle)
{
    if (chain->links + chain->anchors + chain->crls == NFI_MAX_CHAIN)
        return -XE_DST_OUT_OF_SPACE;
    switch (role & 0xff) {
    case NFI_ROLE_LINK:
        chain->link[chain->links] = nfi_certificate_hold(handle);
        return chain->link[chain->links] != NULL ? (chain->links++, 0) : -NFI_BAD_HANDLE;
    case NFI_ROLE_ANCHOR:
        chain->anchor[chain->anchors] = nfi_certificate_hold(handle);
        chain->anchor_depth[chain->anchors] = (int32_t)(role >> 8);
        return chain->anchor[chain->anchors] != NULL ? (chain->anchors++, 0) : -NFI_BAD_HANDLE;
    case NFI_ROLE_CRL:
        chain->crl[chain->crls] = nfi_crl_hold(handle);
        return chain->crl[chain->crls] != NULL ? (chain->crls++, 0) : -NFI_BAD_HANDLE;
    default:
        return -XE_BAD_PARAM;
    }
}

int32_t nfi_chain_hold(int32_t leaf, const uint8_t *list, size_t length, nfi_chain *chain)
{
    memset(chain, 0, sizeof *chain);
    if (length < 12 || length % 4 != 0 || length / 4 % 2 != 1)
        return -XE_BAD_PARAM;
    chain->now = (int64_t)((uint64_t)word(list) << 32 | word(list + 4));
    chain->flags = (int32_t)word(list + 8);
    chain->leaf = nfi_certificate_hold(leaf);
    int32_t status = chain->leaf != NULL ? 0 : -NFI_BAD_HANDLE;
    for (size_t at = 12; at < length && status == 0; at += 8)
        status = hold_one(chain, word(list + at), (int32_t)word(list + at + 4));
    if (status < 0)
        nfi_chain_drop(chain);
    return status;
}

void nfi_chain_drop(nfi_chain *chain)
{
    nfi_certificate_drop(chain->leaf);
    for (int32_t i = 0; i < chain->links; i++)
        nfi_certificate_drop(chain->link[i]);
    for (int32_t i = 0; i < chain->anchors; i++)
        nfi_certificate_drop(chain->anchor[i]);
    for (int32_t i = 0; i < chain->crls; i++)
        nfi_crl_drop(chain->crl[i]);
}

/* --- mbedTLS' part --- */

_Static_assert(NFI_MAX_CHAIN <= 32, "a link's bit must fit the mask of those listed");
enum { LONGEST_PATH = 10 };       /* mbedTLS: the certificate in question, 8 links, the anchor */

typedef struct {
    const nfi_chain *chain;
    mbedtls_x509_crt *store, *leaf, *anchors;     /* leaf and links in one list, anchors in another */
    mbedtls_x509_crl *crls;
    const mbedtls_x509_crt *path[LONGEST_PATH];   /* 0: the certificate in question */
    uint32_t flags[LONGEST_PATH];
    int32_t length;
    int32_t verified;             /* what mbedTLS answered */
    int32_t crl_state;
} search;

static int32_t valid_at(const mbedtls_x509_crt *crt, const nfi_chain *chain)
{
    if (chain->flags & NFI_CHAIN_ANY_TIME)
        return NFI_REASON_NONE;
    if (chain->now < nfi_x509_seconds(&crt->valid_from))
        return NFI_REASON_NOT_YET_VALID;
    return chain->now > nfi_x509_seconds(&crt->valid_to) ? NFI_REASON_EXPIRED : NFI_REASON_NONE;
}

static int32_t same(const mbedtls_x509_buf *a, const mbedtls_x509_buf *b)
{
    return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* A copy, because a list is made of its members; what it points to is shared and only read. */
static mbedtls_x509_crt *append(mbedtls_x509_crt *last, mbedtls_x509_crt *place, const nfi_certificate *from)
{
    *place = from->crt;
    place->next = NULL;
    if (last != NULL)
        last->next = place;
    return place;
}

/* Of two with one name those come first that are valid now: mbedTLS takes the first that fits. */
static mbedtls_x509_crt *list_anchors(mbedtls_x509_crt *place, const nfi_chain *chain)
{
    mbedtls_x509_crt *first = chain->anchors > 0 ? place : NULL, *last = NULL;
    for (int32_t valid = 1; valid >= 0; valid--)
        for (int32_t i = 0; i < chain->anchors; i++)
            if ((valid_at(&chain->anchor[i]->crt, chain) == NFI_REASON_NONE) == valid)
                last = append(last, place++, chain->anchor[i]);
    return first;
}

/* A peer may send its links in any order (RFC 7296 3.6), and mbedTLS looks for a parent behind the child alone: so behind each
 * certificate stand those that bear its issuer's name. */
static void list_links(mbedtls_x509_crt *leaf, const nfi_chain *chain)
{
    uint32_t used = 0;
    mbedtls_x509_crt *last = leaf;
    for (const mbedtls_x509_crt *child = leaf; child != NULL; child = child->next)
        for (int32_t valid = 1; valid >= 0; valid--)
            for (int32_t i = 0; i < chain->links; i++) {
                const mbedtls_x509_crt *link = &chain->link[i]->crt;
                if ((used >> i & 1) || !same(&link->subject_raw, &child->issuer_raw) || (valid_at(link, chain) == NFI_REASON_NONE) != valid)
                    continue;
                last = append(last, last + 1, chain->link[i]);
                used |= UINT32_C(1) << i;
            }
}

static int32_t prepare(search *s, const nfi_chain *chain)
{
    size_t count = (size_t)(1 + chain->links + chain->anchors);
    memset(s, 0, sizeof *s);
    s->chain = chain;
    s->store = mbedtls_calloc(count, sizeof *s->store);
    s->crls = mbedtls_calloc((size_t)chain->crls + 1, sizeof *s->crls);
    if (s->store == NULL || s->crls == NULL)
        return -XE_NOMEM;
    s->leaf = s->store;
    *s->leaf = chain->leaf->crt;
    s->leaf->next = NULL;
    list_links(s->leaf, chain);
    s->anchors = list_anchors(s->store + 1 + chain->links, chain);
    for (int32_t i = 0; i < chain->crls; i++) {
        s->crls[i] = chain->crl[i]->crl;
        s->crls[i].next = i + 1 < chain->crls ? &s->crls[i + 1] : NULL;
    }
    return 0;
}

static void release(search *s)
{
    mbedtls_free(s->store);
    mbedtls_free(s->crls);
}

/* What the C library's clock says does not count. */
static int take_path(void *context, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    search *s = context;
    if (depth < 0 || depth >= LONGEST_PATH)
        return MBEDTLS_ERR_X509_FATAL_ERROR;
    s->path[depth] = crt;
    s->flags[depth] = *flags & (uint32_t)~(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE | MBEDTLS_X509_BADCRL_EXPIRED | MBEDTLS_X509_BADCRL_FUTURE);
    s->length = depth >= s->length ? depth + 1 : s->length;
    return 0;
}

/* RFC 8247 3 and 4: no SHA-1, RSA from 2048 bits on. MD5 not even as a legacy algorithm: CAs' signatures over it were forged. */
static mbedtls_x509_crt_profile profile(int32_t flags)
{
    int32_t legacy = flags & NFI_CHAIN_LEGACY;
    mbedtls_x509_crt_profile p = {
        MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512)
            | (legacy ? MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA1) : 0),
        MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_RSA) | MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECKEY) | MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECDSA)
            | MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_RSASSA_PSS),
        MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) | MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1) | MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP521R1),
        legacy ? NFI_LEGACY_RSA_BITS : NFI_MIN_RSA_BITS,
    };
    return p;
}

static void find_path(search *s)
{
    uint32_t flags;
    mbedtls_x509_crt_profile wanted = profile(s->chain->flags);
    s->verified = mbedtls_x509_crt_verify_with_profile(s->leaf, s->anchors, s->chain->crls > 0 ? s->crls : NULL, &wanted, NULL, &flags, take_path, s);
}

/* --- why there is no path --- */

/* The next certificate up by name: anchors first. */
static const mbedtls_x509_crt *parent_of(const search *s, const mbedtls_x509_crt *crt)
{
    for (const mbedtls_x509_crt *c = s->anchors; c != NULL; c = c->next)
        if (same(&c->subject_raw, &crt->issuer_raw))
            return c;
    for (const mbedtls_x509_crt *c = s->leaf->next; c != NULL; c = c->next)
        if (same(&c->subject_raw, &crt->issuer_raw))
            return c;
    return NULL;
}

static int32_t authority(const mbedtls_x509_crt *crt, int32_t *path_length)
{
    nfi_span value, list, one;
    *path_length = LONGEST_PATH;
    if (!nfi_certificate_extension(crt, NFI_OID_BASIC_CONSTRAINTS, 3, &value) || !nfi_der_take_tag(&value, 0x30, &list))
        return 0;
    if (!nfi_der_take_tag(&list, 0x01, &one) || one.end - one.p != 1 || one.p[0] == 0)
        return 0;
    if (nfi_der_take_tag(&list, 0x02, &one) && one.end - one.p == 1)
        *path_length = one.p[0];
    return 1;
}

/* mbedTLS has passed over every certificate that could have signed this one: which rule did the likeliest break? */
static int32_t why_no_parent(const search *s, const mbedtls_x509_crt *crt, int32_t below)
{
    int32_t path_length;
    const mbedtls_x509_crt *parent = parent_of(s, crt);
    if (parent == NULL || parent == crt)
        return NFI_REASON_UNKNOWN_ROOT;
    for (int32_t i = 0; i < s->length; i++)
        if (s->path[i] == parent)
            return NFI_REASON_LOOP;
    if (!authority(parent, &path_length))
        return NFI_REASON_NOT_AN_AUTHORITY;
    if (mbedtls_x509_crt_check_key_usage(parent, MBEDTLS_X509_KU_KEY_CERT_SIGN) != 0)
        return NFI_REASON_KEY_USAGE;
    if (path_length < below)
        return NFI_REASON_PATH_LENGTH;
    return NFI_REASON_BAD_SIGNATURE;
}

/* --- one certificate of the path --- */

static int32_t by_flags(const search *s, int32_t depth)
{
    uint32_t flags = s->flags[depth];
    if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED)
        return depth + 1 < s->length ? NFI_REASON_BAD_SIGNATURE : why_no_parent(s, s->path[depth], depth);
    if (flags & MBEDTLS_X509_BADCERT_REVOKED)
        return NFI_REASON_REVOKED;
    if (flags & (MBEDTLS_X509_BADCRL_NOT_TRUSTED | MBEDTLS_X509_BADCRL_BAD_MD | MBEDTLS_X509_BADCRL_BAD_PK | MBEDTLS_X509_BADCRL_BAD_KEY))
        return NFI_REASON_BAD_CRL;
    if (flags & (MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY))
        return NFI_REASON_WEAK;
    return flags != 0 ? NFI_REASON_BAD_SIGNATURE : NFI_REASON_NONE;
}

/* RFC 4945 5.1.3.2 and 5.1.3.12: signing must be allowed; the purposes named there, and those that servers' and clients'
 * certificates have in practice. mbedTLS takes anyExtendedKeyUsage for each. */
static int32_t by_usage(const mbedtls_x509_crt *leaf)
{
    static const struct { uint8_t length; char bytes[9]; } purposes[] = {
        { 8, "\x2b\x06\x01\x05\x05\x07\x03\x11" }, { 8, "\x2b\x06\x01\x05\x05\x08\x02\x02" },
        { 8, "\x2b\x06\x01\x05\x05\x07\x03\x01" }, { 8, "\x2b\x06\x01\x05\x05\x07\x03\x02" },
    };
    if (mbedtls_x509_crt_check_key_usage(leaf, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0
        && mbedtls_x509_crt_check_key_usage(leaf, MBEDTLS_X509_KU_NON_REPUDIATION) != 0)
        return NFI_REASON_KEY_USAGE;
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
        if (mbedtls_x509_crt_check_extended_key_usage(leaf, purposes[i].bytes, purposes[i].length) == 0)
            return NFI_REASON_NONE;
    return NFI_REASON_EXTENDED_USAGE;
}

/* Every constraint above counts, but not for a link that a CA issued to itself (RFC 5280 6.1.4 b). */
static int32_t by_constraints(const search *s, int32_t depth)
{
    nfi_span constraint;
    if (depth > 0 && same(&s->path[depth]->issuer_raw, &s->path[depth]->subject_raw))
        return NFI_REASON_NONE;
    for (int32_t above = depth + 1; above < s->length; above++)
        if (nfi_certificate_extension(s->path[above], NFI_OID_NAME_CONSTRAINTS, 3, &constraint)
            && !nfi_constraint_permits(constraint, s->path[depth]))
            return NFI_REASON_NAME_CONSTRAINTS;
    return NFI_REASON_NONE;
}

/* The best that any CRL of the issuer has to offer. One without a next update was never meant to last. */
static int32_t crl_state(const search *s, const mbedtls_x509_crt *crt)
{
    int32_t best = NFI_CRLS_MISSING;
    for (int32_t i = 0; i < s->chain->crls; i++) {
        const mbedtls_x509_crl *crl = &s->chain->crl[i]->crl;
        if (!same(&crl->issuer_raw, &crt->issuer_raw))
            continue;
        int32_t fresh = (s->chain->flags & NFI_CHAIN_ANY_TIME) || (crl->next_update.year != 0
            && s->chain->now >= nfi_x509_seconds(&crl->this_update) && s->chain->now <= nfi_x509_seconds(&crl->next_update));
        if (fresh)
            return NFI_CRLS_FRESH;
        best = NFI_CRLS_STALE;
    }
    return best;
}

static int32_t by_crl(search *s, int32_t depth)
{
    int32_t state = crl_state(s, s->path[depth]);
    s->crl_state = state > s->crl_state ? state : s->crl_state;
    if (state == NFI_CRLS_FRESH || !(s->chain->flags & NFI_CHAIN_STRICT_CRL))
        return NFI_REASON_NONE;
    return state == NFI_CRLS_STALE ? NFI_REASON_STALE_CRL : NFI_REASON_MISSING_CRL;
}

/* The anchor is trusted by itself: of it only its time counts. */
static int32_t judge(search *s, int32_t depth)
{
    int32_t is_anchor = depth == s->length - 1 && depth > 0;
    int32_t reason = by_flags(s, depth);
    if (reason == NFI_REASON_NONE)
        reason = valid_at(s->path[depth], s->chain);
    if (reason == NFI_REASON_NONE && depth == 0)
        reason = by_usage(s->path[0]);
    if (reason == NFI_REASON_NONE && !is_anchor)
        reason = by_constraints(s, depth);
    if (reason == NFI_REASON_NONE && !is_anchor && s->length > 1)
        reason = by_crl(s, depth);
    return reason;
}

/* How many certificates may stand below the anchor: one of the caller's own bounds. */
static int32_t anchor_depth(const search *s)
{
    const mbedtls_x509_crt *top = s->path[s->length - 1];
    for (int32_t i = 0; i < s->chain->anchors; i++)
        if (s->chain->anchor[i]->crt.raw.p == top->raw.p)
            return s->chain->anchor_depth[i];
    return LONGEST_PATH;
}

static int32_t verdict(search *s, int32_t *depth)
{
    *depth = 0;
    if (s->length == 0)
        return NFI_REASON_TOO_LONG;
    for (int32_t i = s->length - 1; i >= 0; i--) {
        int32_t reason = judge(s, i);
        *depth = i;
        if (reason != NFI_REASON_NONE)
            return reason;
    }
    return s->length - 1 > anchor_depth(s) ? NFI_REASON_TOO_LONG : NFI_REASON_NONE;
}

int32_t nfi_chain_check(const nfi_chain *chain, uint8_t dst[NFI_CHAIN_OUTPUT])
{
    search s;
    int32_t depth, status = prepare(&s, chain);
    if (status == 0) {
        find_path(&s);
        dst[0] = (uint8_t)verdict(&s, &depth);
        dst[1] = (uint8_t)depth;
        dst[2] = (uint8_t)s.crl_state;
        dst[3] = (uint8_t)s.length;
        /* Both must agree: what mbedTLS refused for a cause that nobody here has a name for is refused. */
        if (dst[0] == NFI_REASON_NONE && s.verified != 0 && s.verified != MBEDTLS_ERR_X509_CERT_VERIFY_FAILED)
            status = -NFI_CRYPTO_FAULT;
    }
    release(&s);
    return status;
}
