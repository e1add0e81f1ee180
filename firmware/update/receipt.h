/* What a device states about itself, signed with its own key: the proof of a push, and of a status. */
#ifndef DOCREV_UPDATE_RECEIPT_H
#define DOCREV_UPDATE_RECEIPT_H

#include "store/store.h"

#define RECEIPT_MAX_NONCE 32U
#define RECEIPT_CONTENT_MAX 704U
#define RECEIPT_MAX 1024U /* of the CMS: one block of the link */

/*
 * Receipt ::= SEQUENCE {      -- content of a CMS SignedData with OID_DOCREV_RECEIPT, signed by the device (store/identity.h)
 *   version   INTEGER (1),
 *   deviceId  OCTET STRING (SIZE (8)),
 *   nonce     OCTET STRING (SIZE (0..32)),    -- drawn by the host: the statement was made after it
 *   time      GeneralizedTime,                -- the device's
 *   confirmed BOOLEAN,                        -- whether that is to be believed
 *   sequence  INTEGER,                        -- of the device's store; never goes back but with its card
 *   counters  SEQUENCE { noRecord, advisory, refer, cannotVerify INTEGER },
 *   audit     SEQUENCE { size INTEGER, lost INTEGER, head OCTET STRING (SIZE (32)) },    -- store/audit.h
 *   objects   SEQUENCE SIZE (0..6) OF SEQUENCE {
 *     object  ENUMERATED { policy(0), trust(1), list(2) },
 *     listId  UTF8String (SIZE (0..32)), number INTEGER,
 *     root    OCTET STRING (SIZE (32)),      -- of a policy, which has none: SHA-256 of its CMS
 *     series  INTEGER OPTIONAL } }           -- of the list's numbers, when it is not 0 (trust/device_rules.h)
 */
enum receipt_object_kind { RECEIPT_POLICY = 0, RECEIPT_TRUST = 1, RECEIPT_LIST = 2 };

struct receipt_object {
    enum receipt_object_kind kind;
    char list_id[MANIFEST_MAX_LIST_ID + 1];
    uint64_t number;
    uint64_t series; /* order is by series, then by number */
    uint8_t root[HASH_SHA256_SIZE];
};

struct receipt {
    uint8_t device_id[FACTORY_DEVICE_ID_SIZE];
    struct bytes nonce; /* a view */
    int64_t time;
    bool confirmed;
    uint64_t sequence;
    struct store_counters counters;
    uint64_t audit_size, audit_lost;
    uint8_t audit_head[HASH_SHA256_SIZE];
    uint8_t object_count;
    struct receipt_object objects[STORE_OBJECTS];
};

/*
 * Device: states what `store` holds and signs it, into `out` of RECEIPT_MAX octets; `content` is scratch of
 * RECEIPT_CONTENT_MAX. DR_ERR_ARGUMENT: the nonce is too long; DR_ERR_STATE, DR_ERR_CRYPTO.
 */
enum dr_status receipt_make(struct store *store, int64_t now, bool confirmed, struct bytes nonce, uint8_t *content,
                            uint8_t *out, size_t *len);

/* Host: reads the content. DR_ERR_MALFORMED, DR_ERR_UNSUPPORTED. */
enum dr_status receipt_read(struct bytes der, struct receipt *receipt);
/*
 * Host: a receipt's CMS, all of it, verified under the device's SubjectPublicKeyInfo. DR_ERR_SIGNATURE when that key did not
 * sign; DR_ERR_MALFORMED. Views point into `cms_der`.
 */
enum dr_status receipt_verify(struct bytes cms_der, struct bytes spki, struct receipt *receipt);

#endif
