/* Commands about the PN532 itself (UM0701-02 7.2). */
#include "reader/pn532.h"

#define REGISTER_CIU_CONTROL 0x633CU

enum pn532_outcome pn532_diagnose(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    switch (data.data[0]) {
    case 0x00: /* communication line: echo, number included */
        buffer_append(answer, data.data, data.len);
        return PN532_ANSWER;
    case 0x01: /* ROM checksum */
    case 0x02: /* RAM */
    case 0x07: /* antenna, self-test of its detector */
        buffer_append_byte(answer, PN532_STATUS_OK);
        return PN532_ANSWER;
    case 0x06: /* attention request, or ISO 14443-4 presence */
        buffer_append_byte(answer,
                           (uint8_t)(pn532->card != NULL && pn532->activated ? PN532_STATUS_OK : PN532_STATUS_TIMEOUT));
        return PN532_ANSWER;
    default:
        return PN532_SYNTAX_ERROR;
    }
}

enum pn532_outcome pn532_get_firmware_version(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    static const uint8_t version[] = {0x32, 0x01, 0x06, 0x07}; /* PN532 v1.6, ISO 14443 A, B, ISO 18092 */
    (void)pn532;
    (void)data;
    buffer_append(answer, version, sizeof(version));
    return PN532_ANSWER;
}

enum pn532_outcome pn532_get_general_status(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    (void)data;
    buffer_append_byte(answer, PN532_STATUS_OK);
    buffer_append_byte(answer, 0x00); /* no external field */
    buffer_append_byte(answer, pn532->target_known ? 1 : 0);
    if (pn532->target_known) {
        /* Number, rates reader to card and back, modulation ISO 14443. */
        const uint8_t target[] = {1, pn532->rate_to_card, pn532->rate_to_reader, 0x00};
        buffer_append(answer, target, sizeof(target));
    }
    buffer_append_byte(answer, 0x80); /* SAM: no negative pulse missed */
    return PN532_ANSWER;
}

enum pn532_outcome pn532_read_register(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    if (data.len % 2 != 0) {
        return PN532_SYNTAX_ERROR;
    }
    for (size_t i = 0; i < data.len; i += 2) {
        buffer_append_byte(answer, pn532->registers[(size_t)data.data[i] << 8 | data.data[i + 1]]);
    }
    return PN532_ANSWER;
}

enum pn532_outcome pn532_write_register(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    (void)answer;
    if (data.len % 3 != 0) {
        return PN532_SYNTAX_ERROR;
    }
    for (size_t i = 0; i < data.len; i += 3) {
        size_t address = (size_t)data.data[i] << 8 | data.data[i + 1];
        /* The low bits of CIU_Control count received bits: whole octets here, always 0. */
        pn532->registers[address] = address == REGISTER_CIU_CONTROL ? data.data[i + 2] & 0xF8 : data.data[i + 2];
    }
    return PN532_ANSWER;
}

enum pn532_outcome pn532_read_gpio(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    static const uint8_t ports[] = {0x3F, 0x07, 0x00}; /* P3 and P7 pulled up; I0 I1 00: HSU is the host's interface */
    (void)pn532;
    (void)data;
    buffer_append(answer, ports, sizeof(ports));
    return PN532_ANSWER;
}

enum pn532_outcome pn532_write_gpio(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    (void)pn532;
    (void)data;
    (void)answer;
    return PN532_ANSWER; /* nothing is connected to the pins */
}

enum pn532_outcome pn532_set_serial_baud_rate(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    (void)pn532;
    (void)answer; /* a pty or socket has no bit rate; the chip would change it after the host's ACK */
    return data.data[0] <= 0x08 ? PN532_ANSWER : PN532_SYNTAX_ERROR;
}

enum pn532_outcome pn532_set_parameters(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    (void)answer;
    pn532->parameters = data.data[0];
    return PN532_ANSWER;
}

enum pn532_outcome pn532_sam_configuration(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    (void)answer;
    if (data.data[0] < 0x01 || data.data[0] > 0x04) {
        return PN532_SYNTAX_ERROR;
    }
    pn532->power = PN532_NORMAL;
    return PN532_ANSWER;
}

enum pn532_outcome pn532_power_down(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    pn532_set_field(pn532, false);
    pn532->wake_by_uart = (data.data[0] & 0x10) != 0; /* WakeUpEnable: bit 4 is the HSU */
    pn532->power = PN532_POWER_DOWN;
    buffer_append_byte(answer, PN532_STATUS_OK);
    return PN532_ANSWER;
}

enum pn532_outcome pn532_rf_configuration(struct pn532 *pn532, struct slice data, struct buffer *answer)
{
    static const struct {
        uint8_t item;
        uint8_t len;
    } items[] = {{0x01, 1}, {0x02, 3}, {0x04, 1}, {0x05, 3}, {0x0A, 11}, {0x0B, 8}, {0x0C, 3}, {0x0D, 9}};
    (void)answer;
    size_t row = 0;
    while (row < sizeof(items) / sizeof(items[0]) && items[row].item != data.data[0]) {
        row++;
    }
    if (row == sizeof(items) / sizeof(items[0]) || data.len != items[row].len + 1U) {
        return PN532_SYNTAX_ERROR;
    }
    if (data.data[0] == 0x01) {
        pn532_set_field(pn532, (data.data[1] & 0x01) != 0);
    } else if (data.data[0] == 0x05) {
        pn532->activation_retries = data.data[3];
    }
    return PN532_ANSWER;
}
