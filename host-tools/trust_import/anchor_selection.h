/* Which certificates of a set become anchors (ICAO 9303-12 6.1, 7.1.1: CSCA roots and link certificates). */
#ifndef DOCREV_TRUST_IMPORT_ANCHOR_SELECTION_H
#define DOCREV_TRUST_IMPORT_ANCHOR_SELECTION_H

#include "trust_import/certificate_files.h"

struct anchor_count {
    size_t self_signed, link, duplicate, rejected;
};

/*
 * Gives every certificate of the set its verdict. A root is one that verifies under its own key, whatever its names say; a
 * link certificate is one that verifies under an anchor of the same country. What is no CA, has no country, an unknown
 * critical extension or a key that devices cannot use is rejected. Of one key and name the one valid longest stays.
 */
void anchors_select(struct certificate_set *set, struct anchor_count *count);

/* The country an anchor is found by: its subject's, or its issuer's where the subject names none. */
const char *anchor_country(const struct certificate *certificate);

#endif
