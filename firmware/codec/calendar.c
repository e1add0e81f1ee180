#include "codec/calendar.h"

#define SECONDS_PER_DAY 86400

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static uint8_t days_in_month(int32_t year, uint8_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return (uint8_t)(days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0));
}

/* Days from 1970-01-01, with the year taken to begin in March so that a leap day is its last. */
static int32_t days_from_civil(int32_t year, int32_t month, int32_t day)
{
    int32_t y = month <= 2 ? year - 1 : year;
    int32_t era = (y >= 0 ? y : y - 399) / 400;
    int32_t year_of_era = y - era * 400;
    int32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

enum dr_status calendar_to_seconds(const struct civil_time *civil, int64_t *seconds)
{
    if (civil->year < 0 || civil->year > 9999 || civil->month < 1 || civil->month > 12 || civil->day < 1 ||
        civil->day > days_in_month(civil->year, civil->month) || civil->hour > 23 || civil->minute > 59 ||
        civil->second > 59) {
        return DR_ERR_MALFORMED;
    }
    *seconds = (int64_t)days_from_civil(civil->year, civil->month, civil->day) * SECONDS_PER_DAY +
               (int64_t)civil->hour * 3600 + (int64_t)civil->minute * 60 + civil->second;
    return DR_OK;
}

void calendar_from_seconds(int64_t seconds, struct civil_time *civil)
{
    int64_t lowest = (int64_t)days_from_civil(0, 1, 1) * SECONDS_PER_DAY;
    int64_t highest = (int64_t)days_from_civil(10000, 1, 1) * SECONDS_PER_DAY - 1;
    int32_t days, rest, era, day_of_era, year_of_era, day_of_year, shifted;

    seconds = seconds < lowest ? lowest : seconds > highest ? highest : seconds;
    days = (int32_t)(seconds / SECONDS_PER_DAY);
    rest = (int32_t)(seconds % SECONDS_PER_DAY);
    if (rest < 0) {
        rest += SECONDS_PER_DAY;
        days--;
    }
    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    day_of_era = days - era * 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    shifted = (5 * day_of_year + 2) / 153;
    civil->day = (uint8_t)(day_of_year - (153 * shifted + 2) / 5 + 1);
    civil->month = (uint8_t)(shifted < 10 ? shifted + 3 : shifted - 9);
    civil->year = year_of_era + era * 400 + (civil->month <= 2 ? 1 : 0);
    civil->hour = (uint8_t)(rest / 3600);
    civil->minute = (uint8_t)(rest / 60 % 60);
    civil->second = (uint8_t)(rest % 60);
}

static void put_decimal(char *out, uint32_t value, unsigned digits)
{
    while (digits > 0) {
        out[--digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* -1 unless all are digits. */
static int32_t get_decimal(const uint8_t *text, unsigned digits)
{
    int32_t value = 0;

    for (unsigned i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* Where the fields of the ISO 8601 form stand. */
static const struct {
    uint8_t offset, digits;
} fields[6] = {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}};
static const char frame[] = "0000-00-00T00:00:00Z";

void calendar_format(int64_t seconds, char out[CALENDAR_ISO8601_SIZE])
{
    struct civil_time civil;

    calendar_from_seconds(seconds, &civil);
    const uint32_t values[6] = {(uint32_t)civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second};
    memcpy(out, frame, CALENDAR_ISO8601_SIZE);
    for (size_t i = 0; i < 6; i++) {
        put_decimal(out + fields[i].offset, values[i], fields[i].digits);
    }
}

enum dr_status calendar_parse(struct bytes text, int64_t *seconds)
{
    int32_t values[6];

    if (text.len != CALENDAR_ISO8601_SIZE - 1) {
        return DR_ERR_MALFORMED;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (frame[i] != '0' && text.data[i] != (uint8_t)frame[i]) {
            return DR_ERR_MALFORMED;
        }
    }
    for (size_t i = 0; i < 6; i++) {
        values[i] = get_decimal(text.data + fields[i].offset, fields[i].digits);
        if (values[i] < 0) {
            return DR_ERR_MALFORMED;
        }
    }
    struct civil_time civil = {values[0],          (uint8_t)values[1], (uint8_t)values[2],
                               (uint8_t)values[3], (uint8_t)values[4], (uint8_t)values[5]};
    return calendar_to_seconds(&civil, seconds);
}
