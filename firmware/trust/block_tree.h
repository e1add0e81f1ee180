/* A body of fixed-size blocks in one sorted tree, each block authenticated by its parent's SHA-256 up to a signed root. */
#ifndef DOCREV_TRUST_BLOCK_TREE_H
#define DOCREV_TRUST_BLOCK_TREE_H

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "port/status.h"

/*
 * The tree is index and Merkle tree in one. Blocks of BLOCK_TREE_BLOCK bytes are numbered from 0 in breadth-first order:
 * block 0 is the root, leaves come last, so that a stream can be verified block by block as it arrives.
 *
 * Index block:  u8 level (1 = children are leaves), u8 0, u16 count, u32 first_child,
 *               count x { u8 hash[32], u8 key_len, u8 key[key_len] }, zeros to the end.          (big-endian)
 * Children are first_child .. first_child + count - 1. `key` is the first key of the child; keys ascend strictly
 * (memcmp, a prefix before what it begins). `hash` is SHA-256 of the child block. The root of the tree is SHA-256 of
 * block 0. A tree always has block 0; an empty one has level 1 and count 0.
 */
#define BLOCK_TREE_BLOCK 4096U
#define BLOCK_TREE_MAX_KEY 64U
#define BLOCK_TREE_MAX_LEVELS 5U

/* Where blocks come from: a slot of the store, a file, memory. Reads one whole block. */
struct block_source {
    void *ctx;
    enum dr_status (*read)(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK]);
    uint32_t block_count;
};

/* memcmp order, a prefix first. */
int block_tree_compare(struct bytes a, struct bytes b);

/*
 * Finds the leaf that holds `key` if any does: reads and authenticates each block from the root down, the leaf included.
 * On DR_OK the leaf is in `block` and its number in *leaf. DR_ERR_NOT_FOUND: the key is before every entry (`block` is
 * spoilt). DR_ERR_CORRUPT: a block does not match its hash or breaks the format. `reads` (may be NULL) counts blocks read.
 */
enum dr_status block_tree_find(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                               struct bytes key, uint8_t block[BLOCK_TREE_BLOCK], uint32_t *leaf, uint32_t *reads);

/* The leaf by its block number (for iteration): authenticates the path to it. DR_ERR_NOT_FOUND past the last leaf. */
enum dr_status block_tree_leaf(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE], uint32_t leaf,
                               uint8_t block[BLOCK_TREE_BLOCK]);

/* Number of the first leaf (leaves are first..block_count-1). For an empty tree equals block_count. */
enum dr_status block_tree_first_leaf(const struct block_source *source, const uint8_t root[HASH_SHA256_SIZE],
                                     uint8_t block[BLOCK_TREE_BLOCK], uint32_t *first_leaf);

/*
 * Verifies blocks in the order 0, 1, 2, ... as a stream brings them. Parents are read back through `source`, which must
 * return the blocks already accepted. Remembers where it is, so that the RAM used is this struct and one block.
 * Also checks the shape: every block is reached exactly once, count matches, nothing follows.
 */
struct block_tree_stream {
    uint8_t root[HASH_SHA256_SIZE];
    uint32_t block_count;
    uint32_t next;         /* block expected next */
    uint32_t parent;       /* index block that `next` is a child of */
    uint16_t parent_index; /* which child */
    uint8_t expected[HASH_SHA256_SIZE];
    uint32_t promised;   /* blocks announced by the index blocks accepted so far */
    uint32_t first_leaf; /* known once the first level-1 block was accepted, else 0 */
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
