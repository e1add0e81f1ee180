#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/hardened.h"
#include "crypto/memory.h"

static void wipe_and_compare(void **state)
{
    uint8_t a[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t b[8] = {1, 2, 3, 4, 5, 6, 7, 8};

    (void)state;
    assert_true(crypto_equal(a, b, 8));
    b[7] ^= 0x80;
    assert_false(crypto_equal(a, b, 8));
    assert_true(crypto_equal(a, b, 7));
    assert_true(crypto_equal(a, b, 0));
    crypto_wipe(a, 7);
    assert_int_equal(a[0] | a[6], 0);
    assert_int_equal(a[7], 8);
}

/* No single flipped bit of "no", of zero or of all ones is "yes". */
static void hardened_values(void **state)
{
    const hardened starts[] = {HARDENED_NO, 0, 1, UINT32_MAX};
    hardened value;
    size_t i;
    unsigned bit;

    (void)state;
    value = HARDENED_YES;
    assert_true(hardened_is_yes(&value));
    for (i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        for (bit = 0; bit < 32; bit++) {
            value = starts[i] ^ ((hardened)1 << bit);
            assert_false(hardened_is_yes(&value));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wipe_and_compare),
        cmocka_unit_test(hardened_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
