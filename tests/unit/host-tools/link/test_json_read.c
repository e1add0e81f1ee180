/* JSON as a device might send it, and as an attacker on the link might. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "link/json_read.h"

static struct bytes text_of(const char *text)
{
    return bytes_of(text, strlen(text));
}

static void finds_values(void **state)
{
    static const char status[] = "{\"device\":\"0102\", \"time\":{\"now\":\"2026-11-24T17:05:09Z\",\"confirmed\":true},"
                                 "\"policy\":null,\"lists\":[{\"id\":\"a\",\"number\":7},{\"id\":\"b\",\"number\":8}],"
                                 "\"memory\":{\"stack\":[1,2]},\"none\":[],\"nothing\":{}}";
    struct bytes json = text_of(status), raw;
    enum json_type type;
    char text[32];
    uint64_t number = 0;

    (void)state;
    assert_int_equal(json_find_text(json, "device", text, sizeof text), DR_OK);
    assert_string_equal(text, "0102");
    assert_int_equal(json_find_text(json, "time.now", text, sizeof text), DR_OK);
    assert_string_equal(text, "2026-11-24T17:05:09Z");
    assert_int_equal(json_find(json, "time.confirmed", &type, &raw), DR_OK);
    assert_int_equal(type, JSON_TRUE);
    assert_int_equal(json_find(json, "policy", &type, &raw), DR_OK);
    assert_int_equal(type, JSON_NULL);
    assert_int_equal(json_find_uint(json, "lists[1].number", &number), DR_OK);
    assert_int_equal(number, 8);
    assert_int_equal(json_find_uint(json, "memory.stack[1]", &number), DR_OK);
    assert_int_equal(number, 2);
    assert_int_equal(json_find(json, "none", &type, &raw), DR_OK);
    assert_int_equal(type, JSON_EMPTY);
    assert_int_equal(json_find(json, "nothing", &type, &raw), DR_OK);
    assert_int_equal(json_find_uint(json, "lists[2].number", &number), DR_ERR_NOT_FOUND);
    assert_int_equal(json_find_uint(json, "device", &number), DR_ERR_MALFORMED);
    assert_int_equal(json_find_text(json, "lists[0].number", text, sizeof text), DR_ERR_MALFORMED);
    /* Every cut is malformed as a whole, whatever is searched for. */
    for (size_t cut = 0; cut < json.len; cut++) {
        assert_true(json_find_text(bytes_of(status, cut), "device", text, sizeof text) != DR_OK);
    }
}

static void refuses_what_is_no_json(void **state)
{
    static const char *const cases[] = {
        "",     "{",          "}",        "[1,]",    "{\"a\":1,}", "{\"a\" 1}",  "{a:1}", "[1 2]", "\"open",
        "[1]x", "{\"a\":1}{", "\"\x01\"", "\"end\\", "[}",         "{\"a\":[1}", "nul",   "[,1]",  "{\"a\":}",
    };
    uint64_t number;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (json_find_uint(text_of(cases[i]), "a", &number) != DR_ERR_MALFORMED) {
            fail_msg("accepted %s", cases[i]);
        }
    }
}

static void bounds_depth_and_names(void **state)
{
    char deep[2 * JSON_MAX_DEPTH + 4];
    char name[JSON_MAX_PATH + 16] = "{\"";
    uint64_t number;

    (void)state;
    memset(deep, '[', JSON_MAX_DEPTH);
    deep[JSON_MAX_DEPTH] = '1';
    memset(deep + JSON_MAX_DEPTH + 1, ']', JSON_MAX_DEPTH);
    assert_int_equal(json_find_uint(bytes_of(deep, 2 * JSON_MAX_DEPTH + 1), "a", &number), DR_ERR_NOT_FOUND);
    memset(deep, '[', JSON_MAX_DEPTH + 1);
    deep[JSON_MAX_DEPTH + 1] = '1';
    memset(deep + JSON_MAX_DEPTH + 2, ']', JSON_MAX_DEPTH + 1);
    assert_int_equal(json_find_uint(bytes_of(deep, 2 * JSON_MAX_DEPTH + 3), "a", &number), DR_ERR_TOO_LARGE);
    memset(name + 2, 'n', JSON_MAX_PATH);
    memcpy(name + 2 + JSON_MAX_PATH, "\":1}", 5);
    assert_int_equal(json_find_uint(text_of(name), "a", &number), DR_ERR_TOO_LARGE);
}

static void shows_no_control_characters(void **state)
{
    static const struct {
        const char *raw, *shown;
    } cases[] = {
        {"plain", "plain"},
        {"a\\\"b\\\\c\\/", "a\"b\\c/"},
        {"\\u001b[31mred\\n", "?[31mred?"},
        {"\x1b[2J", "?[2J"},
        {"Gr\xC3\xBC\xC3\x9F"
         "e",
         "Gr\xC3\xBC\xC3\x9F"
         "e"},
        {"\xC2\x9B"
         "31m",
         "\xC2?31m"}, /* CSI as one character */
        {"cut short here", "cut sho"},
        {"\\u12", "?"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[16];
        json_printable(text_of(cases[i].raw), out, i == 6 ? 8 : sizeof out);
        assert_string_equal(out, cases[i].shown);
    }
}

static void reads_large_numbers_or_none(void **state)
{
    uint64_t number = 0;

    (void)state;
    assert_int_equal(json_find_uint(text_of("{\"a\":9223372036854775807}"), "a", &number), DR_OK);
    assert_true(number == INT64_MAX);
    assert_int_equal(json_find_uint(text_of("{\"a\":99999999999999999999}"), "a", &number), DR_ERR_MALFORMED);
    assert_int_equal(json_find_uint(text_of("{\"a\":-1}"), "a", &number), DR_ERR_MALFORMED);
    assert_int_equal(json_find_uint(text_of("{\"a\":1.5}"), "a", &number), DR_ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_values),
        cmocka_unit_test(refuses_what_is_no_json),
        cmocka_unit_test(bounds_depth_and_names),
        cmocka_unit_test(shows_no_control_characters),
        cmocka_unit_test(reads_large_numbers_or_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
