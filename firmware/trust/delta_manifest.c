#include "trust/delta_manifest.h"

#include "crypto/memory.h"
#include "trust/extension.h"
#include "trust/field.h"

#define DELTA_MANIFEST_VERSION 1U

static enum dr_status check(const struct delta_manifest *manifest)
{
    return manifest->base_number == 0 || manifest->length == 0 || manifest->edition.number <= manifest->base_number
               ? DR_ERR_MALFORMED
               : DR_OK;
}

static enum dr_status read_digest(struct der_reader *fields, uint8_t digest[HASH_SHA256_SIZE])
{
    struct der_item item;
    enum dr_status status = der_expect(fields, DER_OCTET_STRING, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.value.len != HASH_SHA256_SIZE) {
        return DR_ERR_MALFORMED;
    }
    memcpy(digest, item.value.data, HASH_SHA256_SIZE);
    return DR_OK;
}

enum dr_status delta_manifest_read(struct bytes der, struct delta_manifest *manifest)
{
    struct der_reader reader = der_reader_of(der);
    struct der_reader fields;
    struct der_item item;
    uint64_t length;
    enum dr_status status;

    memset(manifest, 0, sizeof *manifest);
    if (der.len > DELTA_MANIFEST_MAX_SIZE) {
        return DR_ERR_TOO_LARGE;
    }
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = field_version(&fields, DELTA_MANIFEST_VERSION)) != DR_OK ||
        (status = der_uint64(&fields, &manifest->base_number)) != DR_OK ||
        (status = read_digest(&fields, manifest->base_root)) != DR_OK ||
        (status = field_number(&fields, 1, UINT32_MAX, &length)) != DR_OK ||
        (status = read_digest(&fields, manifest->digest)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK ||
        (status = manifest_read(item.whole, &manifest->edition)) != DR_OK ||
        (status = extensions_refuse_critical(&fields)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    manifest->length = (uint32_t)length;
    return check(manifest);
}

enum dr_status delta_manifest_write(const struct delta_manifest *manifest, struct der_writer *writer)
{
    size_t sequence;
    enum dr_status status;

    if (check(manifest) != DR_OK) {
        return DR_ERR_ARGUMENT;
    }
    sequence = der_write_open(writer, DER_SEQUENCE);
    der_write_uint64(writer, DELTA_MANIFEST_VERSION);
    der_write_uint64(writer, manifest->base_number);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(manifest->base_root, HASH_SHA256_SIZE));
    der_write_uint64(writer, manifest->length);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(manifest->digest, HASH_SHA256_SIZE));
    status = manifest_write(&manifest->edition, writer);
    der_write_close(writer, sequence);
    return status;
}

enum dr_status delta_manifest_check_base(const struct delta_manifest *manifest, const struct manifest *base)
{
    bool same = strcmp(manifest->edition.list_id, base->list_id) == 0 && manifest->base_number == base->number &&
                crypto_equal(manifest->base_root, base->root, HASH_SHA256_SIZE);

    return same ? DR_OK : DR_ERR_NOT_FOUND;
}
