/* DER reader (ITU-T X.690): pure, no copying, no allocation, no recursion. */
#ifndef DOCREV_CODEC_DER_H
#define DOCREV_CODEC_DER_H

#include "codec/bytes.h"
#include "port/status.h"

/* Universal tags used by CMS, X.509 and the LDS, as their identifier octet. */
#define DER_BOOLEAN 0x01U
#define DER_INTEGER 0x02U
#define DER_BIT_STRING 0x03U
#define DER_OCTET_STRING 0x04U
#define DER_NULL 0x05U
#define DER_OID 0x06U
#define DER_ENUMERATED 0x0AU
#define DER_UTF8_STRING 0x0CU
#define DER_PRINTABLE_STRING 0x13U
#define DER_IA5_STRING 0x16U
#define DER_UTC_TIME 0x17U
#define DER_GENERALIZED_TIME 0x18U
#define DER_SEQUENCE 0x30U
#define DER_SET 0x31U
#define DER_CONTEXT(n) (0xA0U | (n))           /* constructed [n] */
#define DER_CONTEXT_PRIMITIVE(n) (0x80U | (n)) /* primitive [n] */

/* One TLV. `value` and `whole` are views into the input; `whole` has tag and length too (what signatures cover). */
struct der_item {
    uint8_t tag;
    struct bytes value;
    struct bytes whole;
};

/* A cursor over consecutive TLVs. */
struct der_reader {
    struct bytes rest;
};

struct der_reader der_reader_of(struct bytes input);
bool der_at_end(const struct der_reader *reader);

/* Tag octet of the next item, 0 at the end of input. */
uint8_t der_peek(const struct der_reader *reader);

/*
 * Takes the next item. Single-octet tags and definite lengths up to 2^31-1 only; lengths must be minimal.
 * DR_ERR_TRUNCATED, DR_ERR_MALFORMED; DR_ERR_UNSUPPORTED for multi-octet tags.
 */
enum dr_status der_next(struct der_reader *reader, struct der_item *item);

/* Takes the next item, which must have this tag (DR_ERR_MALFORMED otherwise; the cursor then has not moved). */
enum dr_status der_expect(struct der_reader *reader, uint8_t tag, struct der_item *item);

/* Takes the next item if it has this tag; *present tells. Absence is not an error. */
enum dr_status der_optional(struct der_reader *reader, uint8_t tag, struct der_item *item, bool *present);

/* Takes the next item, constructed with this tag, and opens a cursor on its content. */
enum dr_status der_enter(struct der_reader *reader, uint8_t tag, struct der_reader *inner);

/* DR_ERR_MALFORMED unless everything was taken: trailing bytes are an error. */
enum dr_status der_finish(const struct der_reader *reader);

/* INTEGER: minimal encoding is required. The unsigned forms refuse negative values. */
enum dr_status der_uint64(struct der_reader *reader, uint64_t *value);
/* Positive INTEGER as big-endian bytes without the sign octet (so 0 gives one zero byte). */
enum dr_status der_unsigned(struct der_reader *reader, struct bytes *magnitude);
enum dr_status der_boolean(struct der_reader *reader, bool *value);
/* BIT STRING of whole octets (0 unused bits), without the unused-bits octet. */
enum dr_status der_bit_string(struct der_reader *reader, struct bytes *octets);
/* UTCTime or GeneralizedTime (RFC 5280 4.1.2.5, UTC with seconds) as seconds since 1970. */
enum dr_status der_time(struct der_reader *reader, int64_t *seconds);

#endif
