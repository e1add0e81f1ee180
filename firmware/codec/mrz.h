/* Machine readable zone of TD1, TD2 and TD3 documents (ICAO 9303-3 4, 9303-4, -5, -6). Pure text, no I/O. */
#ifndef DOCREV_CODEC_MRZ_H
#define DOCREV_CODEC_MRZ_H

#include "codec/bytes.h"
#include "port/status.h"

#define MRZ_MAX_LEN 90U             /* TD1: 3 x 30; TD2: 2 x 36 = 72; TD3: 2 x 44 = 88 */
#define MRZ_MAX_DOCUMENT_NUMBER 22U /* TD1 long form: 9 + 13 (ICAO 9303-5 4.2.2.2 note j) */
#define MRZ_INFORMATION_MAX 38U     /* number + its digit, birth + digit, expiry + digit; long TD1 numbers included */

enum mrz_format { MRZ_TD1 = 1, MRZ_TD2, MRZ_TD3 };

/* What docrev needs of an MRZ; it does not parse names. Strings are NUL-terminated, without trailing fillers;
 * fillers inside a document number stay, as the key derivation needs them. */
struct mrz {
    enum mrz_format format;
    char document_code[3];                             /* 'P', 'PM', 'I', ... */
    char issuing_state[4];                             /* 'UTO', 'D', ... */
    char document_number[MRZ_MAX_DOCUMENT_NUMBER + 1]; /* TD1 long numbers joined */
    char nationality[4];
    char date_of_birth[7];  /* YYMMDD, fillers kept where unknown */
    char date_of_expiry[7]; /* YYMMDD */
};

/*
 * Parses the concatenated lines (90, 72 or 88 characters of A-Z 0-9 <) and verifies every check digit.
 * DR_ERR_CHECK_DIGIT, DR_ERR_MALFORMED (length or character).
 */
enum dr_status mrz_parse(struct bytes text, struct mrz *mrz);

/*
 * Collects an MRZ from lines of text as an optical reader sends them, or a person types: upper-cases, drops spaces, CR
 * and LF, and finds two or three consecutive lines that make a TD1, TD2 or TD3. Resets itself on anything else.
 */
struct mrz_collector {
    char lines[3][46];
    uint8_t count;
    uint8_t fill; /* characters of the line being received */
    char line[64];
};
void mrz_collector_reset(struct mrz_collector *collector);
/* Feeds one byte. DR_OK: an MRZ is complete and in *text (mrz_len bytes); DR_ERR_TRUNCATED: more is needed;
 * DR_ERR_CHECK_DIGIT or DR_ERR_MALFORMED: a full set of lines that is no valid MRZ, or a line of MRZ characters of no
 * format's length (collector is reset). Other text is passed over. */
enum dr_status mrz_collect(struct mrz_collector *collector, uint8_t byte, char text[MRZ_MAX_LEN], size_t *text_len);

/* Check digit with weights 7 3 1 (ICAO 9303-3 4.9) as '0'..'9'. Characters outside A-Z 0-9 < count as filler. */
char mrz_check_digit(struct bytes characters);

/*
 * MRZ information: document number (at least 9 characters, filled with '<'), its check digit, date of birth, digit, date of
 * expiry, digit (ICAO 9303-11 9.7.3, 4.3.2). Long TD1 numbers whole, without fillers. Writes `*len` characters, no NUL.
 */
enum dr_status mrz_information(const struct mrz *mrz, uint8_t out[MRZ_INFORMATION_MAX], size_t *len);

/* True when both describe the same document: code's first letter, state, number, birth, expiry (ICAO 9303-11 5.1.1). */
bool mrz_same_document(const struct mrz *a, const struct mrz *b);

/* Date of expiry as the first second after its last day, century taken relative to `now` (ICAO 9303-3 4.8): an expiry is
 * never more than 50 years before or after now. DR_ERR_MALFORMED for impossible dates. */
enum dr_status mrz_expiry_seconds(const struct mrz *mrz, int64_t now, int64_t *seconds);

#endif
