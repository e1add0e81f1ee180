/* Dates across the range, each day of it in turn, and the one ISO 8601 form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/calendar.h"

static void knows_dates(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        /* date -u +%s */
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2000-02-29T00:00:00Z", 951782400},
        {"2001-09-09T01:46:40Z", 1000000000},
        {"2038-01-19T03:14:08Z", 2147483648},
        {"2026-11-24T17:05:09Z", 1795539909},
        {"1900-03-01T00:00:00Z", -2203891200},
        {"0000-01-01T00:00:00Z", -62167219200},
        {"9999-12-31T23:59:59Z", 253402300799},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[CALENDAR_ISO8601_SIZE];
        int64_t seconds = 0;

        assert_int_equal(calendar_parse(bytes_of(cases[i].text, strlen(cases[i].text)), &seconds), DR_OK);
        assert_true(seconds == cases[i].seconds);
        calendar_format(cases[i].seconds, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void refuses_dates_that_do_not_exist(void **state)
{
    static const char *const cases[] = {
        "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z",  "2026-00-01T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",  "2026-01-01T00:60:00Z",
        "2016-12-31T23:59:60Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00",   "2026-01-01T00:00:00z",
        "2026-01-01T00:00:0xZ", "26-01-01T00:00:00Z",   "2026-01-01T00:00:00ZZ", "",
    };
    int64_t seconds;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (calendar_parse(bytes_of(cases[i], strlen(cases[i])), &seconds) != DR_ERR_MALFORMED) {
            fail_msg("accepted %s", cases[i]);
        }
    }
}

static void counts_every_day(void **state)
{
    struct civil_time civil = {.year = 1583, .month = 1, .day = 1}, next;
    int64_t seconds = 0, start = 0;

    (void)state;
    assert_int_equal(calendar_to_seconds(&civil, &start), DR_OK);
    for (int64_t day = 0; day < 1000 * 366; day++) {
        calendar_from_seconds(start + day * 86400 + 86399, &next);
        assert_int_equal(next.hour * 10000 + next.minute * 100 + next.second, 235959);
        assert_int_equal(calendar_to_seconds(&next, &seconds), DR_OK);
        assert_true(seconds == start + day * 86400 + 86399);
    }
}

static void stays_inside_its_range(void **state)
{
    char text[CALENDAR_ISO8601_SIZE];

    (void)state;
    calendar_format(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    calendar_format(INT64_MIN, text);
    assert_string_equal(text, "0000-01-01T00:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_dates),
        cmocka_unit_test(refuses_dates_that_do_not_exist),
        cmocka_unit_test(counts_every_day),
        cmocka_unit_test(stays_inside_its_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
