/* Key derivation of ICAO 9303-11 9.7.1. */
#ifndef DOCREV_CRYPTO_KDF_H
#define DOCREV_CRYPTO_KDF_H

#include "codec/bytes.h"
#include "crypto/cipher.h"
#include "port/status.h"

enum kdf_counter { KDF_ENC = 1, KDF_MAC = 2, KDF_PASSWORD = 3 };

/* KDF(K, c): SHA-1 for 3DES and AES-128, SHA-256 for AES-192 and -256. 3DES keys get odd parity. Writes cipher_key_size(). */
enum dr_status kdf_derive(enum cipher_algorithm algorithm, struct bytes secret, enum kdf_counter counter, uint8_t *key);

#endif
