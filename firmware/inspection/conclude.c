#include "inspection/conclude.h"

/* What may stand beside a verdict other than CANNOT VERIFY. */
#define LISTED                                                                                                         \
    (BECAUSE_BIT(BECAUSE_LISTED_STOLEN) | BECAUSE_BIT(BECAUSE_LISTED_LOST) |                                           \
     BECAUSE_BIT(BECAUSE_LISTED_STOLEN_BLANK) | BECAUSE_BIT(BECAUSE_LISTED_CANCELLED) |                                \
     BECAUSE_BIT(BECAUSE_LISTED_INVALID))
#define EXPIRED BECAUSE_BIT(BECAUSE_DOCUMENT_EXPIRED)

/* HARDENED_YES when each proof is, but those in the set `except`. */
static hardened all_proven(const struct inspection_findings *findings, unsigned except)
{
    volatile hardened result = HARDENED_NO;
    volatile unsigned proven = 0;

    for (unsigned i = 0; i < PROOF_COUNT; i++) {
        if (((except >> i) & 1U) != 0 || hardened_is_yes(&findings->proof[i])) {
            proven++;
        }
    }
    if (proven == PROOF_COUNT) {
        result = HARDENED_YES;
    }
    return result;
}

/*
 * In the manner of MCUboot's FIH: two branches that each ask everything anew, and a value that is NO RECORD only by the data,
 * since every proof and every reason goes into it. Whatever is none of the verdicts is CANNOT VERIFY.
 */
static verdict no_record(const struct inspection_findings *findings)
{
    volatile verdict value = VERDICT_CANNOT_VERIFY;
    volatile hardened first, second;
    uint32_t wrong = 0;

    first = all_proven(findings, 0);
    if (hardened_is_yes(&first) && findings->reasons == 0) {
        for (unsigned i = 0; i < PROOF_COUNT; i++) {
            wrong |= findings->proof[i] ^ HARDENED_YES;
        }
        wrong |= (uint32_t)(findings->reasons | findings->reasons >> 32);
        second = all_proven(findings, 0);
        if (hardened_is_yes(&second) && ~findings->reasons == ~(reason_set)0) {
            value = VERDICT_NO_RECORD ^ wrong;
        }
    }
    return value == VERDICT_NO_RECORD ? value : VERDICT_CANNOT_VERIFY;
}

verdict inspection_conclude(const struct inspection_findings *findings)
{
    unsigned except = findings->advises ? 1U << PROOF_LISTS_CLEAR : 0;
    volatile hardened proven;

    if (findings->refers) {
        return VERDICT_REFER;
    }
    if ((findings->reasons & ~(LISTED | EXPIRED)) != 0) {
        return VERDICT_CANNOT_VERIFY;
    }
    if ((findings->reasons & EXPIRED) != 0) {
        proven = all_proven(findings, except | 1U << PROOF_UNEXPIRED);
        return hardened_is_yes(&proven) ? VERDICT_REFER : VERDICT_CANNOT_VERIFY;
    }
    if (findings->advises) {
        proven = all_proven(findings, except);
        return hardened_is_yes(&proven) ? VERDICT_ADVISORY : VERDICT_CANNOT_VERIFY;
    }
    return no_record(findings);
}
