/* The key agreement inside PACE, by its mapping: the chip's side (ICAO 9303-11 4.4.3). */
#ifndef PASSPORT_SIM_CHIP_PACE_SCHEME_H
#define PASSPORT_SIM_CHIP_PACE_SCHEME_H

#include "issuer/mechanisms.h"
#include "util/buffer.h"

#include <openssl/bn.h>

/* One run. Points are uncompressed, values of DH without leading zeros (9303-11 9.4). False: the reader's value is none. */
struct pace_scheme {
    /* NULL: parameters that this scheme does not have. */
    void *(*open)(const struct pace_offer *offer);
    void (*close)(void *ctx);
    /* Draws s and appends z, s encrypted under the password. `zero`: s is all zeros. */
    bool (*nonce)(void *ctx, struct slice password, bool zero, struct buffer *encrypted);
    /* Takes the reader's mapping data, appends the chip's. */
    bool (*map)(void *ctx, struct slice theirs, struct buffer *ours);
    /* Takes the reader's ephemeral public key; appends the chip's, and the shared secret K. */
    bool (*agree)(void *ctx, struct slice theirs, struct buffer *ours, struct buffer *secret);
    /* The chip's private key of the mapping, for the chip authentication mapping; NULL: this scheme has none. */
    BIGNUM *(*mapping_key)(void *ctx);
};

/* Generic mapping with ECDH and DH, by OpenPACE (libeac); also the first half of the chip authentication mapping. */
extern const struct pace_scheme pace_generic;
/* Integrated mapping with ECDH and DH, on OpenSSL's EC and BN. */
extern const struct pace_scheme pace_integrated;

/* Curves and groups of the standardized domain parameters: OpenSSL's name; NULL for other numbers (9303-11 9.5.1). */
const char *pace_curve_name(uint8_t parameter_id);
const char *pace_group_name(uint8_t parameter_id);

#endif
