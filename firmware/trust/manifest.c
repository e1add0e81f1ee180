#include "trust/manifest.h"

#include "trust/block_tree.h"
#include "trust/extension.h"
#include "trust/field.h"

#define MANIFEST_VERSION 1U

bool manifest_list_id_valid(struct bytes id)
{
    if (id.len == 0 || id.len > MANIFEST_MAX_LIST_ID) {
        return false;
    }
    for (size_t i = 0; i < id.len; i++) {
        uint8_t c = id.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-') {
            return false;
        }
    }
    return true;
}

/* What holds for every manifest, whether read or about to be written. */
static enum dr_status check(const struct manifest *manifest)
{
    if (manifest->number == 0 || manifest->next_update <= manifest->this_update) {
        return DR_ERR_MALFORMED;
    }
    if (manifest->block_size != BLOCK_TREE_BLOCK) {
        return DR_ERR_UNSUPPORTED;
    }
    if (manifest->body_length == 0 || manifest->body_length % BLOCK_TREE_BLOCK != 0) {
        return DR_ERR_MALFORMED;
    }
    return manifest->body_length / BLOCK_TREE_BLOCK > BLOCK_TREE_MAX_BLOCKS ? DR_ERR_TOO_LARGE : DR_OK;
}

static enum dr_status read_list_id(struct der_reader *reader, char list_id[MANIFEST_MAX_LIST_ID + 1])
{
    struct bytes text;
    enum dr_status status = field_text(reader, 1, MANIFEST_MAX_LIST_ID, &text);

    if (status != DR_OK) {
        return status;
    }
    if (!manifest_list_id_valid(text)) {
        return DR_ERR_MALFORMED;
    }
    memcpy(list_id, text.data, text.len);
    list_id[text.len] = '\0';
    return DR_OK;
}

enum dr_status manifest_read(struct bytes der, struct manifest *manifest)
{
    struct der_reader reader = der_reader_of(der);
    struct der_reader fields;
    struct der_item item;
    uint64_t block_size;
    enum dr_status status;

    memset(manifest, 0, sizeof *manifest);
    if (der.len > MANIFEST_MAX_SIZE) {
        return DR_ERR_TOO_LARGE;
    }
    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = field_version(&fields, MANIFEST_VERSION)) != DR_OK ||
        (status = read_list_id(&fields, manifest->list_id)) != DR_OK ||
        (status = der_uint64(&fields, &manifest->number)) != DR_OK ||
        (status = field_time(&fields, &manifest->this_update)) != DR_OK ||
        (status = field_time(&fields, &manifest->next_update)) != DR_OK ||
        (status = der_uint64(&fields, &manifest->entry_count)) != DR_OK ||
        (status = field_number(&fields, 0, UINT32_MAX, &block_size)) != DR_OK ||
        (status = der_uint64(&fields, &manifest->body_length)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &item)) != DR_OK) {
        return status;
    }
    manifest->block_size = (uint32_t)block_size;
    if (item.value.len != HASH_SHA256_SIZE) {
        return DR_ERR_MALFORMED;
    }
    memcpy(manifest->root, item.value.data, HASH_SHA256_SIZE);
    if ((status = extensions_refuse_critical(&fields)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    return check(manifest);
}

enum dr_status manifest_write(const struct manifest *manifest, struct der_writer *writer)
{
    const char *end = (const char *)memchr(manifest->list_id, 0, sizeof manifest->list_id);
    struct bytes list_id = bytes_of(manifest->list_id, end != NULL ? (size_t)(end - manifest->list_id) : 0);
    size_t sequence;
    enum dr_status status = check(manifest);

    if (status != DR_OK || !manifest_list_id_valid(list_id)) {
        return DR_ERR_ARGUMENT;
    }
    sequence = der_write_open(writer, DER_SEQUENCE);
    der_write_uint64(writer, MANIFEST_VERSION);
    der_write_item(writer, DER_UTF8_STRING, list_id);
    der_write_uint64(writer, manifest->number);
    der_write_generalized_time(writer, manifest->this_update);
    der_write_generalized_time(writer, manifest->next_update);
    der_write_uint64(writer, manifest->entry_count);
    der_write_uint64(writer, manifest->block_size);
    der_write_uint64(writer, manifest->body_length);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(manifest->root, sizeof manifest->root));
    der_write_close(writer, sequence);
    return DR_OK;
}
