#include "update/receipt.h"

#include "store/identity.h"
#include "trust/cms_write.h"
#include "trust/field.h"
#include "trust/policy.h"

#define VERSION 1U

static void write_text(struct der_writer *writer, const char *text)
{
    der_write_item(writer, DER_UTF8_STRING, bytes_of(text, strlen(text)));
}

static void write_object(struct der_writer *writer, enum store_object object, const struct store_entry *entry)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);
    uint8_t kind = (uint8_t)(object == STORE_POLICY  ? RECEIPT_POLICY
                             : object == STORE_TRUST ? RECEIPT_TRUST
                                                     : RECEIPT_LIST);

    der_write_enumerated(writer, kind);
    write_text(writer, entry->manifest.list_id);
    der_write_uint64(writer, entry->manifest.number);
    der_write_item(writer, DER_OCTET_STRING,
                   bytes_of(object == STORE_POLICY ? entry->cms_sha256 : entry->manifest.root, HASH_SHA256_SIZE));
    if (entry->series > 0) {
        der_write_uint64(writer, entry->series);
    }
    der_write_close(writer, mark);
}

static void write_content(struct der_writer *writer, const struct store *store, int64_t now, bool confirmed,
                          struct bytes nonce)
{
    const struct store_state *state = &store->state;
    size_t whole = der_write_open(writer, DER_SEQUENCE), mark;

    der_write_uint64(writer, VERSION);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(store->factory.device_id, sizeof store->factory.device_id));
    der_write_item(writer, DER_OCTET_STRING, nonce);
    der_write_generalized_time(writer, now);
    der_write_boolean(writer, confirmed);
    der_write_uint64(writer, state->sequence);
    mark = der_write_open(writer, DER_SEQUENCE);
    der_write_uint64(writer, state->counters.no_record);
    der_write_uint64(writer, state->counters.advisory);
    der_write_uint64(writer, state->counters.refer);
    der_write_uint64(writer, state->counters.cannot_verify);
    der_write_close(writer, mark);
    mark = der_write_open(writer, DER_SEQUENCE);
    der_write_uint64(writer, state->audit.next);
    der_write_uint64(writer, state->audit.lost);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(state->audit.head, sizeof state->audit.head));
    der_write_close(writer, mark);
    mark = der_write_open(writer, DER_SEQUENCE);
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        if (state->objects[i].present) {
            write_object(writer, (enum store_object)i, &state->objects[i]);
        }
    }
    der_write_close(writer, mark);
    der_write_close(writer, whole);
}

static enum dr_status sign(void *ctx, const uint8_t digest[HASH_SHA256_SIZE], uint8_t signature[EC_KEY_SIGNATURE_MAX],
                           size_t *len)
{
    return identity_sign(ctx, digest, signature, len);
}

enum dr_status receipt_make(struct store *store, int64_t now, bool confirmed, struct bytes nonce, uint8_t *content,
                            uint8_t *out, size_t *len)
{
    uint8_t key_id[HASH_SHA256_SIZE];
    struct der_writer writer;
    size_t content_len = 0;
    enum dr_status status;

    if (nonce.len > RECEIPT_MAX_NONCE) {
        return DR_ERR_ARGUMENT;
    }
    if (!store->mounted) {
        return DR_ERR_STATE;
    }
    der_write_begin(&writer, content, RECEIPT_CONTENT_MAX);
    write_content(&writer, store, now, confirmed, nonce);
    status = der_write_finish(&writer, &content_len);
    if (status == DR_OK) {
        status = identity_spki_sha256(store, key_id);
    }
    der_write_begin(&writer, out, RECEIPT_MAX);
    if (status == DR_OK) {
        status = cms_write_signed(&writer, OID_DOCREV_RECEIPT, bytes_of(content, content_len), key_id, sign, store);
    }
    return status == DR_OK ? der_write_finish(&writer, len) : status;
}

static enum dr_status read_octets(struct der_reader *reader, uint8_t *out, size_t len)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_OCTET_STRING, &item);

    if (status == DR_OK && item.value.len != len) {
        status = DR_ERR_MALFORMED;
    }
    if (status == DR_OK) {
        memcpy(out, item.value.data, len);
    }
    return status;
}

static enum dr_status read_counters(struct der_reader *fields, struct store_counters *counters)
{
    struct der_reader reader;
    enum dr_status status;

    if ((status = der_enter(fields, DER_SEQUENCE, &reader)) != DR_OK ||
        (status = der_uint64(&reader, &counters->no_record)) != DR_OK ||
        (status = der_uint64(&reader, &counters->advisory)) != DR_OK ||
        (status = der_uint64(&reader, &counters->refer)) != DR_OK ||
        (status = der_uint64(&reader, &counters->cannot_verify)) != DR_OK) {
        return status;
    }
    return der_finish(&reader);
}

static enum dr_status read_audit(struct der_reader *fields, struct receipt *receipt)
{
    struct der_reader reader;
    enum dr_status status;

    if ((status = der_enter(fields, DER_SEQUENCE, &reader)) != DR_OK ||
        (status = der_uint64(&reader, &receipt->audit_size)) != DR_OK ||
        (status = der_uint64(&reader, &receipt->audit_lost)) != DR_OK ||
        (status = read_octets(&reader, receipt->audit_head, sizeof receipt->audit_head)) != DR_OK) {
        return status;
    }
    return der_finish(&reader);
}

static enum dr_status read_object(struct der_reader *objects, struct receipt_object *object)
{
    struct der_reader reader;
    struct der_item kind;
    struct bytes list_id;
    enum dr_status status;

    if ((status = der_enter(objects, DER_SEQUENCE, &reader)) != DR_OK ||
        (status = der_expect(&reader, DER_ENUMERATED, &kind)) != DR_OK ||
        (status = field_text(&reader, 0, MANIFEST_MAX_LIST_ID, &list_id)) != DR_OK ||
        (status = der_uint64(&reader, &object->number)) != DR_OK ||
        (status = read_octets(&reader, object->root, sizeof object->root)) != DR_OK) {
        return status;
    }
    if (kind.value.len != 1 || kind.value.data[0] > RECEIPT_LIST) {
        return DR_ERR_MALFORMED;
    }
    object->kind = (enum receipt_object_kind)kind.value.data[0];
    object->series = 0;
    if (!der_at_end(&reader) && (status = field_number(&reader, 1, INT32_MAX, &object->series)) != DR_OK) {
        return status;
    }
    memcpy(object->list_id, list_id.data, list_id.len);
    object->list_id[list_id.len] = '\0';
    return der_finish(&reader);
}

static enum dr_status read_objects(struct der_reader *fields, struct receipt *receipt)
{
    struct der_reader objects;
    enum dr_status status = der_enter(fields, DER_SEQUENCE, &objects);

    while (status == DR_OK && !der_at_end(&objects)) {
        if (receipt->object_count == STORE_OBJECTS) {
            return DR_ERR_MALFORMED;
        }
        status = read_object(&objects, &receipt->objects[receipt->object_count]);
        receipt->object_count++;
    }
    return status;
}

enum dr_status receipt_read(struct bytes der, struct receipt *receipt)
{
    struct der_reader reader = der_reader_of(der), fields;
    struct der_item nonce;
    enum dr_status status;

    memset(receipt, 0, sizeof *receipt);
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = field_version(&fields, VERSION)) != DR_OK ||
        (status = read_octets(&fields, receipt->device_id, sizeof receipt->device_id)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &nonce)) != DR_OK ||
        (status = field_time(&fields, &receipt->time)) != DR_OK ||
        (status = der_boolean(&fields, &receipt->confirmed)) != DR_OK ||
        (status = der_uint64(&fields, &receipt->sequence)) != DR_OK ||
        (status = read_counters(&fields, &receipt->counters)) != DR_OK ||
        (status = read_audit(&fields, receipt)) != DR_OK || (status = read_objects(&fields, receipt)) != DR_OK) {
        return status;
    }
    receipt->nonce = nonce.value;
    return nonce.value.len <= RECEIPT_MAX_NONCE ? der_finish(&fields) : DR_ERR_MALFORMED;
}

enum dr_status receipt_verify(struct bytes cms_der, struct bytes spki, struct receipt *receipt)
{
    struct der_writer writer;
    struct policy_role device = {.threshold = 1};
    struct cms cms;
    uint8_t key[128], digest[HASH_SHA256_SIZE];
    volatile hardened signed_by_device = HARDENED_NO;
    size_t mark, len = 0;
    enum dr_status status = cms_read(cms_der, &cms);

    if (status == DR_OK && (cms.whole.len != cms_der.len || !cms.has_content)) {
        status = DR_ERR_MALFORMED;
    }
    if (status == DR_OK) {
        status = hash_compute(HASH_SHA256, spki, digest);
    }
    if (status != DR_OK) {
        return status;
    }
    /* As strict as with an officer's file: the device is a role of one key. */
    der_write_begin(&writer, key, sizeof key);
    mark = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OCTET_STRING, bytes_of(digest, CMS_KEY_ID_SIZE));
    der_write_raw(&writer, spki);
    der_write_close(&writer, mark);
    status = der_write_finish(&writer, &len);
    if (status != DR_OK) {
        return status;
    }
    device.keys = bytes_of(key, len);
    signed_by_device = policy_role_verify(&device, &cms, OID_DOCREV_RECEIPT, NULL);
    if (!hardened_is_yes(&signed_by_device)) {
        return DR_ERR_SIGNATURE;
    }
    status = receipt_read(cms.content, receipt);
    return hardened_is_yes(&signed_by_device) ? status : DR_ERR_SIGNATURE;
}
