/* A key pair's private number from a standard's example, in place of the device's random numbers. */
#ifndef DOCREV_TESTS_AGREE_NUMBERS_H
#define DOCREV_TESTS_AGREE_NUMBERS_H

#include "emrtd/hex_bytes.h"

/* ctx: hexadecimal text; handed out once, whatever length is asked for must be its own. */
static inline int number_of_the_example(void *ctx, unsigned char *out, size_t len)
{
    const char *text = ctx;

    assert_int_equal(hex_bytes(text, out, len).len, len);
    return 0;
}

static inline void *example(const char *text)
{
    return (void *)(uintptr_t)text;
}

#endif
