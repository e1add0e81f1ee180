/* The chip's end of secure messaging (ICAO 9303-11 9.8). */
#ifndef PASSPORT_SIM_CHIP_SECURE_MESSAGING_H
#define PASSPORT_SIM_CHIP_SECURE_MESSAGING_H

#include "chip/apdu.h"
#include "chip/suite.h"
#include "chip/tdes.h"

/* What a hostile chip builds wrong under a MAC that is right. */
enum sm_twist {
    TWIST_NONE,
    TWIST_NO_STATUS,
    TWIST_SHORT_STATUS,
    TWIST_NO_CRYPTOGRAM,
    TWIST_TWO_CRYPTOGRAMS,
    TWIST_CRYPTOGRAM_SIZE, /* its last octet is missing */
    TWIST_PADDING,         /* whole blocks without padding */
    TWIST_INDICATOR,       /* padding-content indicator 02 */
    TWIST_STRAY_OBJECT,    /* an object of tag 9A */
    TWIST_OLD_COUNTER      /* the counter of the command is used again */
};

struct secure_messaging {
    bool active;
    enum suite suite;
    enum sm_twist twist;
    uint8_t enc[SUITE_KEY_MAX];
    uint8_t mac[SUITE_KEY_MAX];
    uint8_t ssc[SUITE_BLOCK_MAX]; /* as long as a block of the suite (9.8.6.3, 9.8.7.3) */
};

/* After BAC: 3DES, SSC from both nonces. */
void secure_messaging_start(struct secure_messaging *sm, const uint8_t seed[TDES_KEY], const uint8_t ssc[TDES_BLOCK]);
/* After PACE or Chip Authentication: keys from the shared secret, SSC zero. */
void secure_messaging_start_suite(struct secure_messaging *sm, enum suite suite, struct slice secret);
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

/* The last command is as if it had not come: the counter goes back by one. */
void secure_messaging_undo(struct secure_messaging *sm);

/* Plain octets that a protected short response has room for (256 in the data field, 9.3.1.2). */
size_t secure_messaging_room(const struct secure_messaging *sm);

#endif
