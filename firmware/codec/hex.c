#include "codec/hex.h"

void hex_encode(struct bytes data, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < data.len; i++) {
        *out++ = digits[data.data[i] >> 4];
        *out++ = digits[data.data[i] & 0x0F];
    }
    *out = '\0';
}

static int nibble(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20; /* lower case */
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum dr_status hex_decode(struct bytes text, uint8_t *out, size_t *len)
{
    if (text.len % 2 != 0) {
        return DR_ERR_MALFORMED;
    }
    if (text.len / 2 > *len) {
        return DR_ERR_NO_SPACE;
    }
    for (size_t i = 0; i < text.len; i += 2) {
        int high = nibble(text.data[i]), low = nibble(text.data[i + 1]);
        if (high < 0 || low < 0) {
            return DR_ERR_MALFORMED;
        }
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    *len = text.len / 2;
    return DR_OK;
}
