/* Port: a contactless reader that has one ISO 14443-4 chip in its field. */
#ifndef DOCREV_PORT_NFC_H
#define DOCREV_PORT_NFC_H

#include "port/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Largest command and response APDU, extended ones included: Chip Authentication with a 2,048-bit field and Active Authentication
 * with such a key, under secure messaging, have 302 and 294 octets. A frame of the PN532 holds about 264: the board chains.
 */
#define PORT_NFC_MAX_COMMAND 320U
#define PORT_NFC_MAX_RESPONSE 320U

struct port_nfc_target {
    char type;       /* 'A' or 'B' of ISO 14443 */
    uint8_t uid_len; /* UID or PUPI; random for passports, never logged or stored */
    uint8_t uid[10];
};

struct port_nfc {
    void *ctx;

    /* Brings the controller up, or up again after a failure. DR_ERR_NO_READER when it is silent. */
    enum dr_status (*open)(void *ctx);

    /* One poll of types A and B (ICAO 9303-10 App. C.3), with the field on and ISO 14443-4 activated.
     * DR_ERR_NO_CARD when there is none; returns within about 300 ms. */
    enum dr_status (*activate)(void *ctx, struct port_nfc_target *target);

    /* One APDU exchange, response with SW1 SW2. *response_len: capacity in, length out (>= 2 on DR_OK).
     * timeout_ms bounds the whole exchange, waiting-time extensions included.
     * DR_ERR_NO_CARD when the chip left, DR_ERR_NO_READER when the controller is silent. */
    enum dr_status (*transceive)(void *ctx, const uint8_t *command, size_t command_len, uint8_t *response,
                                 size_t *response_len, uint32_t timeout_ms);

    /* Deselects the chip and switches the field off. Never fails: errors are dealt with by the next open. */
    void (*release)(void *ctx);
};

#endif
