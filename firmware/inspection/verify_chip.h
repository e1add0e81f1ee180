/* Second half: is what the chip gave genuine, and is it what is printed? Internal to inspection/. */
#ifndef DOCREV_INSPECTION_VERIFY_CHIP_H
#define DOCREV_INSPECTION_VERIFY_CHIP_H

#include "inspection/findings.h"

/* Passive Authentication, DG1 against its hash and the printed MRZ, state, expiry. Needs nothing of the chip any more. */
void inspection_verify_chip(const struct inspection_context *context, const struct mrz *printed,
                            struct inspection_work *work, struct inspection_findings *findings);

#endif
