/* k of n signatures: kept apart from policy.c, since everything docrev believes rests on it. */
#include "trust/algorithm.h"
#include "trust/policy.h"

#define MIN_HASH_SIZE 32U

struct tally {
    const struct cms *cms;
    unsigned attempts; /* signatures tried, over all keys */
};

/* HARDENED_YES only when the primitive ran and said so; the status is read twice (MCUboot's FIH). */
static hardened signature_holds(const struct cms *cms, const struct cms_signer *signer, const struct public_key *key)
{
    volatile hardened result = HARDENED_NO;
    volatile enum dr_status status = DR_ERR_SIGNATURE;

    status = cms_verify(cms, signer, key);
    if (status == DR_OK) {
        if (status == DR_OK) {
            result = HARDENED_YES;
        }
    }
    return result;
}

/* docrev's own files are written one way: version 3 for a key identifier (RFC 5652 5.3) and a content type that is not id-data
 * (5.1), the digest listed, and no digest weaker than SHA-256. So no bit of a signed file can change unnoticed. */
static bool well_formed(const struct cms *cms, const struct cms_signer *signer)
{
    return cms->version == 3U && signer->version == 3U && signer->by_key_id && signer->has_signed_attributes &&
           hash_size(signer->digest) >= MIN_HASH_SIZE && signer->algorithm.hash == signer->digest &&
           cms_lists_digest(cms, signer->digest);
}

/* Has this key of the role signed? Looks at the signers that name it until one holds. */
static hardened key_signed(struct tally *tally, struct bytes key_id, const struct public_key *key)
{
    struct bytes rest = tally->cms->signer_infos;
    struct cms_signer signer;
    volatile hardened holds = HARDENED_NO;
    enum dr_status status;

    while ((status = cms_next_signer(&rest, &signer)) != DR_ERR_NOT_FOUND) {
        if (status != DR_OK || !well_formed(tally->cms, &signer) || !bytes_equal(signer.key_id, key_id)) {
            continue;
        }
        if (tally->attempts == POLICY_MAX_ATTEMPTS) {
            break;
        }
        tally->attempts++;
        holds = signature_holds(tally->cms, &signer, key);
        if (hardened_is_yes(&holds)) {
            return holds;
        }
    }
    return HARDENED_NO;
}

/* Is the key equal to one before number `index`? policy_read excludes it; a role may come from elsewhere. */
static bool repeated(struct bytes keys, unsigned index, const struct public_key *key)
{
    struct public_key other;
    struct bytes key_id;
    struct bytes spki;

    for (unsigned i = 0; i < index; i++) {
        if (policy_next_key(&keys, &key_id, &spki) != DR_OK || policy_read_key(spki, &other) != DR_OK) {
            return true;
        }
        if (policy_same_key(&other, key)) {
            return true;
        }
    }
    return false;
}

static uint8_t count_bits(uint32_t mask)
{
    uint8_t count = 0;

    for (unsigned i = 0; i < POLICY_MAX_KEYS; i++) {
        count = (uint8_t)(count + ((mask >> i) & 1U));
    }
    return count;
}

hardened policy_role_verify(const struct policy_role *role, const struct cms *cms, enum oid_id type, uint8_t *verified)
{
    volatile hardened result = HARDENED_NO;
    volatile hardened holds = HARDENED_NO;
    volatile uint32_t signed_by = 0;       /* bit i: key i of the role; a key can be counted once only */
    volatile uint32_t not_by = UINT32_MAX; /* the same, inverted, kept apart */
    volatile uint8_t threshold = role->threshold;
    struct tally tally = {.cms = cms};
    struct bytes keys = role->keys;
    struct public_key key;
    struct bytes key_id;
    struct bytes spki;
    unsigned index;

    if (!oid_is(cms->content_type, type) || !cms->has_content || threshold == 0 || threshold > POLICY_MAX_KEYS) {
        goto out;
    }
    for (index = 0; index < POLICY_MAX_KEYS && policy_next_key(&keys, &key_id, &spki) == DR_OK; index++) {
        if (policy_read_key(spki, &key) != DR_OK || repeated(role->keys, index, &key)) {
            goto out;
        }
        holds = key_signed(&tally, key_id, &key);
        if (hardened_is_yes(&holds)) {
            signed_by |= UINT32_C(1) << index;
        }
        if (hardened_is_yes(&holds)) {
            not_by &= ~(UINT32_C(1) << index);
        }
    }
    if (count_bits(signed_by) >= threshold && threshold >= 1U) {
        if (count_bits(~not_by) >= role->threshold && signed_by == ~not_by) {
            result = HARDENED_YES;
        }
    }
out:
    if (verified != NULL) {
        *verified = count_bits(signed_by);
    }
    return result;
}
