#include "chip/sm_spoil.h"

#include <string.h>

#define MAC_OBJECT 10U /* DO8E */
#define STATUS 2U

enum sm_twist sm_twist_of(enum chip_fault fault)
{
    switch (fault) {
    case CHIP_NO_STATUS:
        return TWIST_NO_STATUS;
    case CHIP_SHORT_STATUS:
        return TWIST_SHORT_STATUS;
    case CHIP_NO_CRYPTOGRAM:
        return TWIST_NO_CRYPTOGRAM;
    case CHIP_TWO_CRYPTOGRAMS:
        return TWIST_TWO_CRYPTOGRAMS;
    case CHIP_CRYPTOGRAM_SIZE:
        return TWIST_CRYPTOGRAM_SIZE;
    case CHIP_PADDING:
        return TWIST_PADDING;
    case CHIP_INDICATOR:
        return TWIST_INDICATOR;
    case CHIP_STRAY_OBJECT:
        return TWIST_STRAY_OBJECT;
    case CHIP_OLD_COUNTER:
        return TWIST_OLD_COUNTER;
    default:
        return TWIST_NONE;
    }
}

static void append_status(struct buffer *response, uint16_t sw)
{
    const uint8_t octets[] = {(uint8_t)(sw >> 8), (uint8_t)sw};
    buffer_append(response, octets, sizeof(octets));
}

/* The MAC object with fewer octets of it. */
static void shorten_mac(struct buffer *response, size_t octets, uint16_t sw)
{
    response->len -= STATUS + MAC_OBJECT;
    uint8_t mac[8];
    memcpy(mac, response->data + response->len + 2, sizeof(mac));
    buffer_append_byte(response, 0x8E);
    buffer_append_byte(response, (uint8_t)octets);
    buffer_append(response, mac, octets);
    append_status(response, sw);
}

static void replay(struct icc *icc, struct buffer *response)
{
    if (icc->exchanges >= icc->traits.at && icc->last_answer.len > 0) {
        response->len = 0;
        buffer_append(response, icc->last_answer.data, icc->last_answer.len);
    }
    icc->last_answer.len = 0;
    buffer_append(&icc->last_answer, response->data, response->len);
}

void sm_spoil(struct icc *icc, struct slice command, struct slice data, uint16_t sw, struct buffer *response)
{
    size_t len = response->len;
    switch (icc->traits.fault) {
    case CHIP_PLAIN_SUCCESS:
        response->len = 0;
        append_status(response, SW_OK);
        break;
    case CHIP_PLAIN_DATA:
        response->len = 0;
        buffer_append(response, data.data, data.len);
        append_status(response, sw);
        break;
    case CHIP_PLAIN_ERROR:
        if (icc->exchanges >= icc->traits.at) {
            response->len = 0;
            append_status(response, icc->traits.status_word);
        }
        break;
    case CHIP_WRONG_MAC: /* the MAC's last octet stands before the status word */
        response->data[len - STATUS - 1] ^= 0x01;
        break;
    case CHIP_SHORT_MAC:
        shorten_mac(response, 4, sw);
        break;
    case CHIP_EMPTY_MAC:
        shorten_mac(response, 0, sw);
        break;
    case CHIP_NO_MAC:
        response->len = len - STATUS - MAC_OBJECT;
        append_status(response, sw);
        break;
    case CHIP_OTHER_STATUS: /* authentic data, but the status outside is turned */
        response->len = len - STATUS;
        append_status(response, sw == SW_OK ? SW_NOT_FOUND : SW_OK);
        break;
    case CHIP_CRYPTOGRAM:
        if (data.len > 0) {
            response->data[6] ^= 0x01;
        }
        break;
    case CHIP_OBJECT_LENGTH:
        if (data.len > 0) {
            response->data[1] = 0x82;
            response->data[2] = 0x7F;
        }
        break;
    case CHIP_REFLECTS:
        response->len = 0;
        buffer_append(response, command.data, command.len);
        append_status(response, SW_OK);
        break;
    case CHIP_REPLAYS:
        replay(icc, response);
        break;
    default:
        break;
    }
}
