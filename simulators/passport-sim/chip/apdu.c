#include "chip/apdu.h"

static bool parse_short(struct slice octets, struct apdu *apdu)
{
    size_t lc = octets.data[4];
    if (octets.len == 5) {
        apdu->has_le = true;
        apdu->le = lc == 0 ? 256 : (uint32_t)lc;
        return true;
    }
    if (lc == 0 || octets.len < 5 + lc || octets.len > 6 + lc) {
        return false;
    }
    apdu->data = (struct slice){octets.data + 5, lc};
    if (octets.len == 6 + lc) {
        uint8_t le = octets.data[5 + lc];
        apdu->has_le = true;
        apdu->le = le == 0 ? 256 : le;
    }
    return true;
}

static uint32_t extended_le(const uint8_t *at)
{
    uint32_t le = (uint32_t)at[0] << 8 | at[1];
    return le == 0 ? 65536 : le;
}

static bool parse_extended(struct slice octets, struct apdu *apdu)
{
    apdu->extended = true;
    size_t lc = (size_t)octets.data[5] << 8 | octets.data[6];
    if (octets.len == 7) {
        apdu->has_le = true;
        apdu->le = extended_le(octets.data + 5);
        return true;
    }
    if (lc == 0 || (octets.len != 7 + lc && octets.len != 9 + lc)) {
        return false;
    }
    apdu->data = (struct slice){octets.data + 7, lc};
    if (octets.len == 9 + lc) {
        apdu->has_le = true;
        apdu->le = extended_le(octets.data + 7 + lc);
    }
    return true;
}

bool apdu_parse(struct slice octets, struct apdu *apdu)
{
    if (octets.len < 4) {
        return false;
    }
    *apdu = (struct apdu){.cla = octets.data[0], .ins = octets.data[1], .p1 = octets.data[2], .p2 = octets.data[3]};
    if (octets.len == 4) {
        return true;
    }
    if (octets.data[4] == 0 && octets.len >= 7) {
        return parse_extended(octets, apdu);
    }
    return parse_short(octets, apdu);
}
