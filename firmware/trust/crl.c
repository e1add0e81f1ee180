#include "trust/crl.h"

#include "trust/algorithm.h"
#include "trust/extension.h"
#include "trust/name.h"

static const uint8_t oid_crl_number[] = {0x55, 0x1D, 0x14};
static const uint8_t oid_authority_key_id[] = {0x55, 0x1D, 0x23};

/* What follows an entry's date: extensions, of which none that is critical is known (9303-12 7.1.4 forbids them all). */
static enum dr_status check_entry_extensions(struct der_reader *fields)
{
    struct der_reader list;
    struct extension extension;
    enum dr_status status = der_enter(fields, DER_SEQUENCE, &list);

    while (status == DR_OK && !der_at_end(&list)) {
        status = extension_next(&list, &extension);
        if (status == DR_OK && extension.critical) {
            return DR_ERR_UNSUPPORTED; /* certificateIssuer: an indirect list */
        }
    }
    return status;
}

enum dr_status crl_next(struct bytes *rest, struct crl_entry *entry)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_reader fields;
    struct der_item item;
    enum dr_status status;

    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = der_expect(&fields, DER_INTEGER, &item)) != DR_OK ||
        (status = der_time(&fields, &entry->revocation_date)) != DR_OK) {
        return status;
    }
    if (item.value.len == 0) {
        return DR_ERR_MALFORMED;
    }
    entry->serial = item.value;
    if (!der_at_end(&fields)) {
        status = check_entry_extensions(&fields);
    }
    if (status == DR_OK) {
        status = der_finish(&fields);
    }
    if (status == DR_OK) {
        *rest = reader.rest;
    }
    return status;
}

/* revokedCertificates OPTIONAL; an empty one stands for none, although RFC 5280 5.1.2.6 has it left out. */
static enum dr_status read_revoked(struct der_reader *fields, struct crl *crl)
{
    struct crl_entry entry;
    struct der_item item;
    struct bytes rest;
    bool present;
    enum dr_status status = der_optional(fields, DER_SEQUENCE, &item, &present);

    if (status != DR_OK || !present) {
        return status;
    }
    crl->revoked = item.value;
    rest = item.value;
    while ((status = crl_next(&rest, &entry)) == DR_OK) {
        crl->revoked_count++;
    }
    return status == DR_ERR_NOT_FOUND ? DR_OK : status;
}

static enum dr_status read_number(struct bytes value, struct bytes *number)
{
    struct der_reader reader = der_reader_of(value);
    enum dr_status status = der_unsigned(&reader, number);

    return status == DR_OK ? der_finish(&reader) : status;
}

static enum dr_status read_extensions(struct der_reader *fields, struct crl *crl)
{
    struct der_reader tagged;
    struct der_reader list;
    struct extension extension;
    enum dr_status status;

    if (der_at_end(fields)) {
        return DR_OK;
    }
    if ((status = der_enter(fields, DER_CONTEXT(0U), &tagged)) != DR_OK ||
        (status = der_enter(&tagged, DER_SEQUENCE, &list)) != DR_OK || (status = der_finish(&tagged)) != DR_OK) {
        return status;
    }
    while (status == DR_OK && !der_at_end(&list)) {
        status = extension_next(&list, &extension);
        if (status != DR_OK) {
            break;
        }
        if (bytes_equal(extension.oid, bytes_of(oid_authority_key_id, sizeof oid_authority_key_id))) {
            status = extension_authority_key_id(extension.value, &crl->authority_key_id);
        } else if (bytes_equal(extension.oid, bytes_of(oid_crl_number, sizeof oid_crl_number))) {
            status = read_number(extension.value, &crl->number);
        } else if (extension.critical) {
            status = DR_ERR_UNSUPPORTED; /* issuingDistributionPoint, deltaCRLIndicator and what is not known */
        }
    }
    return status;
}

static enum dr_status read_version(struct der_reader *fields, uint8_t *version)
{
    uint64_t number = 0;
    enum dr_status status = DR_OK;

    if (der_peek(fields) == DER_INTEGER) {
        status = der_uint64(fields, &number);
    }
    if (status == DR_OK && number > 1U) {
        status = DR_ERR_UNSUPPORTED;
    }
    *version = (uint8_t)(number + 1U);
    return status;
}

static bool is_time(uint8_t tag)
{
    return tag == DER_UTC_TIME || tag == DER_GENERALIZED_TIME;
}

/* TBSCertList (RFC 5280 5.1.2). */
static enum dr_status read_tbs(struct der_reader fields, struct crl *crl, struct bytes *algorithm)
{
    struct der_item item;
    enum dr_status status;

    if ((status = read_version(&fields, &crl->version)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
        return status;
    }
    *algorithm = item.whole;
    if ((status = name_read(&fields, &crl->issuer, crl->issuer_country)) != DR_OK ||
        (status = der_time(&fields, &crl->this_update)) != DR_OK) {
        return status;
    }
    crl->has_next_update = is_time(der_peek(&fields));
    if (crl->has_next_update) {
        status = der_time(&fields, &crl->next_update);
    }
    if (status != DR_OK || (status = read_revoked(&fields, crl)) != DR_OK ||
        (status = read_extensions(&fields, crl)) != DR_OK) {
        return status;
    }
    return der_finish(&fields);
}

enum dr_status crl_read(struct bytes der, struct crl *crl)
{
    struct der_reader reader = der_reader_of(der);
    struct der_reader fields;
    struct der_reader algorithm;
    struct der_item item;
    struct bytes inner_algorithm;
    enum dr_status algorithm_status;
    enum dr_status status;

    memset(crl, 0, sizeof *crl);
    if ((status = der_expect(&reader, DER_SEQUENCE, &item)) != DR_OK || (status = der_finish(&reader)) != DR_OK) {
        return status;
    }
    crl->whole = item.whole;
    fields = der_reader_of(item.value);
    if ((status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
        return status;
    }
    crl->signed_part = item.whole;
    if ((status = read_tbs(der_reader_of(item.value), crl, &inner_algorithm)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
        return status;
    }
    if (!bytes_equal(item.whole, inner_algorithm)) {
        return DR_ERR_MALFORMED; /* RFC 5280 5.1.1.2 */
    }
    algorithm = der_reader_of(item.whole);
    algorithm_status = algorithm_read_signature(&algorithm, &crl->signature_algorithm);
    if (algorithm_status != DR_OK && algorithm_status != DR_ERR_UNSUPPORTED) {
        return algorithm_status;
    }
    if ((status = der_bit_string(&fields, &crl->signature)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    return algorithm_status;
}

enum dr_status crl_verify(const struct crl *crl, const struct public_key *key)
{
    uint8_t digest[HASH_MAX_SIZE];
    enum hash_algorithm hash = crl->signature_algorithm.hash;
    enum dr_status status;

    if (crl->signature_algorithm.scheme == SIGNATURE_NONE || hash == HASH_NONE) {
        return DR_ERR_UNSUPPORTED;
    }
    status = hash_compute(hash, crl->signed_part, digest);
    if (status != DR_OK) {
        return status;
    }
    return public_key_verify(key, &crl->signature_algorithm, bytes_of(digest, hash_size(hash)), crl->signature);
}

struct bytes crl_serial(struct bytes number)
{
    while (number.len > 1U && ((number.data[0] == 0x00U && number.data[1] < 0x80U) ||
                               (number.data[0] == 0xFFU && number.data[1] >= 0x80U))) {
        number.data++;
        number.len--;
    }
    return number;
}

bool crl_lists(const struct crl *crl, struct bytes serial)
{
    struct bytes rest = crl->revoked;
    struct bytes wanted = crl_serial(serial);
    struct crl_entry entry;

    while (crl_next(&rest, &entry) == DR_OK) {
        if (bytes_equal(crl_serial(entry.serial), wanted)) {
            return true;
        }
    }
    return false;
}
