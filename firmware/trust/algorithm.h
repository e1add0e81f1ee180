/* AlgorithmIdentifier and SubjectPublicKeyInfo (RFC 5280, 3279, 4055, 5480, 5753; TR-03111; explicit EC parameters X9.62). */
#ifndef DOCREV_TRUST_ALGORITHM_H
#define DOCREV_TRUST_ALGORITHM_H

#include "codec/der.h"
#include "crypto/public_key.h"

/* Digest AlgorithmIdentifier; parameters NULL or absent. Takes one SEQUENCE from the reader. */
enum dr_status algorithm_read_digest(struct der_reader *reader, enum hash_algorithm *hash);

/*
 * Signature AlgorithmIdentifier. Accepts what real certificates carry: ECDSA with NULL parameters, RSA without NULL,
 * PSS with default or unusual salt, BSI plain ECDSA OIDs, CMS's bare rsaEncryption and id-ecPublicKey (hash HASH_NONE).
 */
enum dr_status algorithm_read_signature(struct der_reader *reader, struct signature_algorithm *algorithm);

/* SubjectPublicKeyInfo; takes one SEQUENCE. Explicit EC parameters are matched to the named curve they spell out. */
enum dr_status algorithm_read_public_key(struct der_reader *reader, struct public_key *key);

#endif
