#include <string.h>
#include <mbedtls/ecp.h>
#include "dh.h"
#include "primitives.h"

/* Elliptic curves. ECP groups (RFC 5903): a value is x | y, the shared secret x, big-endian. Curve25519 (RFC 7748, RFC 8031): both
 * are little-endian coordinates. */
enum { LONGEST = 66, UNCOMPRESSED = 4 };

static const struct group { int32_t group; mbedtls_ecp_group_id id; uint8_t coordinate; uint8_t coordinates; } groups[] = {
    { NFI_ECP256, MBEDTLS_ECP_DP_SECP256R1, 32, 2 },
    { NFI_ECP384, MBEDTLS_ECP_DP_SECP384R1, 48, 2 },
    { NFI_ECP521, MBEDTLS_ECP_DP_SECP521R1, 66, 2 },
    { NFI_CURVE25519, MBEDTLS_ECP_DP_CURVE25519, 32, 1 },
};

/* NULL also for a curve that this mbedTLS was built without. */
static const struct group *look(int32_t number)
{
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (groups[i].group == number && mbedtls_ecp_curve_info_from_grp_id(groups[i].id) != NULL)
            return &groups[i];
    return NULL;
}

/* What one computation needs, all of it wiped when it ends. text is a point as mbedTLS reads and writes it: the coordinates, on
 * an ECP curve behind one byte that says they are not compressed. */
typedef struct {
    const struct group *group;
    size_t length;                /* of the coordinates */
    size_t ahead;                 /* 1 or 0 */
    mbedtls_ecp_group curve;
    mbedtls_ecp_point point, result;
    mbedtls_mpi exponent;
    uint8_t text[1 + 2 * LONGEST];
} work;

static int begin(work *w, const nfi_dh_key *key)
{
    w->group = look(key->group);
    w->length = (size_t)(w->group->coordinate * w->group->coordinates);
    w->ahead = w->group->coordinates == 2;
    mbedtls_ecp_group_init(&w->curve);
    mbedtls_ecp_point_init(&w->point);
    mbedtls_ecp_point_init(&w->result);
    mbedtls_mpi_init(&w->exponent);
    int bad = mbedtls_ecp_group_load(&w->curve, w->group->id);
    return bad != 0 ? bad : mbedtls_mpi_read_binary(&w->exponent, key->exponent, key->length);
}

static void end(work *w)
{
    mbedtls_ecp_group_free(&w->curve);
    mbedtls_ecp_point_free(&w->point);
    mbedtls_ecp_point_free(&w->result);
    mbedtls_mpi_free(&w->exponent);
    nfi_wipe(w->text, sizeof w->text);
}

static int32_t make(nfi_dh_key *key)
{
    work w;
    key->length = look(key->group)->coordinate;
    int bad = begin(&w, key);
    if (bad == 0)
        bad = mbedtls_ecp_gen_privkey(&w.curve, &w.exponent, nfi_mpi_random, NULL);
    if (bad == 0)
        bad = mbedtls_mpi_write_binary(&w.exponent, key->exponent, key->length);
    end(&w);
    return nfi_mpi_status(bad);
}

/* Multiplies, and leaves the result in text. */
static int multiply(work *w, const mbedtls_ecp_point *point)
{
    size_t written;
    int bad = mbedtls_ecp_mul(&w->curve, &w->result, &w->exponent, point, nfi_mpi_random, NULL);
    if (bad == 0)
        bad = mbedtls_ecp_point_write_binary(&w->curve, &w->result, MBEDTLS_ECP_PF_UNCOMPRESSED, &written, w->text, sizeof w->text);
    return bad == 0 && written != w->ahead + w->length ? MBEDTLS_ERR_MPI_BAD_INPUT_DATA : bad;
}

static int32_t public_value(const nfi_dh_key *key, uint8_t *dst)
{
    work w;
    int bad = begin(&w, key);
    if (bad == 0)
        bad = multiply(&w, &w.curve.G);
    if (bad == 0)
        memcpy(dst, w.text + w.ahead, w.length);
    end(&w);
    return nfi_mpi_status(bad);
}

/* RFC 6989 2.3: coordinates below p, on the curve. On Curve25519 every value is a point; mbedTLS masks the highest bit (RFC 7748
 * 5) and refuses those of small order. */
static int32_t read_peer(work *w, const uint8_t *peer)
{
    w->text[0] = UNCOMPRESSED;
    memcpy(w->text + w->ahead, peer, w->length);
    int bad = mbedtls_ecp_point_read_binary(&w->curve, &w->point, w->text, w->ahead + w->length);
    if (bad == 0)
        bad = mbedtls_ecp_check_pubkey(&w->curve, &w->point);
    if (bad == MBEDTLS_ERR_MPI_ALLOC_FAILED)
        return -XE_NOMEM;
    return bad == 0 ? 0 : -XE_BAD_PARAM;
}

/* RFC 8031 2: a shared secret of zeros is refused, should a small order have got so far. */
static int32_t take_secret(const work *w, uint8_t *dst)
{
    static const uint8_t zeros[LONGEST];
    size_t length = w->group->coordinate;
    if (nfi_equal(w->text + w->ahead, zeros, length))
        return -XE_BAD_PARAM;
    memcpy(dst, w->text + w->ahead, length);
    return (int32_t)length;
}

static int32_t shared(const nfi_dh_key *key, const uint8_t *peer, uint8_t *dst)
{
    work w;
    int32_t status = nfi_mpi_status(begin(&w, key));
    if (status == 0)
        status = read_peer(&w, peer);
    if (status == 0)
        status = nfi_mpi_status(multiply(&w, &w.point));
    if (status == 0)
        status = take_secret(&w, dst);
    end(&w);
    return status;
}

int32_t nfi_curve_find(int32_t number, nfi_dh_family *family)
{
    const struct group *g = look(number);
    if (g == NULL)
        return -XE_UNKNOWN_ALGORITHM;
    *family = (nfi_dh_family){ (size_t)(g->coordinate * g->coordinates), make, public_value, shared };
    return 0;
}
