/* Civil dates and times of UTC, as seconds since 1970-01-01T00:00:00Z. */
#ifndef DOCREV_CODEC_CALENDAR_H
#define DOCREV_CODEC_CALENDAR_H

#include "codec/bytes.h"
#include "port/status.h"

struct civil_time {
    int32_t year; /* 0..9999 */
    uint8_t month, day, hour, minute, second;
};

/* DR_ERR_MALFORMED for a date that does not exist. Leap seconds are refused. */
enum dr_status calendar_to_seconds(const struct civil_time *civil, int64_t *seconds);
void calendar_from_seconds(int64_t seconds, struct civil_time *civil);

/* "2026-11-24T17:05:09Z", and back (this form only). out has 21 bytes. */
#define CALENDAR_ISO8601_SIZE 21U
void calendar_format(int64_t seconds, char out[CALENDAR_ISO8601_SIZE]);
enum dr_status calendar_parse(struct bytes text, int64_t *seconds);

#endif
