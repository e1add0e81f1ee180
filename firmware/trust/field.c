#include "trust/field.h"

enum dr_status field_time(struct der_reader *reader, int64_t *seconds)
{
    if (der_peek(reader) != DER_GENERALIZED_TIME) {
        return DR_ERR_MALFORMED;
    }
    return der_time(reader, seconds);
}

/* Length of the character at text[at], 0 when it is malformed or a control character. Surrogates, overlong forms and values
 * over U+10FFFF are refused by the bounds of the second octet (RFC 3629 4). */
static size_t character_length(struct bytes text, size_t at)
{
    uint8_t first = text.data[at];
    uint8_t low = 0x80U;
    uint8_t high = 0xBFU;
    size_t len;

    if (first < 0x80U) {
        return first >= 0x20U && first != 0x7FU ? 1 : 0;
    }
    if (first < 0xC2U || first > 0xF4U) {
        return 0;
    }
    len = first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
    if (first == 0xC2U || first == 0xE0U) {
        low = 0xA0U; /* C2 80..9F are the C1 controls */
    } else if (first == 0xEDU) {
        high = 0x9FU;
    } else if (first == 0xF0U) {
        low = 0x90U;
    } else if (first == 0xF4U) {
        high = 0x8FU;
    }
    if (len > text.len - at || text.data[at + 1] < low || text.data[at + 1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((text.data[at + i] & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    return len;
}

bool field_text_valid(struct bytes text)
{
    size_t at = 0;

    while (at < text.len) {
        size_t len = character_length(text, at);
        if (len == 0) {
            return false;
        }
        at += len;
    }
    return true;
}

enum dr_status field_text(struct der_reader *reader, size_t min, size_t max, struct bytes *text)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_UTF8_STRING, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.value.len < min || item.value.len > max || !field_text_valid(item.value)) {
        return DR_ERR_MALFORMED;
    }
    *text = item.value;
    return DR_OK;
}

enum dr_status field_version(struct der_reader *reader, uint64_t known)
{
    uint64_t version;
    enum dr_status status = der_uint64(reader, &version);

    if (status != DR_OK) {
        return status;
    }
    return version == known ? DR_OK : DR_ERR_UNSUPPORTED;
}

enum dr_status field_number(struct der_reader *reader, uint64_t min, uint64_t max, uint64_t *number)
{
    enum dr_status status = der_uint64(reader, number);

    if (status == DR_OK && (*number < min || *number > max)) {
        status = DR_ERR_MALFORMED;
    }
    return status;
}
