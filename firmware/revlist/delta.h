/* Makes an edition from the one before it and a delta, as a stream (docs/list-format.md, "Delta"). */
#ifndef DOCREV_REVLIST_DELTA_H
#define DOCREV_REVLIST_DELTA_H

#include "revlist/edition_writer.h"
#include "revlist/lookup.h"

/*
 * Body of a delta: a head, then one code of the range coder to its end.
 *   u8 version (1)   u8 level of the distances between changes   u8[6] shares of 256 of all kinds of change but the last
 *   u32 data blocks   u32 index blocks   of the edition that results
 */
#define DELTA_VERSION 1U
#define DELTA_HEAD 16U
#define DELTA_PIECE 512U /* octets that one step reads at the most */

enum delta_kind {
    DELTA_REMOVE = 0, /* the next old entry is gone */
    DELTA_ADD,        /* an entry between the one before and the next old one, in the old group's sets */
    DELTA_ADD_KEY,    /* an entry by its key */
    DELTA_ADD_RUN,    /* as DELTA_ADD, with consecutive ones after it */
    DELTA_REMOVE_RUN, /* several old entries */
    DELTA_RECORD,     /* the next old entry has another record */
    DELTA_END         /* all that is left stays */
};
#define DELTA_KINDS 7U

struct delta_head {
    uint8_t level;
    uint8_t shares[DELTA_KINDS - 1U];
    uint32_t data_blocks, index_blocks;
};
enum dr_status delta_head_read(const uint8_t in[DELTA_HEAD], struct delta_head *head);
void delta_head_write(const struct delta_head *head, uint8_t out[DELTA_HEAD]);

/* A change, `kept` old entries after the last one. */
struct delta_change {
    uint64_t kept;
    enum delta_kind kind;
    struct edition_entry entry; /* of additions; its record of DELTA_RECORD */
    uint64_t run;               /* entries beyond the first, of the two runs */
};

/* Which plan the plan of a group is told by. */
enum delta_base { DELTA_BASE_GROUP = 0, DELTA_BASE_NEXT_LEAF, DELTA_BASE_LAST };
#define DELTA_BASES 3U
/* How the set of one position differs from the base's. */
enum delta_edit {
    DELTA_EDIT_FIRST = 0, /* the character of the group's first entry alone */
    DELTA_EDIT_LOW_UP,    /* without its lowest character */
    DELTA_EDIT_LOW_DOWN,  /* with the character below its lowest one */
    DELTA_EDIT_HIGH_UP,
    DELTA_EDIT_HIGH_DOWN,
    DELTA_EDIT_RANGE,  /* from one character to another */
    DELTA_EDIT_CLASS,  /* 0-9, A-Z or both */
    DELTA_EDIT_TOGGLE, /* with or without one character */
    DELTA_EDIT_SET
};
#define DELTA_EDITS 9U

struct delta_apply {
    struct edition_writer out;
    const struct edition *old;
    uint64_t entry_count; /* of the edition that results */
    enum dr_status (*change)(void *ctx, struct delta_change *change);
    void *change_ctx;

    struct delta_head head;
    bool begun, old_ended, kept_all;
    struct gap_code gaps;
    struct range_decoder decoder;
    struct leaf_cursor cursor; /* the next old entry */
    uint32_t old_leaf;         /* block number of the cursor's leaf */
    struct edition_entry last; /* put last; key_len 0 before the first */
    struct leaf_plan last_plan;
    uint64_t put;
    uint64_t kept;            /* old entries to keep before `next` */
    struct delta_change next; /* its run counts down */
    bool has_next;

    uint32_t in_used; /* octets in `in` not yet read */
    uint8_t in[1024];
    uint8_t old_block[BLOCK_TREE_BLOCK];
};
_Static_assert(sizeof(struct delta_apply) <= 16384, "a delta is applied in 16 KB");

/* `old` outlives it; sink as in edition_writer.h, `edition` what the signed delta says must result. */
void delta_apply_begin(struct delta_apply *apply, const struct edition *old, const struct edition_sink *sink,
                       const struct manifest *edition);
/*
 * Takes octets of the delta's body; `last` with the last ones. DR_OK: all of them are taken, and with `last` the edition is
 * written and has its root. DR_ERR_CORRUPT: the delta is not one from `old` to that edition.
 */
enum dr_status delta_apply_take(struct delta_apply *apply, struct bytes octets, bool last);

/* For the builder of deltas, which runs the same steps with choices of its own (builder/delta_builder.c). */
enum dr_status delta_apply_start(struct delta_apply *apply, const struct delta_head *head);
enum dr_status delta_apply_step(struct delta_apply *apply);
/* Values that an addition may have in the old group: from *low on, *count of them (0: none, DELTA_ADD_KEY it must be). */
void delta_apply_bounds(const struct delta_apply *apply, uint64_t *low, uint64_t *count);
/* What is likely of the next group or segment: the base whose leaf will overlap most, and the old segment's level. */
enum delta_base delta_apply_likely_base(const struct delta_apply *apply);
enum dr_status delta_apply_likely_level(struct delta_apply *apply, uint8_t *level);
/* The plan a group with this first entry starts from. */
enum dr_status delta_apply_base(struct delta_apply *apply, enum delta_base base, const struct edition_entry *first,
                                struct leaf_plan *plan);
/* The set after an edit, 0 when it makes none. `low` and `high`: of DELTA_EDIT_RANGE, `low` the class of DELTA_EDIT_CLASS,
 * or the character of DELTA_EDIT_TOGGLE. */
uint64_t delta_edit_set(uint64_t set, enum delta_edit edit, uint8_t first, unsigned low, unsigned high);

/* Shares of 256 of the symbols of fixed probability; the last has the rest. */
extern const uint8_t delta_base_shares[2], delta_edit_shares[3], delta_same_share[1], delta_level_shares[3],
    delta_natural_share[1];
#define DELTA_LEAF_GOES_ON 224U

#endif
