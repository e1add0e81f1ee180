#include "trust_import/ldif.h"

#include <stdlib.h>
#include <strings.h>

/* Names in use at the ICAO directory; options such as ";binary" follow them. */
static const char *const attributes[] = {
    "userCertificate",    "cACertificate",        "certificateRevocationList", "authorityRevocationList",
    "CscaMasterListData", "pkdMasterListContent", "CscaCertificateObject",
};

static struct bytes take_line(struct bytes *rest)
{
    const uint8_t *end = memchr(rest->data, '\n', rest->len);
    struct bytes line = bytes_of(rest->data, end != NULL ? (size_t)(end - rest->data) : rest->len);
    size_t taken = line.len + (end != NULL ? 1U : 0U);

    *rest = bytes_of(rest->data + taken, rest->len - taken);
    if (line.len > 0 && line.data[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

static bool begins_with(struct bytes text, const char *word)
{
    size_t len = strlen(word);

    return text.len >= len && strncasecmp((const char *)text.data, word, len) == 0;
}

bool ldif_is(struct bytes data)
{
    while (data.len > 0) {
        struct bytes line = take_line(&data);
        if (memchr(line.data, '\0', line.len) != NULL) {
            return false;
        }
        if (begins_with(line, "dn:")) {
            return true;
        }
    }
    return false;
}

struct ldif ldif_of(struct bytes text)
{
    return (struct ldif){.rest = text};
}

void ldif_free(struct ldif *ldif)
{
    free(ldif->value);
    *ldif = (struct ldif){.value = NULL};
}

/* "name;binary:: " of a name wanted: *value is what follows on the line. */
static bool wanted(struct bytes line, struct bytes *value)
{
    const uint8_t *colon = memchr(line.data, ':', line.len);
    size_t name;

    if (colon == NULL || colon + 1 == line.data + line.len || colon[1] != ':') {
        return false;
    }
    name = strcspn((const char *)line.data, ";:"); /* ends at the colon at the latest */
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        if (name == strlen(attributes[i]) && begins_with(line, attributes[i])) {
            *value = bytes_of(colon + 2, line.len - (size_t)(colon + 2 - line.data));
            return true;
        }
    }
    return false;
}

static int sextet(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

struct base64 {
    uint32_t bits;
    unsigned sextets, padding;
    size_t len;
    bool wrong;
};

/* Decodes the characters of one line to out[decoder->len..]; blanks are passed. */
static void decode(struct base64 *decoder, struct bytes text, uint8_t *out)
{
    for (size_t i = 0; i < text.len && !decoder->wrong; i++) {
        int value = sextet(text.data[i]);
        if (text.data[i] == ' ') {
            continue;
        }
        if (text.data[i] == '=') {
            decoder->padding++;
            continue;
        }
        if (value < 0 || decoder->padding > 0) {
            decoder->wrong = true;
            break;
        }
        decoder->bits = decoder->bits << 6 | (uint32_t)value;
        if (decoder->sextets++ % 4U != 0) {
            /* 6 new bits complete an octet after the 2nd, 3rd and 4th character of a group of four. */
            unsigned left = 6U - 2U * ((decoder->sextets - 1U) % 4U);
            out[decoder->len++] = (uint8_t)(decoder->bits >> left);
        }
    }
}

static bool complete(const struct base64 *decoder)
{
    unsigned last = decoder->sextets % 4U;

    return !decoder->wrong && last != 1U && decoder->padding == (last == 0 ? 0U : 4U - last);
}

enum dr_status ldif_next(struct ldif *ldif, struct bytes *value)
{
    while (ldif->rest.len > 0) {
        struct bytes line = take_line(&ldif->rest), text;
        struct base64 decoder = {0};

        ldif->line++;
        if (!wanted(line, &text)) {
            continue;
        }
        /* All lines that continue it (they begin with a blank) hold less than what is left of the file. */
        if (ldif->capacity < (text.len + ldif->rest.len) / 4U * 3U + 3U) {
            uint8_t *grown = realloc(ldif->value, (text.len + ldif->rest.len) / 4U * 3U + 3U);
            if (grown == NULL) {
                return DR_ERR_NO_SPACE;
            }
            ldif->value = grown;
            ldif->capacity = (text.len + ldif->rest.len) / 4U * 3U + 3U;
        }
        decode(&decoder, text, ldif->value);
        while (ldif->rest.len > 0 && ldif->rest.data[0] == ' ') {
            text = take_line(&ldif->rest);
            ldif->line++;
            decode(&decoder, text, ldif->value);
        }
        *value = bytes_of(ldif->value, decoder.len);
        return complete(&decoder) && decoder.len > 0 ? DR_OK : DR_ERR_MALFORMED;
    }
    return DR_ERR_NOT_FOUND;
}
