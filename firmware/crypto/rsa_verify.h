/* RSASSA-PKCS1-v1_5 and RSASSA-PSS verification (RFC 8017 8.1.2, 8.2.2) behind public_key_verify(). */
#ifndef DOCREV_CRYPTO_RSA_VERIFY_H
#define DOCREV_CRYPTO_RSA_VERIFY_H

#include "crypto/public_key.h"

/* Exponents up to this many bytes: the largest on a real CSCA has 17 bits, and a long one only costs time. */
#define RSA_MAX_EXPONENT_SIZE 8U

/*
 * signature^e mod n into `out`, which has room for the modulus; *bits is the size of n. The key's form is checked first.
 * DR_ERR_SIGNATURE for a signature of another length, or not below n.
 */
enum dr_status rsa_recover(const struct public_key *key, struct bytes signature, uint8_t *out, size_t *bits);

enum dr_status rsa_verify(const struct public_key *key, const struct signature_algorithm *algorithm,
                          struct bytes digest, struct bytes signature);

#endif
