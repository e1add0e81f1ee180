/* DER writer into a caller's buffer; used for manifests, policies and CMS by the host and for receipts by the device. */
#ifndef DOCREV_CODEC_DER_WRITE_H
#define DOCREV_CODEC_DER_WRITE_H

#include "codec/bytes.h"
#include "codec/der.h"

/*
 * Forward writer. Overflow is remembered, not signalled at each call: write everything, then ask der_write_finish.
 *
 *   struct der_writer w; der_write_begin(&w, buf, cap);
 *   size_t seq = der_write_open(&w, DER_SEQUENCE);
 *   der_write_uint64(&w, 1);
 *   der_write_close(&w, seq);
 *   status = der_write_finish(&w, &len);
 */
struct der_writer {
    uint8_t *buffer;
    size_t capacity;
    size_t length;
    bool overflow;
};

void der_write_begin(struct der_writer *writer, uint8_t *buffer, size_t capacity);
/* Opens a constructed (or wrapping) item and returns the mark that der_write_close needs. */
size_t der_write_open(struct der_writer *writer, uint8_t tag);
void der_write_close(struct der_writer *writer, size_t mark);
void der_write_item(struct der_writer *writer, uint8_t tag, struct bytes value);
/* Bytes that are DER already. */
void der_write_raw(struct der_writer *writer, struct bytes encoded);
void der_write_uint64(struct der_writer *writer, uint64_t value);
void der_write_enumerated(struct der_writer *writer, uint8_t value);
void der_write_unsigned(struct der_writer *writer, struct bytes magnitude);
void der_write_boolean(struct der_writer *writer, bool value);
void der_write_generalized_time(struct der_writer *writer, int64_t seconds);
/* DR_ERR_NO_SPACE when anything did not fit. */
enum dr_status der_write_finish(const struct der_writer *writer, size_t *length);

#endif
