#include "issuer/holder.h"

#include <stdio.h>
#include <string.h>

/* ICAO 9303-3 4.9: weights 7 3 1, A is 10, the filler 0. */
static char check_digit(const char *characters, size_t len)
{
    static const unsigned weights[] = {7, 3, 1};
    unsigned sum = 0;
    for (size_t i = 0; i < len; i++) {
        char c = characters[i];
        unsigned value = 0;
        if (c >= '0' && c <= '9') {
            value = (unsigned)(c - '0');
        } else if (c >= 'A' && c <= 'Z') {
            value = (unsigned)(c - 'A') + 10;
        }
        sum += value * weights[i % 3];
    }
    return (char)('0' + sum % 10);
}

/* Puts text into a field of a line that is all fillers; what is too long is cut. */
static void put(char *line, size_t at, size_t width, const char *text)
{
    size_t len = strnlen(text, width);
    memcpy(line + at, text, len);
}

static void blank(char *line, size_t len)
{
    memset(line, '<', len);
    line[len] = '\0';
}

/* Positions 1 to 28 of the second line of TD3 and TD2. */
static void put_second(const struct mrz_fields *fields, char *second)
{
    put(second, 0, 9, fields->number);
    second[9] = check_digit(second, 9);
    put(second, 10, 3, "UTO");
    put(second, 13, 6, fields->holder->birth);
    second[19] = check_digit(second + 13, 6);
    second[20] = fields->holder->sex;
    put(second, 21, 6, fields->expiry);
    second[27] = check_digit(second + 21, 6);
}

/* 9303-4 4.2.2 and 9303-6 4.2.2: two lines of 44 or 36. */
static void compose_two(const struct mrz_fields *fields, size_t width, const char *names,
                        char lines[MRZ_LINES][MRZ_LINE + 1])
{
    char *second = lines[1];
    char composite[39]; /* positions 1 to 10, 14 to 20 and 22 up to the last but one */
    blank(lines[0], width);
    blank(second, width);
    lines[0][0] = width == MRZ_LINE ? 'P' : 'I';
    put(lines[0], 2, 3, fields->issuing_state);
    put(lines[0], 5, width - 5, names);
    put_second(fields, second);
    if (width == MRZ_LINE) {
        second[42] = check_digit(second + 28, 14);
    }
    size_t last = width - 1;
    memcpy(composite, second, 10);
    memcpy(composite + 10, second + 13, 7);
    memcpy(composite + 17, second + 21, last - 21);
    second[last] = check_digit(composite, 17 + last - 21);
}

/* 9303-5 4.2.2: three lines of 30; a number over nine characters goes on in the optional data (note j). */
static void compose_three(const struct mrz_fields *fields, const char *names, char lines[MRZ_LINES][MRZ_LINE + 1])
{
    char composite[50];
    char *first = lines[0];
    char *second = lines[1];
    size_t len = strlen(fields->number);
    for (size_t i = 0; i < MRZ_LINES; i++) {
        blank(lines[i], 30);
    }
    first[0] = 'I';
    put(first, 2, 3, fields->issuing_state);
    put(first, 5, 9, fields->number);
    if (len > 9) {
        put(first, 15, 14, fields->number + 9);
        first[15 + len - 9] = check_digit(fields->number, len);
    } else {
        first[14] = check_digit(first + 5, 9);
    }
    put(second, 0, 6, fields->holder->birth);
    second[6] = check_digit(second, 6);
    second[7] = fields->holder->sex;
    put(second, 8, 6, fields->expiry);
    second[14] = check_digit(second + 8, 6);
    put(second, 15, 3, "UTO");
    memcpy(composite, first + 5, 25);
    memcpy(composite + 25, second, 7);
    memcpy(composite + 32, second + 8, 7);
    memcpy(composite + 39, second + 18, 11);
    second[29] = check_digit(composite, sizeof(composite));
    put(lines[2], 0, 30, names);
}

void mrz_compose(const struct mrz_fields *fields, char lines[MRZ_LINES][MRZ_LINE + 1])
{
    char names[MRZ_LINE + 1];
    memset(lines, 0, MRZ_LINES * (MRZ_LINE + 1));
    snprintf(names, sizeof(names), "%s<<%s", fields->holder->surname, fields->holder->given);
    if (fields->format == MRZ_TD1) {
        compose_three(fields, names, lines);
    } else {
        compose_two(fields, fields->format == MRZ_TD3 ? MRZ_LINE : 36, names, lines);
    }
}

void mrz_information(char lines[MRZ_LINES][MRZ_LINE + 1], char information[MRZ_INFORMATION])
{
    const char *second = lines[1];
    if (lines[2][0] == '\0') {
        snprintf(information, MRZ_INFORMATION, "%.10s%.7s%.7s", second, second + 13, second + 21);
    } else if (lines[0][14] == '<') {
        int more = (int)strcspn(lines[0] + 15, "<");
        snprintf(information, MRZ_INFORMATION, "%.9s%.*s%.7s%.7s", lines[0] + 5, more, lines[0] + 15, second,
                 second + 8);
    } else {
        snprintf(information, MRZ_INFORMATION, "%.10s%.7s%.7s", lines[0] + 5, second, second + 8);
    }
}
