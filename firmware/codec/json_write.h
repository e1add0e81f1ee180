/* JSON writer into a caller's buffer: what the device answers to GET. No reader: the device takes no JSON. */
#ifndef DOCREV_CODEC_JSON_WRITE_H
#define DOCREV_CODEC_JSON_WRITE_H

#include "codec/bytes.h"
#include "port/status.h"

/* Overflow is remembered; ask json_finish. Commas are put by the writer. Nesting up to 8. */
struct json_writer {
    char *buffer;
    size_t capacity;
    size_t length;
    uint8_t depth;
    bool first[8];
    bool overflow;
};

void json_begin(struct json_writer *writer, char *buffer, size_t capacity);
/* `name` is NULL inside arrays and for the outermost value. Text is escaped. */
void json_object(struct json_writer *writer, const char *name);
void json_array(struct json_writer *writer, const char *name);
void json_end_object(struct json_writer *writer);
void json_end_array(struct json_writer *writer);
void json_text(struct json_writer *writer, const char *name, const char *text);
void json_text_bytes(struct json_writer *writer, const char *name, struct bytes text);
void json_hex(struct json_writer *writer, const char *name, struct bytes data);
void json_int(struct json_writer *writer, const char *name, int64_t value);
void json_bool(struct json_writer *writer, const char *name, bool value);
void json_null(struct json_writer *writer, const char *name);
/* Seconds since 1970 as ISO 8601 text. */
void json_time(struct json_writer *writer, const char *name, int64_t seconds);
/* NUL-terminates. DR_ERR_NO_SPACE when anything did not fit. */
enum dr_status json_finish(struct json_writer *writer, size_t *length);

#endif
