/* Range coder: writes symbols of known probability at their entropy (Martin 1979; byte-wise, carries resolved in place). */
#ifndef DOCREV_REVLIST_RANGE_CODER_H
#define DOCREV_REVLIST_RANGE_CODER_H

#include "codec/bytes.h"

/*
 * Both sides keep an interval of `range` below 2^32. A symbol that owns [start, start + size) of 2^bits narrows it by
 *   unit = range >> bits;  low += start * unit;  range = size * unit
 * and while range is below 2^24 a byte is shifted out. Behind the end of its input a decoder reads zeros, so every byte string is the code of
 * some sequence: decoding cannot fail, only give values that the layer above refuses.
 */
#define RANGE_MINIMUM (1U << 24)
#define RANGE_BITS_MAX 16U /* of one symbol's alphabet */

struct range_decoder {
    const uint8_t *next, *end;
    uint32_t code, range;
};

void range_decode_begin(struct range_decoder *decoder, struct bytes input);

/* Which of 2^bits the code points at. Follow with range_decode_take, same bits. */
static inline uint32_t range_decode_peek(const struct range_decoder *decoder, unsigned bits)
{
    uint32_t value = decoder->code / (decoder->range >> bits);

    return value >> bits == 0 ? value : (1U << bits) - 1U;
}

static inline void range_decode_refill(struct range_decoder *decoder)
{
    while (decoder->range < RANGE_MINIMUM) {
        decoder->code <<= 8;
        if (decoder->next < decoder->end) {
            decoder->code |= *decoder->next++;
        }
        decoder->range <<= 8;
    }
}

static inline void range_decode_take(struct range_decoder *decoder, unsigned bits, uint32_t start, uint32_t size)
{
    uint32_t unit = decoder->range >> bits;

    decoder->code -= start * unit;
    decoder->range = size * unit;
    range_decode_refill(decoder);
}

/* Up to RANGE_BITS_MAX bits of even probability. */
static inline uint32_t range_decode_piece(struct range_decoder *decoder, unsigned bits)
{
    uint32_t value = range_decode_peek(decoder, bits);

    range_decode_take(decoder, bits, value, 1);
    return value;
}

/* `count` bits, at most 64, in pieces of RANGE_BITS_MAX with the first piece the odd one. */
uint64_t range_decode_bits(struct range_decoder *decoder, unsigned count);

/* A value below `total` (1 .. 2^62): its top 16 bits in even shares, then the others. May give more than total - 1 for a code
 * that no encoder wrote. */
uint64_t range_decode_uniform(struct range_decoder *decoder, uint64_t total);

/* The encoder never writes past `capacity`; it goes on counting, so that `len` says what would be needed. */
struct range_encoder {
    uint8_t *out;
    size_t len, capacity;
    uint32_t low, range;
};

void range_encode_begin(struct range_encoder *encoder, uint8_t *out, size_t capacity);
void range_encode(struct range_encoder *encoder, unsigned bits, uint32_t start, uint32_t size);
void range_encode_bits(struct range_encoder *encoder, uint64_t value, unsigned count);
void range_encode_uniform(struct range_encoder *encoder, uint64_t value, uint64_t total);
/* Where an encoder stood, to take back what was encoded since. */
struct range_mark {
    size_t len;
    uint32_t low, range;
    uint8_t last;
};
struct range_mark range_encode_mark(const struct range_encoder *encoder);
void range_encode_undo(struct range_encoder *encoder, const struct range_mark *mark);
/* Shortest end: at most one byte more, zeros at the end left away. False when it did not fit. */
bool range_encode_end(struct range_encoder *encoder);

#endif
