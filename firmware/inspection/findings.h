/* What the parts of an inspection have found so far: proofs, reasons, hits. Internal to inspection/. */
#ifndef DOCREV_INSPECTION_FINDINGS_H
#define DOCREV_INSPECTION_FINDINGS_H

#include "inspection/inspect.h"

/* What must have been shown, one by one, before NO RECORD may be said. Each starts as HARDENED_NO. */
enum inspection_proof {
    PROOF_GENUINE,        /* the SOD is signed, its signer chains to a CSCA */
    PROOF_DG1_SIGNED,     /* DG1 as read is the one that the SOD lists */
    PROOF_CHIP,           /* it is the chip that was issued, or its issuer gave it no means to show so */
    PROOF_STATE,          /* the signer's country speaks for the issuing state */
    PROOF_MRZ,            /* DG1 is what is printed */
    PROOF_UNEXPIRED,      /* the document's last day is not over */
    PROOF_TIME,           /* the clock is confirmed */
    PROOF_POLICY_CURRENT, /* before its nextUpdate */
    PROOF_TRUST_CURRENT,  /* before its nextUpdate */
    PROOF_LISTS_CLEAR,    /* absent from each list that covers the state, of which there is at least one */
    PROOF_LISTS_CURRENT,  /* each of them before its nextUpdate */
    PROOF_COUNT
};

struct inspection_findings {
    volatile hardened proof[PROOF_COUNT];
    volatile reason_set reasons;
    struct inspection_checks checks;
    bool refers, advises; /* some hit's action */
    bool has_dg1;
    struct mrz dg1; /* personal data: wiped by inspection_run */
};

static inline void inspection_add(struct inspection_findings *findings, enum because because)
{
    findings->reasons |= BECAUSE_BIT(because);
}

/* now < limit, compared twice on values read anew. */
static inline hardened inspection_before(const volatile int64_t *now, const volatile int64_t *limit)
{
    volatile hardened result = HARDENED_NO;

    if (*now < *limit) {
        if (!(*limit <= *now)) {
            result = HARDENED_YES;
        }
    }
    return result;
}

/* Is it before its nextUpdate at the latest that it may be now? */
static inline hardened inspection_fresh(const struct inspection_context *context, const volatile int64_t *next_update)
{
    const volatile int64_t latest = context->now + context->uncertainty;

    return inspection_before(&latest, next_update);
}

/* Feeds the watchdog and tells the display. */
void inspection_report(const struct inspection_context *context, enum inspection_step step, unsigned percent);

#endif
