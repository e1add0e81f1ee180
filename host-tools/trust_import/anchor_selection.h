/* Which certificates of a set become anchors (ICAO 9303-12 6.1, 7.1.1: CSCA roots and link certificates). */
#ifndef DOCREV_TRUST_IMPORT_ANCHOR_SELECTION_H
#define DOCREV_TRUST_IMPORT_ANCHOR_SELECTION_H

#include "trust_import/trust_paths.h"

struct anchor_count {
    size_t self_signed, link, duplicate, rejected;
    size_t crls, revoked; /* lists accepted, entries in them */
};

/*
 * Gives every certificate of the set its verdict and every CRL, master and deviation list its own. A root is one whose
 * issuer is its subject, that verifies under its own key and was not given as a link certificate; a link certificate is one that
 * verifies under an anchor of the same country. What is no CA, has no country, an unknown critical extension, a key that devices cannot
 * use, or is revoked by its state's CRL is rejected.
 * Of one key and name the one valid longest stays. DR_ERR_NO_SPACE.
 */
enum dr_status anchors_select(struct certificate_set *set, int64_t now, struct anchor_count *count);

#endif
