/* What a policy says about the device: read back, absent, malformed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trust/device_rules.h"
#include "trust/oid.h"

/* SubjectPublicKeyInfo of the generator of P-256. */
static const uint8_t spki[] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE,
    0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6,
    0xE5, 0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98,
    0xC2, 0x96, 0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B,
    0xCE, 0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5};

static uint8_t buffer[512];
static struct der_writer writer;

static enum dr_status read_back(struct device_rules *rules)
{
    size_t len = 0;
    struct der_reader reader;

    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    reader = der_reader_of(bytes_of(buffer, len));
    return device_rules_read(&reader, rules);
}

static void renewals(struct bytes *out)
{
    static uint8_t octets[64];
    size_t sequence, len = 0;

    der_write_begin(&writer, octets, sizeof octets);
    sequence = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_UTF8_STRING, bytes_of("UTO-1", 5));
    der_write_uint64(&writer, 2);
    der_write_uint64(&writer, 14);
    der_write_close(&writer, sequence);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    *out = bytes_of(octets, len);
}

static void all_is_read_back(void **state)
{
    struct device_rules rules = {.oversight = bytes_of(spki, sizeof spki), .coarse = true, .officer_time = true}, back;
    struct device_renewal renewal;

    (void)state;
    renewals(&rules.renewals);
    der_write_begin(&writer, buffer, sizeof buffer);
    device_rules_write(&rules, &writer);
    assert_int_equal(read_back(&back), DR_OK);
    assert_true(bytes_equal(back.oversight, rules.oversight));
    assert_true(back.coarse);
    assert_true(back.officer_time);
    assert_int_equal(device_rules_renewal(&back, "UTO-1", &renewal), DR_OK);
    assert_int_equal(renewal.threshold, 2);
    assert_int_equal(renewal.seconds, 14 * 86400);
    assert_int_equal(device_rules_renewal(&back, "UTO-2", &renewal), DR_ERR_NOT_FOUND);
}

static void series_are_read_back(void **state)
{
    static const uint8_t octets[] = {0x30, 14, 0x0C, 5, 'U', 'T', 'O', '-', '1', 2, 1, 3, 2, 2, 0x10, 0x68};
    struct device_rules rules = {.series = bytes_of(octets, sizeof octets)}, back;

    (void)state;
    der_write_begin(&writer, buffer, sizeof buffer);
    device_rules_write(&rules, &writer);
    assert_int_equal(read_back(&back), DR_OK);
    assert_int_equal(device_rules_series(&back, "UTO-1").series, 3);
    assert_int_equal(device_rules_series(&back, "UTO-1").first, 4200);
    assert_int_equal(device_rules_series(&back, "UTO-2").series, 0);
    assert_int_equal(device_rules_series(&back, "UTO-2").first, 0);
}

static void nothing_said_nothing_allowed(void **state)
{
    struct device_rules rules = {0}, back;
    struct device_renewal renewal;

    (void)state;
    der_write_begin(&writer, buffer, sizeof buffer);
    device_rules_write(&rules, &writer);
    assert_int_equal(writer.length, 0);
    assert_int_equal(read_back(&back), DR_OK);
    assert_int_equal(back.oversight.len, 0);
    assert_false(back.officer_time);
    assert_int_equal(device_rules_renewal(&back, "UTO-1", &renewal), DR_ERR_NOT_FOUND);
}

static void extension(enum oid_id id, bool critical, struct bytes value)
{
    size_t mark = der_write_open(&writer, DER_SEQUENCE);

    if (id != OID_UNKNOWN) {
        der_write_item(&writer, DER_OID, oid_octets(id));
    } else {
        der_write_item(&writer, DER_OID, bytes_of("\x55\x1D\x7F", 3));
    }
    if (critical) {
        der_write_boolean(&writer, true);
    }
    der_write_item(&writer, DER_OCTET_STRING, value);
    der_write_close(&writer, mark);
}

static enum dr_status read_extensions(unsigned ours, struct bytes value, bool other, bool critical)
{
    size_t tagged, list;
    struct device_rules rules;

    der_write_begin(&writer, buffer, sizeof buffer);
    tagged = der_write_open(&writer, DER_CONTEXT(0U));
    list = der_write_open(&writer, DER_SEQUENCE);
    while (ours-- > 0) {
        extension(OID_DOCREV_DEVICE_RULES, true, value);
    }
    if (other) {
        extension(OID_UNKNOWN, critical, bytes_of("\x05\x00", 2));
    }
    der_write_close(&writer, list);
    der_write_close(&writer, tagged);
    return read_back(&rules);
}

#define VALUE(...) bytes_of(((const uint8_t[]){__VA_ARGS__}), sizeof((const uint8_t[]){__VA_ARGS__}))

static void wrong_ones_are_refused(void **state)
{
    (void)state;
    assert_int_equal(read_extensions(1, VALUE(0x30, 0x00), false, false), DR_OK);
    assert_int_equal(read_extensions(1, VALUE(0x30, 0x00), true, false), DR_OK);
    assert_int_equal(read_extensions(1, VALUE(0x30, 0x00), true, true), DR_ERR_UNSUPPORTED);
    assert_int_equal(read_extensions(0, VALUE(0x30, 0x00), true, true), DR_ERR_UNSUPPORTED);
    assert_int_equal(read_extensions(2, VALUE(0x30, 0x00), false, false), DR_ERR_MALFORMED);
    assert_int_equal(read_extensions(0, VALUE(0x30, 0x00), false, false), DR_ERR_MALFORMED);
    assert_int_equal(read_extensions(1, VALUE(0x30, 0x00, 0x00), false, false), DR_ERR_MALFORMED);
    assert_int_equal(read_extensions(1, VALUE(0x30, 0x03, 0x81, 0x01, 0x02), false, false), DR_ERR_MALFORMED);
    assert_int_equal(read_extensions(1, VALUE(0x30, 0x03, 0x82, 0x01, 0x01), false, false), DR_ERR_MALFORMED);
    assert_int_equal(read_extensions(1, VALUE(0x30, 0x04, 0x82, 0x02, 0xFF, 0xFF), false, false), DR_ERR_MALFORMED);
    assert_int_equal(read_extensions(1, VALUE(0x30, 0x02, 0x84, 0x00), false, false), DR_ERR_MALFORMED);
    /* Series 0, first number 0, and what is right. */
    assert_int_equal(
        read_extensions(1, VALUE(0x30, 13, 0xA4, 11, 0x30, 9, 0x0C, 1, 'A', 2, 1, 0, 2, 1, 1), false, false),
        DR_ERR_MALFORMED);
    assert_int_equal(
        read_extensions(1, VALUE(0x30, 13, 0xA4, 11, 0x30, 9, 0x0C, 1, 'A', 2, 1, 1, 2, 1, 0), false, false),
        DR_ERR_MALFORMED);
    assert_int_equal(
        read_extensions(1, VALUE(0x30, 13, 0xA4, 11, 0x30, 9, 0x0C, 1, 'A', 2, 1, 1, 2, 1, 1), false, false), DR_OK);
    /* A threshold of none, a list without a name, no day at all. */
    assert_int_equal(
        read_extensions(1, VALUE(0x30, 13, 0xA3, 11, 0x30, 9, 0x0C, 1, 'A', 2, 1, 0, 2, 1, 1), false, false),
        DR_ERR_MALFORMED);
    assert_int_equal(read_extensions(1, VALUE(0x30, 12, 0xA3, 10, 0x30, 8, 0x0C, 0, 2, 1, 1, 2, 1, 1), false, false),
                     DR_ERR_MALFORMED);
    assert_int_equal(
        read_extensions(1, VALUE(0x30, 13, 0xA3, 11, 0x30, 9, 0x0C, 1, 'A', 2, 1, 1, 2, 1, 0), false, false),
        DR_ERR_MALFORMED);
    assert_int_equal(
        read_extensions(1, VALUE(0x30, 13, 0xA3, 11, 0x30, 9, 0x0C, 1, 'A', 2, 1, 1, 2, 1, 1), false, false), DR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_read_back),
        cmocka_unit_test(series_are_read_back),
        cmocka_unit_test(nothing_said_nothing_allowed),
        cmocka_unit_test(wrong_ones_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
