#include "app/text.h"

#include "codec/calendar.h"

struct text text_begin(char *out, size_t capacity)
{
    out[0] = '\0';
    return (struct text){out, capacity, 0};
}

void text_add_char(struct text *text, char c)
{
    if (text->length + 1 < text->capacity) {
        text->out[text->length++] = c;
        text->out[text->length] = '\0';
    }
}

void text_add(struct text *text, const char *words)
{
    while (*words != '\0') {
        text_add_char(text, *words++);
    }
}

void text_add_number(struct text *text, uint64_t value)
{
    char digits[20];
    size_t count = 0;

    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count > 0) {
        text_add_char(text, digits[--count]);
    }
}

static void add_iso(struct text *text, int64_t seconds, size_t len)
{
    char iso[CALENDAR_ISO8601_SIZE];

    calendar_format(seconds, iso);
    for (size_t i = 0; i < len; i++) {
        text_add_char(text, (char)(iso[i] == 'T' ? ' ' : iso[i]));
    }
}

void text_add_date(struct text *text, int64_t seconds)
{
    add_iso(text, seconds, 10);
}

void text_add_minute(struct text *text, int64_t seconds)
{
    add_iso(text, seconds, 16);
}
