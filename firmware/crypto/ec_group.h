/* The named curves as mbedTLS holds them: between curve_id and its groups. */
#ifndef DOCREV_CRYPTO_EC_GROUP_H
#define DOCREV_CRYPTO_EC_GROUP_H

#include "crypto/public_key.h"

#include <mbedtls/ecp.h>

/* Loads the curve into an initialised group. DR_ERR_UNSUPPORTED for CURVE_NONE. */
enum dr_status ec_group_load(mbedtls_ecp_group *group, enum curve_id curve);

/*
 * Reads 04 || x || y into an initialised point and checks that it lies on the curve and is not infinity
 * (SP 800-56A 5.6.2.3.3; every curve here has cofactor 1). DR_ERR_MALFORMED when not.
 */
enum dr_status ec_point_read(const mbedtls_ecp_group *group, struct bytes encoded, mbedtls_ecp_point *point);

#endif
