/* How a chip is opened (ICAO 9303-11 4.2): PACE where EF.CardAccess offers it, else BAC; never a downgrade after a failure. */
#include "crypto/drbg.h"
#include "crypto/memory.h"
#include "emrtd/bac.h"
#include "emrtd/pace.h"
#include "inspection/chip_reader.h"

/* The chip's last answer is enciphered or a key: worth mixing in, and so is when it came. */
static void contribute(const struct chip_reader *reader)
{
    const struct port_system *system = reader->context->system;
    uint8_t tick[4];

    put_be32(tick, system->ticks_ms(system->ctx));
    (void)drbg_mix(bytes_of(tick, sizeof tick));
    (void)drbg_mix(bytes_of(reader->work->session.buffer, 40));
}

/* EF.CardAccess, once. A chip that does not have it, or does not show it, is one for BAC (4.2). */
static enum dr_status read_card_access(struct chip_reader *reader)
{
    struct inspection_work *work = reader->work;
    size_t len = sizeof work->card_access;
    struct bytes infos;
    enum dr_status status;

    if (reader->knows_card_access) {
        return DR_OK;
    }
    work->card_access_len = 0;
    status = session_read_file_into(&work->session, LDS_CARD_ACCESS, work->card_access, &len);
    if (status == DR_OK) {
        status = security_infos_open(bytes_of(work->card_access, len), &infos);
        work->card_access_len = status == DR_OK ? len : 0;
    } else if (status == DR_ERR_NOT_FOUND || status == DR_ERR_ACCESS_DENIED || status == DR_ERR_CARD_STATUS) {
        status = DR_OK;
    }
    reader->knows_card_access = status == DR_OK;
    if (chip_reader_only_the_file(status)) {
        reader->cause = BECAUSE_PACE_FAILED; /* there is something, and it is no list of protocols */
    }
    return status;
}

static bool offers_pace(const struct chip_reader *reader, struct bytes *infos)
{
    return reader->work->card_access_len > 0 &&
           security_infos_open(bytes_of(reader->work->card_access, reader->work->card_access_len), infos) == DR_OK &&
           pace_info_offered(*infos);
}

/* Each PACEInfo, the best first, until the chip does one. DR_ERR_UNSUPPORTED when it refused all at MSE:Set AT. */
static enum dr_status run_pace(struct chip_reader *reader, struct bytes infos)
{
    static const uint8_t ways[] = {
        [PACE_GENERIC] = ACCESS_PACE_GM, [PACE_INTEGRATED] = ACCESS_PACE_IM, [PACE_CHIP_AUTH] = ACCESS_PACE_CAM};
    struct pace *pace = &reader->work->phase.sod.pace;
    struct pace_password password;
    struct pace_info info;
    security_info_set tried = 0;
    unsigned place;
    enum dr_status status = pace_password_from_mrz(reader->printed, &password);

    if (status != DR_OK) {
        return status;
    }
    status = DR_ERR_PROTOCOL; /* offered, and nothing that may be used */
    while (pace_info_choose(infos, tried, &info, &place) == DR_OK) {
        tried |= (security_info_set)1 << place;
        status = pace_begin(pace, &info);
        if (status == DR_OK) {
            status = pace_authenticate(&reader->work->session, pace, &password);
        } else {
            pace_end(pace);
        }
        if (status != DR_ERR_UNSUPPORTED) {
            break;
        }
    }
    if (status == DR_OK) {
        reader->findings->checks.access = ways[info.mapping];
        reader->work->mapping = pace->chip_auth;
    }
    crypto_wipe(&password, sizeof password);
    return status;
}

static enum dr_status open_by_pace(struct chip_reader *reader, struct bytes infos)
{
    enum dr_status status = run_pace(reader, infos);

    switch (status) {
    case DR_OK:
        contribute(reader);
        break;
    case DR_ERR_SIGNATURE:
    case DR_ERR_PROTOCOL:
    case DR_ERR_MALFORMED:
    case DR_ERR_CARD_STATUS:
        reader->cause = BECAUSE_PACE_FAILED;
        return status;
    default: /* the wrong MRZ, a slip, or UNSUPPORTED */
        return status;
    }
    if (reader->work->mapping.present) {
        status = clone_check_mapping(reader);
    }
    /* After PACE the MF is current, and the application is selected inside the channel. */
    return status == DR_OK ? session_select_application(&reader->work->session) : status;
}

/* Some chips are deaf after an access that failed until the field was off. */
static enum dr_status reset_field(struct chip_reader *reader)
{
    session_close(&reader->work->session);
    return chip_reader_wait(reader);
}

/*
 * Select and BAC (4.3). DR_ERR_UNSUPPORTED: the chip knows no BAC; one that opens by PACE says 6982 to SELECT (4.4.2), or
 * 6985 to the challenge.
 */
static enum dr_status open_by_bac(struct chip_reader *reader)
{
    struct session *session = &reader->work->session;
    enum dr_status status = session_select_application(session);

    if (status == DR_ERR_CARD_STATUS && session->sw == SW_SECURITY_STATUS) {
        return DR_ERR_UNSUPPORTED;
    }
    if (status != DR_OK) {
        return status;
    }
    inspection_report(reader->context, STEP_ACCESS, 50);
    status = bac_authenticate(session, reader->printed);
    if (status == DR_OK) {
        contribute(reader);
        reader->findings->checks.access = ACCESS_BAC;
    }
    return status;
}

/* 3F00, since some chips select nothing without it. Whatever it says: EF.CardAccess is there afterwards, or is not. */
static enum dr_status select_mf(struct session *session)
{
    static const uint8_t mf[] = {0x3F, 0x00};
    const struct apdu_command command = {.ins = APDU_INS_SELECT, .p2 = 0x0C, .data = {mf, sizeof mf}};
    struct bytes data;

    return session_exchange(session, &command, &data);
}

/* No PACE seen, no BAC: perhaps EF.CardAccess shows once the MF has been selected. */
static enum dr_status look_behind_mf(struct chip_reader *reader, struct bytes *infos)
{
    enum dr_status status = reset_field(reader);

    if (status == DR_OK && !reader->select_mf) {
        reader->select_mf = true;
        status = select_mf(&reader->work->session);
        reader->knows_card_access = false;
        if (status == DR_OK) {
            status = read_card_access(reader);
        }
    }
    if (status != DR_OK) {
        return status;
    }
    return offers_pace(reader, infos) ? DR_OK : DR_ERR_NOT_FOUND;
}

enum dr_status access_open(struct chip_reader *reader)
{
    struct session *session = &reader->work->session;
    struct bytes infos;
    enum dr_status status = DR_OK;

    inspection_report(reader->context, STEP_ACCESS, 0);
    if (reader->select_mf) {
        status = select_mf(session);
    }
    if (status == DR_OK) {
        status = read_card_access(reader);
    }
    if (status != DR_OK) {
        return status;
    }
    if (offers_pace(reader, &infos) && !reader->pace_refused) {
        status = open_by_pace(reader, infos);
        if (status != DR_ERR_UNSUPPORTED) {
            return status;
        }
        reader->pace_refused = true;
        status = reset_field(reader);
        if (status != DR_OK) {
            return status;
        }
    }
    status = open_by_bac(reader);
    if (status != DR_ERR_UNSUPPORTED || reader->select_mf || reader->pace_refused) {
        goto plain;
    }
    status = look_behind_mf(reader, &infos);
    if (status == DR_OK) {
        return open_by_pace(reader, infos);
    }
    if (status == DR_ERR_NOT_FOUND) {
        status = open_by_bac(reader);
    }
plain:
    if (status == DR_ERR_UNSUPPORTED) {
        /* Neither protocol: an old one without access control (4.1), as reading will tell. */
        reader->findings->checks.access = ACCESS_NONE;
        status = DR_OK;
    }
    return status;
}
