#include "signing/policy_writer.h"

#include "codec/der_write.h"
#include "trust/algorithm.h"
#include "trust/device_rules.h"

static void write_text(struct der_writer *writer, uint8_t tag, const char *text)
{
    der_write_item(writer, tag, bytes_of(text, strlen(text)));
}

static void write_role(struct der_writer *writer, const struct policy_draft_role *role)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE), keys, key;

    der_write_uint64(writer, role->threshold);
    keys = der_write_open(writer, DER_SEQUENCE);
    for (size_t i = 0; i < role->key_count; i++) {
        key = der_write_open(writer, DER_SEQUENCE);
        der_write_item(writer, DER_OCTET_STRING, role->keys[i]->certificate.subject_key_id);
        der_write_raw(writer, role->keys[i]->certificate.spki);
        der_write_close(writer, key);
    }
    der_write_close(writer, keys);
    der_write_close(writer, mark);
}

static void write_authority(struct der_writer *writer, const struct policy_draft_authority *authority)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE), states;

    write_text(writer, DER_UTF8_STRING, authority->list_id);
    write_text(writer, DER_UTF8_STRING, authority->name);
    write_text(writer, DER_UTF8_STRING, authority->contact);
    write_role(writer, &authority->role);
    states = der_write_open(writer, DER_SEQUENCE);
    for (size_t i = 0; i < authority->state_count; i++) {
        write_text(writer, DER_PRINTABLE_STRING, authority->states[i]);
    }
    der_write_close(writer, states);
    der_write_close(writer, mark);
}

static void write_rule(struct der_writer *writer, const struct policy_draft_rule *rule)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);
    const uint8_t reason = (uint8_t)rule->reason, basis = (uint8_t)rule->basis;

    if (rule->list_id != NULL) {
        write_text(writer, DER_CONTEXT_PRIMITIVE(0), rule->list_id);
    }
    if (rule->state != NULL) {
        write_text(writer, DER_CONTEXT_PRIMITIVE(1), rule->state);
    }
    if (reason != 0) {
        der_write_item(writer, DER_CONTEXT_PRIMITIVE(2), bytes_of(&reason, 1));
    }
    if (basis != BASIS_NONE) {
        der_write_item(writer, DER_CONTEXT_PRIMITIVE(3), bytes_of(&basis, 1));
    }
    der_write_enumerated(writer, (uint8_t)rule->action);
    if (rule->text != NULL) {
        write_text(writer, DER_UTF8_STRING, rule->text);
    }
    der_write_close(writer, mark);
}

/* Renewal and Series alike (trust/device_rules.h): a list and two numbers; left out when the first is 0. */
static void write_list_rule(struct der_writer *writer, const char *list_id, uint64_t first, uint64_t second)
{
    size_t mark;

    if (first > 0) {
        mark = der_write_open(writer, DER_SEQUENCE);
        write_text(writer, DER_UTF8_STRING, list_id);
        der_write_uint64(writer, first);
        der_write_uint64(writer, second);
        der_write_close(writer, mark);
    }
}

static void write_device_rules(struct der_writer *writer, const struct policy_draft *draft)
{
    uint8_t renewals[POLICY_MAX_AUTHORITIES * 64U], series[POLICY_MAX_AUTHORITIES * 64U], spki[RSA_MAX_BITS / 8U + 64U];
    struct device_rules rules = {.coarse = draft->audit_coarse, .officer_time = draft->officer_time};
    struct der_writer of_renewals, of_series, of_key;
    size_t len = 0;

    der_write_begin(&of_renewals, renewals, sizeof renewals);
    der_write_begin(&of_series, series, sizeof series);
    for (size_t i = 0; i < draft->authority_count; i++) {
        const struct policy_draft_authority *authority = &draft->authorities[i];

        write_list_rule(&of_renewals, authority->list_id, authority->renewal_threshold, authority->renewal_days);
        write_list_rule(&of_series, authority->list_id, authority->series, authority->first);
    }
    if (der_write_finish(&of_renewals, &len) == DR_OK) {
        rules.renewals = bytes_of(renewals, len);
    }
    if (der_write_finish(&of_series, &len) == DR_OK) {
        rules.series = bytes_of(series, len);
    }
    if (draft->oversight != NULL) {
        der_write_begin(&of_key, spki, sizeof spki);
        if (algorithm_write_public_key(&draft->oversight->certificate.key, &of_key) == DR_OK &&
            der_write_finish(&of_key, &len) == DR_OK) {
            rules.oversight = bytes_of(spki, len);
        }
    }
    device_rules_write(&rules, writer);
}

enum dr_status policy_draft_write(const struct policy_draft *draft, uint8_t *out, size_t *len, const char **why)
{
    struct der_writer writer;
    struct policy policy;
    size_t mark, inner;
    enum dr_status status;

    der_write_begin(&writer, out, *len < POLICY_MAX_SIZE ? *len : POLICY_MAX_SIZE);
    mark = der_write_open(&writer, DER_SEQUENCE);
    der_write_uint64(&writer, 1);
    der_write_uint64(&writer, draft->number);
    write_text(&writer, DER_UTF8_STRING, draft->owner);
    der_write_generalized_time(&writer, draft->this_update);
    der_write_generalized_time(&writer, draft->next_update);
    write_role(&writer, &draft->owner_role);
    inner = der_write_open(&writer, DER_SEQUENCE);
    for (size_t i = 0; i < draft->authority_count; i++) {
        write_authority(&writer, &draft->authorities[i]);
    }
    der_write_close(&writer, inner);
    inner = der_write_open(&writer, DER_SEQUENCE);
    for (size_t i = 0; i < draft->rule_count; i++) {
        write_rule(&writer, &draft->rules[i]);
    }
    der_write_close(&writer, inner);
    write_device_rules(&writer, draft);
    der_write_close(&writer, mark);
    status = der_write_finish(&writer, len);
    if (status != DR_OK) {
        *why = "the policy is longer than devices take";
        return DR_ERR_TOO_LARGE;
    }
    status = policy_read(bytes_of(out, *len), &policy);
    if (status != DR_OK) {
        *why = "devices would refuse this policy (thresholds, repeated keys, names or texts out of their limits, an "
               "oversight's key that is not P-256)";
    }
    return status;
}
