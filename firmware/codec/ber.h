/* BER reader (ITU-T X.690 8) for the wrappers of others' CMS that are not DER: indefinite lengths, and longer ones than need be. */
#ifndef DOCREV_CODEC_BER_H
#define DOCREV_CODEC_BER_H

#include "codec/der.h"

/* Constructed items of indefinite length that may lie in one another. */
#define BER_MAX_DEPTH 16U

/*
 * As der_next, der_expect and der_enter, on the same cursor, except for the form of lengths. `value` of an item of indefinite length
 * ends before its end-of-contents octets, `whole` behind them. What lies inside is only walked to find the end, without
 * recursion, and is read later in its own turn. DR_ERR_UNSUPPORTED beyond BER_MAX_DEPTH.
 */
enum dr_status ber_next(struct der_reader *reader, struct der_item *item);
enum dr_status ber_expect(struct der_reader *reader, uint8_t tag, struct der_item *item);
enum dr_status ber_enter(struct der_reader *reader, uint8_t tag, struct der_reader *inner);

#endif
