#include "crypto/ec_group.h"

/*
 * Constants of one curve, big-endian at field length (no order here is longer than its field). They come
 * from the group that verifies: what is compared is what will be computed with.
 */
#define FIELD_MAX 66U

struct curve_constants {
    uint8_t prime[FIELD_MAX], a[FIELD_MAX], b[FIELD_MAX], order[FIELD_MAX];
    uint8_t generator[1 + 2 * FIELD_MAX]; /* 04 || x || y */
};

static bool constants_from_group(const mbedtls_ecp_group *group, size_t size, struct curve_constants *constants)
{
    mbedtls_mpi a;
    size_t written;
    bool done;

    mbedtls_mpi_init(&a);
    /* mbedTLS keeps A = -3 as an empty number. */
    done = (mbedtls_ecp_group_a_is_minus_3(group) ? mbedtls_mpi_sub_int(&a, &group->P, 3)
                                                  : mbedtls_mpi_copy(&a, &group->A)) == 0 &&
           mbedtls_mpi_write_binary(&a, constants->a, size) == 0 &&
           mbedtls_mpi_write_binary(&group->P, constants->prime, size) == 0 &&
           mbedtls_mpi_write_binary(&group->B, constants->b, size) == 0 &&
           mbedtls_mpi_write_binary(&group->N, constants->order, size) == 0 &&
           mbedtls_ecp_point_write_binary(group, &group->G, MBEDTLS_ECP_PF_UNCOMPRESSED, &written, constants->generator,
                                          sizeof constants->generator) == 0;
    mbedtls_mpi_free(&a);
    return done;
}

static bool load_constants(enum curve_id curve, size_t size, struct curve_constants *constants)
{
    mbedtls_ecp_group group;
    bool done;

    mbedtls_ecp_group_init(&group);
    done = ec_group_load(&group, curve) == DR_OK && constants_from_group(&group, size, constants);
    mbedtls_ecp_group_free(&group);
    return done;
}

static struct bytes without_leading_zeros(struct bytes number)
{
    while (number.len > 0 && number.data[0] == 0) {
        number.data++;
        number.len--;
    }
    return number;
}

static bool same_number(struct bytes given, const uint8_t *constant, size_t size)
{
    return bytes_equal(without_leading_zeros(given), without_leading_zeros(bytes_of(constant, size)));
}

/* 04 || x || y, or 02 or 03 || x with the parity of y (X9.62 4.3.6). */
static bool same_generator(struct bytes given, const uint8_t *generator, size_t size)
{
    if (given.len == 1 + 2 * size) {
        return memcmp(given.data, generator, given.len) == 0;
    }
    if (given.len == 1 + size) {
        return given.data[0] == (0x02 | (generator[2 * size] & 1)) && memcmp(given.data + 1, generator + 1, size) == 0;
    }
    return false;
}

enum curve_id curve_match(const struct explicit_curve *parameters)
{
    struct curve_constants constants;
    size_t size = without_leading_zeros(parameters->prime).len;
    enum curve_id curve;

    for (curve = CURVE_P192; curve <= CURVE_BP512; curve = (enum curve_id)(curve + 1)) {
        if (curve_field_size(curve) == size && load_constants(curve, size, &constants) &&
            same_number(parameters->prime, constants.prime, size) && same_number(parameters->a, constants.a, size) &&
            same_number(parameters->b, constants.b, size) && same_number(parameters->order, constants.order, size) &&
            same_generator(parameters->generator, constants.generator, size)) {
            return curve;
        }
    }
    return CURVE_NONE;
}
