#include "chip/icc.h"

#include <openssl/rand.h>
#include <string.h>

#define INS_EXTERNAL_AUTHENTICATE 0x82U
#define INS_GET_CHALLENGE 0x84U
#define INS_INTERNAL_AUTHENTICATE 0x88U
#define INS_SELECT 0xA4U
#define INS_READ_BINARY 0xB0U
#define INS_READ_BINARY_ODD 0xB1U

static void append_status(struct buffer *response, uint16_t sw)
{
    const uint8_t octets[] = {(uint8_t)(sw >> 8), (uint8_t)sw};
    buffer_append(response, octets, sizeof(octets));
}

/* 9303-11 9.8.3: keys gone; this chip also leaves the application, as the standard allows. */
static void end_session(struct icc *icc)
{
    secure_messaging_end(&icc->sm);
    icc->application = false;
    icc->current_ef = 0;
    icc->has_challenge = false;
}

static uint16_t dispatch(struct icc *icc, const struct apdu *apdu, struct buffer *data,
                         struct secure_messaging *started)
{
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
    default:
        return SW_INS;
    }
}

static void exchange_plain(struct icc *icc, const struct apdu *apdu, struct buffer *response)
{
    struct buffer data = {0};
    struct secure_messaging started = {0};
    if (icc->sm.active) {
        end_session(icc); /* any plain command ends it, this one is then an ordinary one (9303-11 9.8.3) */
    }
    uint16_t sw = apdu->cla == 0x00 ? dispatch(icc, apdu, &data, &started) : SW_CLA;
    buffer_append(response, data.data, data.len);
    append_status(response, sw);
    if (started.active) {
        icc->sm = started;
    }
    secure_messaging_end(&started);
    buffer_free(&data);
}

/* Faults in the answer to a protected command. *response holds the sound one. */
static void spoil(struct icc *icc, struct slice data, uint16_t sw, struct buffer *response)
{
    size_t len = response->len;
    switch (icc->traits.fault) {
    case CHIP_PLAIN_SUCCESS:
        response->len = 0;
        append_status(response, SW_OK);
        break;
    case CHIP_PLAIN_DATA:
        response->len = 0;
        buffer_append(response, data.data, data.len);
        append_status(response, sw);
        break;
    case CHIP_WRONG_MAC: /* the MAC's last octet stands before the status word */
        response->data[len - 3] ^= 0x01;
        break;
    case CHIP_NO_MAC:
        response->len = len - 12;
        append_status(response, sw);
        break;
    case CHIP_OTHER_STATUS: /* authentic data, but the status outside is turned */
        response->len = len - 2;
        append_status(response, sw == SW_OK ? SW_NOT_FOUND : SW_OK);
        break;
    case CHIP_REPLAYS:
        if (icc->exchanges >= icc->traits.at && icc->last_answer.len > 0) {
            response->len = 0;
            buffer_append(response, icc->last_answer.data, icc->last_answer.len);
        }
        icc->last_answer.len = 0;
        buffer_append(&icc->last_answer, response->data, response->len);
        break;
    default:
        break;
    }
}

static void exchange_protected(struct icc *icc, const struct apdu *apdu, struct buffer *response)
{
    struct apdu plain;
    struct buffer storage = {0};
    struct buffer data = {0};
    uint16_t sw = SW_SM_INCORRECT;
    if (icc->sm.active) {
        sw = secure_messaging_unwrap(&icc->sm, apdu, &plain, &storage);
    }
    if (sw != SW_OK) { /* errors of secure messaging are answered in the clear (9.8.3) */
        end_session(icc);
        append_status(response, sw);
    } else {
        struct secure_messaging ignored = {0};
        sw = dispatch(icc, &plain, &data, &ignored);
        secure_messaging_wrap(&icc->sm, apdu->ins, buffer_view(&data), sw, response);
        spoil(icc, buffer_view(&data), sw, response);
    }
    buffer_free(&storage);
    buffer_free(&data);
}

static enum card_result transport_fault(const struct icc *icc)
{
    bool now = icc->exchanges >= icc->traits.at;
    switch (icc->traits.fault) {
    case CHIP_MUTE:
        return CARD_MUTE;
    case CHIP_LEAVES:
        return now ? CARD_BROKEN : CARD_ANSWERED;
    case CHIP_HANGS_READER:
        return now ? CARD_HANGS_READER : CARD_ANSWERED;
    default:
        return CARD_ANSWERED;
    }
}

static enum card_result icc_exchange(void *ctx, struct slice command, struct buffer *response)
{
    struct icc *icc = ctx;
    struct apdu apdu;
    icc->exchanges++;
    icc->stats.apdus++;
    icc->stats.command_bytes += (uint32_t)command.len;
    enum card_result result = transport_fault(icc);
    if (result != CARD_ANSWERED) {
        return result;
    }
    if (!apdu_parse(command, &apdu)) {
        end_session(icc);
        append_status(response, SW_WRONG_LENGTH);
    } else if ((apdu.cla & 0x0C) == 0x0C) {
        exchange_protected(icc, &apdu, response);
    } else {
        exchange_plain(icc, &apdu, response);
    }
    icc->stats.response_bytes += (uint32_t)response->len;
    return CARD_ANSWERED;
}

static void icc_reset(void *ctx)
{
    struct icc *icc = ctx;
    end_session(icc);
    icc->exchanges = 0;
    icc->last_answer.len = 0;
}

/* Passports give a random UID of four octets that begins with 08, a new one each time power comes (9303-10 App. B). */
static void icc_power(void *ctx, bool on)
{
    struct icc *icc = ctx;
    icc_reset(icc);
    if (on) {
        icc->card.uid[0] = 0x08;
        if (RAND_bytes(icc->card.uid + 1, 3) != 1) {
            die("OpenSSL: no random numbers");
        }
    }
}

void icc_init(struct icc *icc, const struct document *document, const struct chip_traits *traits)
{
    /* TL 05, T0 78: TA TB TC, FSCI 8 (256 octets); TA 77: up to 848 kbit/s; TB 94: FWI 9, SFGI 4; TC 00: no CID, no NAD. */
    static const uint8_t ats[] = {0x05, 0x78, 0x77, 0x94, 0x00};
    *icc = (struct icc){.document = document, .traits = *traits};
    icc->card = (struct card){.type = 'A', .atqa = {0x00, 0x04}, .sak = 0x20, .uid_len = 4, .ats_len = sizeof(ats)};
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
    buffer_free(&icc->last_answer);
}
