#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "update/clock.h"

/* 2026-11-24T17:05:09Z by hand. */
static const uint8_t encoded[] = {0x30, 0x30, 0x02, 0x01, 0x01, 0x04, 0x08, 1,    2,    3,    4,    5,    6,
                                  7,    8,    0x04, 0x10, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8,
                                  0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0x18, 0x0F, '2',  '0',  '2',  '6',
                                  '1',  '1',  '2',  '4',  '1',  '7',  '0',  '5',  '0',  '9',  'Z'};
#define SECONDS INT64_C(1795539909)

static void reads_and_writes(void **state)
{
    struct time_statement statement;
    struct der_writer writer;
    uint8_t out[64];
    size_t len;

    (void)state;
    assert_int_equal(time_statement_read(bytes_of(encoded, sizeof encoded), &statement), DR_OK);
    assert_int_equal(statement.time, SECONDS);
    assert_memory_equal(statement.device_id, encoded + 7, 8);
    assert_memory_equal(statement.nonce, encoded + 17, 16);
    der_write_begin(&writer, out, sizeof out);
    assert_int_equal(time_statement_write(&statement, &writer), DR_OK);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    assert_int_equal(len, sizeof encoded);
    assert_memory_equal(out, encoded, len);
    der_write_begin(&writer, out, 20);
    assert_int_equal(time_statement_write(&statement, &writer), DR_ERR_NO_SPACE);
}

static void each_truncation_is_refused(void **state)
{
    struct time_statement statement;

    (void)state;
    for (size_t len = 0; len < sizeof encoded; len++) {
        assert_int_not_equal(time_statement_read(bytes_of(encoded, len), &statement), DR_OK);
    }
}

static void other_shapes_are_refused(void **state)
{
    struct time_statement statement;
    uint8_t copy[sizeof encoded + 2];

    (void)state;
    memcpy(copy, encoded, sizeof encoded);
    copy[4] = 2;
    assert_int_equal(time_statement_read(bytes_of(copy, sizeof encoded), &statement), DR_ERR_UNSUPPORTED);
    memcpy(copy, encoded, sizeof encoded);
    copy[33] = 0x17; /* UTCTime */
    assert_int_not_equal(time_statement_read(bytes_of(copy, sizeof encoded), &statement), DR_OK);
    memcpy(copy, encoded, sizeof encoded);
    copy[1] += 2;
    copy[sizeof encoded] = 0x05;
    copy[sizeof encoded + 1] = 0x00;
    assert_int_equal(time_statement_read(bytes_of(copy, sizeof copy), &statement), DR_ERR_MALFORMED);
    copy[1] -= 2;
    assert_int_equal(time_statement_read(bytes_of(copy, sizeof copy), &statement), DR_ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes),
        cmocka_unit_test(each_truncation_is_refused),
        cmocka_unit_test(other_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
