/* Certificate revocation lists (RFC 5280 5; ICAO 9303-12 7.1.4): complete lists of one CSCA, neither delta nor indirect. */
#ifndef DOCREV_TRUST_CRL_H
#define DOCREV_TRUST_CRL_H

#include "codec/der.h"
#include "crypto/public_key.h"

/* Views point into the list's bytes. */
struct crl {
    struct bytes whole;       /* CertificateList */
    struct bytes signed_part; /* TBSCertList with tag and length */
    struct signature_algorithm signature_algorithm;
    struct bytes signature;

    uint8_t version;        /* 1 or 2 */
    struct bytes issuer;    /* Name, whole DER */
    char issuer_country[4]; /* as certificate.issuer_country */
    int64_t this_update, next_update;
    bool has_next_update; /* 9303-12 asks for it; without it a list is never stale by itself */
    struct bytes revoked; /* content of revokedCertificates: iterate with crl_next; often empty */
    uint32_t revoked_count;

    struct bytes authority_key_id; /* keyIdentifier; empty when absent */
    struct bytes number;           /* cRLNumber, big-endian; empty when absent */
};

struct crl_entry {
    struct bytes serial; /* INTEGER content as it stands */
    int64_t revocation_date;
};

/*
 * Reads and checks the whole list, so that iteration later cannot fail. DR_ERR_MALFORMED, DR_ERR_TRUNCATED.
 * DR_ERR_UNSUPPORTED: a signature algorithm not known here, or a list that does not say all there is to say: delta, partitioned
 * or indirect (a critical extension of the list or of an entry that is not known; RFC 5280 5.2, 5.3).
 */
enum dr_status crl_read(struct bytes der, struct crl *crl);

/* Does `key` verify the list's signature? Nothing else is looked at. */
enum dr_status crl_verify(const struct crl *crl, const struct public_key *key);

/* Start with *rest = crl->revoked; DR_ERR_NOT_FOUND at the end. */
enum dr_status crl_next(struct bytes *rest, struct crl_entry *entry);

/* INTEGER content in its shortest form (X.690 8.3.2), which not every issuer writes. */
struct bytes crl_serial(struct bytes number);

/*
 * Is the serial number (INTEGER content as it stands) listed? The caller has matched the issuer by country and verified the
 * list under an anchor of that country (9303-12 D.1.2.3). Numbers are compared, so -1 and 255
 * differ (NIST PKITS 4.4.14, 4.4.15), however many sign octets stand before them.
 */
bool crl_lists(const struct crl *crl, struct bytes serial);

#endif
