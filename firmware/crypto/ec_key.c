#include "crypto/ec_key.h"

#include "codec/der_write.h"
#include "crypto/drbg.h"
#include "crypto/ec_group.h"
#include "crypto/memory.h"

#include <mbedtls/ecdsa.h>

enum dr_status ec_key_from_seed(const uint8_t seed[EC_KEY_SEED_SIZE], uint8_t key[EC_KEY_SIZE])
{
    mbedtls_ecp_group group;
    mbedtls_mpi value, limit;
    enum dr_status status;

    mbedtls_ecp_group_init(&group);
    mbedtls_mpi_init(&value);
    mbedtls_mpi_init(&limit);
    status = ec_group_load(&group, CURVE_P256);
    if (status == DR_OK &&
        (mbedtls_mpi_read_binary(&value, seed, EC_KEY_SEED_SIZE) != 0 ||
         mbedtls_mpi_sub_int(&limit, &group.N, 1) != 0 || mbedtls_mpi_mod_mpi(&value, &value, &limit) != 0 ||
         mbedtls_mpi_add_int(&value, &value, 1) != 0 || mbedtls_mpi_write_binary(&value, key, EC_KEY_SIZE) != 0)) {
        status = DR_ERR_CRYPTO;
    }
    mbedtls_mpi_free(&limit);
    mbedtls_mpi_free(&value);
    mbedtls_ecp_group_free(&group);
    return status;
}

/* key x point (NULL: the generator), as 04 || x || y. */
static enum dr_status multiply(const uint8_t key[EC_KEY_SIZE], const struct bytes *peer, uint8_t out[EC_KEY_POINT_SIZE])
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point point, result;
    mbedtls_mpi scalar;
    size_t len = 0;
    enum dr_status status;

    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_ecp_point_init(&result);
    mbedtls_mpi_init(&scalar);
    status = ec_group_load(&group, CURVE_P256);
    if (status == DR_OK && peer != NULL) {
        status = ec_point_read(&group, *peer, &point);
    }
    if (status == DR_OK &&
        (mbedtls_mpi_read_binary(&scalar, key, EC_KEY_SIZE) != 0 ||
         mbedtls_ecp_mul(&group, &result, &scalar, peer != NULL ? &point : &group.G, drbg_mbedtls, NULL) != 0 ||
         mbedtls_ecp_point_write_binary(&group, &result, MBEDTLS_ECP_PF_UNCOMPRESSED, &len, out, EC_KEY_POINT_SIZE) !=
             0 ||
         len != EC_KEY_POINT_SIZE)) {
        status = DR_ERR_CRYPTO;
    }
    mbedtls_mpi_free(&scalar);
    mbedtls_ecp_point_free(&result);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
    return status;
}

enum dr_status ec_key_public(const uint8_t key[EC_KEY_SIZE], uint8_t point[EC_KEY_POINT_SIZE])
{
    return multiply(key, NULL, point);
}

enum dr_status ec_key_shared(const uint8_t key[EC_KEY_SIZE], struct bytes peer, uint8_t shared[EC_KEY_SIZE])
{
    uint8_t point[EC_KEY_POINT_SIZE];
    enum dr_status status = multiply(key, &peer, point);

    if (status == DR_OK) {
        memcpy(shared, point + 1, EC_KEY_SIZE);
    }
    crypto_wipe(point, sizeof point);
    return status;
}

static enum dr_status encode_signature(const mbedtls_mpi *r, const mbedtls_mpi *s,
                                       uint8_t signature[EC_KEY_SIGNATURE_MAX], size_t *len)
{
    uint8_t octets[2][EC_KEY_SIZE];
    struct der_writer writer;
    size_t sequence;

    if (mbedtls_mpi_write_binary(r, octets[0], EC_KEY_SIZE) != 0 ||
        mbedtls_mpi_write_binary(s, octets[1], EC_KEY_SIZE) != 0) {
        return DR_ERR_CRYPTO;
    }
    der_write_begin(&writer, signature, EC_KEY_SIGNATURE_MAX);
    sequence = der_write_open(&writer, DER_SEQUENCE);
    der_write_unsigned(&writer, bytes_of(octets[0], EC_KEY_SIZE));
    der_write_unsigned(&writer, bytes_of(octets[1], EC_KEY_SIZE));
    der_write_close(&writer, sequence);
    return der_write_finish(&writer, len);
}

enum dr_status ec_key_sign(const uint8_t key[EC_KEY_SIZE], const uint8_t digest[32],
                           uint8_t signature[EC_KEY_SIGNATURE_MAX], size_t *len)
{
    mbedtls_ecp_group group;
    mbedtls_mpi d, r, s;
    enum dr_status status;

    mbedtls_ecp_group_init(&group);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    status = ec_group_load(&group, CURVE_P256);
    if (status == DR_OK &&
        (mbedtls_mpi_read_binary(&d, key, EC_KEY_SIZE) != 0 ||
         mbedtls_ecdsa_sign_det_ext(&group, &r, &s, &d, digest, 32, MBEDTLS_MD_SHA256, drbg_mbedtls, NULL) != 0)) {
        status = DR_ERR_CRYPTO;
    }
    if (status == DR_OK) {
        status = encode_signature(&r, &s, signature, len);
    }
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&d);
    mbedtls_ecp_group_free(&group);
    return status;
}
