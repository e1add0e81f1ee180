/* What the reader knows of a card in its field: identity of ISO 14443-3, and exchanges of ISO 14443-4 as whole APDUs. */
#ifndef PASSPORT_SIM_READER_CARD_H
#define PASSPORT_SIM_READER_CARD_H

#include "util/buffer.h"

enum card_result {
    CARD_ANSWERED,
    CARD_MUTE,        /* no answer within the waiting time */
    CARD_BROKEN,      /* an answer that stops in the middle: the card is leaving the field */
    CARD_GONE,        /* out of the field from now on */
    CARD_SLIPPED,     /* out of the field for card.away_ms */
    CARD_STATUS,      /* no answer: the PN532 reports card.status (UM0701-02 7.1) */
    CARD_HANGS_READER /* a fault of a reader, played by the card's profile: the PN532 falls silent */
};

/* ISO 14443-3 and -4, type A or B. */
struct card {
    char type;       /* 'A' or 'B' */
    uint8_t atqa[2]; /* as the PN532 reports it: high octet first */
    uint8_t sak;
    uint8_t uid[10];
    size_t uid_len;
    uint8_t ats[20]; /* TL first */
    size_t ats_len;
    /* Type B: ATQB is 50, PUPI (uid), application data, protocol information. */
    uint8_t application_data[4];
    uint8_t protocol_info[3];

    /* Set by the card during an exchange. */
    uint32_t delay_ms; /* how long it took: the PN532 sees to waiting-time extensions by itself */
    uint32_t away_ms;
    uint8_t status;
    uint8_t frame; /* a fault of the PN532's answer, by pn532_frame.h; 0: none */

    void *ctx;
    /* The field comes on or goes: whatever the chip held in RAM is lost. May draw a new UID. */
    void (*power)(void *ctx, bool on);
    /* The chip is activated anew (RATS) or deselected: its application session is lost, the UID stays. */
    void (*reset)(void *ctx);
    /* One command APDU; *response is empty before. */
    enum card_result (*exchange)(void *ctx, struct slice command, struct buffer *response);
};

#endif
