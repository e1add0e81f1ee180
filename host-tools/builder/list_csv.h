/* Reads lists of documents from CSV: issuing_state,document_type,document_number,reason[,legal_basis[,since]]. */
#ifndef DOCREV_BUILDER_LIST_CSV_H
#define DOCREV_BUILDER_LIST_CSV_H

#include "revlist/document.h"

#include <stdio.h>

/* One line of a source. `since`: seconds since 1970 from which the source lists the document, or LIST_SINCE_UNKNOWN. */
#define LIST_SINCE_UNKNOWN INT64_MIN
struct list_record {
    struct document_id id;
    struct document_record record;
    int64_t since;
};

/*
 * Fields may be quoted (RFC 4180; no line breaks inside), lines end with LF or CRLF, a UTF-8 byte order mark and empty lines
 * are skipped. A first line whose first field is `issuing_state` is the header and must name the columns in this order.
 *   issuing_state    MRZ code or ISO 3166-1 alpha-3, any case (document_normalise_state)
 *   document_type    document code, any case; its first letter counts (document_class)
 *   document_number  normalised by document_normalise_number
 *   reason           stolen, lost, stolen-blank, cancelled, invalid
 *   legal_basis      for `cancelled` only: court-order, administrative, holder-request, not-stated; empty means the default
 *   since            YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ, or empty
 */
#define LIST_CSV_MAX_LINE 1024U
struct list_csv {
    FILE *file;
    uint64_t line;                     /* number of the line read last, from 1 */
    bool any;                          /* a line with content was read */
    enum document_basis default_basis; /* of cancelled documents without one; BASIS_NONE means not-stated */
    char text[LIST_CSV_MAX_LINE + 2];
    char why[160]; /* after an error: what is wrong with the line, without its number. Never holds a document number. */
};

void list_csv_begin(struct list_csv *csv, FILE *file, enum document_basis default_basis);

/*
 * The next record. DR_ERR_NOT_FOUND at the end; DR_ERR_IO. DR_ERR_MALFORMED: csv->line and ->why say what is wrong, and the
 * call after it goes on with the next line.
 */
enum dr_status list_csv_next(struct list_csv *csv, struct list_record *record);

#endif
