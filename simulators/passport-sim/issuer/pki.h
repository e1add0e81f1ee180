/* The issuers' PKI: country signing CAs and the document signers below them (ICAO 9303-12 7.1). */
#ifndef PASSPORT_SIM_ISSUER_PKI_H
#define PASSPORT_SIM_ISSUER_PKI_H

#include "issuer/cms_oddity.h"
#include "issuer/lds.h"
#include "issuer/vault.h"

enum csca_id {
    CSCA_RSA,       /* RSA-4096, PKCS #1 v1.5 with SHA-256: the most frequent kind */
    CSCA_PSS,       /* RSA-3072, PSS with SHA-256 */
    CSCA_BRAINPOOL, /* brainpoolP384r1, ECDSA with SHA-384 */
    CSCA_P521,      /* P-521, ECDSA with SHA-512 */
    CSCA_REKEYED,   /* the key after CSCA_RSA's, of the same name: known by a link certificate only (9303-12 4.1.4) */
    CSCA_RENAMED,   /* the same with a new name */
    CSCA_FORGER,    /* as CSCA_RSA in name, but of a forger's making: never published */
    CSCA_FORGER_KEY_ID, /* and with its subject key identifier */
    CSCA_FORGER_LINK,   /* a forger's, with a link certificate that CSCA_RSA did not sign */
    CSCA_REVOKED,       /* revoked by its own CRL (9303-12 4.1.5.1) */
    CSCA_OTHER_STATE,   /* of the state XXB, published */
    CSCA_COUNT
};

enum dsc_id {
    DSC_P256,
    DSC_PSS,
    DSC_BRAINPOOL,
    DSC_EXPIRED,
    DSC_FORGER,
    DSC_CA_KEY_USAGE, /* may sign certificates, not data */
    DSC_RSA_SHA1,
    DSC_RSA_SHA512,
    DSC_P384,
    DSC_P521,
    DSC_BRAINPOOL512,
    DSC_NAMED_CURVE,
    DSC_NO_AKI,
    DSC_BY_KEY_ID,
    DSC_REKEYED,
    DSC_RENAMED,
    DSC_REVOKED,
    DSC_UNDER_REVOKED,
    DSC_FORGER_KEY_ID,
    DSC_FORGER_LINK,
    DSC_NOT_YET,
    DSC_NO_KEY_USAGE,
    DSC_IS_CA,
    DSC_EKU,
    DSC_CRITICAL,
    DSC_SPOILT,
    DSC_ALGORITHMS,
    DSC_MD5,
    DSC_SMALL_KEY,
    DSC_OTHER_COUNTRY,
    DSC_OTHER_TYPES,
    DSC_WRONG_AKI,
    DSC_V1,
    DSC_UNDER_DSC, /* signed by another document signer */
    DSC_OTHER_STATE,
    DSC_COUNT
};

struct csca {
    const char *name; /* in the vault and when exported */
    const char *key;
    const char *digest;
    const char *common_name;
    const char *country; /* NULL: UT */
    bool pss;
    bool published;
};

/* Bits of dsc.oddities. */
enum dsc_oddity {
    ODD_NO_AKI = 1 << 0,
    ODD_ISSUER_NAME = 1 << 1, /* the issuer's name is not the CSCA's subject: found by key identifier only */
    ODD_WRONG_AKI = 1 << 2,
    ODD_CRITICAL = 1 << 3, /* an unknown critical extension */
    ODD_SIGNATURE = 1 << 4,
    ODD_ALGORITHMS = 1 << 5, /* inner and outer signature algorithm differ */
    ODD_V1 = 1 << 6,         /* version 1, no extensions */
    ODD_CA = 1 << 7,         /* basicConstraints CA */
    ODD_EKU = 1 << 8,        /* extended key usage of TLS servers, critical */
    ODD_COUNTRY = 1 << 9,    /* countryName of the subject is another state's */
    ODD_TYPES = 1 << 10,     /* documentTypeList without passports */
    ODD_MD5 = 1 << 11,
    ODD_UNDER_DSC = 1 << 12
};

struct dsc {
    const char *name;
    const char *key;
    const char *digest;       /* of SOD signatures and group hashes */
    const char *group_digest; /* of group hashes; NULL: the same */
    const char *key_usage;    /* NULL: no such extension */
    /* Validity as years before and after the year of personalisation, month and day. */
    const char *from_day, *to_day;
    int from_years, to_years;
    enum csca_id csca;
    unsigned oddities;
    bool pss;
    bool revoked;
};

const struct csca *csca_row(enum csca_id id);
const struct dsc *dsc_row(enum dsc_id id);

/* Certificates, made when the vault has none. Borrowed. */
X509 *csca_certificate(struct vault *vault, enum csca_id id);
X509 *dsc_certificate(struct vault *vault, enum dsc_id id);
/* The certificate by which an older key vouches for CSCA `id`; NULL when there is none. */
X509 *link_certificate(struct vault *vault, enum csca_id id);
/* The certificate revocation list under the key of CSCA `id`, anew each time. Appends DER. */
void crl_issue(struct vault *vault, enum csca_id id, struct buffer *der);

/* EF.SOD: CMS SignedData over an LDSSecurityObject, in tag 77 (9303-10 4.6.2). */
void sod_sign(struct vault *vault, enum dsc_id signer, enum cms_oddity oddity, struct slice security_object,
              struct buffer *file);

#endif
