/*
 * Hybrid Public Key Encryption (RFC 9180), base mode, one message: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
 * ChaCha20Poly1305. Encrypts a device's audit key to the oversight's public key.
 */
#ifndef DOCREV_CRYPTO_HPKE_H
#define DOCREV_CRYPTO_HPKE_H

#include "crypto/aead.h"
#include "crypto/ec_key.h"

#define HPKE_ENC_SIZE EC_KEY_POINT_SIZE

/*
 * Encrypts `data` in place for `recipient` (04 || x || y). `ephemeral` must never serve twice for another recipient, info or
 * plaintext. Writes the encapsulated key and the tag. DR_ERR_MALFORMED: the recipient's point is none.
 */
enum dr_status hpke_seal(const uint8_t ephemeral[EC_KEY_SIZE], struct bytes recipient, struct bytes info,
                         struct bytes associated, uint8_t *data, size_t len, uint8_t enc[HPKE_ENC_SIZE],
                         uint8_t tag[AEAD_TAG_SIZE]);

/*
 * Decrypts in place. The Diffie-Hellman is the caller's (`shared` = recipient's private key x enc), so that the private key
 * may be in OpenSSL's hands or on a smart card. DR_ERR_CORRUPT.
 */
enum dr_status hpke_open(const uint8_t shared[EC_KEY_SIZE], const uint8_t enc[HPKE_ENC_SIZE], struct bytes recipient,
                         struct bytes info, struct bytes associated, uint8_t *data, size_t len,
                         const uint8_t tag[AEAD_TAG_SIZE]);

#endif
