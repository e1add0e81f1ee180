#include "trust/chain.h"

/* How closely an anchor fits the signer; tried in this order (9303-12 D.1.1.1: the one the key identifier names). */
enum fit { FIT_KEY_ID = 0, FIT_NAME, FIT_COUNTRY, FIT_COUNT };

struct search {
    const struct certificate *signer;
    uint8_t issuer_hash[HASH_SHA256_SIZE];
    bool has_issuer_hash;
    int64_t now;
    enum fit pass;

    volatile hardened verified; /* under some anchor */
    enum chain_reason reason;   /* of the best path, once verified */
    int64_t anchor_not_after;
    unsigned defects;   /* of the best path */
    bool named_refuses; /* an anchor with the signer's key identifier does not verify it */
    bool not_computable;
};

static enum fit fit_of(const struct search *search, const struct csca_anchor *anchor)
{
    struct bytes wanted = search->signer->authority_key_id;

    if (wanted.len > 0 && bytes_equal(wanted, anchor->subject_key_id)) {
        return FIT_KEY_ID;
    }
    if (search->has_issuer_hash &&
        bytes_equal(bytes_of(search->issuer_hash, sizeof search->issuer_hash), anchor->subject_hash)) {
        return FIT_NAME;
    }
    return FIT_COUNTRY;
}

/* 9303-12 D.1.1.3 for a signature that holds, in the order of enum chain_reason. */
static enum chain_reason judge(const struct search *search, const struct csca_anchor *anchor)
{
    const struct certificate *signer = search->signer;

    if (search->now > signer->not_after) {
        return CHAIN_DSC_EXPIRED;
    }
    if (search->now < signer->not_before) {
        return CHAIN_DSC_NOT_YET_VALID;
    }
    if (search->now < anchor->not_before || search->now > anchor->not_after) {
        return CHAIN_CSCA_EXPIRED;
    }
    /* 9303-12 Table 6: keyUsage digitalSignature is mandatory, a document signer is no CA and has no extended key usage
     * (those are signers of master and deviation lists, 7.1.1.3). An absent keyUsage reads as none. */
    if ((signer->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) == 0 || signer->is_ca ||
        (signer->key_usage & KEY_USAGE_CERT_SIGN) != 0 || signer->extended_key_usage.len > 0) {
        return CHAIN_KEY_USAGE;
    }
    if (signer->unknown_critical) {
        return CHAIN_CRITICAL_EXTENSION;
    }
    return CHAIN_OK;
}

/* Compared with TR-03105 5.1, see enum chain_defect. */
static unsigned defects_of(const struct search *search, const struct csca_anchor *anchor)
{
    const struct certificate *signer = search->signer;
    unsigned defects = 0;

    if (signer->authority_key_id.len == 0) {
        defects |= CHAIN_DEFECT_NO_KEY_ID;
    } else if (!bytes_equal(signer->authority_key_id, anchor->subject_key_id)) {
        defects |= CHAIN_DEFECT_OTHER_KEY_ID;
    }
    if (!search->has_issuer_hash ||
        !bytes_equal(bytes_of(search->issuer_hash, sizeof search->issuer_hash), anchor->subject_hash)) {
        defects |= CHAIN_DEFECT_ISSUER_NAME;
    }
    if (signer->has_key_usage && !signer->key_usage_critical) {
        defects |= CHAIN_DEFECT_KEY_USAGE_FORM;
    }
    if (!signer->time_form) {
        defects |= CHAIN_DEFECT_VALIDITY_FORM;
    }
    if (signer->version != 3U) {
        defects |= CHAIN_DEFECT_VERSION;
    }
    return defects;
}

/* csca_visit: tries one anchor if it is its turn. Returns false when no other can do better. */
static bool try_anchor(void *ctx, const struct csca_anchor *anchor)
{
    struct search *search = (struct search *)ctx;
    volatile enum dr_status status = DR_ERR_SIGNATURE;
    enum chain_reason reason;

    if (fit_of(search, anchor) != search->pass) {
        return true;
    }
    status = certificate_verify(search->signer, &anchor->key);
    if (status != DR_OK) {
        if (status == DR_ERR_UNSUPPORTED) {
            search->not_computable = search->not_computable || search->pass != FIT_COUNTRY;
        } else {
            search->named_refuses = search->named_refuses || search->pass == FIT_KEY_ID;
        }
        return true;
    }
    reason = judge(search, anchor);
    if (!hardened_is_yes(&search->verified) || reason == CHAIN_OK || anchor->not_after > search->anchor_not_after) {
        search->reason = reason;
        search->anchor_not_after = anchor->not_after;
        search->defects = defects_of(search, anchor);
    }
    if (status == DR_OK) { /* again: one skipped branch is not enough */
        search->verified = HARDENED_YES;
    }
    return search->reason == CHAIN_CSCA_EXPIRED; /* only then may another anchor with this key help */
}

static enum chain_reason reason_unverified(const struct search *search, uint32_t anchors)
{
    if (anchors == 0) {
        return CHAIN_NO_CSCA_FOR_STATE;
    }
    if (search->named_refuses) {
        return CHAIN_SIGNATURE_INVALID;
    }
    if (search->not_computable || search->signer->signature_algorithm.scheme == SIGNATURE_NONE) {
        return CHAIN_ALGORITHM;
    }
    return CHAIN_CSCA_UNKNOWN;
}

/* Positively one of the answers that let a signer pass: anything else counts as revoked. */
static bool not_revoked(volatile revocation value)
{
    return value == REVOCATION_UNREVOKED || value == REVOCATION_OUTDATED || value == REVOCATION_UNDETERMINED;
}

void chain_verify(const struct certificate *signer, const struct csca_store *store, int64_t now,
                  uint8_t block[BLOCK_TREE_BLOCK], struct chain_result *result)
{
    struct search search = {.signer = signer, .now = now, .verified = HARDENED_NO, .reason = CHAIN_CSCA_UNKNOWN};
    volatile enum chain_reason reason = CHAIN_CSCA_UNKNOWN;
    revocation revoked = REVOCATION_UNDETERMINED;
    uint32_t anchors = 0;
    enum dr_status status = DR_OK;

    *result = (struct chain_result){HARDENED_NO, CHAIN_NO_CSCA_FOR_STATE, false, 0, REVOCATION_UNDETERMINED, 0};
    if (signer->issuer_country[0] == '\0') {
        return;
    }
    search.has_issuer_hash = certificate_name_hash(signer->issuer, search.issuer_hash) == DR_OK;
    for (unsigned pass = FIT_KEY_ID; pass < FIT_COUNT && status == DR_OK; pass++) {
        if (hardened_is_yes(&search.verified) && search.reason != CHAIN_CSCA_EXPIRED) {
            break;
        }
        search.pass = (enum fit)pass;
        status = csca_store_visit(store, signer->issuer_country, block, try_anchor, &search, &anchors);
    }

    if (status == DR_OK && hardened_is_yes(&search.verified)) {
        status =
            revocation_look_up(store, signer->issuer_country, signer->issuer, signer->serial, now, block, &revoked);
    }

    result->signature_verified = hardened_is_yes(&search.verified);
    result->revocation = revoked;
    result->defects = search.defects;
    if (revoked != REVOCATION_UNREVOKED && not_revoked(revoked) && hardened_is_yes(&search.verified)) {
        result->defects |= CHAIN_DEFECT_NOT_DETERMINED;
    }
    result->anchor_not_after = search.anchor_not_after;
    if (status != DR_OK) {
        reason = CHAIN_STORE_UNREADABLE;
    } else if (hardened_is_yes(&search.verified)) {
        reason = not_revoked(revoked) ? search.reason : CHAIN_REVOKED;
    } else {
        reason = reason_unverified(&search, anchors);
    }
    result->reason = reason;
    if (reason == CHAIN_OK && hardened_is_yes(&search.verified) && search.reason == CHAIN_OK) {
        if (reason == CHAIN_OK && hardened_is_yes(&search.verified) && not_revoked(result->revocation)) {
            result->trusted = HARDENED_YES;
        }
    }
}

const char *chain_reason_text(enum chain_reason reason)
{
    switch (reason) {
    case CHAIN_OK:
        return "trusted";
    case CHAIN_NO_CSCA_FOR_STATE:
        return "no-csca-for-state";
    case CHAIN_CSCA_UNKNOWN:
        return "csca-unknown";
    case CHAIN_SIGNATURE_INVALID:
        return "signature-invalid";
    case CHAIN_REVOKED:
        return "dsc-revoked";
    case CHAIN_DSC_EXPIRED:
        return "dsc-expired";
    case CHAIN_DSC_NOT_YET_VALID:
        return "dsc-not-yet-valid";
    case CHAIN_CSCA_EXPIRED:
        return "csca-expired";
    case CHAIN_KEY_USAGE:
        return "key-usage";
    case CHAIN_CRITICAL_EXTENSION:
        return "critical-extension";
    case CHAIN_ALGORITHM:
        return "algorithm";
    case CHAIN_STORE_UNREADABLE:
        return "store-unreadable";
    }
    return "unknown";
}

const char *chain_defect_text(unsigned bit)
{
    static const char *const texts[CHAIN_DEFECTS] = {
        "no-key-identifier", "other-key-identifier",    "issuer-name", "key-usage-not-critical", "validity-form",
        "version",           "revocation-undetermined",
    };

    return bit < CHAIN_DEFECTS ? texts[bit] : NULL;
}
