#include "inspection/acceptance.h"

static bool text_matches(struct bytes wanted, const char *text)
{
    return wanted.len == 0 || bytes_equal(wanted, bytes_of(text, strlen(text)));
}

static bool rule_matches(const struct policy_rule *rule, const char *list_id, const char *state,
                         const struct document_record *record)
{
    return text_matches(rule->list_id, list_id) && text_matches(rule->state, state) &&
           (!rule->has_reason || rule->reason == (uint8_t)record->reason) &&
           (!rule->has_basis || rule->basis == (uint8_t)record->basis);
}

/* Whoever a cancellation may wrong is not referred for it alone (docs/safeguards.md). */
static enum policy_action default_action(const struct document_record *record)
{
    if (record->reason == REASON_CANCELLED && record->basis != BASIS_COURT_ORDER) {
        return POLICY_ADVISE;
    }
    return POLICY_REFER;
}

enum policy_action acceptance_decide(const struct policy *policy, const char *list_id, const char *state,
                                     const struct document_record *record, struct bytes *text)
{
    struct bytes rest = policy->rules;
    struct policy_rule rule;

    while (policy_next_rule(&rest, &rule) == DR_OK) {
        if (rule_matches(&rule, list_id, state, record)) {
            *text = rule.text;
            return rule.action;
        }
    }
    *text = bytes_of(NULL, 0);
    return default_action(record);
}
