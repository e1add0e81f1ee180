#include "codec/tlv.h"

/* Tag and length at the start of `input` (ISO 7816-4 5.2.2.1, .2). */
static enum dr_status read_header(struct bytes input, uint16_t *tag, size_t *header_len, size_t *value_len)
{
    size_t at = 1, count;
    uint32_t length;

    if (input.len == 0) {
        return DR_ERR_TRUNCATED;
    }
    *tag = input.data[0];
    if (*tag == 0) {
        return DR_ERR_MALFORMED;
    }
    if ((*tag & 0x1F) == 0x1F) {
        if (input.len < 2) {
            return DR_ERR_TRUNCATED;
        }
        if (input.data[1] >= 0x80) { /* three octets */
            return DR_ERR_UNSUPPORTED;
        }
        *tag = get_be16(input.data);
        at = 2;
    }
    if (input.len <= at) {
        return DR_ERR_TRUNCATED;
    }
    length = input.data[at++];
    if (length >= 0x80) {
        count = length & 0x7F;
        if (count == 0 || count > 4) {
            return DR_ERR_MALFORMED;
        }
        if (input.len - at < count) {
            return DR_ERR_TRUNCATED;
        }
        for (length = 0; count > 0; count--) {
            length = length << 8 | input.data[at++];
        }
        if (length > INT32_MAX) {
            return DR_ERR_TOO_LARGE;
        }
    }
    *header_len = at;
    *value_len = length;
    return DR_OK;
}

enum dr_status tlv_next(struct bytes *rest, struct tlv_item *item)
{
    size_t value_len;
    enum dr_status status = read_header(*rest, &item->tag, &item->header_len, &value_len);

    if (status != DR_OK) {
        return status;
    }
    if (value_len > rest->len - item->header_len) {
        return DR_ERR_TRUNCATED;
    }
    item->value = bytes_of(rest->data + item->header_len, value_len);
    *rest = bytes_of(item->value.data + value_len, rest->len - item->header_len - value_len);
    return DR_OK;
}

enum dr_status tlv_find(struct bytes input, uint16_t tag, struct bytes *value)
{
    struct tlv_item item;

    while (input.len > 0) {
        enum dr_status status = tlv_next(&input, &item);
        if (status != DR_OK) {
            return status;
        }
        if (item.tag == tag) {
            *value = item.value;
            return DR_OK;
        }
    }
    return DR_ERR_NOT_FOUND;
}

enum dr_status tlv_file_length(struct bytes head, uint16_t *tag, size_t *whole_len)
{
    size_t header_len, value_len;
    enum dr_status status = read_header(head, tag, &header_len, &value_len);

    if (status == DR_OK) {
        *whole_len = header_len + value_len;
    }
    return status;
}

size_t tlv_write_header(uint8_t *out, size_t cap, uint16_t tag, size_t value_len)
{
    size_t tag_len = tag > 0xFF ? 2 : 1;
    size_t extra = value_len < 0x80        ? 0
                   : value_len <= 0xFF     ? 1
                   : value_len <= 0xFFFF   ? 2
                   : value_len <= 0xFFFFFF ? 3
                                           : 4;
    size_t whole = tag_len + 1 + extra;

    if (whole > cap) {
        return 0;
    }
    if (tag_len == 2) {
        *out++ = (uint8_t)(tag >> 8);
    }
    *out++ = (uint8_t)tag;
    *out++ = (uint8_t)(extra == 0 ? value_len : 0x80U | extra);
    for (; extra > 0; extra--) {
        *out++ = (uint8_t)(value_len >> (8 * (extra - 1)));
    }
    return whole;
}
