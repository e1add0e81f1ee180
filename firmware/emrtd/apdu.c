#include "emrtd/apdu.h"

#define APDU_HEADER 4U

bool apdu_is_extended(const struct apdu_command *command)
{
    return command->data.len > APDU_SHORT_DATA || command->le > APDU_SHORT_LE;
}

size_t apdu_encode_length(uint8_t *out, size_t len, bool extended)
{
    if (!extended) {
        out[0] = (uint8_t)len; /* 256 is 00 as Le (ISO 7816-4 5.1) */
        return 1;
    }
    out[0] = 0;
    put_be16(out + 1, (uint16_t)len);
    return 3;
}

enum dr_status apdu_encode(const struct apdu_command *command, uint8_t *out, size_t *len)
{
    bool extended = apdu_is_extended(command);
    size_t length_size = extended ? 3 : 1;
    size_t needed = APDU_HEADER;
    size_t at = APDU_HEADER;

    if (command->data.len > UINT16_MAX) {
        return DR_ERR_ARGUMENT;
    }
    needed += command->data.len > 0 ? length_size + command->data.len : 0;
    needed += command->le != APDU_NO_LE ? length_size : 0;
    if (needed > *len) {
        return DR_ERR_NO_SPACE;
    }
    out[0] = command->cla;
    out[1] = command->ins;
    out[2] = command->p1;
    out[3] = command->p2;
    if (command->data.len > 0) {
        at += apdu_encode_length(out + at, command->data.len, extended);
        memcpy(out + at, command->data.data, command->data.len);
        at += command->data.len;
    }
    if (command->le != APDU_NO_LE) {
        if (extended && command->data.len > 0) {
            put_be16(out + at, command->le); /* the zero octet came with Lc */
            at += 2;
        } else {
            at += apdu_encode_length(out + at, command->le, extended);
        }
    }
    *len = at;
    return DR_OK;
}

enum dr_status apdu_split(struct bytes response, struct bytes *data, uint16_t *sw)
{
    if (response.len < 2) {
        return DR_ERR_PROTOCOL;
    }
    *data = bytes_of(response.data, response.len - 2);
    *sw = get_be16(response.data + response.len - 2);
    return DR_OK;
}
