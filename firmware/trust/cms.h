/* CMS SignedData reader and verifier (RFC 5652 5): EF.SOD, master lists and every file docrev exchanges. */
#ifndef DOCREV_TRUST_CMS_H
#define DOCREV_TRUST_CMS_H

#include "codec/der.h"
#include "crypto/public_key.h"

struct certificate; /* trust/certificate.h */

/* Views point into the CMS's bytes. */
struct cms {
    struct bytes whole; /* ContentInfo: its length is where a body begins */
    uint8_t version;
    struct bytes digest_algorithms; /* content of the SET; informative (RFC 5652 5.1) */
    struct bytes content_type;      /* eContentType, OID content octets */
    struct bytes content;           /* eContent octets; with in_pieces, OCTET STRINGs one after the other */
    bool has_content;
    bool in_pieces;            /* only from cms_read_ber: no one view covers the content, cms_verify alone can use it */
    struct bytes certificates; /* content of certificates [0], empty when absent */
    struct bytes signer_infos; /* content of the SET OF SignerInfo */
};

struct cms_signer {
    uint8_t version;
    bool by_key_id; /* sid is subjectKeyIdentifier (then key_id), else issuer and serial */
    struct bytes key_id;
    struct bytes issuer, serial;
    enum hash_algorithm digest;
    bool has_signed_attributes;
    struct bytes signed_attributes;      /* whole, tag [0]; hashed re-tagged as SET, in the order sent (RFC 5652 5.4) */
    struct bytes message_digest;         /* attribute value */
    struct bytes attribute_content_type; /* OID content octets */
    bool has_signing_time;
    int64_t signing_time;
    struct signature_algorithm algorithm; /* hash resolved with `digest` where the identifier leaves it open */
    struct bytes signature;
};

/*
 * Reads the ContentInfo at the start of `input`; bytes may follow it (a body). DR_ERR_TRUNCATED when it is longer than the
 * input; DR_ERR_UNSUPPORTED when it is not SignedData, or in BER with an indefinite length or a constructed OCTET STRING.
 * No SignerInfo at all is well-formed (an edition nobody has signed yet).
 */
enum dr_status cms_read(struct bytes input, struct cms *cms);

/*
 * The same for CMS that others wrote in BER (some EF.SODs): indefinite lengths and a content in pieces are taken in the wrapper;
 * certificates, SignerInfos and signed attributes must be DER all the same, since what is signed is hashed as it stands.
 */
enum dr_status cms_read_ber(struct bytes input, struct cms *cms);

/*
 * Joins a content in pieces in place, so that cms_read_ber of the same octets gives one view of it; anything else stays as it
 * is. Signatures are not touched: they cover the content octets without the heads of the pieces. Results of cms_read_ber.
 */
enum dr_status cms_flatten(uint8_t *data, size_t len);

/* Length of the ContentInfo from its first bytes (at most 6 are needed), or DR_ERR_TRUNCATED. */
enum dr_status cms_length(struct bytes head, size_t *whole_len);

/*
 * Iterates: start with *rest = cms->signer_infos (or ->certificates); DR_ERR_NOT_FOUND at the end. A signer that is malformed or
 * whose algorithms are unknown (DR_ERR_UNSUPPORTED; the rest of it is filled in) has been passed: the next call goes on
 * behind it.
 */
enum dr_status cms_next_signer(struct bytes *rest, struct cms_signer *signer);
/* Next Certificate's DER; other CertificateChoices are skipped. */
enum dr_status cms_next_certificate(struct bytes *rest, struct bytes *certificate);

/* Is `hash` among the digestAlgorithms? RFC 5652 5.1 lets a verifier insist; some document signers leave it out. */
bool cms_lists_digest(const struct cms *cms, enum hash_algorithm hash);

/* Does the signer's sid name this certificate, by key identifier or by issuer and serial? Proves nothing by itself. */
bool cms_signer_is(const struct cms_signer *signer, const struct certificate *certificate);

/*
 * Does `key` verify this signer over the content? Checks the message digest, that the contentType attribute equals
 * eContentType, and the signature. Signed attributes are required unless the content type is id-data (RFC 5652 5.3).
 * SignerInfo version against sid is the caller's to judge (strictness differs).
 */
enum dr_status cms_verify(const struct cms *cms, const struct cms_signer *signer, const struct public_key *key);

#endif
