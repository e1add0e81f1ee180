/* The card's side of ISO 14443-4's block protocol, for hosts that frame blocks themselves (InCommunicateThru). */
#ifndef PASSPORT_SIM_READER_ISODEP_H
#define PASSPORT_SIM_READER_ISODEP_H

#include "reader/card.h"

#define ISODEP_BLOCK_MAX 254U /* FSD and FSC of 256, less the CRC that the PN532 handles */

struct isodep {
    uint8_t number;         /* block number the card sends next */
    struct buffer command;  /* chained so far */
    struct buffer response; /* what is left to send */
    bool waiting;           /* S(WTX) was sent, response waits for the reader's consent */
    struct buffer last;     /* the block sent last, for R(NAK) */
};

void isodep_reset(struct isodep *isodep);
void isodep_free(struct isodep *isodep);

/* One block in, at most one out. CARD_MUTE: the card does not answer such a block. *deselected: S(DESELECT) was answered. */
enum card_result isodep_exchange(struct isodep *isodep, struct card *card, struct slice block, struct buffer *answer,
                                 bool *deselected);

#endif
