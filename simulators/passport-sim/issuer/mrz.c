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

void mrz_compose(const struct mrz_fields *fields, char lines[MRZ_LINES][MRZ_LINE + 1])
{
    char names[MRZ_LINE + 1];
    char *first = lines[0];
    char *second = lines[1];
    for (size_t i = 0; i < MRZ_LINES; i++) {
        memset(lines[i], '<', MRZ_LINE);
        lines[i][MRZ_LINE] = '\0';
    }
    first[0] = 'P';
    put(first, 2, 3, fields->issuing_state);
    snprintf(names, sizeof(names), "%s<<%s", fields->holder->surname, fields->holder->given);
    put(first, 5, 39, names);

    put(second, 0, 9, fields->number);
    second[9] = check_digit(second, 9);
    put(second, 10, 3, "UTO");
    put(second, 13, 6, fields->holder->birth);
    second[19] = check_digit(second + 13, 6);
    second[20] = fields->holder->sex;
    put(second, 21, 6, fields->expiry);
    second[27] = check_digit(second + 21, 6);
    second[42] = check_digit(second + 28, 14);
    char composite[39]; /* positions 1 to 10, 14 to 20 and 22 to 43 (9303-4 4.2.2.2) */
    memcpy(composite, second, 10);
    memcpy(composite + 10, second + 13, 7);
    memcpy(composite + 17, second + 21, 22);
    second[43] = check_digit(composite, sizeof(composite));
}

void mrz_information(char lines[MRZ_LINES][MRZ_LINE + 1], char information[25])
{
    const char *second = lines[1];
    memcpy(information, second, 10);
    memcpy(information + 10, second + 13, 7);
    memcpy(information + 17, second + 21, 7);
    information[24] = '\0';
}
