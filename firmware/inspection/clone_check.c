/*
 * Is it the chip that was issued? PACE with chip authentication mapping, Chip Authentication, else Active Authentication
 * (ICAO 9303-11 6, App. J.1). Each counts only once the file with the key is proven signed, which verify_chip.c sees to.
 */
#include "emrtd/active_auth.h"
#include "emrtd/chip_auth.h"
#include "inspection/chip_reader.h"
#include "inspection/verify_chip.h"

static void passed(struct chip_reader *reader, enum clone_check check)
{
    reader->findings->checks.clone_check = (uint8_t)check;
    reader->findings->checks.chip = CHECK_PASSED;
}

static void failed(struct chip_reader *reader, enum clone_check check, enum because because)
{
    reader->findings->checks.clone_check = (uint8_t)check;
    reader->findings->checks.chip = CHECK_FAILED;
    inspection_add(reader->findings, because);
}

static bool decided(const struct chip_reader *reader)
{
    return reader->findings->checks.chip != CHECK_NOT_DONE;
}

/* EF.CardAccess is unsigned: what is signed must repeat it (9.2.11), and must not offer more ways in than it did (4.2). */
static void confirm_card_access(struct chip_reader *reader, struct bytes signed_infos)
{
    struct inspection_work *work = reader->work;
    struct bytes infos = bytes_of(NULL, 0);
    bool confirmed;

    if (work->card_access_len > 0) {
        (void)security_infos_open(bytes_of(work->card_access, work->card_access_len), &infos);
        confirmed = security_infos_contain(signed_infos, infos);
        if (!pace_info_offered(infos)) {
            confirmed = confirmed && !pace_info_offered(signed_infos);
        }
    } else if (pace_info_offered(signed_infos)) {
        confirmed = false;
    } else {
        return;
    }
    reader->findings->checks.card_access = confirmed ? CHECK_PASSED : CHECK_FAILED;
    if (!confirmed) {
        inspection_add(reader->findings, BECAUSE_PACE_DOWNGRADE);
    }
}

/* 4.4.3.5.2: with the chip's key from EF.CardSecurity, which must be signed under a CSCA. */
enum dr_status clone_check_mapping(struct chip_reader *reader)
{
    struct inspection_work *work = reader->work;
    size_t len = sizeof work->phase.sod.file;
    struct bytes infos;
    hardened genuine;
    enum dr_status status;

    if (decided(reader) || work->sod_len > 0) {
        return DR_OK;
    }
    status = session_read_file_into(&work->session, LDS_CARD_SECURITY, work->phase.sod.file, &len);
    if (status == DR_ERR_NOT_FOUND) {
        failed(reader, CLONE_CHECK_CAM, BECAUSE_CLONE_CHECK_MISSING);
        return DR_OK;
    }
    if (chip_reader_only_the_file(status)) {
        failed(reader, CLONE_CHECK_CAM, chip_reader_reason(status));
        return DR_OK;
    }
    if (status != DR_OK) {
        return status;
    }
    genuine = inspection_verify_card_security(reader->context, work, len, reader->findings, &infos);
    if (infos.len == 0) {
        failed(reader, CLONE_CHECK_CAM, BECAUSE_CLONE_CHECK_FAILED);
        return DR_OK;
    }
    confirm_card_access(reader, infos);
    status = card_security_check_mapping(infos, &work->mapping);
    if (status != DR_OK) {
        failed(reader, CLONE_CHECK_CAM, status == DR_ERR_CRYPTO ? BECAUSE_INTERNAL : BECAUSE_CLONE_CHECK_FAILED);
    } else if (hardened_is_yes(&genuine)) {
        passed(reader, CLONE_CHECK_CAM);
    } else {
        reader->findings->checks.clone_check = CLONE_CHECK_CAM;
        reader->findings->checks.chip = CHECK_UNDETERMINED; /* the reasons have been noted */
    }
    return DR_OK;
}

/*
 * A data group that EF.SOD lists, behind what has been read so far, and compared with its hash. *file is empty where something
 * is wrong with it, which has then been noted.
 */
static enum dr_status read_group(struct chip_reader *reader, enum lds_file group, size_t behind, struct bytes *file)
{
    struct inspection_work *work = reader->work;
    const struct lds_sod *sod = &work->phase.sod.opened;
    uint8_t *out = work->phase.sod.file + work->sod_len + behind;
    size_t len = sizeof work->phase.sod.file - work->sod_len - behind;
    uint8_t digest[HASH_MAX_SIZE];
    hardened listed;
    enum dr_status status = session_read_file_into(&work->session, group, out, &len);

    *file = bytes_of(NULL, 0);
    if (status == DR_ERR_NOT_FOUND) {
        inspection_add(reader->findings,
                       BECAUSE_CLONE_CHECK_MISSING); /* stripped: the issuer signed that it is there */
        return DR_OK;
    }
    if (chip_reader_only_the_file(status)) {
        inspection_add(reader->findings, chip_reader_reason(status));
        return DR_OK;
    }
    if (status != DR_OK) {
        return status;
    }
    if (hash_compute(sod->digest, bytes_of(out, len), digest) != DR_OK) {
        inspection_add(reader->findings, BECAUSE_INTERNAL);
        return DR_OK;
    }
    listed = passive_auth_group(sod, (unsigned)group, digest);
    if (!hardened_is_yes(&listed)) {
        inspection_add(reader->findings, BECAUSE_DG_HASH);
        return DR_OK;
    }
    *file = bytes_of(out, len);
    return DR_OK;
}

/* One key and protocol after the other, until the chip takes one. */
static enum dr_status run_chip_auth(struct chip_reader *reader)
{
    struct inspection_work *work = reader->work;
    struct chip_auth_info info;
    security_info_set tried = 0;
    unsigned place;
    bool refused = false;
    enum dr_status status;

    while (chip_auth_info_choose(reader->dg14_infos, tried, &info, &place) == DR_OK) {
        tried |= (security_info_set)1 << place;
        status = chip_auth_authenticate(&work->session, &info, &work->phase.sod.chip_auth);
        switch (status) {
        case DR_OK:
            reader->chip_auth_pending = true;
            work->dg1_len = 0; /* read under the new keys, even where it has been read before */
            return DR_OK;
        case DR_ERR_UNSUPPORTED:
            break;
        case DR_ERR_CARD_STATUS:
        case DR_ERR_MALFORMED:
            refused = true;
            break;
        case DR_ERR_SESSION_LOST:
        case DR_ERR_SIGNATURE:
        case DR_ERR_PROTOCOL:
            failed(reader, CLONE_CHECK_CA, BECAUSE_CLONE_CHECK_FAILED);
            return DR_ERR_SESSION_LOST;
        default:
            return status;
        }
    }
    if (refused) {
        failed(reader, CLONE_CHECK_CA, BECAUSE_CLONE_CHECK_FAILED);
    }
    reader->chip_auth_unusable = tried != 0 || security_infos_have(reader->dg14_infos, SECURITY_INFO_CHIP_AUTH) ||
                                 security_infos_have(reader->dg14_infos, SECURITY_INFO_CHIP_AUTH_KEY);
    return DR_OK;
}

/* Does EF.SOD list the group? */
static bool lists(const struct chip_reader *reader, enum lds_file group)
{
    return reader->work->phase.sod.opened.group_hash[group].len > 0;
}

enum dr_status clone_check_start(struct chip_reader *reader)
{
    struct inspection_work *work = reader->work;
    struct bytes file;
    enum dr_status status;

    reader->chip_auth_pending = reader->chip_auth_unusable = reader->has_sod = false;
    reader->dg14_infos = bytes_of(NULL, 0);
    lds_flatten(work->phase.sod.file, work->sod_len);
    if (work->sod_len == 0 ||
        lds_read_sod(bytes_of(work->phase.sod.file, work->sod_len), &work->phase.sod.opened) != DR_OK) {
        return DR_OK; /* no list of groups to go by; the reason is somebody else's */
    }
    reader->has_sod = true;
    if (decided(reader)) {
        return DR_OK;
    }
    if (!lists(reader, LDS_DG14)) {
        if (reader->findings->checks.access == ACCESS_PACE_GM || reader->findings->checks.access == ACCESS_PACE_IM) {
            confirm_card_access(reader, bytes_of(NULL, 0)); /* 9.2.11: with PACE it must be there */
        }
        return DR_OK;
    }
    status = read_group(reader, LDS_DG14, 0, &file);
    if (status != DR_OK) {
        return status;
    }
    if (file.len == 0) {
        reader->findings->checks.chip = CHECK_FAILED;
        return DR_OK;
    }
    if (security_infos_open_dg14(file, &reader->dg14_infos) != DR_OK) {
        reader->dg14_infos = bytes_of(NULL, 0);
        failed(reader, CLONE_CHECK_NONE, BECAUSE_FILE_MALFORMED);
        return DR_OK;
    }
    confirm_card_access(reader, reader->dg14_infos);
    return run_chip_auth(reader);
}

enum dr_status clone_check_confirm(struct chip_reader *reader, enum dr_status status)
{
    if (!reader->chip_auth_pending) {
        return status;
    }
    reader->chip_auth_pending = false;
    if (status == DR_OK) {
        passed(reader, CLONE_CHECK_CA);
    } else if (status == DR_ERR_SIGNATURE || status == DR_ERR_SESSION_LOST || status == DR_ERR_PROTOCOL) {
        /* Whatever answers does not have the key. It is opened again without, so that its data are seen. */
        failed(reader, CLONE_CHECK_CA, BECAUSE_CLONE_CHECK_FAILED);
        status = DR_ERR_SESSION_LOST;
    }
    return status;
}

static void note_active_auth(struct chip_reader *reader, enum dr_status status)
{
    switch (status) {
    case DR_OK:
        passed(reader, CLONE_CHECK_AA);
        break;
    case DR_ERR_UNSUPPORTED: /* a kind of signature, or longer than the reader's frames */
        reader->findings->checks.clone_check = CLONE_CHECK_AA;
        reader->findings->checks.chip = CHECK_UNDETERMINED;
        inspection_add(reader->findings, BECAUSE_ALGORITHM);
        break;
    case DR_ERR_CRYPTO:
        failed(reader, CLONE_CHECK_AA, BECAUSE_INTERNAL);
        break;
    default:
        failed(reader, CLONE_CHECK_AA, BECAUSE_CLONE_CHECK_FAILED);
        break;
    }
}

static enum dr_status run_active_auth(struct chip_reader *reader)
{
    enum hash_algorithm hash = HASH_NONE;
    struct public_key key;
    struct bytes file;
    size_t behind = 0;
    enum dr_status status;

    if (reader->dg14_infos.len > 0) {
        const uint8_t *end = reader->dg14_infos.data + reader->dg14_infos.len;

        behind = (size_t)(end - (reader->work->phase.sod.file + reader->work->sod_len));
    }
    status = read_group(reader, LDS_DG15, behind, &file);
    if (status != DR_OK) {
        return status;
    }
    if (file.len == 0) {
        reader->findings->checks.chip = CHECK_FAILED;
        return DR_OK;
    }
    status = active_auth_read_key(file, &key);
    if (status == DR_OK && active_auth_info_find(reader->dg14_infos, &hash) == DR_ERR_UNSUPPORTED) {
        status = DR_ERR_UNSUPPORTED;
    }
    if (status == DR_OK) {
        status = active_auth_authenticate(&reader->work->session, &key, hash);
        if (status == DR_ERR_NO_CARD || status == DR_ERR_TIMEOUT || status == DR_ERR_NO_READER) {
            return status;
        }
    }
    note_active_auth(reader, status);
    return DR_OK;
}

enum dr_status clone_check_finish(struct chip_reader *reader)
{
    if (decided(reader) || !reader->has_sod) {
        return DR_OK;
    }
    if (lists(reader, LDS_DG15)) {
        return run_active_auth(reader);
    }
    if (reader->chip_auth_unusable) {
        failed(reader, CLONE_CHECK_CA, BECAUSE_CLONE_CHECK_FAILED);
    } else {
        reader->findings->checks.chip = CHECK_NOT_SUPPORTED;
    }
    return DR_OK;
}
