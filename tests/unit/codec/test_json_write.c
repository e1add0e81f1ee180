/* JSON octet for octet: commas, escapes of RFC 8259 7, text that is no UTF-8, and every buffer that is too small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/json_write.h"

static void write_sample(struct json_writer *writer)
{
    json_object(writer, NULL);
    json_text(writer, "name", "a \"b\" \\ c\n\x01");
    json_int(writer, "low", INT64_MIN);
    json_int(writer, "high", INT64_MAX);
    json_int(writer, "zero", 0);
    json_array(writer, "list");
    json_bool(writer, NULL, true);
    json_bool(writer, NULL, false);
    json_null(writer, NULL);
    json_object(writer, NULL);
    json_end_object(writer);
    json_end_array(writer);
    json_array(writer, "none");
    json_end_array(writer);
    json_hex(writer, "root", bytes_of("\x00\xAB\xFF", 3));
    json_time(writer, "at", 1795539909);
    json_end_object(writer);
}

static void writes_values(void **state)
{
    static const char expected[] =
        "{\"name\":\"a \\\"b\\\" \\\\ c\\u000a\\u0001\",\"low\":-9223372036854775808,\"high\":9223372036854775807,"
        "\"zero\":0,\"list\":[true,false,null,{}],\"none\":[],\"root\":\"00abff\",\"at\":\"2026-11-24T17:05:09Z\"}";
    char buffer[sizeof expected];
    struct json_writer writer;
    size_t len = 0;

    (void)state;
    for (size_t capacity = 0; capacity <= sizeof buffer; capacity++) {
        memset(buffer, '#', sizeof buffer);
        json_begin(&writer, buffer, capacity);
        write_sample(&writer);
        if (capacity < sizeof buffer) {
            assert_int_equal(json_finish(&writer, &len), DR_ERR_NO_SPACE);
            assert_int_equal(buffer[capacity], '#');
        } else {
            assert_int_equal(json_finish(&writer, &len), DR_OK);
        }
    }
    assert_int_equal(len, sizeof expected - 1);
    assert_string_equal(buffer, expected);
}

static void keeps_utf8_and_nothing_else(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x9B\x82", "\"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x9B\x82\""},
        {"\xFC", "\"?\""},                /* Latin-1 */
        {"\xC3", "\"?\""},                /* cut */
        {"\xC0\x80", "\"??\""},           /* overlong */
        {"\xE0\x80\x80", "\"???\""},      /* overlong */
        {"\xED\xA0\x80", "\"???\""},      /* surrogate */
        {"\xF4\x90\x80\x80", "\"????\""}, /* past U+10FFFF */
        {"\xE2\x82\x41", "\"??A\""},      /* broken off */
        {"\x7F", "\"\\u007f\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buffer[32];
        struct json_writer writer;
        size_t len = 0;

        json_begin(&writer, buffer, sizeof buffer);
        json_text(&writer, NULL, cases[i].text);
        assert_int_equal(json_finish(&writer, &len), DR_OK);
        assert_string_equal(buffer, cases[i].expected);
    }
}

static void bounds_nesting(void **state)
{
    char buffer[64];
    struct json_writer writer;
    size_t len = 0;

    (void)state;
    json_begin(&writer, buffer, sizeof buffer);
    for (int i = 0; i < 8; i++) {
        json_array(&writer, NULL);
    }
    for (int i = 0; i < 8; i++) {
        json_end_array(&writer);
    }
    assert_int_equal(json_finish(&writer, &len), DR_OK);
    json_begin(&writer, buffer, sizeof buffer);
    for (int i = 0; i < 9; i++) {
        json_array(&writer, NULL);
    }
    assert_int_equal(json_finish(&writer, &len), DR_ERR_NO_SPACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_values),
        cmocka_unit_test(keeps_utf8_and_nothing_else),
        cmocka_unit_test(bounds_nesting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
