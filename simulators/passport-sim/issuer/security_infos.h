/* SecurityInfos in EF.CardAccess, EF.CardSecurity and DG14 (ICAO 9303-11 9.2), and EF.ATR/INFO (9303-10 3.11.1). */
#ifndef PASSPORT_SIM_ISSUER_SECURITY_INFOS_H
#define PASSPORT_SIM_ISSUER_SECURITY_INFOS_H

#include "issuer/document.h"

#define OID_SECURITY_OBJECT "0.4.0.127.0.7.3.2.1"

/* Each appends a whole file, or nothing where the document's mechanisms call for none. */
void security_infos_card_access(const struct document *document, struct buffer *file);
void security_infos_dg14(const struct document *document, struct buffer *file);
void security_infos_atr(const struct document *document, struct buffer *file);
/* The content that EF.CardSecurity signs. */
void security_infos_card_security(const struct document *document, EVP_PKEY *cam_public, struct buffer *der);

bool security_infos_has_cam(const struct mechanisms *mechanisms);

#endif
