/* Messages of RFC 7252 App. A and RFC 7959 3, what libcoap's client sends, and every format error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/coap.h"

struct octets {
    uint8_t data[64];
    size_t len;
};
#define OCTETS(...)                                                                                                    \
    {                                                                                                                  \
        {__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})                                                          \
    }

static void both_ways(const struct octets *octets, struct coap_message *message)
{
    uint8_t out[64];
    size_t len = sizeof out;

    assert_int_equal(coap_decode(bytes_of(octets->data, octets->len), message), DR_OK);
    assert_int_equal(coap_encode(message, out, &len), DR_OK);
    assert_true(bytes_equal(bytes_of(out, len), bytes_of(octets->data, octets->len)));
    for (size_t capacity = 0; capacity < octets->len; capacity++) {
        len = capacity;
        assert_int_equal(coap_encode(message, out, &len), DR_ERR_NO_SPACE);
    }
}

static void knows_rfc7252_appendix_a(void **state)
{
    /* Figures 17 and 19. */
    static const struct octets get =
        OCTETS(0x40, 0x01, 0x7D, 0x34, 0xBB, 't', 'e', 'm', 'p', 'e', 'r', 'a', 't', 'u', 'r', 'e');
    static const struct octets content = OCTETS(0x61, 0x45, 0x7D, 0x35, 0x20, 0xFF, '2', '2', '.', '3', ' ', 'C');
    struct coap_message message;

    (void)state;
    both_ways(&get, &message);
    assert_int_equal(message.type, COAP_CON);
    assert_int_equal(message.code, COAP_GET);
    assert_int_equal(message.id, 0x7D34);
    assert_string_equal(message.path, "temperature");
    both_ways(&content, &message);
    assert_int_equal(message.type, COAP_ACK);
    assert_int_equal(message.code, COAP_CONTENT);
    assert_int_equal(message.token_len, 1);
    assert_int_equal(message.token[0], 0x20);
    assert_int_equal(message.payload.len, 6);
}

static void knows_block_wise_transfer(void **state)
{
    /* RFC 7959 Figure 6: PUT /options, 1:1/1/128; with Size1 and a query beside it. */
    static const struct octets put =
        OCTETS(0x42, 0x03, 0x12, 0x35, 0xAA, 0xBB, 0xB7, 'o', 'p', 't', 'i', 'o', 'n', 's', 0x11, 42, 0x34, 'i', 'd',
               '=', '7', 0xC1, 0x1B, 0xD3, 0x14, 0x01, 0x00, 0x00, 0xFF, 'x');
    static const struct octets large = OCTETS(0x40, 0x03, 0x00, 0x01, 0xD3, 0x0E, 0xFF, 0xFF, 0xFE);
    struct coap_message message;

    (void)state;
    both_ways(&put, &message);
    assert_string_equal(message.path, "options");
    assert_true(message.has_format);
    assert_int_equal(message.format, COAP_FORMAT_OCTETS);
    assert_memory_equal(message.query.data, "id=7", 4);
    assert_true(message.block1.present && message.block1.more);
    assert_int_equal(message.block1.number, 1);
    assert_int_equal(coap_block_size(&message.block1), 128);
    assert_int_equal(coap_block_offset(&message.block1), 128);
    assert_true(message.has_size1);
    assert_int_equal(message.size1, 65536);
    assert_false(message.unknown_critical);
    both_ways(&large, &message);
    assert_int_equal(message.block1.number, 0xFFFFF);
    assert_int_equal(coap_block_offset(&message.block1), 0xFFFFFU << 10);
}

static void sorts_out_options(void **state)
{
    static const struct {
        const char *what;
        struct octets options;
        bool critical;
        const char *path;
    } cases[] = {
        {"Uri-Host, Uri-Port, Uri-Path",
         {{0x33, 'd', 'e', 'v', 0x42, 0x16, 0x33, 0x46, 's', 't', 'a', 't', 'u', 's'}, 14},
         false,
         "status"},
        {"Observe", {{0x60, 0x51, 'a'}, 3}, false, "a"},
        {"Accept", {{0xD1, 0x04, 50}, 3}, false, ""},
        {"Echo, No-Response", {{0xD1, 0xEF, 0x01, 0x61, 0x1A}, 5}, false, ""},
        {"ETag", {{0x41, 0x01}, 2}, false, ""},
        {"If-Match", {{0x11, 0x01}, 2}, true, ""},
        {"If-None-Match", {{0x50}, 1}, true, ""},
        {"Q-Block1", {{0xD1, 0x06, 0x00}, 3}, true, ""},
        {"Proxy-Uri", {{0xD1, 0x16, 'x'}, 3}, true, ""},
        {"a critical option of a large number", {{0xE0, 0xFE, 0xF2}, 3}, true, ""}, /* 65535 */
        {"an elective one", {{0xE0, 0xFE, 0xF1}, 3}, false, ""},
        {"Block1 twice", {{0xD1, 0x0E, 0x06, 0x01, 0x06}, 5}, true, ""},
        {"Block1 of four octets", {{0xD4, 0x0E, 0, 0, 0, 6}, 6}, true, ""},
        {"Content-Format of three octets", {{0xC3, 0, 0, 42}, 4}, false, ""},
        {"several segments", {{0xB1, 'a', 0x02, 'b', 'c', 0x00}, 6}, false, "a/bc/"},
        {"a slash in a segment", {{0xB3, 'a', '/', 'b', 0x01, 'c'}, 6}, false, "//"},
        {"a NUL in a segment", {{0xB3, 'a', 0, 'b'}, 4}, false, "//"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t datagram[64] = {0x40, 0x01, 0x00, 0x01};
        struct coap_message message;

        memcpy(datagram + 4, cases[i].options.data, cases[i].options.len);
        if (coap_decode(bytes_of(datagram, 4 + cases[i].options.len), &message) != DR_OK ||
            message.unknown_critical != cases[i].critical || strcmp(message.path, cases[i].path) != 0) {
            fail_msg("%s: critical %d, path '%s'", cases[i].what, message.unknown_critical, message.path);
        }
    }
}

static void gives_long_paths_no_name(void **state)
{
    uint8_t datagram[4 + 2 + 64] = {0x40, 0x01, 0x00, 0x01, 0xBD, 63 - 13};
    struct coap_message message;

    (void)state;
    memset(datagram + 6, 'a', 64);
    assert_int_equal(coap_decode(bytes_of(datagram, 6 + 63), &message), DR_OK);
    assert_int_equal(strlen(message.path), 63);
    datagram[5]++;
    assert_int_equal(coap_decode(bytes_of(datagram, 6 + 64), &message), DR_OK);
    assert_string_equal(message.path, "//");
}

static void refuses_format_errors(void **state)
{
    static const struct {
        const char *what;
        struct octets datagram;
        enum dr_status status;
    } cases[] = {
        {"header cut", OCTETS(0x40, 0x01, 0x00), DR_ERR_TRUNCATED},
        {"version 2", OCTETS(0x80, 0x01, 0x00, 0x01), DR_ERR_UNSUPPORTED},
        {"token of nine", OCTETS(0x49, 0x01, 0x00, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9), DR_ERR_MALFORMED},
        {"token cut", OCTETS(0x44, 0x01, 0x00, 0x01, 1, 2, 3), DR_ERR_TRUNCATED},
        {"code class 1", OCTETS(0x40, 0x20, 0x00, 0x01), DR_ERR_MALFORMED},
        {"code class 7", OCTETS(0x40, 0xE1, 0x00, 0x01), DR_ERR_MALFORMED},
        {"empty with a token", OCTETS(0x41, 0x00, 0x00, 0x01, 0x01), DR_ERR_MALFORMED},
        {"empty with a payload", OCTETS(0x40, 0x00, 0x00, 0x01, 0xFF, 0x01), DR_ERR_MALFORMED},
        {"marker without payload", OCTETS(0x40, 0x02, 0x00, 0x01, 0xFF), DR_ERR_MALFORMED},
        {"delta 15", OCTETS(0x40, 0x01, 0x00, 0x01, 0xF0), DR_ERR_MALFORMED},
        {"length 15", OCTETS(0x40, 0x01, 0x00, 0x01, 0xBF, 0x00), DR_ERR_MALFORMED},
        {"option cut", OCTETS(0x40, 0x01, 0x00, 0x01, 0xB3, 'a', 'b'), DR_ERR_TRUNCATED},
        {"extended delta cut", OCTETS(0x40, 0x01, 0x00, 0x01, 0xE0, 0x00), DR_ERR_TRUNCATED},
        {"option number over 65535", OCTETS(0x40, 0x01, 0x00, 0x01, 0xE0, 0xFF, 0xFF), DR_ERR_MALFORMED},
        {"block size 7", OCTETS(0x40, 0x03, 0x00, 0x01, 0xD1, 0x0E, 0x07), DR_ERR_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct coap_message message;
        enum dr_status status = coap_decode(bytes_of(cases[i].datagram.data, cases[i].datagram.len), &message);
        if (status != cases[i].status) {
            fail_msg("%s: status %d", cases[i].what, (int)status);
        }
        if (status == DR_ERR_MALFORMED) {
            assert_int_equal(message.id, 1); /* what a reset needs */
        }
    }
}

static void writes_long_options(void **state)
{
    static char query[300];
    uint8_t out[400];
    size_t len = sizeof out;
    struct coap_message message = {
        .code = COAP_PUT, .path = "update/list", .query = {(const uint8_t *)query, sizeof query}};
    struct coap_message back;

    (void)state;
    memset(query, 'q', sizeof query);
    assert_int_equal(coap_encode(&message, out, &len), DR_OK);
    assert_int_equal(coap_decode(bytes_of(out, len), &back), DR_OK);
    assert_string_equal(back.path, "update/list");
    assert_true(bytes_equal(back.query, message.query));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_rfc7252_appendix_a), cmocka_unit_test(knows_block_wise_transfer),
        cmocka_unit_test(sorts_out_options),        cmocka_unit_test(gives_long_paths_no_name),
        cmocka_unit_test(refuses_format_errors),    cmocka_unit_test(writes_long_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
