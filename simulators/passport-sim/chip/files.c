/* SELECT and READ BINARY (ICAO 9303-10 3.6, ISO 7816-4 11.1.1, 11.2.3). */
#include "chip/icc.h"
#include "util/tlv.h"

#include <string.h>

#define DO_OFFSET 0x54U
#define DO_DISCRETIONARY 0x53U
#define ENDLESS_LENGTH 0x7FFFFFFFU

static const uint8_t application_id[] = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01};
static const uint8_t master_file[] = {0x3F, 0x00};

static bool equals(struct slice data, const uint8_t *other, size_t len)
{
    return data.len == len && memcmp(data.data, other, len) == 0;
}

/* Fingerprints and irises need terminal authentication, which nobody passes here (9303-11 7). */
static bool is_closed(unsigned file)
{
    return file == LDS_DG3 || file == LDS_DG4;
}

/* EF.CardAccess and EF.ATR/INFO are there for everyone (9303-10 3.11). */
static bool is_public(unsigned file)
{
    return file == LDS_CARD_ACCESS || file == LDS_ATR;
}

/* A chip shows no file and no directory entry before access (9303-11 4.3.2, 4.4.2). */
static uint16_t choose(struct icc *icc, unsigned file)
{
    if (file == LDS_CARD_ACCESS && (icc->traits.quirks & QUIRK_CARD_ACCESS_EMPTY) != 0) {
        return SW_DEACTIVATED;
    }
    if (is_closed(file) || (!is_public(file) && !icc_is_open(icc))) {
        return SW_SECURITY_STATUS;
    }
    if (icc->traits.fault == CHIP_FILE_STATUS && file == LDS_SOD) {
        return icc->traits.status_word;
    }
    icc->current_ef = icc->traits.fault == CHIP_OTHER_FILE && file == LDS_DG1 ? (unsigned)LDS_COM : file;
    return SW_OK;
}

static uint16_t not_found(const struct icc *icc)
{
    return icc->application && !icc_is_open(icc) ? SW_SECURITY_STATUS : SW_NOT_FOUND;
}

static bool is_here(const struct icc *icc, unsigned file)
{
    const struct lds_file_info *info = lds_file_info(file);
    return info != NULL && info->in_mf == !icc->application && icc->document->files[file].len > 0;
}

static uint16_t select_file(struct icc *icc, struct slice fid)
{
    if (fid.len != 2) {
        return SW_WRONG_LENGTH;
    }
    if ((icc->traits.quirks & QUIRK_MF_NEEDED) != 0 && !icc->application && !icc->mf_selected) {
        return SW_NOT_FOUND;
    }
    for (unsigned file = 0; file < LDS_FILES; file++) {
        if (is_here(icc, file) && lds_file_info(file)->fid == (fid.data[0] << 8 | fid.data[1])) {
            return choose(icc, file);
        }
    }
    return not_found(icc);
}

static uint16_t select_application(struct icc *icc, struct slice name)
{
    bool pace_only = icc->document->mechanisms.access == ACCESS_PACE;
    if (!equals(name, application_id, sizeof(application_id))) {
        return SW_NOT_FOUND;
    }
    if (icc->traits.fault == CHIP_APPLICATION) {
        return icc->traits.status_word;
    }
    if (pace_only && !icc_is_open(icc) && icc->traits.bac_refusal == 0) {
        return SW_SECURITY_STATUS;
    }
    icc->application = true;
    icc->current_ef = 0;
    return SW_OK;
}

static uint16_t select_master_file(struct icc *icc, struct slice fid)
{
    if (fid.len != 0 && !equals(fid, master_file, sizeof(master_file))) {
        return SW_NOT_FOUND;
    }
    if (icc->traits.select_mf != 0) {
        return icc->traits.select_mf;
    }
    if (fid.len == 0 && (icc->traits.quirks & QUIRK_MF_EMPTY_FALSE) != 0) {
        return SW_OK;
    }
    icc->application = false;
    icc->mf_selected = true;
    icc->current_ef = 0;
    return SW_OK;
}

uint16_t icc_select(struct icc *icc, const struct apdu *apdu)
{
    if (apdu->p2 != 0x0C) {
        return SW_WRONG_P1P2; /* no file control information here: 0C asks for none */
    }
    if (apdu->has_le && (icc->traits.quirks & QUIRK_NO_LE) != 0) {
        return SW_WRONG_LENGTH;
    }
    switch (apdu->p1) {
    case 0x04:
        return select_application(icc, apdu->data);
    case 0x02:
        return select_file(icc, apdu->data);
    case 0x00:
        return select_master_file(icc, apdu->data);
    default:
        return SW_WRONG_P1P2;
    }
}

/* Selects by short identifier, as a side effect of reading (9303-10 3.6.3.2). */
static uint16_t select_short(struct icc *icc, uint8_t sfi)
{
    if ((icc->traits.quirks & QUIRK_NO_SFI) != 0) {
        return SW_WRONG_P1P2;
    }
    for (unsigned file = 0; file < LDS_FILES; file++) {
        if (is_here(icc, file) && lds_file_info(file)->sfi == sfi) {
            return choose(icc, file);
        }
    }
    return not_found(icc);
}

/* Files that announce 2 GiB, or no length, and never end: a header, then any text. */
static struct slice endless_header(const struct icc *icc)
{
    static const uint8_t sod[] = {0x77, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xF9};
    static const uint8_t dg1[] = {0x61, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x5F, 0x1F, 0x84, 0x7F, 0xFF, 0xFF, 0xF8};
    static const uint8_t indefinite[] = {0x77, 0x80, 0x30, 0x80};
    enum chip_fault fault = icc->traits.fault;
    if (fault == CHIP_ENDLESS_FILE && icc->current_ef == LDS_SOD) {
        return (struct slice){sod, sizeof(sod)};
    }
    if (fault == CHIP_INDEFINITE_END && icc->current_ef == LDS_SOD) {
        return (struct slice){indefinite, sizeof(indefinite)};
    }
    if (fault == CHIP_ENDLESS_DG1 && icc->current_ef == LDS_DG1) {
        return (struct slice){dg1, sizeof(dg1)};
    }
    return (struct slice){0};
}

/* What a READ over the chip's limit comes to; *wanted is what it gives then. */
static uint16_t over_limit(struct icc *icc, size_t *wanted)
{
    icc->lose_session = (icc->traits.quirks & QUIRK_SESSION_LOST) != 0;
    icc->bare = (icc->traits.quirks & QUIRK_BARE_REFUSAL) != 0;
    switch (icc->traits.over_limit) {
    case OVER_WRONG_LENGTH:
        *wanted = 0;
        return SW_WRONG_LENGTH;
    case OVER_OFFSET:
        *wanted = 0;
        return SW_OFFSET;
    case OVER_WARNING:
        *wanted = icc->traits.max_read;
        return SW_END_OF_FILE;
    case OVER_FEWER:
        *wanted = icc->traits.max_read;
        return SW_OK;
    case OVER_CORRECT_LE:
        *wanted = 0;
        return (uint16_t)(SW_CORRECT_LE | icc->traits.max_read);
    case OVER_NOTHING:
        break;
    }
    *wanted = 0;
    return SW_OK;
}

/* What READ BINARY over the end of the file comes to. */
static uint16_t at_end(const struct icc *icc, size_t left, size_t overhead, bool *content)
{
    *content = true;
    switch (icc->traits.end_of_file) {
    case END_WARNING:
        return SW_END_OF_FILE;
    case END_FEWER:
        return SW_OK;
    case END_CORRECT_LE:
        *content = false;
        return (uint16_t)(SW_CORRECT_LE | ((left + overhead) & 0xFF));
    case END_OFFSET:
        break;
    }
    *content = false;
    return SW_OFFSET;
}

/* Reads `wanted` octets, or with `all` as many as there are and fit. */
static uint16_t read_content(struct icc *icc, const struct apdu *apdu, size_t offset, size_t overhead,
                             struct buffer *data)
{
    const struct buffer *file = &icc->document->files[icc->current_ef];
    struct slice header = endless_header(icc);
    size_t size = header.len > 0 ? ENDLESS_LENGTH : file->len;
    size_t room = icc_response_room(icc, apdu) - overhead;
    bool all = apdu->le == (apdu->extended ? 65536U : 256U);
    size_t wanted = all ? room : apdu->le;
    uint16_t sw = SW_OK;
    bool content = true;

    if (!apdu->has_le || (!all && wanted > room + overhead) || wanted <= overhead) {
        return SW_WRONG_LENGTH;
    }
    if (icc->traits.fault == CHIP_CORRECT_LE_LOOP && icc->application) {
        return (uint16_t)(SW_CORRECT_LE | (wanted == 16 ? 17 : 16));
    }
    if (icc->traits.max_read != 0 && wanted > icc->traits.max_read) {
        sw = over_limit(icc, &wanted);
        if (wanted == 0) {
            return sw;
        }
        all = true;
    }
    wanted -= all ? 0 : overhead;
    if (offset >= size) {
        return SW_OFFSET;
    }
    size_t left = size - offset;
    if (wanted > left) {
        if (!all) {
            sw = at_end(icc, left, overhead, &content);
        }
        wanted = left;
    }
    if (!content || icc->traits.fault == CHIP_EMPTY_READS) {
        return sw;
    }
    if (icc->traits.fault == CHIP_LONG_ANSWERS && left > wanted && room > wanted) {
        wanted++;
    }
    if (icc->traits.fault == CHIP_SHRINKING_READS) {
        wanted = 1;
    }
    size_t start = data->len;
    for (size_t i = 0; i < wanted; i++) {
        size_t at = offset + i;
        buffer_append_byte(data, header.len == 0   ? file->data[at]
                                 : at < header.len ? header.data[at]
                                                   : (uint8_t)(at * 31));
    }
    if (icc->traits.fault == CHIP_SWAPS_FILE && icc->current_ef == LDS_DG1 && wanted > 0) {
        icc->first_octet_reads += offset == 0 ? 1 : 0;
        /* The name's first letter differs from reading to reading. */
        if (icc->first_octet_reads > 1 && offset <= 10 && offset + wanted > 10) {
            data->data[start + 10 - offset] ^= 0x01;
        }
    }
    return sw;
}

/* Odd instruction: the offset comes in DO54, the octets go in DO53 (9303-10 3.6.3.1). */
static uint16_t read_odd(struct icc *icc, const struct apdu *apdu, struct buffer *data)
{
    struct slice rest = apdu->data;
    struct tlv object;
    struct buffer content = {0};
    size_t offset = 0;
    if (!tlv_next(&rest, &object) || rest.len != 0 || object.tag != DO_OFFSET || object.value.len == 0 ||
        object.value.len > 4) {
        return SW_WRONG_DATA;
    }
    for (size_t i = 0; i < object.value.len; i++) {
        offset = offset << 8 | object.value.data[i];
    }
    size_t overhead = apdu->le > 0x101 ? 4 : apdu->le > 0x81 ? 3 : 2;
    uint16_t sw = read_content(icc, apdu, offset, overhead, &content);
    if (content.len > 0) {
        tlv_append(data, DO_DISCRETIONARY, buffer_view(&content));
    }
    buffer_free(&content);
    return sw;
}

uint16_t icc_read_binary(struct icc *icc, const struct apdu *apdu, struct buffer *data)
{
    bool odd = (apdu->ins & 1) != 0;
    size_t offset = (size_t)apdu->p1 << 8 | apdu->p2;
    uint8_t sfi = 0;
    if (icc->application && !icc_is_open(icc)) {
        return SW_SECURITY_STATUS;
    }
    if (odd) {
        if (offset > 0x1E) {
            return SW_WRONG_P1P2;
        }
        sfi = (uint8_t)offset;
    } else if ((apdu->p1 & 0x80) != 0) {
        if ((apdu->p1 & 0x60) != 0) {
            return SW_WRONG_P1P2;
        }
        sfi = apdu->p1 & 0x1F;
        offset = apdu->p2;
    }
    if (sfi != 0) {
        uint16_t sw = select_short(icc, sfi);
        if (sw != SW_OK) {
            return sw;
        }
    }
    if (icc->current_ef == 0) {
        return icc_is_open(icc) ? SW_NO_CURRENT_EF : SW_SECURITY_STATUS;
    }
    return odd ? read_odd(icc, apdu, data) : read_content(icc, apdu, offset, 0, data);
}
