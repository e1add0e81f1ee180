/* Basic Access Control (ICAO 9303-11 4.3). */
#ifndef DOCREV_EMRTD_BAC_H
#define DOCREV_EMRTD_BAC_H

#include "codec/mrz.h"
#include "emrtd/session.h"

/* Document basic access keys, 3DES two-key. Wipe after use. */
struct bac_keys {
    uint8_t k_enc[16];
    uint8_t k_mac[16];
};

/* From the MRZ information (9303-11 4.3.2: K = first 16 octets of its SHA-1). */
enum dr_status bac_derive_keys(struct bytes mrz_information, struct bac_keys *keys);

/*
 * The chip's challenge answered (9303-11 4.3.1 steps 1-4): pure, for tests with the worked example. rnd_ifd 8, k_ifd 16 octets.
 * `out` gets 40 octets: E(S) || M.
 */
enum dr_status bac_command(const struct bac_keys *keys, const uint8_t rnd_ic[8], const uint8_t rnd_ifd[8],
                           const uint8_t k_ifd[16], uint8_t out[40]);
/* Checks the chip's 40 octets and derives session keys and SSC. DR_ERR_SIGNATURE. */
enum dr_status bac_finish(const struct bac_keys *keys, const uint8_t rnd_ic[8], const uint8_t rnd_ifd[8],
                          const uint8_t k_ifd[16], struct bytes answer, struct secure_messaging *sm);

/*
 * Runs BAC over an open session with the application selected; afterwards the session is protected. DR_ERR_ACCESS_DENIED
 * when the chip refuses (wrong MRZ, or not this document's chip), DR_ERR_SIGNATURE when it answers wrongly,
 * DR_ERR_PROTOCOL for a challenge that repeats or has a wrong length, DR_ERR_UNSUPPORTED when the chip knows no BAC (6D00, 6A88).
 */
enum dr_status bac_authenticate(struct session *session, const struct mrz *mrz);

#endif
