/* The policy: the device owner's root of trust and acceptance rules (*.drp), in the manner of TUF's root role. */
#ifndef DOCREV_TRUST_POLICY_H
#define DOCREV_TRUST_POLICY_H

#include "codec/der.h"
#include "crypto/hardened.h"
#include "crypto/public_key.h"
#include "trust/cms.h"
#include "trust/device_rules.h"
#include "trust/oid.h"

#define POLICY_MAX_SIZE 4608U /* content of the CMS; the whole file at most POLICY_CMS_MAX_SIZE */
#define POLICY_CMS_MAX_SIZE 6144U
#define POLICY_MAX_AUTHORITIES 4U
#define POLICY_MAX_KEYS 8U /* of one role */
#define POLICY_MAX_TEXT 96U

/*
 * Policy ::= SEQUENCE {
 *   version      INTEGER (1),
 *   number       INTEGER (1..MAX),
 *   owner        UTF8String (SIZE (1..64)),
 *   thisUpdate   GeneralizedTime,
 *   nextUpdate   GeneralizedTime,
 *   ownerRole    Role,                            -- signs policies, trust stores and times
 *   authorities  SEQUENCE SIZE (0..4) OF Authority,
 *   rules        SEQUENCE OF Rule,                -- first match decides; built-in defaults after the last
 *   extensions   [0] EXPLICIT Extensions OPTIONAL }   -- known: trust/device_rules.h
 * Role ::= SEQUENCE { threshold INTEGER (1..8), keys SEQUENCE SIZE (1..8) OF Key }
 * Key  ::= SEQUENCE { keyId OCTET STRING, spki SubjectPublicKeyInfo }  -- keyId as CMS's subjectKeyIdentifier names it
 * Authority ::= SEQUENCE {
 *   listId UTF8String, name UTF8String (SIZE (1..96)), contact UTF8String (SIZE (0..96)), role Role,
 *   issuingStates SEQUENCE OF PrintableString }   -- MRZ codes this list may speak for; empty = any
 * Rule ::= SEQUENCE {
 *   listId  [0] UTF8String OPTIONAL, state [1] PrintableString OPTIONAL,
 *   reason  [2] ENUMERATED OPTIONAL, basis [3] ENUMERATED OPTIONAL,        -- all IMPLICIT
 *   action  ENUMERATED { refer(0), advise(1), ignore(2) },
 *   text    UTF8String (SIZE (0..96)) OPTIONAL }
 * Two keys of one role never are the same key, however their SPKI is written, nor share a keyId; threshold never exceeds their
 * count; list ids of authorities differ (DR_ERR_MALFORMED). Keys are RSA of 2048 to 6144 bits, or EC on P-256, P-384, P-521
 * or brainpoolP256r1, P384r1, P512r1 (DR_ERR_UNSUPPORTED).
 */
struct policy_role {
    uint8_t threshold;
    struct bytes keys; /* content of keys: iterate with policy_next_key */
};

struct policy_authority {
    char list_id[33];
    struct bytes name, contact; /* UTF-8 text */
    struct policy_role role;
    struct bytes states; /* content of issuingStates */
};

enum policy_action { POLICY_REFER = 0, POLICY_ADVISE = 1, POLICY_IGNORE = 2 };

struct policy_rule {
    struct bytes list_id, state; /* empty = any */
    bool has_reason, has_basis;
    uint8_t reason, basis; /* enum document_reason, document_basis (revlist/document.h) */
    enum policy_action action;
    struct bytes text;
};

/* Views point into the policy's bytes. */
struct policy {
    uint64_t number;
    struct bytes owner;
    int64_t this_update, next_update;
    struct policy_role owner_role;
    uint8_t authority_count;
    struct policy_authority authorities[POLICY_MAX_AUTHORITIES];
    struct bytes rules; /* iterate with policy_next_rule */
    struct device_rules device;
};

/* Reads and checks the whole content, keys and rules included, so that iteration later cannot fail. */
enum dr_status policy_read(struct bytes der, struct policy *policy);

/* Start with *rest = role->keys or policy->rules; DR_ERR_NOT_FOUND at the end. */
enum dr_status policy_next_key(struct bytes *rest, struct bytes *key_id, struct bytes *spki);
/* Reads a key's SubjectPublicKeyInfo, all of it. */
enum dr_status policy_read_key(struct bytes spki, struct public_key *key);
/* One private key behind both, however the SPKIs were written (parameters absent or NULL, curve by name or spelt out)? */
bool policy_same_key(const struct public_key *a, const struct public_key *b);

/*
 * What a factory page pins (codec/factory_page.h): SHA-256 of the role's threshold, as one octet, and the content of its keys.
 */
enum dr_status policy_role_sha256(const struct policy_role *role, uint8_t digest[HASH_SHA256_SIZE]);

enum dr_status policy_next_rule(struct bytes *rest, struct policy_rule *rule);

const struct policy_authority *policy_find_authority(const struct policy *policy, const char *list_id);
/* May this authority list documents of the issuing state (MRZ code without fillers)? */
bool policy_authority_covers(const struct policy_authority *authority, const char *state);

/*
 * k of n: do at least role->threshold *distinct* keys of the role (distinct SPKI) verify `cms`, whose eContentType is
 * `type`? HARDENED_YES or HARDENED_NO; *verified (may be NULL) gets the number of distinct valid signers. Signers are matched by
 * subjectKeyIdentifier = keyId. Signers unknown to the role, bad signatures, digests shorter than SHA-256 and repeated keys
 * count nothing. Certificates inside the CMS are ignored. At most POLICY_MAX_ATTEMPTS signatures are tried.
 */
#define POLICY_MAX_ATTEMPTS 16U
hardened policy_role_verify(const struct policy_role *role, const struct cms *cms, enum oid_id type, uint8_t *verified);

#endif
