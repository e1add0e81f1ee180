/* X.509 certificate reader for CSCA, document signer and officer certificates (RFC 5280; ICAO 9303-12 7.1). */
#ifndef DOCREV_TRUST_CERTIFICATE_H
#define DOCREV_TRUST_CERTIFICATE_H

#include "codec/der.h"
#include "crypto/public_key.h"

#define KEY_USAGE_DIGITAL_SIGNATURE 0x0080U
#define KEY_USAGE_CERT_SIGN 0x0004U
#define KEY_USAGE_CRL_SIGN 0x0002U

/* Views point into the certificate's bytes. */
struct certificate {
    struct bytes whole;       /* Certificate */
    struct bytes signed_part; /* TBSCertificate with tag and length */
    struct signature_algorithm signature_algorithm;
    struct bytes signature;

    uint8_t version;     /* 3 for v3 */
    struct bytes serial; /* INTEGER content as it stands, possibly negative */
    struct bytes issuer; /* Name, whole DER */
    struct bytes subject;
    char issuer_country[4]; /* upper case, as in countryName; "" when absent; 3 letters occur */
    char subject_country[4];
    int64_t not_before, not_after;
    bool time_form;    /* both written as RFC 5280 4.1.2.5 asks: UTCTime up to 2049, GeneralizedTime from 2050 */
    struct bytes spki; /* whole DER */
    struct public_key key;

    struct bytes subject_key_id;   /* empty when absent */
    struct bytes authority_key_id; /* keyIdentifier; empty when absent */
    bool has_basic_constraints, is_ca;
    bool has_path_len;
    uint32_t path_len;
    bool has_key_usage;
    bool key_usage_critical;
    uint16_t key_usage;              /* first octet of the BIT STRING in the low byte: digitalSignature = 0x80 */
    struct bytes document_types;     /* DocumentTypeList extension 2.23.136.1.1.6.2, whole value; empty when absent */
    struct bytes extended_key_usage; /* SEQUENCE OF KeyPurposeId, whole value; empty when absent */
    bool unknown_critical;           /* a critical extension we do not know: the path must fail (12-D.1.1.3) */
};

/* DR_ERR_MALFORMED, DR_ERR_TRUNCATED, DR_ERR_UNSUPPORTED (key or algorithm; everything else has been filled in). */
enum dr_status certificate_read(struct bytes der, struct certificate *certificate);

/* Does `key` verify the certificate's signature? Nothing else is looked at. */
enum dr_status certificate_verify(const struct certificate *certificate, const struct public_key *key);

/* Names compared as RFC 5280 7.1 in the part that occurs: attribute types in order, string types mixed, case and inner
 * spaces folded for ASCII. */
bool certificate_name_equal(struct bytes a, struct bytes b);

#endif
