/* AlgorithmIdentifier and SubjectPublicKeyInfo (RFC 5280, 3279, 4055, 5480, 5753; TR-03111; explicit EC parameters X9.62). */
#ifndef DOCREV_TRUST_ALGORITHM_H
#define DOCREV_TRUST_ALGORITHM_H

#include "codec/der.h"
#include "codec/der_write.h"
#include "crypto/public_key.h"

/*
 * Each reader takes one SEQUENCE, and has taken it whole when it returns DR_OK or DR_ERR_UNSUPPORTED (an identifier or
 * parameter that is not known here; the result is then all zero: HASH_NONE, SIGNATURE_NONE, KEY_NONE).
 */

/* Digest AlgorithmIdentifier; parameters NULL or absent. */
enum dr_status algorithm_read_digest(struct der_reader *reader, enum hash_algorithm *hash);

/*
 * Signature AlgorithmIdentifier. Accepts what real certificates carry: ECDSA with NULL parameters, RSA without NULL,
 * PSS with default or unusual salt, BSI plain ECDSA OIDs, CMS's bare rsaEncryption and id-ecPublicKey (hash HASH_NONE).
 */
enum dr_status algorithm_read_signature(struct der_reader *reader, struct signature_algorithm *algorithm);

/* SubjectPublicKeyInfo. Explicit EC parameters are matched to the named curve they spell out. Points are uncompressed. */
enum dr_status algorithm_read_public_key(struct der_reader *reader, struct public_key *key);

/* SubjectPublicKeyInfo of a key that was read, EC curves by name. DR_ERR_ARGUMENT for KEY_NONE. */
enum dr_status algorithm_write_public_key(const struct public_key *key, struct der_writer *writer);

#endif
