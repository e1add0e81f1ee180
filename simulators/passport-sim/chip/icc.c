#include "chip/icc.h"

#include "chip/sm_spoil.h"

#include <openssl/rand.h>
#include <string.h>

#define INS_MANAGE_SECURITY_ENVIRONMENT 0x22U
#define INS_EXTERNAL_AUTHENTICATE 0x82U
#define INS_GET_CHALLENGE 0x84U
#define INS_GENERAL_AUTHENTICATE 0x86U
#define INS_INTERNAL_AUTHENTICATE 0x88U
#define INS_SELECT 0xA4U
#define INS_READ_BINARY 0xB0U
#define INS_READ_BINARY_ODD 0xB1U
#define INS_GET_RESPONSE 0xC0U
#define CLA_CHAINING 0x10U
#define SLIP_MS 400U
#define FLOOD 65536U

static void append_status(struct buffer *response, uint16_t sw)
{
    const uint8_t octets[] = {(uint8_t)(sw >> 8), (uint8_t)sw};
    buffer_append(response, octets, sizeof(octets));
}

bool icc_is_open(const struct icc *icc)
{
    return icc->sm.active || icc->document->mechanisms.access == ACCESS_NONE ||
           (icc->traits.fault == CHIP_PACE_KEEPS_PLAIN && icc->plain_access);
}

size_t icc_response_room(const struct icc *icc, const struct apdu *apdu)
{
    if (apdu->extended) {
        return 65536 - 64;
    }
    return icc->sm.active ? secure_messaging_room(&icc->sm) : 256;
}

/* 9303-11 9.8.3: keys gone; this chip also leaves the application, as the standard allows. */
static void end_session(struct icc *icc)
{
    secure_messaging_end(&icc->sm);
    pace_end(&icc->pace);
    icc->ca_key = NULL;
    icc->application = false;
    icc->current_ef = 0;
    icc->has_challenge = false;
    icc->plain_access = false;
}

/* MSE:Set AT for PACE is C1A4; for Chip Authentication 41A4, and Set KAT 41A6 (9303-11 4.4.4.1, 6.2.4). */
static uint16_t manage_security_environment(struct icc *icc, const struct apdu *apdu, struct secure_messaging *started)
{
    enum access access = icc->document->mechanisms.access;
    unsigned p1p2 = (unsigned)apdu->p1 << 8 | apdu->p2;
    if (apdu->has_le && (icc->traits.quirks & QUIRK_NO_LE) != 0) {
        return SW_WRONG_LENGTH;
    }
    if (p1p2 == 0xC1A4) {
        if (access != ACCESS_PACE && access != ACCESS_PACE_BAC) {
            return SW_WRONG_P1P2;
        }
        return icc->sm.active ? SW_CONDITIONS : pace_set(&icc->pace, icc->document, &icc->traits, apdu);
    }
    if (p1p2 != 0x41A4 && p1p2 != 0x41A6) {
        return SW_WRONG_P1P2;
    }
    if (!icc->application || !icc_is_open(icc)) {
        return SW_SECURITY_STATUS;
    }
    return p1p2 == 0x41A6 ? icc_ca_set_kat(icc, apdu, started) : icc_ca_set_at(icc, apdu);
}

static uint16_t general_authenticate(struct icc *icc, const struct apdu *apdu, struct buffer *data,
                                     struct secure_messaging *started)
{
    if (apdu->p1 != 0 || apdu->p2 != 0) {
        return SW_WRONG_P1P2;
    }
    if (icc->ca_key != NULL) {
        return icc_ca_general_authenticate(icc, apdu, data, started);
    }
    bool last = icc->pace.step == 4;
    uint16_t sw = pace_step(&icc->pace, icc->document, &icc->traits, apdu, data, started);
    icc->plain_access = icc->plain_access || (last && sw == SW_OK);
    return sw;
}

static uint16_t get_response(struct icc *icc, const struct apdu *apdu, struct buffer *data)
{
    if (icc->more_data.len == 0 || !apdu->has_le) {
        return SW_CONDITIONS;
    }
    size_t part = icc->more_data.len < apdu->le ? icc->more_data.len : apdu->le;
    buffer_append(data, icc->more_data.data, part);
    buffer_consume(&icc->more_data, part);
    size_t left = icc->more_data.len;
    return left == 0 ? SW_OK : (uint16_t)(SW_MORE_DATA | (left > 255 ? 0 : left));
}

static uint16_t dispatch(struct icc *icc, const struct apdu *apdu, struct buffer *data,
                         struct secure_messaging *started)
{
    if (apdu->cla != 0x00 && (apdu->cla != CLA_CHAINING || apdu->ins != INS_GENERAL_AUTHENTICATE)) {
        return SW_CLA;
    }
    if (apdu->extended && icc->document->mechanisms.no_extended_length) {
        return SW_WRONG_LENGTH;
    }
    switch (apdu->ins) {
    case INS_SELECT:
        return icc_select(icc, apdu);
    case INS_READ_BINARY:
    case INS_READ_BINARY_ODD:
        return icc_read_binary(icc, apdu, data);
    case INS_GET_CHALLENGE:
        return icc_get_challenge(icc, apdu, data);
    case INS_EXTERNAL_AUTHENTICATE:
        return icc_external_authenticate(icc, apdu, data, started);
    case INS_INTERNAL_AUTHENTICATE:
        return icc_internal_authenticate(icc, apdu, data);
    case INS_MANAGE_SECURITY_ENVIRONMENT:
        return manage_security_environment(icc, apdu, started);
    case INS_GENERAL_AUTHENTICATE:
        return general_authenticate(icc, apdu, data, started);
    default:
        return SW_INS;
    }
}

static void start(struct icc *icc, const struct secure_messaging *started)
{
    icc->sm = *started;
    icc->sm.twist = sm_twist_of(icc->traits.fault);
}

/* A failed access leaves some chips deaf until the field was off (proxmark3 cmdhfemrtd.c). */
static void after_access(struct icc *icc, uint8_t ins, uint16_t sw)
{
    if ((ins == INS_EXTERNAL_AUTHENTICATE || ins == INS_GENERAL_AUTHENTICATE) && sw != SW_OK &&
        (icc->traits.quirks & QUIRK_FIELD_RESET) != 0) {
        icc->stuck = true;
    }
}

static void exchange_plain(struct icc *icc, const struct apdu *apdu, struct buffer *response)
{
    struct buffer data = {0};
    struct secure_messaging started = {0};
    uint16_t sw;
    if (apdu->ins == INS_GET_RESPONSE && apdu->cla == 0x00 && icc->more_data.len > 0) {
        sw = get_response(icc, apdu, response); /* it carries a protected answer on and does not end the session */
        append_status(response, sw);
        return;
    }
    if (icc->sm.active) {
        end_session(icc); /* any plain command ends it, this one is then an ordinary one (9303-11 9.8.3) */
    }
    sw = dispatch(icc, apdu, &data, &started);
    buffer_append(response, data.data, data.len);
    append_status(response, sw);
    after_access(icc, apdu->ins, sw);
    if (started.active) {
        start(icc, &started);
    }
    secure_messaging_end(&started);
    buffer_free(&data);
}

static void exchange_protected(struct icc *icc, const struct apdu *apdu, struct slice command, struct buffer *response)
{
    struct apdu plain;
    struct buffer storage = {0};
    struct buffer data = {0};
    struct secure_messaging started = {0};
    uint16_t sw = SW_SM_INCORRECT;
    icc->bare = false;
    if (icc->sm.active) {
        sw = secure_messaging_unwrap(&icc->sm, apdu, &plain, &storage);
    }
    if (sw != SW_OK) { /* errors of secure messaging are answered in the clear (9.8.3) */
        end_session(icc);
        append_status(response, sw);
        goto out;
    }
    sw = dispatch(icc, &plain, &data, &started);
    if (icc->bare) {
        secure_messaging_undo(&icc->sm);
        append_status(response, sw);
        goto out;
    }
    /* The answer to the last command of Chip Authentication goes under the old keys (9303-11 6.2.3). */
    secure_messaging_wrap(&icc->sm, apdu->ins, buffer_view(&data), sw, response);
    sm_spoil(icc, command, buffer_view(&data), sw, response);
    if (started.active) {
        start(icc, &started);
    }
out:
    if (icc->lose_session) {
        end_session(icc);
    }
    icc->lose_session = false;
    secure_messaging_end(&started);
    buffer_free(&storage);
    buffer_free(&data);
}

/* Long answers in parts: 61xx, and the rest by GET RESPONSE in the clear (OpenSC #3777). */
static void hold_back(struct icc *icc, uint8_t ins, struct buffer *response)
{
    if (icc->traits.fault == CHIP_MORE_DATA_LOOP && (ins == INS_READ_BINARY || ins == INS_GET_RESPONSE)) {
        response->len = 0;
        append_status(response, SW_MORE_DATA | 0x10);
        buffer_append(&icc->more_data, "\x5A", 1);
    }
    if ((icc->traits.quirks & QUIRK_MORE_DATA) == 0 || ins == INS_GET_RESPONSE || response->len <= 2 + 64) {
        return;
    }
    icc->more_data.len = 0;
    buffer_append(&icc->more_data, response->data, response->len - 2);
    response->len = 0;
    size_t size = icc->more_data.len;
    append_status(response, (uint16_t)(SW_MORE_DATA | (size > 255 ? 0 : size)));
}

static enum card_result transport_fault(struct icc *icc)
{
    const struct chip_traits *traits = &icc->traits;
    bool now = icc->exchanges >= traits->at;
    switch (traits->fault) {
    case CHIP_MUTE:
        return CARD_MUTE;
    case CHIP_LEAVES:
        return now ? CARD_BROKEN : CARD_ANSWERED;
    case CHIP_HANGS_READER:
        return now ? CARD_HANGS_READER : CARD_ANSWERED;
    case CHIP_RF_STATUS:
        icc->card.status = traits->status;
        return now ? CARD_STATUS : CARD_ANSWERED;
    case CHIP_RF_STATUS_ONCE:
        icc->card.status = traits->status;
        if (now && !icc->slipped) {
            icc->slipped = true;
            return CARD_STATUS;
        }
        return CARD_ANSWERED;
    case CHIP_SLIPS:
        icc->card.away_ms = SLIP_MS;
        if (now && !icc->slipped) {
            icc->slipped = true;
            return CARD_SLIPPED;
        }
        return CARD_ANSWERED;
    case CHIP_FRAME:
        icc->card.frame = now ? (uint8_t)traits->frame : 0;
        return CARD_ANSWERED;
    default:
        return CARD_ANSWERED;
    }
}

/* Answers that are no response APDU at all. True: *response is one. */
static bool no_apdu(struct icc *icc, struct buffer *response)
{
    if (icc->exchanges < icc->traits.at) {
        return false;
    }
    switch (icc->traits.fault) {
    case CHIP_CUT_ANSWER:
        buffer_append_byte(response, 0x90);
        return true;
    case CHIP_NO_OCTETS:
        return true;
    case CHIP_FLOODS:
        for (size_t i = 0; i < FLOOD; i++) {
            buffer_append_byte(response, (uint8_t)i);
        }
        append_status(response, SW_OK);
        return true;
    default:
        return false;
    }
}

static enum card_result icc_exchange(void *ctx, struct slice command, struct buffer *response)
{
    struct icc *icc = ctx;
    struct apdu apdu;
    icc->exchanges++;
    icc->stats.apdus++;
    icc->stats.command_bytes += (uint32_t)command.len;
    enum card_result result = icc->stuck ? CARD_MUTE : transport_fault(icc);
    if (result != CARD_ANSWERED) {
        return result;
    }
    icc->card.delay_ms = icc->traits.slow_ms;
    if (no_apdu(icc, response)) {
        return CARD_ANSWERED;
    }
    if (!apdu_parse(command, &apdu)) {
        end_session(icc);
        append_status(response, SW_WRONG_LENGTH);
    } else {
        if (apdu.ins == INS_GENERAL_AUTHENTICATE) {
            icc->card.delay_ms += icc->traits.slow_step_ms;
        }
        if ((apdu.cla & 0x0C) == 0x0C) {
            exchange_protected(icc, &apdu, command, response);
        } else {
            exchange_plain(icc, &apdu, response);
        }
        hold_back(icc, apdu.ins, response);
    }
    icc->stats.response_bytes += (uint32_t)response->len;
    return CARD_ANSWERED;
}

static void icc_reset(void *ctx)
{
    struct icc *icc = ctx;
    end_session(icc);
    icc->exchanges = 0;
    icc->mf_selected = false;
    icc->first_octet_reads = 0;
    icc->last_answer.len = 0;
    icc->more_data.len = 0;
}

/* Passports give a random UID of four octets that begins with 08, a new one each time power comes (9303-10 App. B); type B
 * a random PUPI. */
static void icc_power(void *ctx, bool on)
{
    struct icc *icc = ctx;
    icc_reset(icc);
    icc->stuck = false;
    if (on) {
        if (RAND_bytes(icc->card.uid, 4) != 1) {
            die("OpenSSL: no random numbers");
        }
        if (icc->card.type == 'A') {
            icc->card.uid[0] = 0x08;
        }
    }
}

void icc_init(struct icc *icc, const struct document *document, const struct chip_traits *traits)
{
    /* TL 05, T0 78: TA TB TC, FSCI 8 (256 octets); TA 77: up to 848 kbit/s; TB 94: FWI 9, SFGI 4; TC 00: no CID, no NAD. */
    const uint8_t rates = traits->bit_rates != 0 ? traits->bit_rates : 0x77;
    const uint8_t fsci = traits->frame_size != 0 ? traits->frame_size : 8;
    const uint8_t ats[] = {0x05, (uint8_t)(0x70 | fsci), rates, 0x94, 0x00};
    *icc = (struct icc){.document = document, .traits = *traits};
    icc->card = (struct card){.type = traits->type != 0 ? traits->type : 'A',
                              .atqa = {0x00, 0x04},
                              .sak = 0x20,
                              .uid_len = 4,
                              .ats_len = sizeof(ats),
                              /* ATQB: application data, then rates, FSCI and 14443-4, FWI 9 (ISO 14443-3 7.9). */
                              .application_data = {0x00, 0x00, 0x00, 0x00},
                              .protocol_info = {rates, (uint8_t)(fsci << 4 | 1), 0x90}};
    memcpy(icc->card.ats, ats, sizeof(ats));
    icc->card.ctx = icc;
    icc->card.power = icc_power;
    icc->card.reset = icc_reset;
    icc->card.exchange = icc_exchange;
    icc_power(icc, true);
}

void icc_free(struct icc *icc)
{
    secure_messaging_end(&icc->sm);
    pace_end(&icc->pace);
    buffer_free(&icc->last_answer);
    buffer_free(&icc->more_data);
}
