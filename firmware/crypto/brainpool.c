/*
 * Barrett reduction (Handbook of Applied Cryptography 14.42) for the Brainpool curves, for which mbedTLS 3.6 has only its
 * general division: a signature on brainpoolP512r1 costs a quarter with it. mbedTLS has a hook for reductions in its group,
 * `modp`, and fills it when the curve is loaded; the link option --wrap=mbedtls_ecp_group_load puts ours there.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS /* limbs of a number, `modp` of a group */
#include "crypto/brainpool.h"

#include <bignum_core.h>

#if defined(MBEDTLS_HAVE_INT64)
#define LIMBS(high, low) (((mbedtls_mpi_uint)(high) << 32) | (low))
#else
#define LIMBS(high, low) (low), (high)
#endif
#define LIMB_SIZE sizeof(mbedtls_mpi_uint)
#define LIMBS_MAX (64U / LIMB_SIZE)

/* p (RFC 5639 3.1 to 3.7) and mu = floor(2^(2 bits) / p), least significant limb first. */
static const mbedtls_mpi_uint p192[] = {
    LIMBS(0x8FCE476DU, 0xE1A86297U),
    LIMBS(0xA7A34630U, 0x93D18DB7U),
    LIMBS(0xC302F41DU, 0x932A36CDU),
};
static const mbedtls_mpi_uint mu192[] = {
    LIMBS(0x6639FECFU, 0x10B1AC0AU),
    LIMBS(0x675BC2FDU, 0xC2462077U),
    LIMBS(0x500FEA39U, 0xFF1728C8U),
    LIMBS(0x00000000U, 0x00000001U),
};
#if !defined(MBEDTLS_HAVE_INT64) /* 224 bits are no whole number of larger limbs: there the general division stays */
static const mbedtls_mpi_uint p224[] = {
    LIMBS(0x97DA89F5U, 0x7EC8C0FFU),
    LIMBS(0x75D1D787U, 0xB09F0757U),
    LIMBS(0x26436686U, 0x2A183025U),
    LIMBS(0x00000000U, 0xD7C134AAU),
};
static const mbedtls_mpi_uint mu224[] = {
    LIMBS(0xEF60DC4DU, 0xB36F5F4FU),
    LIMBS(0x603DE8FDU, 0x33DA784FU),
    LIMBS(0x8FD22299U, 0x4E1D543FU),
    LIMBS(0x00000001U, 0x2FC099F7U),
};
#endif
static const mbedtls_mpi_uint p256[] = {
    LIMBS(0x2013481DU, 0x1F6E5377U),
    LIMBS(0x6E3BF623U, 0xD5262028U),
    LIMBS(0x3E660A90U, 0x9D838D72U),
    LIMBS(0xA9FB57DBU, 0xA1EEA9BCU),
};
static const mbedtls_mpi_uint mu256[] = {
    LIMBS(0xB62AE630U, 0x1180DD0CU), LIMBS(0x9B4F54A0U, 0xFF6A2FA9U), LIMBS(0xBB73ABA8U, 0x322A7BF2U),
    LIMBS(0x818C1131U, 0xA1C55B7EU), LIMBS(0x00000000U, 0x00000001U),
};
static const mbedtls_mpi_uint p320[] = {
    LIMBS(0xFCD412B1U, 0xF1B32E27U), LIMBS(0x4F92B9ECU, 0x7893EC28U), LIMBS(0xF98FCFA6U, 0xF6F40DEFU),
    LIMBS(0xE13C785EU, 0xD201E065U), LIMBS(0xD35E4720U, 0x36BC4FB7U),
};
static const mbedtls_mpi_uint mu320[] = {
    LIMBS(0x2D8C7CAFU, 0xDDC4B621U), LIMBS(0x55D42A20U, 0x3D5AB45AU), LIMBS(0x22B851A5U, 0x2237985CU),
    LIMBS(0x4195C155U, 0x89AD9837U), LIMBS(0x360E55A5U, 0xAF1AA120U), LIMBS(0x00000000U, 0x00000001U),
};
static const mbedtls_mpi_uint p384[] = {
    LIMBS(0x87470013U, 0x3107EC53U), LIMBS(0xACD3A729U, 0x901D1A71U), LIMBS(0x12B1DA19U, 0x7FB71123U),
    LIMBS(0x152F7109U, 0xED5456B4U), LIMBS(0x0F5D6F7EU, 0x50E641DFU), LIMBS(0x8CB91E82U, 0xA3386D28U),
};
static const mbedtls_mpi_uint mu384[] = {
    LIMBS(0x10A03BF6U, 0x84A26716U), LIMBS(0x9047BCE0U, 0x7A71566FU), LIMBS(0x9ED590CEU, 0xF1C4D721U),
    LIMBS(0xDDA2C449U, 0xCAE56EDEU), LIMBS(0xFF25ADFDU, 0x3CC6FA65U), LIMBS(0xD1B575B1U, 0x6D8EC6B8U),
    LIMBS(0x00000000U, 0x00000001U),
};
static const mbedtls_mpi_uint p512[] = {
    LIMBS(0x28AA6056U, 0x583A48F3U), LIMBS(0x2881FF2FU, 0x2D82C685U), LIMBS(0xAECDA12AU, 0xE6A380E6U),
    LIMBS(0x7D4D9B00U, 0x9BC66842U), LIMBS(0xD6639CCAU, 0x70330871U), LIMBS(0xCB308DB3U, 0xB3C9D20EU),
    LIMBS(0x3FD4E6AEU, 0x33C9FC07U), LIMBS(0xAADD9DB8U, 0xDBE9C48BU),
};
static const mbedtls_mpi_uint mu512[] = {
    LIMBS(0x17E2CF84U, 0xE911E8D9U), LIMBS(0x71D621C4U, 0x603556D1U), LIMBS(0xE47D9303U, 0x4E73EA8CU),
    LIMBS(0x42FF2B38U, 0x823152C5U), LIMBS(0x666AD8F2U, 0xF5BF92F5U), LIMBS(0x8373AF60U, 0xCC44EF09U),
    LIMBS(0x15D5EA2FU, 0x03461E1EU), LIMBS(0x7F8D7F4EU, 0xD6DAEB8AU), LIMBS(0x00000000U, 0x00000001U),
};

/*
 * n becomes a value congruent to it modulo p and below 3p, as modp may leave it (ecp.c, ecp_modp). k is the limb count of
 * p; mu has k + 1 significant limbs. The steps are HAC's with b = 2^(bits of a limb).
 */
static int reduce(mbedtls_mpi *n, const mbedtls_mpi_uint *p, const mbedtls_mpi_uint *mu, size_t k)
{
    mbedtls_mpi_uint x[2 * LIMBS_MAX] = {0};
    mbedtls_mpi_uint q2[2 * LIMBS_MAX + 2];
    mbedtls_mpi_uint product[LIMBS_MAX + 1] = {0};
    const mbedtls_mpi_uint *q3 = q2 + k + 1;
    size_t i, limbs;

    for (limbs = n->n; limbs > 2 * k && n->p[limbs - 1] == 0; limbs--) {
    }
    if (limbs > 2 * k) {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    if (limbs > 0) {
        memcpy(x, n->p, limbs * LIMB_SIZE);
    }

    /* q1 = floor(x / b^(k-1)); q2 = q1 mu; q3 = floor(q2 / b^(k+1)) */
    mbedtls_mpi_core_mul(q2, x + k - 1, k + 1, mu, k + 1);

    /* r = (x mod b^(k+1)) - (q3 p mod b^(k+1)), mod b^(k+1) */
    for (i = 0; i <= k; i++) {
        (void)mbedtls_mpi_core_mla(product + i, k + 1 - i, p, i == 0 ? k : k + 1 - i, q3[i]);
    }
    (void)mbedtls_mpi_core_sub(x, x, product, k + 1);

    if (n->n < k + 1 && mbedtls_mpi_grow(n, k + 1) != 0) {
        return MBEDTLS_ERR_MPI_ALLOC_FAILED;
    }
    memset(n->p, 0, n->n * LIMB_SIZE);
    memcpy(n->p, x, (k + 1) * LIMB_SIZE);
    return 0;
}

#define LIMBS_OF(bits) ((bits) / (8U * LIMB_SIZE))

static int reduce_192(mbedtls_mpi *n)
{
    return reduce(n, p192, mu192, LIMBS_OF(192));
}

#if !defined(MBEDTLS_HAVE_INT64)
static int reduce_224(mbedtls_mpi *n)
{
    return reduce(n, p224, mu224, LIMBS_OF(224));
}
#endif

static int reduce_256(mbedtls_mpi *n)
{
    return reduce(n, p256, mu256, LIMBS_OF(256));
}

static int reduce_320(mbedtls_mpi *n)
{
    return reduce(n, p320, mu320, LIMBS_OF(320));
}

static int reduce_384(mbedtls_mpi *n)
{
    return reduce(n, p384, mu384, LIMBS_OF(384));
}

static int reduce_512(mbedtls_mpi *n)
{
    return reduce(n, p512, mu512, LIMBS_OF(512));
}

void brainpool_reduce_fast(mbedtls_ecp_group *group, enum curve_id curve)
{
    switch (curve) {
    case CURVE_BP192:
        group->modp = reduce_192;
        break;
#if !defined(MBEDTLS_HAVE_INT64)
    case CURVE_BP224:
        group->modp = reduce_224;
        break;
#endif
    case CURVE_BP256:
        group->modp = reduce_256;
        break;
    case CURVE_BP320:
        group->modp = reduce_320;
        break;
    case CURVE_BP384:
        group->modp = reduce_384;
        break;
    case CURVE_BP512:
        group->modp = reduce_512;
        break;
    default:
        break;
    }
}

int __wrap_mbedtls_ecp_group_load(mbedtls_ecp_group *group, mbedtls_ecp_group_id id)
{
    int ret = __real_mbedtls_ecp_group_load(group, id);

    if (ret == 0) {
        brainpool_reduce_fast(group, id == MBEDTLS_ECP_DP_BP256R1   ? CURVE_BP256
                                     : id == MBEDTLS_ECP_DP_BP384R1 ? CURVE_BP384
                                     : id == MBEDTLS_ECP_DP_BP512R1 ? CURVE_BP512
                                                                    : CURVE_NONE);
    }
    return ret;
}
