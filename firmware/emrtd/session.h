/* A session with one chip: activation, protected or plain exchanges, selecting and reading files, with their cost. */
#ifndef DOCREV_EMRTD_SESSION_H
#define DOCREV_EMRTD_SESSION_H

#include "emrtd/apdu.h"
#include "emrtd/lds.h"
#include "emrtd/secure_messaging.h"
#include "port/nfc.h"

/* Most octets of command data that a protocol builds: a 2,048-bit value in two templates (9303-11 4.4.5). */
#define SESSION_MAX_DATA 264U

/* What the reading cost, counted at the port (APDUs as sent, status words included). */
struct session_cost {
    uint32_t apdus;
    uint32_t bytes_sent;
    uint32_t bytes_received;
};

/* Called while a file is read; `done` and `total` in octets. Keep it short: the chip waits. May be NULL. */
typedef void (*session_progress)(void *ctx, enum lds_file file, uint32_t done, uint32_t total);

struct session {
    const struct port_nfc *nfc;
    bool open;         /* a chip is activated */
    bool is_protected; /* secure messaging is on */
    struct secure_messaging sm;
    uint16_t
        block_size; /* plain octets asked for in one READ BINARY, 0 = the most; what a chip taught is kept until session_init */
    bool select_first; /* the chip does not take READ BINARY with a short identifier; learned likewise */
    uint16_t sw;       /* last status word, for reports */
    struct session_cost cost;
    session_progress progress;
    void *progress_ctx;
    uint8_t buffer[PORT_NFC_MAX_RESPONSE + 1]; /* one response at a time */
};

/* Clears the session, and what was learned of a chip; no chip yet. */
void session_init(struct session *session, const struct port_nfc *nfc, session_progress progress, void *progress_ctx);

/* One attempt to find and activate a chip. DR_ERR_NO_CARD, DR_ERR_NO_READER. */
enum dr_status session_activate(struct session *session);

/* Wipes the keys, deselects the chip, switches the field off. */
void session_close(struct session *session);

/*
 * One exchange, protected when the session is. *data points into session->buffer, valid until the next exchange. The status
 * word is in session->sw; DR_OK whatever it says, provided the answer is authentic. When secure messaging breaks, the keys
 * are wiped and DR_ERR_SESSION_LOST (bare error status) or DR_ERR_SIGNATURE/DR_ERR_PROTOCOL (forged or broken) returned.
 * After that, and after any failure of the port, the chip must be activated anew: DR_ERR_STATE until then.
 */
enum dr_status session_exchange(struct session *session, const struct apdu_command *command, struct bytes *data);

/* From now on protected by these keys: after BAC, PACE or Chip Authentication. */
void session_protect(struct session *session, const struct secure_messaging *sm);

/* SELECT the eMRTD application A0000002471001 (9303-10 3.3), without Le. DR_ERR_CARD_STATUS. */
enum dr_status session_select_application(struct session *session);

/* Receives the octets of a file in order. Anything but DR_OK ends the reading with that status. */
typedef enum dr_status (*session_sink)(void *ctx, struct bytes part);

/*
 * Reads a whole elementary file: its length first, then exactly that, by the largest block chip and reader take. At most
 * `limit` octets (DR_ERR_TOO_LARGE before anything is read beyond the header). DR_ERR_NOT_FOUND (6A82),
 * DR_ERR_ACCESS_DENIED (6982), DR_ERR_MALFORMED (wrong outer tag or lying length), DR_ERR_CARD_STATUS.
 */
enum dr_status session_read_file(struct session *session, enum lds_file file, size_t limit, session_sink sink,
                                 void *ctx);

/* The same into a buffer; *len: capacity in, octets out. */
enum dr_status session_read_file_into(struct session *session, enum lds_file file, uint8_t *out, size_t *len);

#endif
