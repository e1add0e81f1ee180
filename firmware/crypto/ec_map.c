/*
 * The point encoding f_G of PACE's integrated mapping (ICAO 9303-11 App. B.2, affine; Brier, Coron et al., "Efficient
 * indifferentiable hashing into ordinary elliptic curves"): a field element becomes a point of which nobody knows the logarithm.
 */
#include "crypto/ec_agree.h"

#include "crypto/ec_group.h"

enum { T, A, ALPHA, SUM, X2, X3, H2, EXPONENT, Y2, Y3, NUMBERS };

/* n[r] = n[x] * n[y] mod p */
static int times(const mbedtls_ecp_group *group, mbedtls_mpi *n, int r, int x, int y)
{
    int failed = mbedtls_mpi_mul_mpi(&n[r], &n[x], &n[y]);

    return failed != 0 ? failed : mbedtls_mpi_mod_mpi(&n[r], &n[r], &group->P);
}

/* The curve's a, which mbedTLS keeps as an empty number where it is -3. */
static int coefficient_a(const mbedtls_ecp_group *group, mbedtls_mpi *a)
{
    return mbedtls_ecp_group_a_is_minus_3(group) ? mbedtls_mpi_sub_int(a, &group->P, 3)
                                                 : mbedtls_mpi_copy(a, &group->A);
}

/* Steps 1 to 3: alpha = -t^2, X2 = -b/a (1 + 1/(alpha + alpha^2)), X3 = alpha X2. */
static int candidates(const mbedtls_ecp_group *group, mbedtls_mpi *n)
{
    int failed = times(group, n, ALPHA, T, T);

    failed = failed != 0 ? failed : mbedtls_mpi_sub_mpi(&n[ALPHA], &group->P, &n[ALPHA]);
    failed = failed != 0 ? failed : times(group, n, SUM, ALPHA, ALPHA);
    failed = failed != 0 ? failed : mbedtls_mpi_add_mpi(&n[SUM], &n[SUM], &n[ALPHA]);
    /* X2 = -b (1 + sum) / (a sum) */
    failed = failed != 0 ? failed : mbedtls_mpi_add_int(&n[X2], &n[SUM], 1);
    failed = failed != 0 ? failed : mbedtls_mpi_mul_mpi(&n[X2], &n[X2], &group->B);
    failed = failed != 0 ? failed : mbedtls_mpi_mod_mpi(&n[X2], &n[X2], &group->P);
    failed = failed != 0 ? failed : mbedtls_mpi_sub_mpi(&n[X2], &group->P, &n[X2]);
    failed = failed != 0 ? failed : times(group, n, SUM, SUM, A);
    failed = failed != 0 ? failed : mbedtls_mpi_inv_mod(&n[SUM], &n[SUM], &group->P);
    failed = failed != 0 ? failed : times(group, n, X2, X2, SUM);
    return failed != 0 ? failed : times(group, n, X3, ALPHA, X2);
}

/* Steps 4, 6 and 7: h2 = X2^3 + a X2 + b; Y2 = A h2 and Y3 = A t^3 h2 with A = h2^(p-1-(p+1)/4). SUM is scratch. */
static int ordinates(const mbedtls_ecp_group *group, mbedtls_mpi *n)
{
    int failed = times(group, n, SUM, X2, X2);

    failed = failed != 0 ? failed : mbedtls_mpi_add_mpi(&n[SUM], &n[SUM], &n[A]);
    failed = failed != 0 ? failed : times(group, n, H2, SUM, X2);
    failed = failed != 0 ? failed : mbedtls_mpi_add_mpi(&n[H2], &n[H2], &group->B);
    failed = failed != 0 ? failed : mbedtls_mpi_mod_mpi(&n[H2], &n[H2], &group->P);

    failed = failed != 0 ? failed : mbedtls_mpi_copy(&n[SUM], &group->P);
    failed = failed != 0 ? failed : mbedtls_mpi_add_int(&n[SUM], &n[SUM], 1);
    failed = failed != 0 ? failed : mbedtls_mpi_shift_r(&n[SUM], 2);
    failed = failed != 0 ? failed : mbedtls_mpi_sub_int(&n[EXPONENT], &group->P, 1);
    failed = failed != 0 ? failed : mbedtls_mpi_sub_mpi(&n[EXPONENT], &n[EXPONENT], &n[SUM]);
    failed = failed != 0 ? failed : mbedtls_mpi_exp_mod(&n[SUM], &n[H2], &n[EXPONENT], &group->P, NULL);

    failed = failed != 0 ? failed : times(group, n, Y2, SUM, H2);
    failed = failed != 0 ? failed : times(group, n, Y3, T, T);
    failed = failed != 0 ? failed : times(group, n, Y3, Y3, T);
    failed = failed != 0 ? failed : times(group, n, Y3, Y3, Y2);
    /* Step 8 asks for A^2 h2 = A Y2. */
    return failed != 0 ? failed : times(group, n, SUM, SUM, Y2);
}

/* 04 || x || y into the generator, which is thereby checked to lie on the curve. */
static enum dr_status set_generator(struct ec_agree *agree, const mbedtls_mpi *x, const mbedtls_mpi *y)
{
    uint8_t encoded[EC_AGREE_MAX_POINT];
    size_t field = (agree->group.pbits + 7) / 8;

    encoded[0] = 0x04;
    if (mbedtls_mpi_write_binary(x, encoded + 1, field) != 0 ||
        mbedtls_mpi_write_binary(y, encoded + 1 + field, field) != 0) {
        return DR_ERR_CRYPTO;
    }
    return ec_point_read(&agree->group, bytes_of(encoded, 1 + 2 * field), &agree->generator);
}

enum dr_status ec_agree_map_integrated(struct ec_agree *agree, struct bytes number)
{
    const mbedtls_ecp_group *group = &agree->group;
    mbedtls_mpi n[NUMBERS];
    enum dr_status status = DR_ERR_CRYPTO;
    unsigned char is_square;
    int i, failed;

    /* App. B.1: p = 3 mod 4, which leaves out P-224 (9303-11 9.5.1). */
    if (mbedtls_mpi_get_bit(&group->P, 0) != 1 || mbedtls_mpi_get_bit(&group->P, 1) != 1) {
        return DR_ERR_UNSUPPORTED;
    }
    for (i = 0; i < NUMBERS; i++) {
        mbedtls_mpi_init(&n[i]);
    }
    if (mbedtls_mpi_read_binary(&n[T], number.data, number.len) != 0 ||
        mbedtls_mpi_mod_mpi(&n[T], &n[T], &group->P) != 0 || coefficient_a(group, &n[A]) != 0) {
        goto out;
    }
    failed = candidates(group, n);
    if (failed != 0) {
        /* t = 0 and t^2 = 1 have no image: there is nothing to invert. */
        status = failed == MBEDTLS_ERR_MPI_NOT_ACCEPTABLE || failed == MBEDTLS_ERR_MPI_BAD_INPUT_DATA ? DR_ERR_PROTOCOL
                                                                                                      : DR_ERR_CRYPTO;
        goto out;
    }
    if (ordinates(group, n) != 0) {
        goto out;
    }
    /* Both candidates were computed: which one it is leaves no trace in time. */
    is_square = mbedtls_mpi_cmp_int(&n[SUM], 1) == 0;
    if (mbedtls_mpi_safe_cond_assign(&n[X3], &n[X2], is_square) != 0 ||
        mbedtls_mpi_safe_cond_assign(&n[Y3], &n[Y2], is_square) != 0) {
        goto out;
    }
    status = set_generator(agree, &n[X3], &n[Y3]);
    if (status == DR_ERR_MALFORMED) {
        status = DR_ERR_CRYPTO; /* a point off the curve is our own fault here */
    }
out:
    for (i = 0; i < NUMBERS; i++) {
        mbedtls_mpi_free(&n[i]);
    }
    return status;
}
