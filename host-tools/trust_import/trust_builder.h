/* From anchors, CRLs and deviation lists to the body of a trust store (trust/csca_store.h), proven by reading it back. */
#ifndef DOCREV_TRUST_IMPORT_TRUST_BUILDER_H
#define DOCREV_TRUST_IMPORT_TRUST_BUILDER_H

#include "trust/manifest.h"
#include "trust_import/anchor_selection.h"

#include <stdio.h>

/*
 * Writes the body to `body` (open for reading and writing, empty, seekable) and sets entry_count, block_size, body_length and
 * root of `manifest`; an entry is an anchor, a revoked certificate or a listed defect. Same anchors, CRLs and deviation lists, same
 * bytes, whatever their order.
 * Every one is then looked up through the firmware's reader: DR_ERR_CORRUPT when one is not found as it should be (a defect of docrev).
 */
enum dr_status trust_build(struct certificate_set *anchors, FILE *body, struct manifest *manifest);

#endif
