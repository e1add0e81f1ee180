/* Hardened yes/no: results that decide security are multi-bit constants, checked twice. */
#ifndef DOCREV_CRYPTO_HARDENED_H
#define DOCREV_CRYPTO_HARDENED_H

#include <stdint.h>

/*
 * In the manner of MCUboot's fault_injection_hardening.h: no single flipped bit or skipped instruction turns one value
 * into the other, and anything that is neither counts as no.
 */
typedef uint32_t hardened;
#define HARDENED_YES ((hardened)0x5A3C96E1U)
#define HARDENED_NO ((hardened)0xA5C3691EU)

/* Both comparisons must hold; the value is read twice. */
static inline int hardened_is_yes(const volatile hardened *value)
{
    if (*value != HARDENED_YES) {
        return 0;
    }
    return (*value ^ HARDENED_NO) == (HARDENED_YES ^ HARDENED_NO);
}

#endif
