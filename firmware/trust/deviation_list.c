#include "trust/deviation_list.h"

#include "trust/algorithm.h"
#include "trust/list_signer.h"
#include "trust/oid.h"

#define PARAMETER_BITS 24U /* above them the extensions of a CertField */

/* 2.23.136.1.1.8 id-icao-DeviationListSigningKey */
static const uint8_t oid_list_signer[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x08};
/* 2.23.136.1.1.7, below which the types are */
static const uint8_t oid_types[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x07};

static const struct {
    uint8_t len;
    uint8_t arcs[2];
} types[DEVIATION_KINDS] = {
    [DEVIATION_CERT_OR_KEY] = {1, {1, 0}},
    [DEVIATION_DS_SIGNATURE] = {2, {1, 1}},
    [DEVIATION_DS_ENCODING] = {2, {1, 2}},
    [DEVIATION_CSCA_ENCODING] = {2, {1, 3}},
    [DEVIATION_AA_KEY_COMPROMISED] = {2, {1, 4}},
    [DEVIATION_LDS] = {1, {2, 0}},
    [DEVIATION_DG_MALFORMED] = {2, {2, 1}},
    [DEVIATION_DG_HASH] = {2, {2, 2}},
    [DEVIATION_SOD_SIGNATURE] = {2, {2, 3}},
    [DEVIATION_COM_INCONSISTENT] = {2, {2, 4}},
    [DEVIATION_MRZ] = {1, {3, 0}},
    [DEVIATION_MRZ_WRONG_DATA] = {2, {3, 1}},
    [DEVIATION_MRZ_CHECK_DIGIT] = {2, {3, 2}},
    [DEVIATION_CHIP] = {1, {4, 0}},
};

static enum dr_status read_content(struct bytes content, struct deviation_list *list)
{
    struct der_reader reader = der_reader_of(content);
    struct der_reader fields;
    struct der_item item;
    uint64_t version;
    enum dr_status status;

    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = der_uint64(&fields, &version)) != DR_OK) {
        return status;
    }
    if (version != 0) {
        return DR_ERR_UNSUPPORTED;
    }
    if (der_peek(&fields) == DER_SEQUENCE) {
        status = algorithm_read_digest(&fields, &list->digest);
        if (status != DR_OK && status != DR_ERR_UNSUPPORTED) {
            return status;
        }
    }
    if ((status = der_expect(&fields, DER_SET, &item)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    list->deviations = item.value;
    return DR_OK;
}

enum dr_status deviation_list_read(struct bytes der, struct deviation_list *list)
{
    enum dr_status status;

    memset(list, 0, sizeof *list);
    list->digest = HASH_NONE;
    status = cms_read_ber(der, &list->cms);
    if (status != DR_OK) {
        return status;
    }
    if (!oid_is(list->cms.content_type, OID_DEVIATION_LIST) || list->cms.in_pieces) {
        return DR_ERR_UNSUPPORTED;
    }
    if (list->cms.whole.len != der.len || !list->cms.has_content) {
        return DR_ERR_MALFORMED;
    }
    return read_content(list->cms.content, list);
}

/* [n] of a simple type: IMPLICIT as the module says, or with the type's own tag inside, as some tools write it. */
static enum dr_status read_tagged(struct der_reader *reader, uint8_t number, uint8_t type, struct bytes *value,
                                  bool *present)
{
    struct der_reader inner;
    struct der_item item;
    enum dr_status status;

    *present = true;
    if (der_peek(reader) == DER_CONTEXT(number)) {
        if ((status = der_enter(reader, DER_CONTEXT(number), &inner)) != DR_OK ||
            (status = der_expect(&inner, type, &item)) != DR_OK) {
            return status;
        }
        *value = item.value;
        return der_finish(&inner);
    }
    status = der_optional(reader, DER_CONTEXT_PRIMITIVE(number), &item, present);
    if (status == DR_OK && *present) {
        *value = item.value;
    }
    return status;
}

static enum dr_status read_issuer_and_serial(struct der_reader *reader, struct deviation *deviation)
{
    struct der_reader fields;
    struct der_item item;
    enum dr_status status;

    if ((status = der_enter(reader, DER_CONTEXT(1U), &fields)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
        return status;
    }
    if (der_at_end(&fields)) { /* tagged from outside */
        fields = der_reader_of(item.value);
        if ((status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
            return status;
        }
    }
    deviation->issuer = item.whole;
    if ((status = der_expect(&fields, DER_INTEGER, &item)) != DR_OK) {
        return status;
    }
    deviation->by = DEVIATION_BY_SERIAL;
    deviation->serial = item.value;
    return item.value.len > 0 ? der_finish(&fields) : DR_ERR_MALFORMED;
}

static enum dr_status read_signer(struct der_reader *reader, struct deviation *deviation)
{
    bool present;
    enum dr_status status;

    if (der_peek(reader) == DER_CONTEXT(1U)) {
        return read_issuer_and_serial(reader, deviation);
    }
    status = read_tagged(reader, 2, DER_OCTET_STRING, &deviation->signer_id, &present);
    if (status != DR_OK || present) {
        deviation->by = DEVIATION_BY_KEY_ID;
        return status;
    }
    status = read_tagged(reader, 3, DER_OCTET_STRING, &deviation->signer_id, &present);
    if (status == DR_OK && present) {
        deviation->by = DEVIATION_BY_DIGEST;
    }
    return status;
}

/* DeviationDocuments. What follows the fields known here is a criterion that cannot be kept: the entry is refused. */
static enum dr_status read_documents(struct der_reader *reader, struct deviation *deviation)
{
    struct der_reader fields;
    struct der_reader period;
    struct der_item item;
    bool present;
    enum dr_status status;

    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = read_tagged(&fields, 0, DER_PRINTABLE_STRING, &deviation->document_type, &present)) != DR_OK ||
        (status = read_signer(&fields, deviation)) != DR_OK) {
        return status;
    }
    if (deviation->by > DEVIATION_BY_SERIAL && deviation->signer_id.len == 0) {
        return DR_ERR_MALFORMED;
    }
    if (der_peek(&fields) == DER_CONTEXT(4U)) {
        deviation->has_period = true;
        if ((status = der_enter(&fields, DER_CONTEXT(4U), &period)) != DR_OK ||
            (status = der_time(&period, &deviation->first_issued)) != DR_OK ||
            (status = der_time(&period, &deviation->last_issued)) != DR_OK || (status = der_finish(&period)) != DR_OK) {
            return status;
        }
    }
    status = der_optional(&fields, DER_CONTEXT(5U), &item, &deviation->has_numbers);
    if (status == DR_OK && deviation->has_numbers) {
        deviation->numbers = item.value;
    }
    return status == DR_OK ? der_finish(&fields) : status;
}

enum dr_status deviation_list_next(struct bytes *rest, struct deviation *deviation)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_reader fields;
    struct der_item item;
    enum dr_status status;

    memset(deviation, 0, sizeof *deviation);
    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    status = der_enter(&reader, DER_SEQUENCE, &fields);
    if (status != DR_OK) {
        return status;
    }
    *rest = reader.rest;
    if ((status = read_documents(&fields, deviation)) != DR_OK ||
        (status = der_expect(&fields, DER_SET, &item)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    deviation->descriptions = item.value;
    return DR_OK;
}

static bool find_type(struct bytes oid, enum deviation_kind *kind)
{
    struct bytes arcs;

    if (oid.len <= sizeof oid_types || memcmp(oid.data, oid_types, sizeof oid_types) != 0) {
        return false;
    }
    arcs = bytes_of(oid.data + sizeof oid_types, oid.len - sizeof oid_types);
    for (unsigned i = 0; i < DEVIATION_KINDS; i++) {
        if (bytes_equal(arcs, bytes_of(types[i].arcs, types[i].len))) {
            *kind = (enum deviation_kind)i;
            return true;
        }
    }
    return false;
}

static uint32_t extension_bit(struct bytes oid)
{
    static const uint8_t document_types[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x06, 0x02};

    if (oid.len == 3 && oid.data[0] == 0x55U && oid.data[1] == 0x1DU) { /* id-ce */
        return oid.data[2] == 15U   ? DEVIATION_FIELD_KEY_USAGE
               : oid.data[2] == 35U ? DEVIATION_FIELD_AUTHORITY_KEY_ID
                                    : DEVIATION_FIELD_EXTENSION;
    }
    return bytes_equal(oid, bytes_of(document_types, sizeof document_types)) ? DEVIATION_FIELD_DOCUMENT_TYPES
                                                                             : DEVIATION_FIELD_EXTENSION;
}

/* parameters [0] ANY: a number, or the OID of an extension. */
static enum dr_status read_parameter(struct der_reader *fields, uint32_t *parameter)
{
    struct der_reader inner;
    struct der_item item;
    uint64_t number;
    enum dr_status status;

    *parameter = 1;
    if (der_peek(fields) != DER_CONTEXT(0U)) {
        return DR_OK;
    }
    if ((status = der_enter(fields, DER_CONTEXT(0U), &inner)) != DR_OK) {
        return status;
    }
    if (der_peek(&inner) == DER_OID) {
        status = der_expect(&inner, DER_OID, &item);
        if (status == DR_OK) {
            *parameter = extension_bit(item.value);
        }
    } else if (der_peek(&inner) == DER_INTEGER) {
        status = der_uint64(&inner, &number);
        if (status == DR_OK && number >= PARAMETER_BITS) {
            status = DR_ERR_UNSUPPORTED;
        }
        if (status == DR_OK) {
            *parameter = UINT32_C(1) << number;
        }
    } else {
        status = DR_ERR_UNSUPPORTED;
    }
    return status == DR_OK ? der_finish(&inner) : status;
}

enum dr_status deviation_next_description(struct bytes *rest, enum deviation_kind *kind, uint32_t *parameter)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_reader fields;
    struct der_item item;
    bool present;
    enum dr_status status;

    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    status = der_enter(&reader, DER_SEQUENCE, &fields);
    if (status != DR_OK) {
        return status;
    }
    *rest = reader.rest;
    if ((status = der_optional(&fields, DER_PRINTABLE_STRING, &item, &present)) != DR_OK ||
        (status = der_optional(&fields, DER_UTF8_STRING, &item, &present)) != DR_OK ||
        (status = der_expect(&fields, DER_OID, &item)) != DR_OK) {
        return status;
    }
    return find_type(item.value, kind) ? read_parameter(&fields, parameter) : DR_ERR_UNSUPPORTED;
}

enum dr_status deviation_next_number(struct bytes *rest, struct bytes *number)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_item item;
    enum dr_status status;

    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    status = der_expect(&reader, DER_PRINTABLE_STRING, &item);
    if (status == DR_OK) {
        *number = item.value;
        *rest = reader.rest;
    }
    return status;
}

bool deviation_list_signer_usage(const struct certificate *certificate)
{
    return list_signer_usage(certificate, bytes_of(oid_list_signer, sizeof oid_list_signer));
}

enum dr_status deviation_list_verify(const struct deviation_list *list, struct certificate *signer)
{
    return list_signer_verify(&list->cms, bytes_of(oid_list_signer, sizeof oid_list_signer), signer);
}
