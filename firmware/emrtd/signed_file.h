/* What EF.SOD and EF.CardSecurity have in common: a SignedData with one signer and its certificate. Internal to emrtd/. */
#ifndef DOCREV_EMRTD_SIGNED_FILE_H
#define DOCREV_EMRTD_SIGNED_FILE_H

#include "emrtd/lds.h"

/* Fills cms, signer and signer_certificate from a ContentInfo that is all of `body`. DR_ERR_MALFORMED, DR_ERR_UNSUPPORTED. */
enum dr_status lds_open_signed(struct bytes body, struct lds_sod *file);

#endif
