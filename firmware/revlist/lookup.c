#include "revlist/lookup.h"

#include "revlist/leaf.h"

/* The remembered index top of this edition, or the one to forget. Small lists have none and forget none. */
static struct block_tree_top *choose_top(struct edition_tops *tops, const struct edition *edition)
{
    const uint8_t *root = edition->manifest.root;

    if (tops == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < EDITION_TOPS; i++) {
        if (tops->tops[i].index_count != 0 && memcmp(tops->tops[i].root, root, HASH_SHA256_SIZE) == 0) {
            return &tops->tops[i];
        }
    }
    if (edition->source.block_count > BLOCK_TREE_ROOT_HASHES) { /* may have one */
        tops->next = (uint8_t)((tops->next + 1U) % EDITION_TOPS);
    }
    return &tops->tops[tops->next];
}

static bool shape_agrees(const struct edition *edition)
{
    return edition->manifest.block_size == BLOCK_TREE_BLOCK &&
           edition->manifest.body_length == (uint64_t)edition->source.block_count * BLOCK_TREE_BLOCK;
}

enum dr_status edition_lookup(const struct edition *edition, const struct document_id *id,
                              struct edition_scratch *scratch, struct lookup_answer *answer)
{
    const uint8_t *root = edition->manifest.root;
    uint8_t key[DOCUMENT_KEY_MAX];
    size_t key_len = document_key(id, key);
    uint32_t leaf = 0;
    enum dr_status status;

    memset(answer, 0, sizeof *answer);
    answer->listed = HARDENED_NO;
    answer->absent = HARDENED_NO;
    if (!shape_agrees(edition)) {
        return DR_ERR_CORRUPT;
    }
    status = block_tree_find_cached(&edition->source, root, bytes_of(key, key_len), scratch->block,
                                    choose_top(scratch->tops, edition), &leaf, &answer->blocks_read);
    if (status == DR_OK) {
        status = leaf_find(scratch->block, bytes_of(key, key_len), &answer->record);
    }
    if (status == DR_OK) {
        answer->listed = HARDENED_YES;
    } else if (status == DR_ERR_NOT_FOUND) {
        answer->absent = HARDENED_YES;
        status = DR_OK;
    }
    return status;
}

enum dr_status edition_walk(const struct edition *edition, struct edition_scratch *scratch, edition_visit visit,
                            void *ctx, uint64_t *count)
{
    const uint8_t *root = edition->manifest.root;
    uint8_t last[DOCUMENT_KEY_MAX];
    size_t last_len = 0;
    uint32_t leaf = 0;
    struct leaf_cursor cursor;
    enum dr_status status;

    *count = 0;
    if (!shape_agrees(edition)) {
        return DR_ERR_CORRUPT;
    }
    status = block_tree_first_leaf(&edition->source, root, scratch->block, &leaf);
    for (; status == DR_OK && leaf < edition->source.block_count; leaf++) {
        status = block_tree_leaf(&edition->source, root, leaf, scratch->block);
        if (status == DR_OK) {
            status = leaf_begin(&cursor, scratch->block);
        }
        while (status == DR_OK && (status = leaf_next(&cursor)) == DR_OK) {
            if (block_tree_compare(bytes_of(last, last_len), bytes_of(cursor.key, cursor.key_len)) >= 0) {
                return DR_ERR_CORRUPT;
            }
            memcpy(last, cursor.key, cursor.key_len);
            last_len = cursor.key_len;
            (*count)++;
            if (visit != NULL && !visit(ctx, bytes_of(cursor.key, cursor.key_len), &cursor.record)) {
                return DR_ERR_STATE;
            }
        }
        if (status == DR_ERR_NOT_FOUND) {
            status = DR_OK; /* end of the leaf */
        }
    }
    if (status == DR_OK && *count != edition->manifest.entry_count) {
        status = DR_ERR_CORRUPT;
    }
    return status;
}
