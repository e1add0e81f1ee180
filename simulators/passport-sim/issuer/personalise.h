/* Makes the document of a profile. */
#ifndef PASSPORT_SIM_ISSUER_PERSONALISE_H
#define PASSPORT_SIM_ISSUER_PERSONALISE_H

#include "issuer/vault.h"
#include "profiles.h"

/* *document is zeroed before. NULL, or why this profile cannot be had (the specimen without test data). */
const char *personalise(struct vault *vault, const struct profile *profile, struct document *document);

/* The printed zone alone, without making keys. NULL or why not. */
const char *personalise_printed(const struct vault *vault, const struct profile *profile,
                                char lines[MRZ_LINES][MRZ_LINE + 1]);

/* -- Between the files of the issuer -- */

/* The files of the BSI's specimen, or only its zone. NULL or why not. */
const char *specimen_document(struct document *document);
const char *specimen_printed(char lines[MRZ_LINES][MRZ_LINE + 1]);

/* Mistakes of the issuer's: before DG1, DG14 and DG15 are hashed. */
void fault_before_signing(enum data_fault fault, struct document *document);
/* What was done to the files after. `altered` is DG1 with another name, for the faults that want it. */
void fault_after_signing(enum data_fault fault, const char *digest, const struct buffer *altered,
                         struct document *document);

#endif
