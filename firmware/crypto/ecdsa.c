#include "crypto/ecdsa.h"

#include "codec/der.h"
#include "crypto/ec_group.h"

#include <mbedtls/ecdsa.h>

/* Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } (RFC 3279 2.2.3), DER and nothing after it. */
static enum dr_status split_der(struct bytes signature, struct bytes *r, struct bytes *s)
{
    struct der_reader reader = der_reader_of(signature);
    struct der_reader inner;
    enum dr_status status;

    status = der_enter(&reader, DER_SEQUENCE, &inner);
    if (status == DR_OK) {
        status = der_finish(&reader);
    }
    if (status == DR_OK) {
        status = der_unsigned(&inner, r);
    }
    if (status == DR_OK) {
        status = der_unsigned(&inner, s);
    }
    if (status == DR_OK) {
        status = der_finish(&inner);
    }
    return status;
}

static enum dr_status split_plain(struct bytes signature, size_t order_size, struct bytes *r, struct bytes *s)
{
    if (signature.len != 2 * order_size) {
        return DR_ERR_MALFORMED;
    }
    *r = bytes_of(signature.data, order_size);
    *s = bytes_of(signature.data + order_size, order_size);
    return DR_OK;
}

enum dr_status ecdsa_verify(const struct public_key *key, bool plain, struct bytes digest, struct bytes signature)
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_mpi r, s;
    struct bytes r_octets, s_octets;
    size_t order_size;
    enum dr_status status;
    int failed;

    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);

    status = ec_group_load(&group, key->curve);
    if (status != DR_OK) {
        goto out;
    }
    status = ec_point_read(&group, key->ec_point, &point);
    if (status != DR_OK) {
        goto out;
    }
    order_size = (group.nbits + 7) / 8;
    status =
        plain ? split_plain(signature, order_size, &r_octets, &s_octets) : split_der(signature, &r_octets, &s_octets);
    if (status != DR_OK || r_octets.len > order_size || s_octets.len > order_size) {
        status = DR_ERR_SIGNATURE;
        goto out;
    }
    if (mbedtls_mpi_read_binary(&r, r_octets.data, r_octets.len) != 0 ||
        mbedtls_mpi_read_binary(&s, s_octets.data, s_octets.len) != 0) {
        status = DR_ERR_CRYPTO;
        goto out;
    }
    failed = mbedtls_ecdsa_verify(&group, digest.data, digest.len, &point, &r, &s);
    if (failed == 0) {
        status = DR_OK;
    } else if (failed == MBEDTLS_ERR_ECP_VERIFY_FAILED) {
        status = DR_ERR_SIGNATURE;
    } else {
        status = DR_ERR_CRYPTO;
    }
out:
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
    return status;
}
