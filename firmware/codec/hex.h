/* Hexadecimal text. */
#ifndef DOCREV_CODEC_HEX_H
#define DOCREV_CODEC_HEX_H

#include "codec/bytes.h"
#include "port/status.h"

/* Writes 2 * len lower-case digits and a NUL; `out` has room for them. */
void hex_encode(struct bytes data, char *out);
/* Either case, even count; *len: capacity in, octets out. */
enum dr_status hex_decode(struct bytes text, uint8_t *out, size_t *len);

#endif
