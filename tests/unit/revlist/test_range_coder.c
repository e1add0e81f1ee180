/* revlist/range_coder: what is encoded comes back, at its entropy; and any bytes decode to something. */
#include "revlist/range_coder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t seed = 88172645463325252U;
static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

struct symbol {
    uint8_t bits;
    uint32_t start, size;
    uint32_t cost; /* in 1/256 bit */
};

/* 256 * log2(value) */
static uint32_t log2_256(uint32_t value)
{
    uint64_t x = value;
    uint32_t log = 31U * 256U;

    while (x < 1ULL << 31) {
        x <<= 1;
        log -= 256U;
    }
    for (uint32_t half = 128; half > 0; half /= 2) {
        x = x * x >> 31;
        if (x >> 32 != 0) {
            x >>= 1;
            log += half;
        }
    }
    return log;
}

static struct symbol random_symbol(void)
{
    uint64_t r = next_random();
    struct symbol symbol = {.bits = (uint8_t)(1U + r % 16U)};
    uint32_t total = 1U << symbol.bits;

    r >>= 8;
    symbol.start = (uint32_t)(r % total);
    /* often the least share and the topmost one, where rounding bites */
    symbol.size = r >> 40 & 1U ? 1U : 1U + (uint32_t)((r >> 20) % (total - symbol.start));
    symbol.cost = symbol.bits * 256U - log2_256(symbol.size);
    return symbol;
}

static void test_there_and_back(void **state)
{
    enum { COUNT = 3000 };
    static struct symbol symbols[COUNT];
    static uint8_t out[16384];

    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        struct range_encoder encoder;
        struct range_decoder decoder;
        uint64_t cost = 0;
        unsigned count = 1U + (unsigned)(next_random() % COUNT);
        memset(out, 0xA5, sizeof out);
        range_encode_begin(&encoder, out, sizeof out);
        for (unsigned i = 0; i < count; i++) {
            symbols[i] = random_symbol();
            range_encode(&encoder, symbols[i].bits, symbols[i].start, symbols[i].size);
            cost += symbols[i].cost;
        }
        assert_true(range_encode_end(&encoder));
        assert_true(encoder.len * 8U * 256U < cost + cost / 500U + 9U * 256U);
        range_decode_begin(&decoder, bytes_of(out, encoder.len));
        for (unsigned i = 0; i < count; i++) {
            uint32_t share = range_decode_peek(&decoder, symbols[i].bits);
            assert_true(share >= symbols[i].start && share - symbols[i].start < symbols[i].size);
            range_decode_take(&decoder, symbols[i].bits, symbols[i].start, symbols[i].size);
        }
        assert_int_equal(out[encoder.len], encoder.len < sizeof out && out[encoder.len] == 0 ? 0 : 0xA5);
    }
}

static void test_carries_run_through(void **state)
{
    /* The top of the interval again and again, then one step up: 0xFF after 0xFF, until a carry. */
    static uint8_t out[256];
    struct range_encoder encoder;
    struct range_decoder decoder;

    (void)state;
    for (unsigned length = 1; length < 120; length++) {
        range_encode_begin(&encoder, out, sizeof out);
        range_encode(&encoder, 1, 0, 1);
        for (unsigned i = 0; i < length; i++) {
            range_encode(&encoder, 8, 255, 1);
        }
        range_encode(&encoder, 16, 65535, 1);
        range_encode(&encoder, 16, 65535, 1);
        assert_true(range_encode_end(&encoder));
        range_decode_begin(&decoder, bytes_of(out, encoder.len));
        assert_int_equal(range_decode_piece(&decoder, 1), 0);
        for (unsigned i = 0; i < length; i++) {
            assert_int_equal(range_decode_piece(&decoder, 8), 255);
        }
        assert_int_equal(range_decode_piece(&decoder, 16), 65535);
        assert_int_equal(range_decode_piece(&decoder, 16), 65535);
    }
}

static void test_numbers_of_any_width(void **state)
{
    static uint8_t out[2048];
    struct range_encoder encoder;
    struct range_decoder decoder;
    uint64_t values[65];

    (void)state;
    range_encode_begin(&encoder, out, sizeof out);
    for (unsigned width = 0; width <= 64; width++) {
        values[width] = width == 0 ? 0 : next_random() >> (64U - width);
        range_encode_bits(&encoder, values[width], width);
    }
    assert_true(range_encode_end(&encoder));
    range_decode_begin(&decoder, bytes_of(out, encoder.len));
    for (unsigned width = 0; width <= 64; width++) {
        assert_true(range_decode_bits(&decoder, width) == values[width]);
    }
}

static void test_never_writes_past_its_room(void **state)
{
    uint8_t out[20];
    struct range_encoder encoder;

    (void)state;
    memset(out, 0x77, sizeof out);
    range_encode_begin(&encoder, out, 10);
    for (unsigned i = 0; i < 1000; i++) {
        range_encode(&encoder, 16, (uint32_t)(next_random() & 0xFFFFU), 1);
    }
    assert_false(range_encode_end(&encoder));
    for (size_t i = 10; i < sizeof out; i++) {
        assert_int_equal(out[i], 0x77);
    }
}

static void test_any_bytes_decode(void **state)
{
    uint8_t data[32];

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        struct range_decoder decoder;
        size_t len = (size_t)(next_random() % (sizeof data + 1U));
        for (size_t i = 0; i < len; i++) {
            uint64_t r = next_random();
            data[i] = (uint8_t)(r & 7U ? r >> 8 : r & 8U ? 0xFF : 0);
        }
        range_decode_begin(&decoder, bytes_of(data, len));
        for (unsigned i = 0; i < 100; i++) {
            struct symbol symbol = random_symbol();
            assert_true(range_decode_peek(&decoder, symbol.bits) < 1U << symbol.bits);
            range_decode_take(&decoder, symbol.bits, symbol.start, symbol.size); /* right or not */
            assert_true(decoder.range >= RANGE_MINIMUM);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_carries_run_through),
        cmocka_unit_test(test_numbers_of_any_width), cmocka_unit_test(test_never_writes_past_its_room),
        cmocka_unit_test(test_any_bytes_decode)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
