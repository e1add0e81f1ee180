/* MACs of secure messaging: retail MAC (ISO 9797-1 algorithm 3) for 3DES, CMAC for AES; 8 bytes each. */
#ifndef DOCREV_CRYPTO_MAC_H
#define DOCREV_CRYPTO_MAC_H

#include "codec/bytes.h"
#include "crypto/cipher.h"
#include "port/status.h"

#define MAC_SIZE 8U

/*
 * 3DES: retail MAC over data that the caller has padded to a multiple of 8 (ICAO 9303-11 9.8.6.2).
 * AES: CMAC (SP 800-38B) truncated to 8 bytes; the caller has padded as the protocol asks (9.8.7.2).
 */
enum dr_status mac_compute(enum cipher_algorithm algorithm, const uint8_t *key, struct bytes data,
                           uint8_t mac[MAC_SIZE]);

/* Padding method 2 of ISO 9797-1: 80, then zeros to a multiple of `block`. Returns the new length, 0 when it does not fit. */
size_t mac_pad(uint8_t *data, size_t len, size_t cap, size_t block);

/* Length without padding method 2; DR_ERR_MALFORMED when there is none. */
enum dr_status mac_unpad(const uint8_t *data, size_t *len, size_t block);

#endif
