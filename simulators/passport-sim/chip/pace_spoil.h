/* The chip's answers of PACE as data objects, and what a hostile chip does to them. */
#ifndef PASSPORT_SIM_CHIP_PACE_SPOIL_H
#define PASSPORT_SIM_CHIP_PACE_SPOIL_H

#include "chip/traits.h"
#include "issuer/mechanisms.h"

#include <openssl/bn.h>
#include <openssl/evp.h>

struct pace_answer {
    struct buffer value;
    struct buffer chip_authentication; /* of DO8A; empty: none, unless has_empty */
    bool no_object, has_empty, lies;
    uint8_t tag_shift, cam_tag; /* 0: the right ones */
    struct buffer trailing;
};

/* Applies the fault of `traits` for this step to a sound answer. */
void pace_spoil(const struct chip_traits *traits, const struct pace_offer *offer, unsigned step, struct slice theirs,
                struct pace_answer *answer);
/* 7C { 80, 82, 84 or 86; 8A }. */
void pace_answer_write(const struct pace_answer *answer, unsigned step, struct buffer *data);

/* The plain chip authentication data. `key` NULL: of a chip without the private key, any number. */
void pace_cam_data(EVP_PKEY *key, const BIGNUM *mapping, const struct chip_traits *traits, struct buffer *plain);

#endif
