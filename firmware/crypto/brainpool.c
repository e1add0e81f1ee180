/*
 * Barrett reduction (Handbook of Applied Cryptography 14.42) for the Brainpool curves, for which mbedTLS 3.6 has only its
 * general division: a signature on brainpoolP512r1 costs a quarter with it. mbedTLS has a hook for reductions in its group,
 * `modp`, and fills it when the curve is loaded; the link option --wrap=mbedtls_ecp_group_load puts ours there.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS /* limbs of a number, `modp` of a group */
#include "crypto/brainpool.h"

#include <bignum_core.h>
#include <string.h>

#if defined(MBEDTLS_HAVE_INT64)
#define LIMBS(high, low) (((mbedtls_mpi_uint)(high) << 32) | (low))
#else
#define LIMBS(high, low) (low), (high)
#endif
#define LIMB_SIZE sizeof(mbedtls_mpi_uint)
#define LIMBS_MAX (64U / LIMB_SIZE)

/* p and mu = floor(2^(2 bits) / p), least significant limb first. RFC 5639 3.4, 3.6, 3.7. */
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

static int reduce_p256(mbedtls_mpi *n)
{
    return reduce(n, p256, mu256, sizeof p256 / LIMB_SIZE);
}

static int reduce_p384(mbedtls_mpi *n)
{
    return reduce(n, p384, mu384, sizeof p384 / LIMB_SIZE);
}

static int reduce_p512(mbedtls_mpi *n)
{
    return reduce(n, p512, mu512, sizeof p512 / LIMB_SIZE);
}

int __wrap_mbedtls_ecp_group_load(mbedtls_ecp_group *group, mbedtls_ecp_group_id id)
{
    int ret = __real_mbedtls_ecp_group_load(group, id);

    if (ret != 0) {
        return ret;
    }
    if (id == MBEDTLS_ECP_DP_BP256R1) {
        group->modp = reduce_p256;
    } else if (id == MBEDTLS_ECP_DP_BP384R1) {
        group->modp = reduce_p384;
    } else if (id == MBEDTLS_ECP_DP_BP512R1) {
        group->modp = reduce_p512;
    }
    return 0;
}
