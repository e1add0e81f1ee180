/* What is listed: a document, in normal form. Never a person: there is no field for one (docs/safeguards.md). */
#ifndef DOCREV_REVLIST_DOCUMENT_H
#define DOCREV_REVLIST_DOCUMENT_H

#include "codec/mrz.h"

/* Values are those of the list format and of the policy's rules; never renumber. */
enum document_reason {
    REASON_STOLEN = 1,
    REASON_LOST = 2,
    REASON_STOLEN_BLANK = 3,
    REASON_CANCELLED = 4,
    REASON_INVALID = 5
};

/* Legal basis of a cancellation; BASIS_NONE for every other reason. */
enum document_basis {
    BASIS_NONE = 0,
    BASIS_COURT_ORDER = 1,
    BASIS_ADMINISTRATIVE = 2,
    BASIS_HOLDER_REQUEST = 3,
    BASIS_NOT_STATED = 4
};

/* Identity of a document. Strings are NUL-terminated. */
struct document_id {
    char state[4];   /* issuing state, MRZ code: 1-3 letters ('D', 'UTO'); ICAO 9303-3 5 */
    char type_class; /* first letter of the document code; A, C and I are one class, written 'I' (cards) */
    char number[MRZ_MAX_DOCUMENT_NUMBER + 1]; /* A-Z 0-9, 1..22 */
};

struct document_record {
    enum document_reason reason;
    enum document_basis basis;
};

/*
 * Sort key: state filled to 3 with '<', class, number length (u8), number. memcmp order is the list's order.
 * Returns its length, 6..27.
 */
#define DOCUMENT_KEY_MAX 27U
size_t document_key(const struct document_id *id, uint8_t key[DOCUMENT_KEY_MAX]);
/* The way back. DR_ERR_MALFORMED when the bytes are no key. */
enum dr_status document_from_key(struct bytes key, struct document_id *id);

/* From the MRZ read out of DG1 (ICAO 9303-3 7.3.6: the document code's first letter decides the class). */
enum dr_status document_from_mrz(const struct mrz *mrz, struct document_id *id);

/* Class of a document code ('P', 'PM' -> 'P'; 'AC', 'C', 'ID' -> 'I'; 'V' -> 'V'); 0 for anything but letters. */
char document_class(const char *code);

/* Upper-cases, drops spaces and separators ( - . / ' ) and fillers. DR_ERR_MALFORMED for other characters or no number
 * left, DR_ERR_TOO_LARGE for more than 22. The rule is part of docs/list-format.md. */
enum dr_status document_normalise_number(struct bytes text, char number[MRZ_MAX_DOCUMENT_NUMBER + 1]);

/* MRZ code of an issuing state from what a CSV gives: MRZ code or ISO 3166 alpha-3 ('DEU' -> 'D', 'GBR' stays), the codes of
 * ICAO 9303-3 5 for organisations, stateless persons and others, and UTO. DR_ERR_NOT_FOUND for unknown codes. */
enum dr_status document_normalise_state(struct bytes text, char state[4]);

/* "stolen", "court-order", ...; NULL for values that are none. And back; DR_ERR_NOT_FOUND. */
const char *document_reason_text(enum document_reason reason);
const char *document_basis_text(enum document_basis basis);
enum dr_status document_reason_parse(struct bytes text, enum document_reason *reason);
enum dr_status document_basis_parse(struct bytes text, enum document_basis *basis);

/* A basis is stated exactly for cancellations. */
bool document_record_valid(const struct document_record *record);

#endif
