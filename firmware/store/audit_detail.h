/* What the records of the audit log say beyond their head, in DER. Written by the device, read by the oversight's tool. */
#ifndef DOCREV_STORE_AUDIT_DETAIL_H
#define DOCREV_STORE_AUDIT_DETAIL_H

#include "store/audit_record.h"
#include "trust/manifest.h"

#define AUDIT_DIGEST_SIZE 16U
#define AUDIT_MAX_HITS 4U
#define AUDIT_MAX_STATE 3U

/*
 * Inspection ::= SEQUENCE {          -- REFER and CANNOT VERIFY; of NO RECORD and ADVISORY only the counters tell
 *   verdict  ENUMERATED { refer(0), cannotVerify(1) },
 *   reasons  INTEGER,                  -- set of inspection/verdict.h's reasons, bit 0 the first
 *   state    PrintableString,          -- issuing state of the document, empty when it could not be read
 *   document OCTET STRING (SIZE (0|16)),  -- keyed digest: says only that two records are about one document
 *   hits     SEQUENCE OF SEQUENCE { listId UTF8String, edition INTEGER, reason, basis, action ENUMERATED } }
 */
struct audit_hit {
    char list_id[MANIFEST_MAX_LIST_ID + 1];
    uint64_t edition;
    uint8_t reason, basis, action;
};

struct audit_inspection {
    bool refer;
    uint64_t reasons;
    char state[AUDIT_MAX_STATE + 1];
    bool has_digest;
    uint8_t digest[AUDIT_DIGEST_SIZE];
    uint8_t hit_count;
    struct audit_hit hits[AUDIT_MAX_HITS];
};

/* The device writes an inspection piece by piece, so that it need not have it all on the stack. */
size_t audit_inspection_open(struct der_writer *writer, bool refer, uint64_t reasons, const char *state,
                             struct bytes digest, size_t *hits);
void audit_hit_write(struct der_writer *writer, const char *list_id, uint64_t edition, uint8_t reason, uint8_t basis,
                     uint8_t action);
void audit_inspection_close(struct der_writer *writer, size_t mark, size_t hits);
enum dr_status audit_inspection_read(struct bytes detail, struct audit_inspection *inspection);

/*
 * Object  ::= SEQUENCE { object ENUMERATED { policy(0), trust(1), list(2), renewal(3) }, listId UTF8String, number INTEGER,
 *                        cms OCTET STRING (SIZE (32)) }          -- SHA-256 of the signed file's CMS
 * Refusal ::= SEQUENCE { status INTEGER, count INTEGER }   -- refusals since the last record of one
 * Time    ::= SEQUENCE { source ENUMERATED { statement(0), officer(1) }, before INTEGER, now INTEGER }
 */
#define AUDIT_OBJECT_RENEWAL 3U
struct audit_object {
    uint8_t object;
    char list_id[MANIFEST_MAX_LIST_ID + 1];
    uint64_t number;
    uint8_t cms_sha256[HASH_SHA256_SIZE];
};
void audit_object_write(struct der_writer *writer, const struct audit_object *object);
enum dr_status audit_object_read(struct bytes detail, struct audit_object *object);

struct audit_refusal {
    uint64_t status, count;
};
void audit_refusal_write(struct der_writer *writer, const struct audit_refusal *refusal);
enum dr_status audit_refusal_read(struct bytes detail, struct audit_refusal *refusal);

struct audit_time {
    bool by_officer;
    int64_t before, now;
};
void audit_time_write(struct der_writer *writer, const struct audit_time *time);
enum dr_status audit_time_read(struct bytes detail, struct audit_time *time);

#endif
