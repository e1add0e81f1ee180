#include "crypto/ec_group.h"

#include "crypto/brainpool_small.h"

static const struct {
    enum curve_id curve;
    uint8_t field_size;
    mbedtls_ecp_group_id group; /* MBEDTLS_ECP_DP_NONE: not mbedTLS's, see brainpool_small.h */
} curves[] = {
    {CURVE_P192, 24, MBEDTLS_ECP_DP_SECP192R1}, {CURVE_P224, 28, MBEDTLS_ECP_DP_SECP224R1},
    {CURVE_P256, 32, MBEDTLS_ECP_DP_SECP256R1}, {CURVE_P384, 48, MBEDTLS_ECP_DP_SECP384R1},
    {CURVE_P521, 66, MBEDTLS_ECP_DP_SECP521R1}, {CURVE_BP192, 24, MBEDTLS_ECP_DP_NONE},
    {CURVE_BP224, 28, MBEDTLS_ECP_DP_NONE},     {CURVE_BP256, 32, MBEDTLS_ECP_DP_BP256R1},
    {CURVE_BP320, 40, MBEDTLS_ECP_DP_NONE},     {CURVE_BP384, 48, MBEDTLS_ECP_DP_BP384R1},
    {CURVE_BP512, 64, MBEDTLS_ECP_DP_BP512R1},
};

#define CURVE_COUNT (sizeof curves / sizeof curves[0])

size_t curve_field_size(enum curve_id curve)
{
    size_t i;

    for (i = 0; i < CURVE_COUNT; i++) {
        if (curves[i].curve == curve) {
            return curves[i].field_size;
        }
    }
    return 0;
}

enum dr_status ec_group_load(mbedtls_ecp_group *group, enum curve_id curve)
{
    size_t i;

    for (i = 0; i < CURVE_COUNT; i++) {
        if (curves[i].curve == curve && curves[i].group != MBEDTLS_ECP_DP_NONE) {
            return mbedtls_ecp_group_load(group, curves[i].group) == 0 ? DR_OK : DR_ERR_CRYPTO;
        }
    }
    return brainpool_small_load(group, curve);
}

enum dr_status ec_point_read(const mbedtls_ecp_group *group, struct bytes encoded, mbedtls_ecp_point *point)
{
    size_t field = (group->pbits + 7) / 8;
    int failed;

    if (encoded.len != 1 + 2 * field || encoded.data[0] != 0x04) {
        return DR_ERR_MALFORMED;
    }
    failed = mbedtls_ecp_point_read_binary(group, point, encoded.data, encoded.len);
    if (failed == 0) {
        failed = mbedtls_ecp_check_pubkey(group, point);
    }
    if (failed == MBEDTLS_ERR_MPI_ALLOC_FAILED || failed == MBEDTLS_ERR_ECP_ALLOC_FAILED) {
        return DR_ERR_CRYPTO;
    }
    return failed == 0 ? DR_OK : DR_ERR_MALFORMED;
}
