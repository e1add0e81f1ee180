/* The code of gaps between listed numbers: a geometric distribution of eight bits of parameter, runs and jumps. */
#ifndef DOCREV_REVLIST_GAP_CODE_H
#define DOCREV_REVLIST_GAP_CODE_H

#include "port/status.h"
#include "revlist/range_coder.h"

/*
 * A *level* 0..GAP_LEVEL_MAX stands for a mean gap, four levels an octave (docs/list-format.md, "Gap code"). It gives `low_bits` (k)
 * and a distribution of quotients: gap = quotient * 2^k + k bits of even probability. Of the 2^15 shares of the alphabet,
 * [0, 8) is the special symbol and quotient q owns [bound[q], bound[q - 1]), with bound[-1] = 2^15.
 *
 * After the special symbol, one bit: 0 = run: 5 bits w, w bits r, length 2^w + r: so many numbers follow without a gap;
 * 1 = jump: 6 bits w, w bits: the gap.
 */
#define GAP_LEVEL_MAX 245U
#define GAP_BITS 15U
#define GAP_SPECIAL 8U
#define GAP_QUOTIENTS_MAX 56U
#define GAP_RUN_WIDTH 5U
#define GAP_JUMP_WIDTH 6U

struct gap_code {
    uint8_t low_bits;
    uint8_t quotients;
    uint16_t bound[GAP_QUOTIENTS_MAX + 1]; /* bound[quotients - 1] is GAP_SPECIAL, bound[quotients] is 0 */
};

void gap_code_begin(struct gap_code *code, uint8_t level);

struct gap_token {
    bool is_run;
    uint64_t value; /* length of the run, or gap: numbers passed over before the next listed one */
};

/* Total: any code gives a token. */
static inline struct gap_token gap_decode(struct range_decoder *decoder, const struct gap_code *code)
{
    uint32_t share = range_decode_peek(decoder, GAP_BITS);
    uint32_t quotient = 0;
    struct gap_token token = {false, 0};
    unsigned width;

    while (share < code->bound[quotient]) {
        quotient++;
    }
    if (quotient < code->quotients) {
        uint32_t above = quotient == 0 ? 1U << GAP_BITS : code->bound[quotient - 1U];
        range_decode_take(decoder, GAP_BITS, code->bound[quotient], above - code->bound[quotient]);
        token.value = (uint64_t)quotient << code->low_bits | range_decode_bits(decoder, code->low_bits);
        return token;
    }
    range_decode_take(decoder, GAP_BITS, 0, GAP_SPECIAL);
    token.is_run = range_decode_bits(decoder, 1) == 0;
    width = (unsigned)range_decode_bits(decoder, token.is_run ? GAP_RUN_WIDTH : GAP_JUMP_WIDTH);
    token.value = range_decode_bits(decoder, width);
    if (token.is_run) {
        token.value |= (uint64_t)1 << width;
    }
    return token;
}

/* A gap below 2^63, or a run of 1 .. 2^32 - 1. */
void gap_encode(struct range_encoder *encoder, const struct gap_code *code, struct gap_token token);

#endif
