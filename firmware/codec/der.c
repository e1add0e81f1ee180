#include "codec/der.h"

#include "codec/calendar.h"

struct der_reader der_reader_of(struct bytes input)
{
    return (struct der_reader){input};
}

bool der_at_end(const struct der_reader *reader)
{
    return reader->rest.len == 0;
}

uint8_t der_peek(const struct der_reader *reader)
{
    return reader->rest.len > 0 ? reader->rest.data[0] : 0;
}

/* X.690 8.1.3 with the restrictions of 10.1: definite, and as short as can be. *header: octets of tag and length. */
static enum dr_status read_length(struct bytes input, size_t *header, size_t *length)
{
    size_t count;
    uint32_t value = 0;

    if (input.len < 2) {
        return DR_ERR_TRUNCATED;
    }
    if (input.data[1] < 0x80) {
        *header = 2;
        *length = input.data[1];
        return DR_OK;
    }
    count = input.data[1] & 0x7FU;
    if (count == 0 || count > 4) {
        return DR_ERR_MALFORMED;
    }
    if (input.len < 2 + count) {
        return DR_ERR_TRUNCATED;
    }
    for (size_t i = 0; i < count; i++) {
        value = value << 8 | input.data[2 + i];
    }
    if (value < 0x80 || value > INT32_MAX || input.data[2] == 0) {
        return DR_ERR_MALFORMED;
    }
    *header = 2 + count;
    *length = value;
    return DR_OK;
}

enum dr_status der_next(struct der_reader *reader, struct der_item *item)
{
    struct bytes input = reader->rest;
    size_t header, length;
    enum dr_status status;

    if (input.len == 0) {
        return DR_ERR_TRUNCATED;
    }
    if (input.data[0] == 0) { /* end-of-contents: indefinite lengths only */
        return DR_ERR_MALFORMED;
    }
    if ((input.data[0] & 0x1F) == 0x1F) {
        return DR_ERR_UNSUPPORTED;
    }
    status = read_length(input, &header, &length);
    if (status != DR_OK) {
        return status;
    }
    if (length > input.len - header) {
        return DR_ERR_TRUNCATED;
    }
    item->tag = input.data[0];
    item->value = bytes_of(input.data + header, length);
    item->whole = bytes_of(input.data, header + length);
    reader->rest = bytes_of(input.data + item->whole.len, input.len - item->whole.len);
    return DR_OK;
}

enum dr_status der_expect(struct der_reader *reader, uint8_t tag, struct der_item *item)
{
    if (!der_at_end(reader) && der_peek(reader) != tag) {
        return DR_ERR_MALFORMED;
    }
    return der_next(reader, item);
}

enum dr_status der_optional(struct der_reader *reader, uint8_t tag, struct der_item *item, bool *present)
{
    *present = !der_at_end(reader) && der_peek(reader) == tag;
    return *present ? der_next(reader, item) : DR_OK;
}

enum dr_status der_enter(struct der_reader *reader, uint8_t tag, struct der_reader *inner)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, tag, &item);

    if (status == DR_OK) {
        *inner = der_reader_of(item.value);
    }
    return status;
}

enum dr_status der_finish(const struct der_reader *reader)
{
    return der_at_end(reader) ? DR_OK : DR_ERR_MALFORMED;
}

enum dr_status der_unsigned(struct der_reader *reader, struct bytes *magnitude)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_INTEGER, &item);
    struct bytes value;

    if (status != DR_OK) {
        return status;
    }
    value = item.value;
    /* X.690 8.3.2: the first nine bits are never all the same. */
    if (value.len == 0 || value.data[0] >= 0x80 || (value.len > 1 && value.data[0] == 0 && value.data[1] < 0x80)) {
        return DR_ERR_MALFORMED;
    }
    *magnitude = value.len > 1 && value.data[0] == 0 ? bytes_of(value.data + 1, value.len - 1) : value;
    return DR_OK;
}

enum dr_status der_uint64(struct der_reader *reader, uint64_t *value)
{
    struct bytes magnitude;
    enum dr_status status = der_unsigned(reader, &magnitude);

    if (status != DR_OK) {
        return status;
    }
    if (magnitude.len > 8) {
        return DR_ERR_TOO_LARGE;
    }
    *value = 0;
    for (size_t i = 0; i < magnitude.len; i++) {
        *value = *value << 8 | magnitude.data[i];
    }
    return DR_OK;
}

enum dr_status der_boolean(struct der_reader *reader, bool *value)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_BOOLEAN, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.value.len != 1 || (item.value.data[0] != 0 && item.value.data[0] != 0xFF)) { /* X.690 11.1 */
        return DR_ERR_MALFORMED;
    }
    *value = item.value.data[0] != 0;
    return DR_OK;
}

enum dr_status der_bit_string(struct der_reader *reader, struct bytes *octets)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_BIT_STRING, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.value.len == 0 || item.value.data[0] != 0) {
        return DR_ERR_MALFORMED;
    }
    *octets = bytes_of(item.value.data + 1, item.value.len - 1);
    return DR_OK;
}

/* Two digits, or -1. */
static int two_digits(const uint8_t *text)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
        return -1;
    }
    return (text[0] - '0') * 10 + (text[1] - '0');
}

enum dr_status der_time(struct der_reader *reader, int64_t *seconds)
{
    struct der_item item;
    struct civil_time civil;
    enum dr_status status;
    const uint8_t *text;
    int field[5], year;

    if (der_peek(reader) != DER_UTC_TIME && der_peek(reader) != DER_GENERALIZED_TIME) {
        return der_at_end(reader) ? DR_ERR_TRUNCATED : DR_ERR_MALFORMED;
    }
    status = der_next(reader, &item);
    if (status != DR_OK) {
        return status;
    }
    text = item.value.data;
    if (item.value.len != (item.tag == DER_UTC_TIME ? 13U : 15U) || text[item.value.len - 1] != 'Z') {
        return DR_ERR_MALFORMED;
    }
    year = two_digits(text);
    if (year < 0) {
        return DR_ERR_MALFORMED;
    }
    if (item.tag == DER_UTC_TIME) {
        year += year >= 50 ? 1900 : 2000; /* RFC 5280 4.1.2.5.1 */
    } else {
        int low = two_digits(text + 2);
        if (low < 0) {
            return DR_ERR_MALFORMED;
        }
        year = year * 100 + low;
        text += 2;
    }
    for (size_t i = 0; i < 5; i++) {
        field[i] = two_digits(text + 2 + 2 * i);
        if (field[i] < 0) {
            return DR_ERR_MALFORMED;
        }
    }
    civil = (struct civil_time){
        year, (uint8_t)field[0], (uint8_t)field[1], (uint8_t)field[2], (uint8_t)field[3], (uint8_t)field[4]};
    return calendar_to_seconds(&civil, seconds);
}
