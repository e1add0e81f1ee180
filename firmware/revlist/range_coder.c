#include "revlist/range_coder.h"

void range_decode_begin(struct range_decoder *decoder, struct bytes input)
{
    decoder->next = input.data;
    decoder->end = input.data + input.len;
    decoder->code = 0;
    decoder->range = UINT32_MAX;
    for (unsigned i = 0; i < 4; i++) {
        decoder->code <<= 8;
        if (decoder->next < decoder->end) {
            decoder->code |= *decoder->next++;
        }
    }
}

uint64_t range_decode_bits(struct range_decoder *decoder, unsigned count)
{
    uint64_t value = 0;

    while (count > 0) {
        unsigned piece = (count - 1U) % RANGE_BITS_MAX + 1U;
        value = value << piece | range_decode_piece(decoder, piece);
        count -= piece;
    }
    return value;
}

void range_encode_begin(struct range_encoder *encoder, uint8_t *out, size_t capacity)
{
    encoder->out = out;
    encoder->len = 0;
    encoder->capacity = capacity;
    encoder->low = 0;
    encoder->range = UINT32_MAX;
}

/* Adds one to the number the bytes written so far make. */
static void carry(struct range_encoder *encoder)
{
    size_t at = encoder->len < encoder->capacity ? encoder->len : encoder->capacity;

    while (at > 0 && ++encoder->out[--at] == 0) {
    }
}

static void put(struct range_encoder *encoder)
{
    if (encoder->len < encoder->capacity) {
        encoder->out[encoder->len] = (uint8_t)(encoder->low >> 24);
    }
    encoder->len++;
    encoder->low <<= 8;
}

void range_encode(struct range_encoder *encoder, unsigned bits, uint32_t start, uint32_t size)
{
    uint32_t unit = encoder->range >> bits;
    uint32_t low = encoder->low;

    encoder->low += start * unit;
    if (encoder->low < low) {
        carry(encoder);
    }
    encoder->range = size * unit;
    while (encoder->range < RANGE_MINIMUM) {
        put(encoder);
        encoder->range <<= 8;
    }
}

void range_encode_bits(struct range_encoder *encoder, uint64_t value, unsigned count)
{
    while (count > 0) {
        unsigned piece = (count - 1U) % RANGE_BITS_MAX + 1U;
        count -= piece;
        range_encode(encoder, piece, (uint32_t)(value >> count) & ((1U << piece) - 1U), 1);
    }
}

bool range_encode_end(struct range_encoder *encoder)
{
    /* The multiple of 2^24 above low lies in the interval, which is at least 2^24 wide; zeros follow it by themselves. */
    uint32_t value = (encoder->low + (RANGE_MINIMUM - 1U)) & ~(RANGE_MINIMUM - 1U);

    if (value < encoder->low) {
        carry(encoder);
    }
    encoder->low = value;
    put(encoder);
    if (encoder->len > encoder->capacity) {
        return false;
    }
    while (encoder->len > 0 && encoder->out[encoder->len - 1U] == 0) {
        encoder->len--;
    }
    return true;
}
