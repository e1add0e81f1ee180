#include "nfc_libnfc.h"

#include <nfc/nfc.h>
#include <string.h>

#define OPEN_MS 1500U /* wake-up, diagnosis, set-up: about 30 short commands */
#define CLOSE_MS 400U
#define ACTIVATE_MS 300U
#define RELEASE_MS 400U
#define LONGEST_MS 60000U

/* InDataExchange (UM0701-02 7.3.8): 264 octets a frame, so longer commands go in parts, MI set in all but the last. */
#define IN_DATA_EXCHANGE 0x40U
#define TARGET 0x01U
#define MORE_INFORMATION 0x40U
#define FRAME_COMMAND_MAX 262U
#define PART_SIZE 248U

#define SAK_ISO14443_4 0x20U /* ISO/IEC 14443-3 6.5.3.4 */

static void set_deadline(const struct nfc_libnfc *reader, uint32_t ms)
{
    if (reader->bus != NULL) {
        reader->bus->set_deadline(ms);
    }
}

void nfc_libnfc_close(struct nfc_libnfc *reader)
{
    if (reader->device != NULL) {
        set_deadline(reader, CLOSE_MS);
        nfc_close(reader->device);
        reader->device = NULL;
    }
    reader->field_on = false;
}

static enum dr_status open_reader(void *ctx)
{
    struct nfc_libnfc *reader = ctx;
    nfc_libnfc_close(reader);
    if (reader->context == NULL) {
        nfc_init(&reader->context);
    }
    if (reader->context == NULL) {
        return DR_ERR_NO_SPACE;
    }
    set_deadline(reader, OPEN_MS);
    reader->device = nfc_open(reader->context, reader->connstring);
    if (reader->device == NULL) {
        return DR_ERR_NO_READER;
    }
    /* One try a poll: libnfc's default is to wait for a chip for ever. */
    if (nfc_initiator_init(reader->device) < 0 ||
        nfc_device_set_property_bool(reader->device, NP_INFINITE_SELECT, false) < 0) {
        nfc_libnfc_close(reader);
        return DR_ERR_NO_READER;
    }
    reader->stale = false;
    reader->field_on = true; /* nfc_initiator_init */
    return DR_OK;
}

/* 1: a chip is selected. 0: none of this type. Negative: libnfc's error. */
static int poll_type(struct nfc_libnfc *reader, nfc_modulation_type type, struct port_nfc_target *target)
{
    const nfc_modulation modulation = {.nmt = type, .nbr = NBR_106};
    nfc_target found;
    int result = nfc_initiator_select_passive_target(reader->device, modulation, NULL, 0, &found);
    if (result <= 0) {
        return result;
    }
    if (type == NMT_ISO14443B) {
        target->type = 'B';
        target->uid_len = sizeof(found.nti.nbi.abtPupi);
        memcpy(target->uid, found.nti.nbi.abtPupi, sizeof(found.nti.nbi.abtPupi));
        return 1;
    }
    const nfc_iso14443a_info *chip = &found.nti.nai;
    if ((chip->btSak & SAK_ISO14443_4) == 0 || chip->szUidLen > sizeof(target->uid) ||
        chip->szAtsLen > sizeof(chip->abtAts)) {
        return 0; /* some other card, or an ATS of impossible length (third-party/libnfc/config.h) */
    }
    target->type = 'A';
    target->uid_len = (uint8_t)chip->szUidLen;
    memcpy(target->uid, chip->abtUid, target->uid_len);
    return 1;
}

static bool is_controller_error(int error)
{
    return error == NFC_EIO || error == NFC_ETIMEOUT || error == NFC_ENOTSUCHDEV || error == NFC_ESOFT;
}

static enum dr_status activate(void *ctx, struct port_nfc_target *target)
{
    struct nfc_libnfc *reader = ctx;
    if (reader->device == NULL) {
        return DR_ERR_NO_READER;
    }
    if (reader->stale) {
        enum dr_status status = open_reader(reader);
        if (status != DR_OK) {
            return status;
        }
    }
    set_deadline(reader, ACTIVATE_MS);
    memset(target, 0, sizeof(*target));
    int result = 0;
    if (!reader->field_on) {
        result = nfc_device_set_property_bool(reader->device, NP_ACTIVATE_FIELD, true);
        reader->field_on = result >= 0;
    }
    if (result >= 0) {
        result = poll_type(reader, NMT_ISO14443A, target);
    }
    if (result <= 0 && !is_controller_error(result)) {
        result = poll_type(reader, NMT_ISO14443B, target);
    }
    if (result > 0) {
        return DR_OK;
    }
    if (is_controller_error(result)) {
        reader->stale = true;
        return DR_ERR_NO_READER;
    }
    return DR_ERR_NO_CARD;
}

/* After these the controller may still be working on the command, or the session with the chip is over anyway. */
static enum dr_status status_of_failure(struct nfc_libnfc *reader, int error)
{
    switch (error) {
    case NFC_ERFTRANS: /* the chip did not answer, or not intelligibly after the controller's own retries */
    case NFC_ETGRELEASED:
    case NFC_EINVARG: /* the controller has no selected chip any more */
        return DR_ERR_NO_CARD;
    case NFC_ETIMEOUT:
        reader->stale = true;
        return reader->bus == NULL || reader->bus->heard() ? DR_ERR_TIMEOUT : DR_ERR_NO_READER;
    case NFC_EOVFLOW:
        return DR_ERR_TOO_LARGE;
    case NFC_EIO:
    case NFC_ENOTSUCHDEV:
    case NFC_ESOFT:
        reader->stale = true;
        return DR_ERR_NO_READER;
    default: /* NFC_ECHIP: more than the controller's buffers hold, or its own trouble */
        return DR_ERR_PROTOCOL;
    }
}

/*
 * In libnfc's library, though in none of its installed headers: one command to the controller, an answer in parts joined.
 * nfc_initiator_transceive_bytes has room for one frame each way.
 */
int pn53x_transceive(struct nfc_device *device, const uint8_t *command, const size_t command_len, uint8_t *answer,
                     const size_t answer_len, int timeout);

/* An extended command (ISO 7816-4 5.1), or what else is more than a frame: its answer may be so too. */
static bool is_long(const uint8_t *command, size_t len)
{
    return len > FRAME_COMMAND_MAX || (len >= 7 && command[4] == 0);
}

/* As nfc_initiator_transceive_bytes, for commands and responses of any length. */
static int transceive_long(struct nfc_libnfc *reader, const uint8_t *command, size_t command_len, uint8_t *response,
                           size_t capacity, int timeout)
{
    uint8_t frame[2 + PART_SIZE], answer[1 + PORT_NFC_MAX_RESPONSE];
    size_t sent = 0;
    int result = 0;
    while (sent < command_len && result >= 0) {
        size_t part = command_len - sent < PART_SIZE ? command_len - sent : PART_SIZE;
        bool last = sent + part == command_len;
        frame[0] = IN_DATA_EXCHANGE;
        frame[1] = last ? TARGET : TARGET | MORE_INFORMATION;
        memcpy(frame + 2, command + sent, part);
        result = pn53x_transceive(reader->device, frame, 2 + part, answer, sizeof(answer), timeout);
        sent += part;
    }
    if (result < 0) {
        return result;
    }
    if (result < 1 || (size_t)result - 1 > capacity) {
        return NFC_EOVFLOW;
    }
    memcpy(response, answer + 1, (size_t)result - 1);
    return result - 1;
}

static enum dr_status transceive(void *ctx, const uint8_t *command, size_t command_len, uint8_t *response,
                                 size_t *response_len, uint32_t timeout_ms)
{
    struct nfc_libnfc *reader = ctx;
    size_t capacity = *response_len;
    *response_len = 0;
    /* libnfc copies a command into a buffer of the frame's size without looking, and takes a time-out of 0 for none. */
    if (command_len == 0 || command_len > PORT_NFC_MAX_COMMAND || timeout_ms == 0) {
        return DR_ERR_ARGUMENT;
    }
    if (reader->device == NULL || reader->stale) {
        return DR_ERR_NO_READER;
    }
    uint32_t timeout = timeout_ms < LONGEST_MS ? timeout_ms : LONGEST_MS;
    set_deadline(reader, timeout);
    int result =
        is_long(command, command_len)
            ? transceive_long(reader, command, command_len, response, capacity, (int)timeout)
            : nfc_initiator_transceive_bytes(reader->device, command, command_len, response, capacity, (int)timeout);
    if (result < 0) {
        return status_of_failure(reader, result);
    }
    if (result < 2 || (size_t)result > capacity) {
        return DR_ERR_PROTOCOL; /* no status word */
    }
    *response_len = (size_t)result;
    return DR_OK;
}

static void release(void *ctx)
{
    struct nfc_libnfc *reader = ctx;
    if (reader->device == NULL || reader->stale) {
        return; /* activate opens anew, which drops the field */
    }
    set_deadline(reader, RELEASE_MS);
    (void)nfc_initiator_deselect_target(reader->device); /* fails when the chip has left: nothing to do then */
    if (nfc_device_set_property_bool(reader->device, NP_ACTIVATE_FIELD, false) < 0) {
        reader->stale = true;
    }
    reader->field_on = false;
}

void nfc_libnfc_init(struct nfc_libnfc *reader, struct port_nfc *port, const char *connstring,
                     const struct nfc_libnfc_bus *bus)
{
    *reader = (struct nfc_libnfc){.connstring = connstring, .bus = bus};
    *port = (struct port_nfc){
        .ctx = reader, .open = open_reader, .activate = activate, .transceive = transceive, .release = release};
}
