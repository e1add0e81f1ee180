/* The device's own P-256 keys: made from a seed, used to sign (receipts) and to agree on a key (crypto/hpke.h). */
#ifndef DOCREV_CRYPTO_EC_KEY_H
#define DOCREV_CRYPTO_EC_KEY_H

#include "codec/bytes.h"
#include "port/status.h"

#define EC_KEY_SIZE 32U
#define EC_KEY_SEED_SIZE 48U  /* 128 bits more than the order has, so that its remainder is even (FIPS 186-5 A.2.1) */
#define EC_KEY_POINT_SIZE 65U /* 04 || x || y */
#define EC_KEY_SIGNATURE_MAX 72U

/* All of these need a DRBG that runs: mbedTLS blinds its computations. DR_ERR_CRYPTO. */

/* FIPS 186-5 A.2.1: (seed mod (n - 1)) + 1. */
enum dr_status ec_key_from_seed(const uint8_t seed[EC_KEY_SEED_SIZE], uint8_t key[EC_KEY_SIZE]);
enum dr_status ec_key_public(const uint8_t key[EC_KEY_SIZE], uint8_t point[EC_KEY_POINT_SIZE]);

/*
 * ECDSA with SHA-256 over a digest of 32 octets, DER (RFC 3279 2.2.3), nonce by RFC 6979: a generator that repeats itself,
 * as on a board without noise whose card was set back, must not reveal the key.
 */
enum dr_status ec_key_sign(const uint8_t key[EC_KEY_SIZE], const uint8_t digest[32],
                           uint8_t signature[EC_KEY_SIGNATURE_MAX], size_t *len);

/* x-coordinate of key x peer (SP 800-56A 5.7.1.2). DR_ERR_MALFORMED: the peer's point is not on the curve. */
enum dr_status ec_key_shared(const uint8_t key[EC_KEY_SIZE], struct bytes peer, uint8_t shared[EC_KEY_SIZE]);

#endif
