/* Who the device is towards a host: a P-256 key made on the device when its medium is formatted. */
#ifndef DOCREV_STORE_IDENTITY_H
#define DOCREV_STORE_IDENTITY_H

#include "store/store.h"

/*
 * The private key is HKDF(device secret, salt, "docrev device key") brought into range (FIPS 186-5 A.2.1): neither card nor
 * factory page alone gives it, and it is nowhere but on the stack while it signs. Another card has another salt, and so
 * another key: a host that knows the device sees that its card was changed.
 */
#define IDENTITY_SPKI_SIZE 91U
#define IDENTITY_KEY_ID_SIZE 20U /* leftmost octets of SHA-256 of the SPKI (RFC 7093 2 (4)) */

/* Draws the salt and computes the public key, into state.identity; the caller saves. */
enum dr_status identity_make(struct store *store);

/* SubjectPublicKeyInfo, and its SHA-256. */
enum dr_status identity_spki(const struct store *store, uint8_t spki[IDENTITY_SPKI_SIZE]);
enum dr_status identity_spki_sha256(const struct store *store, uint8_t digest[HASH_SHA256_SIZE]);

/* ECDSA over a SHA-256 digest, DER. DR_ERR_STATE: no store is mounted. */
enum dr_status identity_sign(const struct store *store, const uint8_t digest[HASH_SHA256_SIZE],
                             uint8_t signature[EC_KEY_SIGNATURE_MAX], size_t *len);

#endif
