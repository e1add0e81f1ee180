/* BER's forms of length (X.690 8.1.3): where items end, how deep they may lie, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/ber.h"

#include <stdlib.h>

#define READ(...)                                                                                                      \
    const uint8_t octets[] = {__VA_ARGS__};                                                                            \
    struct der_reader reader = der_reader_of(bytes_of(octets, sizeof octets));                                         \
    struct der_item item;                                                                                              \
    enum dr_status status = ber_next(&reader, &item)

static void definite(void **state)
{
    (void)state;
    {
        READ(0x04, 0x02, 1, 2, 0x05, 0x00);
        assert_int_equal(status, DR_OK);
        assert_int_equal(item.value.len, 2);
        assert_int_equal(item.whole.len, 4);
        assert_int_equal(reader.rest.len, 2);
    }
    {
        READ(0x04, 0x84, 0, 0, 0, 2, 1, 2); /* longer than need be */
        assert_int_equal(status, DR_OK);
        assert_int_equal(item.value.len, 2);
        assert_int_equal(item.whole.len, 8);
    }
}

static void indefinite(void **state)
{
    (void)state;
    {
        READ(0x30, 0x80, 0x04, 0x01, 0x00, 0x24, 0x80, 0x04, 0x02, 0, 0, 0, 0, 0, 0, 0x05, 0x00);
        assert_int_equal(status, DR_OK);
        assert_int_equal(item.tag, DER_SEQUENCE);
        assert_int_equal(item.value.len, 11); /* zeros inside values close nothing */
        assert_int_equal(item.whole.len, 15);
        assert_int_equal(reader.rest.len, 2);
    }
    {
        READ(0xA0, 0x80, 0, 0);
        assert_int_equal(status, DR_OK);
        assert_int_equal(item.value.len, 0);
        assert_true(der_at_end(&reader));
    }
}

static void refused(void **state)
{
    (void)state;
#define REFUSED(expected, ...)                                                                                         \
    {                                                                                                                  \
        READ(__VA_ARGS__);                                                                                             \
        assert_int_equal(status, expected);                                                                            \
        assert_int_equal(reader.rest.len, sizeof octets);                                                              \
    }
    REFUSED(DR_ERR_MALFORMED, 0x04, 0x80, 0, 0)                /* indefinite and primitive */
    REFUSED(DR_ERR_MALFORMED, 0x00, 0x00)                      /* nothing to close */
    REFUSED(DR_ERR_MALFORMED, 0x30, 0x80, 0x00, 0x81, 0x00)    /* end-of-contents is two octets */
    REFUSED(DR_ERR_MALFORMED, 0x30, 0x80, 0x00, 0x01, 0x00, 0) /* and empty */
    REFUSED(DR_ERR_TRUNCATED, 0x30)
    REFUSED(DR_ERR_TRUNCATED, 0x30, 0x80)
    REFUSED(DR_ERR_TRUNCATED, 0x30, 0x80, 0x00)
    REFUSED(DR_ERR_TRUNCATED, 0x30, 0x80, 0x30, 0x80, 0x00, 0x00)
    REFUSED(DR_ERR_TRUNCATED, 0x30, 0x80, 0x04, 0x7F, 0x00, 0x00)
    REFUSED(DR_ERR_TRUNCATED, 0x30, 0x05, 0x00, 0x00)
    REFUSED(DR_ERR_MALFORMED, 0x30, 0x85, 0, 0, 0, 0, 0)
    REFUSED(DR_ERR_MALFORMED, 0x30, 0x84, 0x80, 0, 0, 0)
    REFUSED(DR_ERR_UNSUPPORTED, 0x3F, 0x80, 0, 0)
}

static void depth(void **state)
{
    uint8_t octets[4 * (BER_MAX_DEPTH + 2U)];

    (void)state;
    for (unsigned levels = 1; levels <= BER_MAX_DEPTH + 1U; levels++) {
        struct der_reader reader = der_reader_of(bytes_of(octets, 4U * levels));
        struct der_item item;
        memset(octets, 0, sizeof octets);
        for (unsigned i = 0; i < levels; i++) {
            octets[2 * i] = 0x30;
            octets[2 * i + 1] = 0x80;
        }
        assert_int_equal(ber_next(&reader, &item), levels <= BER_MAX_DEPTH ? DR_OK : DR_ERR_UNSUPPORTED);
    }
}

/* Every two octets at the start of a short input, in a block of just its length. */
static void never_behind_the_end(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 65536U; first += 7U) {
        for (size_t len = 0; len < 9; len++) {
            uint8_t *octets = calloc(1, len + 1);
            struct der_reader reader;
            struct der_item item;
            uint8_t *copy = realloc(octets, len > 0 ? len : 1);
            assert_non_null(copy);
            for (size_t i = 0; i < len; i++) {
                copy[i] = i % 2 == 0 ? (uint8_t)(first >> 8) : (uint8_t)first;
            }
            reader = der_reader_of(bytes_of(copy, len));
            if (ber_next(&reader, &item) == DR_OK) {
                assert_true(item.whole.data == copy && item.whole.len <= len && item.value.len <= item.whole.len - 2);
                assert_int_equal(reader.rest.len, len - item.whole.len);
            }
            free(copy);
        }
    }
}

static void expects_and_enters(void **state)
{
    static const uint8_t octets[] = {0x30, 0x80, 0x04, 0x01, 0x09, 0x00, 0x00};
    struct der_reader reader = der_reader_of(bytes_of(octets, sizeof octets)), inner;
    struct der_item item;

    (void)state;
    assert_int_equal(ber_expect(&reader, DER_SET, &item), DR_ERR_MALFORMED);
    assert_int_equal(ber_enter(&reader, DER_SEQUENCE, &inner), DR_OK);
    assert_int_equal(ber_expect(&inner, DER_OCTET_STRING, &item), DR_OK);
    assert_true(der_at_end(&inner) && der_at_end(&reader));
    assert_int_equal(ber_expect(&inner, DER_OCTET_STRING, &item), DR_ERR_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definite), cmocka_unit_test(indefinite),           cmocka_unit_test(refused),
        cmocka_unit_test(depth),    cmocka_unit_test(never_behind_the_end), cmocka_unit_test(expects_and_enters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
