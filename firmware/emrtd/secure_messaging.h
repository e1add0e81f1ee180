/* Secure messaging of ICAO 9303-11 9.8: the protected channel after BAC, PACE or Chip Authentication. */
#ifndef DOCREV_EMRTD_SECURE_MESSAGING_H
#define DOCREV_EMRTD_SECURE_MESSAGING_H

#include "crypto/cipher.h"
#include "crypto/mac.h"
#include "emrtd/apdu.h"

/* Keys and send sequence counter of one session. Wiped by secure_messaging_end. */
struct secure_messaging {
    enum cipher_algorithm algorithm;
    uint8_t ks_enc[CIPHER_MAX_KEY];
    uint8_t ks_mac[CIPHER_MAX_KEY];
    uint8_t ssc[CIPHER_MAX_BLOCK]; /* 8 octets used for 3DES, 16 for AES */
};

/*
 * Protects a command (DO87 or DO85, DO97, DO8E). Increments the SSC. `out` capacity in, octets out; DR_ERR_NO_SPACE when
 * the result is longer than PORT_NFC_MAX_COMMAND or the capacity. Extended where it must be; then DO97 and Le' have two octets.
 */
enum dr_status secure_messaging_wrap(struct secure_messaging *sm, const struct apdu_command *command, uint8_t *out,
                                     size_t *len);

/*
 * Checks and opens a response. Increments the SSC. On DR_OK *data is plain (decrypted in place inside `response`) and *sw is
 * DO99's, equal to the outer one.
 * DR_ERR_SIGNATURE: no DO8E, a wrong one, or a success without protection; DR_ERR_PROTOCOL: objects malformed or out of
 * place; DR_ERR_CARD_STATUS: a bare error status word (*sw; the chip ended the session, 9303-11 9.8.3). After anything but
 * DR_OK the session must be ended: MAC first, then decrypt, nothing of a refused answer is used.
 */
enum dr_status secure_messaging_unwrap(struct secure_messaging *sm, uint8_t *response, size_t len, struct bytes *data,
                                       uint16_t *sw);

/* Most plain octets a protected READ BINARY answer of `response_max` octets can carry. */
size_t secure_messaging_max_read(const struct secure_messaging *sm, size_t response_max);

void secure_messaging_end(struct secure_messaging *sm);

#endif
