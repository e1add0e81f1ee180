#include "codec/der_write.h"

#include "codec/calendar.h"

void der_write_begin(struct der_writer *writer, uint8_t *buffer, size_t capacity)
{
    *writer = (struct der_writer){.buffer = buffer, .capacity = capacity};
}

/* Room for `count` more octets, or NULL and the overflow is remembered. */
static uint8_t *reserve(struct der_writer *writer, size_t count)
{
    uint8_t *at;

    if (writer->overflow || count > writer->capacity - writer->length) {
        writer->overflow = true;
        return NULL;
    }
    at = writer->buffer + writer->length;
    writer->length += count;
    return at;
}

/* Octets that the length field takes after its first one (X.690 8.1.3.5). */
static size_t extra_length_octets(size_t length)
{
    return length < 0x80 ? 0 : length <= 0xFF ? 1 : length <= 0xFFFF ? 2 : length <= 0xFFFFFF ? 3 : 4;
}

static void put_length(uint8_t *at, size_t length)
{
    size_t extra = extra_length_octets(length);

    if (extra == 0) {
        *at = (uint8_t)length;
        return;
    }
    *at = (uint8_t)(0x80U | extra);
    for (; extra > 0; extra--) {
        at[extra] = (uint8_t)length;
        length >>= 8;
    }
}

size_t der_write_open(struct der_writer *writer, uint8_t tag)
{
    size_t mark = writer->length;
    uint8_t *at = reserve(writer, 2);

    if (at != NULL) {
        at[0] = tag;
    }
    return mark;
}

void der_write_close(struct der_writer *writer, size_t mark)
{
    size_t length, extra;

    if (writer->overflow) {
        return;
    }
    length = writer->length - mark - 2;
    extra = extra_length_octets(length);
    if (reserve(writer, extra) == NULL) {
        return;
    }
    memmove(writer->buffer + mark + 2 + extra, writer->buffer + mark + 2, length);
    put_length(writer->buffer + mark + 1, length);
}

void der_write_raw(struct der_writer *writer, struct bytes encoded)
{
    uint8_t *at = reserve(writer, encoded.len);

    if (at != NULL && encoded.len > 0) {
        memcpy(at, encoded.data, encoded.len);
    }
}

void der_write_item(struct der_writer *writer, uint8_t tag, struct bytes value)
{
    size_t header = 2 + extra_length_octets(value.len);
    uint8_t *at = reserve(writer, header);

    if (at != NULL) {
        at[0] = tag;
        put_length(at + 1, value.len);
        der_write_raw(writer, value);
    }
}

void der_write_unsigned(struct der_writer *writer, struct bytes magnitude)
{
    size_t mark = der_write_open(writer, DER_INTEGER);
    static const uint8_t zero;

    while (magnitude.len > 0 && magnitude.data[0] == 0) {
        magnitude = bytes_of(magnitude.data + 1, magnitude.len - 1);
    }
    if (magnitude.len == 0 || magnitude.data[0] >= 0x80) {
        der_write_raw(writer, bytes_of(&zero, 1));
    }
    der_write_raw(writer, magnitude);
    der_write_close(writer, mark);
}

void der_write_uint64(struct der_writer *writer, uint64_t value)
{
    uint8_t octets[8];

    put_be64(octets, value);
    der_write_unsigned(writer, bytes_of(octets, sizeof octets));
}

void der_write_enumerated(struct der_writer *writer, uint8_t value)
{
    const uint8_t octets[2] = {0, value};

    der_write_item(writer, DER_ENUMERATED, value < 0x80 ? bytes_of(octets + 1, 1) : bytes_of(octets, 2));
}

void der_write_boolean(struct der_writer *writer, bool value)
{
    const uint8_t octet = value ? 0xFF : 0x00; /* X.690 11.1 */

    der_write_item(writer, DER_BOOLEAN, bytes_of(&octet, 1));
}

void der_write_generalized_time(struct der_writer *writer, int64_t seconds)
{
    char iso[CALENDAR_ISO8601_SIZE], text[15];
    size_t len = 0;

    calendar_format(seconds, iso);
    for (size_t i = 0; iso[i] != '\0'; i++) {
        if ((iso[i] >= '0' && iso[i] <= '9') || iso[i] == 'Z') {
            text[len++] = iso[i];
        }
    }
    der_write_item(writer, DER_GENERALIZED_TIME, bytes_of(text, len));
}

enum dr_status der_write_finish(const struct der_writer *writer, size_t *length)
{
    if (writer->overflow) {
        return DR_ERR_NO_SPACE;
    }
    *length = writer->length;
    return DR_OK;
}
