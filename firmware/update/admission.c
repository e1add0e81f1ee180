#include "update/admission.h"

#include "crypto/memory.h"
#include "trust/renewal.h"

#define DAY INT64_C(86400)

static enum dr_status refuse(struct update *update, enum dr_status status, const char *why)
{
    update->why = why;
    return status;
}

/* Reads `file`'s content as manifest, or as policy whose head is put into the manifest's form. */
static enum dr_status read_policy_head(struct bytes content, struct manifest *manifest, struct policy_role *role)
{
    struct policy policy;
    enum dr_status status = policy_read(content, &policy);

    if (status == DR_OK) {
        *manifest = (struct manifest){.number = policy.number,
                                      .this_update = policy.this_update,
                                      .next_update = policy.next_update,
                                      .block_size = BLOCK_TREE_BLOCK};
        *role = policy.owner_role;
    }
    return status;
}

/* Does the threshold of the role's officers stand behind the file? The decision is read twice (crypto/hardened.h). */
static enum dr_status require_role(struct update *update, const struct policy_role *role, const struct cms *cms,
                                   const char *why)
{
    volatile hardened decision = HARDENED_NO;

    decision = policy_role_verify(role, cms, update->type, NULL);
    if (!hardened_is_yes(&decision)) {
        return refuse(update, DR_ERR_THRESHOLD, why);
    }
    if (!hardened_is_yes(&decision)) {
        return refuse(update, DR_ERR_THRESHOLD, why);
    }
    return DR_OK;
}

/* 1. The envelope: one CMS, whole, of a type and size that is taken. */
static enum dr_status read_envelope(struct update *update, struct bytes file, struct cms *cms)
{
    enum dr_status status = cms_read(file, cms);

    if (status != DR_OK) {
        return refuse(update, status, "the file does not begin with a CMS SignedData");
    }
    if (cms->whole.len != file.len || !cms->has_content) {
        return refuse(update, DR_ERR_MALFORMED, "the CMS has no content");
    }
    update->type = oid_lookup(cms->content_type);
    update->series = 0;
    if (update->type != OID_DOCREV_POLICY && update->type != OID_DOCREV_TRUST_STORE &&
        update->type != OID_DOCREV_EDITION && update->type != OID_DOCREV_RENEWAL) {
        return refuse(update, DR_ERR_UNSUPPORTED, "the file is no policy, trust store, edition or renewal");
    }
    if (update->type != OID_DOCREV_POLICY && cms->whole.len > MANIFEST_CMS_MAX_SIZE) {
        return refuse(update, DR_ERR_TOO_LARGE, "the signed manifest is longer than 4096 octets");
    }
    status = hash_compute(HASH_SHA256, cms->whole, update->cms_sha256);
    return status == DR_OK ? DR_OK : refuse(update, status, "the digest could not be computed");
}

/* The owner's officers of the policy in force; a view into work->policy_cms. Its policy is let go of at once, for the stack's sake. */
static enum dr_status role_in_force(const struct update *update, struct update_work *work, struct policy_role *role)
{
    struct policy policy;
    enum dr_status status = update_load_policy(update->store, work, &policy);

    if (status == DR_OK) {
        *role = policy.owner_role;
    }
    return status;
}

/* The very file in force, sent again: then it mends one that the medium has damaged. Compared twice. */
static bool is_in_force(const struct update *update, const struct store_entry *held)
{
    return held->present && crypto_equal(update->cms_sha256, held->cms_sha256, sizeof held->cms_sha256) &&
           memcmp(held->cms_sha256, update->cms_sha256, sizeof held->cms_sha256) == 0;
}

/* The first policy is the owner's whom the factory page names, if it names one. Compared twice. */
static enum dr_status require_owner(struct update *update, const struct policy_role *role)
{
    static const uint8_t anybody[FACTORY_OWNER_SIZE];
    const uint8_t *owner = update->store->factory.owner;
    uint8_t digest[HASH_SHA256_SIZE];
    enum dr_status status = policy_role_sha256(role, digest);

    if (status != DR_OK) {
        return refuse(update, status, "the digest could not be computed");
    }
    if (crypto_equal(owner, anybody, sizeof anybody)) {
        return DR_OK;
    }
    if (!crypto_equal(owner, digest, sizeof digest) || memcmp(digest, owner, sizeof digest) != 0) {
        return refuse(update, DR_ERR_UNTRUSTED,
                      "the device belongs to another owner: begin with that one's first policy");
    }
    return DR_OK;
}

/*
 * 2a. A policy (TUF 5.3.4): signed by the owner's officers of the policy in force and by those of the new one. The first
 * one has only its own to answer to, and the factory page: without a name in it whoever provisions the device decides who owns it.
 */
static enum dr_status examine_policy(struct update *update, struct update_work *work, const struct cms *cms)
{
    const struct store_entry *held = &update->store->state.objects[STORE_POLICY];
    struct policy_role role;
    enum dr_status status;

    update->object = STORE_POLICY;
    if (held->present && !is_in_force(update, held)) {
        status = role_in_force(update, work, &role);
        if (status != DR_OK) {
            return refuse(update, status, "the policy in force cannot be read: send that one again first");
        }
        status = require_role(update, &role, cms, "too few officers of the policy in force have signed the new one");
        if (status != DR_OK) {
            return status;
        }
    }
    status = read_policy_head(cms->content, &update->manifest, &role);
    if (status != DR_OK) {
        return refuse(update, status, "the policy cannot be read");
    }
    if (!held->present) {
        status = require_owner(update, &role);
        if (status != DR_OK) {
            return status;
        }
    }
    return require_role(update, &role, cms, "too few officers of the new policy's owner have signed it");
}

/* 2b. A trust store: signed by the owner's officers. */
static enum dr_status examine_trust(struct update *update, const struct policy *policy, const struct cms *cms)
{
    update->object = STORE_TRUST;
    return require_role(update, &policy->owner_role, cms,
                        "too few of the owner's officers have signed the trust store");
}

/* A list that the policy knows no more; its place may be taken. */
static enum dr_status place_of_unknown_list(const struct update *update, const struct policy *policy,
                                            uint32_t body_blocks, enum store_object *object)
{
    const struct store *store = update->store;
    enum dr_status status = DR_ERR_NO_SPACE;
    uint32_t best = UINT32_MAX;

    for (unsigned i = STORE_LIST_0; i < STORE_OBJECTS; i++) {
        const struct store_entry *entry = &store->state.objects[i];

        if (entry->present && policy_find_authority(policy, entry->manifest.list_id) == NULL &&
            store->geometry.blocks[i] < best && store_fits(store, (enum store_object)i, update->cms_len, body_blocks)) {
            best = store->geometry.blocks[i];
            *object = (enum store_object)i;
            status = DR_OK;
        }
    }
    return status;
}

/* 2c. An edition (TUF 5.6, delegations): its authority is named by the policy, and that authority's officers signed it. */
static enum dr_status examine_edition(struct update *update, const struct policy *policy, const struct cms *cms)
{
    const struct policy_authority *authority = policy_find_authority(policy, update->manifest.list_id);
    uint32_t body_blocks = (uint32_t)(update->manifest.body_length / BLOCK_TREE_BLOCK);
    enum dr_status status;

    if (authority == NULL) {
        return refuse(update, DR_ERR_UNTRUSTED, "the policy names no authority for this list");
    }
    status = require_role(update, &authority->role, cms, "too few officers of the list's authority have signed it");
    if (status != DR_OK) {
        return status;
    }
    status = store_place_list(update->store, update->manifest.list_id, update->cms_len, body_blocks, &update->object);
    if (status != DR_OK) {
        status = place_of_unknown_list(update, policy, body_blocks, &update->object);
    }
    return status == DR_OK ? DR_OK : refuse(update, status, "no place on the card is large enough for this list");
}

/* The edition a renewal speaks of is in force: its number and root. It goes into the manifest's form with the new nextUpdate. */
static enum dr_status find_renewed(struct update *update, const struct renewal *renewal)
{
    const struct store_entry *held;

    if (store_find_list(update->store, renewal->list_id, &update->object) != DR_OK) {
        return refuse(update, DR_ERR_NOT_FOUND, "the device does not hold the list that is to be renewed");
    }
    held = &update->store->state.objects[update->object];
    if (renewal->number != held->manifest.number ||
        memcmp(renewal->root, held->manifest.root, sizeof renewal->root) != 0) {
        return refuse(update, DR_ERR_ROLLBACK, "the renewal is for another edition than the one in force");
    }
    update->manifest = held->manifest;
    update->manifest.next_update = renewal->next_update;
    update->manifest.body_length = 0;
    return DR_OK;
}

/*
 * 2d. A renewal (TUF's timestamp role, for one list): as many of the list's officers as the policy says, no further beyond the
 * edition's own nextUpdate than the policy says, and never back. What fewer officers can do is bounded so.
 */
static enum dr_status examine_renewal(struct update *update, const struct policy *policy, const struct cms *cms)
{
    const struct policy_authority *authority;
    struct device_renewal rule;
    struct policy_role role;
    struct renewal renewal;
    const struct store_entry *held;
    enum dr_status status = renewal_read(cms->content, &renewal);

    if (status != DR_OK) {
        return refuse(update, status, "the renewal cannot be read");
    }
    authority = policy_find_authority(policy, renewal.list_id);
    if (authority == NULL || device_rules_renewal(&policy->device, renewal.list_id, &rule) != DR_OK) {
        return refuse(update, DR_ERR_UNTRUSTED, "the policy lets nobody renew this list");
    }
    role = authority->role;
    role.threshold = rule.threshold;
    status = require_role(update, &role, cms, "too few officers of the list's authority have signed the renewal");
    if (status == DR_OK) {
        status = find_renewed(update, &renewal);
    }
    if (status != DR_OK) {
        return status;
    }
    held = &update->store->state.objects[update->object];
    if (renewal.next_update < held->manifest.next_update) {
        return refuse(update, DR_ERR_ROLLBACK, "the list has been renewed for longer already");
    }
    if (renewal.next_update - held->signed_next_update > rule.seconds) {
        return refuse(update, DR_ERR_EXPIRED, "the renewal goes further than the policy allows");
    }
    return DR_OK;
}

/*
 * Fast-forward recovery (TUF 5.3.11): who had stolen enough keys may have pushed a number that leaves none. A policy that revokes them
 * lets the list's numbers begin anew, in a new series.
 */
static enum dr_status take_series(struct update *update, const struct policy *policy)
{
    struct device_series rule = device_rules_series(&policy->device, update->manifest.list_id);

    update->series = rule.series;
    return update->manifest.number >= rule.first
               ? DR_OK
               : refuse(update, DR_ERR_ROLLBACK, "the number is of a series that the policy has ended");
}

static enum dr_status examine_object(struct update *update, struct update_work *work, const struct cms *cms)
{
    struct policy policy;
    enum dr_status status = update->type == OID_DOCREV_RENEWAL ? DR_OK : manifest_read(cms->content, &update->manifest);

    if (status != DR_OK) {
        return refuse(update, status, "the manifest cannot be read");
    }
    status = update_load_policy(update->store, work, &policy);
    if (status == DR_ERR_NOT_FOUND) {
        return refuse(update, DR_ERR_UNTRUSTED, "the device has no policy yet: push one first");
    }
    if (status != DR_OK) {
        return refuse(update, status, "the policy in force cannot be read: send it again first");
    }
    if (update->type == OID_DOCREV_RENEWAL) {
        return examine_renewal(update, &policy, cms);
    }
    if (update->type != OID_DOCREV_TRUST_STORE && (status = take_series(update, &policy)) != DR_OK) {
        return status;
    }
    return update->type == OID_DOCREV_TRUST_STORE ? examine_trust(update, &policy, cms)
                                                  : examine_edition(update, &policy, cms);
}

/* The entry whose floor counts: of a list it is where the list lies now, not where this edition will go. */
static const struct store_entry *holder(const struct update *update)
{
    enum store_object object = update->object;

    if (object >= STORE_LIST_0 && store_find_list(update->store, update->manifest.list_id, &object) != DR_OK) {
        return NULL;
    }
    return &update->store->state.objects[object];
}

/* 3. Numbers never go back (TUF 5.3.5, 5.5.5). Order is by number and digest, never by time; the same file again is welcome. */
static enum dr_status require_newer(struct update *update)
{
    const struct store_entry *entry = holder(update);

    if (entry == NULL || update->manifest.number > entry->floor || update->series > entry->series) {
        return DR_OK;
    }
    if (update->manifest.number < entry->floor) {
        return refuse(update, DR_ERR_ROLLBACK, "the number is lower than one that was accepted before");
    }
    if (!is_in_force(update, entry)) {
        return refuse(update, DR_ERR_ROLLBACK, "another file with this number was accepted before");
    }
    return DR_OK;
}

/*
 * 4. Not expired (TUF 5.5.6, 5.6): an unconfirmed clock knows only that it is later than its floor. A policy may be expired:
 * a chain of rotations must be passable when some of them are old (TUF 5.3.8); a device whose policy has expired decides
 * nothing. Nor from the future, by more than clocks differ.
 */
static enum dr_status require_current(struct update *update)
{
    const struct manifest *manifest = &update->manifest;
    int64_t now = clock_at_least(update->clock);

    if (manifest->next_update <= now && update->type != OID_DOCREV_POLICY) {
        return refuse(update, DR_ERR_EXPIRED, "its next update was due before today");
    }
    if (clock_confirmed(update->clock) && manifest->this_update > now + DAY) {
        return refuse(update, DR_ERR_EXPIRED, "it is dated more than a day ahead of the device's clock");
    }
    return DR_OK;
}

/* 5. The whole file, CMS and body, has a length that offsets can express. */
static enum dr_status require_size(struct update *update)
{
    uint64_t size = update->cms_len + update->manifest.body_length;

    if (size > UINT32_MAX) {
        return refuse(update, DR_ERR_TOO_LARGE, "the file is longer than 4 GiB");
    }
    update->size = (uint32_t)size;
    return DR_OK;
}

enum dr_status admission_examine(struct update *update, struct update_work *work)
{
    struct cms cms;
    enum dr_status status = read_envelope(update, bytes_of(work->incoming.cms, update->cms_len), &cms);

    if (status == DR_OK) {
        status =
            update->type == OID_DOCREV_POLICY ? examine_policy(update, work, &cms) : examine_object(update, work, &cms);
    }
    if (status == DR_OK && update->type != OID_DOCREV_RENEWAL) {
        status = require_newer(update);
    }
    if (status == DR_OK) {
        status = require_current(update);
    }
    if (status == DR_OK) {
        status = require_size(update);
    }
    return status;
}
