/* BER-TLV as in ISO 7816-4 5.2.2: definite lengths, tags of one or two octets (0x6F, 0x7F61). */
#ifndef PASSPORT_SIM_UTIL_TLV_H
#define PASSPORT_SIM_UTIL_TLV_H

#include "util/buffer.h"

struct tlv {
    uint32_t tag;
    struct slice value;
    struct slice whole; /* tag and length included */
};

/* Appends tag, length, value; shortest form of the length. */
void tlv_append(struct buffer *out, uint32_t tag, struct slice value);
/* Appends tag and length only: what a file that lies about its size begins with. */
void tlv_append_header(struct buffer *out, uint32_t tag, size_t len);

/* Takes the next object off the front of *rest. False at the end, or when it is malformed (then *rest is not empty). */
bool tlv_next(struct slice *rest, struct tlv *out);

#endif
