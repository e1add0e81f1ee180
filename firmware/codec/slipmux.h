/* Slipmux (draft-bormann-t2trg-slipmux-03): SLIP frames with a type byte, so that text and CoAP share one serial line. */
#ifndef DOCREV_CODEC_SLIPMUX_H
#define DOCREV_CODEC_SLIPMUX_H

#include "codec/bytes.h"
#include "port/status.h"

#define SLIPMUX_DIAGNOSTIC 0x0AU /* text */
#define SLIPMUX_COAP 0xA9U       /* CoAP message followed by the 16-bit FCS of RFC 1662 */

enum slipmux_event {
    SLIPMUX_NOTHING,    /* more bytes are needed */
    SLIPMUX_COAP_FRAME, /* a CoAP message with a good FCS: frame[0..len) */
    SLIPMUX_TEXT_FRAME, /* a diagnostic frame: frame[0..len) */
    SLIPMUX_TEXT_LINE,  /* a line typed on a plain terminal, outside any frame */
    SLIPMUX_DAMAGED     /* a frame was dropped: bad FCS, bad escape, unknown type or too long */
};

/* Decoder over a caller's buffer, fed byte by byte. The event's content is in buffer[0..length) until the next call. */
struct slipmux_decoder {
    uint8_t *buffer;
    size_t capacity;
    size_t length;
    uint8_t state;
    bool escaped;
    bool overflow;
};

void slipmux_decoder_init(struct slipmux_decoder *decoder, uint8_t *buffer, size_t capacity);
enum slipmux_event slipmux_decode(struct slipmux_decoder *decoder, uint8_t byte);

/* Sends one frame through `put` (escaping and FCS as the type needs), END before and after. */
typedef void (*slipmux_put)(void *ctx, const uint8_t *data, size_t len);
void slipmux_encode(uint8_t type, struct bytes payload, slipmux_put put, void *ctx);

/* FCS-16 of RFC 1662 App. C.2. `fcs` is 0, or the result over the data before (initial value and complement are handled
 * inside). */
uint16_t slipmux_fcs16(uint16_t fcs, struct bytes data);

#endif
