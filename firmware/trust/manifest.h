/* The signed manifest of an object with a body: edition and trust store (docs/list-format.md, "Container"). */
#ifndef DOCREV_TRUST_MANIFEST_H
#define DOCREV_TRUST_MANIFEST_H

#include "codec/der.h"
#include "codec/der_write.h"
#include "crypto/hash.h"

#define MANIFEST_MAX_LIST_ID 32U
#define MANIFEST_MAX_SIZE 256U
/* Longest CMS around a manifest that a device takes: 8 signers by P-521 or RSA-2048 fit. */
#define MANIFEST_CMS_MAX_SIZE 4096U

/*
 * Manifest ::= SEQUENCE {
 *   version      INTEGER (1),
 *   listId       UTF8String (SIZE (1..32)),       -- A-Z a-z 0-9 . - only
 *   number       INTEGER (1..MAX),                 -- edition number; CRL number in X.509's terms
 *   thisUpdate   GeneralizedTime,
 *   nextUpdate   GeneralizedTime,
 *   entryCount   INTEGER (0..MAX),
 *   blockSize    INTEGER,                          -- 4096
 *   bodyLength   INTEGER,                          -- a multiple of blockSize
 *   merkleRoot   OCTET STRING (SIZE (32)),         -- SHA-256 of the body's root block (trust/block_tree.h)
 *   extensions   [0] EXPLICIT Extensions OPTIONAL  -- RFC 5280; an unknown critical one is refused
 * }
 */
struct manifest {
    char list_id[MANIFEST_MAX_LIST_ID + 1];
    uint64_t number;
    int64_t this_update, next_update;
    uint64_t entry_count;
    uint32_t block_size;
    uint64_t body_length;
    uint8_t root[HASH_SHA256_SIZE];
};

/* Content octets of the CMS. DR_ERR_UNSUPPORTED: version, block size or a critical extension; DR_ERR_MALFORMED. */
enum dr_status manifest_read(struct bytes der, struct manifest *manifest);
/* DR_ERR_ARGUMENT for values that manifest_read would refuse; overflow is told by der_write_finish. */
enum dr_status manifest_write(const struct manifest *manifest, struct der_writer *writer);

/* True for 1..32 characters of A-Z a-z 0-9 . - */
bool manifest_list_id_valid(struct bytes id);

#endif
