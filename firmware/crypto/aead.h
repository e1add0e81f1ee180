/* ChaCha20-Poly1305 (RFC 8439 2.8): seals blocks at rest. */
#ifndef DOCREV_CRYPTO_AEAD_H
#define DOCREV_CRYPTO_AEAD_H

#include "codec/bytes.h"
#include "port/status.h"

#define AEAD_KEY_SIZE 32U
#define AEAD_NONCE_SIZE 12U
#define AEAD_TAG_SIZE 16U

/* Encrypts `len` bytes in place. A nonce must never be used twice under one key. DR_ERR_CRYPTO. */
enum dr_status aead_seal(const uint8_t key[AEAD_KEY_SIZE], const uint8_t nonce[AEAD_NONCE_SIZE],
                         struct bytes associated, uint8_t *data, size_t len, uint8_t tag[AEAD_TAG_SIZE]);

/* Decrypts in place. DR_ERR_CORRUPT, and `data` wiped, when the tag does not match; DR_ERR_CRYPTO, and wiped, otherwise. */
enum dr_status aead_open(const uint8_t key[AEAD_KEY_SIZE], const uint8_t nonce[AEAD_NONCE_SIZE],
                         struct bytes associated, uint8_t *data, size_t len, const uint8_t tag[AEAD_TAG_SIZE]);

#endif
