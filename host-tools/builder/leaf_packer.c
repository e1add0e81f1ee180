#include "builder/leaf_packer.h"

#include "builder/gap_level.h"
#include "builder/section_plan.h"
#include "revlist/leaf_writer.h"

#include <stdlib.h>

#define WINDOW_MAX ((size_t)1U << 18) /* entries in a leaf, at most */
#define WINDOW_FIRST 4096U

struct leaf_packer {
    struct tree_builder *tree;
    struct sort_record *window;
    size_t count, target;
    struct sort_record last; /* of the leaf before */
    uint32_t leaf_count;
    uint8_t block[BLOCK_TREE_BLOCK];
    struct leaf_writer writer;
    struct section_plan plan;
    /* Of the group being written, by entry: its integer, the place of its record, how many numbers follow it without a gap
     * and with the same record. */
    uint64_t *values;
    uint8_t *records;
    uint32_t *stretches;
    uint64_t gaps[LEAF_TOKENS_MAX];
};

struct leaf_packer *leaf_packer_new(struct tree_builder *tree)
{
    struct leaf_packer *packer = calloc(1, sizeof *packer);

    if (packer == NULL) {
        return NULL;
    }
    packer->tree = tree;
    packer->target = WINDOW_FIRST;
    packer->window = malloc(WINDOW_MAX * sizeof *packer->window);
    packer->values = malloc(WINDOW_MAX * sizeof *packer->values);
    packer->records = malloc(WINDOW_MAX * sizeof *packer->records);
    packer->stretches = malloc(WINDOW_MAX * sizeof *packer->stretches);
    if (packer->window == NULL || packer->values == NULL || packer->records == NULL || packer->stretches == NULL) {
        leaf_packer_free(packer);
        return NULL;
    }
    return packer;
}

void leaf_packer_free(struct leaf_packer *packer)
{
    if (packer != NULL) {
        free(packer->window);
        free(packer->values);
        free(packer->records);
        free(packer->stretches);
        free(packer);
    }
}

static struct bytes key_of(const struct sort_record *record)
{
    return bytes_of(record->key, record->key[4] == 0 ? 0 : 5U + (size_t)record->key[4]);
}

/* The gaps of the segment that begins at `from`, as far as one segment goes. */
static size_t collect_gaps(struct leaf_packer *packer, size_t from, size_t count)
{
    size_t tokens = 0, gaps = 0, i = from;

    while (i + 1U < count && tokens < LEAF_SEGMENT_TOKENS) {
        tokens++;
        if (packer->stretches[i] >= GAP_RUN_MIN) {
            i += packer->stretches[i];
            continue;
        }
        packer->gaps[gaps++] = packer->values[i + 1U] - packer->values[i] - 1U;
        i++;
    }
    return gaps;
}

/* Writes tokens from entry `from` on, `limit` at most, until the block is full. Gives the entry behind the last written. */
static size_t write_tokens(struct leaf_packer *packer, size_t from, size_t count, uint32_t limit, bool *full)
{
    size_t i = from;

    *full = false;
    while (i + 1U < count && packer->writer.tokens < limit) {
        uint32_t stretch = packer->stretches[i];
        if (gap_run_pays(&packer->writer.code, stretch)) {
            leaf_write_run(&packer->writer, stretch);
            i += stretch;
        } else {
            leaf_write_gap(&packer->writer, packer->values[i + 1U] - packer->values[i] - 1U, packer->records[i + 1U]);
            i++;
        }
        if (!leaf_write_fits(&packer->writer)) {
            *full = true;
            return i;
        }
    }
    return i + 1U;
}

/* Writes one segment from entry `from` on; *next gets the entry behind it. False when no other can follow in the group;
 * then *full says whether that is because the block is. */
static bool write_segment(struct leaf_packer *packer, size_t from, size_t count, size_t *next, bool *full)
{
    struct leaf_writer before = packer->writer;
    uint64_t cost;
    uint8_t level = gap_level_choose(packer->gaps, collect_gaps(packer, from, count), &cost);
    bool goes_on = false;

    *next = from;
    if (leaf_write_segment(&packer->writer, level, packer->values[from], packer->records[from]) != DR_OK) {
        *full = true;
        return false;
    }
    *next = write_tokens(packer, from, count, LEAF_SEGMENT_TOKENS, full);
    if (*full) { /* once more, without the token that did not fit */
        uint32_t limit = packer->writer.tokens - 1U;
        bool again;
        packer->writer = before;
        (void)leaf_write_segment(&packer->writer, level, packer->values[from], packer->records[from]);
        *next = write_tokens(packer, from, count, limit, &again);
    }
    if (leaf_write_close(&packer->writer, !*full && *next < count, &goes_on) != DR_OK) {
        packer->writer = before;
        *next = from;
        *full = true;
        return false;
    }
    *full = *full || (*next < count && !goes_on && packer->writer.segment_count < LEAF_SEGMENTS_MAX);
    return goes_on;
}

/* Integers, records and stretches of the entries under the plan. */
static void map_entries(struct leaf_packer *packer, const struct sort_record *entries, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        packer->values[i] = section_plan_value(&packer->plan, &entries[i]);
        packer->records[i] = packer->plan.record_of_rank[entries[i].rank];
        packer->stretches[i] = 0;
        if (i + 1U < count && packer->values[i + 1U] == packer->values[i] + 1U &&
            entries[i + 1U].rank == entries[i].rank) {
            packer->stretches[i] = packer->stretches[i + 1U] + 1U;
        }
    }
}

/* Writes entries of one section as a group, as many as fit. *full: no more fits. */
static size_t write_group(struct leaf_packer *packer, const struct sort_record *entries, size_t count, bool *full)
{
    struct leaf_writer before = packer->writer;
    size_t done = 0;

    count = section_plan_make(&packer->plan, entries, count);
    if (leaf_write_group(&packer->writer, &packer->plan.leaf) != DR_OK) {
        *full = true;
        return 0;
    }
    map_entries(packer, entries, count);
    while (write_segment(packer, done, count, &done, full)) {
    }
    if (done == 0) { /* a group of no segment is none */
        packer->writer = before;
    }
    return done;
}

/* Fills a leaf from the window and gives how many entries it took. */
static size_t fill_leaf(struct leaf_packer *packer)
{
    size_t done = 0;
    bool full = false;

    leaf_write_begin(&packer->writer, packer->block);
    while (done < packer->count && !full) {
        const struct sort_record *entries = packer->window + done;
        struct leaf_writer before = packer->writer;
        size_t count = 1, taken;
        while (done + count < packer->count && memcmp(entries[count].key, entries->key, 5) == 0) {
            count++;
        }
        taken = write_group(packer, entries, count, &full);
        if (full && taken > 0 && taken < count - count / 16U) {
            /* The plan was made for many more than fitted: once more, for as many as there is room for. */
            size_t again = taken + taken / 32U + 1U;
            packer->writer = before;
            full = false;
            taken = write_group(packer, entries, again < count ? again : count, &full);
            full = true;
        }
        done += taken;
    }
    leaf_write_end(&packer->writer);
    return done;
}

static enum dr_status emit_leaf(struct leaf_packer *packer, size_t taken)
{
    struct bytes separator = tree_builder_separator(key_of(&packer->last), key_of(&packer->window[0]));
    enum dr_status status = tree_builder_leaf(packer->tree, separator, packer->block);

    packer->last = packer->window[taken - 1U];
    packer->count -= taken;
    memmove(packer->window, packer->window + taken, packer->count * sizeof *packer->window);
    packer->leaf_count++;
    return status;
}

enum dr_status leaf_packer_add(struct leaf_packer *packer, const struct sort_record *record)
{
    enum dr_status status = DR_OK;

    packer->window[packer->count++] = *record;
    while (status == DR_OK && packer->count >= packer->target) {
        size_t taken = fill_leaf(packer);
        if (taken == packer->count && packer->count < WINDOW_MAX) { /* there is room for more */
            packer->target = packer->count * 2U < WINDOW_MAX ? packer->count * 2U : WINDOW_MAX;
            break;
        }
        status = emit_leaf(packer, taken);
        packer->target = taken + taken / 16U + 64U < WINDOW_MAX ? taken + taken / 16U + 64U : WINDOW_MAX;
    }
    return status;
}

enum dr_status leaf_packer_finish(struct leaf_packer *packer, uint32_t *leaf_count)
{
    enum dr_status status = DR_OK;

    while (status == DR_OK && packer->count > 0) {
        status = emit_leaf(packer, fill_leaf(packer));
    }
    *leaf_count = packer->leaf_count;
    return status;
}
