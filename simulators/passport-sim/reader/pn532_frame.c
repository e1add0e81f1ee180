#include "reader/pn532_frame.h"

#include <string.h>

static enum pn532_event restart(struct pn532_decoder *decoder, enum pn532_event event)
{
    decoder->state = PN532_HUNT;
    decoder->zero = false;
    return event;
}

/* A header that cannot be one: what was read may still hold the 00 of the next start code. */
static enum pn532_event damaged(struct pn532_decoder *decoder, uint8_t octet)
{
    decoder->state = PN532_HUNT;
    decoder->zero = octet == 0x00;
    return PN532_EVENT_DAMAGED;
}

static enum pn532_event hunt(struct pn532_decoder *decoder, uint8_t octet)
{
    if (octet == 0xFF && decoder->zero) {
        decoder->state = PN532_LEN;
        return PN532_EVENT_NONE;
    }
    decoder->zero = octet == 0x00;
    return octet == 0x55 ? PN532_EVENT_WAKE : PN532_EVENT_NONE;
}

static enum pn532_event begin_body(struct pn532_decoder *decoder, size_t expected, uint8_t octet)
{
    if (expected == 0 || expected > PN532_DATA_MAX) {
        return damaged(decoder, octet);
    }
    decoder->expected = expected;
    decoder->len = 0;
    decoder->state = PN532_BODY;
    return PN532_EVENT_NONE;
}

static enum pn532_event length_checksum(struct pn532_decoder *decoder, uint8_t octet)
{
    uint8_t length = decoder->length_octets[0];
    if (length == 0x00 && octet == 0xFF) {
        return restart(decoder, PN532_EVENT_ACK);
    }
    if (length == 0xFF && octet == 0x00) {
        enum pn532_event event = restart(decoder, PN532_EVENT_NACK);
        decoder->zero = true;
        return event;
    }
    if (length == 0xFF && octet == 0xFF) {
        decoder->state = PN532_EXTENDED_HIGH;
        return PN532_EVENT_NONE;
    }
    if ((uint8_t)(length + octet) != 0) {
        return damaged(decoder, octet);
    }
    return begin_body(decoder, length, octet);
}

static enum pn532_event extended_checksum(struct pn532_decoder *decoder, uint8_t octet)
{
    const uint8_t *length = decoder->length_octets;
    if ((uint8_t)(length[0] + length[1] + octet) != 0) {
        return damaged(decoder, octet);
    }
    return begin_body(decoder, (size_t)length[0] << 8 | length[1], octet);
}

static enum pn532_event data_checksum(struct pn532_decoder *decoder, uint8_t octet)
{
    uint8_t sum = octet;
    for (size_t i = 0; i < decoder->len; i++) {
        sum = (uint8_t)(sum + decoder->body[i]);
    }
    if (sum != 0 || decoder->body[0] != PN532_TFI_HOST || decoder->len < 2) {
        return damaged(decoder, octet);
    }
    decoder->data = (struct slice){decoder->body + 1, decoder->len - 1};
    return restart(decoder, PN532_EVENT_COMMAND);
}

enum pn532_event pn532_decode(struct pn532_decoder *decoder, uint8_t octet)
{
    switch (decoder->state) {
    case PN532_HUNT:
        return hunt(decoder, octet);
    case PN532_LEN:
        decoder->length_octets[0] = octet;
        decoder->state = PN532_LCS;
        return PN532_EVENT_NONE;
    case PN532_LCS:
        return length_checksum(decoder, octet);
    case PN532_EXTENDED_HIGH:
        decoder->length_octets[0] = octet;
        decoder->state = PN532_EXTENDED_LOW;
        return PN532_EVENT_NONE;
    case PN532_EXTENDED_LOW:
        decoder->length_octets[1] = octet;
        decoder->state = PN532_EXTENDED_LCS;
        return PN532_EVENT_NONE;
    case PN532_EXTENDED_LCS:
        return extended_checksum(decoder, octet);
    case PN532_BODY:
        decoder->body[decoder->len++] = octet;
        if (decoder->len == decoder->expected) {
            decoder->state = PN532_DCS;
        }
        return PN532_EVENT_NONE;
    case PN532_DCS:
        return data_checksum(decoder, octet);
    }
    return restart(decoder, PN532_EVENT_NONE);
}

void pn532_encode(struct buffer *out, struct slice data)
{
    static const uint8_t start[] = {0x00, 0x00, 0xFF};
    size_t len = data.len + 1;
    buffer_append(out, start, sizeof(start));
    if (len <= 0xFF) {
        const uint8_t header[] = {(uint8_t)len, (uint8_t)(0x100 - len)};
        buffer_append(out, header, sizeof(header));
    } else {
        uint8_t high = (uint8_t)(len >> 8);
        uint8_t low = (uint8_t)len;
        const uint8_t header[] = {0xFF, 0xFF, high, low, (uint8_t)(0 - high - low)};
        buffer_append(out, header, sizeof(header));
    }
    uint8_t sum = PN532_TFI_CHIP;
    for (size_t i = 0; i < data.len; i++) {
        sum = (uint8_t)(sum + data.data[i]);
    }
    buffer_append_byte(out, PN532_TFI_CHIP);
    buffer_append(out, data.data, data.len);
    buffer_append_byte(out, (uint8_t)(0 - sum));
    buffer_append_byte(out, 0x00);
}

void pn532_encode_ack(struct buffer *out)
{
    static const uint8_t ack[] = {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
    buffer_append(out, ack, sizeof(ack));
}

void pn532_encode_error(struct buffer *out)
{
    static const uint8_t error[] = {0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00};
    buffer_append(out, error, sizeof(error));
}
