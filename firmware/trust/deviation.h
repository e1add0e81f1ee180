/* Defects that an issuer has announced in a deviation list (ICAO 9303-3 7, 9303-12 10), as a trust store holds them. */
#ifndef DOCREV_TRUST_DEVIATION_H
#define DOCREV_TRUST_DEVIATION_H

#include "trust/certificate.h"
#include "trust/csca_store.h"

/* deviationType (9303-3 7.3.5). Stored: never renumber. */
enum deviation_kind {
    DEVIATION_CERT_OR_KEY = 0,        /* 2.23.136.1.1.7.1    */
    DEVIATION_DS_SIGNATURE = 1,       /* 2.23.136.1.1.7.1.1 */
    DEVIATION_DS_ENCODING = 2,        /* .1.2, parameter CertField */
    DEVIATION_CSCA_ENCODING = 3,      /* .1.3, CertField */
    DEVIATION_AA_KEY_COMPROMISED = 4, /* .1.4 */
    DEVIATION_LDS = 5,                /* .2 */
    DEVIATION_DG_MALFORMED = 6,       /* .2.1, Datagroup */
    DEVIATION_DG_HASH = 7,            /* .2.2, Datagroup */
    DEVIATION_SOD_SIGNATURE = 8,      /* .2.3 */
    DEVIATION_COM_INCONSISTENT = 9,   /* .2.4 */
    DEVIATION_MRZ = 10,               /* .3 */
    DEVIATION_MRZ_WRONG_DATA = 11,    /* .3.1, MRZField */
    DEVIATION_MRZ_CHECK_DIGIT = 12,   /* .3.2, MRZField */
    DEVIATION_CHIP = 13,              /* .4 */
    DEVIATION_KINDS = 14
};

/*
 * Parameters as a bit: 1 << the number of CertificateBodyField, Datagroup or MRZField; bit 0 (generic) without one. The
 * extensions of a CertField are those below; any other is DEVIATION_FIELD_EXTENSION.
 */
#define DEVIATION_FIELD_ISSUER (UINT32_C(1) << 4)
#define DEVIATION_FIELD_VALIDITY (UINT32_C(1) << 5)
#define DEVIATION_FIELD_KEY_USAGE (UINT32_C(1) << 24)
#define DEVIATION_FIELD_AUTHORITY_KEY_ID (UINT32_C(1) << 25)
#define DEVIATION_FIELD_DOCUMENT_TYPES (UINT32_C(1) << 26)
#define DEVIATION_FIELD_EXTENSION (UINT32_C(1) << 27)

/* What a record of the store speaks of. The criteria hold all at once (9303-12 10). */
enum deviation_signer {
    DEVIATION_ANY_SIGNER = 0,
    DEVIATION_BY_SERIAL = 1, /* issuerAndSerialNumber: SHA-256 of the folded name || serial in its shortest form */
    DEVIATION_BY_KEY_ID = 2, /* subjectKeyIdentifier */
    DEVIATION_BY_DIGEST = 3  /* of the certificate; its length tells the algorithm */
};
#define DEVIATION_SIGNER_MAX (HASH_SHA256_SIZE + 40U)
#define DEVIATION_NUMBER_MAX 22U /* a document number's characters */

struct deviation_record {
    enum deviation_kind kind;
    uint32_t parameter;         /* a bit as above */
    struct bytes document_type; /* document code without fillers; empty: any */
    enum deviation_signer by;
    struct bytes signer;
    struct bytes numbers; /* n x { u8 len, characters }, ascending; empty: any document */
};

/* The document that was read. */
struct deviation_document {
    const struct certificate *signer; /* read as far as it can be */
    const char *document_code;        /* of DG1, without fillers; NULL when not known: no criterion of it holds */
    const char *number;               /* likewise */
};

/* What is listed for a document, by kind: bits of parameters, 0 when the kind is not listed. */
struct deviations {
    uint32_t parameters[DEVIATION_KINDS];
};

/*
 * Collects what the issuing state of the signer has listed for this document. DR_OK whether or not there is anything;
 * DR_ERR_CORRUPT, DR_ERR_IO with nothing found. `block` is scratch.
 */
enum dr_status deviation_look_up(const struct csca_store *store, const struct deviation_document *document,
                                 uint8_t block[BLOCK_TREE_BLOCK], struct deviations *found);

/* For builders of stores: the record of `country`. DR_ERR_MALFORMED without a country, DR_ERR_NO_SPACE when it is too long. */
enum dr_status deviation_record_write(const char *country, const struct deviation_record *deviation,
                                      uint8_t record[CSCA_RECORD_MAX], size_t *len);
/* And its value back; DR_ERR_MALFORMED. */
enum dr_status deviation_record_read(struct bytes value, struct deviation_record *deviation);

#endif
