#include "revlist/document.h"

#define KEY_NUMBER 5U /* state[3], class, length, then the number */

static bool is_letter(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_number_character(uint8_t c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

/* strnlen is POSIX, not C11. */
static size_t text_length(const char *text, size_t max)
{
    const char *end = memchr(text, 0, max);

    return end != NULL ? (size_t)(end - text) : max;
}

static uint8_t to_upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

size_t document_key(const struct document_id *id, uint8_t key[DOCUMENT_KEY_MAX])
{
    size_t state_len = text_length(id->state, sizeof id->state - 1U);
    size_t number_len = text_length(id->number, MRZ_MAX_DOCUMENT_NUMBER);

    memset(key, '<', 3);
    memcpy(key, id->state, state_len);
    key[3] = (uint8_t)id->type_class;
    key[4] = (uint8_t)number_len;
    memcpy(key + KEY_NUMBER, id->number, number_len);
    return KEY_NUMBER + number_len;
}

enum dr_status document_from_key(struct bytes key, struct document_id *id)
{
    memset(id, 0, sizeof *id);
    if (key.len <= KEY_NUMBER || key.len > DOCUMENT_KEY_MAX || key.data[4] != key.len - KEY_NUMBER ||
        !is_letter(key.data[0]) || !is_letter(key.data[3]) ||
        (uint8_t)document_class((const char[]){(char)key.data[3], 0}) != key.data[3]) {
        return DR_ERR_MALFORMED;
    }
    for (size_t i = 0; i < 3; i++) {
        if (key.data[i] == '<') {
            continue;
        }
        if (!is_letter(key.data[i]) || (i > 0 && key.data[i - 1U] == '<')) {
            return DR_ERR_MALFORMED;
        }
        id->state[i] = (char)key.data[i];
    }
    id->type_class = (char)key.data[3];
    for (size_t i = KEY_NUMBER; i < key.len; i++) {
        if (!is_number_character(key.data[i])) {
            return DR_ERR_MALFORMED;
        }
        id->number[i - KEY_NUMBER] = (char)key.data[i];
    }
    return DR_OK;
}

char document_class(const char *code)
{
    uint8_t first = to_upper((uint8_t)code[0]);

    if (!is_letter(first)) {
        return 0;
    }
    /* Cards may bear A, C or I at the issuer's choice (ICAO 9303-5 4.2.2.1). */
    return first == 'A' || first == 'C' ? 'I' : (char)first;
}

enum dr_status document_normalise_number(struct bytes text, char number[MRZ_MAX_DOCUMENT_NUMBER + 1])
{
    size_t len = 0;

    memset(number, 0, MRZ_MAX_DOCUMENT_NUMBER + 1U);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = to_upper(text.data[i]);
        if (c != 0 && strchr(" -./'<", c) != NULL) {
            continue;
        }
        if (!is_number_character(c)) {
            return DR_ERR_MALFORMED;
        }
        if (len == MRZ_MAX_DOCUMENT_NUMBER) {
            return DR_ERR_TOO_LARGE;
        }
        number[len++] = (char)c;
    }
    return len > 0 ? DR_OK : DR_ERR_MALFORMED;
}

enum dr_status document_from_mrz(const struct mrz *mrz, struct document_id *id)
{
    size_t state_len = text_length(mrz->issuing_state, sizeof mrz->issuing_state);

    memset(id, 0, sizeof *id);
    id->type_class = document_class(mrz->document_code);
    if (id->type_class == 0 || state_len == 0 || state_len > 3) {
        return DR_ERR_MALFORMED;
    }
    /* A state that nobody knows is a state that nobody lists: any code is taken as it stands, but the one that is Germany's
     * by mistake (ICAO 9303-3 5, part A). */
    if (document_normalise_state(bytes_of(mrz->issuing_state, state_len), id->state) != DR_OK) {
        for (size_t i = 0; i < state_len; i++) {
            if (!is_letter((uint8_t)mrz->issuing_state[i])) {
                return DR_ERR_MALFORMED;
            }
        }
        memset(id->state, 0, sizeof id->state);
        memcpy(id->state, mrz->issuing_state, state_len);
    }
    return document_normalise_number(
        bytes_of(mrz->document_number, text_length(mrz->document_number, sizeof mrz->document_number)), id->number);
}
