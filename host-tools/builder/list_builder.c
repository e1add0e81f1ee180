#include "builder/list_builder.h"

#include "builder/edition_proof.h"
#include "builder/leaf_packer.h"
#include "builder/record_sort.h"
#include "builder/tree_builder.h"

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

enum dr_status list_builder_finish(struct list_builder *builder, FILE *body, struct manifest *manifest,
                                   struct list_build_result *result)
{
    struct tree_builder *tree = tree_builder_new();
    struct leaf_packer *packer = leaf_packer_new(tree);
    struct sort_record record, ahead;
    struct entry_digest digest;
    struct edition edition;
    uint8_t expected[HASH_SHA256_SIZE];
    uint32_t block_count = 0;
    bool have_ahead = false, hashing = false;
    enum dr_status status = DR_ERR_NO_SPACE;

    memset(result, 0, sizeof *result);
    result->records = builder->records;
    if (tree == NULL || packer == NULL) {
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
    while ((status = next_document(builder, &record, &ahead, &have_ahead, result)) == DR_OK) {
        struct document_record meaning = sort_record_record(&record);
        status = leaf_packer_add(packer, &record);
        if (status == DR_OK) {
            status = entry_digest_add(&digest, bytes_of(record.key, 5U + (size_t)record.key[4]), &meaning);
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
    status = leaf_packer_finish(packer, &result->leaf_count);
    if (status != DR_OK || (status = tree_builder_finish(tree, body, manifest->root, &block_count)) != DR_OK) {
        goto out;
    }
    manifest->entry_count = digest.count;
    manifest->block_size = BLOCK_TREE_BLOCK;
    manifest->body_length = (uint64_t)block_count * BLOCK_TREE_BLOCK;

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
    leaf_packer_free(packer);
    tree_builder_free(tree);
    return status;
}
