#include "inspection/acceptance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "codec/der_write.h"

static uint8_t encoded[1024];
static struct policy policy;

static void add_rule(struct der_writer *writer, const char *list_id, const char *state, int reason, int basis,
                     enum policy_action action, const char *text)
{
    size_t rule = der_write_open(writer, DER_SEQUENCE);
    uint8_t value;

    if (list_id != NULL) {
        der_write_item(writer, DER_CONTEXT_PRIMITIVE(0), bytes_of(list_id, strlen(list_id)));
    }
    if (state != NULL) {
        der_write_item(writer, DER_CONTEXT_PRIMITIVE(1), bytes_of(state, strlen(state)));
    }
    if (reason != 0) {
        value = (uint8_t)reason;
        der_write_item(writer, DER_CONTEXT_PRIMITIVE(2), bytes_of(&value, 1));
    }
    if (basis != 0) {
        value = (uint8_t)basis;
        der_write_item(writer, DER_CONTEXT_PRIMITIVE(3), bytes_of(&value, 1));
    }
    der_write_enumerated(writer, (uint8_t)action);
    if (text != NULL) {
        der_write_item(writer, DER_UTF8_STRING, bytes_of(text, strlen(text)));
    }
    der_write_close(writer, rule);
}

static int with_rules(void **state)
{
    struct der_writer writer;
    size_t len;

    (void)state;
    memset(&policy, 0, sizeof policy);
    der_write_begin(&writer, encoded, sizeof encoded);
    add_rule(&writer, NULL, "UTO", REASON_CANCELLED, BASIS_ADMINISTRATIVE, POLICY_IGNORE, NULL);
    add_rule(&writer, "XYZ.list", NULL, REASON_LOST, 0, POLICY_ADVISE, "Ask desk 3");
    add_rule(&writer, NULL, "UTO", REASON_CANCELLED, 0, POLICY_REFER, "Screen first");
    add_rule(&writer, NULL, NULL, REASON_LOST, 0, POLICY_IGNORE, NULL); /* never reached for XYZ.list */
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    policy.rules = bytes_of(encoded, len);
    return 0;
}

static int without_rules(void **state)
{
    (void)state;
    memset(&policy, 0, sizeof policy);
    return 0;
}

static enum policy_action decide(const char *list_id, const char *state, enum document_reason reason,
                                 enum document_basis basis, struct bytes *text)
{
    const struct document_record record = {reason, basis};

    return acceptance_decide(&policy, list_id, state, &record, text);
}

/* docs/safeguards.md */
static void defaults(void **state)
{
    struct bytes text;

    (void)state;
    assert_int_equal(decide("L", "UTO", REASON_STOLEN, BASIS_NONE, &text), POLICY_REFER);
    assert_int_equal(decide("L", "UTO", REASON_LOST, BASIS_NONE, &text), POLICY_REFER);
    assert_int_equal(decide("L", "UTO", REASON_STOLEN_BLANK, BASIS_NONE, &text), POLICY_REFER);
    assert_int_equal(decide("L", "UTO", REASON_INVALID, BASIS_NONE, &text), POLICY_REFER);
    assert_int_equal(decide("L", "UTO", REASON_CANCELLED, BASIS_COURT_ORDER, &text), POLICY_REFER);
    assert_int_equal(decide("L", "UTO", REASON_CANCELLED, BASIS_ADMINISTRATIVE, &text), POLICY_ADVISE);
    assert_int_equal(decide("L", "UTO", REASON_CANCELLED, BASIS_HOLDER_REQUEST, &text), POLICY_ADVISE);
    assert_int_equal(decide("L", "UTO", REASON_CANCELLED, BASIS_NOT_STATED, &text), POLICY_ADVISE);
    assert_int_equal(text.len, 0);
}

static void the_first_rule_that_matches_decides(void **state)
{
    struct bytes text;

    (void)state;
    assert_int_equal(decide("L", "UTO", REASON_CANCELLED, BASIS_ADMINISTRATIVE, &text), POLICY_IGNORE);
    assert_int_equal(text.len, 0);
    assert_int_equal(decide("L", "UTO", REASON_CANCELLED, BASIS_HOLDER_REQUEST, &text), POLICY_REFER);
    assert_true(bytes_equal(text, bytes_of("Screen first", 12)));
    assert_int_equal(decide("XYZ.list", "UTO", REASON_LOST, BASIS_NONE, &text), POLICY_ADVISE);
    assert_true(bytes_equal(text, bytes_of("Ask desk 3", 10)));
    assert_int_equal(decide("XYZ", "UTO", REASON_LOST, BASIS_NONE, &text), POLICY_IGNORE);
}

static void what_no_rule_matches_falls_to_the_defaults(void **state)
{
    struct bytes text = bytes_of("x", 1);

    (void)state;
    assert_int_equal(decide("L", "D", REASON_CANCELLED, BASIS_ADMINISTRATIVE, &text), POLICY_ADVISE);
    assert_int_equal(text.len, 0);
    assert_int_equal(decide("XYZ.list", "UTO", REASON_STOLEN, BASIS_NONE, &text), POLICY_REFER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(defaults, without_rules),
        cmocka_unit_test_setup(the_first_rule_that_matches_decides, with_rules),
        cmocka_unit_test_setup(what_no_rule_matches_falls_to_the_defaults, with_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
