#include "trust_import/trust_builder.h"

#include "builder/edition_proof.h"
#include "builder/tree_builder.h"
#include "trust/csca_store.h"

#include <stdlib.h>

struct record {
    uint8_t octets[CSCA_RECORD_MAX];
    size_t len;
};

static struct bytes record_key(const struct record *record)
{
    return bytes_of(record->octets + 1, record->octets[0]);
}

static int compare_records(const void *a, const void *b)
{
    return block_tree_compare(record_key(a), record_key(b));
}

/* Fills leaves with whole records, in order. */
static enum dr_status write_leaves(struct tree_builder *tree, const struct record *records, size_t count)
{
    uint8_t block[BLOCK_TREE_BLOCK];
    enum dr_status status = DR_OK;
    size_t i = 0;

    while (status == DR_OK && i < count) {
        size_t first = i, at = 2;
        memset(block, 0, sizeof block);
        for (; i < count && at + 2 + records[i].len <= sizeof block; i++) {
            put_be16(block + at, (uint16_t)records[i].len);
            memcpy(block + at + 2, records[i].octets, records[i].len);
            at += 2 + records[i].len;
        }
        put_be16(block, (uint16_t)(i - first));
        status = tree_builder_leaf(tree, record_key(&records[first]), block);
    }
    return status;
}

struct expectation {
    const struct certificate *certificate;
    bool found;
};

static bool compare_anchor(void *ctx, const struct csca_anchor *anchor)
{
    struct expectation *expected = ctx;
    uint8_t name[HASH_SHA256_SIZE];

    expected->found = anchor->not_before == expected->certificate->not_before &&
                      anchor->not_after == expected->certificate->not_after &&
                      bytes_equal(anchor->subject_key_id, expected->certificate->subject_key_id) &&
                      certificate_name_hash(expected->certificate->subject, name) == DR_OK &&
                      bytes_equal(anchor->subject_hash, bytes_of(name, sizeof name)) &&
                      anchor->key.type == expected->certificate->key.type &&
                      bytes_equal(anchor->key.ec_point, expected->certificate->key.ec_point) &&
                      bytes_equal(anchor->key.rsa_modulus, expected->certificate->key.rsa_modulus);
    return !expected->found;
}

static enum dr_status prove(const struct certificate_set *anchors, FILE *body, const struct manifest *manifest)
{
    uint8_t block[BLOCK_TREE_BLOCK];
    struct csca_store store = {.source = file_block_source(body, (uint32_t)(manifest->body_length / BLOCK_TREE_BLOCK))};

    memcpy(store.root, manifest->root, sizeof store.root);
    for (size_t i = 0; i < anchors->count; i++) {
        const struct imported_certificate *item = &anchors->items[i];
        struct expectation expected = {.certificate = &item->certificate};
        enum dr_status status;

        if (item->verdict != ANCHOR_SELF_SIGNED && item->verdict != ANCHOR_LINK) {
            continue;
        }
        status = csca_store_visit(&store, anchor_country(&item->certificate), block, compare_anchor, &expected, NULL);
        if (status != DR_OK || !expected.found) {
            return DR_ERR_CORRUPT;
        }
    }
    return DR_OK;
}

enum dr_status trust_build(const struct certificate_set *anchors, FILE *body, struct manifest *manifest)
{
    struct record *records = calloc(anchors->count + 1, sizeof *records);
    struct tree_builder *tree = tree_builder_new();
    size_t count = 0;
    uint32_t blocks = 0;
    enum dr_status status = records != NULL && tree != NULL ? DR_OK : DR_ERR_NO_SPACE;

    for (size_t i = 0; status == DR_OK && i < anchors->count; i++) {
        const struct imported_certificate *item = &anchors->items[i];
        if (item->verdict == ANCHOR_SELF_SIGNED || item->verdict == ANCHOR_LINK) {
            status = csca_record_write(&item->certificate, records[count].octets, &records[count].len);
            count++;
        }
    }
    if (status == DR_OK) {
        qsort(records, count, sizeof *records, compare_records);
        status = write_leaves(tree, records, count);
    }
    if (status == DR_OK) {
        status = tree_builder_finish(tree, body, manifest->root, &blocks);
    }
    if (status == DR_OK) {
        manifest->entry_count = count;
        manifest->block_size = BLOCK_TREE_BLOCK;
        manifest->body_length = (uint64_t)blocks * BLOCK_TREE_BLOCK;
        status = prove(anchors, body, manifest);
    }
    tree_builder_free(tree);
    free(records);
    return status;
}
