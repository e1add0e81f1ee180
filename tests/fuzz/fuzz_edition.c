/* A body of any blocks, taken to be authentic (as if an officer had signed it): look-ups and a walk end, and agree. */
#include "revlist/lookup.h"

#include <stdlib.h>

/* Blocks are kept short in the input: u16 length, then so many octets of the block; the rest is zero. */
#define BLOCKS_MAX 12U
static uint8_t blocks[BLOCKS_MAX][BLOCK_TREE_BLOCK];

static enum dr_status read_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx;
    memcpy(data, blocks[block], BLOCK_TREE_BLOCK);
    return DR_OK;
}

struct seen {
    uint64_t count;
    uint8_t keys[8][DOCUMENT_KEY_MAX];
    uint8_t lengths[8];
};

static bool visit(void *ctx, struct bytes key, const struct document_record *record)
{
    struct seen *seen = ctx;

    (void)record;
    memcpy(seen->keys[seen->count % 8U], key.data, key.len);
    seen->lengths[seen->count % 8U] = (uint8_t)key.len;
    return ++seen->count < 5000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct edition_scratch scratch;
    static struct edition_tops tops;
    struct edition edition = {.source = {.read = read_block, .sealed = true}};
    struct lookup_answer answer;
    struct document_id id;
    struct seen seen = {0};
    uint64_t count;
    enum dr_status status;

    while (size >= 2 && edition.source.block_count < BLOCKS_MAX) {
        size_t len = get_be16(data) % (BLOCK_TREE_BLOCK + 1U);
        uint8_t *block = blocks[edition.source.block_count++];
        len = len < size - 2U ? len : size - 2U;
        memset(block, 0, BLOCK_TREE_BLOCK);
        memcpy(block, data + 2, len);
        data += 2U + len;
        size -= 2U + len;
    }
    if (edition.source.block_count == 0) {
        return 0;
    }
    edition.manifest.block_size = BLOCK_TREE_BLOCK;
    edition.manifest.body_length = (uint64_t)edition.source.block_count * BLOCK_TREE_BLOCK;
    memset(&tops, 0, sizeof tops);
    scratch.tops = &tops;
    status = edition_walk(&edition, &scratch, visit, &seen, &count);
    if (status == DR_ERR_CORRUPT && seen.count == count) { /* all but the count the manifest gives may be right */
        edition.manifest.entry_count = count;
        seen.count = 0;
        status = edition_walk(&edition, &scratch, visit, &seen, &count);
    }
    for (uint64_t i = 0; i < seen.count && i < 8; i++) {
        if (document_from_key(bytes_of(seen.keys[i], seen.lengths[i]), &id) != DR_OK) {
            abort();
        }
        for (unsigned again = 0; again < 2; again++) { /* with and without what the first look-up remembered */
            enum dr_status found = edition_lookup(&edition, &id, &scratch, &answer);
            if ((found == DR_OK) != (hardened_is_yes(&answer.listed) || hardened_is_yes(&answer.absent)) ||
                (hardened_is_yes(&answer.listed) && hardened_is_yes(&answer.absent))) {
                abort();
            }
            /* In a single leaf that a walk accepts, what it gave is listed. Separators are the builder's to prove. */
            if (status == DR_OK && edition.source.block_count == 1 && !hardened_is_yes(&answer.listed)) {
                abort();
            }
        }
    }
    return 0;
}
