/* Active Authentication (ICAO 9303-11 6.1): the chip signs a challenge with the private key to DG15. */
#ifndef DOCREV_EMRTD_ACTIVE_AUTH_H
#define DOCREV_EMRTD_ACTIVE_AUTH_H

#include "crypto/public_key.h"
#include "emrtd/session.h"

#define ACTIVE_AUTH_CHALLENGE 8U

/* DG15: tag 6F around a SubjectPublicKeyInfo (6.1.5). RSA or EC. Views into the file. */
enum dr_status active_auth_read_key(struct bytes file, struct public_key *key);

/*
 * Does `answer` sign the challenge? RSA: ISO 9796-2 scheme 1, the hash told by its trailer (6.1.2.2). ECDSA: plain r || s, in
 * the field also DER; with `hash` from DG14, or HASH_NONE when there is none and each permitted one that is no longer than
 * the key is tried (6.1.2.3). DR_ERR_SIGNATURE, DR_ERR_UNSUPPORTED.
 */
enum dr_status active_auth_verify(const struct public_key *key, enum hash_algorithm hash,
                                  const uint8_t challenge[ACTIVE_AUTH_CHALLENGE], struct bytes answer);

/*
 * INTERNAL AUTHENTICATE with a fresh challenge, and the check of its answer. DR_ERR_CARD_STATUS when the chip refuses;
 * DR_ERR_UNSUPPORTED for keys whose answer is longer than reader and secure messaging carry (6.1.4).
 */
enum dr_status active_auth_authenticate(struct session *session, const struct public_key *key,
                                        enum hash_algorithm hash);

#endif
