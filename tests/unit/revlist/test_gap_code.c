/* revlist/gap_code: docs/list-format.md 6. */
#include "revlist/gap_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_every_level_is_a_distribution(void **state)
{
    struct gap_code code;

    (void)state;
    for (unsigned level = 0; level < 256; level++) {
        uint32_t above = 1U << GAP_BITS;
        gap_code_begin(&code, (uint8_t)level);
        assert_true(code.quotients > 0 && code.quotients < GAP_QUOTIENTS_MAX);
        assert_int_equal(code.low_bits, level < 27 ? 0 : (level - 27) / 6);
        for (unsigned q = 0; q < code.quotients; q++) {
            assert_true(code.bound[q] < above && code.bound[q] >= GAP_SPECIAL);
            above = code.bound[q];
        }
        assert_int_equal(above, GAP_SPECIAL);
        for (unsigned i = 0; i < 4; i++) {
            assert_int_equal(code.bound[code.quotients + i], 0);
        }
    }
}

/* By the specification's formula, from its own table: rows 0, 26 and 32. */
static void test_shares_of_the_specification(void **state)
{
    static const struct {
        uint8_t level;
        uint32_t c;
    } rows[] = {{0, 1116}, {26, 53547}, {27, 54740}, {32, 59239}, {33, 54740}, {255, 54740}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gap_code code;
        uint32_t u = 32768U - 8U;
        gap_code_begin(&code, rows[i].level);
        for (unsigned q = 0; q < code.quotients; q++) {
            u = (uint32_t)((uint64_t)u * rows[i].c / 65536U);
            assert_int_equal(code.bound[q], 8U + u);
        }
        assert_int_equal(u, 0);
    }
}

static void check_round_trip(uint8_t level, const struct gap_token *tokens, size_t count)
{
    static uint8_t out[8192];
    struct range_encoder encoder;
    struct range_decoder decoder;
    struct gap_code code;

    gap_code_begin(&code, level);
    range_encode_begin(&encoder, out, sizeof out);
    for (size_t i = 0; i < count; i++) {
        gap_encode(&encoder, &code, tokens[i]);
    }
    assert_true(range_encode_end(&encoder));
    range_decode_begin(&decoder, bytes_of(out, encoder.len));
    for (size_t i = 0; i < count; i++) {
        struct gap_token token = gap_decode(&decoder, &code);
        assert_int_equal(token.is_run, tokens[i].is_run);
        assert_true(token.value == tokens[i].value);
    }
}

static void test_tokens_come_back_at_every_level(void **state)
{
    static const struct gap_token tokens[] = {{false, 0},          {false, 1},
                                              {true, 1},           {false, 2},
                                              {true, 2},           {true, 3},
                                              {false, 63},         {false, 64},
                                              {true, 4294967295U}, {false, 65535},
                                              {false, 65536},      {false, ((uint64_t)1 << 58) - 1U},
                                              {true, 65536},       {false, (uint64_t)1 << 62},
                                              {false, 0},          {false, ((uint64_t)1 << 63) - 1U}};

    (void)state;
    for (unsigned level = 0; level < 256; level++) {
        check_round_trip((uint8_t)level, tokens, sizeof tokens / sizeof tokens[0]);
    }
}

static void test_edges_of_every_quotient(void **state)
{
    (void)state;
    for (unsigned level = 0; level < 256; level++) {
        struct gap_token tokens[3U * GAP_QUOTIENTS_MAX];
        struct gap_code code;
        size_t count = 0;
        gap_code_begin(&code, (uint8_t)level);
        for (unsigned q = 0; q <= code.quotients; q++) { /* the last one is a jump */
            uint64_t first = (uint64_t)q << code.low_bits;
            tokens[count++] = (struct gap_token){false, first};
            tokens[count++] = (struct gap_token){false, first + (((uint64_t)1 << code.low_bits) - 1U)};
        }
        check_round_trip((uint8_t)level, tokens, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_level_is_a_distribution), cmocka_unit_test(test_shares_of_the_specification),
        cmocka_unit_test(test_tokens_come_back_at_every_level), cmocka_unit_test(test_edges_of_every_quotient)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
