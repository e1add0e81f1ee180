/*
 * Elliptic curve Diffie-Hellman with ephemeral keys (TR-03111 4.3.1 ECKA-DH; ICAO 9303-11 9.6), and what PACE does to its
 * generator. Points are 04 || x || y at full field length (9303-11 9.4.4). Numbers live in mbedTLS's pool.
 */
#ifndef DOCREV_CRYPTO_EC_AGREE_H
#define DOCREV_CRYPTO_EC_AGREE_H

#include "crypto/public_key.h"

#include <mbedtls/ecp.h>

#define EC_AGREE_MAX_FIELD 66U
#define EC_AGREE_MAX_POINT (1U + 2U * EC_AGREE_MAX_FIELD)

/* Where private keys come from, in mbedTLS's form. drbg_mbedtls, but for tests with a standard's numbers. */
typedef int (*agree_random)(void *ctx, unsigned char *out, size_t len);

struct ec_agree {
    mbedtls_ecp_group group;
    mbedtls_ecp_point generator; /* the curve's, or the mapped one */
    mbedtls_mpi secret;          /* ephemeral; 0: none yet */
};

/* Curve of a standardized domain parameter (ICAO 9303-11 9.5.1, Table 12); CURVE_NONE for ids of no curve. */
enum curve_id ec_agree_curve(unsigned parameter_id);

/* ec_agree_end on every path. DR_ERR_UNSUPPORTED, DR_ERR_CRYPTO. */
enum dr_status ec_agree_begin(struct ec_agree *agree, enum curve_id curve);
void ec_agree_end(struct ec_agree *agree);

/* A new key pair on the generator; the public key into `out`. *len: capacity in, octets out. */
enum dr_status ec_agree_generate(struct ec_agree *agree, agree_random random, void *random_ctx, uint8_t *out,
                                 size_t *len);

/*
 * The x-coordinate of secret x peer at field length (9303-11 9.7.1). DR_ERR_MALFORMED for a peer's key that is off the
 * curve, at infinity, or of another length.
 */
enum dr_status ec_agree_shared(const struct ec_agree *agree, struct bytes peer, uint8_t *out, size_t *len);

/* Generic mapping (9303-11 4.4.3.3.1): generator = s x G + secret x peer. Forgets the secret. DR_ERR_MALFORMED as above. */
enum dr_status ec_agree_map_generic(struct ec_agree *agree, struct bytes nonce, struct bytes peer);

/*
 * Integrated mapping (9303-11 4.4.3.3.2, App. B.2): generator = f_G(number mod p). DR_ERR_UNSUPPORTED unless p = 3 mod 4;
 * DR_ERR_PROTOCOL for the few numbers that have no image.
 */
enum dr_status ec_agree_map_integrated(struct ec_agree *agree, struct bytes number);

/*
 * Chip Authentication Mapping (9303-11 4.4.3.5.2): is `mapping_key` = data x static_key? Both were on the curve.
 * DR_ERR_SIGNATURE when not; DR_ERR_MALFORMED for keys that are none.
 */
enum dr_status ec_agree_check_mapping(enum curve_id curve, struct bytes data, struct bytes static_key,
                                      struct bytes mapping_key);

#endif
