/* Writes leaves. What to put into a group or a segment is the caller's choice: the builder searches, a delta is told. */
#ifndef DOCREV_REVLIST_LEAF_WRITER_H
#define DOCREV_REVLIST_LEAF_WRITER_H

#include "revlist/leaf.h"

#define LEAF_SEGMENT_TOKENS 2048U /* what docrev writes, and so what a look-up decodes at most */

/* A group's head, to be written. */
struct leaf_plan {
    uint8_t section[5];
    uint64_t sets[MRZ_MAX_DOCUMENT_NUMBER];
    uint8_t record_count; /* 1..LEAF_RECORDS_MAX, valid records */
    uint8_t records[LEAF_RECORDS_MAX];
    uint8_t shares[LEAF_RECORDS_MAX]; /* all but the last count: 1.., below 256 in all */
};

/* Octets the head takes. */
size_t leaf_plan_size(const struct leaf_plan *plan);

struct leaf_writer {
    uint8_t *block;
    size_t used;
    const struct leaf_plan *plan; /* of the open group; outlives it */
    size_t group_head;            /* where it begins */
    struct gap_code code;
    struct range_encoder encoder;
    size_t segment_head;
    uint64_t first; /* of the last segment in the group */
    uint32_t segment_count, tokens;
};

void leaf_write_begin(struct leaf_writer *writer, uint8_t block[BLOCK_TREE_BLOCK]);
/* DR_ERR_NO_SPACE: no room for the head and one entry; nothing was written. */
enum dr_status leaf_write_group(struct leaf_writer *writer, const struct leaf_plan *plan);
/* Opens a segment with its first number and the place of its record in the plan. DR_ERR_NO_SPACE: nothing was written. */
enum dr_status leaf_write_segment(struct leaf_writer *writer, uint8_t level, uint64_t first, uint8_t record);
void leaf_write_gap(struct leaf_writer *writer, uint64_t gap, uint8_t record);
void leaf_write_run(struct leaf_writer *writer, uint32_t length);
/* Takes the last token back: `mark` of the encoder as it was before. */
void leaf_write_undo(struct leaf_writer *writer, const struct range_mark *mark);
/* Would the segment fit if it were closed now? */
bool leaf_write_fits(const struct leaf_writer *writer);
/*
 * Closes the segment. With `more` entries to come, *goes_on says whether the next segment may be opened; it may not when the
 * tokens are no multiple of LEAF_TOKENS_UNIT, or the block or the group is full, and then this one ended the group.
 * DR_ERR_NO_SPACE: it did not fit; the block is to be thrown away, or taken back to a copy of the writer made before the
 * segment and written again with less.
 */
enum dr_status leaf_write_close(struct leaf_writer *writer, bool more, bool *goes_on);
/* Zeros behind the last group. */
void leaf_write_end(struct leaf_writer *writer);

#endif
