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

/* Renewal and Series alike: a list and two numbers from 1 up. */
struct list_rule {
    struct bytes list_id;
    uint64_t numbers[2];
};
struct list_rule_kind {
    uint8_t tag;
    uint64_t max[2];
};
static const struct list_rule_kind renewal_kind = {DER_CONTEXT(3U), {POLICY_MAX_KEYS, MAX_DAYS}};
static const struct list_rule_kind series_kind = {DER_CONTEXT(4U), {INT32_MAX, INT64_MAX}};

static enum dr_status next_list_rule(struct der_reader *reader, const struct list_rule_kind *kind,
                                     struct list_rule *rule)
{
    struct der_reader fields;
    enum dr_status status;

    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = field_text(&fields, 1, MANIFEST_MAX_LIST_ID, &rule->list_id)) != DR_OK ||
        (status = field_number(&fields, 1, kind->max[0], &rule->numbers[0])) != DR_OK ||
        (status = field_number(&fields, 1, kind->max[1], &rule->numbers[1])) != DR_OK) {
        return status;
    }
    return der_finish(&fields);
}

/* [tag] IMPLICIT SEQUENCE OF, OPTIONAL: its content, once every rule of it has been read. */
static enum dr_status read_list_rules(struct der_reader *fields, const struct list_rule_kind *kind,
                                      struct bytes *content)
{
    struct der_item item;
    struct der_reader reader;
    struct list_rule rule;
    bool present;
    enum dr_status status = der_optional(fields, kind->tag, &item, &present);

    if (status != DR_OK || !present) {
        return status;
    }
    *content = item.value;
    reader = der_reader_of(item.value);
    while (status == DR_OK && !der_at_end(&reader)) {
        status = next_list_rule(&reader, kind, &rule);
    }
    return status;
}

/* DR_ERR_NOT_FOUND: none for this list. */
static enum dr_status find_list_rule(struct bytes content, const struct list_rule_kind *kind, const char *list_id,
                                     struct list_rule *rule)
{
    struct der_reader reader = der_reader_of(content);
    struct bytes wanted = bytes_of(list_id, strlen(list_id));

    while (!der_at_end(&reader)) {
        enum dr_status status = next_list_rule(&reader, kind, rule);

        if (status != DR_OK) {
            return status;
        }
        if (bytes_equal(rule->list_id, wanted)) {
            return DR_OK;
        }
    }
    return DR_ERR_NOT_FOUND;
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
    if (status == DR_OK) {
        status = read_list_rules(&fields, &renewal_kind, &rules->renewals);
    }
    if (status == DR_OK) {
        status = read_list_rules(&fields, &series_kind, &rules->series);
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
    struct list_rule rule;
    enum dr_status status = find_list_rule(rules->renewals, &renewal_kind, list_id, &rule);

    if (status == DR_OK) {
        renewal->threshold = (uint8_t)rule.numbers[0];
        renewal->seconds = (int64_t)rule.numbers[1] * DAY;
    }
    return status;
}

struct device_series device_rules_series(const struct device_rules *rules, const char *list_id)
{
    struct list_rule rule;

    if (find_list_rule(rules->series, &series_kind, list_id, &rule) != DR_OK) {
        return (struct device_series){0, 0};
    }
    return (struct device_series){(uint32_t)rule.numbers[0], rule.numbers[1]};
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
