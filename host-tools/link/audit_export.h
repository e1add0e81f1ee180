/* A device's audit log on file: sealed records, the key they begin with wrapped for the oversight, the receipt that ends them. */
#ifndef DOCREV_LINK_AUDIT_EXPORT_H
#define DOCREV_LINK_AUDIT_EXPORT_H

#include "link/device_receipt.h"
#include "store/audit.h"

/*
 * AuditExport ::= SEQUENCE {
 *   version  INTEGER (1),
 *   key      SubjectPublicKeyInfo,                        -- the device's
 *   receipt  OCTET STRING,                                -- its CMS: signs size and head of the log
 *   segment  INTEGER, wrapped OCTET STRING (SIZE (113)),  -- store/audit.h
 *   first    INTEGER, records OCTET STRING }              -- 512 octets each, first .. size - 1; zeros: damaged on the device
 */
struct audit_export {
    struct bytes spki, cms, wrapped, records;
    uint64_t segment, first;
    struct receipt receipt; /* verified under spki */
};

/* Fetches all that the device still has, from its segment on; *data is the caller's to free. */
enum dr_status audit_export_fetch(struct coap_client *client, uint8_t **data, size_t *len, const char **why);

/* Reads it and checks the receipt's signature, not the records. Views point into `der`. */
enum dr_status audit_export_read(struct bytes der, struct audit_export *export, const char **why);

/* What was found. */
struct audit_findings {
    uint64_t records;  /* opened and in their place */
    uint64_t unread;   /* before the first: overwritten, or for an earlier oversight */
    uint64_t damaged;  /* missing or altered */
    bool head_matches; /* the last record is the one the receipt signs */
};

struct officer_key; /* signing/officer_key.h */
/* Each record in order; `digest` is its place in the chain, SHA-256 of its plaintext. */
typedef void (*audit_export_visit)(void *ctx, const struct audit_record *record,
                                   const uint8_t digest[HASH_SHA256_SIZE]);

/*
 * Opens every record with the oversight's private key and checks number, link and end. DR_ERR_UNTRUSTED: the log is not for
 * this key; DR_ERR_CORRUPT: it is not whole, findings say how. `visit` may be NULL.
 */
enum dr_status audit_export_verify(const struct audit_export *export, const struct officer_key *oversight,
                                   audit_export_visit visit, void *ctx, struct audit_findings *findings,
                                   const char **why);

#endif
