/* What a policy says about the device itself: an extension of the policy (trust/policy.h). */
#ifndef DOCREV_TRUST_DEVICE_RULES_H
#define DOCREV_TRUST_DEVICE_RULES_H

#include "codec/der_write.h"
#include "crypto/public_key.h"

/*
 * Extension 2.25.<docrev>.7 (trust/oid.h), critical or not; its value:
 *
 * DeviceRules ::= SEQUENCE {
 *   oversight    [0] EXPLICIT SubjectPublicKeyInfo OPTIONAL,  -- P-256; the audit log is encrypted to it, and off without it
 *   auditDetail  [1] IMPLICIT ENUMERATED { full(0), coarse(1) } OPTIONAL,   -- coarse: no digest of the document
 *   officerTime  [2] IMPLICIT BOOLEAN OPTIONAL,   -- TRUE: an officer at the device may confirm its time
 *   renewals     [3] IMPLICIT SEQUENCE OF Renewal OPTIONAL,
 *   series       [4] IMPLICIT SEQUENCE OF Series OPTIONAL }
 * Renewal ::= SEQUENCE {     -- how many of the list's officers may extend an edition's nextUpdate (update/renewal.h)
 *   listId UTF8String (SIZE (1..32)), threshold INTEGER (1..8), days INTEGER (1..366) }   -- at most so far beyond the manifest's
 * Series ::= SEQUENCE {      -- the list's numbers begin anew: fast-forward recovery (TUF 1.0.33, 5.3.11)
 *   listId UTF8String (SIZE (1..32)), series INTEGER (1..2147483647), first INTEGER (1..MAX) }
 * Of a list with a series, editions with a number below `first` are refused, and what devices accepted in an older series is no
 * floor any more; what of it has a number from `first` on is not used either. Never back to an older series.
 * A list that is not among the renewals is not renewed. What the policy does not say is not allowed.
 */
struct device_rules {
    struct bytes oversight; /* whole SPKI, empty: none */
    bool coarse;
    bool officer_time;
    struct bytes renewals; /* content */
    struct bytes series;   /* content */
};

struct device_series {
    uint32_t series;
    uint64_t first;
};

struct device_renewal {
    uint8_t threshold;
    int64_t seconds; /* longest extension */
};

/*
 * Last element of a policy: [0] EXPLICIT Extensions OPTIONAL. Takes all of it. DR_ERR_UNSUPPORTED: an unknown critical one
 * (RFC 5280 4.2), or a key that is not P-256; DR_ERR_MALFORMED: also when the extension is there twice.
 */
enum dr_status device_rules_read(struct der_reader *reader, struct device_rules *rules);

/* DR_ERR_NOT_FOUND: this list is not renewed. */
enum dr_status device_rules_renewal(const struct device_rules *rules, const char *list_id,
                                    struct device_renewal *renewal);

/* {0, 0} for a list without one. */
struct device_series device_rules_series(const struct device_rules *rules, const char *list_id);

/* The same, as [0] EXPLICIT Extensions with this one; nothing when all is empty. */
void device_rules_write(const struct device_rules *rules, struct der_writer *writer);

#endif
