#include "store/audit_detail.h"

#include "trust/field.h"

#define MAX_OBJECT 3U
#define MAX_CHOICE 7U

static struct bytes text_of(const char *text)
{
    return bytes_of(text, strlen(text));
}

size_t audit_inspection_open(struct der_writer *writer, bool refer, uint64_t reasons, const char *state,
                             struct bytes digest, size_t *hits)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);

    der_write_enumerated(writer, refer ? 0 : 1);
    der_write_uint64(writer, reasons);
    der_write_item(writer, DER_PRINTABLE_STRING, text_of(state));
    der_write_item(writer, DER_OCTET_STRING, digest);
    *hits = der_write_open(writer, DER_SEQUENCE);
    return mark;
}

void audit_hit_write(struct der_writer *writer, const char *list_id, uint64_t edition, uint8_t reason, uint8_t basis,
                     uint8_t action)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);

    der_write_item(writer, DER_UTF8_STRING, text_of(list_id));
    der_write_uint64(writer, edition);
    der_write_enumerated(writer, reason);
    der_write_enumerated(writer, basis);
    der_write_enumerated(writer, action);
    der_write_close(writer, mark);
}

void audit_inspection_close(struct der_writer *writer, size_t mark, size_t hits)
{
    der_write_close(writer, hits);
    der_write_close(writer, mark);
}

static enum dr_status enter(struct bytes detail, struct der_reader *fields)
{
    struct der_reader reader = der_reader_of(detail);
    enum dr_status status = der_enter(&reader, DER_SEQUENCE, fields);

    return status == DR_OK ? der_finish(&reader) : status;
}

static enum dr_status read_choice(struct der_reader *fields, uint8_t max, uint8_t *value)
{
    struct der_item item;
    enum dr_status status = der_expect(fields, DER_ENUMERATED, &item);

    if (status == DR_OK && (item.value.len != 1 || item.value.data[0] > max)) {
        status = DR_ERR_MALFORMED;
    }
    if (status == DR_OK) {
        *value = item.value.data[0];
    }
    return status;
}

static enum dr_status read_list_id(struct der_reader *fields, char list_id[MANIFEST_MAX_LIST_ID + 1])
{
    struct bytes text;
    enum dr_status status = field_text(fields, 0, MANIFEST_MAX_LIST_ID, &text);

    if (status == DR_OK) {
        memcpy(list_id, text.data, text.len);
        list_id[text.len] = '\0';
    }
    return status;
}

static enum dr_status read_state_and_digest(struct der_reader *fields, struct audit_inspection *inspection)
{
    struct der_item state, digest;
    enum dr_status status = der_expect(fields, DER_PRINTABLE_STRING, &state);

    if (status == DR_OK) {
        status = der_expect(fields, DER_OCTET_STRING, &digest);
    }
    if (status != DR_OK) {
        return status;
    }
    if (state.value.len > AUDIT_MAX_STATE || (digest.value.len != 0 && digest.value.len != AUDIT_DIGEST_SIZE)) {
        return DR_ERR_MALFORMED;
    }
    for (size_t i = 0; i < state.value.len; i++) {
        if (state.value.data[i] < 'A' || state.value.data[i] > 'Z') {
            return DR_ERR_MALFORMED;
        }
        inspection->state[i] = (char)state.value.data[i];
    }
    inspection->has_digest = digest.value.len > 0;
    memcpy(inspection->digest, digest.value.data, digest.value.len);
    return DR_OK;
}

static enum dr_status read_hits(struct der_reader *fields, struct audit_inspection *inspection)
{
    struct der_reader hits, hit;
    enum dr_status status = der_enter(fields, DER_SEQUENCE, &hits);

    while (status == DR_OK && !der_at_end(&hits)) {
        struct audit_hit *next = &inspection->hits[inspection->hit_count];

        if (inspection->hit_count == AUDIT_MAX_HITS) {
            return DR_ERR_MALFORMED;
        }
        if ((status = der_enter(&hits, DER_SEQUENCE, &hit)) != DR_OK ||
            (status = read_list_id(&hit, next->list_id)) != DR_OK ||
            (status = der_uint64(&hit, &next->edition)) != DR_OK ||
            (status = read_choice(&hit, MAX_CHOICE, &next->reason)) != DR_OK ||
            (status = read_choice(&hit, MAX_CHOICE, &next->basis)) != DR_OK ||
            (status = read_choice(&hit, MAX_CHOICE, &next->action)) != DR_OK) {
            return status;
        }
        status = der_finish(&hit);
        inspection->hit_count++;
    }
    return status;
}

enum dr_status audit_inspection_read(struct bytes detail, struct audit_inspection *inspection)
{
    struct der_reader fields;
    uint8_t verdict = 0;
    enum dr_status status;

    memset(inspection, 0, sizeof *inspection);
    if ((status = enter(detail, &fields)) != DR_OK || (status = read_choice(&fields, 1, &verdict)) != DR_OK ||
        (status = der_uint64(&fields, &inspection->reasons)) != DR_OK ||
        (status = read_state_and_digest(&fields, inspection)) != DR_OK ||
        (status = read_hits(&fields, inspection)) != DR_OK) {
        return status;
    }
    inspection->refer = verdict == 0;
    return der_finish(&fields);
}

void audit_object_write(struct der_writer *writer, const struct audit_object *object)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);

    der_write_enumerated(writer, object->object);
    der_write_item(writer, DER_UTF8_STRING, text_of(object->list_id));
    der_write_uint64(writer, object->number);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(object->cms_sha256, HASH_SHA256_SIZE));
    der_write_close(writer, mark);
}

enum dr_status audit_object_read(struct bytes detail, struct audit_object *object)
{
    struct der_reader fields;
    struct der_item item;
    enum dr_status status;

    if ((status = enter(detail, &fields)) != DR_OK ||
        (status = read_choice(&fields, MAX_OBJECT, &object->object)) != DR_OK ||
        (status = read_list_id(&fields, object->list_id)) != DR_OK ||
        (status = der_uint64(&fields, &object->number)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &item)) != DR_OK) {
        return status;
    }
    if (item.value.len != HASH_SHA256_SIZE) {
        return DR_ERR_MALFORMED;
    }
    memcpy(object->cms_sha256, item.value.data, HASH_SHA256_SIZE);
    return der_finish(&fields);
}

void audit_refusal_write(struct der_writer *writer, const struct audit_refusal *refusal)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);

    der_write_uint64(writer, refusal->status);
    der_write_uint64(writer, refusal->count);
    der_write_close(writer, mark);
}

enum dr_status audit_refusal_read(struct bytes detail, struct audit_refusal *refusal)
{
    struct der_reader fields;
    enum dr_status status;

    if ((status = enter(detail, &fields)) != DR_OK || (status = der_uint64(&fields, &refusal->status)) != DR_OK ||
        (status = der_uint64(&fields, &refusal->count)) != DR_OK) {
        return status;
    }
    return der_finish(&fields);
}

void audit_time_write(struct der_writer *writer, const struct audit_time *time)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);

    der_write_enumerated(writer, time->by_officer ? 1 : 0);
    der_write_uint64(writer, (uint64_t)time->before);
    der_write_uint64(writer, (uint64_t)time->now);
    der_write_close(writer, mark);
}

enum dr_status audit_time_read(struct bytes detail, struct audit_time *time)
{
    struct der_reader fields;
    uint8_t source = 0;
    uint64_t before, now;
    enum dr_status status;

    if ((status = enter(detail, &fields)) != DR_OK || (status = read_choice(&fields, 1, &source)) != DR_OK ||
        (status = der_uint64(&fields, &before)) != DR_OK || (status = der_uint64(&fields, &now)) != DR_OK) {
        return status;
    }
    *time = (struct audit_time){source == 1, (int64_t)before, (int64_t)now};
    return der_finish(&fields);
}
