/* Officers of a test: keys and signatures by OpenSSL, so that the two ends are not one code. Also signs what no tool would. */
#ifndef DOCREV_TESTS_OFFICER_H
#define DOCREV_TESTS_OFFICER_H

#include "codec/der_write.h"
#include "trust/manifest.h"
#include "trust/oid.h"
#include "trust/policy.h"

struct officer {
    struct evp_pkey_st *key;
    uint8_t key_id[20];
    uint8_t spki[128];
    size_t spki_len;
};

/* A fresh P-256 key. */
void officer_make(struct officer *officer);
void officer_free(struct officer *officer);

/* CMS SignedData by these officers, in this order; one may be named twice. Returns the octets written; aborts on failure. */
#define OFFICER_CMS_MAX 8192U
size_t officers_sign(enum oid_id type, struct bytes content, const struct officer *const *signers, size_t count,
                     uint8_t out[OFFICER_CMS_MAX]);

struct officer_role {
    uint8_t threshold;
    size_t count;
    const struct officer *keys[POLICY_MAX_KEYS];
};

struct officer_authority {
    const char *list_id;
    struct officer_role role;
};

struct officer_policy {
    uint64_t number;
    int64_t this_update, next_update;
    struct officer_role owner;
    size_t authority_count;
    struct officer_authority authorities[POLICY_MAX_AUTHORITIES];
    struct device_rules device;
};

/* Content octets of a policy. */
size_t officer_policy_write(const struct officer_policy *policy, uint8_t out[OFFICER_CMS_MAX]);

/* A body of `leaves` (2..64) leaves filled from `seed`, under a root block: leaves + 1 blocks. Sets root and body_length. */
void officer_body(struct manifest *manifest, uint32_t leaves, uint8_t seed, uint8_t *out);

#endif
