/* X.690 examples and RFC 5280 time forms, and every refusal that DER asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/der.h"

static struct der_reader reader_of(const uint8_t *octets, size_t len)
{
    return der_reader_of(bytes_of(octets, len));
}
#define READER(...) reader_of((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void reads_items_in_order(void **state)
{
    /* X.690 8.9: SEQUENCE { name IA5String "Smith", ok BOOLEAN TRUE }. */
    struct der_reader reader = READER(0x30, 0x0A, 0x16, 0x05, 'S', 'm', 'i', 't', 'h', 0x01, 0x01, 0xFF);
    struct der_reader inner;
    struct der_item name;
    bool ok = false, present = true;

    (void)state;
    assert_int_equal(der_peek(&reader), DER_SEQUENCE);
    assert_int_equal(der_enter(&reader, DER_SEQUENCE, &inner), DR_OK);
    assert_int_equal(der_finish(&reader), DR_OK);
    assert_int_equal(der_optional(&inner, DER_INTEGER, &name, &present), DR_OK);
    assert_false(present);
    assert_int_equal(der_expect(&inner, DER_INTEGER, &name), DR_ERR_MALFORMED);
    assert_int_equal(der_optional(&inner, DER_IA5_STRING, &name, &present), DR_OK);
    assert_true(present);
    assert_int_equal(name.value.len, 5);
    assert_memory_equal(name.value.data, "Smith", 5);
    assert_int_equal(name.whole.len, 7);
    assert_int_equal(der_finish(&inner), DR_ERR_MALFORMED);
    assert_int_equal(der_boolean(&inner, &ok), DR_OK);
    assert_true(ok);
    assert_int_equal(der_finish(&inner), DR_OK);
    assert_int_equal(der_peek(&inner), 0);
    assert_int_equal(der_next(&inner, &name), DR_ERR_TRUNCATED);
}

static void reads_long_lengths(void **state)
{
    /* X.690 8.1.3.5: L = 201 as 81 C9. */
    uint8_t octets[3 + 201] = {DER_OCTET_STRING, 0x81, 0xC9};
    struct der_item item;

    (void)state;
    for (size_t cut = 0; cut <= sizeof octets; cut++) {
        struct der_reader reader = reader_of(octets, cut);
        enum dr_status status = der_next(&reader, &item);
        assert_int_equal(status, cut < sizeof octets ? DR_ERR_TRUNCATED : DR_OK);
        assert_int_equal(reader.rest.len, cut < sizeof octets ? cut : 0);
    }
    assert_int_equal(item.value.len, 201);
    assert_ptr_equal(item.value.data, octets + 3);
}

static void refuses_what_der_forbids(void **state)
{
    static const struct {
        const char *what;
        uint8_t octets[8];
        size_t len;
        enum dr_status status;
    } cases[] = {
        {"indefinite length", {0x30, 0x80, 0x00, 0x00}, 4, DR_ERR_MALFORMED},
        {"end of contents", {0x00, 0x00}, 2, DR_ERR_MALFORMED},
        {"tag number over 30", {0x1F, 0x81, 0x01, 0x00}, 4, DR_ERR_UNSUPPORTED},
        {"long form for a short length", {0x04, 0x81, 0x01, 0x00}, 4, DR_ERR_MALFORMED},
        {"leading zero in the length", {0x04, 0x82, 0x00, 0x01, 0x00}, 5, DR_ERR_MALFORMED},
        {"leading zero before a long length", {0x04, 0x82, 0x00, 0x80}, 4, DR_ERR_MALFORMED},
        {"length of five octets", {0x04, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00}, 7, DR_ERR_MALFORMED},
        {"length over 2^31-1", {0x04, 0x84, 0x80, 0x00, 0x00, 0x00}, 6, DR_ERR_MALFORMED},
        {"length beyond the input", {0x04, 0x84, 0x7F, 0xFF, 0xFF, 0xFF}, 6, DR_ERR_TRUNCATED},
        {"reserved first length octet", {0x04, 0xFF, 0x00}, 3, DR_ERR_MALFORMED},
        {"no length", {0x04}, 1, DR_ERR_TRUNCATED},
        {"length cut short", {0x04, 0x82, 0x01}, 3, DR_ERR_TRUNCATED},
    };
    struct der_item item;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct der_reader reader = reader_of(cases[i].octets, cases[i].len);
        enum dr_status status = der_next(&reader, &item);
        if (status != cases[i].status || reader.rest.len != cases[i].len) {
            fail_msg("%s: status %d, %zu left", cases[i].what, (int)status, reader.rest.len);
        }
    }
}

static void reads_integers(void **state)
{
    static const struct {
        uint8_t octets[12];
        size_t len;
        enum dr_status status;
        uint64_t value;
    } cases[] = {
        {{0x02, 0x01, 0x00}, 3, DR_OK, 0},
        {{0x02, 0x01, 0x7F}, 3, DR_OK, 127},
        {{0x02, 0x02, 0x00, 0x80}, 4, DR_OK, 128},
        {{0x02, 0x02, 0x01, 0x00}, 4, DR_OK, 256},
        {{0x02, 0x09, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, 11, DR_OK, UINT64_MAX},
        {{0x02, 0x09, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00}, 11, DR_ERR_TOO_LARGE, 0},
        {{0x02, 0x01, 0x80}, 3, DR_ERR_MALFORMED, 0},       /* -128 */
        {{0x02, 0x02, 0xFF, 0x7F}, 4, DR_ERR_MALFORMED, 0}, /* -129 */
        {{0x02, 0x02, 0x00, 0x7F}, 4, DR_ERR_MALFORMED, 0}, /* X.690 8.3.2 */
        {{0x02, 0x02, 0x00, 0x00}, 4, DR_ERR_MALFORMED, 0},
        {{0x02, 0x00}, 2, DR_ERR_MALFORMED, 0},
        {{0x0A, 0x01, 0x01}, 3, DR_ERR_MALFORMED, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct der_reader reader = reader_of(cases[i].octets, cases[i].len);
        uint64_t value = 0;
        assert_int_equal(der_uint64(&reader, &value), cases[i].status);
        if (cases[i].status == DR_OK) {
            assert_true(value == cases[i].value);
        }
    }
}

static void reads_magnitudes_without_sign(void **state)
{
    struct der_reader reader = READER(0x02, 0x02, 0x00, 0x80, 0x02, 0x01, 0x00);
    struct bytes magnitude;

    (void)state;
    assert_int_equal(der_unsigned(&reader, &magnitude), DR_OK);
    assert_int_equal(magnitude.len, 1);
    assert_int_equal(magnitude.data[0], 0x80);
    assert_int_equal(der_unsigned(&reader, &magnitude), DR_OK);
    assert_int_equal(magnitude.len, 1);
    assert_int_equal(magnitude.data[0], 0);
}

static void reads_booleans_strictly(void **state)
{
    struct der_reader right = READER(0x01, 0x01, 0xFF, 0x01, 0x01, 0x00);
    struct der_reader loose = READER(0x01, 0x01, 0x01);
    struct der_reader empty = READER(0x01, 0x00);
    bool value = false;

    (void)state;
    assert_int_equal(der_boolean(&right, &value), DR_OK);
    assert_true(value);
    assert_int_equal(der_boolean(&right, &value), DR_OK);
    assert_false(value);
    assert_int_equal(der_boolean(&loose, &value), DR_ERR_MALFORMED);
    assert_int_equal(der_boolean(&empty, &value), DR_ERR_MALFORMED);
}

static void reads_bit_strings_of_octets(void **state)
{
    struct der_reader right = READER(0x03, 0x03, 0x00, 0x0A, 0x3B);
    struct der_reader bits = READER(0x03, 0x07, 0x04, 0x0A, 0x3B, 0x5F, 0x29, 0x1C, 0xD0); /* X.690 8.6.4.2 */
    struct der_reader empty = READER(0x03, 0x00);
    struct bytes octets;

    (void)state;
    assert_int_equal(der_bit_string(&right, &octets), DR_OK);
    assert_int_equal(octets.len, 2);
    assert_int_equal(octets.data[1], 0x3B);
    assert_int_equal(der_bit_string(&bits, &octets), DR_ERR_MALFORMED);
    assert_int_equal(der_bit_string(&empty, &octets), DR_ERR_MALFORMED);
}

static void reads_times(void **state)
{
    static const struct {
        uint8_t tag;
        const char *text;
        enum dr_status status;
        int64_t seconds;
    } cases[] = {
        {DER_UTC_TIME, "700101000000Z", DR_OK, 0},
        {DER_UTC_TIME, "500101000000Z", DR_OK, -631152000}, /* RFC 5280 4.1.2.5.1: 50 is 1950 */
        {DER_UTC_TIME, "491231235959Z", DR_OK, 2524607999}, /* and 49 is 2049 */
        {DER_GENERALIZED_TIME, "20500101000000Z", DR_OK, 2524608000},
        {DER_GENERALIZED_TIME, "99991231235959Z", DR_OK, 253402300799}, /* RFC 5280 4.1.2.5 */
        {DER_GENERALIZED_TIME, "20240229120000Z", DR_OK, 1709208000},
        {DER_GENERALIZED_TIME, "20230229120000Z", DR_ERR_MALFORMED, 0},
        {DER_GENERALIZED_TIME, "20240229120000.5Z", DR_ERR_MALFORMED, 0},
        {DER_GENERALIZED_TIME, "202402291200Z", DR_ERR_MALFORMED, 0},
        {DER_GENERALIZED_TIME, "20240229120060Z", DR_ERR_MALFORMED, 0},
        {DER_GENERALIZED_TIME, "2024022912000:Z", DR_ERR_MALFORMED, 0},
        {DER_UTC_TIME, "7001010000Z", DR_ERR_MALFORMED, 0},
        {DER_UTC_TIME, "700101000000+0100", DR_ERR_MALFORMED, 0},
        {DER_UTC_TIME, "7001010000001", DR_ERR_MALFORMED, 0},
        {DER_UTC_TIME, "x00101000000Z", DR_ERR_MALFORMED, 0},
        {DER_UTC_TIME, "", DR_ERR_MALFORMED, 0},
        {DER_IA5_STRING, "700101000000Z", DR_ERR_MALFORMED, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t octets[40] = {cases[i].tag, (uint8_t)strlen(cases[i].text)};
        int64_t seconds = -1;
        memcpy(octets + 2, cases[i].text, octets[1]);
        struct der_reader reader = reader_of(octets, 2U + octets[1]);
        assert_int_equal(der_time(&reader, &seconds), cases[i].status);
        if (cases[i].status == DR_OK) {
            assert_true(seconds == cases[i].seconds);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_items_in_order),          cmocka_unit_test(reads_long_lengths),
        cmocka_unit_test(refuses_what_der_forbids),      cmocka_unit_test(reads_integers),
        cmocka_unit_test(reads_magnitudes_without_sign), cmocka_unit_test(reads_booleans_strictly),
        cmocka_unit_test(reads_bit_strings_of_octets),   cmocka_unit_test(reads_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
