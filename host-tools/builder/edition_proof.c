#include "builder/edition_proof.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define PROGRESS_STEP 0x3FFFU

static enum dr_status read_file_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    ssize_t got = pread(fileno((FILE *)ctx), data, BLOCK_TREE_BLOCK, (off_t)block * (off_t)BLOCK_TREE_BLOCK);

    return got == (ssize_t)BLOCK_TREE_BLOCK ? DR_OK : DR_ERR_IO;
}

struct block_source file_block_source(FILE *body, uint32_t block_count)
{
    return (struct block_source){.ctx = body, .read = read_file_block, .block_count = block_count};
}

enum dr_status entry_digest_begin(struct entry_digest *digest)
{
    memset(digest, 0, sizeof *digest);
    return hash_begin(&digest->hash, HASH_SHA256);
}

static enum dr_status flush(struct entry_digest *digest)
{
    enum dr_status status = hash_update(&digest->hash, bytes_of(digest->buffer, digest->fill));

    digest->fill = 0;
    return status;
}

enum dr_status entry_digest_add(struct entry_digest *digest, struct bytes key, const struct document_record *record)
{
    enum dr_status status = DR_OK;

    if (sizeof digest->buffer - digest->fill < key.len + 1U) {
        status = flush(digest);
    }
    /* Keys carry their length, so that the sequence has one reading only. */
    memcpy(digest->buffer + digest->fill, key.data, key.len);
    digest->fill += key.len;
    digest->buffer[digest->fill++] = (uint8_t)((unsigned)record->reason | (unsigned)record->basis << 4);
    digest->count++;
    return status;
}

enum dr_status entry_digest_end(struct entry_digest *digest, uint8_t value[HASH_SHA256_SIZE])
{
    enum dr_status status = flush(digest);

    if (status == DR_OK) {
        status = hash_end(&digest->hash, value);
    }
    hash_free(&digest->hash);
    return status;
}

/* A thread that looks entries up, in the leaves it takes one by one. */
struct prover {
    struct edition sealed; /* the same body; that its hashes are right is the walk's to prove */
    struct edition_scratch scratch;
    struct edition_tops tops;
    uint8_t leaf[BLOCK_TREE_BLOCK];
    uint32_t first, step; /* leaves first, first + step, ... */
    unsigned entry_step;
    uint64_t looked_up;
    enum dr_status status;
    bool started;
    pthread_t thread;
};

/* Through the index: the entry that ends or begins a leaf. */
static enum dr_status confirm_in_edition(struct prover *prover, struct bytes key, const struct document_record *record)
{
    struct document_id id;
    struct lookup_answer answer;
    enum dr_status status = document_from_key(key, &id);

    prover->looked_up++;
    if (status == DR_OK) {
        status = edition_lookup(&prover->sealed, &id, &prover->scratch, &answer);
    }
    if (status == DR_OK && (!hardened_is_yes(&answer.listed) || answer.record.reason != record->reason ||
                            answer.record.basis != record->basis)) {
        status = DR_ERR_CORRUPT;
    }
    return status;
}

static enum dr_status confirm_in_leaf(struct prover *prover, const struct leaf_cursor *cursor)
{
    struct document_record record;
    enum dr_status status = leaf_find(prover->leaf, bytes_of(cursor->key, cursor->key_len), &record);

    prover->looked_up++;
    if (status == DR_OK && (record.reason != cursor->record.reason || record.basis != cursor->record.basis)) {
        status = DR_ERR_CORRUPT;
    }
    return status == DR_ERR_NOT_FOUND ? DR_ERR_CORRUPT : status;
}

static enum dr_status prove_leaf(struct prover *prover)
{
    struct leaf_cursor cursor;
    struct document_record last = {0};
    uint8_t key[DOCUMENT_KEY_MAX];
    size_t key_len = 0;
    uint64_t count = 0;
    enum dr_status status = leaf_begin(&cursor, prover->leaf);

    while (status == DR_OK && (status = leaf_next(&cursor)) == DR_OK) {
        if (count == 0) {
            status = confirm_in_edition(prover, bytes_of(cursor.key, cursor.key_len), &cursor.record);
        }
        if (status == DR_OK && count % prover->entry_step == 0) {
            status = confirm_in_leaf(prover, &cursor);
        }
        memcpy(key, cursor.key, cursor.key_len);
        key_len = cursor.key_len;
        last = cursor.record;
        count++;
    }
    return status == DR_ERR_NOT_FOUND ? confirm_in_edition(prover, bytes_of(key, key_len), &last) : status;
}

static void *prove_leaves(void *ctx)
{
    struct prover *prover = ctx;
    const struct block_source *source = &prover->sealed.source;
    uint32_t leaf = 0;

    prover->status = block_tree_first_leaf(source, prover->sealed.manifest.root, prover->leaf, &leaf);
    for (leaf += prover->first; prover->status == DR_OK && leaf < source->block_count; leaf += prover->step) {
        prover->status = block_tree_leaf(source, prover->sealed.manifest.root, leaf, prover->leaf);
        if (prover->status == DR_OK) {
            prover->status = prove_leaf(prover);
        }
    }
    return NULL;
}

/* The walk: what is in the edition, in order. */
struct walker {
    const struct list_builder_options *options;
    struct edition_scratch scratch;
    struct entry_digest digest;
    uint64_t total;
    enum dr_status status;
};

static bool walk_entry(void *ctx, struct bytes key, const struct document_record *record)
{
    struct walker *walker = ctx;

    walker->status = entry_digest_add(&walker->digest, key, record);
    if (walker->status == DR_OK && (walker->digest.count & PROGRESS_STEP) == 0 && walker->options != NULL &&
        walker->options->progress != NULL &&
        !walker->options->progress(walker->options->progress_ctx, LIST_PROVING, walker->digest.count, walker->total)) {
        walker->status = DR_ERR_STATE;
    }
    return walker->status == DR_OK;
}

static enum dr_status walk(struct walker *walker, const struct edition *edition,
                           const uint8_t expected[HASH_SHA256_SIZE], uint64_t count)
{
    uint8_t digest[HASH_SHA256_SIZE];
    uint64_t walked = 0;
    enum dr_status status = entry_digest_begin(&walker->digest);

    if (status != DR_OK) {
        return status;
    }
    status = edition_walk(edition, &walker->scratch, walk_entry, walker, &walked);
    if (status == DR_ERR_STATE && walker->status != DR_OK) {
        status = walker->status;
    }
    if (status != DR_OK) {
        hash_free(&walker->digest.hash);
        return status;
    }
    status = entry_digest_end(&walker->digest, digest);
    if (status == DR_OK && (walked != count || memcmp(digest, expected, sizeof digest) != 0)) {
        status = DR_ERR_CORRUPT;
    }
    return status;
}

enum dr_status edition_prove(const struct edition *edition, const uint8_t expected[HASH_SHA256_SIZE], uint64_t count,
                             const struct list_builder_options *options, uint64_t *looked_up)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t threads = processors < 1 ? 1U : processors > 16 ? 16U : (uint32_t)processors;
    struct prover *provers = calloc(threads, sizeof *provers);
    struct walker *walker = calloc(1, sizeof *walker);
    enum dr_status status = DR_ERR_NO_SPACE;

    *looked_up = 0;
    if (provers == NULL || walker == NULL) {
        goto out;
    }
    for (uint32_t i = 0; i < threads; i++) {
        provers[i].sealed = *edition;
        provers[i].sealed.source.sealed = true;
        provers[i].scratch.tops = &provers[i].tops;
        provers[i].first = i;
        provers[i].step = threads;
        provers[i].entry_step = count <= LIST_PROOF_ALL ? 1U : LIST_PROOF_STEP;
        provers[i].started = pthread_create(&provers[i].thread, NULL, prove_leaves, &provers[i]) == 0;
    }
    walker->options = options;
    walker->total = count;
    status = walk(walker, edition, expected, count);
    for (uint32_t i = 0; i < threads; i++) {
        if (!provers[i].started) {
            (void)prove_leaves(&provers[i]);
        } else if (pthread_join(provers[i].thread, NULL) != 0) {
            status = DR_ERR_STATE;
        }
        if (status == DR_OK) {
            status = provers[i].status;
        }
        *looked_up += provers[i].looked_up;
    }
out:
    free(provers);
    free(walker);
    return status;
}
