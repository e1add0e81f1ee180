/* Fields of docrev's own manifests and policies, read strictly: one way to write each value. */
#ifndef DOCREV_TRUST_FIELD_H
#define DOCREV_TRUST_FIELD_H

#include "codec/der.h"

/* GeneralizedTime, and not UTCTime. */
enum dr_status field_time(struct der_reader *reader, int64_t *seconds);

/* UTF8String of min..max octets, well-formed (RFC 3629) and without control characters: it is shown to people. */
enum dr_status field_text(struct der_reader *reader, size_t min, size_t max, struct bytes *text);

/* Is it well-formed UTF-8 without control characters? */
bool field_text_valid(struct bytes text);

/* INTEGER version, which must be `known` (DR_ERR_UNSUPPORTED otherwise). */
enum dr_status field_version(struct der_reader *reader, uint64_t known);

/* INTEGER min..max (DR_ERR_MALFORMED otherwise). */
enum dr_status field_number(struct der_reader *reader, uint64_t min, uint64_t max, uint64_t *number);

#endif
