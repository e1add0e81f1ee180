#include "util/tlv.h"

void tlv_append_header(struct buffer *out, uint32_t tag, size_t len)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        if ((tag >> shift) != 0) {
            buffer_append_byte(out, (uint8_t)(tag >> shift));
        }
    }
    if (len < 0x80) {
        buffer_append_byte(out, (uint8_t)len);
        return;
    }
    unsigned octets = len > 0xFFFFFF ? 4 : len > 0xFFFF ? 3 : len > 0xFF ? 2 : 1;
    buffer_append_byte(out, (uint8_t)(0x80 | octets));
    for (unsigned i = octets; i-- > 0;) {
        buffer_append_byte(out, (uint8_t)(len >> (8 * i)));
    }
}

void tlv_append(struct buffer *out, uint32_t tag, struct slice value)
{
    tlv_append_header(out, tag, value.len);
    buffer_append(out, value.data, value.len);
}

bool tlv_next(struct slice *rest, struct tlv *out)
{
    size_t at = 0;
    if (rest->len < 2) {
        return false;
    }
    uint32_t tag = rest->data[at++];
    if ((tag & 0x1F) == 0x1F) {
        tag = tag << 8 | rest->data[at++];
        if ((tag & 0x80) != 0) {
            return false; /* three octets and more: no such tag in an eMRTD */
        }
    }
    if (at >= rest->len) {
        return false;
    }
    size_t len = rest->data[at++];
    if (len >= 0x80) {
        size_t octets = len & 0x7F;
        if (octets == 0 || octets > 4 || octets > rest->len - at) {
            return false;
        }
        len = 0;
        while (octets-- > 0) {
            len = len << 8 | rest->data[at++];
        }
    }
    if (len > rest->len - at) {
        return false;
    }
    *out = (struct tlv){tag, {rest->data + at, len}, {rest->data, at + len}};
    rest->data += at + len;
    rest->len -= at + len;
    return true;
}
