#include "inspection/read_chip.h"

#include "crypto/drbg.h"
#include "emrtd/bac.h"

/* How often a chip that slipped away is activated anew, and a silent controller opened anew. */
#define MAX_SLIPS 2U
#define MAX_REOPENS 2U

struct chip_reader {
    const struct inspection_context *context;
    const struct mrz *printed;
    struct inspection_work *work;
    struct inspection_findings *findings;
};

void inspection_report(const struct inspection_context *context, enum inspection_step step, unsigned percent)
{
    if (context->system->alive != NULL) {
        context->system->alive(context->system->ctx);
    }
    if (context->progress != NULL) {
        context->progress(context->progress_ctx, step, percent);
    }
}

static void on_file_progress(void *ctx, enum lds_file file, uint32_t done, uint32_t total)
{
    const struct chip_reader *reader = ctx;

    inspection_report(reader->context, file == LDS_SOD ? STEP_READ_SOD : STEP_READ_DG1,
                      total > 0 ? (unsigned)(100U * done / total) : 0);
}

/* What a status of the session means to an officer. */
static enum because reason_of(enum dr_status status)
{
    switch (status) {
    case DR_ERR_NO_CARD:
    case DR_ERR_TIMEOUT:
        return BECAUSE_CHIP_REMOVED;
    case DR_ERR_NO_READER:
        return BECAUSE_READER_SILENT;
    case DR_ERR_ACCESS_DENIED:
        return BECAUSE_ACCESS_DENIED;
    case DR_ERR_SIGNATURE:
    case DR_ERR_SESSION_LOST:
        return BECAUSE_SECURE_MESSAGING;
    case DR_ERR_NOT_FOUND:
        return BECAUSE_FILE_MISSING;
    case DR_ERR_MALFORMED:
    case DR_ERR_TRUNCATED:
    case DR_ERR_TOO_LARGE:
        return BECAUSE_FILE_MALFORMED;
    case DR_ERR_CRYPTO:
    case DR_ERR_ARGUMENT:
    case DR_ERR_STATE:
        return BECAUSE_INTERNAL;
    default:
        return BECAUSE_CHIP_UNREADABLE;
    }
}

static bool slipped(enum dr_status status)
{
    return status == DR_ERR_NO_CARD || status == DR_ERR_TIMEOUT;
}

/* After these the session still stands: another file may be there. */
static bool only_the_file(enum dr_status status)
{
    return status == DR_ERR_NOT_FOUND || status == DR_ERR_MALFORMED || status == DR_ERR_TRUNCATED ||
           status == DR_ERR_TOO_LARGE || status == DR_ERR_ACCESS_DENIED || status == DR_ERR_CARD_STATUS;
}

/* Polls until a chip is there or the time is over. A silent controller is brought up anew a few times. */
static enum dr_status wait_for_chip(const struct chip_reader *reader)
{
    const struct inspection_context *context = reader->context;
    const struct port_system *system = context->system;
    uint32_t start = system->ticks_ms(system->ctx), waited = 0;
    unsigned reopened = 0;
    bool heard = false;
    enum dr_status status;

    do {
        inspection_report(context, STEP_WAIT_CHIP, context->wait_ms > 0 ? waited * 100U / context->wait_ms : 0);
        status = session_activate(&reader->work->session);
        if (status == DR_OK) {
            return DR_OK;
        }
        if (status != DR_ERR_NO_READER) {
            reopened = 0; /* it answered: a glitch now and then is not silence */
            heard = true;
        } else if (reopened++ == MAX_REOPENS) {
            return status;
        } else {
            (void)context->nfc->open(context->nfc->ctx);
        }
        waited = system->ticks_ms(system->ctx) - start;
    } while (waited < context->wait_ms);
    return heard && status == DR_ERR_NO_READER ? DR_ERR_NO_CARD : status;
}

/* Both sides' nonces are in the chip's last answer, enciphered: worth mixing in, and so is when it came. */
static void contribute(const struct chip_reader *reader)
{
    const struct port_system *system = reader->context->system;
    uint8_t tick[4];

    put_be32(tick, system->ticks_ms(system->ctx));
    (void)drbg_mix(bytes_of(tick, sizeof tick));
    (void)drbg_mix(bytes_of(reader->work->session.buffer, 40));
}

/* Select and BAC (ICAO 9303-11 4.2, 4.3). A chip that knows no BAC may be one without access control (9303-11 4.1): then
 * reading tells. */
static enum dr_status open_chip(const struct chip_reader *reader)
{
    struct session *session = &reader->work->session;
    enum dr_status status;

    inspection_report(reader->context, STEP_ACCESS, 0);
    status = session_select_application(session);
    if (status != DR_OK) {
        return status;
    }
    inspection_report(reader->context, STEP_ACCESS, 50);
    status = bac_authenticate(session, reader->printed);
    if (status == DR_OK) {
        contribute(reader);
    }
    return status == DR_ERR_UNSUPPORTED ? DR_OK : status;
}

/* One file, kept over a slip. What is wrong with the file alone is noted and does not end the reading. */
static enum dr_status read_file(const struct chip_reader *reader, enum lds_file file, uint8_t *out, size_t capacity,
                                size_t *len)
{
    size_t length = capacity;
    enum dr_status status;

    if (*len > 0) {
        return DR_OK;
    }
    status = session_read_file_into(&reader->work->session, file, out, &length);
    if (status == DR_OK) {
        *len = length;
    } else if (only_the_file(status)) {
        inspection_add(reader->findings, reason_of(status));
        status = DR_OK;
    }
    return status;
}

static enum dr_status read_once(const struct chip_reader *reader)
{
    struct inspection_work *work = reader->work;
    enum dr_status status = open_chip(reader);

    if (status == DR_OK) {
        status = read_file(reader, LDS_SOD, work->phase.sod.file, sizeof work->phase.sod.file, &work->sod_len);
    }
    if (status == DR_OK) {
        status = read_file(reader, LDS_DG1, work->dg1, sizeof work->dg1, &work->dg1_len);
    }
    return status;
}

void inspection_read_chip(const struct inspection_context *context, const struct mrz *printed,
                          struct inspection_work *work, struct inspection_findings *findings)
{
    struct chip_reader reader = {context, printed, work, findings};
    unsigned slips = 0;
    enum dr_status status;

    session_init(&work->session, context->nfc, on_file_progress, &reader);
    work->sod_len = 0;
    work->dg1_len = 0;
    (void)context->nfc->open(context->nfc->ctx); /* a failure shows again at the first poll */

    for (;;) {
        status = wait_for_chip(&reader);
        if (status != DR_OK) {
            if (status == DR_ERR_NO_CARD && slips == 0) {
                inspection_add(findings, BECAUSE_CHIP_MISSING);
            } else {
                inspection_add(findings, reason_of(status));
            }
            break;
        }
        status = read_once(&reader);
        session_close(&work->session);
        if (status == DR_OK) {
            break;
        }
        if (!slipped(status) || slips++ == MAX_SLIPS) {
            inspection_add(findings, reason_of(status));
            break;
        }
    }
    session_close(&work->session);
    work->session.progress = NULL;
}
