/* Frames that are none. */
#include "reader/pn532_frame.h"

#define NORMAL_HEADER 5U /* 00 00 FF LEN LCS */
#define EXTENDED_HEADER 8U

static void clear(struct buffer *buffer, const uint8_t *octets, size_t len)
{
    buffer->len = 0;
    buffer_append(buffer, octets, len);
}

/* The octets from TFI on, and their checksum, after a change. */
static void change(struct buffer *answer, size_t at, uint8_t octet)
{
    size_t checksum = answer->len - 2;
    answer->data[checksum] = (uint8_t)(answer->data[checksum] + answer->data[at] - octet);
    answer->data[at] = octet;
}

void pn532_spoil_frame(enum pn532_frame_fault fault, struct buffer *ack, struct buffer *answer)
{
    static const uint8_t nack[] = {0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00};
    static const uint8_t noise[] = {0x55, 0xAA, 0x00, 0xFF, 0x01, 0x5A, 0xFF, 0x00, 0x12};
    size_t header = answer->len > NORMAL_HEADER && answer->data[3] == 0xFF && answer->data[4] == 0xFF ? EXTENDED_HEADER
                                                                                                      : NORMAL_HEADER;
    if (answer->len < header + 4) {
        return;
    }
    switch (fault) {
    case PN532_FRAME_SOUND:
        break;
    case PN532_FRAME_DATA_CHECKSUM:
        answer->data[answer->len - 2] ^= 0x01;
        break;
    case PN532_FRAME_LENGTH_CHECKSUM:
        answer->data[header - 1] ^= 0x01;
        break;
    case PN532_FRAME_LENGTH:
        if (header == NORMAL_HEADER) {
            answer->data[3] = 0xFE;
            answer->data[4] = 0x02;
        } else {
            answer->data[5] = 0x01;
            answer->data[6] = 0xF0;
            answer->data[7] = (uint8_t)(0 - 0x01 - 0xF0);
        }
        break;
    case PN532_FRAME_TFI:
        change(answer, header, PN532_TFI_HOST);
        break;
    case PN532_FRAME_CODE:
        change(answer, header + 1, 0x03);
        break;
    case PN532_FRAME_CUT:
        answer->len = header + 2;
        break;
    case PN532_FRAME_ERROR:
        answer->len = 0;
        pn532_encode_error(answer);
        break;
    case PN532_FRAME_TWICE:
        answer->len = 0;
        buffer_append(answer, ack->data, ack->len);
        break;
    case PN532_FRAME_NACK:
        clear(ack, nack, sizeof(nack));
        break;
    case PN532_FRAME_NOISE: {
        struct buffer whole = {0};
        buffer_append(&whole, noise, sizeof(noise));
        buffer_append(&whole, answer->data, answer->len);
        buffer_free(answer);
        *answer = whole;
        break;
    }
    case PN532_FRAME_NO_ACK:
        ack->len = 0;
        break;
    case PN532_FRAME_NO_POSTAMBLE:
        answer->len--;
        break;
    }
}
