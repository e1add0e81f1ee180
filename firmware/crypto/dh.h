/*
 * Diffie-Hellman in prime fields (PKCS #3; ICAO 9303-11 9.6) with ephemeral keys, and what PACE does to its generator. Public
 * values are unsigned integers without leading zero octets (9303-11 9.4.1), so possibly shorter than p.
 */
#ifndef DOCREV_CRYPTO_DH_H
#define DOCREV_CRYPTO_DH_H

#include "crypto/ec_agree.h"

#include <mbedtls/bignum.h>

#define DH_MIN_SIZE 128U /* octets of p */
#define DH_MAX_SIZE 256U

/* Domain parameters; views, big-endian without leading zeros. */
struct dh_group {
    struct bytes p, g;
    struct bytes q; /* order of g; empty where PKCS #3 does not tell it */
};

struct dh {
    mbedtls_mpi p, q, generator, secret;
    size_t size; /* octets of p */
};

/* Standardized domain parameters 0 to 2 (9303-11 9.5.1, RFC 5114 2.1 to 2.3). False for other ids. */
bool dh_standard_group(unsigned parameter_id, struct dh_group *group);

/* dh_end on every path. DR_ERR_MALFORMED for an even p or a generator outside 2..p-2; DR_ERR_UNSUPPORTED for its size. */
enum dr_status dh_begin(struct dh *dh, const struct dh_group *group);
void dh_end(struct dh *dh);

/* A new key pair. *len: capacity in, octets out. */
enum dr_status dh_generate(struct dh *dh, agree_random random, void *random_ctx, uint8_t *out, size_t *len);

/*
 * peer^secret mod p, as long as p (PKCS #3 8.3). The peer's value is checked: 2..p-2, and of order q where that is known
 * (RFC 2631 2.1.5). DR_ERR_MALFORMED.
 */
enum dr_status dh_shared(const struct dh *dh, struct bytes peer, uint8_t *out, size_t *len);

/* Generic mapping (9303-11 4.4.3.3.1): generator = g^s * peer^secret. Forgets the secret. */
enum dr_status dh_map_generic(struct dh *dh, struct bytes nonce, struct bytes peer);

/* Integrated mapping (4.4.3.3.2): generator = number^((p-1)/q) mod p, which must not be 1 (DR_ERR_PROTOCOL). */
enum dr_status dh_map_integrated(struct dh *dh, struct bytes number);

#endif
