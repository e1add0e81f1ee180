/* What local policy makes of a listed record: the first rule that matches, else the product's defaults. */
#ifndef DOCREV_INSPECTION_ACCEPTANCE_H
#define DOCREV_INSPECTION_ACCEPTANCE_H

#include "revlist/document.h"
#include "trust/policy.h"

/*
 * Defaults: stolen, lost, stolen-blank, invalid and court-ordered cancellations refer; cancellations by request of the holder,
 * administrative ones and those without a stated basis advise only (docs/safeguards.md). *text gets the rule's words or is empty.
 */
enum policy_action acceptance_decide(const struct policy *policy, const char *list_id, const char *state,
                                     const struct document_record *record, struct bytes *text);

#endif
