#include "trust/store_leaf.h"

#define LEAF_HEAD 2U
#define RECORD_HEAD 2U

bool store_prefix(const char *country, enum store_kind kind, uint8_t prefix[STORE_PREFIX_MAX], size_t *len)
{
    size_t i;

    for (i = 0; country[i] != '\0'; i++) {
        char c = country[i];
        if (c >= 'a' && c <= 'z') {
            c = (char)(c - ('a' - 'A'));
        }
        if (i == STORE_PREFIX_MAX - 1U || c < 'A' || c > 'Z') {
            return false;
        }
        prefix[i] = (uint8_t)c;
    }
    prefix[i] = (uint8_t)kind;
    *len = i + 1;
    return i >= 2;
}

struct store_leaf store_leaf_begin(const uint8_t block[BLOCK_TREE_BLOCK])
{
    return (struct store_leaf){.block = block, .offset = LEAF_HEAD, .left = get_be16(block)};
}

enum dr_status store_leaf_next(struct store_leaf *leaf, struct bytes *key, struct bytes *value)
{
    size_t at = leaf->offset;
    size_t record_len;
    size_t key_len;

    if (leaf->left == 0) {
        return DR_ERR_NOT_FOUND;
    }
    if (BLOCK_TREE_BLOCK - at < RECORD_HEAD + 1U) {
        return DR_ERR_CORRUPT;
    }
    record_len = get_be16(leaf->block + at);
    at += RECORD_HEAD;
    if (record_len < 1U || record_len > CSCA_RECORD_MAX || record_len > BLOCK_TREE_BLOCK - at) {
        return DR_ERR_CORRUPT;
    }
    key_len = leaf->block[at];
    if (key_len == 0 || key_len > CSCA_KEY_MAX || key_len > record_len - 1U) {
        return DR_ERR_CORRUPT;
    }
    *key = bytes_of(leaf->block + at + 1, key_len);
    *value = bytes_of(leaf->block + at + 1 + key_len, record_len - 1U - key_len);
    leaf->offset = at + record_len;
    leaf->left--;
    return DR_OK;
}

/* DR_ERR_NOT_FOUND when nothing more is to be seen: past the prefix, or the visitor has enough. DR_OK: go on in the next leaf. */
static enum dr_status visit_leaf(struct bytes prefix, const uint8_t *block, store_visit visit, void *ctx)
{
    struct store_leaf leaf = store_leaf_begin(block);
    struct bytes key;
    struct bytes value;
    enum dr_status status;

    while ((status = store_leaf_next(&leaf, &key, &value)) == DR_OK) {
        if (block_tree_compare(key, prefix) < 0) {
            continue;
        }
        if (key.len < prefix.len || memcmp(key.data, prefix.data, prefix.len) != 0) {
            return DR_ERR_NOT_FOUND;
        }
        status = visit(ctx, key, value);
        if (status != DR_OK) {
            return status;
        }
    }
    return status == DR_ERR_NOT_FOUND ? DR_OK : status;
}

enum dr_status store_visit_prefix(const struct csca_store *store, struct bytes prefix, uint8_t block[BLOCK_TREE_BLOCK],
                                  store_visit visit, void *ctx)
{
    uint32_t leaf;
    enum dr_status status = block_tree_find(&store->source, store->root, prefix, block, &leaf, NULL);

    if (status == DR_ERR_NOT_FOUND) {
        /* Before the first separator, which may be longer than the prefix: the first leaf can still hold it. */
        status = block_tree_first_leaf(&store->source, store->root, block, &leaf);
        if (status == DR_OK) {
            status = block_tree_leaf(&store->source, store->root, leaf, block);
        }
    }
    while (status == DR_OK) {
        status = visit_leaf(prefix, block, visit, ctx);
        if (status == DR_OK) {
            leaf++; /* keys go on in the next leaf */
            status = block_tree_leaf(&store->source, store->root, leaf, block);
        }
    }
    return status == DR_ERR_NOT_FOUND ? DR_OK : status; /* also past the last leaf, or a tree without any */
}
