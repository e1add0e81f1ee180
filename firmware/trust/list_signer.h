/* Who signed a list of a state: the signer of CSCA master lists and deviation lists (ICAO 9303-12 7.1.1.3, 9.1, 10.1). */
#ifndef DOCREV_TRUST_LIST_SIGNER_H
#define DOCREV_TRUST_LIST_SIGNER_H

#include "trust/certificate.h"
#include "trust/cms.h"

/* Does the certificate's extended key usage name this purpose (content octets of its OID)? */
bool list_signer_usage(const struct certificate *certificate, struct bytes purpose);

/*
 * Verifies the CMS under a certificate inside it that a SignerInfo names and whose extended key usage names `purpose`; *signer
 * is that certificate. Whether it is trusted is the caller's to decide, by its path to a CSCA. DR_ERR_UNTRUSTED: no
 * such certificate inside; DR_ERR_SIGNATURE, DR_ERR_UNSUPPORTED: it does not verify.
 */
enum dr_status list_signer_verify(const struct cms *cms, struct bytes purpose, struct certificate *signer);

#endif
