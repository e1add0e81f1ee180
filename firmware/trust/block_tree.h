/* A body of fixed-size blocks with a key index, every block authenticated by SHA-256 up to one signed root. */
#ifndef DOCREV_TRUST_BLOCK_TREE_H
#define DOCREV_TRUST_BLOCK_TREE_H

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "port/status.h"

/*
 * Blocks of BLOCK_TREE_BLOCK bytes, numbered from 0. All integers are big-endian, unused bytes are zero.
 *
 *   block 0                 root
 *   hash blocks             128 x SHA-256 of the blocks below, the level under the root first
 *   index blocks            only when the index does not fit into the root
 *   leaves                  in the order of their keys; their content is the business of the layer above
 *
 * Index blocks and leaves are the *data* blocks. The hash tree over them has a fixed shape: with up to
 * BLOCK_TREE_ROOT_HASHES data blocks the root holds their hashes; with more, hash blocks of BLOCK_TREE_FANOUT hashes each
 * (all but the last full) are put between, in as many levels as bring the top level down to BLOCK_TREE_ROOT_HASHES. Parents
 * come before children, so a stream can be verified block by block as it arrives. The root of the tree is SHA-256 of block 0;
 * the number of blocks is signed beside it.
 *
 * A body of one block has no root block: block 0 is the only leaf, or all zeros when there is no leaf at all.
 *
 * Root:  u8 version (1), u8 index_levels (1, 2), u16 hash_count, u32 data_blocks, u32 index_blocks, u16 index_count, u32 0,
 *        hash_count x u8[32], then index_count separators of the leaves (index_levels 1) or index blocks (2).
 * Index block:  u32 first_leaf (0 = first leaf), u16 count, then `count` separators of the leaves from first_leaf on.
 * Separator: u8 shared, u8 rest, u8 key[rest]: the key begins with `shared` octets of the separator before it in the same
 *        block. Separators ascend strictly (memcmp, a prefix before what it begins). A leaf's separator is greater than
 *        every key in the leaf before it and not greater than its own first key; it may be shorter than any key.
 */
#define BLOCK_TREE_BLOCK 4096U
#define BLOCK_TREE_FANOUT 128U
#define BLOCK_TREE_ROOT_HASHES 64U
#define BLOCK_TREE_MAX_KEY 64U
#define BLOCK_TREE_MAX_BLOCKS 0x01000000U /* 64 GiB */

/* Where blocks come from: a slot of the store, a file, memory. Reads one whole block. */
struct block_source {
    void *ctx;
    enum dr_status (*read)(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK]);
    uint32_t block_count;
    /* read() itself authenticates every block it returns as block `block` of the body with this root: the sealed slot of
     * a device, filled only with blocks that a block_tree_stream accepted. The path of hashes is then not walked again. */
    bool sealed;
};

/* memcmp order, a prefix first. */
int block_tree_compare(struct bytes a, struct bytes b);

/*
 * Reads the leaf that holds `key` if any does; every block on the way is authenticated, the leaf included. On DR_OK the leaf
 * is in `block` and its block number in *leaf. DR_ERR_NOT_FOUND: no leaf can hold the key (`block` is spoilt).
 * DR_ERR_CORRUPT: a block does not match its hash or breaks the format. `reads` (may be NULL) counts blocks read.
 */
enum dr_status block_tree_find(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                               struct bytes key, uint8_t block[BLOCK_TREE_BLOCK], uint32_t *leaf, uint32_t *reads);

/*
 * What block_tree_find needs of the root block, kept between look-ups to save one read each. Zeros are an empty cache; only
 * trees with index blocks and a small top of the index are kept. Holds authenticated data: nobody else may write to it.
 */
#define BLOCK_TREE_TOP_MAX 640U
struct block_tree_top {
    uint8_t root[HASH_SHA256_SIZE];
    uint32_t block_count;
    uint32_t data_blocks, index_blocks;
    uint16_t index_count; /* 0 = empty */
    uint8_t index[BLOCK_TREE_TOP_MAX];
};
/* As block_tree_find; `top` is used when it is of this tree, and filled otherwise. The path of hashes of an unsealed source
 * is walked all the same. */
enum dr_status block_tree_find_cached(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                                      struct bytes key, uint8_t block[BLOCK_TREE_BLOCK], struct block_tree_top *top,
                                      uint32_t *leaf, uint32_t *reads);

/* The leaf by its block number (for iteration), authenticated. DR_ERR_NOT_FOUND past the last leaf. */
enum dr_status block_tree_leaf(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE], uint32_t leaf,
                               uint8_t block[BLOCK_TREE_BLOCK]);

/* Number of the first leaf (leaves are first..block_count-1). For an empty tree equals block_count. */
enum dr_status block_tree_first_leaf(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                                     uint8_t block[BLOCK_TREE_BLOCK], uint32_t *first_leaf);

/* How the blocks of a body divide: 1 + hash_blocks + index_blocks + leaf_count, or one leaf alone. */
struct block_tree_shape {
    uint32_t hash_blocks, index_blocks, leaf_count, first_leaf;
    uint32_t root_index_bytes; /* separators inside the root block */
};
enum dr_status block_tree_shape(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                                uint8_t block[BLOCK_TREE_BLOCK], struct block_tree_shape *shape);

/* Hash blocks over this many data blocks, all levels (for builders). */
uint32_t block_tree_hash_blocks(uint32_t data_blocks);
/* Where the hash blocks of each level are; level 0 is the one over the data blocks. */
#define BLOCK_TREE_MAX_LEVELS 3U /* 64 * 128^3 is more than BLOCK_TREE_MAX_BLOCKS */
#define BLOCK_TREE_ROOT_HEAD 18U
#define BLOCK_TREE_INDEX_HEAD 6U
struct block_tree_levels {
    uint32_t count;
    uint32_t size[BLOCK_TREE_MAX_LEVELS];
    uint32_t start[BLOCK_TREE_MAX_LEVELS];
    uint32_t top_size; /* hashes in the root block */
    uint32_t first_data;
};
void block_tree_find_levels(uint32_t data_blocks, struct block_tree_levels *levels);

/*
 * Verifies blocks in the order 0, 1, 2, ... as a stream brings them. Parents are read back through `source`, which must
 * return the blocks already accepted. The RAM used is this struct and one block.
 */
struct block_tree_stream {
    uint8_t root[HASH_SHA256_SIZE];
    uint32_t block_count;
    uint32_t next;        /* block expected next */
    uint32_t data_blocks; /* from the root block */
};
void block_tree_stream_begin(struct block_tree_stream *stream, const uint8_t root[HASH_SHA256_SIZE],
                             uint32_t block_count);
/* Accepts `data` as block stream->next, or DR_ERR_CORRUPT and stays where it is. The caller stores the accepted block where
 * source->read finds it BEFORE the next call. `scratch` is a second block for reading parents. */
enum dr_status block_tree_stream_accept(struct block_tree_stream *stream, const struct block_source *source,
                                        const uint8_t data[BLOCK_TREE_BLOCK], uint8_t scratch[BLOCK_TREE_BLOCK]);
/* DR_OK when every block was accepted. */
enum dr_status block_tree_stream_finish(const struct block_tree_stream *stream);

#endif
