#include "app/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void words_numbers_and_dates(void **state)
{
    char out[80];
    struct text text = text_begin(out, sizeof out);

    (void)state;
    assert_string_equal(out, "");
    text_add(&text, "a=");
    text_add_number(&text, 0);
    text_add_char(&text, ' ');
    text_add_number(&text, UINT64_MAX);
    text_add_char(&text, ' ');
    text_add_date(&text, 1795510000);
    text_add_char(&text, ' ');
    text_add_minute(&text, 1795510000);
    assert_string_equal(out, "a=0 18446744073709551615 2026-11-24 2026-11-24 08:46");
    assert_int_equal(text.length, 52);
}

static void what_does_not_fit_is_left_out(void **state)
{
    char out[6] = {'x', 'x', 'x', 'x', 'x', '#'};
    struct text text = text_begin(out, 5);

    (void)state;
    text_add(&text, "abc");
    text_add_number(&text, 987);
    assert_string_equal(out, "abc9");
    assert_int_equal(out[5], '#');
    text = text_begin(out, 1);
    text_add_char(&text, 'a');
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_numbers_and_dates),
        cmocka_unit_test(what_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
