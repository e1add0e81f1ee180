#include "codec/mrz.h"

#include "codec/calendar.h"

#define FILLER '<'
#define NUMBER_FIELD 9U
#define TD1_LINE ((size_t)30)
#define TD2_LINE ((size_t)36)
#define TD3_LINE ((size_t)44)
#define LIKELY_LINE 24U       /* a line of MRZ characters at least this long was meant as one */
#define LINE_SPOILT UINT8_MAX /* mrz_collector.fill: the line is none of an MRZ */

/* Where the fields stand in the concatenated lines (ICAO 9303-4 4.2.2, 9303-5 4.2.2, 9303-6 4.2.2). */
struct layout {
    uint8_t number, nationality, birth, expiry;
    uint8_t optional, optional_len; /* where a long number continues; none in TD3 */
    uint8_t composite;              /* composite check digit */
    struct {
        uint8_t at, len;
    } covered[4]; /* what it covers, in order */
};

static const struct layout layouts[] = {
    [MRZ_TD1] = {5, 45, 30, 38, 15, 15, 59, {{5, 25}, {30, 7}, {38, 7}, {48, 11}}},
    [MRZ_TD2] = {36, 46, 49, 57, 64, 7, 71, {{36, 10}, {49, 7}, {57, 14}, {0, 0}}},
    [MRZ_TD3] = {44, 54, 57, 65, 0, 0, 87, {{44, 10}, {57, 7}, {65, 22}, {0, 0}}},
};

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_mrz_character(uint8_t c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || c == FILLER;
}

/* Sum of characters times 7, 3, 1, ...; *position carries the weights on over several fields. */
static unsigned weigh(struct bytes characters, unsigned *position)
{
    static const uint8_t weights[3] = {7, 3, 1};
    unsigned sum = 0;

    for (size_t i = 0; i < characters.len; i++) {
        uint8_t c = characters.data[i];
        unsigned value = is_digit(c) ? c - (unsigned)'0' : c >= 'A' && c <= 'Z' ? c - (unsigned)'A' + 10U : 0U;
        sum += value * weights[(*position)++ % 3];
    }
    return sum;
}

char mrz_check_digit(struct bytes characters)
{
    unsigned position = 0;

    return (char)('0' + weigh(characters, &position) % 10);
}

static bool composite_right(const uint8_t *text, const struct layout *layout)
{
    unsigned sum = 0, position = 0;

    for (size_t i = 0; i < 4; i++) {
        sum += weigh(bytes_of(text + layout->covered[i].at, layout->covered[i].len), &position);
    }
    return text[layout->composite] == '0' + sum % 10;
}

static bool field_right(const uint8_t *field, size_t len)
{
    return field[len] == (uint8_t)mrz_check_digit(bytes_of(field, len));
}

static size_t without_fillers(const uint8_t *field, size_t len)
{
    while (len > 0 && field[len - 1] == FILLER) {
        len--;
    }
    return len;
}

static void copy_field(char *out, const uint8_t *field, size_t len)
{
    len = without_fillers(field, len);
    memcpy(out, field, len);
    out[len] = '\0';
}

/*
 * A number longer than its field has a filler in place of its check digit and goes on in the optional data, where the check
 * digit follows it and a filler ends it (ICAO 9303-5 4.2.2.2 note j, 9303-6 4.2.2.2 note j).
 */
static enum dr_status read_number(const uint8_t *text, const struct layout *layout, struct mrz *mrz)
{
    const uint8_t *field = text + layout->number;
    const uint8_t *optional = text + layout->optional;
    size_t more = 0;

    if (field[NUMBER_FIELD] != FILLER) {
        copy_field(mrz->document_number, field, NUMBER_FIELD);
        if (mrz->document_number[0] == '\0') {
            return DR_ERR_MALFORMED;
        }
        return field_right(field, NUMBER_FIELD) ? DR_OK : DR_ERR_CHECK_DIGIT;
    }
    while (more < layout->optional_len && optional[more] != FILLER) {
        more++;
    }
    if (more < 2 || field[NUMBER_FIELD - 1] == FILLER || NUMBER_FIELD + more - 1 > MRZ_MAX_DOCUMENT_NUMBER) {
        return DR_ERR_CHECK_DIGIT;
    }
    more--; /* the last of them is the check digit */
    memcpy(mrz->document_number, field, NUMBER_FIELD);
    memcpy(mrz->document_number + NUMBER_FIELD, optional, more);
    mrz->document_number[NUMBER_FIELD + more] = '\0';
    return optional[more] == (uint8_t)mrz_check_digit(bytes_of(mrz->document_number, NUMBER_FIELD + more))
               ? DR_OK
               : DR_ERR_CHECK_DIGIT;
}

/* Six digits, or fillers for what is not known (ICAO 9303-3 4.8). */
static enum dr_status read_date(const uint8_t *field, char out[7])
{
    for (size_t i = 0; i < 6; i++) {
        if (!is_digit(field[i]) && field[i] != FILLER) {
            return DR_ERR_MALFORMED;
        }
    }
    memcpy(out, field, 6);
    out[6] = '\0';
    return field_right(field, 6) ? DR_OK : DR_ERR_CHECK_DIGIT;
}

/* The check digit of TD3's personal number may be a filler when there is none (ICAO 9303-4 4.2.2.2). */
static bool td3_personal_number_right(const uint8_t *text)
{
    const uint8_t *field = text + 72;

    return field_right(field, 14) || (field[14] == FILLER && without_fillers(field, 14) == 0);
}

static enum mrz_format format_of(size_t len)
{
    return len == 3 * TD1_LINE ? MRZ_TD1 : len == 2 * TD2_LINE ? MRZ_TD2 : MRZ_TD3;
}

enum dr_status mrz_parse(struct bytes text, struct mrz *mrz)
{
    const struct layout *layout;
    enum dr_status status;

    if (text.len != 3 * TD1_LINE && text.len != 2 * TD2_LINE && text.len != 2 * TD3_LINE) {
        return DR_ERR_MALFORMED;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!is_mrz_character(text.data[i])) {
            return DR_ERR_MALFORMED;
        }
    }
    mrz->format = format_of(text.len);
    layout = &layouts[mrz->format];
    copy_field(mrz->document_code, text.data, 2);
    copy_field(mrz->issuing_state, text.data + 2, 3);
    copy_field(mrz->nationality, text.data + layout->nationality, 3);
    status = read_number(text.data, layout, mrz);
    if (status == DR_OK) {
        status = read_date(text.data + layout->birth, mrz->date_of_birth);
    }
    if (status == DR_OK) {
        status = read_date(text.data + layout->expiry, mrz->date_of_expiry);
    }
    if (status != DR_OK) {
        return status;
    }
    if (mrz->format == MRZ_TD3 && !td3_personal_number_right(text.data)) {
        return DR_ERR_CHECK_DIGIT;
    }
    return composite_right(text.data, layout) ? DR_OK : DR_ERR_CHECK_DIGIT;
}

void mrz_collector_reset(struct mrz_collector *collector)
{
    collector->count = 0;
    collector->fill = 0;
}

/* A whole line has come: keeps it if it can belong to an MRZ, and says whether the set is complete. */
static enum dr_status take_line(struct mrz_collector *collector, char text[MRZ_MAX_LEN], size_t *text_len)
{
    size_t len = collector->fill, needed = len == TD1_LINE ? 3 : 2;
    struct mrz mrz;
    enum dr_status status;

    collector->fill = 0;
    if (len == 0) {
        return DR_ERR_TRUNCATED;
    }
    if (len != TD1_LINE && len != TD2_LINE && len != TD3_LINE) {
        collector->count = 0;
        return len >= LIKELY_LINE && len != LINE_SPOILT ? DR_ERR_MALFORMED : DR_ERR_TRUNCATED;
    }
    if (collector->count > 0 && strlen(collector->lines[0]) != len) {
        collector->count = 0;
    }
    memcpy(collector->lines[collector->count], collector->line, len);
    collector->lines[collector->count][len] = '\0';
    if (++collector->count < needed) {
        return DR_ERR_TRUNCATED;
    }
    for (size_t i = 0; i < needed; i++) {
        memcpy(text + i * len, collector->lines[i], len);
    }
    *text_len = needed * len;
    mrz_collector_reset(collector);
    status = mrz_parse(bytes_of(text, *text_len), &mrz);
    memset(&mrz, 0, sizeof mrz);
    return status;
}

enum dr_status mrz_collect(struct mrz_collector *collector, uint8_t byte, char text[MRZ_MAX_LEN], size_t *text_len)
{
    if (byte == '\r' || byte == '\n') {
        return take_line(collector, text, text_len);
    }
    if (byte == '\b' || byte == 0x7F) { /* a person corrects */
        if (collector->fill > 0 && collector->fill != LINE_SPOILT) {
            collector->fill--;
        }
        return DR_ERR_TRUNCATED;
    }
    if (byte <= ' ') { /* spaces, and the STX and ETX that some readers put around their lines */
        return DR_ERR_TRUNCATED;
    }
    if (byte >= 'a' && byte <= 'z') {
        byte = (uint8_t)(byte - 'a' + 'A');
    }
    if (!is_mrz_character(byte) || collector->fill >= sizeof collector->line) {
        collector->fill = LINE_SPOILT;
    } else {
        collector->line[collector->fill++] = (char)byte;
    }
    return DR_ERR_TRUNCATED;
}

/* A field and its check digit, filled to `width`. Returns where the next goes. */
static uint8_t *put_with_digit(uint8_t *out, const char *field, size_t width)
{
    size_t len = 0;

    for (; field[len] != '\0'; len++) {
        out[len] = (uint8_t)field[len];
    }
    for (; len < width; len++) {
        out[len] = FILLER;
    }
    out[len] = (uint8_t)mrz_check_digit(bytes_of(out, len));
    return out + len + 1;
}

enum dr_status mrz_information(const struct mrz *mrz, uint8_t out[MRZ_INFORMATION_MAX], size_t *len)
{
    uint8_t *end = out;

    if (mrz->document_number[0] == '\0' || strlen(mrz->date_of_birth) != 6 || strlen(mrz->date_of_expiry) != 6) {
        return DR_ERR_ARGUMENT;
    }
    end = put_with_digit(end, mrz->document_number, NUMBER_FIELD);
    end = put_with_digit(end, mrz->date_of_birth, 6);
    end = put_with_digit(end, mrz->date_of_expiry, 6);
    *len = (size_t)(end - out);
    return DR_OK;
}

bool mrz_same_document(const struct mrz *a, const struct mrz *b)
{
    return a->document_code[0] == b->document_code[0] && strcmp(a->issuing_state, b->issuing_state) == 0 &&
           strcmp(a->document_number, b->document_number) == 0 && strcmp(a->date_of_birth, b->date_of_birth) == 0 &&
           strcmp(a->date_of_expiry, b->date_of_expiry) == 0;
}

enum dr_status mrz_expiry_seconds(const struct mrz *mrz, int64_t now, int64_t *seconds)
{
    const char *date = mrz->date_of_expiry;
    struct civil_time today, civil = {0};
    enum dr_status status;

    for (size_t i = 0; i < 6; i++) {
        if (!is_digit((uint8_t)date[i])) {
            return DR_ERR_MALFORMED;
        }
    }
    calendar_from_seconds(now, &today);
    civil.year = today.year - today.year % 100 + (date[0] - '0') * 10 + (date[1] - '0');
    if (civil.year > today.year + 50) {
        civil.year -= 100;
    } else if (civil.year < today.year - 49) {
        civil.year += 100;
    }
    civil.month = (uint8_t)((date[2] - '0') * 10 + (date[3] - '0'));
    civil.day = (uint8_t)((date[4] - '0') * 10 + (date[5] - '0'));
    status = calendar_to_seconds(&civil, seconds);
    if (status == DR_OK) {
        *seconds += 86400; /* valid throughout its last day */
    }
    return status;
}
