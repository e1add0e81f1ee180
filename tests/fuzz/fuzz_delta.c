/* A delta of any octets, on an edition of one leaf or of any leaf: it ends, and writes no block twice. */
#include "revlist/delta.h"

#include <stdlib.h>

#define BLOCKS_MAX 8U
static uint8_t blocks[BLOCKS_MAX][BLOCK_TREE_BLOCK], old_leaf[BLOCK_TREE_BLOCK];
static uint32_t block_count;
static unsigned written[BLOCKS_MAX];

/* The leaf of docs/list-format.md, section 10. */
static const uint8_t example[] = {0x16, 0xc8, 0xf4, 0xc0, 0x64, 0x43, 0x30, 0x31, 0x58, 0x45, 0x02, 0x02, 0x14, 0x80,
                                  0x00, 0x10, 0x03, 0x69, 0xe9, 0x01, 0x39, 0xfb, 0xa9, 0x7b, 0xf0, 0x84, 0x80, 0x41,
                                  0x08, 0x01, 0x00, 0x00, 0x00, 0x00, 0xa2, 0xb5, 0xf6, 0xf6, 0x04, 0x7b, 0xf0, 0xf3,
                                  0xc0, 0x41, 0x06, 0x03, 0x03, 0x01, 0x02, 0x80, 0x40, 0x00, 0x30, 0x05, 0x24, 0x97,
                                  0xcd, 0xb8, 0x0a, 0x00, 0x00, 0x75, 0x86, 0xad, 0x7b, 0xf0, 0xf4, 0x80, 0x69, 0x4c,
                                  0x38, 0x39, 0x38, 0x39, 0x30, 0x32, 0x43, 0x33, 0x01};

static enum dr_status read_old(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx;
    (void)block;
    memcpy(data, old_leaf, BLOCK_TREE_BLOCK);
    return DR_OK;
}

static enum dr_status write_new(void *ctx, uint32_t block, const uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx;
    if (block >= block_count || written[block]++ != 0) {
        abort();
    }
    memcpy(blocks[block], data, BLOCK_TREE_BLOCK);
    return DR_OK;
}

static enum dr_status read_new(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx;
    if (block >= block_count || written[block] == 0) {
        abort();
    }
    memcpy(data, blocks[block], BLOCK_TREE_BLOCK);
    return DR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct delta_apply apply;
    const struct edition_sink sink = {NULL, write_new, read_new};
    struct edition old = {.source = {.read = read_old, .block_count = 1, .sealed = true}};
    struct manifest manifest = {.entry_count = 3000};
    size_t old_len;

    if (size < 4) {
        return 0;
    }
    /* u8 blocks of the new edition, u8 octets a piece, u16 octets of an old leaf (0: the example's), then these, then the delta */
    block_count = data[0] % BLOCKS_MAX + 1U;
    size_t piece = data[1] + 1U;
    old_len = get_be16(data + 2);
    data += 4;
    size -= 4;
    old_len = old_len > size ? size : old_len;
    old_len = old_len > BLOCK_TREE_BLOCK ? BLOCK_TREE_BLOCK : old_len;
    memset(old_leaf, 0, sizeof old_leaf);
    memset(written, 0, sizeof written);
    memcpy(old_leaf, old_len == 0 ? example : data, old_len == 0 ? sizeof example : old_len);
    data += old_len;
    size -= old_len;
    manifest.body_length = (uint64_t)block_count * BLOCK_TREE_BLOCK;
    delta_apply_begin(&apply, &old, &sink, &manifest);
    for (;;) {
        size_t part = size < piece ? size : piece;
        if (delta_apply_take(&apply, bytes_of(data, part), part == size) != DR_OK || part == size) {
            break;
        }
        data += part;
        size -= part;
    }
    return 0;
}
