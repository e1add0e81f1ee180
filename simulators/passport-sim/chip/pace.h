/* PACE, the chip's side (ICAO 9303-11 4.4). */
#ifndef PASSPORT_SIM_CHIP_PACE_H
#define PASSPORT_SIM_CHIP_PACE_H

#include "chip/apdu.h"
#include "chip/pace_scheme.h"
#include "chip/secure_messaging.h"
#include "chip/traits.h"
#include "issuer/document.h"

#define PACE_OID_LEN 10U

/* One run, from MSE:Set AT to the token. {0}: none. */
struct pace {
    const struct pace_scheme *scheme;
    void *run;
    struct pace_offer offer;
    unsigned step; /* of GENERAL AUTHENTICATE that is next, 1 to 4; 0: none */
    uint8_t oid[PACE_OID_LEN];
    struct buffer password;
    struct buffer ours, theirs; /* ephemeral public keys */
    struct buffer secret;
};

/* 0.4.0.127.0.7.2.2.4.mapping.suite, without tag. */
void pace_oid(const struct pace_offer *offer, uint8_t oid[PACE_OID_LEN]);

void pace_end(struct pace *pace);
uint16_t pace_set(struct pace *pace, const struct document *document, const struct chip_traits *traits,
                  const struct apdu *apdu);
uint16_t pace_step(struct pace *pace, const struct document *document, const struct chip_traits *traits,
                   const struct apdu *apdu, struct buffer *data, struct secure_messaging *started);

#endif
