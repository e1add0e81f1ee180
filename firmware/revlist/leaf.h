/* The leaves of an edition: sorted documents as gaps between numbers, at the information bound (docs/list-format.md). */
#ifndef DOCREV_REVLIST_LEAF_H
#define DOCREV_REVLIST_LEAF_H

#include "revlist/document.h"
#include "revlist/gap_code.h"
#include "trust/block_tree.h"

/*
 * Leaf:     groups one after the other, then zeros to the end of the block. Four zeros, or less than four octets, end it.
 * Group:    documents of one issuing state, class and length of number, which are integers in a mixed radix:
 *           u32 head   bits 31..17 state: (a * 27 + b) * 27 + c with '<' = 0, A = 1 .. Z = 26
 *                      bits 16..12 class: A = 0 .. Z = 25
 *                      bits 11..7  length of the number, 1..22
 *                      bit  6      entries have different records
 *                      bits 5..0   segments - 1
 *           sets       which characters occur at each position: u8 kind << 5 | positions, until all positions have one
 *                      kind 0: 0-9   1: A-Z   2: 0-9 A-Z   3: literal, one character a position follows
 *                      4: set, u8[5] follow: bit i (of 40, the most significant first) for the i-th of 0-9 A-Z
 *           records    head bit 6 clear: u8 record = reason | basis << 4
 *                      set: u8 n (2..LEAF_RECORDS_MAX), n x u8 record, n - 1 x u8 share (1..) of 256; the last has the rest
 *           segments   all but the last: u16 (tokens / LEAF_TOKENS_UNIT - 1) << 12 | length of the stream
 *                      the last: u24 tokens << 12 | length of the stream
 *                      then u8 level; the first number, less that of the segment before in the group, as LEB128; the
 *                      stream, a code of the range coder
 * Stream:   [record of the first number], then per token the gap or run and, after a gap, [record of the number]; a run's
 *           numbers have the record of the number before it. Records only where the group has different ones.
 */
#define LEAF_RECORDS_MAX 32U
#define LEAF_TOKENS_MAX 4096U
#define LEAF_TOKENS_UNIT 256U
#define LEAF_SEGMENTS_MAX 64U
#define LEAF_UNIVERSE_MAX ((uint64_t)1 << 58)
#define LEAF_RECORD_BITS 8U

/* A group's head, read. `sets[i]` has bit s for symbol s of 0-9 A-Z; views point into the block. */
struct leaf_group {
    uint8_t section[5]; /* as the first octets of document_key: state, class, length */
    uint8_t segment_count;
    uint64_t sets[MRZ_MAX_DOCUMENT_NUMBER];
    uint8_t sizes[MRZ_MAX_DOCUMENT_NUMBER];
    uint64_t universe; /* product of the sets' sizes */
    uint8_t record_count;
    const uint8_t *records, *shares;
    size_t segments; /* offset of the first segment */
    size_t end;      /* offset behind the group */
};

struct leaf_segment {
    uint16_t tokens;
    uint8_t level;
    uint64_t first;
    struct bytes stream;
};

/* Reads the group at `offset`. DR_ERR_NOT_FOUND at the end of the leaf, DR_ERR_CORRUPT when it breaks the format. */
enum dr_status leaf_read_group(const uint8_t block[BLOCK_TREE_BLOCK], size_t offset, struct leaf_group *group);
/* Reads the segment at *offset and moves on behind its stream. `before` is the first number of the segment before, 0 for none.
 * DR_ERR_CORRUPT when it breaks the format. */
enum dr_status leaf_read_segment(const uint8_t block[BLOCK_TREE_BLOCK], size_t *offset, bool is_last, uint64_t before,
                                 struct leaf_segment *segment);
/* The group's integer for a number of its length; DR_ERR_NOT_FOUND when a character is not in its position's set. */
enum dr_status leaf_number_value(const struct leaf_group *group, const uint8_t *number, uint64_t *value);
/* And back: the number of a value below the universe. */
void leaf_value_number(const struct leaf_group *group, uint64_t value, uint8_t *number);
/* Next record of a stream. */
struct document_record leaf_decode_record(struct range_decoder *decoder, const struct leaf_group *group);

/* Is the document in this leaf? DR_OK with its record, DR_ERR_NOT_FOUND, DR_ERR_CORRUPT. */
enum dr_status leaf_find(const uint8_t block[BLOCK_TREE_BLOCK], struct bytes key, struct document_record *record);

/* All entries of a leaf, in order. */
struct leaf_cursor {
    const uint8_t *block; /* BLOCK_TREE_BLOCK bytes, unchanged while the cursor is used */
    struct leaf_group group;
    struct leaf_segment segment;
    struct gap_code code;
    struct range_decoder decoder;
    size_t next_group, next_segment;
    uint8_t segments_left;
    uint16_t tokens_left;
    uint64_t run_left, value;
    uint8_t digits[MRZ_MAX_DOCUMENT_NUMBER]; /* of `value` */
    uint8_t key[DOCUMENT_KEY_MAX];
    uint8_t key_len;
    struct document_record record;
};

/* DR_ERR_CORRUPT when the head breaks the format. */
enum dr_status leaf_begin(struct leaf_cursor *cursor, const uint8_t block[BLOCK_TREE_BLOCK]);
/* Next entry into cursor->key and ->record. DR_ERR_NOT_FOUND at a proper end; DR_ERR_CORRUPT otherwise (order, bounds,
 * record, non-zero padding). Every entry it gives is a valid document key. */
enum dr_status leaf_next(struct leaf_cursor *cursor);

#endif
