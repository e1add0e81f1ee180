/* Text as docrev's own files carry it (RFC 3629). */
#include "fixture.h"

#include "trust/field.h"

static bool valid(const char *text)
{
    return field_text_valid(bytes_of(text, strlen(text)));
}

static void utf8(void **state)
{
    (void)state;
    assert_true(valid(""));
    assert_true(valid("Grenzschutz \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80"));
    assert_true(valid("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"));
    assert_false(valid("\x80"));             /* continuation alone */
    assert_false(valid("\xC3"));             /* cut */
    assert_false(valid("\xE2\x82"));         /* cut */
    assert_false(valid("\xC0\xAF"));         /* overlong */
    assert_false(valid("\xC1\xBF"));         /* overlong */
    assert_false(valid("\xE0\x9F\xBF"));     /* overlong */
    assert_false(valid("\xF0\x8F\xBF\xBF")); /* overlong */
    assert_false(valid("\xED\xA0\x80"));     /* surrogate */
    assert_false(valid("\xF4\x90\x80\x80")); /* over U+10FFFF */
    assert_false(valid("\xF5\x80\x80\x80"));
    assert_false(valid("\xE2\x28\xA1"));
    assert_false(valid("\xE2\x82\x28"));
    assert_false(valid("a\tb")); /* controls */
    assert_false(valid("\x1B[2J"));
    assert_false(valid("\x7F"));
    assert_false(valid("\xC2\x85")); /* C1 control */
    assert_true(valid("\xC2\xA0"));
    assert_false(field_text_valid(bytes_of("a\0b", 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
