#include "trust_import/trust_builder.h"

#include "builder/edition_proof.h"
#include "builder/tree_builder.h"
#include "trust/revocation.h"
#include "trust/store_leaf.h"
#include "trust_import/deviations.h"

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

static int compare_serials(const void *a, const void *b)
{
    return revocation_compare(*(const struct bytes *)a, *(const struct bytes *)b);
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

/* The serials of a CRL in the store's order, each once; NULL without memory. Views into the list. */
static struct bytes *sorted_serials(const struct crl *crl, size_t *count)
{
    struct bytes *serials = calloc((size_t)crl->revoked_count + 1U, sizeof *serials);
    struct bytes rest = crl->revoked;
    struct crl_entry entry;
    size_t kept = 0;

    *count = 0;
    while (serials != NULL && *count < crl->revoked_count && crl_next(&rest, &entry) == DR_OK) {
        serials[(*count)++] = crl_serial(entry.serial);
    }
    if (*count > 0) {
        qsort(serials, *count, sizeof *serials, compare_serials);
        for (size_t i = 1; i < *count; i++) {
            if (revocation_compare(serials[kept], serials[i]) != 0) {
                serials[++kept] = serials[i];
            }
        }
        *count = kept + 1U;
    }
    return serials;
}

/* Records under construction. */
struct records {
    struct record *items;
    size_t count, capacity;
};

static struct record *next_record(struct records *records)
{
    if (records->count == records->capacity) {
        size_t capacity = records->capacity == 0 ? 256 : 2 * records->capacity;
        struct record *grown = realloc(records->items, capacity * sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        records->items = grown;
        records->capacity = capacity;
    }
    return &records->items[records->count++];
}

static enum dr_status add_anchor(struct records *records, const struct certificate *certificate)
{
    struct record *record = next_record(records);

    return record != NULL ? csca_record_write(certificate, record->octets, &record->len) : DR_ERR_NO_SPACE;
}

static enum dr_status add_crl(struct records *records, const struct crl *crl, uint64_t *entries)
{
    size_t count = 0, taken = 0;
    struct bytes *serials = sorted_serials(crl, &count);
    struct record *record = next_record(records);
    enum dr_status status = serials != NULL && record != NULL ? DR_OK : DR_ERR_NO_SPACE;

    if (status == DR_OK) {
        status = revocation_write_head(crl, record->octets, &record->len);
    }
    for (size_t i = 0; status == DR_OK && i < count; i += taken) {
        record = next_record(records);
        status = record != NULL
                     ? revocation_write_serials(crl, serials + i, count - i, record->octets, &record->len, &taken)
                     : DR_ERR_NO_SPACE;
    }
    *entries += count;
    free(serials);
    return status;
}

/* Every number of the list is found revoked, and of their neighbours those that are not in it are not. */
static enum dr_status prove_crl(const struct csca_store *store, const struct crl *crl)
{
    uint8_t block[BLOCK_TREE_BLOCK], neighbour[REVOCATION_SERIAL_MAX];
    struct bytes rest = crl->revoked;
    struct crl_entry entry;
    revocation found;

    while (crl_next(&rest, &entry) == DR_OK) {
        struct bytes serial = crl_serial(entry.serial);
        if (revocation_look_up(store, crl->issuer_country, crl->issuer, entry.serial, crl->this_update, block,
                               &found) != DR_OK ||
            found != REVOCATION_REVOKED) {
            return DR_ERR_CORRUPT;
        }
        memcpy(neighbour, serial.data, serial.len);
        neighbour[serial.len - 1U] ^= 1U;
        serial.data = neighbour;
        if (!crl_lists(crl, serial) && (revocation_look_up(store, crl->issuer_country, crl->issuer, serial,
                                                           crl->this_update, block, &found) != DR_OK ||
                                        found != REVOCATION_UNREVOKED)) {
            return DR_ERR_CORRUPT;
        }
    }
    return DR_OK;
}

/* Of two that say the same one is enough. */
static void drop_equal(struct records *records, uint64_t *entries)
{
    size_t kept = 0;

    for (size_t i = 1; i < records->count; i++) {
        const struct record *last = &records->items[kept], *next = &records->items[i];
        if (last->len != next->len || memcmp(last->octets, next->octets, last->len) != 0) {
            records->items[++kept] = *next;
        } else {
            --*entries;
        }
    }
    records->count = records->count > 0 ? kept + 1U : 0;
}

/* store_visit: the value under the key looked for. */
static enum dr_status take_value(void *ctx, struct bytes key, struct bytes value)
{
    const struct record **wanted = ctx;
    struct bytes expected =
        bytes_of((*wanted)->octets + 1U + (*wanted)->octets[0], (*wanted)->len - 1U - (*wanted)->octets[0]);

    if (bytes_equal(key, record_key(*wanted)) && bytes_equal(value, expected)) {
        *wanted = NULL;
        return DR_ERR_NOT_FOUND;
    }
    return DR_OK;
}

/* Each record stands under its key as it was made. */
static enum dr_status prove_records(const struct records *records, const struct csca_store *store)
{
    uint8_t block[BLOCK_TREE_BLOCK];

    for (size_t i = 0; i < records->count; i++) {
        const struct record *wanted = &records->items[i];
        if (store_visit_prefix(store, record_key(wanted), block, take_value, &wanted) != DR_OK || wanted != NULL) {
            return DR_ERR_CORRUPT;
        }
    }
    return DR_OK;
}

static enum dr_status prove(const struct certificate_set *anchors, const struct records *records, FILE *body,
                            const struct manifest *manifest)
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
    for (size_t i = 0; i < anchors->crl_count; i++) {
        if (anchors->crls[i].accepted && prove_crl(&store, &anchors->crls[i].crl) != DR_OK) {
            return DR_ERR_CORRUPT;
        }
    }
    return prove_records(records, &store);
}

/* deviation_record_sink */
static enum dr_status add_record(void *ctx, const uint8_t *octets, size_t len)
{
    struct record *record = next_record(ctx);

    if (record == NULL) {
        return DR_ERR_NO_SPACE;
    }
    memcpy(record->octets, octets, len);
    record->len = len;
    return DR_OK;
}

static enum dr_status collect(struct certificate_set *anchors, struct records *records, uint64_t *entries)
{
    enum dr_status status = DR_OK;

    for (size_t i = 0; status == DR_OK && i < anchors->count; i++) {
        const struct imported_certificate *item = &anchors->items[i];
        if (item->verdict == ANCHOR_SELF_SIGNED || item->verdict == ANCHOR_LINK) {
            status = add_anchor(records, &item->certificate);
            ++*entries;
        }
    }
    for (size_t i = 0; status == DR_OK && i < anchors->crl_count; i++) {
        if (anchors->crls[i].accepted) {
            status = add_crl(records, &anchors->crls[i].crl, entries);
        }
    }
    for (size_t i = 0; status == DR_OK && i < anchors->deviation_count; i++) {
        size_t before = records->count;
        if (anchors->deviations[i].accepted) {
            status = deviations_write(&anchors->deviations[i], add_record, records);
            *entries += records->count - before;
        }
    }
    return status;
}

enum dr_status trust_build(struct certificate_set *anchors, FILE *body, struct manifest *manifest)
{
    struct tree_builder *tree = tree_builder_new();
    struct records records = {0};
    uint64_t entries = 0;
    uint32_t blocks = 0;
    enum dr_status status = tree != NULL ? collect(anchors, &records, &entries) : DR_ERR_NO_SPACE;

    if (status == DR_OK && records.count > 0) {
        qsort(records.items, records.count, sizeof *records.items, compare_records);
        drop_equal(&records, &entries);
        status = write_leaves(tree, records.items, records.count);
    }
    if (status == DR_OK) {
        status = tree_builder_finish(tree, body, manifest->root, &blocks);
    }
    if (status == DR_OK) {
        manifest->entry_count = entries;
        manifest->block_size = BLOCK_TREE_BLOCK;
        manifest->body_length = (uint64_t)blocks * BLOCK_TREE_BLOCK;
        status = prove(anchors, &records, body, manifest);
    }
    tree_builder_free(tree);
    free(records.items);
    return status;
}
