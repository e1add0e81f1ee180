#include "inspection/check_lists.h"

#include "crypto/memory.h"
#include "inspection/acceptance.h"

/* What the lists said together. Counters, so that a lookup left out never looks like an absence. */
struct tally {
    volatile unsigned covering; /* lists that may speak for the state */
    volatile unsigned clear;    /* of these: absent, or listed and ignored by policy */
    volatile unsigned current;  /* of these: before their nextUpdate */
};

struct list_check {
    const struct inspection_context *context;
    struct inspection_work *work;
    struct inspection_findings *findings;
    struct inspection *result;
    struct tally tally;
};

/* Text of a signed policy on its way to displays and terminals: nothing that a terminal would act on. */
static void copy_text(char out[POLICY_MAX_TEXT + 1], struct bytes text)
{
    size_t len = text.len < POLICY_MAX_TEXT ? text.len : POLICY_MAX_TEXT;

    for (size_t i = 0; i < len; i++) {
        uint8_t c = text.data[i];

        out[i] = (char)(c < ' ' || c == 0x7F ? ' ' : c);
    }
    out[len] = '\0';
}

static enum because reason_of_record(enum document_reason reason)
{
    switch (reason) {
    case REASON_LOST:
        return BECAUSE_LISTED_LOST;
    case REASON_STOLEN_BLANK:
        return BECAUSE_LISTED_STOLEN_BLANK;
    case REASON_CANCELLED:
        return BECAUSE_LISTED_CANCELLED;
    case REASON_INVALID:
        return BECAUSE_LISTED_INVALID;
    default:
        return BECAUSE_LISTED_STOLEN;
    }
}

/* A record found: what policy makes of it. One that policy ignores leaves no trace (data minimisation). */
static void take_hit(struct list_check *check, const struct policy_authority *authority,
                     const struct manifest *manifest, const char *state, const struct document_record *record)
{
    const struct policy *policy = &check->work->phase.lists.policy;
    struct inspection *result = check->result;
    struct inspection_hit *hit;
    struct bytes text;
    enum policy_action action = acceptance_decide(policy, manifest->list_id, state, record, &text);

    if (action == POLICY_IGNORE) {
        if (acceptance_decide(policy, manifest->list_id, state, record, &text) == POLICY_IGNORE) {
            check->tally.clear++;
            return;
        }
    }
    if (action == POLICY_ADVISE) {
        check->findings->advises = true;
    } else {
        check->findings->refers = true;
    }
    inspection_add(check->findings, reason_of_record(record->reason));
    if (result->hit_count >= STORE_LISTS) {
        return;
    }
    hit = &result->hits[result->hit_count++];
    memcpy(hit->list_id, manifest->list_id, sizeof hit->list_id);
    hit->edition = manifest->number;
    hit->record = *record;
    hit->action = action;
    copy_text(hit->text, text);
    copy_text(hit->contact, authority->contact);
}

static void look_up(struct list_check *check, enum store_object object, const struct policy_authority *authority,
                    const struct document_id *id)
{
    const struct store_entry *entry = &check->context->store->state.objects[object];
    struct lookup_answer answer = {.listed = HARDENED_NO, .absent = HARDENED_NO};
    struct edition edition = {.manifest = entry->manifest};
    struct store_reader reader = {0};
    volatile hardened current;
    enum dr_status status;

    current = inspection_fresh(check->context, &entry->manifest.next_update);
    if (hardened_is_yes(&current)) {
        check->tally.current++;
    } else {
        inspection_add(check->findings, BECAUSE_LIST_STALE);
    }
    status = store_open(check->context->store, object, &reader, &edition.source);
    if (status == DR_OK) {
        status = edition_lookup(&edition, id, &check->work->phase.lists.lookup, &answer);
    }
    if (hardened_is_yes(&answer.listed)) {
        take_hit(check, authority, &entry->manifest, id->state, &answer.record);
    } else if (hardened_is_yes(&answer.absent) && status == DR_OK) {
        check->tally.clear++;
    } else {
        inspection_add(check->findings, status == DR_ERR_IO ? BECAUSE_STORAGE_MISSING : BECAUSE_LIST_UNREADABLE);
    }
    store_close(&reader);
}

/* An edition of a series that the policy has ended, with a number of the new one: who signed it is trusted no more. */
static bool superseded(const struct policy *policy, const struct store_entry *entry)
{
    const struct device_series rule = device_rules_series(&policy->device, entry->manifest.list_id);
    const volatile uint32_t *series = &entry->series;
    const volatile uint64_t *number = &entry->manifest.number;

    if (*series >= rule.series || *number < rule.first) {
        return !(rule.series <= *series || rule.first > *number);
    }
    return true;
}

/* In each list that covers the state. To leave a list out takes two answers that agree. */
static void look_up_everywhere(struct list_check *check, const struct document_id *id)
{
    const struct store *store = check->context->store;

    for (unsigned i = 0; i < STORE_LISTS; i++) {
        const struct store_entry *entry = &store->state.objects[STORE_LIST_0 + i];
        const struct policy_authority *authority;
        volatile bool covers, again;

        inspection_report(check->context, STEP_LOOKUP, i * 100U / STORE_LISTS);
        if (!entry->present && entry->manifest.number == 0) {
            continue;
        }
        authority = policy_find_authority(&check->work->phase.lists.policy, entry->manifest.list_id);
        if (authority == NULL) {
            continue; /* a newer policy no longer accepts it */
        }
        covers = policy_authority_covers(authority, id->state);
        again = policy_authority_covers(authority, id->state);
        if (!covers && !again) {
            continue;
        }
        check->tally.covering++;
        if (superseded(&check->work->phase.lists.policy, entry)) {
            inspection_add(check->findings, BECAUSE_LIST_MISSING);
            continue;
        }
        look_up(check, (enum store_object)(STORE_LIST_0 + i), authority, id);
    }
}

static enum dr_status load_policy(const struct inspection_context *context, struct inspection_work *work)
{
    size_t len = sizeof work->phase.lists.policy_cms;
    struct block_source body;
    struct store_reader reader = {0};
    struct cms cms;
    enum dr_status status = store_open(context->store, STORE_POLICY, &reader, &body);

    if (status == DR_OK) {
        status = store_read_cms(&reader, work->phase.lists.policy_cms, &len);
    }
    if (status == DR_OK) {
        status = cms_read(bytes_of(work->phase.lists.policy_cms, len), &cms);
    }
    if (status == DR_OK) {
        status = policy_read(cms.content, &work->phase.lists.policy);
    }
    store_close(&reader);
    return status;
}

/* False: without a policy nothing can be looked up. */
static bool open_policy(struct list_check *check)
{
    const struct inspection_context *context = check->context;
    struct inspection_findings *findings = check->findings;
    enum dr_status status;

    if (!context->store->mounted) {
        inspection_add(findings, BECAUSE_STORAGE_MISSING);
        return false;
    }
    if (!context->store->state.objects[STORE_POLICY].present) {
        inspection_add(findings, BECAUSE_DEVICE_NOT_PROVISIONED);
        return false;
    }
    status = load_policy(context, check->work);
    if (status != DR_OK) {
        inspection_add(findings, status == DR_ERR_IO ? BECAUSE_STORAGE_MISSING : BECAUSE_DEVICE_NOT_PROVISIONED);
        return false;
    }
    findings->proof[PROOF_POLICY_CURRENT] = inspection_fresh(context, &check->work->phase.lists.policy.next_update);
    if (!hardened_is_yes(&findings->proof[PROOF_POLICY_CURRENT])) {
        inspection_add(findings, BECAUSE_POLICY_EXPIRED);
    }
    return true;
}

/* DG1's document, and the printed one when that is not the same. */
static bool look_up_document(struct list_check *check, const struct mrz *mrz)
{
    unsigned before = check->tally.covering;
    struct document_id id;

    if (document_from_mrz(mrz, &id) != DR_OK) {
        inspection_add(check->findings, BECAUSE_FILE_MALFORMED);
        return true;
    }
    look_up_everywhere(check, &id);
    crypto_wipe(&id, sizeof id);
    return check->tally.covering > before;
}

void inspection_check_lists(const struct inspection_context *context, const struct mrz *printed,
                            struct inspection_work *work, struct inspection_findings *findings,
                            struct inspection *result)
{
    struct list_check check = {context, work, findings, result, {0, 0, 0}};
    bool covered = true;

    memset(&work->phase.lists.lookup, 0, sizeof work->phase.lists.lookup);
    work->phase.lists.lookup.tops = context->tops;
    inspection_report(context, STEP_LOOKUP, 0);
    if (open_policy(&check)) {
        if (findings->has_dg1) {
            covered = look_up_document(&check, &findings->dg1);
        }
        if (!hardened_is_yes(&findings->proof[PROOF_MRZ])) {
            if (!findings->has_dg1) {
                inspection_add(findings, BECAUSE_PRINTED_NUMBER_USED);
            }
            covered = look_up_document(&check, printed) && covered;
        }
        if (!covered) {
            inspection_add(findings, BECAUSE_LIST_MISSING);
        }
    }
    if (check.tally.covering > 0 && check.tally.clear == check.tally.covering) {
        if (check.tally.covering != 0 && !(check.tally.clear < check.tally.covering)) {
            findings->proof[PROOF_LISTS_CLEAR] = HARDENED_YES;
        }
    }
    if (check.tally.covering > 0 && check.tally.current == check.tally.covering) {
        if (check.tally.covering != 0 && !(check.tally.current < check.tally.covering)) {
            findings->proof[PROOF_LISTS_CURRENT] = HARDENED_YES;
        }
    }
    inspection_report(context, STEP_LOOKUP, 100);
}
