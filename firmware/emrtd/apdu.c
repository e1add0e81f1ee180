#include "emrtd/apdu.h"

#define APDU_HEADER 4U
#define APDU_MAX_DATA 255U
#define APDU_MAX_LE 256U

enum dr_status apdu_encode(const struct apdu_command *command, uint8_t *out, size_t *len)
{
    size_t needed = APDU_HEADER;
    size_t at = APDU_HEADER;

    if (command->data.len > APDU_MAX_DATA || command->le > APDU_MAX_LE) {
        return DR_ERR_ARGUMENT;
    }
    needed += command->data.len > 0 ? 1 + command->data.len : 0;
    needed += command->le != APDU_NO_LE ? 1 : 0;
    if (needed > *len) {
        return DR_ERR_NO_SPACE;
    }
    out[0] = command->cla;
    out[1] = command->ins;
    out[2] = command->p1;
    out[3] = command->p2;
    if (command->data.len > 0) {
        out[at++] = (uint8_t)command->data.len;
        memcpy(out + at, command->data.data, command->data.len);
        at += command->data.len;
    }
    if (command->le != APDU_NO_LE) {
        out[at++] = (uint8_t)command->le; /* 256 is 00 (ISO 7816-4 5.1) */
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
