#include "trust/oid.h"

#define DOCREV_ARC                                                                                                     \
    0x69, 0xC7, 0xBB, 0x93, 0xFA, 0xF0, 0x80, 0xEA, 0x91, 0x87, 0x9F, 0xFB, 0xDD, 0xD1, 0xC7, 0xEA, 0xF0, 0xCF, 0x7E

static const uint8_t data[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01};
static const uint8_t signed_data[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02};
static const uint8_t content_type[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03};
static const uint8_t message_digest[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04};
static const uint8_t signing_time[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x05};
static const uint8_t lds_security_object[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x01};
static const uint8_t csca_master_list[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x02};
static const uint8_t deviation_list[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x07};
static const uint8_t docrev_edition[] = {DOCREV_ARC, 1};
static const uint8_t docrev_delta[] = {DOCREV_ARC, 2};
static const uint8_t docrev_policy[] = {DOCREV_ARC, 3};
static const uint8_t docrev_trust_store[] = {DOCREV_ARC, 4};
static const uint8_t docrev_time[] = {DOCREV_ARC, 5};
static const uint8_t docrev_receipt[] = {DOCREV_ARC, 6};
static const uint8_t docrev_device_rules[] = {DOCREV_ARC, 7};
static const uint8_t docrev_renewal[] = {DOCREV_ARC, 8};

#define ENTRY(id, octets) [id] = {(octets), sizeof(octets)}

static const struct bytes octets_of[] = {
    [OID_UNKNOWN] = {NULL, 0},
    ENTRY(OID_DATA, data),
    ENTRY(OID_SIGNED_DATA, signed_data),
    ENTRY(OID_CONTENT_TYPE, content_type),
    ENTRY(OID_MESSAGE_DIGEST, message_digest),
    ENTRY(OID_SIGNING_TIME, signing_time),
    ENTRY(OID_LDS_SECURITY_OBJECT, lds_security_object),
    ENTRY(OID_CSCA_MASTER_LIST, csca_master_list),
    ENTRY(OID_DEVIATION_LIST, deviation_list),
    ENTRY(OID_DOCREV_EDITION, docrev_edition),
    ENTRY(OID_DOCREV_DELTA, docrev_delta),
    ENTRY(OID_DOCREV_POLICY, docrev_policy),
    ENTRY(OID_DOCREV_TRUST_STORE, docrev_trust_store),
    ENTRY(OID_DOCREV_TIME, docrev_time),
    ENTRY(OID_DOCREV_RECEIPT, docrev_receipt),
    ENTRY(OID_DOCREV_DEVICE_RULES, docrev_device_rules),
    ENTRY(OID_DOCREV_RENEWAL, docrev_renewal),
};
#define OID_COUNT (sizeof octets_of / sizeof octets_of[0])

enum oid_id oid_lookup(struct bytes content_octets)
{
    for (size_t i = 1; i < OID_COUNT; i++) {
        if (bytes_equal(octets_of[i], content_octets)) {
            return (enum oid_id)i;
        }
    }
    return OID_UNKNOWN;
}

struct bytes oid_octets(enum oid_id id)
{
    return (size_t)id < OID_COUNT ? octets_of[id] : octets_of[OID_UNKNOWN];
}

bool oid_is(struct bytes content_octets, enum oid_id id)
{
    return id != OID_UNKNOWN && bytes_equal(content_octets, oid_octets(id));
}
