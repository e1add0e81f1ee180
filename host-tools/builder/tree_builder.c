#include "builder/tree_builder.h"

#include <stdlib.h>

#define ROOT_HEAD 18U
#define INDEX_HEAD 6U

struct separator {
    uint8_t len;
    uint8_t key[BLOCK_TREE_MAX_KEY];
};

/* One level of separators, front-coded into blocks of `room` octets behind a head. */
struct separators {
    uint8_t *data; /* the octets of all blocks, one after the other */
    size_t len, capacity;
    struct separator last;
};

struct tree_builder {
    FILE *leaves;
    uint8_t (*hashes)[HASH_SHA256_SIZE]; /* of the leaves */
    size_t hash_capacity;
    uint32_t count;
    struct separator last;
    /* All separators, each as u8 len and octets; kept whole since the root's room is known at the end only. */
    struct separators all;
};

struct tree_builder *tree_builder_new(void)
{
    struct tree_builder *builder = calloc(1, sizeof *builder);

    if (builder == NULL) {
        return NULL;
    }
    builder->leaves = tmpfile();
    if (builder->leaves == NULL) {
        free(builder);
        return NULL;
    }
    return builder;
}

void tree_builder_free(struct tree_builder *builder)
{
    if (builder == NULL) {
        return;
    }
    (void)fclose(builder->leaves);
    free(builder->hashes);
    free(builder->all.data);
    free(builder);
}

struct bytes tree_builder_separator(struct bytes last, struct bytes first)
{
    size_t common = 0;

    while (common < last.len && common < first.len && last.data[common] == first.data[common]) {
        common++;
    }
    return bytes_of(first.data, common < first.len ? common + 1U : common);
}

static enum dr_status append(struct separators *list, const uint8_t *data, size_t len)
{
    if (list->capacity - list->len < len) {
        size_t capacity = list->capacity * 2U + 65536U;
        uint8_t *grown = realloc(list->data, capacity);
        if (grown == NULL) {
            return DR_ERR_NO_SPACE;
        }
        list->data = grown;
        list->capacity = capacity;
    }
    memcpy(list->data + list->len, data, len);
    list->len += len;
    return DR_OK;
}

enum dr_status tree_builder_leaf(struct tree_builder *builder, struct bytes first_key,
                                 const uint8_t block[BLOCK_TREE_BLOCK])
{
    uint8_t len = (uint8_t)first_key.len;
    enum dr_status status;

    if (first_key.len > BLOCK_TREE_MAX_KEY ||
        (builder->count > 0 && block_tree_compare(bytes_of(builder->last.key, builder->last.len), first_key) >= 0)) {
        return DR_ERR_ARGUMENT;
    }
    if (builder->count >= BLOCK_TREE_MAX_BLOCKS / 2U) {
        return DR_ERR_TOO_LARGE;
    }
    if (builder->count == builder->hash_capacity) {
        size_t capacity = builder->hash_capacity * 2U + 1024U;
        void *grown = realloc(builder->hashes, capacity * sizeof *builder->hashes);
        if (grown == NULL) {
            return DR_ERR_NO_SPACE;
        }
        builder->hashes = grown;
        builder->hash_capacity = capacity;
    }
    status = hash_compute(HASH_SHA256, bytes_of(block, BLOCK_TREE_BLOCK), builder->hashes[builder->count]);
    if (status == DR_OK) {
        status = append(&builder->all, &len, 1);
    }
    if (status == DR_OK) {
        status = append(&builder->all, first_key.data, first_key.len);
    }
    if (status != DR_OK) {
        return status;
    }
    builder->last.len = len;
    memcpy(builder->last.key, first_key.data, len);
    builder->count++;
    return fwrite(block, BLOCK_TREE_BLOCK, 1, builder->leaves) == 1 ? DR_OK : DR_ERR_IO;
}

/* Octets a separator takes after `last`; *shared gets the common prefix. */
static size_t coded_size(const struct separator *last, const uint8_t *key, size_t len, bool first, size_t *shared)
{
    *shared = 0;
    if (!first) {
        while (*shared < last->len && *shared < len && last->key[*shared] == key[*shared]) {
            (*shared)++;
        }
    }
    return 2U + len - *shared;
}

/* Front-codes separators from `from` on into `area`, as many as fit; gives how many and where the next one is. */
static uint32_t code_separators(struct bytes all, size_t *from, uint8_t *area, size_t room)
{
    struct separator last = {0};
    uint32_t count = 0;
    size_t offset = 0;

    while (*from < all.len && count < UINT16_MAX) {
        size_t len = all.data[*from];
        const uint8_t *key = all.data + *from + 1U;
        size_t shared;
        size_t size = coded_size(&last, key, len, count == 0, &shared);
        if (size > room - offset) {
            break;
        }
        area[offset] = (uint8_t)shared;
        area[offset + 1U] = (uint8_t)(len - shared);
        memcpy(area + offset + 2U, key + shared, len - shared);
        last.len = (uint8_t)len;
        memcpy(last.key, key, len);
        offset += size;
        *from += 1U + len;
        count++;
    }
    return count;
}

/* Grows an array of blocks by one zeroed block. */
static uint8_t *add_block(uint8_t **blocks, uint32_t *count)
{
    uint8_t *grown = realloc(*blocks, ((size_t)*count + 1U) * BLOCK_TREE_BLOCK);

    if (grown == NULL) {
        return NULL;
    }
    *blocks = grown;
    grown += (size_t)*count * BLOCK_TREE_BLOCK;
    memset(grown, 0, BLOCK_TREE_BLOCK);
    (*count)++;
    return grown;
}

/* All index blocks, and the separators of the level above in `top`. */
static enum dr_status make_index(const struct tree_builder *builder, uint8_t **blocks, uint32_t *count,
                                 struct separators *top)
{
    size_t from = 0;
    uint32_t first_leaf = 0;

    while (from < builder->all.len) {
        size_t start = from;
        uint8_t *block = add_block(blocks, count);
        uint32_t coded;
        if (block == NULL || append(top, builder->all.data + start, 1U + (size_t)builder->all.data[start]) != DR_OK) {
            return DR_ERR_NO_SPACE;
        }
        coded = code_separators(bytes_of(builder->all.data, builder->all.len), &from, block + INDEX_HEAD,
                                BLOCK_TREE_BLOCK - INDEX_HEAD);
        put_be32(block, first_leaf);
        put_be16(block + 4, (uint16_t)coded);
        first_leaf += coded;
    }
    return DR_OK;
}

/* The hash blocks over `hashes`, top level first, and the hashes of the top level in `root`. */
static enum dr_status make_hashes(const uint8_t (*hashes)[HASH_SHA256_SIZE], uint32_t count, uint8_t **blocks,
                                  uint32_t *block_count, uint8_t *root, uint32_t *root_count)
{
    uint32_t total = block_tree_hash_blocks(count), end = total;
    uint8_t *all = calloc((size_t)total + 1U, BLOCK_TREE_BLOCK);
    uint8_t(*level)[HASH_SHA256_SIZE] = malloc(((size_t)count + 1U) * sizeof *level);
    enum dr_status status = DR_OK;

    if (all == NULL || level == NULL) {
        status = DR_ERR_NO_SPACE;
        goto out;
    }
    memcpy(level, hashes, (size_t)count * sizeof *level);
    while (count > BLOCK_TREE_ROOT_HASHES) {
        uint32_t above = (count + BLOCK_TREE_FANOUT - 1U) / BLOCK_TREE_FANOUT;
        uint8_t *block = all + (size_t)(end - above) * BLOCK_TREE_BLOCK;
        memcpy(block, level, (size_t)count * sizeof *level);
        for (uint32_t i = 0; i < above && status == DR_OK; i++) {
            status =
                hash_compute(HASH_SHA256, bytes_of(block + (size_t)i * BLOCK_TREE_BLOCK, BLOCK_TREE_BLOCK), level[i]);
        }
        if (status != DR_OK) {
            goto out;
        }
        end -= above;
        count = above;
    }
    memcpy(root, level, (size_t)count * sizeof *level);
    *root_count = count;
    *blocks = all;
    *block_count = total;
    all = NULL;
out:
    free(level);
    free(all);
    return status;
}

/* Puts `separators` behind the hashes of the root; false when they do not fit. */
static bool put_root_index(uint8_t *root, uint32_t hash_count, struct bytes separators, uint32_t expected)
{
    size_t begin = ROOT_HEAD + (size_t)hash_count * HASH_SHA256_SIZE, from = 0;
    uint32_t coded = code_separators(separators, &from, root + begin, BLOCK_TREE_BLOCK - begin);

    if (coded == expected && from == separators.len) {
        put_be16(root + 12, (uint16_t)coded);
        return true;
    }
    memset(root + begin, 0, BLOCK_TREE_BLOCK - begin);
    return false;
}

static enum dr_status copy_leaves(FILE *leaves, FILE *out)
{
    uint8_t buffer[65536];
    size_t got;

    rewind(leaves);
    while ((got = fread(buffer, 1, sizeof buffer, leaves)) > 0) {
        if (fwrite(buffer, 1, got, out) != got) {
            return DR_ERR_IO;
        }
    }
    return ferror(leaves) || fflush(out) != 0 ? DR_ERR_IO : DR_OK;
}

enum dr_status tree_builder_finish(struct tree_builder *builder, FILE *out, uint8_t root[HASH_SHA256_SIZE],
                                   uint32_t *block_count)
{
    uint8_t block[BLOCK_TREE_BLOCK] = {0};
    uint8_t *index = NULL, *hash_blocks = NULL;
    uint8_t(*hashes)[HASH_SHA256_SIZE] = NULL;
    struct separators top = {0};
    uint32_t index_count = 0, hash_count = 0, root_hashes = 0, data_blocks = builder->count;
    enum dr_status status = DR_OK;

    if (builder->count <= 1) { /* no root block: the leaf, or zeros */
        rewind(builder->leaves);
        if (builder->count == 1 && fread(block, sizeof block, 1, builder->leaves) != 1) {
            status = DR_ERR_IO;
            goto out;
        }
        *block_count = 1;
        goto write_root;
    }

    status = make_hashes(builder->hashes, data_blocks, &hash_blocks, &hash_count, block + ROOT_HEAD, &root_hashes);
    if (status != DR_OK) {
        goto out;
    }
    if (!put_root_index(block, root_hashes, bytes_of(builder->all.data, builder->all.len), builder->count)) {
        status = make_index(builder, &index, &index_count, &top);
        if (status != DR_OK) {
            goto out;
        }
        data_blocks = builder->count + index_count;
        hashes = malloc((size_t)data_blocks * sizeof *hashes);
        if (hashes == NULL) {
            status = DR_ERR_NO_SPACE;
            goto out;
        }
        for (uint32_t i = 0; i < index_count && status == DR_OK; i++) {
            status =
                hash_compute(HASH_SHA256, bytes_of(index + (size_t)i * BLOCK_TREE_BLOCK, BLOCK_TREE_BLOCK), hashes[i]);
        }
        memcpy(hashes + index_count, builder->hashes, (size_t)builder->count * sizeof *hashes);
        free(hash_blocks);
        hash_blocks = NULL;
        memset(block, 0, sizeof block);
        if (status == DR_OK) {
            status = make_hashes(hashes, data_blocks, &hash_blocks, &hash_count, block + ROOT_HEAD, &root_hashes);
        }
        if (status == DR_OK && !put_root_index(block, root_hashes, bytes_of(top.data, top.len), index_count)) {
            status = DR_ERR_TOO_LARGE;
        }
        if (status != DR_OK) {
            goto out;
        }
    }
    block[0] = 1;
    block[1] = index_count == 0 ? 1 : 2;
    put_be16(block + 2, (uint16_t)root_hashes);
    put_be32(block + 4, data_blocks);
    put_be32(block + 8, index_count);
    *block_count = 1U + hash_count + data_blocks;

write_root:
    status = hash_compute(HASH_SHA256, bytes_of(block, sizeof block), root);
    if (status == DR_OK && fwrite(block, sizeof block, 1, out) != 1) {
        status = DR_ERR_IO;
    }
    if (status != DR_OK || builder->count <= 1) {
        status = status == DR_OK && fflush(out) != 0 ? DR_ERR_IO : status;
        goto out;
    }
    if ((hash_count > 0 && fwrite(hash_blocks, BLOCK_TREE_BLOCK, hash_count, out) != hash_count) ||
        (index_count > 0 && fwrite(index, BLOCK_TREE_BLOCK, index_count, out) != index_count)) {
        status = DR_ERR_IO;
        goto out;
    }
    status = copy_leaves(builder->leaves, out);
out:
    free(index);
    free(hash_blocks);
    free(hashes);
    free(top.data);
    return status;
}
