#include "reader/pn532.h"

#include <string.h>

#define COMMAND_SAM_CONFIGURATION 0x14U

struct command_row {
    uint8_t code;
    uint8_t min_len; /* of the data after the code */
    uint16_t max_len;
    pn532_command *run;
};

static const struct command_row commands[] = {
    {0x00, 1, 263, pn532_diagnose},
    {0x02, 0, 0, pn532_get_firmware_version},
    {0x04, 0, 0, pn532_get_general_status},
    {0x06, 2, 262, pn532_read_register},
    {0x08, 3, 261, pn532_write_register},
    {0x0C, 0, 0, pn532_read_gpio},
    {0x0E, 2, 2, pn532_write_gpio},
    {0x10, 1, 1, pn532_set_serial_baud_rate},
    {0x12, 1, 1, pn532_set_parameters},
    {COMMAND_SAM_CONFIGURATION, 1, 3, pn532_sam_configuration},
    {0x16, 1, 2, pn532_power_down},
    {0x32, 2, 12, pn532_rf_configuration},
    {0x40, 1, 263, pn532_in_data_exchange},
    {0x42, 0, 263, pn532_in_communicate_thru},
    {0x44, 1, 1, pn532_in_deselect},
    {0x46, 2, 263, pn532_in_jump_for_dep},
    {0x4A, 2, 263, pn532_in_list_passive_target},
    {0x4E, 3, 3, pn532_in_psl},
    {0x50, 2, 263, pn532_in_jump_for_dep},
    {0x52, 1, 1, pn532_in_release},
    {0x54, 1, 1, pn532_in_select},
    {0x56, 2, 263, pn532_in_jump_for_dep},
    {0x60, 3, 17, pn532_in_auto_poll},
};

void pn532_init(struct pn532 *pn532)
{
    memset(pn532, 0, sizeof(*pn532));
    pn532->power = PN532_LOW_VBAT;
    pn532->wake_by_uart = true;
    pn532->parameters = 0x14; /* automatic ATR_RES and RATS */
    pn532->activation_retries = 0xFF;
}

void pn532_free(struct pn532 *pn532)
{
    isodep_free(&pn532->isodep);
    buffer_free(&pn532->chained_command);
    buffer_free(&pn532->rest_of_response);
    buffer_free(&pn532->last_response);
}

/* The answer's frame, into last_response. */
static void encode(struct pn532 *pn532, uint8_t command, const struct buffer *answer)
{
    struct buffer data = {0};
    buffer_append_byte(&data, (uint8_t)(command + 1));
    buffer_append(&data, answer->data, answer->len);
    pn532->last_response.len = 0;
    pn532_encode(&pn532->last_response, buffer_view(&data));
    buffer_free(&data);
}

static void send_response(struct pn532 *pn532, struct buffer *out)
{
    buffer_append(out, pn532->last_response.data, pn532->last_response.len);
    pn532->due_ms = 0;
}

static const struct command_row *find_command(uint8_t code)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].code == code) {
            return &commands[i];
        }
    }
    return NULL;
}

static void run_command(struct pn532 *pn532, struct slice frame, struct buffer *out)
{
    uint8_t code = frame.data[0];
    struct slice data = {frame.data + 1, frame.len - 1};
    /* UM0701-02 7.2.11: out of Low Vbat nothing but SAMConfiguration leads. */
    if (pn532->power == PN532_LOW_VBAT && code != COMMAND_SAM_CONFIGURATION) {
        return;
    }
    pn532->pending.command = 0; /* a new command ends the one that runs (6.2.1.6) */
    pn532->due_ms = 0;
    pn532->delay_ms = 0;
    pn532->frame_fault = PN532_FRAME_SOUND;

    struct buffer answer = {0};
    enum pn532_outcome outcome = PN532_SYNTAX_ERROR;
    const struct command_row *command = find_command(code);
    if (command != NULL && data.len >= command->min_len && data.len <= command->max_len) {
        outcome = command->run(pn532, data, &answer);
    }
    struct buffer ack = {0};
    if (outcome != PN532_NOTHING) {
        pn532_encode_ack(&ack);
    }
    if (outcome == PN532_ANSWER) {
        encode(pn532, code, &answer);
        pn532_spoil_frame((enum pn532_frame_fault)pn532->frame_fault, &ack, &pn532->last_response);
        pn532->due_ms = pn532->now_ms + pn532->delay_ms;
    }
    buffer_append(out, ack.data, ack.len);
    if (outcome == PN532_SYNTAX_ERROR) {
        pn532_encode_error(out);
    } else if (outcome == PN532_ANSWER && pn532->delay_ms == 0) {
        send_response(pn532, out);
    }
    buffer_free(&ack);
    buffer_free(&answer);
}

static void wake(struct pn532 *pn532)
{
    if (pn532->power == PN532_POWER_DOWN && pn532->wake_by_uart) {
        pn532->power = PN532_NORMAL;
    }
}

void pn532_receive(struct pn532 *pn532, struct slice octets, int64_t now_ms, struct buffer *out)
{
    pn532->now_ms = now_ms;
    for (size_t i = 0; i < octets.len; i++) {
        if (pn532->silent || pn532->hung) {
            pn532->decoder = (struct pn532_decoder){0};
            return;
        }
        enum pn532_event event = pn532_decode(&pn532->decoder, octets.data[i]);
        if (event == PN532_EVENT_WAKE) {
            wake(pn532);
        }
        if (pn532->power == PN532_POWER_DOWN) {
            continue;
        }
        if (event == PN532_EVENT_COMMAND) {
            run_command(pn532, pn532->decoder.data, out);
        } else if (event == PN532_EVENT_ACK) {
            pn532->pending.command = 0;
            pn532->due_ms = 0;
        } else if (event == PN532_EVENT_NACK) {
            buffer_append(out, pn532->last_response.data, pn532->last_response.len);
        }
    }
}

void pn532_tick(struct pn532 *pn532, int64_t now_ms, struct buffer *out)
{
    struct buffer answer = {0};
    uint8_t command = pn532->pending.command;
    pn532->now_ms = now_ms;
    if (command != 0 && !pn532->silent && !pn532->hung && pn532_retry_pending(pn532, &answer)) {
        pn532->pending.command = 0;
        encode(pn532, command, &answer);
        send_response(pn532, out);
    }
    if (pn532->due_ms != 0 && now_ms >= pn532->due_ms && !pn532->silent && !pn532->hung) {
        send_response(pn532, out);
    }
    buffer_free(&answer);
}

int pn532_timeout_ms(const struct pn532 *pn532, int64_t now_ms)
{
    int64_t next = INT64_MAX;
    if (pn532->due_ms != 0) {
        next = pn532->due_ms;
    }
    if (pn532->pending.command != 0 && pn532->pending.deadline_ms >= 0 && pn532->pending.deadline_ms < next) {
        next = pn532->pending.deadline_ms;
    }
    if (pn532->pending.command != 0 && pn532->away_until_ms > now_ms && pn532->away_until_ms < next) {
        next = pn532->away_until_ms;
    }
    if (next == INT64_MAX) {
        return -1;
    }
    return next <= now_ms ? 0 : (int)(next - now_ms);
}

bool pn532_sees_card(const struct pn532 *pn532)
{
    return pn532->card != NULL && pn532->now_ms >= pn532->away_until_ms;
}

void pn532_set_field(struct pn532 *pn532, bool on)
{
    if (pn532->field == on) {
        return;
    }
    pn532->field = on;
    if (pn532->card != NULL) {
        pn532->card->power(pn532->card->ctx, on);
    }
    pn532_forget_target(pn532);
}

void pn532_place(struct pn532 *pn532, struct card *card)
{
    if (pn532->card != NULL && pn532->field) {
        pn532->card->power(pn532->card->ctx, false);
    }
    pn532->card = card;
    pn532->away_until_ms = 0;
    if (card != NULL && pn532->field) {
        card->power(card->ctx, true);
    }
    pn532->activated = false; /* the PN532 does not notice: target_known stays until an exchange fails */
}
