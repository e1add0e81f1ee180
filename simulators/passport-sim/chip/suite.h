/* The four cipher suites of PACE, Chip Authentication and secure messaging (ICAO 9303-11 9.7, 9.8), on OpenSSL. */
#ifndef PASSPORT_SIM_CHIP_SUITE_H
#define PASSPORT_SIM_CHIP_SUITE_H

#include "util/buffer.h"

/* The values are the last arc of the protocols' object identifiers (9303-11 9.2.4, 9.2.5). */
enum suite { SUITE_3DES = 1, SUITE_AES128, SUITE_AES192, SUITE_AES256 };

#define SUITE_KEY_MAX 32U
#define SUITE_BLOCK_MAX 16U
#define SUITE_MAC 8U

/* Counters of the key derivation function (9303-11 9.7.1). */
enum suite_use { SUITE_ENC = 1, SUITE_MAC_KEY = 2, SUITE_PASSWORD = 3 };

size_t suite_key_len(enum suite suite);
size_t suite_block(enum suite suite);

/* KDF(secret, use): SHA-1 for 3DES and AES-128, SHA-256 for the others (9303-11 9.7.1). */
void suite_derive(enum suite suite, struct slice secret, enum suite_use use, uint8_t key[SUITE_KEY_MAX]);

/* CBC without padding; `len` is a multiple of the block. `iv` NULL: zeros. In place is allowed. */
void suite_encrypt(enum suite suite, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t len,
                   uint8_t *out);
void suite_decrypt(enum suite suite, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t len,
                   uint8_t *out);

/* Eight octets: the retail MAC, which pads by itself, or CMAC over the data as they are (9303-11 9.4.5). */
void suite_mac(enum suite suite, const uint8_t *key, struct slice data, uint8_t mac[SUITE_MAC]);

/* Padding method 2 of ISO 9797-1 to whole blocks of `block` octets. */
void suite_pad(struct buffer *data, size_t block);

#endif
