#include "inspection/read_chip.h"

#include "inspection/chip_reader.h"

/* How often a chip that slipped away is activated anew, and a silent controller opened anew. */
#define MAX_SLIPS 2U
#define MAX_REOPENS 2U
/* How often a chip that ended its session is opened anew, without asking the officer: it asked for a smaller block, say. */
#define MAX_LOST 4U

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

enum because chip_reader_reason(enum dr_status status)
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
        return BECAUSE_SECURE_MESSAGING;
    case DR_ERR_SESSION_LOST:
        return BECAUSE_SESSION_LOST;
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

bool chip_reader_only_the_file(enum dr_status status)
{
    return status == DR_ERR_NOT_FOUND || status == DR_ERR_MALFORMED || status == DR_ERR_TRUNCATED ||
           status == DR_ERR_TOO_LARGE || status == DR_ERR_ACCESS_DENIED || status == DR_ERR_CARD_STATUS;
}

enum dr_status chip_reader_wait(const struct chip_reader *reader)
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
    } else if (chip_reader_only_the_file(status)) {
        inspection_add(reader->findings, chip_reader_reason(status));
        status = DR_OK;
    }
    return status;
}

/* In the order of 9303-11 App. J.1: access, EF.SOD, the chip, and what is read then proves its new keys. */
static enum dr_status read_once(struct chip_reader *reader)
{
    struct inspection_work *work = reader->work;
    enum dr_status status = access_open(reader);

    if (status == DR_OK) {
        status = read_file(reader, LDS_SOD, work->phase.sod.file, sizeof work->phase.sod.file, &work->sod_len);
    }
    if (status == DR_OK) {
        status = clone_check_start(reader);
    }
    if (status == DR_OK) {
        status = read_file(reader, LDS_DG1, work->dg1, sizeof work->dg1, &work->dg1_len);
        status = clone_check_confirm(reader, status);
    }
    return status == DR_OK ? clone_check_finish(reader) : status;
}

void inspection_read_chip(const struct inspection_context *context, const struct mrz *printed,
                          struct inspection_work *work, struct inspection_findings *findings)
{
    struct chip_reader reader = {
        .context = context, .printed = printed, .work = work, .findings = findings, .cause = BECAUSE_COUNT};
    unsigned slips = 0, lost = 0;
    enum dr_status status;

    session_init(&work->session, context->nfc, on_file_progress, &reader);
    work->sod_len = 0;
    work->dg1_len = 0;
    work->card_access_len = 0;
    work->mapping.present = false;
    (void)context->nfc->open(context->nfc->ctx); /* a failure shows again at the first poll */

    for (;;) {
        status = chip_reader_wait(&reader);
        if (status != DR_OK) {
            if (status == DR_ERR_NO_CARD && slips == 0 && lost == 0) {
                inspection_add(findings, BECAUSE_CHIP_MISSING);
            } else {
                inspection_add(findings, chip_reader_reason(status));
            }
            break;
        }
        status = read_once(&reader);
        session_close(&work->session);
        if (status == DR_OK) {
            break;
        }
        if (slipped(status) ? slips++ == MAX_SLIPS : status != DR_ERR_SESSION_LOST || lost++ == MAX_LOST) {
            inspection_add(findings, reader.cause != BECAUSE_COUNT ? reader.cause : chip_reader_reason(status));
            break;
        }
    }
    session_close(&work->session);
    work->session.progress = NULL;
}
