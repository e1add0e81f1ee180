#include "builder/list_csv.h"

#include "codec/calendar.h"

#include <stdarg.h>
#include <strings.h>

#define COLUMNS 6U
#define REQUIRED_COLUMNS 4U
static const char *const names[COLUMNS] = {"issuing_state", "document_type", "document_number",
                                           "reason",        "legal_basis",   "since"};

void list_csv_begin(struct list_csv *csv, FILE *file, enum document_basis default_basis)
{
    memset(csv, 0, sizeof *csv);
    csv->file = file;
    csv->default_basis = default_basis == BASIS_NONE ? BASIS_NOT_STATED : default_basis;
}

__attribute__((format(printf, 2, 3))) static enum dr_status fail(struct list_csv *csv, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(csv->why, sizeof csv->why, format, arguments);
    va_end(arguments);
    return DR_ERR_MALFORMED;
}

/* What a message may repeat of a field: printable ASCII, not too long. */
static struct bytes shown(struct bytes field, char out[25])
{
    size_t len = field.len < 24U ? field.len : 24U;

    for (size_t i = 0; i < len; i++) {
        out[i] = field.data[i] >= 0x20 && field.data[i] < 0x7F ? (char)field.data[i] : '?';
    }
    out[len] = 0;
    return bytes_of(out, len);
}

static struct bytes trim(struct bytes field)
{
    while (field.len > 0 && (field.data[0] == ' ' || field.data[0] == '\t')) {
        field.data++;
        field.len--;
    }
    while (field.len > 0 && (field.data[field.len - 1U] == ' ' || field.data[field.len - 1U] == '\t')) {
        field.len--;
    }
    return field;
}

/* Splits the line in place; quotes are taken off. */
static enum dr_status split(struct list_csv *csv, size_t len, struct bytes fields[COLUMNS], size_t *count)
{
    char *text = csv->text;
    size_t at = 0;

    *count = 0;
    for (;;) {
        size_t begin = at, out;
        if (*count == COLUMNS) {
            return fail(csv, "more than %u fields", COLUMNS);
        }
        if (at < len && text[at] == '"') {
            at++;
            begin = out = at;
            while (at < len && (text[at] != '"' || (at + 1U < len && text[at + 1U] == '"'))) {
                at += text[at] == '"' ? 1U : 0U;
                text[out++] = text[at++];
            }
            if (at == len) {
                return fail(csv, "a quoted field does not end");
            }
            at++;
            if (at < len && text[at] != ',') {
                return fail(csv, "characters follow a quoted field");
            }
        } else {
            const char *comma = memchr(text + at, ',', len - at);
            at = comma != NULL ? (size_t)(comma - text) : len;
            out = at;
        }
        fields[(*count)++] = trim(bytes_of(text + begin, out - begin));
        if (at == len) {
            return DR_OK;
        }
        at++;
    }
}

static bool is_word(struct bytes field, const char *word)
{
    return field.len == strlen(word) && strncasecmp((const char *)field.data, word, field.len) == 0;
}

static enum dr_status check_header(struct list_csv *csv, const struct bytes *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_word(fields[i], names[i])) {
            return fail(csv, "header: column %zu must be %s", i + 1U, names[i]);
        }
    }
    return count >= REQUIRED_COLUMNS ? DR_OK : fail(csv, "header: %s is missing", names[count]);
}

static enum dr_status read_since(struct list_csv *csv, struct bytes field, int64_t *since)
{
    char text[CALENDAR_ISO8601_SIZE];
    size_t len = field.len;

    *since = LIST_SINCE_UNKNOWN;
    if (len == 0) {
        return DR_OK;
    }
    if (len < sizeof text) {
        memcpy(text, field.data, len);
        if (len == 10) {
            memcpy(text + len, "T00:00:00Z", 10);
            len += 10;
        }
        if (calendar_parse(bytes_of(text, len), since) == DR_OK) {
            return DR_OK;
        }
    }
    return fail(csv, "since is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ");
}

static enum dr_status read_record(struct list_csv *csv, const struct bytes *fields, size_t count,
                                  struct list_record *record)
{
    char text[25];
    enum dr_status status;

    memset(record, 0, sizeof *record);
    if (count < REQUIRED_COLUMNS) {
        return fail(csv, "%s is missing", names[count]);
    }
    if (document_normalise_state(fields[0], record->id.state) != DR_OK) {
        (void)shown(fields[0], text);
        return fail(csv, "issuing state '%s' is no code of ICAO 9303-3", text);
    }
    record->id.type_class = fields[1].len > 0 && fields[1].len <= 2 ? document_class((const char *)fields[1].data) : 0;
    if (record->id.type_class == 0) {
        (void)shown(fields[1], text);
        return fail(csv, "document type '%s' is no document code", text);
    }
    status = document_normalise_number(fields[2], record->id.number);
    if (status != DR_OK) {
        return fail(csv, status == DR_ERR_TOO_LARGE ? "document number is longer than 22 characters"
                         : fields[2].len == 0       ? "document number is empty"
                                                    : "document number has a character that no MRZ can bear");
    }
    if (document_reason_parse(fields[3], &record->record.reason) != DR_OK) {
        (void)shown(fields[3], text);
        return fail(csv, "reason '%s' is not stolen, lost, stolen-blank, cancelled or invalid", text);
    }
    if (count > 4 && fields[4].len > 0) {
        if (document_basis_parse(fields[4], &record->record.basis) != DR_OK || record->record.basis == BASIS_NONE) {
            (void)shown(fields[4], text);
            return fail(csv, "legal basis '%s' is not court-order, administrative, holder-request or not-stated", text);
        }
        if (record->record.reason != REASON_CANCELLED) {
            return fail(csv, "a legal basis belongs to cancelled documents only");
        }
    } else if (record->record.reason == REASON_CANCELLED) {
        record->record.basis = csv->default_basis;
    }
    return read_since(csv, count > 5 ? fields[5] : bytes_of("", 0), &record->since);
}

/* One line into csv->text without its end. */
static enum dr_status read_line(struct list_csv *csv, size_t *len)
{
    if (fgets(csv->text, (int)sizeof csv->text, csv->file) == NULL) {
        return ferror(csv->file) ? DR_ERR_IO : DR_ERR_NOT_FOUND;
    }
    csv->line++;
    *len = strlen(csv->text);
    if (*len == sizeof csv->text - 1U && csv->text[*len - 1U] != '\n') {
        int c;
        while ((c = getc(csv->file)) != EOF && c != '\n') {
        }
        return fail(csv, "line is longer than %u characters", LIST_CSV_MAX_LINE);
    }
    while (*len > 0 && (csv->text[*len - 1U] == '\n' || csv->text[*len - 1U] == '\r')) {
        csv->text[--*len] = 0;
    }
    if (csv->line == 1 && *len >= 3 && memcmp(csv->text, "\xEF\xBB\xBF", 3) == 0) {
        *len -= 3;
        memmove(csv->text, csv->text + 3, *len + 1U);
    }
    return DR_OK;
}

enum dr_status list_csv_next(struct list_csv *csv, struct list_record *record)
{
    struct bytes fields[COLUMNS];
    size_t len = 0, count = 0;
    enum dr_status status;

    for (;;) {
        bool first = !csv->any;
        status = read_line(csv, &len);
        if (status == DR_OK && len == 0) {
            continue;
        }
        csv->any = true;
        if (status == DR_OK) {
            status = split(csv, len, fields, &count);
        }
        if (status != DR_OK) {
            return status;
        }
        if (first && is_word(fields[0], names[0])) {
            status = check_header(csv, fields, count);
            if (status != DR_OK) {
                return status;
            }
            continue;
        }
        return read_record(csv, fields, count, record);
    }
}
