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

/* A chip under BAC shows no file and no directory entry before access (9303-11 4.3.2); SELECT of the application is open. */
static uint16_t select_file(struct icc *icc, struct slice fid)
{
    if (fid.len != 2) {
        return SW_WRONG_LENGTH;
    }
    if (!icc->application || !icc->sm.active) {
        return SW_SECURITY_STATUS;
    }
    for (unsigned file = 0; file < LDS_FILES; file++) {
        const struct lds_file_info *info = lds_file_info(file);
        if (info != NULL && info->fid == (fid.data[0] << 8 | fid.data[1]) && icc->document->files[file].len > 0) {
            if (is_closed(file)) {
                return SW_SECURITY_STATUS;
            }
            icc->current_ef = file;
            return SW_OK;
        }
    }
    return SW_NOT_FOUND;
}

uint16_t icc_select(struct icc *icc, const struct apdu *apdu)
{
    if (apdu->p2 != 0x0C) {
        return SW_WRONG_P1P2; /* no file control information here: 0C asks for none */
    }
    switch (apdu->p1) {
    case 0x04:
        if (!equals(apdu->data, application_id, sizeof(application_id))) {
            return SW_NOT_FOUND;
        }
        icc->application = true;
        icc->current_ef = 0;
        return SW_OK;
    case 0x02:
        return select_file(icc, apdu->data);
    case 0x00:
        if (apdu->data.len != 0 && !equals(apdu->data, master_file, sizeof(master_file))) {
            return SW_NOT_FOUND;
        }
        icc->application = false;
        icc->current_ef = 0;
        return SW_OK;
    default:
        return SW_WRONG_P1P2;
    }
}

/* Selects by short identifier, as a side effect of reading (9303-10 3.6.3.2). */
static uint16_t select_short(struct icc *icc, uint8_t sfi)
{
    for (unsigned file = 0; file < LDS_FILES; file++) {
        const struct lds_file_info *info = lds_file_info(file);
        if (info != NULL && info->sfi == sfi && icc->document->files[file].len > 0) {
            if (is_closed(file)) {
                return SW_SECURITY_STATUS;
            }
            icc->current_ef = file;
            return SW_OK;
        }
    }
    return SW_NOT_FOUND;
}

static bool is_endless(const struct icc *icc)
{
    return icc->traits.fault == CHIP_ENDLESS_FILE && icc->current_ef == LDS_SOD;
}

/* An octet of a file that announces 2 GiB: a header, then any text. */
static uint8_t endless_octet(size_t at)
{
    static const uint8_t header[] = {0x77, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xF9};
    return at < sizeof(header) ? header[at] : (uint8_t)(at * 31);
}

/* Octets a response can carry to this command beside `overhead`. */
static size_t response_room(const struct icc *icc, const struct apdu *apdu, size_t overhead)
{
    size_t room = 256;
    if (apdu->extended) {
        room = 65536 - 64;
    } else if (icc->sm.active) {
        room = SECURE_MESSAGING_SHORT_MAX;
    }
    return room - overhead;
}

/* Reads `wanted` octets, or with `all` as many as there are and fit. */
static uint16_t read_content(struct icc *icc, const struct apdu *apdu, size_t offset, size_t overhead,
                             struct buffer *data)
{
    const struct buffer *file = &icc->document->files[icc->current_ef];
    size_t size = is_endless(icc) ? ENDLESS_LENGTH : file->len;
    size_t room = response_room(icc, apdu, overhead);
    bool all = apdu->le == (apdu->extended ? 65536U : 256U);
    size_t wanted = all ? room : apdu->le;
    uint16_t sw = SW_OK;

    if (!apdu->has_le || (!all && wanted > room + overhead) || wanted <= overhead ||
        (icc->traits.max_read != 0 && wanted > icc->traits.max_read)) {
        return SW_WRONG_LENGTH;
    }
    wanted -= all ? 0 : overhead;
    if (offset >= size) {
        return SW_OFFSET;
    }
    size_t left = size - offset;
    if (wanted > left) {
        if (!all) {
            switch (icc->traits.end_of_file) {
            case END_WARNING:
                sw = SW_END_OF_FILE;
                break;
            case END_FEWER:
                break;
            case END_CORRECT_LE:
                return (uint16_t)(SW_CORRECT_LE | ((left + overhead) & 0xFF));
            case END_OFFSET:
                return SW_OFFSET;
            }
        }
        wanted = left;
    }
    if (icc->traits.fault == CHIP_EMPTY_READS) {
        return SW_OK;
    }
    if (icc->traits.fault == CHIP_LONG_ANSWERS && left > wanted && room > wanted) {
        wanted++;
    }
    for (size_t i = 0; i < wanted; i++) {
        buffer_append_byte(data, is_endless(icc) ? endless_octet(offset + i) : file->data[offset + i]);
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
    if (!icc->application || !icc->sm.active) {
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
        return SW_NO_CURRENT_EF;
    }
    return odd ? read_odd(icc, apdu, data) : read_content(icc, apdu, offset, 0, data);
}
