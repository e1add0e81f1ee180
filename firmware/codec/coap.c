#include "codec/coap.h"

#define PAYLOAD_MARKER 0xFFU

/* Option numbers (RFC 7252 12.2, RFC 7959, RFC 7641). Odd ones are critical. */
enum option {
    URI_HOST = 3,
    URI_PORT = 7,
    URI_PATH = 11,
    CONTENT_FORMAT = 12,
    URI_QUERY = 15,
    ACCEPT = 17,
    BLOCK2 = 23,
    BLOCK1 = 27,
    SIZE1 = 60
};

/* The nibbles 13 and 14 of an option's head say that one or two octets follow (RFC 7252 3.1). */
static enum dr_status read_extended(struct bytes *rest, uint32_t *value)
{
    size_t count = *value == 13 ? 1 : *value == 14 ? 2 : 0;

    if (*value == 15) {
        return DR_ERR_MALFORMED;
    }
    if (rest->len < count) {
        return DR_ERR_TRUNCATED;
    }
    if (count == 1) {
        *value = 13U + rest->data[0];
    } else if (count == 2) {
        *value = 269U + get_be16(rest->data);
    }
    *rest = bytes_of(rest->data + count, rest->len - count);
    return DR_OK;
}

/* An unsigned integer of at most `max` octets (RFC 7252 3.2). */
static bool read_uint(struct bytes value, size_t max, uint32_t *out)
{
    if (value.len > max) {
        return false;
    }
    *out = 0;
    for (size_t i = 0; i < value.len; i++) {
        *out = *out << 8 | value.data[i];
    }
    return true;
}

/* False: it cannot be understood, as if the option's number were unknown (RFC 7252 5.4.3, 5.4.5). */
static bool read_format(struct bytes value, bool *present, uint16_t *format)
{
    uint32_t number;

    if (*present || !read_uint(value, 2, &number)) {
        return false;
    }
    *present = true;
    *format = (uint16_t)number;
    return true;
}

static bool read_block(struct bytes value, struct coap_block *block)
{
    uint32_t number;

    if (block->present || !read_uint(value, 3, &number)) {
        return false;
    }
    block->present = true;
    block->number = number >> 4;
    block->more = (number & 8U) != 0;
    block->szx = number & 7U;
    return true;
}

/* A path that cannot be told apart in `path` becomes one that no resource has. */
static void append_segment(struct coap_message *message, struct bytes segment, bool first)
{
    size_t len = strlen(message->path), slash = first ? 0 : 1;

    if (len + slash + segment.len >= COAP_MAX_PATH || (segment.len > 0 && memchr(segment.data, '/', segment.len)) ||
        (segment.len > 0 && memchr(segment.data, '\0', segment.len)) || strcmp(message->path, "//") == 0) {
        memcpy(message->path, "//", 3);
        return;
    }
    if (slash > 0) {
        message->path[len++] = '/';
    }
    if (segment.len > 0) {
        memcpy(message->path + len, segment.data, segment.len);
    }
    message->path[len + segment.len] = '\0';
}

/* False: an option that is not understood. */
static bool read_option(struct coap_message *message, uint32_t number, uint32_t previous, struct bytes value)
{
    switch (number) {
    case URI_HOST: /* the device has one name: whatever it is called by is right (RFC 7252 5.10.1) */
    case URI_PORT:
        return true;
    case URI_PATH:
        append_segment(message, value, previous != URI_PATH);
        return true;
    case CONTENT_FORMAT:
        return read_format(value, &message->has_format, &message->format);
    case URI_QUERY:
        if (previous != URI_QUERY) {
            message->query = value;
        }
        return true;
    case ACCEPT:
        return read_format(value, &message->has_accept, &message->accept);
    case BLOCK2:
        return read_block(value, &message->block2);
    case BLOCK1:
        return read_block(value, &message->block1);
    case SIZE1:
        message->has_size1 = !message->has_size1 && read_uint(value, 4, &message->size1);
        return true;
    default:
        return false;
    }
}

static enum dr_status read_options(struct bytes rest, struct coap_message *message)
{
    uint32_t number = 0;

    while (rest.len > 0) {
        uint32_t delta = rest.data[0] >> 4, length = rest.data[0] & 0x0F, previous = number;
        enum dr_status status;

        if (rest.data[0] == PAYLOAD_MARKER) {
            message->payload = bytes_of(rest.data + 1, rest.len - 1);
            return message->payload.len > 0 ? DR_OK : DR_ERR_MALFORMED;
        }
        rest = bytes_of(rest.data + 1, rest.len - 1);
        status = read_extended(&rest, &delta);
        if (status == DR_OK) {
            status = read_extended(&rest, &length);
        }
        if (status != DR_OK) {
            return status;
        }
        number += delta;
        if (number > UINT16_MAX) {
            return DR_ERR_MALFORMED;
        }
        if (length > rest.len) {
            return DR_ERR_TRUNCATED;
        }
        if (!read_option(message, number, previous, bytes_of(rest.data, length)) && (number & 1U) != 0) {
            message->unknown_critical = true;
        }
        rest = bytes_of(rest.data + length, rest.len - length);
    }
    return DR_OK;
}

enum dr_status coap_decode(struct bytes datagram, struct coap_message *message)
{
    enum dr_status status;
    uint8_t class;

    *message = (struct coap_message){0};
    if (datagram.len < 4) {
        return DR_ERR_TRUNCATED;
    }
    if (datagram.data[0] >> 6 != 1) {
        return DR_ERR_UNSUPPORTED;
    }
    message->type = (enum coap_type)(datagram.data[0] >> 4 & 3);
    message->code = datagram.data[1];
    message->id = get_be16(datagram.data + 2);
    message->token_len = datagram.data[0] & 0x0F;
    class = message->code >> 5;
    if (message->token_len > 8 || class == 1 || class == 6 || class == 7) {
        message->token_len = 0;
        return DR_ERR_MALFORMED;
    }
    if (message->code == COAP_EMPTY) { /* nothing but the header (RFC 7252 4.1) */
        message->token_len = 0;
        return datagram.len == 4 ? DR_OK : DR_ERR_MALFORMED;
    }
    if (datagram.len < 4U + message->token_len) {
        message->token_len = 0;
        return DR_ERR_TRUNCATED;
    }
    memcpy(message->token, datagram.data + 4, message->token_len);
    status =
        read_options(bytes_of(datagram.data + 4 + message->token_len, datagram.len - 4U - message->token_len), message);
    if (status == DR_OK && ((message->block1.present && message->block1.szx == 7) ||
                            (message->block2.present && message->block2.szx == 7))) {
        status = DR_ERR_MALFORMED;
    }
    return status;
}

struct writer {
    uint8_t *out;
    size_t capacity, length;
    uint32_t previous; /* option number */
    bool overflow;
};

static void put(struct writer *writer, const void *data, size_t len)
{
    if (writer->overflow || len > writer->capacity - writer->length) {
        writer->overflow = true;
    } else if (len > 0) {
        memcpy(writer->out + writer->length, data, len);
        writer->length += len;
    }
}

/* The nibble for a delta or length, and the octets that go on with it. */
static uint8_t extend(uint32_t value, uint8_t *octets, size_t *count)
{
    if (value < 13) {
        return (uint8_t)value;
    }
    if (value < 269) {
        octets[(*count)++] = (uint8_t)(value - 13);
        return 13;
    }
    put_be16(octets + *count, (uint16_t)(value - 269));
    *count += 2;
    return 14;
}

static void put_option(struct writer *writer, uint32_t number, const void *value, size_t len)
{
    uint8_t head[5];
    size_t count = 1;
    uint8_t delta = extend(number - writer->previous, head, &count);
    uint8_t length = extend((uint32_t)len, head, &count);

    head[0] = (uint8_t)(delta << 4 | length);
    put(writer, head, count);
    put(writer, value, len);
    writer->previous = number;
}

static void put_uint_option(struct writer *writer, uint32_t number, uint32_t value)
{
    uint8_t octets[4];
    size_t skip = 0;

    put_be32(octets, value);
    while (skip < sizeof octets && octets[skip] == 0) {
        skip++;
    }
    put_option(writer, number, octets + skip, sizeof octets - skip);
}

static void put_block_option(struct writer *writer, uint32_t number, const struct coap_block *block)
{
    if (block->present) {
        put_uint_option(writer, number, block->number << 4 | (block->more ? 8U : 0U) | block->szx);
    }
}

static void put_path(struct writer *writer, const char *path)
{
    while (*path != '\0') {
        size_t len = strcspn(path, "/");
        put_option(writer, URI_PATH, path, len);
        path += len;
        path += *path == '/' ? 1 : 0;
    }
}

enum dr_status coap_encode(const struct coap_message *message, uint8_t *out, size_t *len)
{
    struct writer writer = {.out = out, .capacity = *len};
    static const uint8_t marker = PAYLOAD_MARKER;
    uint8_t head[4] = {(uint8_t)(0x40U | (unsigned)message->type << 4 | message->token_len), message->code, 0, 0};

    put_be16(head + 2, message->id);
    put(&writer, head, sizeof head);
    put(&writer, message->token, message->token_len);
    put_path(&writer, message->path);
    if (message->has_format) {
        put_uint_option(&writer, CONTENT_FORMAT, message->format);
    }
    if (message->query.len > 0) {
        put_option(&writer, URI_QUERY, message->query.data, message->query.len);
    }
    if (message->has_accept) {
        put_uint_option(&writer, ACCEPT, message->accept);
    }
    put_block_option(&writer, BLOCK2, &message->block2);
    put_block_option(&writer, BLOCK1, &message->block1);
    if (message->has_size1) {
        put_uint_option(&writer, SIZE1, message->size1);
    }
    if (message->payload.len > 0) {
        put(&writer, &marker, 1);
        put(&writer, message->payload.data, message->payload.len);
    }
    if (writer.overflow) {
        return DR_ERR_NO_SPACE;
    }
    *len = writer.length;
    return DR_OK;
}
