/* Barrett reduction against mbedTLS's general division: equal on random and on edge values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MBEDTLS_ALLOW_PRIVATE_ACCESS /* modp of a group */
#include "crypto/brainpool.h"
#include "crypto/ec_group.h"

static const enum curve_id brainpool_curves[] = {CURVE_BP192, CURVE_BP224, CURVE_BP256,
                                                 CURVE_BP320, CURVE_BP384, CURVE_BP512};
#define CURVE_COUNT (sizeof brainpool_curves / sizeof brainpool_curves[0])

/* All but P224 where limbs have 64 bits. */
static bool has_reduction(mbedtls_ecp_group *group)
{
    if (group->pbits % (8 * sizeof(mbedtls_mpi_uint)) == 0) {
        assert_non_null(group->modp);
    }
    if (group->modp == NULL) {
        mbedtls_ecp_group_free(group);
        return false;
    }
    return true;
}

/* A fixed sequence (xorshift64), so that a failure repeats. */
static int next_random(void *state, unsigned char *out, size_t len)
{
    uint64_t *x = state;
    size_t i;

    for (i = 0; i < len; i++) {
        *x ^= *x << 13;
        *x ^= *x >> 7;
        *x ^= *x << 17;
        out[i] = (unsigned char)(*x >> 32);
    }
    return 0;
}

/* As ecp.c, ecp_modp, finishes: below 3p, then p off while it goes. */
static void assert_reduces(const mbedtls_ecp_group *group, const mbedtls_mpi *value)
{
    mbedtls_mpi expected, got;
    int subtractions = 0;

    mbedtls_mpi_init(&expected);
    mbedtls_mpi_init(&got);
    assert_int_equal(mbedtls_mpi_mod_mpi(&expected, value, &group->P), 0);
    assert_int_equal(mbedtls_mpi_copy(&got, value), 0);
    assert_int_equal(group->modp(&got), 0);
    assert_true(mbedtls_mpi_cmp_int(&got, 0) >= 0);
    while (mbedtls_mpi_cmp_mpi(&got, &group->P) >= 0) {
        assert_int_equal(mbedtls_mpi_sub_abs(&got, &got, &group->P), 0);
        subtractions++;
    }
    assert_true(subtractions <= 2);
    assert_int_equal(mbedtls_mpi_cmp_mpi(&got, &expected), 0);
    mbedtls_mpi_free(&got);
    mbedtls_mpi_free(&expected);
}

static void random_values(void **state)
{
    uint64_t seed = 0x9E3779B97F4A7C15U;
    mbedtls_ecp_group group;
    mbedtls_mpi value;
    size_t curve, i;

    (void)state;
    mbedtls_mpi_init(&value);
    for (curve = 0; curve < CURVE_COUNT; curve++) {
        mbedtls_ecp_group_init(&group);
        assert_int_equal(ec_group_load(&group, brainpool_curves[curve]), DR_OK);
        if (!has_reduction(&group)) {
            continue;
        }
        for (i = 0; i < 20000; i++) {
            assert_int_equal(mbedtls_mpi_fill_random(&value, 1 + i % (2 * group.pbits / 8), next_random, &seed), 0);
            assert_reduces(&group, &value);
        }
        mbedtls_ecp_group_free(&group);
    }
    mbedtls_mpi_free(&value);
}

/* m p + d for small m and for those at the ends of the range, d around 0; powers of two and their neighbours. */
static void edge_values(void **state)
{
    mbedtls_ecp_group group;
    mbedtls_mpi value, multiple, largest;
    size_t curve, bit;
    int i, d;

    (void)state;
    mbedtls_mpi_init(&value);
    mbedtls_mpi_init(&multiple);
    mbedtls_mpi_init(&largest);
    for (curve = 0; curve < CURVE_COUNT; curve++) {
        mbedtls_ecp_group_init(&group);
        assert_int_equal(ec_group_load(&group, brainpool_curves[curve]), DR_OK);
        if (!has_reduction(&group)) {
            continue;
        }
        assert_int_equal(mbedtls_mpi_lset(&value, 0), 0);
        assert_reduces(&group, &value);

        for (bit = 0; bit < 2 * group.pbits; bit++) {
            for (d = -1; d <= 1; d++) {
                assert_int_equal(mbedtls_mpi_lset(&value, 1), 0);
                assert_int_equal(mbedtls_mpi_shift_l(&value, bit), 0);
                assert_int_equal(mbedtls_mpi_add_int(&value, &value, d), 0);
                assert_reduces(&group, &value);
            }
        }

        /* The largest multiple of p of 2 * pbits bits, and 2^(2 pbits) - 1. */
        assert_int_equal(mbedtls_mpi_lset(&value, 1), 0);
        assert_int_equal(mbedtls_mpi_shift_l(&value, 2 * group.pbits), 0);
        assert_int_equal(mbedtls_mpi_sub_int(&value, &value, 1), 0);
        assert_reduces(&group, &value);
        assert_int_equal(mbedtls_mpi_div_mpi(&largest, NULL, &value, &group.P), 0);
        for (i = 0; i < 200; i++) {
            assert_int_equal(mbedtls_mpi_sub_int(&multiple, &largest, i), 0);
            assert_int_equal(mbedtls_mpi_mul_mpi(&value, &multiple, &group.P), 0);
            assert_reduces(&group, &value);
            assert_int_equal(mbedtls_mpi_sub_int(&value, &value, 1), 0);
            assert_reduces(&group, &value);
            assert_int_equal(mbedtls_mpi_mul_int(&value, &group.P, (mbedtls_mpi_uint)i + 1), 0);
            for (d = -2; d <= 2; d++) {
                assert_int_equal(mbedtls_mpi_add_int(&multiple, &value, d), 0);
                assert_reduces(&group, &multiple);
            }
        }
        /* What a field multiplication gives at most: (p - 1)^2. */
        assert_int_equal(mbedtls_mpi_sub_int(&multiple, &group.P, 1), 0);
        assert_int_equal(mbedtls_mpi_mul_mpi(&value, &multiple, &multiple), 0);
        assert_reduces(&group, &value);
        mbedtls_ecp_group_free(&group);
    }
    mbedtls_mpi_free(&largest);
    mbedtls_mpi_free(&multiple);
    mbedtls_mpi_free(&value);
}

static void a_longer_value_is_refused(void **state)
{
    mbedtls_ecp_group group;
    mbedtls_mpi value;

    (void)state;
    mbedtls_mpi_init(&value);
    mbedtls_ecp_group_init(&group);
    assert_int_equal(ec_group_load(&group, CURVE_BP256), DR_OK);
    assert_int_equal(mbedtls_mpi_lset(&value, 1), 0);
    assert_int_equal(mbedtls_mpi_shift_l(&value, 2 * group.pbits), 0);
    assert_int_equal(group.modp(&value), MBEDTLS_ERR_ECP_BAD_INPUT_DATA);
    /* Limbs of zero above are none. */
    assert_int_equal(mbedtls_mpi_lset(&value, 5), 0);
    assert_int_equal(mbedtls_mpi_grow(&value, 40), 0);
    assert_reduces(&group, &value);
    mbedtls_ecp_group_free(&group);
    mbedtls_mpi_free(&value);
}

/* n G is infinity and (n - 1) G is -G: the group law over the reduction. */
static void order_of_the_base_point(void **state)
{
    uint64_t seed = 42;
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_mpi scalar, sum;
    size_t curve;

    (void)state;
    for (curve = 0; curve < CURVE_COUNT; curve++) {
        mbedtls_ecp_group_init(&group);
        mbedtls_ecp_point_init(&point);
        mbedtls_mpi_init(&scalar);
        mbedtls_mpi_init(&sum);
        assert_int_equal(ec_group_load(&group, brainpool_curves[curve]), DR_OK);
        assert_int_equal(mbedtls_mpi_sub_int(&scalar, &group.N, 1), 0);
        assert_int_equal(mbedtls_ecp_mul(&group, &point, &scalar, &group.G, next_random, &seed), 0);
        assert_int_equal(mbedtls_mpi_cmp_mpi(&point.X, &group.G.X), 0);
        assert_int_equal(mbedtls_mpi_add_mpi(&sum, &point.Y, &group.G.Y), 0);
        assert_int_equal(mbedtls_mpi_cmp_mpi(&sum, &group.P), 0);
        mbedtls_mpi_free(&sum);
        mbedtls_mpi_free(&scalar);
        mbedtls_ecp_point_free(&point);
        mbedtls_ecp_group_free(&group);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_values),
        cmocka_unit_test(edge_values),
        cmocka_unit_test(a_longer_value_is_refused),
        cmocka_unit_test(order_of_the_base_point),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
