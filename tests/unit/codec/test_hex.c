/* RFC 4648 10 test vectors of base16, in lower case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/hex.h"

static void encodes_and_decodes(void **state)
{
    static const char *const cases[][2] = {
        {"", ""}, {"f", "66"}, {"fo", "666f"}, {"foo", "666f6f"}, {"foobar", "666f6f626172"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[16];
        uint8_t octets[8];
        size_t len = sizeof octets;

        hex_encode(bytes_of(cases[i][0], strlen(cases[i][0])), text);
        assert_string_equal(text, cases[i][1]);
        assert_int_equal(hex_decode(bytes_of(text, strlen(text)), octets, &len), DR_OK);
        assert_true(bytes_equal(bytes_of(octets, len), bytes_of(cases[i][0], strlen(cases[i][0]))));
    }
}

static void decodes_strictly(void **state)
{
    uint8_t octets[2];
    size_t len = sizeof octets;

    (void)state;
    assert_int_equal(hex_decode(bytes_of("aB0F", 4), octets, &len), DR_OK);
    assert_memory_equal(octets, "\xAB\x0F", 2);
    assert_int_equal(hex_decode(bytes_of("abc", 3), octets, &len), DR_ERR_MALFORMED);
    assert_int_equal(hex_decode(bytes_of("0g", 2), octets, &len), DR_ERR_MALFORMED);
    assert_int_equal(hex_decode(bytes_of("@0", 2), octets, &len), DR_ERR_MALFORMED);
    assert_int_equal(hex_decode(bytes_of("\x10\x19", 2), octets, &len), DR_ERR_MALFORMED);
    len = 1;
    assert_int_equal(hex_decode(bytes_of("abcd", 4), octets, &len), DR_ERR_NO_SPACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_and_decodes),
        cmocka_unit_test(decodes_strictly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
