/* Object identifiers docrev understands, as their DER content octets. */
#ifndef DOCREV_TRUST_OID_H
#define DOCREV_TRUST_OID_H

#include "codec/bytes.h"

/*
 * docrev's own content types. Their arc is 2.25.<UUID> (ITU-T X.667), which needs no registration:
 * UUID = 23bb27eb-800d-4443-9ff7-768c7d5c27fe = 47494749037240921246600977516511111166;
 * 2.25.UUID.1 edition, .2 delta, .3 policy, .4 trust store, .5 time, .6 receipt, .7 device rules (an extension of
 * policies), .8 renewal.
 */
enum oid_id {
    OID_UNKNOWN = 0,
    OID_DATA,                /* 1.2.840.113549.1.7.1 */
    OID_SIGNED_DATA,         /* 1.2.840.113549.1.7.2 */
    OID_CONTENT_TYPE,        /* 1.2.840.113549.1.9.3 */
    OID_MESSAGE_DIGEST,      /* 1.2.840.113549.1.9.4 */
    OID_SIGNING_TIME,        /* 1.2.840.113549.1.9.5 */
    OID_LDS_SECURITY_OBJECT, /* 2.23.136.1.1.1 */
    OID_CSCA_MASTER_LIST,    /* 2.23.136.1.1.2 */
    OID_DEVIATION_LIST,      /* 2.23.136.1.1.7 */
    OID_DOCREV_EDITION,
    OID_DOCREV_DELTA,
    OID_DOCREV_POLICY,
    OID_DOCREV_TRUST_STORE,
    OID_DOCREV_TIME,
    OID_DOCREV_RECEIPT,
    OID_DOCREV_DEVICE_RULES, /* an extension */
    OID_DOCREV_RENEWAL
};

enum oid_id oid_lookup(struct bytes content_octets);
/* Empty for OID_UNKNOWN. */
struct bytes oid_octets(enum oid_id id);

/* Is `content_octets` this one? OID_UNKNOWN equals nothing. */
bool oid_is(struct bytes content_octets, enum oid_id id);

#endif
