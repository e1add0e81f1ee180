/* GENERAL AUTHENTICATE with its dynamic authentication data (ICAO 9303-11 4.4.4.2, 6.2.4.2). Internal to emrtd/. */
#ifndef DOCREV_EMRTD_GENERAL_AUTH_H
#define DOCREV_EMRTD_GENERAL_AUTH_H

#include "emrtd/session.h"

/*
 * Sends 7C { tag value }, or an empty 7C when tag is 0. `chained`: more of the protocol follows (CLA 10). *answer is what the
 * chip's 7C holds, valid until the next exchange. DR_ERR_CARD_STATUS for anything but 9000 (session->sw), DR_ERR_PROTOCOL for
 * an answer that is not one 7C.
 */
enum dr_status general_authenticate(struct session *session, bool chained, uint8_t tag, struct bytes value,
                                    struct bytes *answer);

/* The object with this tag in an answer; DR_ERR_PROTOCOL when it is not there, or twice. */
enum dr_status general_auth_find(struct bytes answer, uint8_t tag, struct bytes *value);
/* The same, where nothing else may be there. */
enum dr_status general_auth_only(struct bytes answer, uint8_t tag, struct bytes *value);

#endif
