/* Signatures added one at a time, counted by the policy's own code, and what must not be signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/der_write.h"
#include "signing/cms_sign.h"
#include "trust/policy.h"

#include <stdlib.h>

#define KEYS 9U

static struct officer_key *keys[KEYS];
static const char *why;

static int make_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEYS; i++) {
        if (officer_key_create("Officer", i == 1 ? "P-521" : "P-256", &keys[i], &why) != DR_OK) {
            return -1;
        }
    }
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEYS; i++) {
        officer_key_free(keys[i]);
    }
    return 0;
}

/* A role of the first `count` keys, in `der`. */
static struct policy_role role_of(size_t count, uint8_t threshold, uint8_t *der, size_t capacity)
{
    struct der_writer writer;
    size_t len = 0;

    der_write_begin(&writer, der, capacity);
    for (size_t i = 0; i < count; i++) {
        size_t mark = der_write_open(&writer, DER_SEQUENCE);
        der_write_item(&writer, DER_OCTET_STRING, keys[i]->certificate.subject_key_id);
        der_write_raw(&writer, keys[i]->certificate.spki);
        der_write_close(&writer, mark);
    }
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    return (struct policy_role){.threshold = threshold, .keys = bytes_of(der, len)};
}

static struct cms read(const struct cms_buffer *buffer)
{
    struct cms cms;

    assert_int_equal(cms_read(bytes_of(buffer->data, buffer->len), &cms), DR_OK);
    return cms;
}

/* Signs in place; the status of the signing. */
static enum dr_status sign(struct cms_buffer *buffer, size_t key, size_t limit)
{
    struct cms cms = read(buffer);
    struct cms_buffer more = {0};
    enum dr_status status = cms_add_signature(&cms, keys[key], limit, &more, &why);

    if (status == DR_OK) {
        cms_buffer_free(buffer);
        *buffer = more;
    }
    return status;
}

static uint8_t verified(const struct cms_buffer *buffer, size_t known, uint8_t threshold, bool *enough)
{
    uint8_t der[4096], count = 0;
    struct policy_role role = role_of(known, threshold, der, sizeof der);
    struct cms cms = read(buffer);
    hardened answer = policy_role_verify(&role, &cms, OID_DOCREV_EDITION, &count);

    *enough = hardened_is_yes(&answer) != 0;
    return count;
}

static void counts_signers_one_by_one(void **state)
{
    struct cms_buffer buffer;
    struct cms cms;
    bool enough;

    (void)state;
    assert_int_equal(cms_create(OID_DOCREV_EDITION, bytes_of("manifest", 8), &buffer), DR_OK);
    cms = read(&buffer);
    assert_true(bytes_equal(cms.content, bytes_of("manifest", 8)));
    assert_true(oid_is(cms.content_type, OID_DOCREV_EDITION));
    assert_int_equal(verified(&buffer, 3, 2, &enough), 0);
    assert_false(enough);
    for (uint8_t i = 0; i < 3; i++) {
        assert_int_equal(sign(&buffer, i, 4096), DR_OK);
        assert_int_equal(verified(&buffer, 3, 2, &enough), i + 1);
        assert_int_equal(enough, i + 1 >= 2);
    }
    /* A signer the role does not know counts nothing. */
    assert_int_equal(verified(&buffer, 1, 1, &enough), 1);
    cms_buffer_free(&buffer);
}

static void refuses_to_sign_twice(void **state)
{
    struct cms_buffer buffer;

    (void)state;
    assert_int_equal(cms_create(OID_DOCREV_EDITION, bytes_of("manifest", 8), &buffer), DR_OK);
    assert_int_equal(sign(&buffer, 0, 4096), DR_OK);
    assert_int_equal(sign(&buffer, 0, 4096), DR_ERR_STATE);
    assert_int_equal(sign(&buffer, 1, 4096), DR_OK);
    assert_int_equal(sign(&buffer, 0, 4096), DR_ERR_STATE);
    cms_buffer_free(&buffer);
}

/* Another signer's message digest is never what we sign: a colleague's broken signature does not spoil ours. */
static void signs_the_content_not_a_stated_digest(void **state)
{
    struct cms_buffer buffer;
    struct cms cms;
    bool enough;

    (void)state;
    assert_int_equal(cms_create(OID_DOCREV_EDITION, bytes_of("manifest", 8), &buffer), DR_OK);
    assert_int_equal(sign(&buffer, 0, 4096), DR_OK);
    cms = read(&buffer);
    buffer.data[cms.content.data - buffer.data] = 'M'; /* the first signature is now over other content */
    assert_int_equal(sign(&buffer, 1, 4096), DR_OK);
    assert_int_equal(verified(&buffer, 2, 1, &enough), 1);
    cms_buffer_free(&buffer);
}

static void keeps_within_what_devices_take(void **state)
{
    struct cms_buffer buffer;
    bool enough;

    (void)state;
    assert_int_equal(cms_create(OID_DOCREV_EDITION, bytes_of("manifest", 8), &buffer), DR_OK);
    /* Certificates go first when there is no room for them. */
    for (uint8_t i = 0; i < 8; i++) {
        assert_int_equal(sign(&buffer, i, 4096), DR_OK);
        assert_true(buffer.len <= 4096);
        assert_int_equal(verified(&buffer, 8, 8, &enough), i + 1);
    }
    assert_true(enough);
    assert_int_equal(sign(&buffer, 8, 2000), DR_ERR_TOO_LARGE);
    cms_buffer_free(&buffer);
}

static void orders_sets_as_der_wants(void **state)
{
    struct cms_buffer buffer;
    struct bytes rest, previous = bytes_of(NULL, 0);
    struct der_reader reader;
    struct der_item item;

    (void)state;
    assert_int_equal(cms_create(OID_DOCREV_EDITION, bytes_of("manifest", 8), &buffer), DR_OK);
    for (size_t i = 2; i < 7; i++) {
        assert_int_equal(sign(&buffer, i, 8192), DR_OK);
    }
    for (int set = 0; set < 2; set++) {
        struct cms cms = read(&buffer);
        rest = set == 0 ? cms.signer_infos : cms.certificates;
        reader = der_reader_of(rest);
        previous = bytes_of(NULL, 0);
        for (size_t i = 0; i < 5; i++) {
            assert_int_equal(der_next(&reader, &item), DR_OK);
            if (previous.len > 0) {
                size_t shared = previous.len < item.whole.len ? previous.len : item.whole.len;
                int order = memcmp(previous.data, item.whole.data, shared);
                assert_true(order < 0 || (order == 0 && previous.len < item.whole.len));
            }
            previous = item.whole;
        }
        assert_true(der_at_end(&reader));
    }
    cms_buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_signers_one_by_one),
        cmocka_unit_test(refuses_to_sign_twice),
        cmocka_unit_test(signs_the_content_not_a_stated_digest),
        cmocka_unit_test(keeps_within_what_devices_take),
        cmocka_unit_test(orders_sets_as_der_wants),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
