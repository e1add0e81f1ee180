/* CSCA anchors, CRLs and listed defects in compact form: the body of a trust store (*.drt), looked up without loading it whole. */
#ifndef DOCREV_TRUST_CSCA_STORE_H
#define DOCREV_TRUST_CSCA_STORE_H

#include "crypto/public_key.h"
#include "trust/block_tree.h"

struct certificate; /* trust/certificate.h */

/*
 * Body: a block tree (trust/block_tree.h). A leaf is
 *   u16 count, count x { u16 record_len, record }, zeros to the end.                              (big-endian)
 * Record ::= key_len u8, key, value.
 * key begins with country (2 or 3 letters, upper case) || kind u8 (trust/store_leaf.h). In order of kind:
 *
 * 0, an anchor: key goes on SHA-256(SubjectPublicKeyInfo)[0..12) || subjectHash[0..4); one record an anchor key and name.
 * value ::= SEQUENCE {
 *   notBefore GeneralizedTime, notAfter GeneralizedTime,
 *   subjectKeyId OCTET STRING,                 -- empty when the certificate has none
 *   subjectHash OCTET STRING (SIZE (32)),      -- SHA-256 of the subject Name, folded as certificate_name_hash does
 *   subjectPublicKeyInfo SubjectPublicKeyInfo }  -- EC keys by curve name, explicit parameters already matched
 *
 * 1, a CRL (9303-12 7.1.4): key goes on issuerHash[0..8); at most REVOCATION_ISSUERS of a country.
 * value ::= SEQUENCE {
 *   thisUpdate GeneralizedTime, nextUpdate GeneralizedTime,   -- 99991231235959Z when the list says none
 *   issuerHash OCTET STRING (SIZE (32)),       -- of the list's issuer, as subjectHash
 *   count INTEGER }                            -- entries
 *
 * 2, some serial numbers of that CRL: key goes on issuerHash[0..8) || len u8 || serial u8[len], the least of them.
 * value = u16 count, (count - 1) x { u8 len, u8 shared, u8 rest[len - shared] }: the others, each longer than the one before
 * or as long and greater, with its first `shared` octets. A serial is the INTEGER's content in its shortest form.
 *
 * 3, a defect its issuer has announced (9303-12 10): key goes on SHA-256(value)[0..12).
 * value ::= SEQUENCE {                         -- trust/deviation.h
 *   kind INTEGER, parameter INTEGER,           -- what: enum deviation_kind, a bit of its field or data group
 *   documentType OCTET STRING (SIZE (0..2)),   -- which documents; empty: any
 *   by INTEGER, signer OCTET STRING,           -- which signer: enum deviation_signer
 *   numbers OCTET STRING }                     -- n x { u8 len, characters }; empty: any
 *
 * Blocks hold whole records; a record is at most CSCA_RECORD_MAX bytes. A leaf's separator is its whole first key, so that
 * the leaf found for a serial is the one that holds the greatest key not above it.
 */
#define CSCA_RECORD_MAX 1200U
#define CSCA_KEY_MAX 56U

/* Views point into the block it was read from. */
struct csca_anchor {
    int64_t not_before, not_after;
    struct bytes subject_key_id;
    struct bytes subject_hash;
    struct bytes spki;
    struct public_key key;
};

struct csca_store {
    struct block_source source;
    uint8_t root[HASH_SHA256_SIZE];
};

/*
 * Calls `visit` for each anchor of the country (2 or 3 letters, any case) until it returns false. `block` is scratch and
 * holds the anchor during the call. DR_OK whether or not there were any; *count (may be NULL) says how many were visited.
 * DR_ERR_CORRUPT, DR_ERR_IO: the store cannot be relied on.
 */
typedef bool (*csca_visit)(void *ctx, const struct csca_anchor *anchor);
enum dr_status csca_store_visit(const struct csca_store *store, const char *country, uint8_t block[BLOCK_TREE_BLOCK],
                                csca_visit visit, void *ctx, uint32_t *count);

/* Reads the record's value. DR_ERR_UNSUPPORTED: a key not known here (key.type is KEY_NONE), all else filled in; such anchors are
 * visited too. */
enum dr_status csca_anchor_read(struct bytes value, struct csca_anchor *anchor);

/*
 * Writes the record of a CSCA certificate (for builders of stores): record[1 .. 1 + record[0]) is its key. Certificates of one
 * key and name give one record key, whatever their validity. DR_ERR_MALFORMED: no country; DR_ERR_UNSUPPORTED: a key
 * not known; DR_ERR_NO_SPACE: over CSCA_RECORD_MAX (a key identifier of absurd length).
 */
enum dr_status csca_record_write(const struct certificate *certificate, uint8_t record[CSCA_RECORD_MAX], size_t *len);

/* SHA-256 of a Name with PrintableString/UTF8String differences, ASCII case and runs of spaces folded: two names that
 * certificate_name_equal accepts have one hash. */
enum dr_status certificate_name_hash(struct bytes name, uint8_t digest[HASH_SHA256_SIZE]);

#endif
