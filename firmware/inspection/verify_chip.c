#include "inspection/verify_chip.h"

#include "crypto/memory.h"

/* 2025-01-01. A clock before this program was written says nothing of a document's expiry. */
#define EARLIEST_NOW INT64_C(1735689600)

static enum because reason_of_format(enum dr_status status)
{
    return status == DR_ERR_UNSUPPORTED ? BECAUSE_ALGORITHM
           : status == DR_ERR_CRYPTO    ? BECAUSE_INTERNAL
                                        : BECAUSE_FILE_MALFORMED;
}

static enum because reason_of_chain(enum chain_reason reason)
{
    switch (reason) {
    case CHAIN_NO_CSCA_FOR_STATE:
        return BECAUSE_NO_CSCA_FOR_STATE;
    case CHAIN_CSCA_UNKNOWN:
        return BECAUSE_CSCA_UNKNOWN;
    case CHAIN_SIGNATURE_INVALID:
        return BECAUSE_CHAIN_SIGNATURE;
    case CHAIN_REVOKED:
        return BECAUSE_DSC_REVOKED;
    case CHAIN_DSC_EXPIRED:
    case CHAIN_DSC_NOT_YET_VALID:
        return BECAUSE_DSC_EXPIRED;
    case CHAIN_CSCA_EXPIRED:
        return BECAUSE_CSCA_EXPIRED;
    case CHAIN_KEY_USAGE:
    case CHAIN_CRITICAL_EXTENSION:
        return BECAUSE_DSC_PROFILE;
    case CHAIN_ALGORITHM:
        return BECAUSE_ALGORITHM;
    case CHAIN_STORE_UNREADABLE:
        return BECAUSE_TRUST_MISSING;
    default: /* not trusted, and no reason given */
        return BECAUSE_INTERNAL;
    }
}

static enum dr_status read_nothing(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx, (void)block, (void)data;
    return DR_ERR_IO;
}

/* Opens the trust store; without one, one that cannot be read, so that the SOD's own signature is still checked. */
static void open_trust(const struct inspection_context *context, struct store_reader *reader, struct csca_store *trust,
                       struct inspection_findings *findings)
{
    const struct store_entry *entry = &context->store->state.objects[STORE_TRUST];
    enum dr_status status;

    *trust = (struct csca_store){.source = {.read = read_nothing}};
    if (!context->store->mounted) {
        return;
    }
    if (!entry->present) {
        inspection_add(findings, BECAUSE_TRUST_MISSING);
        return;
    }
    status = store_open(context->store, STORE_TRUST, reader, &trust->source);
    if (status != DR_OK) {
        trust->source = (struct block_source){.read = read_nothing};
        inspection_add(findings, status == DR_ERR_IO ? BECAUSE_STORAGE_MISSING : BECAUSE_TRUST_MISSING);
        return;
    }
    memcpy(trust->root, entry->manifest.root, sizeof trust->root);
    findings->proof[PROOF_TRUST_CURRENT] = inspection_fresh(context, &entry->manifest.next_update);
    if (!hardened_is_yes(&findings->proof[PROOF_TRUST_CURRENT])) {
        inspection_add(findings, BECAUSE_TRUST_STALE);
    }
}

static void note_reasons(const struct inspection_context *context, const struct passive_auth *result,
                         struct inspection_findings *findings)
{
    if (result->sod != DR_OK) {
        inspection_add(findings, reason_of_format(result->sod));
    }
    if (result->sod == DR_OK && !hardened_is_yes(&result->signature)) {
        inspection_add(findings, result->signature_status == DR_ERR_UNSUPPORTED ? BECAUSE_ALGORITHM
                                 : result->signature_status == DR_ERR_CRYPTO    ? BECAUSE_INTERNAL
                                                                                : BECAUSE_SOD_SIGNATURE);
    }
    if (result->sod == DR_OK && !hardened_is_yes(&result->chain.trusted)) {
        /* Without storage that is the reason; a missing trust store has been noted already. */
        if (result->chain.reason != CHAIN_STORE_UNREADABLE || context->store->mounted) {
            inspection_add(findings, reason_of_chain(result->chain.reason));
        }
    }
}

hardened inspection_verify_card_security(const struct inspection_context *context, struct inspection_work *work,
                                         size_t len, struct inspection_findings *findings, struct bytes *infos)
{
    struct passive_auth result = {.genuine = HARDENED_NO};
    struct csca_store trust;
    struct store_reader reader = {0};
    enum dr_status status;

    *infos = bytes_of(NULL, 0);
    open_trust(context, &reader, &trust, findings);
    lds_flatten(work->phase.sod.file, len);
    status = card_security_read(bytes_of(work->phase.sod.file, len), &work->phase.sod.opened, infos);
    if (status != DR_OK) {
        *infos = bytes_of(NULL, 0);
        inspection_add(findings, reason_of_format(status));
        goto out;
    }
    passive_auth_verify(&work->phase.sod.opened, &trust, context->now, work->phase.sod.block, &result);
    note_reasons(context, &result, findings);
out:
    store_close(&reader);
    return result.genuine;
}

/* What was found of the chip counts under a trusted SOD alone: else a copy brings a key of its own (ICAO 9303-11 6.2.2). */
static void check_chip(struct inspection_findings *findings)
{
    struct inspection_checks *checks = &findings->checks;

    checks->passive = CHECK_FAILED;
    if (hardened_is_yes(&findings->proof[PROOF_GENUINE])) {
        if (hardened_is_yes(&findings->proof[PROOF_DG1_SIGNED])) {
            checks->passive = CHECK_PASSED;
        }
        if (checks->chip == CHECK_PASSED || checks->chip == CHECK_NOT_SUPPORTED) {
            findings->proof[PROOF_CHIP] = HARDENED_YES;
        }
    } else if (checks->chip == CHECK_PASSED) {
        checks->chip = CHECK_UNDETERMINED;
    }
}

/* ICAO 9303-11 5.1.1: the state that signed is the one on the document. */
static void check_state(const char *country, struct inspection_findings *findings)
{
    const char *state = findings->dg1.issuing_state;

    if (passive_auth_country_matches(country, state)) {
        if (passive_auth_country_matches(country, state)) {
            findings->proof[PROOF_STATE] = HARDENED_YES;
            return;
        }
    }
    inspection_add(findings, BECAUSE_STATE_MISMATCH);
}

/* DG1 whole, as it was read, is what the SOD lists. */
static void check_group(const struct inspection_work *work, struct inspection_findings *findings)
{
    const struct lds_sod *sod = &work->phase.sod.opened;
    uint8_t digest[HASH_MAX_SIZE];

    if (hash_compute(sod->digest, bytes_of(work->dg1, work->dg1_len), digest) != DR_OK) {
        inspection_add(findings, BECAUSE_INTERNAL);
        return;
    }
    findings->proof[PROOF_DG1_SIGNED] = passive_auth_group(sod, LDS_DG1, digest);
    if (!hardened_is_yes(&findings->proof[PROOF_DG1_SIGNED])) {
        inspection_add(findings, BECAUSE_DG_HASH);
    }
}

static void check_sod(const struct inspection_context *context, struct inspection_work *work,
                      struct inspection_findings *findings)
{
    struct passive_auth result = {.sod = DR_ERR_STATE, .signature = HARDENED_NO, .genuine = HARDENED_NO};
    struct csca_store trust;
    struct store_reader reader = {0};
    enum dr_status status;

    open_trust(context, &reader, &trust, findings);
    if (work->sod_len == 0) {
        goto out;
    }
    lds_flatten(work->phase.sod.file, work->sod_len);
    status = lds_read_sod(bytes_of(work->phase.sod.file, work->sod_len), &work->phase.sod.opened);
    if (status != DR_OK) {
        inspection_add(findings, reason_of_format(status));
        goto out;
    }
    passive_auth_verify(&work->phase.sod.opened, &trust, context->now, work->phase.sod.block, &result);
    note_reasons(context, &result, findings);
    findings->proof[PROOF_GENUINE] = result.genuine;
    if (work->dg1_len > 0) {
        check_group(work, findings);
    }
    check_chip(findings);
    if (findings->has_dg1 && result.sod == DR_OK) {
        check_state(result.signer_country, findings);
    }
out:
    store_close(&reader);
}

static void read_dg1(const struct mrz *printed, const struct inspection_work *work,
                     struct inspection_findings *findings)
{
    if (work->dg1_len == 0) {
        return;
    }
    if (lds_read_dg1(bytes_of(work->dg1, work->dg1_len), &findings->dg1) != DR_OK) {
        inspection_add(findings, BECAUSE_FILE_MALFORMED);
        return;
    }
    findings->has_dg1 = true;
    if (mrz_same_document(&findings->dg1, printed)) {
        if (mrz_same_document(&findings->dg1, printed)) {
            findings->proof[PROOF_MRZ] = HARDENED_YES;
            return;
        }
    }
    inspection_add(findings, BECAUSE_MRZ_DIFFERS);
}

static void check_expiry(const struct inspection_context *context, const struct mrz *mrz,
                         struct inspection_findings *findings)
{
    volatile int64_t end;
    int64_t seconds;

    if (context->now < EARLIEST_NOW) {
        return; /* time-unconfirmed says it */
    }
    if (mrz_expiry_seconds(mrz, context->now, &seconds) != DR_OK) {
        inspection_add(findings, BECAUSE_FILE_MALFORMED);
        return;
    }
    end = seconds;
    findings->proof[PROOF_UNEXPIRED] = inspection_before(&context->now, &end);
    if (!hardened_is_yes(&findings->proof[PROOF_UNEXPIRED])) {
        inspection_add(findings, BECAUSE_DOCUMENT_EXPIRED);
    }
}

void inspection_verify_chip(const struct inspection_context *context, const struct mrz *printed,
                            struct inspection_work *work, struct inspection_findings *findings)
{
    inspection_report(context, STEP_VERIFY, 0);
    read_dg1(printed, work, findings);
    check_sod(context, work, findings);
    check_expiry(context, findings->has_dg1 ? &findings->dg1 : printed, findings);
    inspection_report(context, STEP_VERIFY, 100);
}
