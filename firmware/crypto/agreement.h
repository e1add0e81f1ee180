/* A key agreement over a curve or a prime field: what PACE and Chip Authentication need of either (ICAO 9303-11 9.6). */
#ifndef DOCREV_CRYPTO_AGREEMENT_H
#define DOCREV_CRYPTO_AGREEMENT_H

#include "crypto/dh.h"
#include "crypto/ec_agree.h"

#define AGREEMENT_MAX_PUBLIC DH_MAX_SIZE
#define AGREEMENT_MAX_SHARED DH_MAX_SIZE

/* Domain parameters: a curve, or (CURVE_NONE) a field. */
struct agreement_domain {
    enum curve_id curve;
    struct dh_group group;
};

struct agreement {
    bool is_ec;
    union {
        struct ec_agree ec;
        struct dh dh;
    } with;
    agree_random random; /* set by agreement_begin to the device's; a test may put its own numbers here */
    void *random_ctx;
};

/* Standardized domain parameters (9303-11 9.5.1, Table 12). DR_ERR_UNSUPPORTED for ids that are reserved. */
enum dr_status agreement_standard_domain(unsigned parameter_id, struct agreement_domain *domain);

/* agreement_end on every path, whatever begin returned. */
enum dr_status agreement_begin(struct agreement *agreement, const struct agreement_domain *domain);
void agreement_end(struct agreement *agreement);

/* See ec_agree.h and dh.h: a key pair, the shared secret, the two mappings of PACE. */
enum dr_status agreement_generate(struct agreement *agreement, uint8_t *out, size_t *len);
enum dr_status agreement_shared(const struct agreement *agreement, struct bytes peer, uint8_t *out, size_t *len);
enum dr_status agreement_map_generic(struct agreement *agreement, struct bytes nonce, struct bytes peer);
enum dr_status agreement_map_integrated(struct agreement *agreement, struct bytes number);

/* Bits of the field: what a pseudo-random number must exceed by 64 bits (9303-11 4.4.3.3.2). */
size_t agreement_field_bits(const struct agreement *agreement);

#endif
