/* The issuers' PKI: country signing CAs and the document signers below them (ICAO 9303-12 7.1). */
#ifndef PASSPORT_SIM_ISSUER_PKI_H
#define PASSPORT_SIM_ISSUER_PKI_H

#include "issuer/lds.h"
#include "issuer/vault.h"

enum csca_id {
    CSCA_RSA,       /* RSA-4096, PKCS #1 v1.5 with SHA-256: the most frequent kind */
    CSCA_PSS,       /* RSA-3072, PSS with SHA-256 */
    CSCA_BRAINPOOL, /* brainpoolP384r1, ECDSA with SHA-384 */
    CSCA_FORGER,    /* as CSCA_RSA in name, but of a forger's making: never published */
    CSCA_COUNT
};

enum dsc_id {
    DSC_P256,
    DSC_PSS,
    DSC_BRAINPOOL,
    DSC_EXPIRED,
    DSC_FORGER,
    DSC_CA_KEY_USAGE, /* may sign certificates, not data */
    DSC_COUNT
};

struct csca {
    const char *name; /* in the vault and when exported */
    const char *key;
    const char *digest;
    bool pss;
    bool published;
};

struct dsc {
    const char *name;
    const char *key;
    const char *digest; /* of SOD signatures and group hashes */
    const char *key_usage;
    /* Validity as years before and after the year of personalisation, month and day. */
    const char *from_day, *to_day;
    int from_years, to_years;
    enum csca_id csca;
    bool pss;
};

const struct csca *csca_row(enum csca_id id);
const struct dsc *dsc_row(enum dsc_id id);

/* Certificates, made when the vault has none. Borrowed. */
X509 *csca_certificate(struct vault *vault, enum csca_id id);
X509 *dsc_certificate(struct vault *vault, enum dsc_id id);

/* EF.SOD: CMS SignedData over an LDSSecurityObject, in tag 77 (9303-10 4.6.2). */
void sod_sign(struct vault *vault, enum dsc_id signer, struct slice security_object, struct buffer *file);

#endif
