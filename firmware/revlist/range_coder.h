/* Range coder: writes symbols of known probability at their entropy (Martin 1979; byte-wise, carries resolved in place). */
#ifndef DOCREV_REVLIST_RANGE_CODER_H
#define DOCREV_REVLIST_RANGE_CODER_H

#include "codec/bytes.h"

/*
 * Both sides keep an interval of `range` below 2^32. A symbol that owns [start, start + size) of 2^bits narrows it by
 *   unit = range >> bits;  low += start * unit;  range = size * unit
 * and the topmost symbol (start + size = 2^bits) also gets what the division left over: range -= start * unit. While range is
 * below 2^24 a byte is shifted out. Behind the end of its input a decoder reads zeros, so every byte string is the code of
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

static inline void range_decode_take(struct range_decoder *decoder, unsigned bits, uint32_t start, uint32_t size)
{
    uint32_t unit = decoder->range >> bits;

    decoder->code -= start * unit;
    decoder->range = start + size == 1U << bits ? decoder->range - start * unit : size * unit;
    while (decoder->range < RANGE_MINIMUM) {
        decoder->code <<= 8;
        if (decoder->next < decoder->end) {
            decoder->code |= *decoder->next++;
        }
        decoder->range <<= 8;
    }
}

/* `count` bits of even probability, at most 64, in pieces of RANGE_BITS_MAX with the first piece the odd one. */
static inline uint64_t range_decode_bits(struct range_decoder *decoder, unsigned count)
{
    uint64_t value = 0;

    while (count > 0) {
        unsigned piece = (count - 1U) % RANGE_BITS_MAX + 1U;
        uint32_t part = range_decode_peek(decoder, piece);
        range_decode_take(decoder, piece, part, 1);
        value = value << piece | part;
        count -= piece;
    }
    return value;
}

/* The encoder never writes past `capacity`; it goes on counting, so that `len` says what would be needed. */
struct range_encoder {
    uint8_t *out;
    size_t len, capacity;
    uint32_t low, range;
};

void range_encode_begin(struct range_encoder *encoder, uint8_t *out, size_t capacity);
void range_encode(struct range_encoder *encoder, unsigned bits, uint32_t start, uint32_t size);
void range_encode_bits(struct range_encoder *encoder, uint64_t value, unsigned count);
/* Shortest end: at most one byte more, zeros at the end left away. False when it did not fit. */
bool range_encode_end(struct range_encoder *encoder);

#endif
