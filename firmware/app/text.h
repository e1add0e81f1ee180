/* Short lines of text in a fixed buffer; what does not fit is left out. */
#ifndef DOCREV_APP_TEXT_H
#define DOCREV_APP_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Always NUL-terminated. */
struct text {
    char *out;
    size_t capacity, length;
};

struct text text_begin(char *out, size_t capacity);
void text_add(struct text *text, const char *words);
void text_add_char(struct text *text, char c);
void text_add_number(struct text *text, uint64_t value);
/* "2026-11-24"; "2026-11-24 17:05". */
void text_add_date(struct text *text, int64_t seconds);
void text_add_minute(struct text *text, int64_t seconds);

#endif
