/* The policy's reader: a policy written by openssl's ASN.1 generator (fixtures/make.sh), and what must be refused. */
#include "fixture.h"
#include "fixtures/policy.h"

#include "codec/der_write.h"
#include "trust/algorithm.h"
#include "trust/policy.h"

static void reads_all(void **state)
{
    struct policy policy;
    struct policy_rule rule;
    struct bytes rest;
    struct bytes key_id;
    struct bytes spki;
    unsigned keys = 0;

    (void)state;
    assert_int_equal(policy_read(VIEW(fixture_policy), &policy), DR_OK);
    assert_int_equal(policy.number, 7);
    assert_bytes_equal(policy.owner, bytes_of("Border Authority of Utopia", 26));
    assert_int_equal(policy.this_update, 1767225600); /* 2026-01-01 */
    assert_int_equal(policy.next_update, 1830297600); /* 2028-01-01 */
    assert_int_equal(policy.owner_role.threshold, 2);
    rest = policy.owner_role.keys;
    while (policy_next_key(&rest, &key_id, &spki) == DR_OK) {
        assert_int_equal(key_id.len, 20);
        assert_int_equal(spki.len, 91);
        keys++;
    }
    assert_int_equal(keys, 3);
    assert_int_equal(policy.authority_count, 1);
    assert_string_equal(policy.authorities[0].list_id, "ut.list-1");
    assert_bytes_equal(policy.authorities[0].name, bytes_of("List Authority of Utopia", 24));
    assert_bytes_equal(policy.authorities[0].contact, bytes_of("+00 0 1234", 10));
    assert_int_equal(policy.authorities[0].role.threshold, 1);
    rest = policy.rules;
    assert_int_equal(policy_next_rule(&rest, &rule), DR_OK);
    assert_bytes_equal(rule.list_id, bytes_of("ut.list-1", 9));
    assert_bytes_equal(rule.state, bytes_of("D", 1));
    assert_true(rule.has_reason && rule.reason == 4);
    assert_true(rule.has_basis && rule.basis == 3);
    assert_int_equal(rule.action, POLICY_ADVISE);
    assert_bytes_equal(rule.text, bytes_of("Ask the holder", 14));
    assert_int_equal(policy_next_rule(&rest, &rule), DR_OK);
    assert_true(rule.list_id.len == 0 && rule.state.len == 0 && !rule.has_reason && !rule.has_basis);
    assert_int_equal(rule.action, POLICY_REFER);
    assert_int_equal(policy_next_rule(&rest, &rule), DR_ERR_NOT_FOUND);
}

static void authorities(void **state)
{
    struct policy policy;
    struct policy_authority any = {.states = {NULL, 0}};

    (void)state;
    assert_int_equal(policy_read(VIEW(fixture_policy), &policy), DR_OK);
    assert_ptr_equal(policy_find_authority(&policy, "ut.list-1"), &policy.authorities[0]);
    assert_null(policy_find_authority(&policy, "ut.list"));
    assert_null(policy_find_authority(&policy, ""));
    assert_true(policy_authority_covers(&policy.authorities[0], "UTO"));
    assert_true(policy_authority_covers(&policy.authorities[0], "D"));
    assert_false(policy_authority_covers(&policy.authorities[0], "UT"));
    assert_false(policy_authority_covers(&policy.authorities[0], ""));
    assert_true(policy_authority_covers(&any, "XXK"));
}

/* ---- A policy part by part, so that each rule of the format can be broken alone ---- */

struct recipe {
    uint64_t version, number;
    const char *owner;
    uint8_t time_tag;
    int64_t this_update, next_update;
    uint64_t threshold;
    unsigned keys;                      /* alice, bob, carol, ... in this order */
    bool first_key_again;               /* under another keyId */
    bool same_key_id;                   /* all keys under one */
    const struct public_key *third_key; /* in place of carol's */
    const char *list_id;
    unsigned authorities;
    const char *state;
    uint8_t reason, basis, action;
    const char *text;
    bool has_extension, critical;
    bool trailing; /* something after the last element */
};

static const struct recipe good = {
    .version = 1,
    .number = 1,
    .owner = "Owner",
    .time_tag = DER_GENERALIZED_TIME,
    .this_update = 1767225600,
    .next_update = 1830297600,
    .threshold = 2,
    .keys = 3,
    .list_id = "a.list",
    .authorities = 1,
    .state = "UTO",
    .reason = 1,
    .basis = 0,
    .action = 0,
    .text = "\xC3\xA4 text",
};

static struct bytes text_of(const char *text)
{
    return bytes_of(text, strlen(text));
}

static void write_time(struct der_writer *w, uint8_t tag, int64_t seconds)
{
    if (tag == DER_UTC_TIME) {
        der_write_item(w, tag, bytes_of("260101000000Z", 13));
    } else {
        der_write_generalized_time(w, seconds);
    }
}

static void write_role(struct der_writer *w, const struct recipe *recipe)
{
    struct policy policy;
    struct bytes rest;
    struct bytes key_id;
    struct bytes spki;
    size_t role = der_write_open(w, DER_SEQUENCE);
    size_t keys;

    assert_int_equal(policy_read(VIEW(fixture_policy), &policy), DR_OK);
    der_write_uint64(w, recipe->threshold);
    keys = der_write_open(w, DER_SEQUENCE);
    rest = policy.owner_role.keys;
    for (unsigned i = 0; i < recipe->keys; i++) {
        uint8_t id = recipe->same_key_id ? 7U : (uint8_t)i;
        size_t key = der_write_open(w, DER_SEQUENCE);
        if (i < 3) {
            assert_int_equal(policy_next_key(&rest, &key_id, &spki), DR_OK);
        }
        if (i == 1 && recipe->first_key_again) {
            struct bytes again = policy.owner_role.keys;
            assert_int_equal(policy_next_key(&again, &key_id, &spki), DR_OK);
        }
        der_write_item(w, DER_OCTET_STRING, bytes_of(&id, 1));
        if (i == 2 && recipe->third_key != NULL) {
            assert_int_equal(algorithm_write_public_key(recipe->third_key, w), DR_OK);
        } else {
            der_write_raw(w, spki);
        }
        der_write_close(w, key);
    }
    der_write_close(w, keys);
    der_write_close(w, role);
}

static void write_authority(struct der_writer *w, const struct recipe *recipe)
{
    size_t authority = der_write_open(w, DER_SEQUENCE);
    size_t states;

    der_write_item(w, DER_UTF8_STRING, text_of(recipe->list_id));
    der_write_item(w, DER_UTF8_STRING, text_of("Name"));
    der_write_item(w, DER_UTF8_STRING, text_of(""));
    write_role(w, recipe);
    states = der_write_open(w, DER_SEQUENCE);
    der_write_item(w, DER_PRINTABLE_STRING, text_of(recipe->state));
    der_write_close(w, states);
    der_write_close(w, authority);
}

static void write_rule(struct der_writer *w, const struct recipe *recipe)
{
    size_t rule = der_write_open(w, DER_SEQUENCE);

    der_write_item(w, DER_CONTEXT_PRIMITIVE(2U), bytes_of(&recipe->reason, 1));
    der_write_item(w, DER_CONTEXT_PRIMITIVE(3U), bytes_of(&recipe->basis, 1));
    der_write_enumerated(w, recipe->action);
    der_write_item(w, DER_UTF8_STRING, text_of(recipe->text));
    der_write_close(w, rule);
}

static void write_extension(struct der_writer *w, bool critical)
{
    static const uint8_t oid[] = {0x2A, 0x03, 0x04};
    size_t tagged = der_write_open(w, DER_CONTEXT(0U));
    size_t list = der_write_open(w, DER_SEQUENCE);
    size_t extension = der_write_open(w, DER_SEQUENCE);

    der_write_item(w, DER_OID, VIEW(oid));
    if (critical) {
        der_write_boolean(w, true);
    }
    der_write_item(w, DER_OCTET_STRING, bytes_of("x", 1));
    der_write_close(w, extension);
    der_write_close(w, list);
    der_write_close(w, tagged);
}

static enum dr_status outcome(const struct recipe *recipe)
{
    static uint8_t buffer[8192];
    struct der_writer w;
    struct policy policy;
    size_t sequence;
    size_t list;
    size_t len;

    der_write_begin(&w, buffer, sizeof buffer);
    sequence = der_write_open(&w, DER_SEQUENCE);
    der_write_uint64(&w, recipe->version);
    der_write_uint64(&w, recipe->number);
    der_write_item(&w, DER_UTF8_STRING, text_of(recipe->owner));
    write_time(&w, recipe->time_tag, recipe->this_update);
    write_time(&w, DER_GENERALIZED_TIME, recipe->next_update);
    write_role(&w, recipe);
    list = der_write_open(&w, DER_SEQUENCE);
    for (unsigned i = 0; i < recipe->authorities; i++) {
        write_authority(&w, recipe);
    }
    der_write_close(&w, list);
    list = der_write_open(&w, DER_SEQUENCE);
    write_rule(&w, recipe);
    der_write_close(&w, list);
    if (recipe->has_extension) {
        write_extension(&w, recipe->critical);
    }
    if (recipe->trailing) {
        der_write_item(&w, DER_NULL, bytes_of(NULL, 0));
    }
    der_write_close(&w, sequence);
    assert_int_equal(der_write_finish(&w, &len), DR_OK);
    return policy_read(bytes_of(buffer, len), &policy);
}

#define REFUSED(field, value, status)                                                                                  \
    do {                                                                                                               \
        struct recipe broken = good;                                                                                   \
        broken.field = (value);                                                                                        \
        assert_int_equal(outcome(&broken), (status));                                                                  \
    } while (0)

static void each_rule_of_the_format(void **state)
{
    struct recipe extended = good;
    char long_owner[66];

    (void)state;
    assert_int_equal(outcome(&good), DR_OK);
    memset(long_owner, 'x', sizeof long_owner);
    long_owner[65] = '\0';
    REFUSED(version, 2, DR_ERR_UNSUPPORTED);
    REFUSED(number, 0, DR_ERR_MALFORMED);
    REFUSED(owner, "", DR_ERR_MALFORMED);
    REFUSED(owner, long_owner, DR_ERR_MALFORMED);
    REFUSED(owner, "bad \xC3", DR_ERR_MALFORMED);
    REFUSED(owner, "line\nbreak", DR_ERR_MALFORMED);
    REFUSED(time_tag, DER_UTC_TIME, DR_ERR_MALFORMED);
    REFUSED(next_update, good.this_update, DR_ERR_MALFORMED);
    REFUSED(threshold, 0, DR_ERR_MALFORMED);
    REFUSED(threshold, 4, DR_ERR_MALFORMED);
    REFUSED(threshold, 9, DR_ERR_MALFORMED);
    REFUSED(keys, 0, DR_ERR_MALFORMED);
    REFUSED(keys, 4, DR_ERR_MALFORMED); /* the third key again */
    REFUSED(first_key_again, true, DR_ERR_MALFORMED);
    REFUSED(same_key_id, true, DR_ERR_MALFORMED);
    REFUSED(list_id, "a list", DR_ERR_MALFORMED);
    REFUSED(list_id, "", DR_ERR_MALFORMED);
    REFUSED(authorities, 2, DR_ERR_MALFORMED); /* one list id twice */
    REFUSED(authorities, 5, DR_ERR_MALFORMED);
    REFUSED(state, "UTOP", DR_ERR_MALFORMED);
    REFUSED(state, "ut", DR_ERR_MALFORMED);
    REFUSED(state, "", DR_ERR_MALFORMED);
    REFUSED(reason, 0, DR_ERR_MALFORMED);
    REFUSED(reason, 6, DR_ERR_MALFORMED);
    REFUSED(basis, 5, DR_ERR_MALFORMED);
    REFUSED(action, 3, DR_ERR_MALFORMED);
    REFUSED(text, "\x7F", DR_ERR_MALFORMED);
    REFUSED(trailing, true, DR_ERR_MALFORMED);
    extended.has_extension = true;
    assert_int_equal(outcome(&extended), DR_OK);
    extended.critical = true;
    assert_int_equal(outcome(&extended), DR_ERR_UNSUPPORTED);
}

/* Officers' keys: RSA of 2048 bits or more, EC of 256 or more; the form of a key is judged, not its mathematics. */
static void weak_keys(void **state)
{
    static uint8_t octets[800];
    static const uint8_t exponent[] = {1, 0, 1};
    static const struct {
        enum curve_id curve;
        enum dr_status status;
    } curves[] = {
        {CURVE_P192, DR_ERR_UNSUPPORTED},
        {CURVE_P224, DR_ERR_UNSUPPORTED},
        {CURVE_BP224, DR_ERR_UNSUPPORTED},
        {CURVE_BP320, DR_ERR_UNSUPPORTED},
        {CURVE_P256, DR_OK},
        {CURVE_P521, DR_OK},
        {CURVE_BP256, DR_OK},
        {CURVE_BP512, DR_OK},
    };
    struct public_key key = {.type = KEY_RSA, .rsa_exponent = VIEW(exponent)};

    (void)state;
    memset(octets, 0xC5, sizeof octets);
    octets[0] = 0x04;
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        struct public_key ec = {.type = KEY_EC, .curve = curves[i].curve};
        ec.ec_point = bytes_of(octets, 1U + 2U * curve_field_size(ec.curve));
        REFUSED(third_key, &ec, curves[i].status);
    }
    octets[0] = 0xC5;
    key.rsa_modulus = bytes_of(octets, 128);
    REFUSED(third_key, &key, DR_ERR_UNSUPPORTED);
    key.rsa_modulus = bytes_of(octets, 255);
    REFUSED(third_key, &key, DR_ERR_UNSUPPORTED);
    key.rsa_modulus = bytes_of(octets, 256);
    REFUSED(third_key, &key, DR_OK);
    key.rsa_modulus = bytes_of(octets, 769);
    REFUSED(third_key, &key, DR_ERR_UNSUPPORTED);
}

/* What policy_read accepts, the iterators walk to the end. Cut short or altered: never a crash, mostly refused. */
static void altered(void **state)
{
    uint8_t copy[sizeof fixture_policy + 1];
    struct policy policy;
    struct policy_rule rule;
    struct bytes rest;

    (void)state;
    for (size_t i = 0; i < sizeof fixture_policy; i++) {
        assert_int_not_equal(policy_read(bytes_of(fixture_policy, i), &policy), DR_OK);
    }
    memcpy(copy, fixture_policy, sizeof fixture_policy);
    copy[sizeof fixture_policy] = 0;
    assert_int_not_equal(policy_read(VIEW(copy), &policy), DR_OK);
    for (size_t i = 0; i < sizeof fixture_policy; i++) {
        copy[i] ^= 0x40U;
        if (policy_read(bytes_of(copy, sizeof fixture_policy), &policy) == DR_OK) {
            enum dr_status status;
            rest = policy.rules;
            do {
                status = policy_next_rule(&rest, &rule);
            } while (status == DR_OK);
            assert_int_equal(status, DR_ERR_NOT_FOUND);
        }
        copy[i] ^= 0x40U;
    }
}

static void too_large(void **state)
{
    static uint8_t large[POLICY_MAX_SIZE + 1];
    struct policy policy;

    (void)state;
    assert_int_equal(policy_read(VIEW(large), &policy), DR_ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all), cmocka_unit_test(authorities), cmocka_unit_test(each_rule_of_the_format),
        cmocka_unit_test(weak_keys), cmocka_unit_test(altered),     cmocka_unit_test(too_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
