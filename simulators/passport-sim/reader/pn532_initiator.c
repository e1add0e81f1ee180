/* Commands about targets (UM0701-02 7.3): finding a card, talking to it, letting it go. */
#include "reader/pn532.h"

#include <string.h>

#define COMMAND_IN_LIST_PASSIVE_TARGET 0x4AU
#define COMMAND_IN_AUTO_POLL 0x60U
#define MORE_INFORMATION 0x40U
#define PARAMETER_AUTO_RATS 0x10U
#define RESPONSE_DATA_MAX 262U /* what fits a frame beside TFI, code and status */

#define REGISTER_CIU_TX_MODE 0x6302U
#define TX_MODE_FRAMING 0x03U     /* 0: type A, 3: type B */
#define AFI_TRAVEL_DOCUMENT 0xE1U /* ISO 14443-3 table 12; 9303-10 Appendix B */

/* Baud rate and modulation of InListPassiveTarget. */
enum { BR_TYPE_A_106 = 0x00, BR_FELICA_212, BR_FELICA_424, BR_TYPE_B_106, BR_JEWEL_106 };

/* Target types of InAutoPoll that cards with ISO 14443-4 answer to. */
enum { POLL_GENERIC_106 = 0x00, POLL_GENERIC_B = 0x03, POLL_MIFARE = 0x10, POLL_14443_4A = 0x20, POLL_14443_4B = 0x23 };

void pn532_forget_target(struct pn532 *pn532)
{
    pn532->target_known = false;
    pn532->activated = false;
    pn532->rate_to_card = 0;
    pn532->rate_to_reader = 0;
    isodep_reset(&pn532->isodep);
    pn532->chained_command.len = 0;
    pn532->rest_of_response.len = 0;
}

/* SENS_RES, SEL_RES, NFCID1 and, with automatic RATS, the ATS (UM0701-02 7.3.5). The card is a fresh one afterwards. */
static void activate_type_a(struct pn532 *pn532, struct buffer *target)
{
    struct card *card = pn532->card;
    card->reset(card->ctx);
    pn532_forget_target(pn532);
    pn532->target_known = true;
    buffer_append_byte(target, 1); /* Tg */
    buffer_append(target, card->atqa, sizeof(card->atqa));
    buffer_append_byte(target, card->sak);
    buffer_append_byte(target, (uint8_t)card->uid_len);
    buffer_append(target, card->uid, card->uid_len);
    if ((pn532->parameters & PARAMETER_AUTO_RATS) != 0) {
        buffer_append(target, card->ats, card->ats_len);
        pn532->activated = true;
    }
}

static bool find_type_a(struct pn532 *pn532, struct buffer *target)
{
    pn532_set_field(pn532, true);
    if (!pn532_sees_card(pn532) || pn532->card->type != 'A') {
        return false;
    }
    activate_type_a(pn532, target);
    return true;
}

/* ATQB and the answer to ATTRIB (UM0701-02 7.3.5; ISO 14443-3 7.9, 7.11). */
static bool find_type_b(struct pn532 *pn532, uint8_t afi, struct buffer *target)
{
    struct card *card = pn532->card;
    pn532_set_field(pn532, true);
    if (!pn532_sees_card(pn532) || card->type != 'B' || (afi != 0 && afi != AFI_TRAVEL_DOCUMENT)) {
        return false;
    }
    card->reset(card->ctx);
    pn532_forget_target(pn532);
    pn532->target_known = true;
    pn532->activated = true;
    buffer_append_byte(target, 1); /* Tg */
    buffer_append_byte(target, 0x50);
    buffer_append(target, card->uid, 4);
    buffer_append(target, card->application_data, sizeof(card->application_data));
    buffer_append(target, card->protocol_info, sizeof(card->protocol_info));
    buffer_append(target, "\x01\x00", 2); /* one octet: MBLI 0, CID 0 */
    return true;
}

static bool list_once(struct pn532 *pn532, uint8_t modulation, uint8_t afi, struct buffer *answer)
{
    struct buffer target = {0};
    bool found = (modulation == BR_TYPE_A_106 && find_type_a(pn532, &target)) ||
                 (modulation == BR_TYPE_B_106 && find_type_b(pn532, afi, &target));
    if (found) {
        buffer_append_byte(answer, 1); /* NbTg */
        buffer_append(answer, target.data, target.len);
    }
    buffer_free(&target);
    return found;
}

enum pn532_outcome pn532_in_list_passive_target(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    uint8_t max_targets = data.data[0];
    uint8_t modulation = data.data[1];
    uint8_t afi = data.len > 2 ? data.data[2] : 0;
    if (modulation == BR_TYPE_B_106 && data.len < 3) {
        return PN532_SYNTAX_ERROR; /* the AFI is mandatory */
    }
    if (max_targets < 1 || max_targets > 2 || modulation > BR_JEWEL_106) {
        return PN532_SYNTAX_ERROR;
    }
    pn532_forget_target(pn532);
    pn532_set_field(pn532, true);
    if (list_once(pn532, modulation, afi, answer)) {
        return PN532_ANSWER;
    }
    if (pn532->activation_retries != 0xFF) {
        buffer_append_byte(answer, 0); /* no target */
        return PN532_ANSWER;
    }
    pn532->pending = (struct pn532_pending){
        .command = COMMAND_IN_LIST_PASSIVE_TARGET, .types = {modulation, afi}, .type_count = 1, .deadline_ms = -1};
    return PN532_LATER;
}

static bool poll_once(struct pn532 *pn532, const struct pn532_pending *pending, struct buffer *answer)
{
    for (size_t i = 0; i < pending->type_count; i++) {
        uint8_t type = pending->types[i];
        bool a = type == POLL_GENERIC_106 || type == POLL_MIFARE || type == POLL_14443_4A;
        bool b = type == POLL_GENERIC_B || type == POLL_14443_4B;
        struct buffer target = {0};
        bool found = (a && find_type_a(pn532, &target)) || (b && find_type_b(pn532, 0, &target));
        if (found) {
            buffer_append_byte(answer, 1);
            buffer_append_byte(answer, type);
            buffer_append_byte(answer, (uint8_t)target.len);
            buffer_append(answer, target.data, target.len);
        }
        buffer_free(&target);
        if (found) {
            return true;
        }
    }
    return false;
}

enum pn532_outcome pn532_in_auto_poll(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    uint8_t rounds = data.data[0];
    uint8_t period = data.data[1];
    if (rounds == 0 || period == 0 || period > 0x0F) {
        return PN532_SYNTAX_ERROR;
    }
    struct pn532_pending pending = {.command = COMMAND_IN_AUTO_POLL, .type_count = data.len - 2};
    memcpy(pending.types, data.data + 2, pending.type_count);
    /* A period is 150 ms for each type polled (UM0701-02 7.3.13). */
    pending.deadline_ms = rounds == 0xFF ? -1 : pn532->now_ms + (int64_t)rounds * period * 150;
    pn532_forget_target(pn532);
    pn532_set_field(pn532, true);
    if (poll_once(pn532, &pending, answer)) {
        return PN532_ANSWER;
    }
    pn532->pending = pending;
    return PN532_LATER;
}

bool pn532_retry_pending(struct pn532 *pn532, struct buffer *answer)
{
    const struct pn532_pending *pending = &pn532->pending;
    bool found = pending->command == COMMAND_IN_AUTO_POLL
                     ? poll_once(pn532, pending, answer)
                     : list_once(pn532, pending->types[0], pending->types[1], answer);
    if (found) {
        return true;
    }
    if (pending->deadline_ms >= 0 && pn532->now_ms >= pending->deadline_ms) {
        buffer_append_byte(answer, 0);
        return true;
    }
    return false;
}

/* What came of an exchange with the card, as a status octet. */
static enum pn532_outcome card_status(struct pn532 *pn532, enum card_result result, uint8_t *status)
{
    struct card *card = pn532->card;
    pn532->delay_ms = card->delay_ms;
    pn532->frame_fault = card->frame;
    card->delay_ms = 0;
    card->frame = 0;
    switch (result) {
    case CARD_ANSWERED:
        *status = PN532_STATUS_OK;
        return PN532_ANSWER;
    case CARD_STATUS:
        *status = card->status;
        return PN532_ANSWER;
    case CARD_SLIPPED:
        *status = PN532_STATUS_TIMEOUT;
        pn532->activated = false;
        pn532->away_until_ms = pn532->now_ms + card->away_ms;
        card->power(card->ctx, false);
        card->power(card->ctx, true);
        return PN532_ANSWER;
    case CARD_BROKEN:
        *status = PN532_STATUS_FORMAT;
        break;
    case CARD_HANGS_READER:
        pn532->hung = true;
        return PN532_NOTHING;
    case CARD_MUTE:
        *status = PN532_STATUS_TIMEOUT;
        return PN532_ANSWER;
    case CARD_GONE:
        *status = PN532_STATUS_TIMEOUT;
        break;
    }
    pn532_place(pn532, NULL);
    return PN532_ANSWER;
}

static void answer_part(struct pn532 *pn532, struct buffer *answer)
{
    size_t part = pn532->rest_of_response.len;
    bool more = part > RESPONSE_DATA_MAX;
    if (more) {
        part = RESPONSE_DATA_MAX;
    }
    buffer_append_byte(answer, more ? MORE_INFORMATION : PN532_STATUS_OK);
    buffer_append(answer, pn532->rest_of_response.data, part);
    buffer_consume(&pn532->rest_of_response, part);
}

enum pn532_outcome pn532_in_data_exchange(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    uint8_t target = data.data[0] & 0x0F;
    bool more = (data.data[0] & MORE_INFORMATION) != 0;
    if (target != 1 || !pn532->target_known) {
        buffer_append_byte(answer, PN532_STATUS_CONTEXT);
        return PN532_ANSWER;
    }
    if (pn532->rest_of_response.len > 0 && data.len == 1) {
        answer_part(pn532, answer);
        return PN532_ANSWER;
    }
    if (pn532->card == NULL || !pn532->activated) {
        buffer_append_byte(answer, PN532_STATUS_TIMEOUT);
        return PN532_ANSWER;
    }
    buffer_append(&pn532->chained_command, data.data + 1, data.len - 1);
    if (more) {
        buffer_append_byte(answer, PN532_STATUS_OK);
        return PN532_ANSWER;
    }
    uint8_t status = PN532_STATUS_OK;
    pn532->rest_of_response.len = 0;
    enum card_result result =
        pn532->card->exchange(pn532->card->ctx, buffer_view(&pn532->chained_command), &pn532->rest_of_response);
    pn532->chained_command.len = 0;
    enum pn532_outcome outcome = card_status(pn532, result, &status);
    if (status == PN532_STATUS_OK) {
        answer_part(pn532, answer);
    } else {
        pn532->rest_of_response.len = 0;
        buffer_append_byte(answer, status);
    }
    return outcome;
}

/* ISO 14443-3 and RATS by the host's own hand: only what a card in state ACTIVE or HALT would answer. */
static bool raw_activation(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    const struct card *card = pn532->card;
    if (data.len == 2 && data.data[0] == 0xE0 && pn532->target_known && !pn532->activated) { /* RATS */
        buffer_append(answer, card->ats, card->ats_len);
        pn532->activated = true;
        return true;
    }
    return false;
}

/* Bits of TA(1) for 212 and 424 kbit/s, in the direction that starts at `shift`. */
static bool has_rate(const struct card *card, uint8_t rate, unsigned shift)
{
    uint8_t rates = card != NULL && card->ats_len >= 3 ? card->ats[2] : 0;
    return rate == 0 || (rates >> (shift + rate - 1) & 1) != 0;
}

/* PPS (ISO 14443-4 5.3): PPSS, PPS0, PPS1 with DSI and DRI. */
static bool raw_pps(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    if (data.len != 3 || data.data[0] != 0xD0 || data.data[1] != 0x11) {
        return false;
    }
    uint8_t to_reader = data.data[2] >> 2 & 3;
    uint8_t to_card = data.data[2] & 3;
    if (!has_rate(pn532->card, to_reader, 4) || !has_rate(pn532->card, to_card, 0)) {
        return false;
    }
    pn532->rate_to_reader = to_reader;
    pn532->rate_to_card = to_card;
    buffer_append_byte(answer, 0xD0);
    return true;
}

enum pn532_outcome pn532_in_communicate_thru(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    struct buffer block = {0};
    uint8_t status = PN532_STATUS_TIMEOUT;
    enum pn532_outcome outcome = PN532_ANSWER;
    char type = (pn532->registers[REGISTER_CIU_TX_MODE] & TX_MODE_FRAMING) == 0 ? 'A' : 'B';
    bool deselected = false;

    pn532_set_field(pn532, true);
    if (!pn532_sees_card(pn532) || pn532->card->type != type || data.len == 0) {
        goto out;
    }
    if (type == 'A' && (raw_activation(pn532, data, &block) || (pn532->activated && raw_pps(pn532, data, &block)))) {
        status = PN532_STATUS_OK;
        goto out;
    }
    if (pn532->activated) {
        enum card_result result = isodep_exchange(&pn532->isodep, pn532->card, data, &block, &deselected);
        outcome = card_status(pn532, result, &status);
        if (deselected) {
            pn532->activated = false;
            pn532->card->reset(pn532->card->ctx);
        }
    }
out:
    buffer_append_byte(answer, status);
    if (status == PN532_STATUS_OK) {
        buffer_append(answer, block.data, block.len);
    }
    buffer_free(&block);
    return outcome;
}

static bool is_target(const struct pn532 *pn532, uint8_t number)
{
    return number == 0 || (number == 1 && pn532->target_known);
}

static void deselect(struct pn532 *pn532)
{
    if (pn532->card != NULL && pn532->activated) {
        pn532->card->reset(pn532->card->ctx);
    }
    pn532->activated = false;
    isodep_reset(&pn532->isodep);
}

enum pn532_outcome pn532_in_deselect(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    if (!is_target(pn532, data.data[0])) {
        buffer_append_byte(answer, PN532_STATUS_CONTEXT);
        return PN532_ANSWER;
    }
    deselect(pn532); /* the target stays known: InSelect brings it back */
    buffer_append_byte(answer, PN532_STATUS_OK);
    return PN532_ANSWER;
}

enum pn532_outcome pn532_in_release(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    if (!is_target(pn532, data.data[0])) {
        buffer_append_byte(answer, PN532_STATUS_CONTEXT);
        return PN532_ANSWER;
    }
    deselect(pn532);
    pn532_forget_target(pn532);
    buffer_append_byte(answer, PN532_STATUS_OK);
    return PN532_ANSWER;
}

enum pn532_outcome pn532_in_select(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    uint8_t status = PN532_STATUS_CONTEXT;
    if (data.data[0] == 1 && pn532->target_known) {
        status = PN532_STATUS_TIMEOUT;
        if (pn532_sees_card(pn532)) {
            pn532->activated = true;
            status = PN532_STATUS_OK;
        }
    }
    buffer_append_byte(answer, status);
    return PN532_ANSWER;
}

/* For type A a PPS goes out; a card that does not have the rate leaves it unanswered (UM0701-02 7.3.7). */
enum pn532_outcome pn532_in_psl(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    uint8_t status = PN532_STATUS_OK;
    uint8_t to_card = data.data[1];
    uint8_t to_reader = data.data[2];
    if (data.data[0] != 1 || !pn532->target_known || (pn532->card != NULL && pn532->card->type != 'A')) {
        status = PN532_STATUS_CONTEXT;
    } else if (to_card > 0x02 || to_reader > 0x02) { /* 106, 212, 424 kbit/s */
        status = PN532_STATUS_PARAMETER;
    } else if (!pn532_sees_card(pn532) || !has_rate(pn532->card, to_card, 0) || !has_rate(pn532->card, to_reader, 4)) {
        status = PN532_STATUS_TIMEOUT;
    } else {
        pn532->rate_to_card = to_card;
        pn532->rate_to_reader = to_reader;
    }
    buffer_append_byte(answer, status);
    return PN532_ANSWER;
}

/* InJumpForDEP, InJumpForPSL, InATR: there is never an NFC-DEP target here. */
enum pn532_outcome pn532_in_jump_for_dep(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    (void)data;
    pn532_set_field(pn532, true);
    buffer_append_byte(answer, PN532_STATUS_TIMEOUT);
    return PN532_ANSWER;
}
