#include "codec/json_write.h"

#include "codec/calendar.h"
#include "codec/hex.h"

void json_begin(struct json_writer *writer, char *buffer, size_t capacity)
{
    *writer = (struct json_writer){.buffer = buffer, .capacity = capacity, .overflow = capacity == 0};
}

/* One octet always stays free for the NUL. */
static void put(struct json_writer *writer, const char *text, size_t len)
{
    if (writer->overflow || len >= writer->capacity - writer->length) {
        writer->overflow = true;
        return;
    }
    memcpy(writer->buffer + writer->length, text, len);
    writer->length += len;
}

/* Octets of the UTF-8 sequence at the start of `text` (RFC 3629 4), 0 when there is none. */
static size_t utf8_length(struct bytes text)
{
    uint8_t lead = text.data[0];
    size_t len = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;

    if (len > text.len) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((text.data[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    /* Overlong forms, surrogates and what lies past U+10FFFF. */
    if ((lead == 0xE0 && text.data[1] < 0xA0) || (lead == 0xED && text.data[1] > 0x9F) ||
        (lead == 0xF0 && text.data[1] < 0x90) || (lead == 0xF4 && text.data[1] > 0x8F)) {
        return 0;
    }
    return len;
}

/* RFC 8259 7. What is not UTF-8 becomes '?', so that the answer stays readable whatever a signed text holds. */
static void put_quoted(struct json_writer *writer, struct bytes text)
{
    char escape[6] = {'\\', 'u', '0', '0', 0, 0};

    put(writer, "\"", 1);
    while (text.len > 0) {
        uint8_t c = text.data[0];
        size_t len = 1;
        if (c == '"' || c == '\\') {
            const char pair[2] = {'\\', (char)c};
            put(writer, pair, 2);
        } else if (c < 0x20 || c == 0x7F) {
            char digits[3];
            hex_encode(bytes_of(&c, 1), digits);
            memcpy(escape + 4, digits, 2);
            put(writer, escape, sizeof escape);
        } else {
            len = utf8_length(text);
            put(writer, len > 0 ? (const char *)text.data : "?", len > 0 ? len : 1);
            len = len > 0 ? len : 1;
        }
        text = bytes_of(text.data + len, text.len - len);
    }
    put(writer, "\"", 1);
}

/* Comma and name before a value. */
static void prepare(struct json_writer *writer, const char *name)
{
    if (writer->depth > 0) {
        if (!writer->first[writer->depth - 1]) {
            put(writer, ",", 1);
        }
        writer->first[writer->depth - 1] = false;
    }
    if (name != NULL) {
        put_quoted(writer, bytes_of(name, strlen(name)));
        put(writer, ":", 1);
    }
}

static void open_nested(struct json_writer *writer, const char *name, const char *bracket)
{
    prepare(writer, name);
    put(writer, bracket, 1);
    if (writer->depth == sizeof writer->first / sizeof writer->first[0]) {
        writer->overflow = true;
        return;
    }
    writer->first[writer->depth++] = true;
}

static void close_nested(struct json_writer *writer, const char *bracket)
{
    if (writer->depth > 0) {
        writer->depth--;
    }
    put(writer, bracket, 1);
}

void json_object(struct json_writer *writer, const char *name)
{
    open_nested(writer, name, "{");
}

void json_array(struct json_writer *writer, const char *name)
{
    open_nested(writer, name, "[");
}

void json_end_object(struct json_writer *writer)
{
    close_nested(writer, "}");
}

void json_end_array(struct json_writer *writer)
{
    close_nested(writer, "]");
}

void json_text_bytes(struct json_writer *writer, const char *name, struct bytes text)
{
    prepare(writer, name);
    put_quoted(writer, text);
}

void json_text(struct json_writer *writer, const char *name, const char *text)
{
    json_text_bytes(writer, name, bytes_of(text, strlen(text)));
}

void json_hex(struct json_writer *writer, const char *name, struct bytes data)
{
    char digits[3];

    prepare(writer, name);
    put(writer, "\"", 1);
    for (size_t i = 0; i < data.len; i++) {
        hex_encode(bytes_of(data.data + i, 1), digits);
        put(writer, digits, 2);
    }
    put(writer, "\"", 1);
}

void json_int(struct json_writer *writer, const char *name, int64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0U - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    prepare(writer, name);
    put(writer, digits + at, sizeof digits - at);
}

void json_bool(struct json_writer *writer, const char *name, bool value)
{
    prepare(writer, name);
    put(writer, value ? "true" : "false", value ? 4 : 5);
}

void json_null(struct json_writer *writer, const char *name)
{
    prepare(writer, name);
    put(writer, "null", 4);
}

void json_time(struct json_writer *writer, const char *name, int64_t seconds)
{
    char text[CALENDAR_ISO8601_SIZE];

    calendar_format(seconds, text);
    json_text(writer, name, text);
}

enum dr_status json_finish(struct json_writer *writer, size_t *length)
{
    if (writer->overflow) {
        if (writer->capacity > 0) {
            writer->buffer[0] = '\0';
        }
        return DR_ERR_NO_SPACE;
    }
    writer->buffer[writer->length] = '\0';
    *length = writer->length;
    return DR_OK;
}
