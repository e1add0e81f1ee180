/* Makes the delta from one edition to the next: the firmware's own applier runs, and what it asks is answered and written down. */
#ifndef DOCREV_BUILDER_DELTA_BUILDER_H
#define DOCREV_BUILDER_DELTA_BUILDER_H

#include "revlist/delta.h"

struct delta_build_result {
    uint64_t added, removed, changed; /* entries */
    uint64_t change_octets;           /* of the delta, what tells the changes; the rest tells the layout */
};

/*
 * The delta's body, malloc'ed, in *body. Every block that applying it gives was compared with `new`. DR_ERR_UNSUPPORTED: the
 * new edition was laid out by another builder than docrev's, and no delta can follow it.
 */
enum dr_status delta_build(const struct edition *old, const struct edition *new, uint8_t **body, size_t *len,
                           struct delta_build_result *result);

#endif
