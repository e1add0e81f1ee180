/* CSCA master lists (ICAO 9303-12 9): CMS SignedData around a set of CSCA certificates, several megabytes long. */
#ifndef DOCREV_TRUST_MASTER_LIST_H
#define DOCREV_TRUST_MASTER_LIST_H

#include "trust/certificate.h"
#include "trust/cms.h"

/* CscaMasterList ::= SEQUENCE { version INTEGER (0), certList SET OF Certificate }. Views point into the list's bytes. */
struct master_list {
    struct cms cms;
    struct bytes certificates; /* content of certList: iterate with master_list_next */
};

/* Reads the list, which must fill `der`. DR_ERR_UNSUPPORTED when it is signed data of another kind, of another version, or with
 * its content in pieces (cms_flatten helps). */
enum dr_status master_list_read(struct bytes der, struct master_list *list);

/* Start with *rest = list->certificates; DR_ERR_NOT_FOUND at the end. Certificates are not parsed: one that certificate_read
 * refuses does not spoil the others. */
enum dr_status master_list_next(struct bytes *rest, struct bytes *certificate);

/*
 * Verifies the list's signature under a certificate inside its CMS that the signer names and that may sign master lists
 * (extended key usage 2.23.136.1.1.3, 9303-12 7.1.1.3); *signer is that certificate. Whether it is trusted is the caller's to
 * decide: by its path to a CSCA (certificate_verify) or by comparing it with a known one. DR_ERR_UNTRUSTED: no such
 * certificate inside; DR_ERR_SIGNATURE, DR_ERR_UNSUPPORTED: it does not verify.
 */
enum dr_status master_list_verify(const struct master_list *list, struct certificate *signer);

/* Does the certificate's extended key usage name master list signers? */
bool master_list_signer_usage(const struct certificate *certificate);

#endif
