#include "codec/ber.h"

#define CONSTRUCTED 0x20U
#define INDEFINITE SIZE_MAX

/* Tag and length at the start of `input` (X.690 8.1.3). *length is INDEFINITE for 80. */
static enum dr_status read_head(struct bytes input, size_t *header, size_t *length)
{
    size_t count;
    uint32_t value = 0;

    if (input.len < 2) {
        return DR_ERR_TRUNCATED;
    }
    if ((input.data[0] & 0x1FU) == 0x1FU) {
        return DR_ERR_UNSUPPORTED;
    }
    *header = 2;
    if (input.data[1] < 0x80U) {
        *length = input.data[1];
        return DR_OK;
    }
    count = input.data[1] & 0x7FU;
    if (count == 0) {
        *length = INDEFINITE;
        return (input.data[0] & CONSTRUCTED) != 0 ? DR_OK : DR_ERR_MALFORMED; /* 8.1.3.2 */
    }
    if (count > 4U) {
        return DR_ERR_MALFORMED;
    }
    if (input.len < 2U + count) {
        return DR_ERR_TRUNCATED;
    }
    for (size_t i = 0; i < count; i++) {
        value = value << 8 | input.data[2 + i];
    }
    if (value > INT32_MAX) {
        return DR_ERR_MALFORMED;
    }
    *header = 2U + count;
    *length = value;
    return DR_OK;
}

/* Octets up to the end-of-contents that closes the item whose content begins `content`. */
static enum dr_status find_end(struct bytes content, size_t *len)
{
    size_t at = 0;
    unsigned depth = 1;

    while (true) {
        size_t header;
        size_t length;
        enum dr_status status = read_head(bytes_of(content.data + at, content.len - at), &header, &length);
        if (status != DR_OK) {
            return status;
        }
        if (content.data[at] == 0) {
            if (length != 0 || header != 2) {
                return DR_ERR_MALFORMED;
            }
            if (--depth == 0) {
                *len = at;
                return DR_OK;
            }
        } else if (length == INDEFINITE) {
            if (++depth > BER_MAX_DEPTH) {
                return DR_ERR_UNSUPPORTED;
            }
            length = 0;
        }
        if (length > content.len - at - header) {
            return DR_ERR_TRUNCATED;
        }
        at += header + length;
    }
}

enum dr_status ber_next(struct der_reader *reader, struct der_item *item)
{
    struct bytes input = reader->rest;
    size_t header;
    size_t length;
    size_t trailer = 0;
    enum dr_status status = read_head(input, &header, &length);

    if (status != DR_OK) {
        return status;
    }
    if (input.data[0] == 0) {
        return DR_ERR_MALFORMED;
    }
    if (length == INDEFINITE) {
        status = find_end(bytes_of(input.data + header, input.len - header), &length);
        if (status != DR_OK) {
            return status;
        }
        trailer = 2;
    } else if (length > input.len - header) {
        return DR_ERR_TRUNCATED;
    }
    item->tag = input.data[0];
    item->value = bytes_of(input.data + header, length);
    item->whole = bytes_of(input.data, header + length + trailer);
    reader->rest = bytes_of(input.data + item->whole.len, input.len - item->whole.len);
    return DR_OK;
}

enum dr_status ber_expect(struct der_reader *reader, uint8_t tag, struct der_item *item)
{
    if (!der_at_end(reader) && der_peek(reader) != tag) {
        return DR_ERR_MALFORMED;
    }
    return ber_next(reader, item);
}

enum dr_status ber_enter(struct der_reader *reader, uint8_t tag, struct der_reader *inner)
{
    struct der_item item;
    enum dr_status status = ber_expect(reader, tag, &item);

    if (status == DR_OK) {
        *inner = der_reader_of(item.value);
    }
    return status;
}
