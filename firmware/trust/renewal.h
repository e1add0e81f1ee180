/* A freshness renewal (*.drn): extends the nextUpdate of an edition that a device holds, without sending it again. */
#ifndef DOCREV_TRUST_RENEWAL_H
#define DOCREV_TRUST_RENEWAL_H

#include "codec/der.h"
#include "codec/der_write.h"
#include "crypto/hash.h"
#include "trust/manifest.h"

/*
 * Renewal ::= SEQUENCE {      -- content of a CMS SignedData with OID_DOCREV_RENEWAL, signed by as many of the list's officers as
 *   version    INTEGER (1),   -- the policy asks for (trust/device_rules.h)
 *   listId     UTF8String (SIZE (1..32)),
 *   number     INTEGER (1..MAX), root OCTET STRING (SIZE (32)),    -- of the edition
 *   nextUpdate GeneralizedTime }
 */
struct renewal {
    char list_id[MANIFEST_MAX_LIST_ID + 1];
    uint64_t number;
    uint8_t root[HASH_SHA256_SIZE];
    int64_t next_update;
};

enum dr_status renewal_read(struct bytes der, struct renewal *renewal);
void renewal_write(const struct renewal *renewal, struct der_writer *writer);

#endif
