/* The passport's chip: the eMRTD application at APDU level (ICAO 9303-10 3, 9303-11 4). */
#ifndef PASSPORT_SIM_CHIP_ICC_H
#define PASSPORT_SIM_CHIP_ICC_H

#include "chip/apdu.h"
#include "chip/secure_messaging.h"
#include "chip/traits.h"
#include "issuer/document.h"
#include "reader/card.h"

struct icc_stats {
    uint32_t apdus;
    uint32_t command_bytes;  /* APDUs as they came */
    uint32_t response_bytes; /* status words included */
};

struct icc {
    struct card card; /* its ctx is the icc itself: do not move it */
    const struct document *document;
    struct chip_traits traits;
    struct icc_stats stats; /* since icc_init */

    /* Lost with the field or a new activation. */
    bool application;    /* DF of the eMRTD application is current, else the MF */
    unsigned current_ef; /* enum lds_file; 0: none */
    bool has_challenge;
    uint8_t challenge[8];
    struct secure_messaging sm; /* active: access was granted */
    unsigned exchanges;
    struct buffer last_answer; /* protected; for CHIP_REPLAYS */
};

void icc_init(struct icc *icc, const struct document *document, const struct chip_traits *traits);
void icc_free(struct icc *icc);

/* -- Between the files of the chip -- */

/* Commands: append response data, return the status word. */
uint16_t icc_select(struct icc *icc, const struct apdu *apdu);
uint16_t icc_read_binary(struct icc *icc, const struct apdu *apdu, struct buffer *data);
uint16_t icc_get_challenge(struct icc *icc, const struct apdu *apdu, struct buffer *data);
/* Starts the session's keys into *started; the answer itself still goes in the clear. */
uint16_t icc_external_authenticate(struct icc *icc, const struct apdu *apdu, struct buffer *data,
                                   struct secure_messaging *started);
uint16_t icc_internal_authenticate(struct icc *icc, const struct apdu *apdu, struct buffer *data);

#endif
