/* docrev policy sign|show, and the table of policy's verbs */
#include "docrev/policy.h"
#include "codec/calendar.h"
#include "docrev/command.h"
#include "docrev/verify.h"
#include "revlist/document.h"

#include <stdio.h>

static int run_sign(const struct arguments *arguments)
{
    const char *path = argument(arguments, "");
    struct signed_file file;
    enum oid_id type;

    if (argument_count(arguments, "") != 1 || argument(arguments, "--key") == NULL) {
        return wrong_usage("policy sign: one file and --key are needed");
    }
    if (signed_file_open(&file, path) != DR_OK) {
        return fail(path, file.why);
    }
    type = file.type;
    signed_file_close(&file);
    return type == OID_DOCREV_POLICY ? sign_with_keys(arguments, path) : fail(path, "not a policy");
}

static void show_role(const char *what, const struct policy_role *role)
{
    struct bytes rest = role->keys, id, spki;
    unsigned count = 0;

    while (policy_next_key(&rest, &id, &spki) == DR_OK) {
        count++;
    }
    printf("%s  %u of %u keys\n", what, role->threshold, count);
    rest = role->keys;
    while (policy_next_key(&rest, &id, &spki) == DR_OK) {
        printf("  key     ");
        for (size_t i = 0; i < id.len; i++) {
            printf("%02x", id.data[i]);
        }
        printf("\n");
    }
}

static void show_rule(const struct policy_rule *rule)
{
    static const char *const actions[] = {"refer", "advise", "ignore"};

    printf("rule    %s", actions[rule->action]);
    if (rule->list_id.len > 0) {
        printf(", list %.*s", (int)rule->list_id.len, (const char *)rule->list_id.data);
    }
    if (rule->state.len > 0) {
        printf(", state %.*s", (int)rule->state.len, (const char *)rule->state.data);
    }
    if (rule->has_reason) {
        printf(", reason %s", document_reason_text((enum document_reason)rule->reason));
    }
    if (rule->has_basis) {
        printf(", basis %s", document_basis_text((enum document_basis)rule->basis));
    }
    if (rule->text.len > 0) {
        printf(": %.*s", (int)rule->text.len, (const char *)rule->text.data);
    }
    printf("\n");
}

static void show_series(const struct device_rules *rules, const char *list_id)
{
    struct device_series series = device_rules_series(rules, list_id);

    if (series.series > 0) {
        printf("  series %lu, from number %llu on\n", (unsigned long)series.series, (unsigned long long)series.first);
    }
}

static void show_text(const struct policy *policy, struct signer_count signers)
{
    char from[CALENDAR_ISO8601_SIZE], until[CALENDAR_ISO8601_SIZE];
    struct bytes rest = policy->rules;
    struct policy_rule rule;

    calendar_format(policy->this_update, from);
    calendar_format(policy->next_update, until);
    printf("policy  number %llu of %.*s, %s to %s\n", (unsigned long long)policy->number, (int)policy->owner.len,
           (const char *)policy->owner.data, from, until);
    printf("signed  by %u of the owner's officers, %s\n", signers.verified,
           signers.enough ? "as many as it asks for" : "fewer than it asks for");
    show_role("owner ", &policy->owner_role);
    for (size_t i = 0; i < policy->authority_count; i++) {
        const struct policy_authority *authority = &policy->authorities[i];
        struct bytes states = authority->states;
        struct der_reader reader = der_reader_of(states);
        struct der_item state;

        printf("list    %s, %.*s", authority->list_id, (int)authority->name.len, (const char *)authority->name.data);
        if (authority->contact.len > 0) {
            printf(", %.*s", (int)authority->contact.len, (const char *)authority->contact.data);
        }
        printf("\n  states %s", der_at_end(&reader) ? "any" : "");
        while (der_next(&reader, &state) == DR_OK) {
            printf("%.*s ", (int)state.value.len, (const char *)state.value.data);
        }
        printf("\n");
        show_series(&policy->device, authority->list_id);
        show_role("  role", &authority->role);
    }
    if (policy->device.officer_time) {
        printf("device  an officer may confirm its date\n");
    }
    while (policy_next_rule(&rest, &rule) == DR_OK) {
        show_rule(&rule);
    }
}

static void report_role(struct json_writer *out, const struct policy_role *role)
{
    struct bytes rest = role->keys, id, spki;

    json_int(out, "threshold", role->threshold);
    json_array(out, "keys");
    while (policy_next_key(&rest, &id, &spki) == DR_OK) {
        json_hex(out, NULL, id);
    }
    json_end_array(out);
}

static void report(const struct policy *policy, struct signer_count signers)
{
    struct json_writer *out = report_begin();

    json_int(out, "number", (int64_t)policy->number);
    json_text_bytes(out, "owner", policy->owner);
    json_time(out, "this_update", policy->this_update);
    json_time(out, "next_update", policy->next_update);
    json_int(out, "signers", signers.verified);
    json_bool(out, "signed", signers.enough);
    json_bool(out, "officer_time", policy->device.officer_time);
    json_object(out, "owner_role");
    report_role(out, &policy->owner_role);
    json_end_object(out);
    json_array(out, "lists");
    for (size_t i = 0; i < policy->authority_count; i++) {
        struct der_reader states = der_reader_of(policy->authorities[i].states);
        struct device_series series = device_rules_series(&policy->device, policy->authorities[i].list_id);
        struct der_item state;

        json_object(out, NULL);
        json_text(out, "id", policy->authorities[i].list_id);
        json_text_bytes(out, "name", policy->authorities[i].name);
        json_text_bytes(out, "contact", policy->authorities[i].contact);
        json_int(out, "series", series.series);
        json_int(out, "first", (int64_t)series.first);
        report_role(out, &policy->authorities[i].role);
        json_array(out, "states");
        while (der_next(&states, &state) == DR_OK) {
            json_text_bytes(out, NULL, state.value);
        }
        json_end_array(out);
        json_end_object(out);
    }
    json_end_array(out);
    report_end();
}

static int run_show(const struct arguments *arguments)
{
    const char *path = argument(arguments, "");
    struct signed_file file;
    struct policy policy;
    struct signer_count signers;
    int status = EXIT_DONE;

    if (argument_count(arguments, "") != 1) {
        return wrong_usage("policy show: one file is needed");
    }
    if (signed_file_open(&file, path) != DR_OK) {
        return fail(path, file.why);
    }
    if (file.type != OID_DOCREV_POLICY || policy_read(file.cms.content, &policy) != DR_OK) {
        status = fail(path, "not a policy");
    } else {
        signers = count_signers(&policy.owner_role, &file);
        if (arguments->json) {
            report(&policy, signers);
        } else {
            show_text(&policy, signers);
        }
    }
    signed_file_close(&file);
    return status;
}

const struct command policy_commands[] = {
    {"policy", "create",
     "-o P.drp --owner TEXT --key CERT... [--threshold K] [--number N] [--days N]\n"
     "      [--list ID [--name TEXT] [--contact TEXT] [--state CODE]... --key CERT... [--threshold K] [--renew "
     "K:DAYS]\n"
     "       [--series S:FIRST]]...\n"
     "      [--rule action=refer|advise|ignore[,list=ID][,state=CODE][,reason=R][,basis=B][,text=TEXT]]...\n"
     "      [--oversight CERT [--audit coarse]] [--officer-time]",
     "writes a policy for its owner's officers to sign; --key and --threshold before the first --list are the owner's",
     "-o= --owner= --number= --days= --this-update= --key= --threshold= --list= --name= --contact= --state= --rule= "
     "--renew= --series= "
     "--oversight= --audit= --officer-time",
     run_policy_create},
    {"policy", "sign", "P.drp --key KEY.pem...", "adds signatures of the owner's officers", "--key=", run_sign},
    {"policy", "show", "P.drp", "what a policy says and who signed it", "", run_show},
    {0}};
