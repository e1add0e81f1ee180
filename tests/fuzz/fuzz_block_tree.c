/* Block trees: any blocks, signed as they are; and a stream of them, which accepts nothing but what hashes to the root. */
#include "trust/block_tree.h"

#include <stdlib.h>

#define BLOCKS_MAX 10U
static uint8_t blocks[BLOCKS_MAX][BLOCK_TREE_BLOCK];

static enum dr_status read_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx;
    memcpy(data, blocks[block], BLOCK_TREE_BLOCK);
    return DR_OK;
}

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct block_source source = {.read = read_block};
    struct block_tree_stream stream;
    struct block_tree_shape shape;
    static struct block_tree_top top;
    static uint8_t block[BLOCK_TREE_BLOCK], scratch[BLOCK_TREE_BLOCK];
    uint8_t root[HASH_SHA256_SIZE];
    uint8_t key[BLOCK_TREE_MAX_KEY];
    size_t key_len = size > 0 ? data[0] % sizeof key : 0;
    uint32_t leaf = 0, reads = 0;

    if (size < 1U + key_len) {
        return 0;
    }
    memcpy(key, data + 1, key_len);
    data += 1U + key_len;
    size -= 1U + key_len;
    while (size >= 2 && source.block_count < BLOCKS_MAX) {
        size_t len = get_be16(data) % (BLOCK_TREE_BLOCK + 1U);
        uint8_t *out = blocks[source.block_count++];
        len = len < size - 2U ? len : size - 2U;
        memset(out, 0, BLOCK_TREE_BLOCK);
        memcpy(out, data + 2, len);
        data += 2U + len;
        size -= 2U + len;
    }
    if (source.block_count == 0 || hash_compute(HASH_SHA256, bytes_of(blocks[0], BLOCK_TREE_BLOCK), root) != DR_OK) {
        return 0;
    }
    for (unsigned sealed = 0; sealed < 2; sealed++) {
        source.sealed = sealed == 1;
        memset(&top, 0, sizeof top);
        for (unsigned again = 0; again < 2; again++) {
            enum dr_status status =
                block_tree_find_cached(&source, root, bytes_of(key, key_len), block, &top, &leaf, &reads);
            check(status != DR_OK || leaf < source.block_count);
            check(status != DR_OK || memcmp(block, blocks[leaf], sizeof block) == 0);
        }
        if (block_tree_shape(&source, root, block, &shape) == DR_OK) {
            check(shape.leaf_count == 0 || shape.first_leaf + shape.leaf_count == source.block_count);
            (void)block_tree_leaf(&source, root, shape.first_leaf, block);
        }
    }
    block_tree_stream_begin(&stream, root, source.block_count);
    while (stream.next < source.block_count &&
           block_tree_stream_accept(&stream, &source, blocks[stream.next], scratch) == DR_OK) {
        check(stream.next > 1 || stream.data_blocks < source.block_count);
    }
    return 0;
}
