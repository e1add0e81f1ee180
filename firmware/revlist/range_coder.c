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

/* Bits that follow the even shares of a uniform value, and how many shares there are. */
static unsigned split_uniform(uint64_t total, uint32_t *shares)
{
    unsigned low = 0;

    while ((total - 1U) >> low >= 1U << RANGE_BITS_MAX) {
        low++;
    }
    *shares = (uint32_t)((total - 1U) >> low) + 1U;
    return low;
}

uint64_t range_decode_uniform(struct range_decoder *decoder, uint64_t total)
{
    uint32_t shares, unit, share;
    unsigned low = split_uniform(total, &shares);

    unit = decoder->range / shares;
    share = decoder->code / unit;
    share = share < shares ? share : shares - 1U;
    decoder->code -= share * unit;
    decoder->range = unit;
    range_decode_refill(decoder);
    return (uint64_t)share << low | range_decode_bits(decoder, low);
}

void range_encode_begin(struct range_encoder *encoder, uint8_t *out, size_t capacity)
{
    encoder->out = out;
    encoder->len = 0;
    encoder->capacity = capacity;
    encoder->low = 0;
    encoder->range = UINT32_MAX;
}

/* Adds one to the number the bytes written so far make. Once it did not fit there is nothing to keep right. */
static void carry(struct range_encoder *encoder)
{
    size_t at = encoder->len <= encoder->capacity ? encoder->len : 0;

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

static void narrow(struct range_encoder *encoder, uint32_t offset, uint32_t range)
{
    uint32_t low = encoder->low;

    encoder->low += offset;
    if (encoder->low < low) {
        carry(encoder);
    }
    encoder->range = range;
    while (encoder->range < RANGE_MINIMUM) {
        put(encoder);
        encoder->range <<= 8;
    }
}

void range_encode(struct range_encoder *encoder, unsigned bits, uint32_t start, uint32_t size)
{
    uint32_t unit = encoder->range >> bits;

    narrow(encoder, start * unit, size * unit);
}

void range_encode_uniform(struct range_encoder *encoder, uint64_t value, uint64_t total)
{
    uint32_t shares, unit;
    unsigned low = split_uniform(total, &shares);

    unit = encoder->range / shares;
    narrow(encoder, (uint32_t)(value >> low) * unit, unit);
    range_encode_bits(encoder, value & (((uint64_t)1 << low) - 1U), low);
}

struct range_mark range_encode_mark(const struct range_encoder *encoder)
{
    uint8_t last = encoder->len > 0 && encoder->len <= encoder->capacity ? encoder->out[encoder->len - 1U] : 0;

    return (struct range_mark){encoder->len, encoder->low, encoder->range, last};
}

void range_encode_undo(struct range_encoder *encoder, const struct range_mark *mark)
{
    size_t at = mark->len;

    /* What was encoded since lies inside the interval, so one carry at most has gone through the bytes before. */
    if (at > 0 && at <= encoder->capacity && encoder->out[at - 1U] != mark->last) {
        while (at > 0 && encoder->out[--at]-- == 0) {
        }
    }
    encoder->len = mark->len;
    encoder->low = mark->low;
    encoder->range = mark->range;
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
