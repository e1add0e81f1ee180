/* EF.CardSecurity (ICAO 9303-10 3.11.4; 9303-11 9.2.11): SecurityInfos of the MF, signed by a document signer. */
#ifndef DOCREV_EMRTD_CARD_SECURITY_H
#define DOCREV_EMRTD_CARD_SECURITY_H

#include "emrtd/lds.h"
#include "emrtd/pace.h"
#include "emrtd/security_infos.h"

/*
 * Opens the file: a SignedData around SecurityInfos, content type id-SecurityObject. `file` gets what passive_auth_verify
 * asks for (cms, signer, signer_certificate); nothing is proven until that says so. DR_ERR_MALFORMED, DR_ERR_UNSUPPORTED.
 */
enum dr_status card_security_read(struct bytes file, struct lds_sod *signed_file, struct bytes *infos);

/*
 * PACE with chip authentication mapping, its last step (9303-11 4.4.3.5.2): does CA_IC fit the mapping key under the chip's
 * static key with keyId = parameterId? Worth something only when `infos` are proven signed. DR_ERR_SIGNATURE when not,
 * DR_ERR_NOT_FOUND when there is no such key.
 */
enum dr_status card_security_check_mapping(struct bytes infos, const struct pace_chip_auth *chip_auth);

#endif
