/* Last part: policy, and the document looked up in each list that covers its state. Internal to inspection/. */
#ifndef DOCREV_INSPECTION_CHECK_LISTS_H
#define DOCREV_INSPECTION_CHECK_LISTS_H

#include "inspection/findings.h"

/*
 * Looks up what DG1 names; the printed document too when DG1 differs or could not be read (printed-number-used). Hits go into
 * `result`. The memory of the SOD is overwritten.
 */
void inspection_check_lists(const struct inspection_context *context, const struct mrz *printed,
                            struct inspection_work *work, struct inspection_findings *findings,
                            struct inspection *result);

#endif
