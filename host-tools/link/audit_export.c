#include "link/audit_export.h"

#include "codec/hex.h"
#include "link/json_read.h"
#include "trust/field.h"

#include <stdio.h>
#include <stdlib.h>

#define VERSION 1U
#define HEAD_MAX 2048U
#define OVERHEAD 2048U

/* What GET audit states. */
struct head {
    uint64_t size, first, segment;
    uint8_t wrapped[STORE_WRAPPED_SIZE];
};

static enum dr_status read_head(struct coap_client *client, struct head *head)
{
    uint8_t answer[HEAD_MAX];
    size_t len = sizeof answer, wrapped_len = sizeof head->wrapped;
    struct bytes json, raw;
    enum json_type type;
    enum dr_status status = coap_client_get(client, "audit", answer, &len, NULL);

    if (status != DR_OK) {
        return status;
    }
    json = bytes_of(answer, len);
    if ((status = json_find_uint(json, "size", &head->size)) != DR_OK ||
        (status = json_find_uint(json, "first", &head->first)) != DR_OK ||
        (status = json_find_uint(json, "segment", &head->segment)) != DR_OK ||
        (status = json_find(json, "wrapped", &type, &raw)) != DR_OK ||
        (status = hex_decode(raw, head->wrapped, &wrapped_len)) != DR_OK) {
        return status;
    }
    return wrapped_len == sizeof head->wrapped ? DR_OK : DR_ERR_PROTOCOL;
}

/* Records first..size-1. More may come while we read; they are left for the next time. */
static enum dr_status read_records(struct coap_client *client, uint64_t first, uint64_t size, uint8_t *out,
                                   size_t capacity)
{
    size_t len = capacity;
    char path[48];
    enum dr_status status;

    (void)snprintf(path, sizeof path, "audit?from=%llu", (unsigned long long)first);
    status = coap_client_get(client, path, out, &len, NULL);
    return status == DR_OK && len < (size - first) * AUDIT_SECTOR ? DR_ERR_PROTOCOL : status;
}

static void write_export(struct der_writer *writer, const struct device_receipt *receipt, const struct head *head,
                         uint64_t first, struct bytes records)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);

    der_write_uint64(writer, VERSION);
    der_write_raw(writer, bytes_of(receipt->spki, receipt->spki_len));
    der_write_item(writer, DER_OCTET_STRING, bytes_of(receipt->cms, receipt->cms_len));
    der_write_uint64(writer, head->segment);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(head->wrapped, sizeof head->wrapped));
    der_write_uint64(writer, first);
    der_write_item(writer, DER_OCTET_STRING, records);
    der_write_close(writer, mark);
}

#define MORE 64U /* records that may be added while the log is read */

enum dr_status audit_export_fetch(struct coap_client *client, uint8_t **data, size_t *len, const char **why)
{
    struct device_receipt receipt;
    struct head head;
    struct der_writer writer;
    uint64_t first, count;
    uint8_t *records = NULL;
    size_t capacity;
    enum dr_status status = device_receipt_get(client, &receipt, why);

    *data = NULL;
    if (status != DR_OK) {
        return status;
    }
    *why = "the device gives no log";
    status = read_head(client, &head);
    if (status != DR_OK) {
        return status;
    }
    /* The receipt came first: what it signs is what is asked for. */
    first = head.first > head.segment ? head.first : head.segment;
    if (receipt.receipt.audit_size <= first || receipt.receipt.audit_size - first > UINT32_MAX / AUDIT_SECTOR) {
        *why = "the device has no log that anybody could read";
        return DR_ERR_NOT_FOUND;
    }
    count = receipt.receipt.audit_size - first;
    capacity = (size_t)(count + MORE) * AUDIT_SECTOR;
    records = malloc(capacity);
    *data = malloc(capacity + OVERHEAD);
    status = records != NULL && *data != NULL
                 ? read_records(client, first, receipt.receipt.audit_size, records, capacity)
                 : DR_ERR_NO_SPACE;
    if (status == DR_OK) {
        der_write_begin(&writer, *data, capacity + OVERHEAD);
        write_export(&writer, &receipt, &head, first, bytes_of(records, (size_t)count * AUDIT_SECTOR));
        status = der_write_finish(&writer, len);
    }
    free(records);
    if (status != DR_OK) {
        free(*data);
        *data = NULL;
    }
    return status;
}

enum dr_status audit_export_read(struct bytes der, struct audit_export *export, const char **why)
{
    struct der_reader reader = der_reader_of(der), fields;
    struct der_item spki, cms, wrapped, records;
    enum dr_status status;

    *why = "not an exported log";
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = field_version(&fields, VERSION)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &spki)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &cms)) != DR_OK ||
        (status = der_uint64(&fields, &export->segment)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &wrapped)) != DR_OK ||
        (status = der_uint64(&fields, &export->first)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &records)) != DR_OK ||
        (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    if (wrapped.value.len != STORE_WRAPPED_SIZE || spki.whole.len > DEVICE_SPKI_MAX ||
        records.value.len % AUDIT_SECTOR != 0 || export->first < export->segment) {
        return DR_ERR_MALFORMED;
    }
    export->spki = spki.whole;
    export->cms = cms.value;
    export->wrapped = wrapped.value;
    export->records = records.value;
    *why = "the receipt does not verify under the device's key";
    status = receipt_verify(export->cms, export->spki, &export->receipt);
    if (status == DR_OK && (export->first > export->receipt.audit_size ||
                            export->receipt.audit_size - export->first != export->records.len / AUDIT_SECTOR)) {
        *why = "there are more or fewer records than the receipt says";
        status = DR_ERR_CORRUPT;
    }
    return status;
}
