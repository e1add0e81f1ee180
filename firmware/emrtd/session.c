#include "emrtd/session.h"

#include "crypto/memory.h"

/* Bound of one exchange: frame waiting time and its extensions come to about 5 s in all (ICAO 9303-10 C.10). */
#define EXCHANGE_TIMEOUT_MS 5000U
/* 61xx: so many octets are still there. Two pieces hold the longest response. */
#define SW1_MORE_DATA 0x61U
#define MAX_PIECES 8U
#define APDU_MIN_SIZE 5U

/* A0 00 00 02 47 10 01 (ICAO 9303-10 4.1). */
static const uint8_t application_id[] = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01};

void session_init(struct session *session, const struct port_nfc *nfc, session_progress progress, void *progress_ctx)
{
    memset(session, 0, sizeof *session);
    session->nfc = nfc;
    session->progress = progress;
    session->progress_ctx = progress_ctx;
}

/* No exchange is possible any more: a chip whose state is unknown is not spoken to in the clear. */
static void lose(struct session *session)
{
    secure_messaging_end(&session->sm);
    session->is_protected = false;
    session->open = false;
}

enum dr_status session_activate(struct session *session)
{
    struct port_nfc_target target;
    enum dr_status status;

    if (session->open) {
        session_close(session);
    }
    lose(session);
    status = session->nfc->activate(session->nfc->ctx, &target);
    session->open = status == DR_OK;
    return status;
}

void session_close(struct session *session)
{
    lose(session);
    crypto_wipe(session->buffer, sizeof session->buffer);
    session->nfc->release(session->nfc->ctx);
}

/* One exchange of octets, the response at `at` of the buffer. */
static enum dr_status transceive(struct session *session, const uint8_t *command, size_t command_len, size_t at,
                                 size_t *response_len)
{
    enum dr_status status;

    *response_len = PORT_NFC_MAX_RESPONSE - at;
    session->cost.apdus++;
    session->cost.bytes_sent += (uint32_t)command_len;
    status = session->nfc->transceive(session->nfc->ctx, command, command_len, session->buffer + at, response_len,
                                      EXCHANGE_TIMEOUT_MS);
    if (status != DR_OK) {
        return status;
    }
    if (*response_len < 2 || *response_len > PORT_NFC_MAX_RESPONSE - at) {
        return DR_ERR_PROTOCOL;
    }
    session->cost.bytes_received += (uint32_t)*response_len;
    return DR_OK;
}

/* The rest of a response that comes in pieces: GET RESPONSE goes in the clear, under secure messaging too (ISO 7816-4 5.1). */
static enum dr_status collect(struct session *session, size_t *response_len)
{
    const uint8_t *sw;
    unsigned pieces;

    for (pieces = 0; pieces < MAX_PIECES; pieces++) {
        struct apdu_command command = {.ins = APDU_INS_GET_RESPONSE};
        uint8_t out[APDU_MIN_SIZE];
        size_t out_len = sizeof out, at = *response_len - 2, len;
        enum dr_status status;

        sw = session->buffer + at;
        if (sw[0] != SW1_MORE_DATA) {
            return DR_OK;
        }
        if (PORT_NFC_MAX_RESPONSE - at < 3) {
            return DR_ERR_TOO_LARGE;
        }
        command.le = sw[1] == 0 ? APDU_SHORT_LE : sw[1];
        status = apdu_encode(&command, out, &out_len);
        if (status == DR_OK) {
            status = transceive(session, out, out_len, at, &len);
        }
        if (status != DR_OK) {
            return status;
        }
        *response_len = at + len;
    }
    return DR_ERR_PROTOCOL;
}

enum dr_status session_exchange(struct session *session, const struct apdu_command *command, struct bytes *data)
{
    uint8_t out[PORT_NFC_MAX_COMMAND];
    size_t len = sizeof out;
    size_t response_len;
    enum dr_status status;

    *data = bytes_of(NULL, 0);
    session->sw = 0;
    if (!session->open) {
        return DR_ERR_STATE;
    }
    status = session->is_protected ? secure_messaging_wrap(&session->sm, command, out, &len)
                                   : apdu_encode(command, out, &len);
    if (status != DR_OK) {
        return status; /* nothing was sent, no counter moved */
    }
    status = transceive(session, out, len, 0, &response_len);
    if (status == DR_OK) {
        status = collect(session, &response_len);
    }
    if (status != DR_OK) {
        goto out;
    }
    if (!session->is_protected) {
        status = apdu_split(bytes_of(session->buffer, response_len), data, &session->sw);
        goto out;
    }
    status = secure_messaging_unwrap(&session->sm, session->buffer, response_len, data, &session->sw);
    if (status == DR_ERR_CARD_STATUS) {
        status = DR_ERR_SESSION_LOST; /* ICAO 9303-11 9.8.5 */
    }
out:
    if (status != DR_OK) {
        *data = bytes_of(NULL, 0);
        lose(session);
    }
    return status;
}

enum dr_status session_select_application(struct session *session)
{
    /* 9303-10 3.6.1.2, Table 2: no Le. */
    const struct apdu_command command = {
        .ins = APDU_INS_SELECT, .p1 = 0x04, .p2 = 0x0C, .data = {application_id, sizeof application_id}};
    struct bytes data;
    enum dr_status status = session_exchange(session, &command, &data);

    if (status != DR_OK) {
        return status;
    }
    return session->sw == SW_OK ? DR_OK : DR_ERR_CARD_STATUS;
}

void session_protect(struct session *session, const struct secure_messaging *sm)
{
    session->sm = *sm;
    session->is_protected = true;
}
