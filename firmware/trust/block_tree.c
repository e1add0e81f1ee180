#include "trust/block_tree.h"

#include "crypto/hardened.h"
#include "crypto/memory.h"

#define ROOT_VERSION 1U

struct root_view {
    uint32_t index_levels, hash_count, data_blocks, index_blocks, index_count;
    struct bytes index;
};

int block_tree_compare(struct bytes a, struct bytes b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    if (order != 0) {
        return order;
    }
    return a.len < b.len ? -1 : a.len > b.len;
}

void block_tree_find_levels(uint32_t data_blocks, struct block_tree_levels *levels)
{
    uint32_t below = data_blocks;

    memset(levels, 0, sizeof *levels);
    while (below > BLOCK_TREE_ROOT_HASHES && levels->count < BLOCK_TREE_MAX_LEVELS) {
        below = (below + BLOCK_TREE_FANOUT - 1U) / BLOCK_TREE_FANOUT;
        levels->size[levels->count++] = below;
    }
    levels->top_size = below;
    levels->first_data = 1;
    for (uint32_t level = levels->count; level-- > 0;) {
        levels->start[level] = levels->first_data;
        levels->first_data += levels->size[level];
    }
}

uint32_t block_tree_hash_blocks(uint32_t data_blocks)
{
    struct block_tree_levels levels;

    block_tree_find_levels(data_blocks, &levels);
    return levels.first_data - 1U;
}

static hardened block_matches(const uint8_t block[BLOCK_TREE_BLOCK], const uint8_t expected[HASH_SHA256_SIZE])
{
    uint8_t digest[HASH_SHA256_SIZE];

    if (hash_compute(HASH_SHA256, bytes_of(block, BLOCK_TREE_BLOCK), digest) != DR_OK) {
        return HARDENED_NO;
    }
    return crypto_equal(digest, expected, sizeof digest) ? HARDENED_YES : HARDENED_NO;
}

static enum dr_status read_block(const struct block_source *source, uint32_t number, uint8_t *block, uint32_t *reads)
{
    if (number >= source->block_count) {
        return DR_ERR_CORRUPT;
    }
    if (reads != NULL) {
        (*reads)++;
    }
    return source->read(source->ctx, number, block);
}

/* Reads a block and authenticates it by its hash, unless the source has done so itself. */
static enum dr_status read_expected(const struct block_source *source, uint32_t number,
                                    const uint8_t expected[HASH_SHA256_SIZE], uint8_t *block, uint32_t *reads)
{
    enum dr_status status = read_block(source, number, block, reads);
    hardened matches;

    if (status != DR_OK || source->sealed) {
        return status;
    }
    matches = block_matches(block, expected);
    return hardened_is_yes(&matches) ? DR_OK : DR_ERR_CORRUPT;
}

static bool is_empty(const uint8_t block[BLOCK_TREE_BLOCK])
{
    uint8_t any = 0;

    for (size_t i = 0; i < BLOCK_TREE_BLOCK; i++) {
        any |= block[i];
    }
    return any == 0;
}

static enum dr_status parse_root(const uint8_t *block, uint32_t block_count, struct root_view *root)
{
    struct block_tree_levels levels;
    size_t hashes_end;

    if (block[0] != ROOT_VERSION) {
        return DR_ERR_UNSUPPORTED;
    }
    root->index_levels = block[1];
    root->hash_count = get_be16(block + 2);
    root->data_blocks = get_be32(block + 4);
    root->index_blocks = get_be32(block + 8);
    root->index_count = get_be16(block + 12);
    if (block_count > BLOCK_TREE_MAX_BLOCKS || root->data_blocks >= block_count || get_be32(block + 14) != 0) {
        return DR_ERR_CORRUPT;
    }
    block_tree_find_levels(root->data_blocks, &levels);
    if (levels.first_data + root->data_blocks != block_count || levels.top_size != root->hash_count ||
        root->hash_count > BLOCK_TREE_ROOT_HASHES || root->index_blocks >= root->data_blocks) {
        return DR_ERR_CORRUPT;
    }
    if (root->index_levels == 1 ? root->index_blocks != 0 || root->index_count != root->data_blocks
                                : root->index_levels != 2 || root->index_count != root->index_blocks) {
        return DR_ERR_CORRUPT;
    }
    hashes_end = BLOCK_TREE_ROOT_HEAD + (size_t)root->hash_count * HASH_SHA256_SIZE;
    root->index = bytes_of(block + hashes_end, BLOCK_TREE_BLOCK - hashes_end);
    return DR_OK;
}

/* Reads the root block. DR_ERR_NOT_FOUND: there is none, block 0 is the only leaf (or no leaf). */
static enum dr_status read_root(const struct block_source *source, const uint8_t hash[HASH_SHA256_SIZE], uint8_t *block,
                                struct root_view *root, uint32_t *reads)
{
    enum dr_status status = read_expected(source, 0, hash, block, reads);

    if (status != DR_OK) {
        return status;
    }
    return source->block_count == 1 ? DR_ERR_NOT_FOUND : parse_root(block, source->block_count, root);
}

/* Reads data block `index` of a tree that has a root block, down the path of hashes. */
static enum dr_status read_data(const struct block_source *source, const uint8_t hash[HASH_SHA256_SIZE],
                                uint32_t data_blocks, uint32_t index, uint8_t *block, uint32_t *reads)
{
    struct block_tree_levels levels;
    struct root_view root;
    uint8_t expected[HASH_SHA256_SIZE];
    enum dr_status status;
    size_t slot;

    if (index >= data_blocks) {
        return DR_ERR_CORRUPT;
    }
    block_tree_find_levels(data_blocks, &levels);
    if (source->sealed) {
        return read_block(source, levels.first_data + index, block, reads);
    }
    status = read_root(source, hash, block, &root, reads);
    if (status != DR_OK) {
        return status == DR_ERR_NOT_FOUND ? DR_ERR_CORRUPT : status;
    }
    if (root.data_blocks != data_blocks) {
        return DR_ERR_CORRUPT;
    }
    slot = BLOCK_TREE_ROOT_HEAD;
    for (uint32_t level = levels.count; level-- > 0;) {
        uint32_t position = index;
        for (uint32_t i = 0; i <= level; i++) {
            position /= BLOCK_TREE_FANOUT;
        }
        /* Below the root, a hash block holds only the children of its own range. */
        slot += (level + 1U == levels.count ? position : position % BLOCK_TREE_FANOUT) * (size_t)HASH_SHA256_SIZE;
        memcpy(expected, block + slot, sizeof expected);
        status = read_expected(source, levels.start[level] + position, expected, block, reads);
        if (status != DR_OK) {
            return status;
        }
        slot = 0;
    }
    slot += (levels.count == 0 ? index : index % BLOCK_TREE_FANOUT) * (size_t)HASH_SHA256_SIZE;
    memcpy(expected, block + slot, sizeof expected);
    return read_expected(source, levels.first_data + index, expected, block, reads);
}

/*
 * The last of `count` separators that is not greater than `key`. DR_ERR_NOT_FOUND: the first one is greater.
 * `match` octets of key equal the separator before; the separator's octets are kept to check the order.
 */
static enum dr_status search(struct bytes area, uint32_t count, struct bytes key, uint32_t *child, size_t *used)
{
    uint8_t separator[BLOCK_TREE_MAX_KEY];
    size_t len = 0, match = 0, offset = 0;
    bool found = false, past = false;

    for (uint32_t i = 0; i < count; i++) {
        size_t shared, rest;
        if (area.len - offset < 2) {
            return DR_ERR_CORRUPT;
        }
        shared = area.data[offset];
        rest = area.data[offset + 1];
        offset += 2;
        if (shared > len || shared + rest > sizeof separator || rest > area.len - offset ||
            (i > 0 && (rest == 0 || (shared < len && area.data[offset] <= separator[shared])))) {
            return DR_ERR_CORRUPT;
        }
        memcpy(separator + shared, area.data + offset, rest);
        offset += rest;
        len = shared + rest;
        if (past || shared < match) {
            past = true;
        } else if (shared == match) {
            while (match < len && match < key.len && separator[match] == key.data[match]) {
                match++;
            }
            past = match < len && (match == key.len || separator[match] > key.data[match]);
        }
        if (past && used == NULL) {
            break;
        }
        if (!past) {
            *child = i;
            found = true;
        }
    }
    if (used != NULL) {
        *used = offset;
    }
    return found ? DR_OK : DR_ERR_NOT_FOUND;
}

/* From the right index block to the leaf. */
static enum dr_status find_in_index(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                                    uint32_t data_blocks, uint32_t index_blocks, uint32_t child, struct bytes key,
                                    uint8_t *block, uint32_t *leaf, uint32_t *reads)
{
    enum dr_status status = read_data(source, root, data_blocks, child, block, reads);
    uint32_t first, position = 0;

    if (status != DR_OK) {
        return status;
    }
    first = get_be32(block);
    status = search(bytes_of(block + BLOCK_TREE_INDEX_HEAD, BLOCK_TREE_BLOCK - BLOCK_TREE_INDEX_HEAD),
                    get_be16(block + 4), key, &position, NULL);
    if (status != DR_OK) {
        return DR_ERR_CORRUPT; /* the separator in the root is the first one here */
    }
    if (first >= data_blocks || position >= data_blocks - first || index_blocks >= data_blocks - first - position) {
        return DR_ERR_CORRUPT;
    }
    position += first + index_blocks;
    *leaf = 1U + block_tree_hash_blocks(data_blocks) + position;
    return read_data(source, root, data_blocks, position, block, reads);
}

enum dr_status block_tree_find_cached(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                                      struct bytes key, uint8_t block[BLOCK_TREE_BLOCK], struct block_tree_top *top,
                                      uint32_t *leaf, uint32_t *reads)
{
    struct root_view view;
    uint32_t child = 0;
    size_t used = 0;
    enum dr_status status;

    if (top != NULL && top->index_count != 0 && top->block_count == source->block_count &&
        memcmp(top->root, root, sizeof top->root) == 0) {
        status = search(bytes_of(top->index, sizeof top->index), top->index_count, key, &child, NULL);
        return status == DR_OK
                   ? find_in_index(source, root, top->data_blocks, top->index_blocks, child, key, block, leaf, reads)
                   : status;
    }

    status = read_root(source, root, block, &view, reads);
    if (status == DR_ERR_NOT_FOUND) {
        *leaf = 0;
        return is_empty(block) ? DR_ERR_NOT_FOUND : DR_OK;
    }
    if (status != DR_OK) {
        return status;
    }
    status = search(view.index, view.index_count, key, &child, view.index_levels == 2 ? &used : NULL);
    if (status != DR_OK) {
        return status;
    }
    if (view.index_levels == 1) {
        *leaf = 1U + block_tree_hash_blocks(view.data_blocks) + child;
        return read_data(source, root, view.data_blocks, child, block, reads);
    }
    if (top != NULL && used <= sizeof top->index) {
        top->data_blocks = view.data_blocks;
        top->index_blocks = view.index_blocks;
        memcpy(top->root, root, sizeof top->root);
        memcpy(top->index, view.index.data, used);
        top->block_count = source->block_count;
        top->index_count = (uint16_t)view.index_count;
    }
    return find_in_index(source, root, view.data_blocks, view.index_blocks, child, key, block, leaf, reads);
}

enum dr_status block_tree_find(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                               struct bytes key, uint8_t block[BLOCK_TREE_BLOCK], uint32_t *leaf, uint32_t *reads)
{
    return block_tree_find_cached(source, root, key, block, NULL, leaf, reads);
}

enum dr_status block_tree_shape(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                                uint8_t block[BLOCK_TREE_BLOCK], struct block_tree_shape *shape)
{
    struct root_view view;
    uint32_t child = 0;
    size_t used = 0;
    enum dr_status status = read_root(source, root, block, &view, NULL);

    memset(shape, 0, sizeof *shape);
    if (status == DR_ERR_NOT_FOUND) {
        shape->leaf_count = is_empty(block) ? 0 : 1;
        return DR_OK;
    }
    if (status != DR_OK) {
        return status;
    }
    status = search(view.index, view.index_count, bytes_of(NULL, 0), &child, &used);
    if (status != DR_OK && status != DR_ERR_NOT_FOUND) {
        return status;
    }
    shape->hash_blocks = block_tree_hash_blocks(view.data_blocks);
    shape->index_blocks = view.index_blocks;
    shape->leaf_count = view.data_blocks - view.index_blocks;
    shape->first_leaf = 1U + shape->hash_blocks + view.index_blocks;
    shape->root_index_bytes = (uint32_t)used;
    return DR_OK;
}

enum dr_status block_tree_leaf(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE], uint32_t leaf,
                               uint8_t block[BLOCK_TREE_BLOCK])
{
    struct root_view view;
    enum dr_status status;
    uint32_t first_data;

    if (leaf >= source->block_count) {
        return DR_ERR_NOT_FOUND;
    }
    if (source->sealed && leaf > 0) {
        return read_block(source, leaf, block, NULL);
    }
    status = read_root(source, root, block, &view, NULL);
    if (status == DR_ERR_NOT_FOUND) {
        return is_empty(block) ? DR_ERR_NOT_FOUND : DR_OK;
    }
    if (status != DR_OK) {
        return status;
    }
    first_data = 1U + block_tree_hash_blocks(view.data_blocks);
    if (leaf < first_data + view.index_blocks) {
        return DR_ERR_ARGUMENT;
    }
    return read_data(source, root, view.data_blocks, leaf - first_data, block, NULL);
}

enum dr_status block_tree_first_leaf(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                                     uint8_t block[BLOCK_TREE_BLOCK], uint32_t *first_leaf)
{
    struct block_tree_shape shape;
    enum dr_status status = block_tree_shape(source, root, block, &shape);

    if (status == DR_OK) {
        *first_leaf = shape.leaf_count == 0 ? source->block_count : shape.first_leaf;
    }
    return status;
}

void block_tree_stream_begin(struct block_tree_stream *stream, const uint8_t root[HASH_SHA256_SIZE],
                             uint32_t block_count)
{
    memset(stream, 0, sizeof *stream);
    memcpy(stream->root, root, sizeof stream->root);
    stream->block_count = block_count;
}

/* Which block holds the hash of block `number`, and where in it. */
static void find_parent(const struct block_tree_levels *levels, uint32_t number, uint32_t *parent, size_t *offset)
{
    uint32_t level = 0; /* of the parent */
    uint32_t position = number - levels->first_data;

    if (number < levels->first_data) {
        while (number < levels->start[level]) {
            level++;
        }
        position = number - levels->start[level];
        level++;
    }
    if (level >= levels->count) {
        *parent = 0;
        *offset = BLOCK_TREE_ROOT_HEAD + (size_t)position * HASH_SHA256_SIZE;
        return;
    }
    *parent = levels->start[level] + position / BLOCK_TREE_FANOUT;
    *offset = (size_t)(position % BLOCK_TREE_FANOUT) * HASH_SHA256_SIZE;
}

enum dr_status block_tree_stream_accept(struct block_tree_stream *stream, const struct block_source *source,
                                        const uint8_t data[BLOCK_TREE_BLOCK], uint8_t scratch[BLOCK_TREE_BLOCK])
{
    const uint8_t *expected = stream->root;
    struct block_tree_levels levels;
    struct root_view root = {0};
    hardened matches;
    uint32_t parent;
    size_t offset;

    if (stream->next >= stream->block_count) {
        return DR_ERR_CORRUPT;
    }
    if (stream->next > 0) {
        block_tree_find_levels(stream->data_blocks, &levels);
        find_parent(&levels, stream->next, &parent, &offset);
        enum dr_status status = source->read(source->ctx, parent, scratch);
        if (status != DR_OK) {
            return status;
        }
        expected = scratch + offset;
    }
    matches = block_matches(data, expected);
    if (!hardened_is_yes(&matches)) {
        return DR_ERR_CORRUPT;
    }
    if (stream->next == 0 && stream->block_count > 1) {
        enum dr_status status = parse_root(data, stream->block_count, &root);
        if (status != DR_OK) {
            return status;
        }
        stream->data_blocks = root.data_blocks;
    }
    stream->next++;
    return DR_OK;
}

enum dr_status block_tree_stream_finish(const struct block_tree_stream *stream)
{
    return stream->block_count > 0 && stream->next == stream->block_count ? DR_OK : DR_ERR_TRUNCATED;
}
