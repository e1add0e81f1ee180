/* docrev policy create */
#include "docrev/command.h"
#include "docrev/defaults.h"
#include "docrev/policy.h"
#include "signing/policy_writer.h"
#include "signing/signed_file.h"

#include <errno.h>
#include <stdlib.h>

/* A draft and what it borrows from. */
struct draft {
    struct policy_draft policy;
    struct officer_key *keys[POLICY_MAX_KEYS * (POLICY_MAX_AUTHORITIES + 1)];
    struct officer_key *oversight;
    size_t key_count;
    char states[POLICY_MAX_AUTHORITIES][POLICY_DRAFT_MAX_STATES][4];
    char *rules[POLICY_DRAFT_MAX_RULES]; /* owned copies, cut up into words */
};

static void draft_free(struct draft *draft)
{
    for (size_t i = 0; i < draft->key_count; i++) {
        officer_key_free(draft->keys[i]);
    }
    officer_key_free(draft->oversight);
    for (size_t i = 0; i < draft->policy.rule_count; i++) {
        free(draft->rules[i]);
    }
    free(draft);
}

/* The role that --key and --threshold speak of: the owner's until the first --list, then that of the list named last. */
static struct policy_draft_role *current_role(struct policy_draft *policy)
{
    return policy->authority_count == 0 ? &policy->owner_role : &policy->authorities[policy->authority_count - 1].role;
}

static int add_key(struct draft *draft, const char *path)
{
    struct policy_draft_role *role = current_role(&draft->policy);
    const char *why = "";
    struct officer_key *key;

    if (role->key_count == POLICY_MAX_KEYS) {
        return wrong_usage("policy create: at most %u keys of one role", POLICY_MAX_KEYS);
    }
    if (officer_certificate_load(path, &key, &why) != DR_OK) {
        return fail(path, why);
    }
    draft->keys[draft->key_count++] = key;
    role->keys[role->key_count++] = key;
    return EXIT_DONE;
}

static int add_list(struct draft *draft, const char *id)
{
    if (!manifest_list_id_valid(bytes_of(id, strlen(id)))) {
        return wrong_usage("--list: 1 to %u characters of A-Z a-z 0-9 . - are wanted", MANIFEST_MAX_LIST_ID);
    }
    if (draft->policy.authority_count == POLICY_MAX_AUTHORITIES) {
        return wrong_usage("policy create: at most %u lists", POLICY_MAX_AUTHORITIES);
    }
    draft->policy.authorities[draft->policy.authority_count++] =
        (struct policy_draft_authority){.list_id = id, .name = id, .contact = ""};
    return EXIT_DONE;
}

static int add_state(struct draft *draft, const char *text)
{
    size_t list = draft->policy.authority_count - 1;
    struct policy_draft_authority *authority = &draft->policy.authorities[list];
    char *code;

    if (authority->state_count == POLICY_DRAFT_MAX_STATES) {
        return wrong_usage("--state: at most %u states of one list", POLICY_DRAFT_MAX_STATES);
    }
    code = draft->states[list][authority->state_count];
    if (document_normalise_state(bytes_of(text, strlen(text)), code) != DR_OK) {
        return wrong_usage("--state: '%s' is no code of ICAO 9303-3", text);
    }
    authority->states[authority->state_count++] = code;
    return EXIT_DONE;
}

static bool parse_action(const char *text, enum policy_action *action)
{
    static const char *const names[] = {
        [POLICY_REFER] = "refer", [POLICY_ADVISE] = "advise", [POLICY_IGNORE] = "ignore"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) == 0) {
            *action = (enum policy_action)i;
            return true;
        }
    }
    return false;
}

/* One "name=value" of a rule. */
static bool set_rule_field(struct policy_draft_rule *rule, const char *name, char *value, bool *has_action)
{
    struct bytes text = bytes_of(value, strlen(value));

    if (strcmp(name, "action") == 0) {
        *has_action = true;
        return parse_action(value, &rule->action);
    }
    if (strcmp(name, "list") == 0) {
        rule->list_id = value;
        return manifest_list_id_valid(text);
    }
    if (strcmp(name, "state") == 0) {
        char code[4] = "";
        if (document_normalise_state(text, code) != DR_OK || strlen(code) > text.len) {
            return false;
        }
        memcpy(value, code, strlen(code) + 1);
        rule->state = value;
        return true;
    }
    if (strcmp(name, "reason") == 0) {
        return document_reason_parse(text, &rule->reason) == DR_OK;
    }
    if (strcmp(name, "basis") == 0) {
        return document_basis_parse(text, &rule->basis) == DR_OK;
    }
    if (strcmp(name, "text") == 0) {
        rule->text = value;
        return true;
    }
    return false;
}

/* action=refer,list=ID,state=UTO,reason=cancelled,basis=administrative,text=... (text is last: it may hold commas) */
static int add_rule(struct draft *draft, const char *text)
{
    struct policy_draft_rule *rule = &draft->policy.rules[draft->policy.rule_count];
    bool has_action = false;
    char *at;

    if (draft->policy.rule_count == POLICY_DRAFT_MAX_RULES || (at = strdup(text)) == NULL) {
        return wrong_usage("--rule: at most %u rules", POLICY_DRAFT_MAX_RULES);
    }
    draft->rules[draft->policy.rule_count++] = at;
    *rule = (struct policy_draft_rule){0};
    while (at != NULL) {
        char *name = at, *value = strchr(at, '=');
        if (value == NULL) {
            return wrong_usage("--rule: '%s' is no name=value", at);
        }
        *value++ = '\0';
        at = strcmp(name, "text") == 0 ? NULL : strchr(value, ',');
        if (at != NULL) {
            *at++ = '\0';
        }
        if (!set_rule_field(rule, name, value, &has_action)) {
            return wrong_usage("--rule: %s=%s is not understood", name, value);
        }
    }
    return has_action ? EXIT_DONE : wrong_usage("--rule: action=refer, advise or ignore is needed");
}

/* K:DAYS */
static int set_renewal(struct policy_draft_authority *authority, const char *text)
{
    char *end;
    unsigned long threshold = strtoul(text, &end, 10), days = *end == ':' ? strtoul(end + 1, &end, 10) : 0;

    if (*end != '\0' || threshold < 1 || threshold > POLICY_MAX_KEYS || days < 1 || days > 366) {
        return wrong_usage("--renew: officers:days is wanted, like 1:14, not '%s'", text);
    }
    authority->renewal_threshold = (uint8_t)threshold;
    authority->renewal_days = (uint16_t)days;
    return EXIT_DONE;
}

/* S:FIRST */
static int set_series(struct policy_draft_authority *authority, const char *text)
{
    char *end;
    unsigned long long series, first;

    errno = 0;
    series = strtoull(text, &end, 10);
    first = *end == ':' ? strtoull(end + 1, &end, 10) : 0;
    if (*end != '\0' || errno != 0 || series < 1 || series > INT32_MAX || first < 1 || first > INT64_MAX) {
        return wrong_usage("--series: series:first-number is wanted, like 1:4200, not '%s'", text);
    }
    authority->series = (uint32_t)series;
    authority->first = first;
    return EXIT_DONE;
}

static int set_oversight(struct draft *draft, const char *path)
{
    const char *why = "";

    officer_key_free(draft->oversight);
    draft->oversight = NULL;
    if (officer_certificate_load(path, &draft->oversight, &why) != DR_OK) {
        return fail(path, why);
    }
    draft->policy.oversight = draft->oversight;
    return EXIT_DONE;
}

static int apply(struct draft *draft, const char *name, const char *value)
{
    struct policy_draft *policy = &draft->policy;
    struct policy_draft_authority *authority =
        policy->authority_count > 0 ? &policy->authorities[policy->authority_count - 1] : NULL;

    if (strcmp(name, "--key") == 0) {
        return add_key(draft, value);
    }
    if (strcmp(name, "--threshold") == 0) {
        current_role(policy)->threshold =
            (uint8_t)(value[0] >= '1' && value[0] <= '8' && value[1] == '\0' ? value[0] - '0' : 0);
        return current_role(policy)->threshold > 0 ? EXIT_DONE : wrong_usage("--threshold: 1 to 8 is wanted");
    }
    if (strcmp(name, "--list") == 0) {
        return add_list(draft, value);
    }
    if (strcmp(name, "--rule") == 0) {
        return add_rule(draft, value);
    }
    if (strcmp(name, "--oversight") == 0) {
        return set_oversight(draft, value);
    }
    if (strcmp(name, "--audit") == 0) {
        policy->audit_coarse = strcmp(value, "coarse") == 0;
        return policy->audit_coarse ? EXIT_DONE : wrong_usage("--audit: coarse is wanted, not '%s'", value);
    }
    if (strcmp(name, "--officer-time") == 0) {
        policy->officer_time = true;
        return EXIT_DONE;
    }
    if (strcmp(name, "--name") == 0 || strcmp(name, "--contact") == 0 || strcmp(name, "--state") == 0 ||
        strcmp(name, "--renew") == 0 || strcmp(name, "--series") == 0) {
        if (authority == NULL) {
            return wrong_usage("%s: speaks of a list, so --list comes before it", name);
        }
        if (strcmp(name, "--state") == 0) {
            return add_state(draft, value);
        }
        if (strcmp(name, "--series") == 0) {
            return set_series(authority, value);
        }
        if (strcmp(name, "--renew") == 0) {
            return set_renewal(authority, value);
        }
        *(strcmp(name, "--name") == 0 ? &authority->name : &authority->contact) = value;
    }
    return EXIT_DONE;
}

/* Signatures are worth most when all of a role are asked for; fewer must be said. */
static void default_thresholds(struct policy_draft *policy)
{
    if (policy->owner_role.threshold == 0) {
        policy->owner_role.threshold = (uint8_t)policy->owner_role.key_count;
    }
    for (size_t i = 0; i < policy->authority_count; i++) {
        if (policy->authorities[i].role.threshold == 0) {
            policy->authorities[i].role.threshold = (uint8_t)policy->authorities[i].role.key_count;
        }
    }
}

int run_policy_create(const struct arguments *arguments)
{
    const char *path = argument(arguments, "-o"), *why = "";
    uint8_t der[POLICY_MAX_SIZE];
    size_t len = sizeof der;
    uint64_t number = 1, days = DEFAULT_POLICY_DAYS;
    int64_t this_update = time_now();
    struct draft *draft;
    int status = EXIT_DONE;

    if (path == NULL || argument(arguments, "--owner") == NULL || argument(arguments, "--key") == NULL) {
        return wrong_usage("policy create: -o, --owner and --key are needed");
    }
    if (!argument_number(arguments, "--number", 1, INT64_MAX, &number) ||
        !argument_number(arguments, "--days", 1, 3650, &days) ||
        !argument_time(arguments, "--this-update", &this_update)) {
        return EXIT_USAGE;
    }
    draft = calloc(1, sizeof *draft);
    if (draft == NULL) {
        return fail(path, "no memory");
    }
    draft->policy.number = number;
    draft->policy.owner = argument(arguments, "--owner");
    draft->policy.this_update = this_update;
    draft->policy.next_update = this_update + (int64_t)days * SECONDS_PER_DAY;
    for (size_t i = 0; status == EXIT_DONE && i < arguments->count; i++) {
        status = apply(draft, arguments->items[i].name, arguments->items[i].value);
    }
    if (status == EXIT_DONE) {
        default_thresholds(&draft->policy);
        if (policy_draft_write(&draft->policy, der, &len, &why) != DR_OK ||
            signed_file_create(path, OID_DOCREV_POLICY, bytes_of(der, len), NULL, &why) != DR_OK) {
            status = fail(path, why);
        }
    }
    draft_free(draft);
    return status;
}
