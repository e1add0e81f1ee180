/* Two-key Triple DES as eMRTDs use it (ICAO 9303-11 9.7, 9.8.6), on OpenSSL. Every failure of OpenSSL ends the program. */
#ifndef PASSPORT_SIM_CHIP_TDES_H
#define PASSPORT_SIM_CHIP_TDES_H

#include "util/buffer.h"

#define TDES_KEY 16U
#define TDES_BLOCK 8U

enum tdes_use { TDES_ENC = 1, TDES_MAC = 2 };

/* Key derivation: SHA-1(seed || counter), first 16 octets with odd parity (9303-11 9.7.1, 9.7.2.1). */
void tdes_derive(struct slice seed, enum tdes_use use, uint8_t key[TDES_KEY]);

/* CBC with a zero IV, no padding; `len` is a multiple of the block. In place is allowed. */
void tdes_encrypt(const uint8_t key[TDES_KEY], const uint8_t *in, size_t len, uint8_t *out);
void tdes_decrypt(const uint8_t key[TDES_KEY], const uint8_t *in, size_t len, uint8_t *out);

/* ISO 9797-1 MAC algorithm 3 with DES over the data padded by method 2 (9303-11 9.8.6.2). */
void tdes_retail_mac(const uint8_t key[TDES_KEY], struct slice data, uint8_t mac[TDES_BLOCK]);

/* Padding method 2 of ISO 9797-1: 80, then zeros to a whole block. */
void pad_method_2(struct buffer *data);
/* Length without the padding; SIZE_MAX when there is none. */
size_t unpad_method_2(struct slice data);

#endif
