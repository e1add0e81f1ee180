#include "inspection/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void words_of_verdicts(void **state)
{
    (void)state;
    assert_string_equal(verdict_text(VERDICT_NO_RECORD), "NO RECORD");
    assert_string_equal(verdict_text(VERDICT_ADVISORY), "ADVISORY");
    assert_string_equal(verdict_text(VERDICT_REFER), "REFER");
    assert_string_equal(verdict_text(VERDICT_CANNOT_VERIFY), "CANNOT VERIFY");
}

/* Whatever a fault makes of a verdict, it is not a better one. */
static void anything_else_cannot_verify(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 32; bit++) {
        assert_string_equal(verdict_text(VERDICT_NO_RECORD ^ (verdict)1 << bit), "CANNOT VERIFY");
    }
    assert_string_equal(verdict_text(0), "CANNOT VERIFY");
    assert_string_equal(verdict_text(UINT32_MAX), "CANNOT VERIFY");
}

static void every_reason_has_its_own_word(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BECAUSE_COUNT; i++) {
        const char *word = verdict_reason_text((enum because)i);

        assert_non_null(word);
        assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz-"), strlen(word));
        for (unsigned j = 0; j < i; j++) {
            assert_string_not_equal(word, verdict_reason_text((enum because)j));
        }
    }
    assert_null(verdict_reason_text(BECAUSE_COUNT));
    assert_true(BECAUSE_COUNT <= 64);
    assert_string_equal(verdict_reason_text(BECAUSE_LISTED_STOLEN_BLANK), "listed-stolen-blank");
    assert_string_equal(verdict_reason_text(BECAUSE_INTERNAL), "internal");
}

/* Two lines of a 128-pixel display. */
static void advice_fits_the_display(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BECAUSE_COUNT; i++) {
        const char *advice = verdict_reason_advice((enum because)i);
        size_t first = strcspn(advice, "\n");

        assert_in_range(first, 1, 21);
        assert_int_equal(advice[first], '\n');
        assert_in_range(strlen(advice + first + 1), 1, 21);
        assert_null(strchr(advice + first + 1, '\n'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_verdicts),
        cmocka_unit_test(anything_else_cannot_verify),
        cmocka_unit_test(every_reason_has_its_own_word),
        cmocka_unit_test(advice_fits_the_display),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
