/* BER-TLV: the LDS's own tags, lengths as chips send them, and every cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/tlv.h"

static void reads_ef_com(void **state)
{
    /* ICAO 9303-10 4.6.1 and App. A: EF.COM of LDS 1.7, Unicode 4.0.0, with DG1, DG2, DG4, DG12. */
    static const uint8_t ef_com[] = {0x60, 0x16, 0x5F, 0x01, 0x04, '0', '1',  '0',  '7',  0x5F, 0x36, 0x06,
                                     '0',  '4',  '0',  '0',  '0',  '0', 0x5C, 0x04, 0x61, 0x75, 0x76, 0x6C};
    struct bytes rest = bytes_of(ef_com, sizeof ef_com), value;
    struct tlv_item item;

    (void)state;
    assert_int_equal(tlv_next(&rest, &item), DR_OK);
    assert_int_equal(item.tag, 0x60);
    assert_int_equal(item.header_len, 2);
    assert_int_equal(rest.len, 0);
    assert_int_equal(tlv_find(item.value, 0x5F36, &value), DR_OK);
    assert_int_equal(value.len, 6);
    assert_int_equal(tlv_find(item.value, 0x5C, &value), DR_OK);
    assert_memory_equal(value.data, "\x61\x75\x76\x6C", 4);
    assert_int_equal(tlv_find(item.value, 0x5F1F, &value), DR_ERR_NOT_FOUND);
    for (size_t cut = 0; cut < sizeof ef_com; cut++) {
        rest = bytes_of(ef_com, cut);
        assert_int_equal(tlv_next(&rest, &item), DR_ERR_TRUNCATED);
    }
}

static void tells_the_length_of_a_file(void **state)
{
    static const struct {
        const char *what;
        uint8_t head[8];
        size_t len;
        enum dr_status status;
        uint16_t tag;
        size_t whole;
    } cases[] = {
        {"short", {0x61, 0x5B}, 2, DR_OK, 0x61, 93},
        {"one octet", {0x61, 0x81, 0x5B}, 3, DR_OK, 0x61, 94},
        {"not minimal", {0x61, 0x82, 0x00, 0x5B}, 4, DR_OK, 0x61, 95},
        {"two octets", {0x77, 0x82, 0x07, 0x3D}, 4, DR_OK, 0x77, 1857},
        {"three octets", {0x75, 0x83, 0x01, 0x00, 0x00}, 5, DR_OK, 0x75, 65541},
        {"four octets", {0x75, 0x84, 0x00, 0x01, 0x00, 0x00}, 6, DR_OK, 0x75, 65542},
        {"two-octet tag", {0x7F, 0x61, 0x82, 0x01, 0x02}, 5, DR_OK, 0x7F61, 263},
        {"nothing", {0}, 0, DR_ERR_TRUNCATED, 0, 0},
        {"tag only", {0x61}, 1, DR_ERR_TRUNCATED, 0, 0},
        {"half a tag", {0x7F}, 1, DR_ERR_TRUNCATED, 0, 0},
        {"half a length", {0x77, 0x82, 0x07}, 3, DR_ERR_TRUNCATED, 0, 0},
        {"erased", {0x00, 0x00}, 2, DR_ERR_MALFORMED, 0, 0},
        {"indefinite", {0x61, 0x80}, 2, DR_ERR_MALFORMED, 0, 0},
        {"five octets", {0x61, 0x85, 0, 0, 0, 0, 1}, 7, DR_ERR_MALFORMED, 0, 0},
        {"three-octet tag", {0x7F, 0x81, 0x01, 0x00}, 4, DR_ERR_UNSUPPORTED, 0, 0},
        {"length that wraps", {0x61, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, 6, DR_ERR_TOO_LARGE, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t tag = 0;
        size_t whole = 0;
        enum dr_status status = tlv_file_length(bytes_of(cases[i].head, cases[i].len), &tag, &whole);
        if (status != cases[i].status || (status == DR_OK && (tag != cases[i].tag || whole != cases[i].whole))) {
            fail_msg("%s: status %d tag %x length %zu", cases[i].what, (int)status, tag, whole);
        }
    }
}

static void writes_headers_it_can_read(void **state)
{
    static const struct {
        uint16_t tag;
        size_t len;
        uint8_t octets[8];
        size_t count;
    } cases[] = {
        {0x87, 0x7F, {0x87, 0x7F}, 2},
        {0x7F49, 0x80, {0x7F, 0x49, 0x81, 0x80}, 4},
        {0x61, 0x100, {0x61, 0x82, 0x01, 0x00}, 4},
        {0x75, 0x10000, {0x75, 0x83, 0x01, 0x00, 0x00}, 5},
        {0x75, 0x1000000, {0x75, 0x84, 0x01, 0x00, 0x00, 0x00}, 6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[8];
        uint16_t tag = 0;
        size_t whole = 0;

        assert_int_equal(tlv_write_header(out, cases[i].count, cases[i].tag, cases[i].len), cases[i].count);
        assert_memory_equal(out, cases[i].octets, cases[i].count);
        assert_int_equal(tlv_file_length(bytes_of(out, cases[i].count), &tag, &whole), DR_OK);
        assert_int_equal(tag, cases[i].tag);
        assert_int_equal(whole, cases[i].count + cases[i].len);
        assert_int_equal(tlv_write_header(out, cases[i].count - 1, cases[i].tag, cases[i].len), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_ef_com),
        cmocka_unit_test(tells_the_length_of_a_file),
        cmocka_unit_test(writes_headers_it_can_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
