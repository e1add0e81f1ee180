/* Frames of the PN532's host interface (NXP UM0701-02 6.2.1): information, extended, ACK, NACK and error frames. */
#ifndef PASSPORT_SIM_READER_PN532_FRAME_H
#define PASSPORT_SIM_READER_PN532_FRAME_H

#include "util/buffer.h"

#define PN532_TFI_HOST 0xD4U /* host to PN532 */
#define PN532_TFI_CHIP 0xD5U
#define PN532_DATA_MAX 265U                    /* TFI and 264 octets */
#define PN532_FRAME_MAX (PN532_DATA_MAX + 10U) /* of an extended frame */

enum pn532_event {
    PN532_EVENT_NONE,
    PN532_EVENT_WAKE,    /* 55h outside of a frame */
    PN532_EVENT_COMMAND, /* a whole frame from the host: data[0] is the command code */
    PN532_EVENT_ACK,     /* the host gives the running command up */
    PN532_EVENT_NACK,    /* the host wants the last answer again */
    PN532_EVENT_DAMAGED  /* wrong length or checksum, or not from a host: the PN532 says nothing */
};

enum pn532_decoder_state {
    PN532_HUNT,
    PN532_LEN,
    PN532_LCS,
    PN532_EXTENDED_HIGH,
    PN532_EXTENDED_LOW,
    PN532_EXTENDED_LCS,
    PN532_BODY,
    PN532_DCS
};

struct pn532_decoder {
    enum pn532_decoder_state state;
    bool zero; /* the octet before was 00 */
    size_t expected;
    size_t len;
    uint8_t length_octets[2];
    uint8_t body[PN532_DATA_MAX];
    struct slice data; /* after PN532_EVENT_COMMAND, without the TFI; valid until the next octet */
};

/* Takes one octet off the line. A zeroed decoder is ready. */
enum pn532_event pn532_decode(struct pn532_decoder *decoder, uint8_t octet);

/* Appends a frame around `data` (response code first, at most PN532_DATA_MAX - 1 octets); extended when it must be. */
void pn532_encode(struct buffer *out, struct slice data);
void pn532_encode_ack(struct buffer *out);
/* "Syntax error" of the application level: 01 FF 7F 81. */
void pn532_encode_error(struct buffer *out);

/* What is wrong with an answer, played for a profile; the values are chip/traits.h's frame_fault. */
enum pn532_frame_fault {
    PN532_FRAME_SOUND,
    PN532_FRAME_DATA_CHECKSUM,
    PN532_FRAME_LENGTH_CHECKSUM,
    PN532_FRAME_LENGTH,
    PN532_FRAME_TFI,
    PN532_FRAME_CODE,
    PN532_FRAME_CUT,
    PN532_FRAME_ERROR,
    PN532_FRAME_TWICE,
    PN532_FRAME_NACK,
    PN532_FRAME_NOISE,
    PN532_FRAME_NO_ACK,
    PN532_FRAME_NO_POSTAMBLE
};

/* Breaks ACK and answer. */
void pn532_spoil_frame(enum pn532_frame_fault fault, struct buffer *ack, struct buffer *answer);

#endif
