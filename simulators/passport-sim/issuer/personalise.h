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

#endif
