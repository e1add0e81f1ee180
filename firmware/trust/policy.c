#include "trust/policy.h"

#include "trust/algorithm.h"
#include "trust/field.h"
#include "trust/manifest.h"

#define POLICY_VERSION 1U
#define MAX_OWNER 64U
#define MAX_STATE 3U
#define MAX_KEY_ID 64U
#define MAX_REASON 5U /* enum document_reason and document_basis belong to a higher floor */
#define MAX_BASIS 4U
#define MIN_RSA_BYTES 256U

/* ---- Keys and roles ---- */

enum dr_status policy_next_key(struct bytes *rest, struct bytes *key_id, struct bytes *spki)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_reader fields;
    struct der_item item;
    enum dr_status status;

    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &item)) != DR_OK) {
        return status;
    }
    *key_id = item.value;
    status = der_expect(&fields, DER_SEQUENCE, &item);
    if (status != DR_OK) {
        return status;
    }
    *spki = item.whole;
    *rest = reader.rest;
    return der_finish(&fields);
}

enum dr_status policy_read_key(struct bytes spki, struct public_key *key)
{
    struct der_reader reader = der_reader_of(spki);
    enum dr_status status = algorithm_read_public_key(&reader, key);

    return status == DR_OK ? der_finish(&reader) : status;
}

static bool strong_enough(const struct public_key *key)
{
    switch (key->type) {
    case KEY_RSA:
        return key->rsa_modulus.len >= MIN_RSA_BYTES && key->rsa_modulus.len <= RSA_MAX_BITS / 8U;
    case KEY_EC:
        return key->curve == CURVE_P256 || key->curve == CURVE_P384 || key->curve == CURVE_P521 ||
               key->curve == CURVE_BP256 || key->curve == CURVE_BP384 || key->curve == CURVE_BP512;
    case KEY_NONE:
        break;
    }
    return false;
}

bool policy_same_key(const struct public_key *a, const struct public_key *b)
{
    if (a->type != b->type) {
        return false;
    }
    return a->type == KEY_RSA ? bytes_equal(a->rsa_modulus, b->rsa_modulus)
                              : a->curve == b->curve && bytes_equal(a->ec_point, b->ec_point);
}

/* Does a key before number `index` have this keyId, or is it the same key? */
static enum dr_status check_distinct(struct bytes keys, unsigned index, struct bytes key_id,
                                     const struct public_key *key)
{
    struct public_key other;
    struct bytes other_id;
    struct bytes other_spki;
    enum dr_status status = DR_OK;

    for (unsigned i = 0; i < index && status == DR_OK; i++) {
        status = policy_next_key(&keys, &other_id, &other_spki);
        if (status == DR_OK) {
            status = policy_read_key(other_spki, &other);
        }
        if (status == DR_OK && (bytes_equal(other_id, key_id) || policy_same_key(&other, key))) {
            status = DR_ERR_MALFORMED;
        }
    }
    return status;
}

static enum dr_status check_keys(struct bytes keys, unsigned *count)
{
    struct bytes rest = keys;
    struct public_key key;
    struct bytes key_id;
    struct bytes spki;
    enum dr_status status;

    for (*count = 0; (status = policy_next_key(&rest, &key_id, &spki)) == DR_OK; (*count)++) {
        if (*count == POLICY_MAX_KEYS || key_id.len == 0 || key_id.len > MAX_KEY_ID) {
            return DR_ERR_MALFORMED;
        }
        status = policy_read_key(spki, &key);
        if (status == DR_OK && !strong_enough(&key)) {
            status = DR_ERR_UNSUPPORTED;
        }
        if (status == DR_OK) {
            status = check_distinct(keys, *count, key_id, &key);
        }
        if (status != DR_OK) {
            return status;
        }
    }
    return status == DR_ERR_NOT_FOUND ? DR_OK : status;
}

static enum dr_status read_role(struct der_reader *reader, struct policy_role *role)
{
    struct der_reader fields;
    struct der_item item;
    uint64_t threshold;
    unsigned count;
    enum dr_status status;

    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = field_number(&fields, 1, POLICY_MAX_KEYS, &threshold)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK || (status = der_finish(&fields)) != DR_OK ||
        (status = check_keys(item.value, &count)) != DR_OK) {
        return status;
    }
    if (threshold > count) {
        return DR_ERR_MALFORMED;
    }
    role->threshold = (uint8_t)threshold;
    role->keys = item.value;
    return DR_OK;
}

/* ---- Authorities ---- */

/* MRZ code of an issuing state without fillers. */
static bool state_valid(struct bytes state)
{
    if (state.len == 0 || state.len > MAX_STATE) {
        return false;
    }
    for (size_t i = 0; i < state.len; i++) {
        if (state.data[i] < 'A' || state.data[i] > 'Z') {
            return false;
        }
    }
    return true;
}

static enum dr_status check_states(struct bytes states)
{
    struct der_reader reader = der_reader_of(states);
    struct der_item item;
    enum dr_status status = DR_OK;

    while (status == DR_OK && !der_at_end(&reader)) {
        status = der_expect(&reader, DER_PRINTABLE_STRING, &item);
        if (status == DR_OK && !state_valid(item.value)) {
            status = DR_ERR_MALFORMED;
        }
    }
    return status;
}

static enum dr_status read_authority(struct der_reader *reader, struct policy_authority *authority)
{
    struct der_reader fields;
    struct der_item item;
    struct bytes list_id;
    enum dr_status status;

    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = field_text(&fields, 1, MANIFEST_MAX_LIST_ID, &list_id)) != DR_OK ||
        (status = field_text(&fields, 1, POLICY_MAX_TEXT, &authority->name)) != DR_OK ||
        (status = field_text(&fields, 0, POLICY_MAX_TEXT, &authority->contact)) != DR_OK ||
        (status = read_role(&fields, &authority->role)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    if (!manifest_list_id_valid(list_id)) {
        return DR_ERR_MALFORMED;
    }
    memcpy(authority->list_id, list_id.data, list_id.len);
    authority->list_id[list_id.len] = '\0';
    authority->states = item.value;
    return check_states(item.value);
}

static enum dr_status read_authorities(struct der_reader *reader, struct policy *policy)
{
    struct der_reader list;
    enum dr_status status = der_enter(reader, DER_SEQUENCE, &list);

    while (status == DR_OK && !der_at_end(&list)) {
        struct policy_authority *next = &policy->authorities[policy->authority_count];
        if (policy->authority_count == POLICY_MAX_AUTHORITIES) {
            return DR_ERR_MALFORMED;
        }
        status = read_authority(&list, next);
        if (status == DR_OK && policy_find_authority(policy, next->list_id) != NULL) {
            return DR_ERR_MALFORMED;
        }
        policy->authority_count++;
    }
    return status;
}

/* ---- Rules ---- */

static enum dr_status read_choice(struct der_reader *reader, uint8_t tag, uint8_t max, uint8_t *value)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, tag, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.value.len != 1 || item.value.data[0] > max) {
        return DR_ERR_MALFORMED;
    }
    *value = item.value.data[0];
    return DR_OK;
}

/* What a rule is about: every part optional. */
static enum dr_status read_condition(struct der_reader *fields, struct policy_rule *rule)
{
    struct der_item item;
    bool present;
    enum dr_status status;

    status = der_optional(fields, DER_CONTEXT_PRIMITIVE(0U), &item, &present);
    if (status == DR_OK && present) {
        rule->list_id = item.value;
        status = manifest_list_id_valid(item.value) ? DR_OK : DR_ERR_MALFORMED;
    }
    if (status != DR_OK) {
        return status;
    }
    status = der_optional(fields, DER_CONTEXT_PRIMITIVE(1U), &item, &present);
    if (status == DR_OK && present) {
        rule->state = item.value;
        status = state_valid(item.value) ? DR_OK : DR_ERR_MALFORMED;
    }
    if (status == DR_OK && der_peek(fields) == DER_CONTEXT_PRIMITIVE(2U)) {
        rule->has_reason = true;
        status = read_choice(fields, DER_CONTEXT_PRIMITIVE(2U), MAX_REASON, &rule->reason);
        if (status == DR_OK && rule->reason == 0) {
            status = DR_ERR_MALFORMED;
        }
    }
    if (status == DR_OK && der_peek(fields) == DER_CONTEXT_PRIMITIVE(3U)) {
        rule->has_basis = true;
        status = read_choice(fields, DER_CONTEXT_PRIMITIVE(3U), MAX_BASIS, &rule->basis);
    }
    return status;
}

enum dr_status policy_next_rule(struct bytes *rest, struct policy_rule *rule)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_reader fields;
    uint8_t action;
    enum dr_status status;

    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    memset(rule, 0, sizeof *rule);
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = read_condition(&fields, rule)) != DR_OK ||
        (status = read_choice(&fields, DER_ENUMERATED, POLICY_IGNORE, &action)) != DR_OK) {
        return status;
    }
    rule->action = (enum policy_action)action;
    if (!der_at_end(&fields)) {
        status = field_text(&fields, 0, POLICY_MAX_TEXT, &rule->text);
    }
    if (status == DR_OK) {
        status = der_finish(&fields);
    }
    if (status == DR_OK) {
        *rest = reader.rest;
    }
    return status;
}

static enum dr_status read_rules(struct der_reader *reader, struct policy *policy)
{
    struct policy_rule rule;
    struct der_item item;
    struct bytes rest;
    enum dr_status status = der_expect(reader, DER_SEQUENCE, &item);

    if (status != DR_OK) {
        return status;
    }
    policy->rules = item.value;
    rest = item.value;
    do {
        status = policy_next_rule(&rest, &rule);
    } while (status == DR_OK);
    return status == DR_ERR_NOT_FOUND ? DR_OK : status;
}

/* ---- The whole ---- */

enum dr_status policy_read(struct bytes der, struct policy *policy)
{
    struct der_reader reader = der_reader_of(der);
    struct der_reader fields;
    enum dr_status status;

    memset(policy, 0, sizeof *policy);
    if (der.len > POLICY_MAX_SIZE) {
        return DR_ERR_TOO_LARGE;
    }
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = field_version(&fields, POLICY_VERSION)) != DR_OK ||
        (status = field_number(&fields, 1, UINT64_MAX, &policy->number)) != DR_OK ||
        (status = field_text(&fields, 1, MAX_OWNER, &policy->owner)) != DR_OK ||
        (status = field_time(&fields, &policy->this_update)) != DR_OK ||
        (status = field_time(&fields, &policy->next_update)) != DR_OK) {
        return status;
    }
    if (policy->next_update <= policy->this_update) {
        return DR_ERR_MALFORMED;
    }
    if ((status = read_role(&fields, &policy->owner_role)) != DR_OK ||
        (status = read_authorities(&fields, policy)) != DR_OK || (status = read_rules(&fields, policy)) != DR_OK ||
        (status = device_rules_read(&fields, &policy->device)) != DR_OK) {
        return status;
    }
    return der_finish(&fields);
}

enum dr_status policy_role_sha256(const struct policy_role *role, uint8_t digest[HASH_SHA256_SIZE])
{
    return hash_compute2(HASH_SHA256, bytes_of(&role->threshold, 1), role->keys, digest);
}

const struct policy_authority *policy_find_authority(const struct policy *policy, const char *list_id)
{
    for (uint8_t i = 0; i < policy->authority_count; i++) {
        if (strcmp(policy->authorities[i].list_id, list_id) == 0) {
            return &policy->authorities[i];
        }
    }
    return NULL;
}

bool policy_authority_covers(const struct policy_authority *authority, const char *state)
{
    struct der_reader reader = der_reader_of(authority->states);
    struct bytes wanted = bytes_of(state, strlen(state));
    struct der_item item;

    if (der_at_end(&reader)) {
        return true; /* any */
    }
    while (!der_at_end(&reader) && der_next(&reader, &item) == DR_OK) {
        if (bytes_equal(item.value, wanted)) {
            return true;
        }
    }
    return false;
}
