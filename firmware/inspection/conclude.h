/* From findings to the verdict: the one place that can say NO RECORD. Internal to inspection/. */
#ifndef DOCREV_INSPECTION_CONCLUDE_H
#define DOCREV_INSPECTION_CONCLUDE_H

#include "inspection/findings.h"

/*
 * Precedence: a hit that refers -> REFER; a reason that something could not be verified -> CANNOT VERIFY; expired document ->
 * REFER; a hit that advises -> ADVISORY; everything proven and no reason at all -> NO RECORD; anything else CANNOT VERIFY.
 */
verdict inspection_conclude(const struct inspection_findings *findings);

#endif
