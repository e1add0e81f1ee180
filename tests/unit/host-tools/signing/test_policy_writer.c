/* Policies as the firmware reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "signing/policy_writer.h"

static struct officer_key *keys[4];
static const char *why;

static int make_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        if (officer_key_create("Officer", "P-256", &keys[i], &why) != DR_OK) {
            return -1;
        }
    }
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        officer_key_free(keys[i]);
    }
    return 0;
}

static struct policy_draft sample(void)
{
    return (struct policy_draft){.number = 7,
                                 .owner = "Utopia Border Guard",
                                 .this_update = 1795539909,
                                 .next_update = 1796539909,
                                 .owner_role = {.threshold = 2, .key_count = 2, .keys = {keys[0], keys[1]}},
                                 .authority_count = 1,
                                 .authorities = {{.list_id = "uto-police",
                                                  .name = "Utopia Police",
                                                  .contact = "duty@police.example",
                                                  .role = {.threshold = 1, .key_count = 2, .keys = {keys[2], keys[3]}},
                                                  .state_count = 2,
                                                  .states = {"UTO", "D"}}},
                                 .rule_count = 2,
                                 .rules = {{.list_id = "uto-police",
                                            .state = "UTO",
                                            .reason = REASON_CANCELLED,
                                            .basis = BASIS_ADMINISTRATIVE,
                                            .action = POLICY_ADVISE,
                                            .text = "Screen for protection needs first"},
                                           {.action = POLICY_REFER}}};
}

static void writes_what_the_firmware_reads(void **state)
{
    struct policy_draft draft = sample();
    uint8_t der[POLICY_MAX_SIZE];
    size_t len = sizeof der;
    struct policy policy;
    struct policy_rule rule;
    struct bytes rest, id, spki;

    (void)state;
    assert_int_equal(policy_draft_write(&draft, der, &len, &why), DR_OK);
    assert_int_equal(policy_read(bytes_of(der, len), &policy), DR_OK);
    assert_int_equal(policy.number, 7);
    assert_true(bytes_equal(policy.owner, bytes_of("Utopia Border Guard", 19)));
    assert_int_equal(policy.owner_role.threshold, 2);
    rest = policy.owner_role.keys;
    assert_int_equal(policy_next_key(&rest, &id, &spki), DR_OK);
    assert_true(bytes_equal(id, keys[0]->certificate.subject_key_id));
    assert_true(bytes_equal(spki, keys[0]->certificate.spki));
    assert_int_equal(policy.authority_count, 1);
    assert_true(policy_authority_covers(&policy.authorities[0], "D"));
    assert_false(policy_authority_covers(&policy.authorities[0], "F"));
    rest = policy.rules;
    assert_int_equal(policy_next_rule(&rest, &rule), DR_OK);
    assert_int_equal(rule.action, POLICY_ADVISE);
    assert_true(rule.has_reason && rule.reason == REASON_CANCELLED);
    assert_true(rule.has_basis && rule.basis == BASIS_ADMINISTRATIVE);
    assert_int_equal(rule.state.len, 3);
    assert_int_equal(policy_next_rule(&rest, &rule), DR_OK);
    assert_false(rule.has_reason || rule.has_basis);
    assert_int_equal(rule.list_id.len + rule.state.len + rule.text.len, 0);
    assert_int_equal(policy_next_rule(&rest, &rule), DR_ERR_NOT_FOUND);
}

static void refuses_what_devices_would_refuse(void **state)
{
    uint8_t der[POLICY_MAX_SIZE];
    size_t len;

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct policy_draft draft = sample();
        char long_text[200];
        memset(long_text, 'x', sizeof long_text);
        long_text[sizeof long_text - 1] = '\0';
        switch (i) {
        case 0:
            draft.owner_role.threshold = 3;
            break;
        case 1:
            draft.owner_role.keys[1] = keys[0];
            break;
        case 2:
            draft.authorities[0].list_id = "no such id";
            break;
        case 3:
            draft.rules[0].text = long_text;
            break;
        default:
            draft.owner_role.threshold = 0;
            break;
        }
        len = sizeof der;
        why = NULL;
        assert_true(policy_draft_write(&draft, der, &len, &why) != DR_OK);
        assert_non_null(why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_the_firmware_reads),
        cmocka_unit_test(refuses_what_devices_would_refuse),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
