/* Builds a block tree (trust/block_tree.h) from leaves in order, for editions and trust stores. */
#ifndef DOCREV_BUILDER_TREE_BUILDER_H
#define DOCREV_BUILDER_TREE_BUILDER_H

#include "trust/block_tree.h"

#include <stdio.h>

/*
 * Leaves are spooled to a temporary file as they come; finish writes the whole body (root, hashes and index first) to `out`
 * and gives the root. Deterministic: same leaves, same bytes.
 */
struct tree_builder;

/* NULL with errno set when no temporary file can be made. */
struct tree_builder *tree_builder_new(void);
void tree_builder_free(struct tree_builder *builder);

/* `first_key`: the first key in the leaf; ascending strictly over the leaves (DR_ERR_ARGUMENT otherwise). It becomes the
 * leaf's separator, which may also be any shorter key that is greater than every key of the leaf before. */
enum dr_status tree_builder_leaf(struct tree_builder *builder, struct bytes first_key,
                                 const uint8_t block[BLOCK_TREE_BLOCK]);

/* Shortest separator between a leaf that ends with `last` and one that begins with `first`: a prefix of `first`. */
struct bytes tree_builder_separator(struct bytes last, struct bytes first);

/* DR_ERR_TOO_LARGE when the top of the index does not fit into the root block. */
enum dr_status tree_builder_finish(struct tree_builder *builder, FILE *out, uint8_t root[HASH_SHA256_SIZE],
                                   uint32_t *block_count);

#endif
