#include "builder/edition_proof.h"

#include <stdlib.h>

#define PROGRESS_STEP 0x3FFFU

static enum dr_status read_file_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    FILE *file = ctx;

    if (fseek(file, (long)block * (long)BLOCK_TREE_BLOCK, SEEK_SET) != 0 ||
        fread(data, BLOCK_TREE_BLOCK, 1, file) != 1) {
        return DR_ERR_IO;
    }
    return DR_OK;
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

struct prover {
    const struct list_builder_options *options;
    struct edition sealed; /* the same body; its hashes are verified by the walk that calls the look-ups */
    struct edition_scratch scratch;
    struct entry_digest digest;
    uint64_t total, looked_up;
    bool all;
    uint8_t last[DOCUMENT_KEY_MAX]; /* previous entry, not looked up yet */
    size_t last_len;
    struct document_record last_record;
    enum dr_status status;
};

/* Looks an entry up. */
static bool confirm(struct prover *prover, struct bytes key, const struct document_record *record)
{
    struct document_id id;
    struct lookup_answer answer;

    prover->looked_up++;
    prover->status = document_from_key(key, &id);
    if (prover->status == DR_OK) {
        prover->status = edition_lookup(&prover->sealed, &id, &prover->scratch, &answer);
    }
    if (prover->status == DR_OK && (!hardened_is_yes(&answer.listed) || answer.record.reason != record->reason ||
                                    answer.record.basis != record->basis)) {
        prover->status = DR_ERR_CORRUPT;
    }
    return prover->status == DR_OK;
}

static bool prove_entry(void *ctx, struct bytes key, const struct document_record *record)
{
    struct prover *prover = ctx;

    prover->status = entry_digest_add(&prover->digest, key, record);
    if (prover->status != DR_OK || (prover->all && !confirm(prover, key, record))) {
        return false;
    }
    if ((prover->digest.count & PROGRESS_STEP) == 0 && prover->options != NULL && prover->options->progress != NULL &&
        !prover->options->progress(prover->options->progress_ctx, LIST_PROVING, prover->digest.count, prover->total)) {
        prover->status = DR_ERR_STATE;
        return false;
    }
    return true;
}

enum dr_status edition_prove(const struct edition *edition, const uint8_t expected[HASH_SHA256_SIZE], uint64_t count,
                             const struct list_builder_options *options, uint64_t *looked_up)
{
    struct prover *prover = calloc(1, sizeof *prover);
    struct edition_scratch *scratch = calloc(1, sizeof *scratch);
    uint8_t digest[HASH_SHA256_SIZE];
    uint64_t walked = 0;
    enum dr_status status = DR_ERR_NO_SPACE;

    *looked_up = 0;
    if (prover == NULL || scratch == NULL) {
        goto out;
    }
    prover->options = options;
    prover->sealed = *edition;
    prover->sealed.source.sealed = true;
    prover->total = count;
    prover->all = count <= LIST_PROOF_ALL;
    status = entry_digest_begin(&prover->digest);
    if (status != DR_OK) {
        goto out;
    }
    status = edition_walk(edition, scratch, prove_entry, prover, &walked);
    if (status == DR_ERR_STATE && prover->status != DR_OK) {
        status = prover->status;
    }
    *looked_up = prover->looked_up;
    if (status == DR_OK) {
        status = entry_digest_end(&prover->digest, digest);
    } else {
        hash_free(&prover->digest.hash);
    }
    if (status == DR_OK && (walked != count || memcmp(digest, expected, sizeof digest) != 0)) {
        status = DR_ERR_CORRUPT;
    }
out:
    free(prover);
    free(scratch);
    return status;
}
