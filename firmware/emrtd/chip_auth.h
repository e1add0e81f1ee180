/* Chip Authentication version 1 (ICAO 9303-11 6.2): an agreement on new keys that only the chip with the private key can make. */
#ifndef DOCREV_EMRTD_CHIP_AUTH_H
#define DOCREV_EMRTD_CHIP_AUTH_H

#include "emrtd/security_infos.h"
#include "emrtd/session.h"

/* One run; scratch of the caller, about 0.9 KB. */
struct chip_auth {
    struct agreement agreement;
    struct secure_messaging sm; /* the new session's keys */
    uint8_t public_key[AGREEMENT_MAX_PUBLIC];
    size_t public_key_len;
    uint8_t scratch[SESSION_MAX_DATA]; /* shared secret, then command data */
};

/*
 * Steps 2 and 3, without the chip: an ephemeral key pair in the chip's domain and the new keys from its static key.
 * DR_ERR_MALFORMED for a static key that is none. chip_auth_end on every path.
 */
enum dr_status chip_auth_begin(struct chip_auth *run, const struct chip_auth_info *info);
enum dr_status chip_auth_agree(struct chip_auth *run, const struct chip_auth_info *info);
void chip_auth_end(struct chip_auth *run);

/*
 * Runs it in a protected session with the application selected: 3DES by MSE:Set KAT and, where that fails, as AES by
 * MSE:Set AT and GENERAL AUTHENTICATE (9303-11 8.5 note 1). On DR_OK the session goes on under the new keys; that the chip is
 * genuine shows only when its next answer verifies (6.2.1), and counts only once DG14 is proven signed.
 * DR_ERR_CARD_STATUS: the chip refused, the old session stands. DR_ERR_UNSUPPORTED: domain parameters or message sizes that
 * cannot be used here. Others: the session is lost.
 */
enum dr_status chip_auth_authenticate(struct session *session, const struct chip_auth_info *info,
                                      struct chip_auth *run);

#endif
