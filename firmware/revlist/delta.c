#include "revlist/delta.h"

#define SECTION 5U
#define SYMBOL_BITS 8U
#define SET_DIGITS 0x3FFULL
#define SET_ALL 0xFFFFFFFFFULL

const uint8_t delta_base_shares[2] = {232, 20};     /* the likely one, the other of the first two, or the last plan */
const uint8_t delta_edit_shares[3] = {204, 36, 10}; /* edits: 0, 1, 2, or as many as follow */
const uint8_t delta_same_share[1] = {240};
const uint8_t delta_level_shares[3] = {208, 20, 20}; /* the same, one up, one down, or a whole one */
const uint8_t delta_natural_share[1] = {250};

enum dr_status delta_head_read(const uint8_t in[DELTA_HEAD], struct delta_head *head)
{
    unsigned total = 0;

    if (in[0] != DELTA_VERSION) {
        return DR_ERR_UNSUPPORTED;
    }
    head->level = in[1];
    for (unsigned i = 0; i < DELTA_KINDS - 1U; i++) {
        head->shares[i] = in[2U + i];
        total += head->shares[i];
        if (head->shares[i] == 0 || total > 255U) {
            return DR_ERR_CORRUPT;
        }
    }
    head->data_blocks = get_be32(in + 8);
    head->index_blocks = get_be32(in + 12);
    return DR_OK;
}

void delta_head_write(const struct delta_head *head, uint8_t out[DELTA_HEAD])
{
    out[0] = DELTA_VERSION;
    out[1] = head->level;
    memcpy(out + 2, head->shares, sizeof head->shares);
    put_be32(out + 8, head->data_blocks);
    put_be32(out + 12, head->index_blocks);
}

static unsigned decode_symbol(struct range_decoder *decoder, const uint8_t *shares, unsigned count)
{
    uint32_t share = range_decode_peek(decoder, SYMBOL_BITS), start = 0;
    unsigned symbol = 0;

    while (symbol < count && share >= start + shares[symbol]) {
        start += shares[symbol++];
    }
    range_decode_take(decoder, SYMBOL_BITS, start, symbol < count ? shares[symbol] : (1U << SYMBOL_BITS) - start);
    return symbol;
}

static uint8_t record_octet(const struct document_record *record)
{
    return (uint8_t)((unsigned)record->reason | (unsigned)record->basis << 4);
}

/* Decoding of changes. */

static enum dr_status decode_key(struct delta_apply *apply, struct edition_entry *entry)
{
    struct document_id id;

    entry->key_len = SECTION;
    if (range_decode_piece(&apply->decoder, 1) == 0) { /* of the section of the entry before */
        memcpy(entry->key, apply->last.key, SECTION);
    } else {
        for (size_t i = 0; i < 4; i++) {
            uint32_t letter = range_decode_piece(&apply->decoder, 5);
            entry->key[i] = (uint8_t)(letter == 0 ? '<' : 'A' + letter - 1U);
        }
        entry->key[4] = (uint8_t)range_decode_piece(&apply->decoder, 5);
    }
    if (entry->key[4] == 0 || entry->key[4] > MRZ_MAX_DOCUMENT_NUMBER) {
        return DR_ERR_CORRUPT;
    }
    for (size_t i = 0; i < entry->key[4]; i++) {
        uint64_t symbol = range_decode_uniform(&apply->decoder, 36);
        entry->key[entry->key_len++] = (uint8_t)(symbol < 10U ? '0' + symbol : 'A' + symbol - 10U);
    }
    return document_from_key(bytes_of(entry->key, entry->key_len), &id) == DR_OK ? DR_OK : DR_ERR_CORRUPT;
}

static enum dr_status decode_addition(struct delta_apply *apply, struct delta_change *change)
{
    struct edition_entry *entry = &change->entry;
    uint64_t low, count, value;

    delta_apply_bounds(apply, &low, &count);
    if (count == 0) {
        return DR_ERR_CORRUPT;
    }
    value = range_decode_uniform(&apply->decoder, count);
    if (value >= count) {
        return DR_ERR_CORRUPT;
    }
    memcpy(entry->key, apply->cursor.group.section, SECTION);
    leaf_value_number(&apply->cursor.group, low + value, entry->key + SECTION);
    entry->key_len = (uint8_t)(SECTION + entry->key[4]);
    if (change->kind == DELTA_ADD_RUN) {
        change->run = range_decode_bits(&apply->decoder, range_decode_piece(&apply->decoder, 5));
    }
    return change->run < count - value ? DR_OK : DR_ERR_CORRUPT;
}

/* The record of an addition: one of the old group's, or any. */
static void decode_record(struct delta_apply *apply, struct edition_entry *entry, bool in_group)
{
    if (in_group && decode_symbol(&apply->decoder, delta_same_share, 1) == 0) {
        struct document_record record = leaf_decode_record(&apply->decoder, &apply->cursor.group);
        entry->record = record_octet(&record);
    } else {
        entry->record = (uint8_t)range_decode_piece(&apply->decoder, 8);
    }
}

/* What the kind of a change brings with it, once the cursor stands where it happens. */
static enum dr_status decode_detail(struct delta_apply *apply, struct delta_change *change)
{
    enum dr_status status = DR_OK;

    switch (change->kind) {
    case DELTA_ADD:
    case DELTA_ADD_RUN:
        status = decode_addition(apply, change);
        if (status == DR_OK) {
            decode_record(apply, &change->entry, true);
        }
        return status;
    case DELTA_ADD_KEY:
        status = decode_key(apply, &change->entry);
        decode_record(apply, &change->entry, false);
        return status;
    case DELTA_REMOVE_RUN:
        change->run = range_decode_bits(&apply->decoder, range_decode_piece(&apply->decoder, 5));
        return DR_OK;
    case DELTA_RECORD:
        decode_record(apply, &change->entry, false);
        return DR_OK;
    default:
        return DR_OK;
    }
}

/* Asked twice for each change: for its distance and kind, then, at its place, for the rest. */
static enum dr_status decode_change(void *ctx, struct delta_change *change)
{
    struct delta_apply *apply = ctx;
    struct gap_token token;

    if (apply->has_next) {
        return decode_detail(apply, change);
    }
    token = gap_decode(&apply->decoder, &apply->gaps);
    change->kept = token.value;
    change->kind = (enum delta_kind)decode_symbol(&apply->decoder, apply->head.shares, DELTA_KINDS - 1U);
    return token.is_run ? DR_ERR_CORRUPT : DR_OK;
}

/* Decoding of choices. */

static unsigned symbol_of(uint8_t c)
{
    return c <= '9' ? c - (unsigned)'0' : c - (unsigned)'A' + 10U;
}

uint64_t delta_edit_set(uint64_t set, enum delta_edit edit, uint8_t first, unsigned low, unsigned high)
{
    uint64_t lowest = set & (~set + 1U), highest = 1;

    while (set >> 1 >= highest) {
        highest <<= 1;
    }
    switch (edit) {
    case DELTA_EDIT_FIRST:
        return (uint64_t)1 << symbol_of(first);
    case DELTA_EDIT_LOW_UP:
        return set & ~lowest;
    case DELTA_EDIT_LOW_DOWN:
        return set | lowest >> 1;
    case DELTA_EDIT_HIGH_UP:
        return (set | highest << 1) & SET_ALL;
    case DELTA_EDIT_HIGH_DOWN:
        return set & ~highest;
    case DELTA_EDIT_RANGE:
        return low <= high && high < 36U ? (((uint64_t)2 << high) - 1U) & ~(((uint64_t)1 << low) - 1U) : 0;
    case DELTA_EDIT_CLASS:
        return low == 0 ? SET_DIGITS : low == 1 ? SET_ALL & ~SET_DIGITS : SET_ALL;
    case DELTA_EDIT_TOGGLE:
        return (set ^ (uint64_t)1 << low) & SET_ALL;
    default:
        return 0;
    }
}

static void decode_edit(struct delta_apply *apply, const struct edition_entry *first, struct leaf_plan *plan)
{
    struct range_decoder *decoder = &apply->decoder;
    size_t at = (size_t)range_decode_uniform(decoder, plan->section[4]) % plan->section[4];
    enum delta_edit edit = (enum delta_edit)range_decode_uniform(decoder, DELTA_EDITS);
    unsigned low = 0, high = 0;

    if (edit == DELTA_EDIT_RANGE) {
        low = (unsigned)range_decode_uniform(decoder, 36);
        high = (unsigned)range_decode_uniform(decoder, 36);
    } else if (edit == DELTA_EDIT_CLASS) {
        low = (unsigned)range_decode_uniform(decoder, 3);
    } else if (edit == DELTA_EDIT_TOGGLE) {
        low = (unsigned)range_decode_uniform(decoder, 36);
    } else if (edit == DELTA_EDIT_SET) {
        plan->sets[at] = range_decode_bits(decoder, 36);
        return;
    }
    plan->sets[at] = delta_edit_set(plan->sets[at], edit, first->key[SECTION + at], low, high);
}

static void decode_records(struct delta_apply *apply, struct leaf_plan *plan)
{
    plan->record_count = (uint8_t)(range_decode_piece(&apply->decoder, 5) + 1U);
    for (unsigned i = 0; i < plan->record_count; i++) {
        plan->records[i] = (uint8_t)range_decode_piece(&apply->decoder, 8);
        plan->shares[i] = i + 1U < plan->record_count ? (uint8_t)range_decode_piece(&apply->decoder, 8) : 0;
    }
}

static enum dr_status decode_group(void *ctx, const struct edition_entry *first, bool leaf_begun, bool *new_leaf,
                                   struct leaf_plan *plan)
{
    static const uint8_t goes_on[1] = {DELTA_LEAF_GOES_ON};
    struct delta_apply *apply = ctx;
    unsigned base, edits;
    enum dr_status status;

    *new_leaf = leaf_begun && decode_symbol(&apply->decoder, goes_on, 1) != 0;
    if (*new_leaf) {
        return DR_OK;
    }
    base = decode_symbol(&apply->decoder, delta_base_shares, 2);
    base = base == 2 ? DELTA_BASE_LAST : base ^ delta_apply_likely_base(apply);
    status = delta_apply_base(apply, (enum delta_base)base, first, plan);
    if (status != DR_OK) {
        return status;
    }
    edits = decode_symbol(&apply->decoder, delta_edit_shares, 3);
    if (edits == 3) {
        edits += range_decode_piece(&apply->decoder, 5);
    }
    for (; edits > 0; edits--) {
        decode_edit(apply, first, plan);
    }
    if (decode_symbol(&apply->decoder, delta_same_share, 1) != 0) {
        decode_records(apply, plan);
    }
    apply->last_plan = *plan;
    return DR_OK;
}

static enum dr_status decode_segment(void *ctx, uint8_t *level, uint64_t *entries)
{
    struct delta_apply *apply = ctx;
    enum dr_status status = delta_apply_likely_level(apply, level);

    switch (decode_symbol(&apply->decoder, delta_level_shares, 3)) {
    case 0:
        break;
    case 1:
        (*level)++;
        break;
    case 2:
        (*level)--;
        break;
    default:
        *level = (uint8_t)range_decode_piece(&apply->decoder, 8);
    }
    *entries = EDITION_NATURAL;
    if (decode_symbol(&apply->decoder, delta_natural_share, 1) != 0) {
        *entries = range_decode_bits(&apply->decoder, 32);
    }
    return status;
}

static void plan_of_group(const struct leaf_group *group, struct leaf_plan *plan)
{
    memcpy(plan->sets, group->sets, sizeof plan->sets);
    plan->record_count = group->record_count;
    memcpy(plan->records, group->records, group->record_count);
    memcpy(plan->shares, group->shares, group->record_count - 1U);
}

static enum dr_status read_level(const uint8_t *block, const struct leaf_group *group, uint8_t *level)
{
    struct leaf_segment segment;
    size_t offset = group->segments;
    enum dr_status status = leaf_read_segment(block, &offset, group->segment_count == 1, 0, &segment);

    *level = segment.level;
    return status;
}

/* The first group of the leaf after the cursor's. The cursor's own leaf is read again: it stands where it stood. */
static enum dr_status peek_next_leaf(struct delta_apply *apply, struct leaf_plan *plan, uint8_t section[SECTION],
                                     uint8_t *level)
{
    const struct block_source *source = &apply->old->source;
    const uint8_t *root = apply->old->manifest.root;
    struct leaf_group group;
    enum dr_status status = DR_OK;

    if (apply->old_ended || apply->old_leaf + 1U >= source->block_count) {
        return DR_OK;
    }
    status = block_tree_leaf(source, root, apply->old_leaf + 1U, apply->old_block);
    if (status == DR_OK) {
        status = leaf_read_group(apply->old_block, 0, &group);
    }
    if (status == DR_OK) {
        plan_of_group(&group, plan);
        memcpy(section, group.section, SECTION);
        status = read_level(apply->old_block, &group, level);
    }
    if (status == DR_OK) {
        status = block_tree_leaf(source, root, apply->old_leaf, apply->old_block);
    }
    return status == DR_ERR_NOT_FOUND ? DR_ERR_CORRUPT : status;
}

enum dr_status delta_apply_base(struct delta_apply *apply, enum delta_base base, const struct edition_entry *first,
                                struct leaf_plan *plan)
{
    uint8_t section[SECTION] = {0}, level;
    enum dr_status status = DR_OK;

    memset(plan, 0, sizeof *plan);
    if (base == DELTA_BASE_LAST) {
        *plan = apply->last_plan;
        memcpy(section, plan->section, SECTION);
    } else if (base == DELTA_BASE_NEXT_LEAF) {
        status = peek_next_leaf(apply, plan, section, &level);
    } else if (!apply->old_ended) {
        plan_of_group(&apply->cursor.group, plan);
        memcpy(section, apply->cursor.group.section, SECTION);
    }
    if (section[4] != first->key[4]) { /* nothing to start from */
        for (size_t i = 0; i < first->key[4]; i++) {
            plan->sets[i] = SET_DIGITS;
        }
    }
    if (plan->record_count == 0) {
        plan->record_count = 1;
        plan->records[0] = REASON_LOST;
    }
    memcpy(plan->section, first->key, SECTION);
    return status;
}

/* Most of the segment at the cursor is behind it. */
static bool segment_nearly_over(const struct leaf_cursor *cursor)
{
    return cursor->tokens_left < cursor->segment.tokens / 2U;
}

static bool leaf_nearly_over(const struct leaf_cursor *cursor)
{
    return segment_nearly_over(cursor) && cursor->segments_left == 0 &&
           (cursor->next_group + 4U > BLOCK_TREE_BLOCK || get_be32(cursor->block + cursor->next_group) == 0);
}

enum delta_base delta_apply_likely_base(const struct delta_apply *apply)
{
    return !apply->old_ended && leaf_nearly_over(&apply->cursor) ? DELTA_BASE_NEXT_LEAF : DELTA_BASE_GROUP;
}

enum dr_status delta_apply_likely_level(struct delta_apply *apply, uint8_t *level)
{
    const struct leaf_cursor *cursor = &apply->cursor;
    struct leaf_segment segment;
    struct leaf_group group;
    struct leaf_plan plan;
    uint8_t section[SECTION];
    size_t offset = cursor->next_segment;
    enum dr_status status;

    *level = cursor->segment.level;
    if (apply->old_ended || !segment_nearly_over(cursor)) {
        return DR_OK;
    }
    if (cursor->segments_left > 0) {
        status = leaf_read_segment(cursor->block, &offset, cursor->segments_left == 1, cursor->segment.first, &segment);
        *level = segment.level;
        return status;
    }
    if (leaf_nearly_over(cursor)) {
        return peek_next_leaf(apply, &plan, section, level);
    }
    status = leaf_read_group(cursor->block, cursor->next_group, &group);
    return status == DR_OK ? read_level(cursor->block, &group, level) : status;
}

/* The old edition. */

static enum dr_status next_old(struct delta_apply *apply)
{
    const struct block_source *source = &apply->old->source;
    enum dr_status status = leaf_next(&apply->cursor);

    while (status == DR_ERR_NOT_FOUND) {
        apply->old_leaf++;
        if (apply->old_leaf >= source->block_count) {
            apply->old_ended = true;
            return DR_OK;
        }
        status = block_tree_leaf(source, apply->old->manifest.root, apply->old_leaf, apply->old_block);
        if (status == DR_OK) {
            status = leaf_begin(&apply->cursor, apply->old_block);
        }
        if (status == DR_OK) {
            status = leaf_next(&apply->cursor);
        }
    }
    return status;
}

static enum dr_status first_old(struct delta_apply *apply)
{
    const struct block_source *source = &apply->old->source;
    const uint8_t *root = apply->old->manifest.root;
    enum dr_status status = block_tree_first_leaf(source, root, apply->old_block, &apply->old_leaf);

    apply->cursor.block = apply->old_block;
    if (status != DR_OK) {
        return status;
    }
    if (apply->old_leaf >= source->block_count) {
        apply->old_ended = true;
        return DR_OK;
    }
    status = block_tree_leaf(source, root, apply->old_leaf, apply->old_block);
    if (status == DR_OK) {
        status = leaf_begin(&apply->cursor, apply->old_block);
    }
    return status == DR_OK ? next_old(apply) : status;
}

void delta_apply_bounds(const struct delta_apply *apply, uint64_t *low, uint64_t *count)
{
    const struct leaf_group *group = &apply->cursor.group;
    uint64_t value;

    *low = 0;
    *count = 0;
    if (apply->old_ended) {
        return;
    }
    if (apply->last.key_len > 0 && memcmp(apply->last.key, group->section, SECTION) == 0 &&
        leaf_number_value(group, apply->last.key + SECTION, &value) == DR_OK) {
        *low = value + 1U;
    }
    *count = apply->cursor.value > *low ? apply->cursor.value - *low : 0;
}

/* An entry of the edition that results. */
static enum dr_status put(struct delta_apply *apply, const struct edition_entry *entry)
{
    if (block_tree_compare(bytes_of(apply->last.key, apply->last.key_len), bytes_of(entry->key, entry->key_len)) >= 0 ||
        apply->put == apply->entry_count) {
        return DR_ERR_CORRUPT;
    }
    apply->put++;
    apply->last = *entry;
    edition_writer_put(&apply->out, entry);
    return DR_OK;
}

static enum dr_status put_old(struct delta_apply *apply, const uint8_t *record)
{
    struct edition_entry entry;
    enum dr_status status;

    memcpy(entry.key, apply->cursor.key, sizeof entry.key);
    entry.key_len = apply->cursor.key_len;
    entry.record = record != NULL ? *record : record_octet(&apply->cursor.record);
    status = put(apply, &entry);
    return status == DR_OK ? next_old(apply) : status;
}

/* One more entry of the change at hand, or without one. */
static enum dr_status make_change(struct delta_apply *apply)
{
    struct delta_change *next = &apply->next;
    bool is_last = next->run == 0;
    struct edition_entry entry = next->entry;
    enum dr_status status = DR_OK;

    if (next->kind != DELTA_ADD && next->kind != DELTA_ADD_KEY && next->kind != DELTA_ADD_RUN && apply->old_ended) {
        return DR_ERR_CORRUPT;
    }
    switch (next->kind) {
    case DELTA_REMOVE:
    case DELTA_REMOVE_RUN:
        status = next_old(apply);
        break;
    case DELTA_RECORD:
        status = put_old(apply, &entry.record);
        break;
    default:
        status = put(apply, &entry);
        if (status == DR_OK && !is_last) { /* the cursor has not moved: its group still has the values */
            uint64_t value = 0;
            status = leaf_number_value(&apply->cursor.group, entry.key + SECTION, &value);
            leaf_value_number(&apply->cursor.group, value + 1U, next->entry.key + SECTION);
        }
    }
    if (is_last) {
        apply->has_next = false;
    } else {
        next->run--;
    }
    return status;
}

/* The writer wants an entry: one step towards it. */
static enum dr_status merge(struct delta_apply *apply)
{
    enum dr_status status;

    if (apply->kept_all) {
        if (apply->old_ended) {
            edition_writer_end(&apply->out);
            return apply->put == apply->entry_count ? DR_OK : DR_ERR_CORRUPT;
        }
        return put_old(apply, NULL);
    }
    if (apply->kept > 0) {
        apply->kept--;
        return apply->old_ended ? DR_ERR_CORRUPT : put_old(apply, NULL);
    }
    if (apply->has_next) {
        if (apply->next.kept > 0) { /* its place is reached: 0 tells that the rest is known */
            apply->next.kept = 0;
            status = apply->change(apply->change_ctx, &apply->next);
            if (status != DR_OK) {
                return status;
            }
        }
        return make_change(apply);
    }
    memset(&apply->next, 0, sizeof apply->next);
    status = apply->change(apply->change_ctx, &apply->next);
    apply->kept = apply->next.kept;
    apply->next.kept = 1;
    apply->has_next = apply->next.kind != DELTA_END;
    apply->kept_all = apply->next.kind == DELTA_END;
    return status;
}

void delta_apply_begin(struct delta_apply *apply, const struct edition *old, const struct edition_sink *sink,
                       const struct manifest *edition)
{
    memset(apply, 0, sizeof *apply);
    apply->old = old;
    apply->entry_count = edition->entry_count;
    apply->change = decode_change;
    apply->change_ctx = apply;
    apply->out.guide = (struct edition_guide){apply, decode_group, decode_segment};
    apply->out.sink = *sink;
    apply->out.block_count = (uint32_t)(edition->body_length / BLOCK_TREE_BLOCK);
    memcpy(apply->out.root, edition->root, HASH_SHA256_SIZE);
}

enum dr_status delta_apply_start(struct delta_apply *apply, const struct delta_head *head)
{
    uint8_t root[HASH_SHA256_SIZE];
    enum dr_status status;

    memcpy(root, apply->out.root, sizeof root);
    apply->head = *head;
    gap_code_begin(&apply->gaps, head->level);
    status = edition_writer_begin(&apply->out, apply->out.block_count, head->data_blocks, head->index_blocks, root);
    if (status == DR_OK) {
        status = first_old(apply);
    }
    apply->begun = status == DR_OK;
    return status;
}

enum dr_status delta_apply_step(struct delta_apply *apply)
{
    if (apply->out.wants) {
        return merge(apply);
    }
    /* Once entries have ended, the old edition's block is free. */
    return edition_writer_step(&apply->out, apply->old_block);
}

/* Moves what is unread to the front and adds of `octets` what there is room for. */
static void refill(struct delta_apply *apply, struct bytes *octets)
{
    size_t room = sizeof apply->in - apply->in_used;
    size_t part = octets->len < room ? octets->len : room;

    if (part > 0) {
        memcpy(apply->in + apply->in_used, octets->data, part);
    }
    *octets = bytes_of(octets->data + part, octets->len - part);
    apply->in_used += (uint32_t)part;
}

static void discard_read(struct delta_apply *apply, const uint8_t *upto)
{
    size_t read = (size_t)(upto - apply->in);

    memmove(apply->in, upto, apply->in_used - read);
    apply->in_used -= (uint32_t)read;
}

static enum dr_status start_from_head(struct delta_apply *apply)
{
    struct delta_head head;
    enum dr_status status = apply->in_used < DELTA_HEAD ? DR_ERR_TRUNCATED : delta_head_read(apply->in, &head);

    if (status != DR_OK) {
        return status;
    }
    range_decode_begin(&apply->decoder, bytes_of(apply->in + DELTA_HEAD, apply->in_used - DELTA_HEAD));
    discard_read(apply, apply->decoder.next);
    return delta_apply_start(apply, &head);
}

enum dr_status delta_apply_take(struct delta_apply *apply, struct bytes octets, bool last)
{
    enum dr_status status = DR_OK;

    do {
        bool all;
        refill(apply, &octets);
        all = last && octets.len == 0;
        if (!all && apply->in_used < DELTA_PIECE + DELTA_HEAD) {
            continue;
        }
        if (!apply->begun && (status = start_from_head(apply)) != DR_OK) {
            return status;
        }
        apply->decoder.next = apply->in;
        apply->decoder.end = apply->in + apply->in_used;
        while (status == DR_OK && !apply->out.done &&
               (all || (size_t)(apply->decoder.end - apply->decoder.next) >= DELTA_PIECE)) {
            status = delta_apply_step(apply);
        }
        discard_read(apply, apply->decoder.next);
        if (status == DR_OK && apply->out.done && (apply->in_used > 0 || octets.len > 0)) {
            status = DR_ERR_CORRUPT; /* octets that nothing reads */
        }
    } while (status == DR_OK && octets.len > 0);
    return status == DR_OK && last && !apply->out.done ? DR_ERR_CORRUPT : status;
}
