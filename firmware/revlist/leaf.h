/* The block code of an edition's leaves: sorted documents, front-coded. Both directions; total on any input. */
#ifndef DOCREV_REVLIST_LEAF_H
#define DOCREV_REVLIST_LEAF_H

#include "revlist/document.h"
#include "trust/block_tree.h"

/*
 * Leaf: u16 count (1..), then count entries, zeros to the end of the block.
 * Entry: u8 shared   octets of the previous entry's key that this one begins with (0 for the first),
 *        u8 rest     octets that follow,
 *        rest octets of key,
 *        u8 record   reason | basis << 4.
 * Keys as document_key, ascending strictly.
 */
struct leaf_cursor {
    const uint8_t *block; /* BLOCK_TREE_BLOCK bytes */
    size_t offset;
    uint16_t remaining;
    uint8_t key[DOCUMENT_KEY_MAX];
    uint8_t key_len;
    struct document_record record;
};

/* DR_ERR_CORRUPT when the head breaks the format. */
enum dr_status leaf_begin(struct leaf_cursor *cursor, const uint8_t block[BLOCK_TREE_BLOCK]);
/* Next entry into cursor->key and ->record. DR_ERR_NOT_FOUND at a proper end; DR_ERR_CORRUPT otherwise (order, bounds,
 * record, non-zero padding). Every entry it gives is a valid document key. */
enum dr_status leaf_next(struct leaf_cursor *cursor);
/* Is the document in this leaf? DR_OK with its record, DR_ERR_NOT_FOUND, DR_ERR_CORRUPT. */
enum dr_status leaf_find(const uint8_t block[BLOCK_TREE_BLOCK], struct bytes key, struct document_record *record);

struct leaf_writer {
    uint8_t *block;
    size_t offset;
    uint16_t count;
    uint8_t key[DOCUMENT_KEY_MAX];
    uint8_t key_len;
};
void leaf_write_begin(struct leaf_writer *writer, uint8_t block[BLOCK_TREE_BLOCK]);
/* DR_ERR_NO_SPACE: the entry does not fit any more, begin the next block. DR_ERR_ARGUMENT: not ascending. */
enum dr_status leaf_write(struct leaf_writer *writer, struct bytes key, struct document_record record);
void leaf_write_end(struct leaf_writer *writer);

#endif
