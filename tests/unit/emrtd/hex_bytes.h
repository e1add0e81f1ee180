/* Hexadecimal text of a standard's example as bytes. */
#ifndef DOCREV_TESTS_HEX_BYTES_H
#define DOCREV_TESTS_HEX_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/hex.h"

/* Decodes into `out`. */
static inline struct bytes hex_bytes(const char *text, uint8_t *out, size_t cap)
{
    assert_int_equal(hex_decode(bytes_of(text, strlen(text)), out, &cap), DR_OK);
    return bytes_of(out, cap);
}

static inline void assert_hex(struct bytes data, const char *expected)
{
    char text[1100];

    assert_true(2 * data.len < sizeof text);
    hex_encode(data, text);
    assert_string_equal(text, expected);
}

#endif
