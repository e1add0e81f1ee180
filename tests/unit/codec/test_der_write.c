/* What the writer writes, octet for octet and through the reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/der_write.h"

static void writes_octets(void **state)
{
    static const uint8_t expected[] = {
        0x30, 0x31,                                                       /* SEQUENCE */
        0x02, 0x01, 0x00,                                                 /* 0 */
        0x02, 0x02, 0x00, 0x80,                                           /* 128 */
        0x02, 0x09, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, /* 2^64-1 */
        0x0A, 0x01, 0x04,                                                 /* ENUMERATED 4 */
        0x01, 0x01, 0xFF,                                                 /* TRUE */
        0x04, 0x02, 0xAB, 0xCD,                                           /* OCTET STRING */
        0x18, 0x0F, '2',  '0',  '2',  '6',  '1',  '1',  '2',  '4',  '1',
        '7',  '0',  '5',  '0',  '9',  'Z',  0x31, 0x00, /* empty SET */
        0x05, 0x00,                                     /* NULL, written raw */
    };
    static const uint8_t null[2] = {0x05, 0x00}, octets[2] = {0xAB, 0xCD};
    uint8_t buffer[sizeof expected];
    struct der_writer writer;
    size_t sequence, set, len = 0;

    (void)state;
    /* Every capacity that is too small must say so and touch nothing beyond it. */
    for (size_t capacity = 0; capacity <= sizeof buffer; capacity++) {
        der_write_begin(&writer, buffer, capacity);
        sequence = der_write_open(&writer, DER_SEQUENCE);
        der_write_uint64(&writer, 0);
        der_write_uint64(&writer, 128);
        der_write_uint64(&writer, UINT64_MAX);
        der_write_enumerated(&writer, 4);
        der_write_boolean(&writer, true);
        der_write_item(&writer, DER_OCTET_STRING, bytes_of(octets, 2));
        der_write_generalized_time(&writer, 1795539909); /* 2026-11-24T17:05:09Z */
        set = der_write_open(&writer, DER_SET);
        der_write_close(&writer, set);
        der_write_raw(&writer, bytes_of(null, 2));
        der_write_close(&writer, sequence);
        assert_int_equal(der_write_finish(&writer, &len), capacity < sizeof buffer ? DR_ERR_NO_SPACE : DR_OK);
    }
    assert_int_equal(len, sizeof expected);
    assert_memory_equal(buffer, expected, len);
}

static void writes_lengths_that_the_reader_takes(void **state)
{
    static const size_t lengths[] = {0, 1, 127, 128, 255, 256, 65535, 65536, 70000};
    static uint8_t content[70000], buffer[70020];

    (void)state;
    memset(content, 0x5A, sizeof content);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct der_writer writer;
        struct der_reader reader, inner;
        struct der_item item;
        size_t mark, len = 0;

        der_write_begin(&writer, buffer, sizeof buffer);
        mark = der_write_open(&writer, DER_CONTEXT(0));
        der_write_item(&writer, DER_OCTET_STRING, bytes_of(content, lengths[i]));
        der_write_close(&writer, mark);
        assert_int_equal(der_write_finish(&writer, &len), DR_OK);
        reader = der_reader_of(bytes_of(buffer, len));
        assert_int_equal(der_enter(&reader, DER_CONTEXT(0), &inner), DR_OK);
        assert_int_equal(der_expect(&inner, DER_OCTET_STRING, &item), DR_OK);
        assert_true(bytes_equal(item.value, bytes_of(content, lengths[i])));
        assert_int_equal(der_finish(&inner), DR_OK);
        assert_int_equal(der_finish(&reader), DR_OK);
    }
}

static void writes_minimal_integers(void **state)
{
    static const struct {
        uint8_t magnitude[4];
        size_t len;
        uint8_t expected[6];
        size_t expected_len;
    } cases[] = {
        {{0}, 0, {0x02, 0x01, 0x00}, 3},
        {{0x00, 0x00}, 2, {0x02, 0x01, 0x00}, 3},
        {{0x00, 0x00, 0x7F}, 3, {0x02, 0x01, 0x7F}, 3},
        {{0x80}, 1, {0x02, 0x02, 0x00, 0x80}, 4},
        {{0x00, 0xFF, 0x01}, 3, {0x02, 0x03, 0x00, 0xFF, 0x01}, 5},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t buffer[8];
        struct der_writer writer;
        size_t len = 0;

        der_write_begin(&writer, buffer, sizeof buffer);
        der_write_unsigned(&writer, bytes_of(cases[i].magnitude, cases[i].len));
        assert_int_equal(der_write_finish(&writer, &len), DR_OK);
        assert_int_equal(len, cases[i].expected_len);
        assert_memory_equal(buffer, cases[i].expected, len);
    }
}

static void writes_large_enumerations_as_positive(void **state)
{
    uint8_t buffer[8];
    struct der_writer writer;
    size_t len = 0;

    (void)state;
    der_write_begin(&writer, buffer, sizeof buffer);
    der_write_enumerated(&writer, 0x80);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    assert_int_equal(len, 4);
    assert_memory_equal(buffer, "\x0A\x02\x00\x80", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_octets),
        cmocka_unit_test(writes_lengths_that_the_reader_takes),
        cmocka_unit_test(writes_minimal_integers),
        cmocka_unit_test(writes_large_enumerations_as_positive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
