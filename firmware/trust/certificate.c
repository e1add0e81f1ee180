#include "trust/certificate.h"

#include "trust/algorithm.h"
#include "trust/extension.h"
#include "trust/name.h"

/* id-ce arc 2.5.29 (RFC 5280 4.2.1): the last octet of the OID. */
enum id_ce {
    CE_SUBJECT_KEY_ID = 14,
    CE_KEY_USAGE = 15,
    CE_PRIVATE_KEY_USAGE_PERIOD = 16,
    CE_SUBJECT_ALT_NAME = 17,
    CE_ISSUER_ALT_NAME = 18,
    CE_BASIC_CONSTRAINTS = 19,
    CE_CRL_DISTRIBUTION_POINTS = 31,
    CE_CERTIFICATE_POLICIES = 32,
    CE_AUTHORITY_KEY_ID = 35,
    CE_EXTENDED_KEY_USAGE = 37,
    CE_LIMIT = 64
};

static const uint8_t oid_document_types[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x06, 0x02};
/* 2.23.136.1.1.6.1 id-icao-mrtd-security-extensions-nameChange: known, and nothing to check (9303-12 7.1.1). */
static const uint8_t oid_name_change[] = {0x67, 0x81, 0x08, 0x01, 0x01, 0x06, 0x01};

#define YEAR_2050 INT64_C(2524608000) /* 2050-01-01T00:00:00Z */

/* A hint for finding keys, never more. One CSCA of Lithuania lacks the inner OCTET STRING: then the value itself is it. */
static struct bytes read_key_identifier(struct bytes value)
{
    struct der_reader reader = der_reader_of(value);
    struct der_item item;

    if (der_expect(&reader, DER_OCTET_STRING, &item) == DR_OK && der_at_end(&reader)) {
        return item.value;
    }
    return value;
}

static enum dr_status read_basic_constraints(struct bytes value, struct certificate *certificate)
{
    struct der_reader reader = der_reader_of(value);
    struct der_reader fields;
    uint64_t path_len;
    enum dr_status status;

    certificate->has_basic_constraints = true;
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK) {
        return status;
    }
    if (der_peek(&fields) == DER_BOOLEAN) {
        status = extension_boolean(&fields, &certificate->is_ca);
        if (status != DR_OK) {
            return status;
        }
    }
    if (der_peek(&fields) == DER_INTEGER) {
        status = der_uint64(&fields, &path_len);
        if (status != DR_OK) {
            return status;
        }
        certificate->has_path_len = true;
        certificate->path_len = path_len > UINT32_MAX ? UINT32_MAX : (uint32_t)path_len;
    }
    return der_finish(&fields);
}

/* A named bit list: unused bits are allowed here, and later bits (decipherOnly) mean nothing to us. */
static enum dr_status read_key_usage(struct bytes value, struct certificate *certificate)
{
    struct der_reader reader = der_reader_of(value);
    struct der_item item;
    enum dr_status status = der_expect(&reader, DER_BIT_STRING, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.value.len == 0 || item.value.data[0] > 7U) {
        return DR_ERR_MALFORMED;
    }
    certificate->has_key_usage = true;
    certificate->key_usage = item.value.len > 1U ? item.value.data[1] : 0U;
    return der_finish(&reader);
}

static enum dr_status read_id_ce(uint8_t id, const struct extension *extension, struct certificate *certificate)
{
    switch (id) {
    case CE_SUBJECT_KEY_ID:
        certificate->subject_key_id = read_key_identifier(extension->value);
        return DR_OK;
    case CE_AUTHORITY_KEY_ID:
        return extension_authority_key_id(extension->value, &certificate->authority_key_id);
    case CE_KEY_USAGE:
        certificate->key_usage_critical = extension->critical;
        return read_key_usage(extension->value, certificate);
    case CE_BASIC_CONSTRAINTS:
        return read_basic_constraints(extension->value, certificate);
    case CE_EXTENDED_KEY_USAGE:
        certificate->extended_key_usage = extension->value;
        return DR_OK;
    case CE_PRIVATE_KEY_USAGE_PERIOD: /* known, and no part of the path's validation (12-D.2.1: any policy will do) */
    case CE_SUBJECT_ALT_NAME:
    case CE_ISSUER_ALT_NAME:
    case CE_CRL_DISTRIBUTION_POINTS:
    case CE_CERTIFICATE_POLICIES:
        return DR_OK;
    default:
        certificate->unknown_critical = certificate->unknown_critical || extension->critical;
        return DR_OK;
    }
}

static enum dr_status read_extensions(struct der_reader *reader, struct certificate *certificate)
{
    struct der_reader tagged;
    struct der_reader list;
    struct extension extension;
    uint64_t seen = 0;
    enum dr_status status;

    if ((status = der_enter(reader, DER_CONTEXT(3U), &tagged)) != DR_OK ||
        (status = der_enter(&tagged, DER_SEQUENCE, &list)) != DR_OK || (status = der_finish(&tagged)) != DR_OK) {
        return status;
    }
    while (status == DR_OK && !der_at_end(&list)) {
        status = extension_next(&list, &extension);
        if (status != DR_OK) {
            break;
        }
        if (extension.oid.len == 3 && extension.oid.data[0] == 0x55U && extension.oid.data[1] == 0x1DU &&
            extension.oid.data[2] < CE_LIMIT) {
            uint64_t bit = UINT64_C(1) << extension.oid.data[2];
            if ((seen & bit) != 0) {
                return DR_ERR_MALFORMED; /* RFC 5280 4.2: one instance of each; two would let readers disagree */
            }
            seen |= bit;
            status = read_id_ce(extension.oid.data[2], &extension, certificate);
        } else if (bytes_equal(extension.oid, bytes_of(oid_document_types, sizeof oid_document_types))) {
            if (certificate->document_types.len != 0) {
                return DR_ERR_MALFORMED;
            }
            certificate->document_types = extension.value;
        } else if (!bytes_equal(extension.oid, bytes_of(oid_name_change, sizeof oid_name_change))) {
            certificate->unknown_critical = certificate->unknown_critical || extension.critical;
        }
    }
    return status;
}

static enum dr_status read_version(struct der_reader *reader, uint8_t *version)
{
    struct der_reader tagged;
    uint64_t number = 0;
    enum dr_status status = DR_OK;

    if (der_peek(reader) == DER_CONTEXT(0U)) {
        if ((status = der_enter(reader, DER_CONTEXT(0U), &tagged)) != DR_OK ||
            (status = der_uint64(&tagged, &number)) != DR_OK || (status = der_finish(&tagged)) != DR_OK) {
            return status;
        }
    }
    if (number > 2U) {
        return DR_ERR_UNSUPPORTED;
    }
    *version = (uint8_t)(number + 1U);
    return DR_OK;
}

/* One time of the validity; *form stays as it is unless the type is not the one for its year. */
static enum dr_status read_time(struct der_reader *reader, int64_t *seconds, bool *form)
{
    uint8_t tag = der_peek(reader);
    enum dr_status status = der_time(reader, seconds);

    if (status == DR_OK && (tag == DER_GENERALIZED_TIME) != (*seconds >= YEAR_2050)) {
        *form = false;
    }
    return status;
}

static enum dr_status read_validity(struct der_reader *reader, struct certificate *certificate)
{
    struct der_reader validity;
    enum dr_status status;

    certificate->time_form = true;
    if ((status = der_enter(reader, DER_SEQUENCE, &validity)) != DR_OK ||
        (status = read_time(&validity, &certificate->not_before, &certificate->time_form)) != DR_OK ||
        (status = read_time(&validity, &certificate->not_after, &certificate->time_form)) != DR_OK) {
        return status;
    }
    return der_finish(&validity);
}

/* Takes the SubjectPublicKeyInfo; a key we cannot use is left as KEY_NONE and told through *key_status. */
static enum dr_status read_key(struct der_reader *reader, struct certificate *certificate, enum dr_status *key_status)
{
    struct der_reader spki;
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_SEQUENCE, &item);

    if (status != DR_OK) {
        return status;
    }
    certificate->spki = item.whole;
    spki = der_reader_of(item.whole);
    *key_status = algorithm_read_public_key(&spki, &certificate->key);
    return *key_status == DR_ERR_UNSUPPORTED ? DR_OK : *key_status;
}

/* TBSCertificate (RFC 5280 4.1). *algorithm is the inner signature identifier, whole. */
static enum dr_status read_tbs(struct der_reader fields, struct certificate *certificate, struct bytes *algorithm,
                               enum dr_status *key_status)
{
    struct der_item item;
    bool present;
    enum dr_status status;

    if ((status = read_version(&fields, &certificate->version)) != DR_OK ||
        (status = der_expect(&fields, DER_INTEGER, &item)) != DR_OK) {
        return status;
    }
    if (item.value.len == 0) {
        return DR_ERR_MALFORMED;
    }
    certificate->serial = item.value;
    if ((status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
        return status;
    }
    *algorithm = item.whole;
    if ((status = name_read(&fields, &certificate->issuer, certificate->issuer_country)) != DR_OK ||
        (status = read_validity(&fields, certificate)) != DR_OK ||
        (status = name_read(&fields, &certificate->subject, certificate->subject_country)) != DR_OK ||
        (status = read_key(&fields, certificate, key_status)) != DR_OK ||
        (status = der_optional(&fields, DER_CONTEXT_PRIMITIVE(1U), &item, &present)) != DR_OK ||
        (status = der_optional(&fields, DER_CONTEXT_PRIMITIVE(2U), &item, &present)) != DR_OK) {
        return status;
    }
    if (der_peek(&fields) == DER_CONTEXT(3U)) {
        status = read_extensions(&fields, certificate);
    }
    return status == DR_OK ? der_finish(&fields) : status;
}

enum dr_status certificate_read(struct bytes der, struct certificate *certificate)
{
    struct der_reader reader = der_reader_of(der);
    struct der_reader fields;
    struct der_reader algorithm;
    struct der_item item;
    struct bytes inner_algorithm;
    enum dr_status algorithm_status;
    enum dr_status key_status;
    enum dr_status status;

    memset(certificate, 0, sizeof *certificate);
    if ((status = der_expect(&reader, DER_SEQUENCE, &item)) != DR_OK || (status = der_finish(&reader)) != DR_OK) {
        return status;
    }
    certificate->whole = item.whole;
    fields = der_reader_of(item.value);
    if ((status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
        return status;
    }
    certificate->signed_part = item.whole;
    status = read_tbs(der_reader_of(item.value), certificate, &inner_algorithm, &key_status);
    if (status != DR_OK) {
        return status;
    }
    if ((status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
        return status;
    }
    /* RFC 5280 4.1.1.2: the unsigned identifier must be the signed one. */
    if (!bytes_equal(item.whole, inner_algorithm)) {
        return DR_ERR_MALFORMED;
    }
    algorithm = der_reader_of(item.whole);
    algorithm_status = algorithm_read_signature(&algorithm, &certificate->signature_algorithm);
    if (algorithm_status != DR_OK && algorithm_status != DR_ERR_UNSUPPORTED) {
        return algorithm_status;
    }
    if ((status = der_bit_string(&fields, &certificate->signature)) != DR_OK ||
        (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    return algorithm_status != DR_OK ? algorithm_status : key_status;
}

enum dr_status certificate_verify(const struct certificate *certificate, const struct public_key *key)
{
    uint8_t digest[HASH_MAX_SIZE];
    enum hash_algorithm hash = certificate->signature_algorithm.hash;
    enum dr_status status;

    if (certificate->signature_algorithm.scheme == SIGNATURE_NONE || hash == HASH_NONE) {
        return DR_ERR_UNSUPPORTED; /* a certificate's identifier names its digest (RFC 5280 4.1.1.2) */
    }
    status = hash_compute(hash, certificate->signed_part, digest);
    if (status != DR_OK) {
        return status;
    }
    return public_key_verify(key, &certificate->signature_algorithm, bytes_of(digest, hash_size(hash)),
                             certificate->signature);
}
