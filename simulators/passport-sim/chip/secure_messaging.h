/* The chip's end of secure messaging with Triple DES (ICAO 9303-11 9.8). */
#ifndef PASSPORT_SIM_CHIP_SECURE_MESSAGING_H
#define PASSPORT_SIM_CHIP_SECURE_MESSAGING_H

#include "chip/apdu.h"
#include "chip/tdes.h"

struct secure_messaging {
    bool active;
    uint8_t enc[TDES_KEY];
    uint8_t mac[TDES_KEY];
    uint8_t ssc[TDES_BLOCK];
};

void secure_messaging_start(struct secure_messaging *sm, const uint8_t seed[TDES_KEY], const uint8_t ssc[TDES_BLOCK]);
void secure_messaging_end(struct secure_messaging *sm);

/*
 * Takes the protection off a command. *plain has CLA, INS, P1, P2, data (owned by *storage) and Le as if sent in the clear.
 * SW_OK, or SW_SM_MISSING, SW_SM_INCORRECT, upon which the caller ends the session (9.8.3).
 */
uint16_t secure_messaging_unwrap(struct secure_messaging *sm, const struct apdu *command, struct apdu *plain,
                                 struct buffer *storage);

/* Protects data and status word for the command with instruction `ins`; appends response data and SW1 SW2. */
void secure_messaging_wrap(struct secure_messaging *sm, uint8_t ins, struct slice data, uint16_t sw,
                           struct buffer *response);

/* Plain octets that a protected short response has room for (256 in the data field, 9.3.1.2). */
#define SECURE_MESSAGING_SHORT_MAX 231U

#endif
