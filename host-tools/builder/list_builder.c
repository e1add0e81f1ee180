#include "builder/list_builder.h"

#include "builder/edition_proof.h"
#include "builder/record_sort.h"
#include "builder/tree_builder.h"
#include "revlist/leaf.h"

#include <stdlib.h>

#define DEFAULT_MEMORY ((size_t)256U << 20)
#define PROGRESS_STEP 0x3FFFU

struct list_builder {
    struct list_builder_options options;
    struct record_sort *sort;
    uint64_t records;
};

struct list_builder *list_builder_new(const struct list_builder_options *options)
{
    struct list_builder *builder = calloc(1, sizeof *builder);

    if (builder == NULL) {
        return NULL;
    }
    if (options != NULL) {
        builder->options = *options;
    }
    builder->sort = record_sort_new(builder->options.memory == 0 ? DEFAULT_MEMORY : builder->options.memory);
    if (builder->sort == NULL) {
        free(builder);
        return NULL;
    }
    return builder;
}

void list_builder_free(struct list_builder *builder)
{
    if (builder != NULL) {
        record_sort_free(builder->sort);
        free(builder);
    }
}

static bool report(const struct list_builder *builder, enum list_phase phase, uint64_t done, uint64_t total)
{
    if ((done & PROGRESS_STEP) != 0 || builder->options.progress == NULL) {
        return true;
    }
    return builder->options.progress(builder->options.progress_ctx, phase, done, total);
}

enum dr_status list_builder_add(struct list_builder *builder, const struct list_record *record)
{
    uint8_t key[DOCUMENT_KEY_MAX];
    struct document_id id;
    struct sort_record sorted;
    enum dr_status status;

    if (!document_record_valid(&record->record) ||
        document_from_key(bytes_of(key, document_key(&record->id, key)), &id) != DR_OK) {
        return DR_ERR_ARGUMENT;
    }
    sorted = sort_record_of(record);
    status = record_sort_add(builder->sort, &sorted);
    if (status == DR_OK) {
        builder->records++;
    }
    return status == DR_OK && !report(builder, LIST_READING, builder->records, 0) ? DR_ERR_STATE : status;
}

enum dr_status list_builder_add_csv(struct list_builder *builder, FILE *csv, enum document_basis default_basis,
                                    struct list_csv_errors *errors)
{
    struct list_csv reader;
    struct list_record record;
    enum dr_status status;

    memset(errors, 0, sizeof *errors);
    list_csv_begin(&reader, csv, default_basis);
    for (;;) {
        status = list_csv_next(&reader, &record);
        if (status == DR_OK) {
            status = list_builder_add(builder, &record);
        }
        if (status == DR_ERR_MALFORMED) {
            if (errors->kept < LIST_MAX_ERRORS) {
                errors->first[errors->kept].line = reader.line;
                memcpy(errors->first[errors->kept].why, reader.why, sizeof reader.why);
                errors->kept++;
            }
            errors->count++;
        } else if (status != DR_OK) {
            break;
        }
    }
    if (status != DR_ERR_NOT_FOUND) {
        return status;
    }
    return errors->count > 0 ? DR_ERR_MALFORMED : DR_OK;
}

/* The next document, all its records but the first passed over. */
static enum dr_status next_document(struct list_builder *builder, struct sort_record *record, struct sort_record *ahead,
                                    bool *have_ahead, struct list_build_result *result)
{
    enum dr_status status = DR_OK;

    if (!*have_ahead) {
        status = record_sort_next(builder->sort, record);
        if (status != DR_OK) {
            return status;
        }
    } else {
        *record = *ahead;
    }
    *have_ahead = false;
    while ((status = record_sort_next(builder->sort, ahead)) == DR_OK) {
        if (memcmp(ahead->key, record->key, sizeof record->key) != 0) {
            *have_ahead = true;
            return DR_OK;
        }
        result->duplicates++;
        result->conflicts += ahead->rank != record->rank;
    }
    return status == DR_ERR_NOT_FOUND ? DR_OK : status;
}

/* Where leaves are cut: between the last key of one and the first of the next. */
struct leaf_packer {
    struct tree_builder *tree;
    struct leaf_writer writer;
    uint8_t block[BLOCK_TREE_BLOCK];
    struct sort_record first, last, last_flushed;
    uint32_t leaf_count;
};

static struct bytes key_of(const struct sort_record *record)
{
    return bytes_of(record->key, record->key[4] == 0 ? 0 : 5U + (size_t)record->key[4]);
}

static enum dr_status flush_leaf(struct leaf_packer *packer)
{
    leaf_write_end(&packer->writer);
    enum dr_status status = tree_builder_leaf(
        packer->tree, tree_builder_separator(key_of(&packer->last_flushed), key_of(&packer->first)), packer->block);

    packer->last_flushed = packer->last;
    packer->leaf_count++;
    return status;
}

static enum dr_status pack(struct leaf_packer *packer, const struct sort_record *record)
{
    enum dr_status status = leaf_write(&packer->writer, key_of(record), sort_record_record(record));

    if (status == DR_ERR_NO_SPACE) {
        status = flush_leaf(packer);
        leaf_write_begin(&packer->writer, packer->block);
        if (status == DR_OK) {
            status = leaf_write(&packer->writer, key_of(record), sort_record_record(record));
        }
        packer->first = *record;
    }
    packer->last = *record;
    return status;
}

enum dr_status list_builder_finish(struct list_builder *builder, FILE *body, struct manifest *manifest,
                                   struct list_build_result *result)
{
    struct leaf_packer *packer = calloc(1, sizeof *packer);
    struct sort_record record, ahead;
    struct entry_digest digest;
    struct edition edition;
    uint8_t expected[HASH_SHA256_SIZE];
    uint32_t block_count = 0;
    bool have_ahead = false, hashing = false;
    enum dr_status status = DR_ERR_NO_SPACE;

    memset(result, 0, sizeof *result);
    result->records = builder->records;
    if (packer == NULL || (packer->tree = tree_builder_new()) == NULL) {
        goto out;
    }
    if (!report(builder, LIST_SORTING, 0, builder->records)) {
        status = DR_ERR_STATE;
        goto out;
    }
    status = record_sort_begin(builder->sort);
    if (status != DR_OK || (status = entry_digest_begin(&digest)) != DR_OK) {
        goto out;
    }
    hashing = true;
    leaf_write_begin(&packer->writer, packer->block);
    while ((status = next_document(builder, &record, &ahead, &have_ahead, result)) == DR_OK) {
        struct document_record meaning = sort_record_record(&record);
        if (digest.count == 0) {
            packer->first = record;
        }
        status = pack(packer, &record);
        if (status == DR_OK) {
            status = entry_digest_add(&digest, key_of(&record), &meaning);
        }
        if (status == DR_OK && !report(builder, LIST_WRITING, digest.count, builder->records)) {
            status = DR_ERR_STATE;
        }
        if (status != DR_OK) {
            goto out;
        }
    }
    if (status != DR_ERR_NOT_FOUND) {
        goto out;
    }
    status = digest.count > 0 ? flush_leaf(packer) : DR_OK;
    if (status != DR_OK || (status = tree_builder_finish(packer->tree, body, manifest->root, &block_count)) != DR_OK) {
        goto out;
    }
    manifest->entry_count = digest.count;
    manifest->block_size = BLOCK_TREE_BLOCK;
    manifest->body_length = (uint64_t)block_count * BLOCK_TREE_BLOCK;
    result->leaf_count = packer->leaf_count;

    status = entry_digest_end(&digest, expected);
    hashing = false;
    if (status == DR_OK) {
        edition.manifest = *manifest;
        edition.source = file_block_source(body, block_count);
        status = edition_prove(&edition, expected, manifest->entry_count, &builder->options, &result->looked_up);
    }
out:
    if (hashing) {
        hash_free(&digest.hash);
    }
    if (packer != NULL) {
        tree_builder_free(packer->tree);
        free(packer);
    }
    return status;
}
