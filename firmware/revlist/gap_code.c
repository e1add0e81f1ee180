#include "revlist/gap_code.h"

#define DENSE_LEVELS 14U
#define OCTAVE 4U

/* 2^16 * exp(-0.36 * 2^((14 - level) / 4)): the chance that the quotient goes on. Below 14 for means under some 3 numbers. */
static const uint16_t stay[DENSE_LEVELS + OCTAVE] = {1116,  2133,  3679,  5817,  8552,  11824, 15527, 19525, 23674,
                                                     27837, 31900, 35772, 39389, 42712, 45723, 48418, 50807, 52907};

void gap_code_begin(struct gap_code *code, uint8_t level)
{
    uint32_t share = (1U << GAP_BITS) - GAP_SPECIAL;
    unsigned row = level < DENSE_LEVELS ? level : DENSE_LEVELS + (level - DENSE_LEVELS) % OCTAVE;

    code->low_bits = level < DENSE_LEVELS ? 0 : (uint8_t)((level - DENSE_LEVELS) / OCTAVE);
    code->quotients = 0;
    /* At most 46 rounds: a share shrinks by a fifth or more, then by one. */
    while (share > 0 && code->quotients < GAP_QUOTIENTS_MAX) {
        share = share * stay[row] >> 16;
        code->bound[code->quotients++] = (uint16_t)(GAP_SPECIAL + share);
    }
    code->bound[code->quotients] = 0;
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
    if (token.is_run) {
        width--; /* its top bit is implied */
    }
    range_encode_bits(encoder, width, token.is_run ? GAP_RUN_WIDTH : GAP_JUMP_WIDTH);
    range_encode_bits(encoder, token.value & (((uint64_t)1 << width) - 1U), width);
}
