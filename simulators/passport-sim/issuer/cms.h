/* CMS SignedData as EF.SOD and EF.CardSecurity use it (RFC 5652; ICAO 9303-10 4.6.2), with what real and forged ones do
 * differently. */
#ifndef PASSPORT_SIM_ISSUER_CMS_H
#define PASSPORT_SIM_ISSUER_CMS_H

#include "issuer/pki.h"

/* Signs `content` of type `type` (dotted). Appends the ContentInfo. */
void cms_sign(struct vault *vault, enum dsc_id signer, enum cms_oddity oddity, const char *type, struct slice content,
              struct buffer *der);

#endif
