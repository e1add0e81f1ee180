/* The code of gaps between listed numbers: a geometric distribution of eight bits of parameter, runs and jumps. */
#ifndef DOCREV_REVLIST_GAP_CODE_H
#define DOCREV_REVLIST_GAP_CODE_H

#include "port/status.h"
#include "revlist/range_coder.h"

/*
 * A *level* 0..255 stands for a mean gap, six levels an octave (docs/list-format.md, "Gap code"). It gives `low_bits` (k)
 * and a distribution of quotients: gap = quotient * 2^k + k bits of even probability. Of the 2^15 shares of the alphabet,
 * [0, 8) is the special symbol and quotient q owns [bound[q], bound[q - 1]), with bound[-1] = 2^15.
 *
 * After the special symbol, one bit: 0 = run: 5 bits w, w bits r, length 2^w + r: so many numbers follow without a gap;
 * 1 = jump: 6 bits w, w bits: the gap.
 */
#define GAP_BITS 15U
#define GAP_SPECIAL 8U
#define GAP_QUOTIENTS_MAX 92U
#define GAP_RUN_WIDTH 5U
#define GAP_JUMP_WIDTH 6U

struct gap_code {
    uint8_t low_bits;
    uint8_t quotients;
    uint16_t bound[GAP_QUOTIENTS_MAX + 4]; /* bound[quotients - 1] is GAP_SPECIAL, zeros follow */
};

void gap_code_begin(struct gap_code *code, uint8_t level);

struct gap_token {
    bool is_run;
    uint64_t value; /* length of the run, or gap: numbers passed over before the next listed one */
};

/* The quotient, or code->quotients for the special symbol. */
static inline uint32_t gap_decode_quotient(struct range_decoder *decoder, const struct gap_code *code)
{
    uint32_t share = range_decode_peek(decoder, GAP_BITS), above, below;
    const uint16_t *bound = code->bound;

    while (share < bound[3]) { /* ends: the last bounds are 0 */
        bound += 4;
    }
    while (share < *bound) {
        bound++;
    }
    below = *bound;
    above = bound == code->bound ? 1U << GAP_BITS : bound[-1];
    range_decode_take(decoder, GAP_BITS, below, above - below);
    return (uint32_t)(bound - code->bound);
}

/* What follows the quotient. Total: any code gives a token. */
struct gap_token gap_decode_rest(struct range_decoder *decoder, const struct gap_code *code, uint32_t quotient);

static inline struct gap_token gap_decode(struct range_decoder *decoder, const struct gap_code *code)
{
    return gap_decode_rest(decoder, code, gap_decode_quotient(decoder, code));
}

/* 64 times the bits that so many of the 2^15 shares cost, rounded. Integers only: the same everywhere. */
#define GAP_COST_BIT 64U
uint16_t gap_share_cost(uint32_t size);
/* Is a run of consecutive numbers cheaper than its numbers one by one? A rule that whoever follows a builder shares. */
#define GAP_RUN_MIN 12U
uint64_t gap_run_cost(uint64_t length);
bool gap_run_pays(const struct gap_code *code, uint64_t length);

/* A gap below 2^63, or a run of 1 .. 2^32 - 1. */
void gap_encode(struct range_encoder *encoder, const struct gap_code *code, struct gap_token token);

#endif
