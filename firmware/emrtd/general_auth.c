#include "emrtd/general_auth.h"

#include "codec/tlv.h"

#define TAG_DYNAMIC_DATA 0x7CU
#define CLA_CHAINING 0x10U
#define OBJECTS_MAX 8U
/* What an answer may add to a value of the same size as ours: two templates with their lengths, a token. */
#define ANSWER_OVERHEAD 24U

/* 7C { tag value } */
static enum dr_status build(uint8_t *out, size_t *len, uint8_t tag, struct bytes value)
{
    uint8_t header[4];
    size_t header_len = tag == 0 ? 0 : tlv_write_header(header, sizeof header, tag, value.len);
    size_t at = tlv_write_header(out, *len, TAG_DYNAMIC_DATA, header_len + value.len);

    if (at == 0 || at + header_len + value.len > *len) {
        return DR_ERR_NO_SPACE;
    }
    memcpy(out + at, header, header_len);
    at += header_len;
    if (value.len > 0) {
        memcpy(out + at, value.data, value.len);
    }
    *len = at + value.len;
    return DR_OK;
}

enum dr_status general_authenticate(struct session *session, bool chained, uint8_t tag, struct bytes value,
                                    struct bytes *answer)
{
    uint8_t data[SESSION_MAX_DATA];
    size_t len = sizeof data;
    struct apdu_command command = {
        .cla = chained ? CLA_CHAINING : APDU_CLA_PLAIN, .ins = APDU_INS_GENERAL_AUTHENTICATE, .le = APDU_SHORT_LE};
    struct tlv_item outer;
    struct bytes response;
    enum dr_status status = build(data, &len, tag, value);

    if (status != DR_OK) {
        return status;
    }
    command.data = bytes_of(data, len);
    if (len > APDU_SHORT_DATA) { /* 9303-11 9.3.1: the extended form is for values that need it */
        command.le = (uint16_t)(len + ANSWER_OVERHEAD);
    }
    status = session_exchange(session, &command, &response);
    if (status != DR_OK) {
        return status;
    }
    if (session->sw != SW_OK) {
        return DR_ERR_CARD_STATUS;
    }
    if (tlv_next(&response, &outer) != DR_OK || outer.tag != TAG_DYNAMIC_DATA || response.len != 0) {
        return DR_ERR_PROTOCOL;
    }
    *answer = outer.value;
    return DR_OK;
}

static enum dr_status find(struct bytes answer, uint8_t tag, struct bytes *value, unsigned *others)
{
    struct tlv_item item;
    bool found = false;
    unsigned count;

    *others = 0;
    for (count = 0; answer.len > 0; count++) {
        if (count == OBJECTS_MAX || tlv_next(&answer, &item) != DR_OK || (item.tag == tag && found)) {
            return DR_ERR_PROTOCOL;
        }
        if (item.tag == tag) {
            *value = item.value;
            found = true;
        } else {
            ++*others;
        }
    }
    return found ? DR_OK : DR_ERR_PROTOCOL;
}

enum dr_status general_auth_find(struct bytes answer, uint8_t tag, struct bytes *value)
{
    unsigned others;

    return find(answer, tag, value, &others);
}

enum dr_status general_auth_only(struct bytes answer, uint8_t tag, struct bytes *value)
{
    unsigned others;
    enum dr_status status = find(answer, tag, value, &others);

    return status == DR_OK && others > 0 ? DR_ERR_PROTOCOL : status;
}
