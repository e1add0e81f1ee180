/* X.501 Names as they stand in certificates (RFC 5280 4.1.2.4): whole DER, compared by folded text. */
#ifndef DOCREV_TRUST_NAME_H
#define DOCREV_TRUST_NAME_H

#include "codec/der.h"

/*
 * Checks the form of a Name and finds its first countryName, upper-cased: 2 letters, or 3 as some states write it. "" when
 * there is none or it is neither. DR_ERR_MALFORMED, DR_ERR_TRUNCATED.
 */
enum dr_status name_country(struct bytes name, char country[4]);

/* Takes one Name from the reader, whole, with its country. */
enum dr_status name_read(struct der_reader *reader, struct bytes *name, char country[4]);

#endif
