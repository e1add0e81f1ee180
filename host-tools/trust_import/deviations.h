/* Deviation lists (ICAO 9303-12 10) of a set: which are believed, and their records for a trust store. */
#ifndef DOCREV_TRUST_IMPORT_DEVIATIONS_H
#define DOCREV_TRUST_IMPORT_DEVIATIONS_H

#include "trust_import/trust_paths.h"

/*
 * Accepts the lists whose signer may sign deviation lists, is valid at `now`, not revoked, and rests on a trusted authority of its own
 * state; of one state the list signed last. The paths and CRLs have been found (trust_paths_find).
 */
void deviations_select(struct certificate_set *set, const struct trust_path *paths, int64_t now);

/*
 * Called for each record of an accepted list; another status than DR_OK ends it and is returned. Counts what the list gives, and what
 * it cannot give: a date of issue is on no chip, so what such an entry would excuse is left out, and only what it warns of is kept.
 */
typedef enum dr_status (*deviation_record_sink)(void *ctx, const uint8_t *record, size_t len);
enum dr_status deviations_write(struct imported_deviations *item, deviation_record_sink sink, void *ctx);

#endif
