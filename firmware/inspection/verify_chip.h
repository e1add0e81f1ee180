/* Second half: is what the chip gave genuine, and is it what is printed? Internal to inspection/. */
#ifndef DOCREV_INSPECTION_VERIFY_CHIP_H
#define DOCREV_INSPECTION_VERIFY_CHIP_H

#include "inspection/findings.h"

/*
 * EF.CardSecurity, `len` octets of work->phase.sod.file: its signature and path. *infos are its SecurityInfos, empty when it
 * is malformed. HARDENED_YES when it is proven; why not is noted.
 */
hardened inspection_verify_card_security(const struct inspection_context *context, struct inspection_work *work,
                                         size_t len, struct inspection_findings *findings, struct bytes *infos);

/* Passive Authentication, DG1 against its hash and the printed MRZ, state, expiry. Needs nothing of the chip any more. */
void inspection_verify_chip(const struct inspection_context *context, const struct mrz *printed,
                            struct inspection_work *work, struct inspection_findings *findings);

#endif
