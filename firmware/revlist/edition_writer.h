/* Writes an edition's body from its documents in order, following the choices that a builder made for it. */
#ifndef DOCREV_REVLIST_EDITION_WRITER_H
#define DOCREV_REVLIST_EDITION_WRITER_H

#include "revlist/leaf_writer.h"

/* Each block is written once: leaves and index blocks as they fill, then hash blocks, the root last. */
struct edition_sink {
    void *ctx;
    enum dr_status (*write)(void *ctx, uint32_t block, const uint8_t data[BLOCK_TREE_BLOCK]);
    enum dr_status (*read)(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK]); /* one that was written */
};

/* A document, by its key, and its record as reason | basis << 4. */
struct edition_entry {
    uint8_t key[DOCUMENT_KEY_MAX];
    uint8_t key_len, record;
};

/* What the writer cannot know by itself. */
struct edition_guide {
    void *ctx;
    /* A group is to begin with `first`. In a leaf that has one already, *new_leaf says whether the leaf ends instead; the
     * plan is asked for again then. plan->section is set. */
    enum dr_status (*group)(void *ctx, const struct edition_entry *first, bool leaf_begun, bool *new_leaf,
                            struct leaf_plan *plan);
    /* The level of the next segment, and after how many entries beside its first one the group ends: EDITION_NATURAL for
     * when the block is full, the documents are of another section, or the segments are as many as there may be. */
    enum dr_status (*segment)(void *ctx, uint8_t *level, uint64_t *entries);
};
#define EDITION_NATURAL UINT64_MAX

struct edition_writer {
    struct edition_guide guide;
    struct edition_sink sink;
    uint8_t root[HASH_SHA256_SIZE]; /* that must result */
    uint32_t block_count, data_blocks, index_blocks;
    struct block_tree_levels levels;

    /* The leaf being written. */
    struct leaf_writer leaf;
    struct leaf_plan plan;
    struct leaf_group group; /* sets and sizes of the plan */
    bool leaf_begun, segment_open;
    uint64_t value;  /* last one written */
    uint8_t record;  /* its record's place in the plan */
    uint64_t left;   /* entries the group may still take */
    uint32_t leaves; /* finished */
    uint8_t last_key[DOCUMENT_KEY_MAX];
    uint8_t last_key_len; /* of the leaf before */
    uint8_t separator_len;
    uint8_t separator[DOCUMENT_KEY_MAX]; /* last one in the index block */

    /* Entries on their way: `pending` consecutive ones after the last written, then `held`. When a leaf ends with some of
     * them unwritten, they become the `backlog`, and `ahead` what had come after them. */
    uint64_t pending;
    bool has_held, has_ahead, ended, wants, done;
    struct edition_entry held, ahead;
    struct {
        struct leaf_group group;
        uint64_t next, count;
        uint8_t record;
    } backlog;

    uint32_t index_count, index_done; /* separators in the index block; index blocks written */
    size_t index_used;
    uint32_t index_first;
    uint32_t hash_level, hash_next; /* position in the hash tree, once all leaves are written */

    uint8_t block[BLOCK_TREE_BLOCK];
    uint8_t index[BLOCK_TREE_BLOCK]; /* the index block being filled, or the root */
};

/* DR_ERR_CORRUPT when no body has these numbers of blocks. */
enum dr_status edition_writer_begin(struct edition_writer *writer, uint32_t block_count, uint32_t data_blocks,
                                    uint32_t index_blocks, const uint8_t root[HASH_SHA256_SIZE]);
/*
 * One piece of work: at most one token, group or block. Until writer->done; while writer->wants is set, it needs the next entry
 * (edition_writer_put) or to know that there is none (edition_writer_end). `spare` is a block to work in, once entries have
 * ended. DR_ERR_CORRUPT when the entries and the guide do not make the body with that root.
 */
enum dr_status edition_writer_step(struct edition_writer *writer, uint8_t spare[BLOCK_TREE_BLOCK]);
/* Keys ascend strictly: the caller's duty. */
void edition_writer_put(struct edition_writer *writer, const struct edition_entry *entry);
void edition_writer_end(struct edition_writer *writer);

#endif
