#include "crypto/ec_agree.h"

#include "crypto/drbg.h"
#include "crypto/ec_group.h"
#include "crypto/memory.h"

enum curve_id ec_agree_curve(unsigned parameter_id)
{
    static const uint8_t curves[] = {CURVE_P192,  CURVE_BP192, CURVE_P224,  CURVE_BP224, CURVE_P256, CURVE_BP256,
                                     CURVE_BP320, CURVE_P384,  CURVE_BP384, CURVE_BP512, CURVE_P521};
    const unsigned first = 8;

    return parameter_id >= first && parameter_id - first < sizeof curves ? (enum curve_id)curves[parameter_id - first]
                                                                         : CURVE_NONE;
}

enum dr_status ec_agree_begin(struct ec_agree *agree, enum curve_id curve)
{
    enum dr_status status;

    mbedtls_ecp_group_init(&agree->group);
    mbedtls_ecp_point_init(&agree->generator);
    mbedtls_mpi_init(&agree->secret);
    status = ec_group_load(&agree->group, curve);
    if (status == DR_OK && mbedtls_ecp_copy(&agree->generator, &agree->group.G) != 0) {
        status = DR_ERR_CRYPTO;
    }
    return status;
}

void ec_agree_end(struct ec_agree *agree)
{
    mbedtls_mpi_free(&agree->secret);
    mbedtls_ecp_point_free(&agree->generator);
    mbedtls_ecp_group_free(&agree->group);
}

/* secret x point, blinded. A result at infinity is nobody's key (order prime, secret below it: it cannot come about). */
static enum dr_status multiply(const struct ec_agree *agree, const mbedtls_mpi *factor, const mbedtls_ecp_point *point,
                               mbedtls_ecp_point *result)
{
    mbedtls_ecp_group *group = (mbedtls_ecp_group *)&agree->group; /* mbedTLS may keep a table in it */

    if (mbedtls_ecp_mul(group, result, factor, point, drbg_mbedtls, NULL) != 0 || mbedtls_ecp_is_zero(result)) {
        return DR_ERR_CRYPTO;
    }
    return DR_OK;
}

enum dr_status ec_agree_generate(struct ec_agree *agree, agree_random random, void *random_ctx, uint8_t *out,
                                 size_t *len)
{
    mbedtls_ecp_point public_key;
    enum dr_status status = DR_ERR_CRYPTO;

    mbedtls_ecp_point_init(&public_key);
    if (mbedtls_mpi_random(&agree->secret, 1, &agree->group.N, random, random_ctx) != 0) {
        goto out;
    }
    status = multiply(agree, &agree->secret, &agree->generator, &public_key);
    if (status == DR_OK &&
        mbedtls_ecp_point_write_binary(&agree->group, &public_key, MBEDTLS_ECP_PF_UNCOMPRESSED, len, out, *len) != 0) {
        status = DR_ERR_CRYPTO;
    }
out:
    mbedtls_ecp_point_free(&public_key);
    return status;
}

/* secret x peer, the peer's key checked. */
static enum dr_status agree_on_point(const struct ec_agree *agree, struct bytes peer, mbedtls_ecp_point *shared)
{
    mbedtls_ecp_point point;
    enum dr_status status;

    mbedtls_ecp_point_init(&point);
    status = mbedtls_mpi_cmp_int(&agree->secret, 0) != 0 ? ec_point_read(&agree->group, peer, &point) : DR_ERR_STATE;
    if (status == DR_OK) {
        status = multiply(agree, &agree->secret, &point, shared);
    }
    mbedtls_ecp_point_free(&point);
    return status;
}

enum dr_status ec_agree_shared(const struct ec_agree *agree, struct bytes peer, uint8_t *out, size_t *len)
{
    size_t field = (agree->group.pbits + 7) / 8;
    uint8_t encoded[EC_AGREE_MAX_POINT];
    mbedtls_ecp_point shared;
    size_t encoded_len;
    enum dr_status status;

    mbedtls_ecp_point_init(&shared);
    if (*len < field) {
        return DR_ERR_NO_SPACE;
    }
    status = agree_on_point(agree, peer, &shared);
    if (status == DR_OK && mbedtls_ecp_point_write_binary(&agree->group, &shared, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                                          &encoded_len, encoded, sizeof encoded) != 0) {
        status = DR_ERR_CRYPTO;
    }
    if (status == DR_OK) {
        memcpy(out, encoded + 1, field);
        *len = field;
    }
    crypto_wipe(encoded, sizeof encoded);
    mbedtls_ecp_point_free(&shared);
    return status;
}

/* s x G, which is infinity for a nonce that is a multiple of the order: no generator can come of a chip's whim there. */
static enum dr_status multiply_nonce(const struct ec_agree *agree, struct bytes nonce, mbedtls_ecp_point *result)
{
    mbedtls_mpi s;
    enum dr_status status = DR_ERR_CRYPTO;

    mbedtls_mpi_init(&s);
    if (mbedtls_mpi_read_binary(&s, nonce.data, nonce.len) == 0 && mbedtls_mpi_mod_mpi(&s, &s, &agree->group.N) == 0) {
        if (mbedtls_mpi_cmp_int(&s, 0) == 0) {
            status = mbedtls_ecp_set_zero(result) == 0 ? DR_OK : DR_ERR_CRYPTO;
        } else {
            status = multiply(agree, &s, &agree->group.G, result);
        }
    }
    mbedtls_mpi_free(&s);
    return status;
}

enum dr_status ec_agree_map_generic(struct ec_agree *agree, struct bytes nonce, struct bytes peer)
{
    mbedtls_ecp_point shared, multiple;
    mbedtls_mpi one;
    enum dr_status status;

    mbedtls_ecp_point_init(&shared);
    mbedtls_ecp_point_init(&multiple);
    mbedtls_mpi_init(&one);
    status = agree_on_point(agree, peer, &shared); /* H */
    if (status == DR_OK) {
        status = multiply_nonce(agree, nonce, &multiple);
    }
    if (status != DR_OK) {
        goto out;
    }
    if (mbedtls_ecp_is_zero(&multiple)) {
        status = mbedtls_ecp_copy(&agree->generator, &shared) == 0 ? DR_OK : DR_ERR_CRYPTO;
    } else if (mbedtls_mpi_lset(&one, 1) != 0 ||
               mbedtls_ecp_muladd(&agree->group, &agree->generator, &one, &multiple, &one, &shared) != 0) {
        status = DR_ERR_CRYPTO;
    } else if (mbedtls_ecp_is_zero(&agree->generator)) {
        status = DR_ERR_PROTOCOL;
    }
    mbedtls_mpi_free(&agree->secret);
out:
    mbedtls_mpi_free(&one);
    mbedtls_ecp_point_free(&multiple);
    mbedtls_ecp_point_free(&shared);
    return status;
}

enum dr_status ec_agree_check_mapping(enum curve_id curve, struct bytes data, struct bytes static_key,
                                      struct bytes mapping_key)
{
    struct ec_agree agree;
    mbedtls_ecp_point key, expected, product;
    enum dr_status status;

    mbedtls_ecp_point_init(&key);
    mbedtls_ecp_point_init(&expected);
    mbedtls_ecp_point_init(&product);
    status = ec_agree_begin(&agree, curve);
    if (status == DR_OK) {
        status = ec_point_read(&agree.group, static_key, &key);
    }
    if (status == DR_OK) {
        status = ec_point_read(&agree.group, mapping_key, &expected);
    }
    if (status != DR_OK) {
        goto out;
    }
    status = DR_ERR_SIGNATURE;
    /* As long as the order, leading zeros kept (9303-11 4.4.5.6), and a private key: 1 to order - 1. */
    if (data.len != (agree.group.nbits + 7) / 8 || mbedtls_mpi_read_binary(&agree.secret, data.data, data.len) != 0 ||
        mbedtls_ecp_check_privkey(&agree.group, &agree.secret) != 0) {
        goto out;
    }
    status = multiply(&agree, &agree.secret, &key, &product);
    if (status == DR_OK && mbedtls_ecp_point_cmp(&product, &expected) != 0) {
        status = DR_ERR_SIGNATURE;
    }
out:
    ec_agree_end(&agree);
    mbedtls_ecp_point_free(&product);
    mbedtls_ecp_point_free(&expected);
    mbedtls_ecp_point_free(&key);
    return status;
}
