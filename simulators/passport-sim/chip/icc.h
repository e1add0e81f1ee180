/* The passport's chip: the eMRTD application at APDU level (ICAO 9303-10 3, 9303-11 4). */
#ifndef PASSPORT_SIM_CHIP_ICC_H
#define PASSPORT_SIM_CHIP_ICC_H

#include "chip/apdu.h"
#include "chip/pace.h"
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
    bool mf_selected;    /* by SELECT MF, since activation */
    unsigned current_ef; /* enum lds_file; 0: none */
    bool has_challenge;
    uint8_t challenge[8];
    struct pace pace;
    const struct document_ca_key *ca_key; /* set for Chip Authentication by MSE:Set AT; NULL: none */
    struct secure_messaging sm;           /* active: access was granted */
    bool plain_access;                    /* CHIP_PACE_KEEPS_PLAIN: opened without secure messaging */
    bool lose_session;                    /* the session ends with the answer to this command */
    bool bare;                            /* and the answer is a bare status word */
    unsigned exchanges;
    struct buffer last_answer;  /* protected; for CHIP_REPLAYS */
    struct buffer more_data;    /* for GET RESPONSE */
    unsigned first_octet_reads; /* of DG1; for CHIP_SWAPS_FILE */

    /* Kept until the field goes, or longer. */
    bool stuck;   /* QUIRK_FIELD_RESET: mute until then */
    bool slipped; /* CHIP_SLIPS and CHIP_RF_STATUS_ONCE happen once */
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
uint16_t icc_ca_set_kat(struct icc *icc, const struct apdu *apdu, struct secure_messaging *started);
uint16_t icc_ca_set_at(struct icc *icc, const struct apdu *apdu);
uint16_t icc_ca_general_authenticate(struct icc *icc, const struct apdu *apdu, struct buffer *data,
                                     struct secure_messaging *started);

/* Files may be read: access was granted, or none is needed. */
bool icc_is_open(const struct icc *icc);
/* Octets that a response to this command can carry. */
size_t icc_response_room(const struct icc *icc, const struct apdu *apdu);

#endif
