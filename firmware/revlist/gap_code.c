#include "revlist/gap_code.h"

#define DENSE_LEVELS 27U
#define OCTAVE 6U

/* 2^16 * exp(-0.18 * 2^((27 - level) / 6)): the chance that the quotient goes on. Below 27, for means under some 6 numbers. */
static const uint16_t stay[DENSE_LEVELS + OCTAVE] = {1116,  1740,  2585,  3679,  5037,  6664,  8552,  10679, 13017,
                                                     15527, 18169, 20898, 23674, 26455, 29208, 31900, 34507, 37008,
                                                     39389, 41639, 43751, 45723, 47554, 49248, 50807, 52238, 53547,
                                                     54740, 55826, 56811, 57704, 58511, 59239};

void gap_code_begin(struct gap_code *code, uint8_t level)
{
    uint32_t share = (1U << GAP_BITS) - GAP_SPECIAL;
    unsigned row = level < DENSE_LEVELS ? level : DENSE_LEVELS + (level - DENSE_LEVELS) % OCTAVE;

    code->low_bits = level < DENSE_LEVELS ? 0 : (uint8_t)((level - DENSE_LEVELS) / OCTAVE);
    code->quotients = 0;
    /* Fewer than GAP_QUOTIENTS_MAX rounds: a share shrinks by a tenth or more, then by one. */
    while (share > 0 && code->quotients < GAP_QUOTIENTS_MAX) {
        share = share * stay[row] >> 16;
        code->bound[code->quotients++] = (uint16_t)(GAP_SPECIAL + share);
    }
    memset(code->bound + code->quotients, 0, 4 * sizeof code->bound[0]);
}

struct gap_token gap_decode_rest(struct range_decoder *decoder, const struct gap_code *code, uint32_t quotient)
{
    struct gap_token token = {false, 0};
    unsigned width;

    if (quotient < code->quotients) {
        token.value = (uint64_t)quotient << code->low_bits | range_decode_bits(decoder, code->low_bits);
        return token;
    }
    token.is_run = range_decode_piece(decoder, 1) == 0;
    width = range_decode_piece(decoder, token.is_run ? GAP_RUN_WIDTH : GAP_JUMP_WIDTH);
    token.value = range_decode_bits(decoder, width);
    if (token.is_run) {
        token.value |= (uint64_t)1 << width;
    }
    return token;
}

static unsigned width_of(uint64_t value)
{
    unsigned width = 0;

    while (value >> width > 0 && width < 63) {
        width++;
    }
    return width;
}

void gap_encode(struct range_encoder *encoder, const struct gap_code *code, struct gap_token token)
{
    uint64_t quotient = token.value >> code->low_bits;
    unsigned width = width_of(token.value);

    if (!token.is_run && quotient < code->quotients) {
        uint32_t above = quotient == 0 ? 1U << GAP_BITS : code->bound[quotient - 1U];
        range_encode(encoder, GAP_BITS, code->bound[quotient], above - code->bound[quotient]);
        range_encode_bits(encoder, token.value & (((uint64_t)1 << code->low_bits) - 1U), code->low_bits);
        return;
    }
    range_encode(encoder, GAP_BITS, 0, GAP_SPECIAL);
    range_encode_bits(encoder, token.is_run ? 0 : 1, 1);
    if (token.is_run && width > 0) {
        width--; /* its top bit is implied; a run is never empty */
    }
    range_encode_bits(encoder, width, token.is_run ? GAP_RUN_WIDTH : GAP_JUMP_WIDTH);
    range_encode_bits(encoder, token.value & (((uint64_t)1 << width) - 1U), width);
}

/* By squaring, without floating point. */
uint16_t gap_share_cost(uint32_t size)
{
    uint64_t x = (uint64_t)size << 16; /* 16.16 of the share */
    uint32_t bits = 0, cost;

    while (x < (uint64_t)1 << 31) {
        x <<= 1;
        bits++;
    }
    cost = bits * 256U; /* x in [2^31, 2^32): bits still to take off are log2(x / 2^31) */
    for (uint32_t half = 128; half > 0; half /= 2) {
        x = x * x >> 31;
        if (x >= (uint64_t)1 << 32) {
            x >>= 1;
            cost -= half;
        }
    }
    return (uint16_t)((cost + 2U) / 4U);
}

uint64_t gap_run_cost(uint64_t length)
{
    unsigned width = 0;

    while (length >> width > 1) {
        width++;
    }
    return (12U + 1U + GAP_RUN_WIDTH + width) * (uint64_t)GAP_COST_BIT;
}

bool gap_run_pays(const struct gap_code *code, uint64_t length)
{
    uint64_t zero = gap_share_cost((1U << GAP_BITS) - code->bound[0]) + (uint64_t)GAP_COST_BIT * code->low_bits;

    return length >= GAP_RUN_MIN && gap_run_cost(length) < length * zero;
}
