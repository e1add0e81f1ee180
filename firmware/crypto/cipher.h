/* Block ciphers in CBC mode without padding, as secure messaging uses them (ICAO 9303-11 9.8.6). */
#ifndef DOCREV_CRYPTO_CIPHER_H
#define DOCREV_CRYPTO_CIPHER_H

#include "codec/bytes.h"
#include "port/status.h"

enum cipher_algorithm { CIPHER_3DES_2KEY = 1, CIPHER_AES128, CIPHER_AES192, CIPHER_AES256 };

#define CIPHER_MAX_KEY 32U
#define CIPHER_MAX_BLOCK 16U

size_t cipher_key_size(enum cipher_algorithm algorithm);   /* 16, 16, 24, 32 */
size_t cipher_block_size(enum cipher_algorithm algorithm); /* 8 or 16 */

/* len is a multiple of the block; in and out may be the same buffer; iv has block-size bytes, NULL for zero. */
enum dr_status cipher_cbc_encrypt(enum cipher_algorithm algorithm, const uint8_t *key, const uint8_t *iv,
                                  const uint8_t *in, size_t len, uint8_t *out);
enum dr_status cipher_cbc_decrypt(enum cipher_algorithm algorithm, const uint8_t *key, const uint8_t *iv,
                                  const uint8_t *in, size_t len, uint8_t *out);

/* One block (ECB), e.g. IV = E(KSenc, SSC) of AES secure messaging. */
enum dr_status cipher_encrypt_block(enum cipher_algorithm algorithm, const uint8_t *key, const uint8_t *in,
                                    uint8_t *out);

#endif
