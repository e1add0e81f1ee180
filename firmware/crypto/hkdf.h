/* HKDF (RFC 5869) and HMAC (RFC 2104) with SHA-256: keys derived from the device secret, keyed digests of records. */
#ifndef DOCREV_CRYPTO_HKDF_H
#define DOCREV_CRYPTO_HKDF_H

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "port/status.h"

#define HKDF_MAX_OUTPUT 64U

/* Writes 1..HKDF_MAX_OUTPUT bytes; salt and info may be empty. DR_ERR_ARGUMENT for other lengths. */
enum dr_status hkdf_sha256(struct bytes secret, struct bytes salt, struct bytes info, uint8_t *out, size_t len);

enum dr_status hmac_sha256(struct bytes key, struct bytes data, uint8_t mac[HASH_SHA256_SIZE]);

#endif
