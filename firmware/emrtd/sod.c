/* EF.SOD: the Document Security Object, a CMS SignedData around the LDSSecurityObject (ICAO 9303-10 4.6.2, App. D). */
#include "codec/der.h"
#include "emrtd/signed_file.h"
#include "trust/algorithm.h"
#include "trust/oid.h"

#define TAG_SOD 0x77U
#define LDS_VERSION_1_7 "0107"
#define MIN_GROUPS 2U /* SEQUENCE SIZE (2..ub-DataGroups) */

/* eContentTypes that some states use in place of ICAO's; id-data (China) is OID_DATA. */
static const uint8_t content_type_be_fr[] = {0x2B, 0x1B, 0x01, 0x01, 0x01}; /* 1.3.27.1.1.1 */
static const uint8_t content_type_nl[] = {0x2A, 0x84, 0x10, 0x01, 0x87,
                                          0x6E, 0x01, 0x14, 0x01}; /* 1.2.528.1.1006.1.20.1 */

static bool known_content_type(struct bytes type)
{
    return oid_is(type, OID_DATA) || bytes_equal(type, bytes_of(content_type_be_fr, sizeof content_type_be_fr)) ||
           bytes_equal(type, bytes_of(content_type_nl, sizeof content_type_nl));
}

/* DataGroupHash ::= SEQUENCE { dataGroupNumber INTEGER, dataGroupHashValue OCTET STRING } */
static enum dr_status read_group_hash(struct der_reader *list, struct lds_sod *sod)
{
    struct der_reader entry;
    struct der_item hash;
    uint64_t number;
    enum dr_status status = der_enter(list, DER_SEQUENCE, &entry);

    if (status == DR_OK) {
        status = der_uint64(&entry, &number);
    }
    if (status == DR_OK) {
        status = der_expect(&entry, DER_OCTET_STRING, &hash);
    }
    if (status == DR_OK) {
        status = der_finish(&entry);
    }
    if (status != DR_OK) {
        return status;
    }
    if (number < 1 || number > LDS_GROUPS || sod->group_hash[number].len != 0 ||
        hash.value.len != hash_size(sod->digest)) {
        return DR_ERR_MALFORMED;
    }
    sod->group_hash[number] = hash.value;
    return DR_OK;
}

static enum dr_status read_group_hashes(struct der_reader *object, struct lds_sod *sod)
{
    struct der_reader list;
    unsigned count = 0;
    enum dr_status status = der_enter(object, DER_SEQUENCE, &list);

    while (status == DR_OK && !der_at_end(&list)) {
        status = read_group_hash(&list, sod);
        count++;
    }
    if (status == DR_OK && count < MIN_GROUPS) {
        status = DR_ERR_MALFORMED;
    }
    return status;
}

/* LDSVersionInfo ::= SEQUENCE { ldsVersion PrintableString, unicodeVersion PrintableString }; version 1 came with LDS 1.8. */
static enum dr_status read_version_info(struct der_reader *object)
{
    struct der_reader info;
    struct der_item lds, unicode;
    enum dr_status status = der_enter(object, DER_SEQUENCE, &info);

    if (status == DR_OK) {
        status = der_expect(&info, DER_PRINTABLE_STRING, &lds);
    }
    if (status == DR_OK) {
        status = der_expect(&info, DER_PRINTABLE_STRING, &unicode);
    }
    if (status == DR_OK) {
        status = der_finish(&info);
    }
    if (status == DR_OK && bytes_equal(lds.value, bytes_of(LDS_VERSION_1_7, 4))) {
        status = DR_ERR_MALFORMED;
    }
    return status;
}

/*
 * LDSSecurityObject ::= SEQUENCE { version INTEGER, hashAlgorithm, dataGroupHashValues, ldsVersionInfo OPTIONAL }
 * With version 1 ldsVersionInfo must be there, with version 0 it must not (4.6.2.3).
 */
static enum dr_status read_security_object(struct bytes content, struct lds_sod *sod)
{
    struct der_reader reader = der_reader_of(content);
    struct der_reader object;
    uint64_t version;
    enum dr_status status = der_enter(&reader, DER_SEQUENCE, &object);

    if (status == DR_OK) {
        status = der_finish(&reader);
    }
    if (status == DR_OK) {
        status = der_uint64(&object, &version);
    }
    if (status != DR_OK) {
        return status;
    }
    if (version > 1) {
        return DR_ERR_UNSUPPORTED;
    }
    sod->version = (uint8_t)version;
    status = algorithm_read_digest(&object, &sod->digest);
    if (status == DR_OK) {
        status = read_group_hashes(&object, sod);
    }
    if (status == DR_OK && sod->version == 1) {
        status = read_version_info(&object);
    }
    if (status == DR_OK) {
        status = der_finish(&object);
    }
    return status;
}

enum dr_status lds_read_sod(struct bytes file, struct lds_sod *sod)
{
    struct tlv_item outer;
    enum dr_status status;

    memset(sod, 0, sizeof *sod);
    status = tlv_next(&file, &outer);
    if (status != DR_OK) {
        return status;
    }
    if (outer.tag != TAG_SOD || file.len != 0) {
        return DR_ERR_MALFORMED;
    }
    status = lds_open_signed(outer.value, sod);
    if (status != DR_OK) {
        return status;
    }
    sod->icao_content_type = oid_is(sod->cms.content_type, OID_LDS_SECURITY_OBJECT);
    if (!sod->icao_content_type && !known_content_type(sod->cms.content_type)) {
        return DR_ERR_UNSUPPORTED;
    }
    return read_security_object(sod->cms.content, sod);
}
