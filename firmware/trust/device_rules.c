#include "trust/device_rules.h"

#include "trust/algorithm.h"
#include "trust/extension.h"
#include "trust/field.h"
#include "trust/manifest.h"
#include "trust/oid.h"
#include "trust/policy.h"

#define DAY INT64_C(86400)
#define MAX_DAYS 366U
#define COARSE 1U

static enum dr_status read_oversight(struct der_reader *fields, struct device_rules *rules)
{
    struct der_reader inner;
    struct public_key key;
    enum dr_status status = der_enter(fields, DER_CONTEXT(0U), &inner);

    if (status != DR_OK) {
        return status;
    }
    rules->oversight = inner.rest;
    status = algorithm_read_public_key(&inner, &key);
    if (status == DR_OK) {
        status = der_finish(&inner);
    }
    if (status != DR_OK) {
        return status;
    }
    return key.type == KEY_EC && key.curve == CURVE_P256 ? DR_OK : DR_ERR_UNSUPPORTED;
}

/* A primitive item of one octet. */
static enum dr_status read_octet(struct der_reader *fields, uint8_t tag, uint8_t *value)
{
    struct der_item item;
    enum dr_status status = der_expect(fields, tag, &item);

    if (status == DR_OK && item.value.len != 1) {
        status = DR_ERR_MALFORMED;
    }
    if (status == DR_OK) {
        *value = item.value.data[0];
    }
    return status;
}

static enum dr_status next_renewal(struct der_reader *reader, struct bytes *list_id, struct device_renewal *renewal)
{
    struct der_reader fields;
    uint64_t threshold, days;
    enum dr_status status;

    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = field_text(&fields, 1, MANIFEST_MAX_LIST_ID, list_id)) != DR_OK ||
        (status = field_number(&fields, 1, POLICY_MAX_KEYS, &threshold)) != DR_OK ||
        (status = field_number(&fields, 1, MAX_DAYS, &days)) != DR_OK) {
        return status;
    }
    renewal->threshold = (uint8_t)threshold;
    renewal->seconds = (int64_t)days * DAY;
    return der_finish(&fields);
}

static enum dr_status read_renewals(struct der_reader *fields, struct device_rules *rules)
{
    struct der_item item;
    struct der_reader reader;
    struct device_renewal renewal;
    struct bytes list_id;
    enum dr_status status = der_expect(fields, DER_CONTEXT(3U), &item);

    if (status != DR_OK) {
        return status;
    }
    rules->renewals = item.value;
    reader = der_reader_of(item.value);
    while (status == DR_OK && !der_at_end(&reader)) {
        status = next_renewal(&reader, &list_id, &renewal);
    }
    return status;
}

static enum dr_status next_series(struct der_reader *reader, struct bytes *list_id, struct device_series *series)
{
    struct der_reader fields;
    uint64_t number;
    enum dr_status status;

    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = field_text(&fields, 1, MANIFEST_MAX_LIST_ID, list_id)) != DR_OK ||
        (status = field_number(&fields, 1, INT32_MAX, &number)) != DR_OK ||
        (status = field_number(&fields, 1, INT64_MAX, &series->first)) != DR_OK) {
        return status;
    }
    series->series = (uint32_t)number;
    return der_finish(&fields);
}

static enum dr_status read_series(struct der_reader *fields, struct device_rules *rules)
{
    struct der_item item;
    struct der_reader reader;
    struct device_series series;
    struct bytes list_id;
    enum dr_status status = der_expect(fields, DER_CONTEXT(4U), &item);

    if (status != DR_OK) {
        return status;
    }
    rules->series = item.value;
    reader = der_reader_of(item.value);
    while (status == DR_OK && !der_at_end(&reader)) {
        status = next_series(&reader, &list_id, &series);
    }
    return status;
}

static enum dr_status read_value(struct bytes value, struct device_rules *rules)
{
    struct der_reader reader = der_reader_of(value), fields;
    uint8_t octet = 0;
    enum dr_status status = der_enter(&reader, DER_SEQUENCE, &fields);

    if (status == DR_OK) {
        status = der_finish(&reader);
    }
    if (status == DR_OK && der_peek(&fields) == DER_CONTEXT(0U)) {
        status = read_oversight(&fields, rules);
    }
    if (status == DR_OK && der_peek(&fields) == DER_CONTEXT_PRIMITIVE(1U)) {
        status = read_octet(&fields, DER_CONTEXT_PRIMITIVE(1U), &octet);
        status = status == DR_OK && octet > COARSE ? DR_ERR_MALFORMED : status;
        rules->coarse = octet == COARSE;
    }
    if (status == DR_OK && der_peek(&fields) == DER_CONTEXT_PRIMITIVE(2U)) {
        status = read_octet(&fields, DER_CONTEXT_PRIMITIVE(2U), &octet);
        status = status == DR_OK && octet != 0 && octet != 0xFF ? DR_ERR_MALFORMED : status;
        rules->officer_time = octet == 0xFF;
    }
    if (status == DR_OK && der_peek(&fields) == DER_CONTEXT(3U)) {
        status = read_renewals(&fields, rules);
    }
    if (status == DR_OK && der_peek(&fields) == DER_CONTEXT(4U)) {
        status = read_series(&fields, rules);
    }
    return status == DR_OK ? der_finish(&fields) : status;
}

enum dr_status device_rules_read(struct der_reader *reader, struct device_rules *rules)
{
    struct der_reader tagged, list;
    struct extension extension;
    bool seen = false, refused = false;
    enum dr_status status;

    memset(rules, 0, sizeof *rules);
    if (der_peek(reader) != DER_CONTEXT(0U)) {
        return DR_OK;
    }
    if ((status = der_enter(reader, DER_CONTEXT(0U), &tagged)) != DR_OK ||
        (status = der_enter(&tagged, DER_SEQUENCE, &list)) != DR_OK || (status = der_finish(&tagged)) != DR_OK) {
        return status;
    }
    if (der_at_end(&list)) {
        return DR_ERR_MALFORMED; /* SIZE (1..MAX) */
    }
    while (status == DR_OK && !der_at_end(&list)) {
        status = extension_next(&list, &extension);
        if (status == DR_OK && oid_is(extension.oid, OID_DOCREV_DEVICE_RULES)) {
            status = seen ? DR_ERR_MALFORMED : read_value(extension.value, rules);
            seen = true;
        } else if (status == DR_OK && extension.critical) {
            refused = true;
        }
    }
    return status == DR_OK && refused ? DR_ERR_UNSUPPORTED : status;
}

enum dr_status device_rules_renewal(const struct device_rules *rules, const char *list_id,
                                    struct device_renewal *renewal)
{
    struct der_reader reader = der_reader_of(rules->renewals);
    struct bytes wanted = bytes_of(list_id, strlen(list_id)), found;

    while (!der_at_end(&reader)) {
        enum dr_status status = next_renewal(&reader, &found, renewal);

        if (status != DR_OK) {
            return status;
        }
        if (bytes_equal(found, wanted)) {
            return DR_OK;
        }
    }
    return DR_ERR_NOT_FOUND;
}

struct device_series device_rules_series(const struct device_rules *rules, const char *list_id)
{
    struct der_reader reader = der_reader_of(rules->series);
    struct bytes wanted = bytes_of(list_id, strlen(list_id)), found;
    struct device_series series;

    while (!der_at_end(&reader) && next_series(&reader, &found, &series) == DR_OK) {
        if (bytes_equal(found, wanted)) {
            return series;
        }
    }
    return (struct device_series){0, 0};
}

void device_rules_write(const struct device_rules *rules, struct der_writer *writer)
{
    static const uint8_t coarse = COARSE, yes = 0xFF;
    size_t tagged, list, extension, value, sequence, inner;

    if (rules->oversight.len == 0 && !rules->coarse && !rules->officer_time && rules->renewals.len == 0 &&
        rules->series.len == 0) {
        return;
    }
    tagged = der_write_open(writer, DER_CONTEXT(0U));
    list = der_write_open(writer, DER_SEQUENCE);
    extension = der_write_open(writer, DER_SEQUENCE);
    der_write_item(writer, DER_OID, oid_octets(OID_DOCREV_DEVICE_RULES));
    value = der_write_open(writer, DER_OCTET_STRING);
    sequence = der_write_open(writer, DER_SEQUENCE);
    if (rules->oversight.len > 0) {
        inner = der_write_open(writer, DER_CONTEXT(0U));
        der_write_raw(writer, rules->oversight);
        der_write_close(writer, inner);
    }
    if (rules->coarse) {
        der_write_item(writer, DER_CONTEXT_PRIMITIVE(1U), bytes_of(&coarse, 1));
    }
    if (rules->officer_time) {
        der_write_item(writer, DER_CONTEXT_PRIMITIVE(2U), bytes_of(&yes, 1));
    }
    if (rules->renewals.len > 0) {
        der_write_item(writer, DER_CONTEXT(3U), rules->renewals);
    }
    if (rules->series.len > 0) {
        der_write_item(writer, DER_CONTEXT(4U), rules->series);
    }
    der_write_close(writer, sequence);
    der_write_close(writer, value);
    der_write_close(writer, extension);
    der_write_close(writer, list);
    der_write_close(writer, tagged);
}
