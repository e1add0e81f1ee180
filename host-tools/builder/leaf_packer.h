/* Packs sorted documents into leaves and searches the parameters that make them small. */
#ifndef DOCREV_BUILDER_LEAF_PACKER_H
#define DOCREV_BUILDER_LEAF_PACKER_H

#include "builder/record_sort.h"
#include "builder/tree_builder.h"

struct leaf_packer;

/* Leaves go to `tree`, which outlives the packer. NULL when there is no memory. */
struct leaf_packer *leaf_packer_new(struct tree_builder *tree);
void leaf_packer_free(struct leaf_packer *packer);
/* Keys ascend strictly. */
enum dr_status leaf_packer_add(struct leaf_packer *packer, const struct sort_record *record);
enum dr_status leaf_packer_finish(struct leaf_packer *packer, uint32_t *leaf_count);

#endif
