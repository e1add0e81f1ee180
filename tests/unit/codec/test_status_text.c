/* Every status has words of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/status_text.h"

#include <string.h>

static void has_words_for_each(void **state)
{
    (void)state;
    for (int a = DR_OK; a <= (int)DR_ERR_STATE; a++) {
        assert_string_not_equal(dr_status_text((enum dr_status)a), "unknown status");
        for (int b = DR_OK; b < a; b++) {
            assert_string_not_equal(dr_status_text((enum dr_status)a), dr_status_text((enum dr_status)b));
        }
    }
    assert_string_equal(dr_status_text((enum dr_status)((int)DR_ERR_STATE + 1)), "unknown status");
    assert_string_equal(dr_status_text((enum dr_status) - 1), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(has_words_for_each)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
