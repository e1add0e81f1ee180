#include "reader/isodep.h"

#define PCB_CID 0x08U
#define PCB_NAD 0x04U
#define PCB_WTX 0xF2U

/* FSC of ISO 14443-4 table 1, from T0 or byte 10 of ATQB. */
static size_t frame_size(const struct card *card)
{
    static const uint16_t sizes[] = {16, 24, 32, 40, 48, 64, 96, 128, 256};
    uint8_t fsci = card->type == 'B' ? card->protocol_info[1] >> 4 : card->ats_len > 1 ? card->ats[1] & 0x0F : 2;
    return sizes[fsci < 8 ? fsci : 8];
}

void isodep_reset(struct isodep *isodep)
{
    isodep->number = 1; /* rule C: so that the first R(NAK) 0 is a presence check */
    isodep->command.len = 0;
    isodep->response.len = 0;
    isodep->last.len = 0;
    isodep->waiting = false;
}

void isodep_free(struct isodep *isodep)
{
    buffer_free(&isodep->command);
    buffer_free(&isodep->response);
    buffer_free(&isodep->last);
}

static void send_block(struct isodep *isodep, uint8_t pcb, struct slice content, struct buffer *answer)
{
    isodep->last.len = 0;
    buffer_append_byte(&isodep->last, pcb);
    buffer_append(&isodep->last, content.data, content.len);
    buffer_append(answer, isodep->last.data, isodep->last.len);
}

/* The next I-block of the response; bit 5 of the PCB announces more (ISO 14443-4 7.1.1.1). */
static void send_response(struct isodep *isodep, struct buffer *answer)
{
    size_t part = isodep->response.len;
    uint8_t pcb = (uint8_t)(0x02 | isodep->number);
    if (part > ISODEP_BLOCK_MAX - 1) {
        part = ISODEP_BLOCK_MAX - 1;
        pcb |= 0x10;
    }
    send_block(isodep, pcb, (struct slice){isodep->response.data, part}, answer);
    buffer_consume(&isodep->response, part);
}

static enum card_result information(struct isodep *isodep, struct card *card, uint8_t pcb, struct slice content,
                                    struct buffer *answer)
{
    isodep->number = pcb & 1; /* rule D: the card takes over the block number of an I-block */
    buffer_append(&isodep->command, content.data, content.len);
    if ((pcb & 0x10) != 0) {
        send_block(isodep, (uint8_t)(0xA2 | isodep->number), (struct slice){0}, answer);
        return CARD_ANSWERED;
    }
    isodep->response.len = 0;
    enum card_result result = card->exchange(card->ctx, buffer_view(&isodep->command), &isodep->response);
    isodep->command.len = 0;
    if (result == CARD_ANSWERED && card->delay_ms > 0) {
        static const uint8_t wtxm = 4;
        card->delay_ms = 0; /* the host sees the request at once and the answer after it agreed */
        isodep->waiting = true;
        send_block(isodep, PCB_WTX, (struct slice){&wtxm, 1}, answer);
    } else if (result == CARD_ANSWERED) {
        send_response(isodep, answer);
    }
    return result;
}

static enum card_result acknowledge(struct isodep *isodep, uint8_t pcb, struct buffer *answer)
{
    bool nak = (pcb & 0x10) != 0;
    bool same = (pcb & 1) == isodep->number && isodep->last.len > 0;
    if (same) { /* rule 11: same number, send the last block again */
        buffer_append(answer, isodep->last.data, isodep->last.len);
        return CARD_ANSWERED;
    }
    if (nak) { /* rule 12: R(NAK) with another number is answered by R(ACK): also the presence check */
        send_block(isodep, (uint8_t)(0xA2 | isodep->number), (struct slice){0}, answer);
        return CARD_ANSWERED;
    }
    if (isodep->response.len == 0) {
        return CARD_MUTE;
    }
    isodep->number ^= 1; /* rule E: R(ACK) of the other number asks for the next block of the chain */
    send_response(isodep, answer);
    return CARD_ANSWERED;
}

enum card_result isodep_exchange(struct isodep *isodep, struct card *card, struct slice block, struct buffer *answer,
                                 bool *deselected)
{
    if (block.len == 0) {
        return CARD_MUTE;
    }
    uint8_t pcb = block.data[0];
    struct slice content = {block.data + 1, block.len - 1};
    if (block.len + 2 > frame_size(card)) {
        return CARD_MUTE; /* more than its buffer, CRC included */
    }
    if (pcb == PCB_WTX && content.len == 1 && isodep->waiting) {
        isodep->waiting = false;
        send_response(isodep, answer);
        return CARD_ANSWERED;
    }
    isodep->waiting = false;
    if ((pcb & (PCB_CID | PCB_NAD)) != 0 && (pcb & 0xC0) == 0x00) {
        return CARD_MUTE; /* neither CID nor NAD is in this card's ATS */
    }
    if ((pcb & 0xE2) == 0x02) {
        return information(isodep, card, pcb, content, answer);
    }
    if ((pcb & 0xE6) == 0xA2 && content.len == 0) {
        return acknowledge(isodep, pcb, answer);
    }
    if (pcb == 0xC2 && content.len == 0) {
        send_block(isodep, 0xC2, (struct slice){0}, answer);
        isodep_reset(isodep);
        *deselected = true;
        return CARD_ANSWERED;
    }
    return CARD_MUTE;
}
