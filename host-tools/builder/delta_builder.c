#include "builder/delta_builder.h"

#include "builder/gap_level.h"

#include <stdlib.h>

#define SECTION 5U
#define TRIES_MAX 64U

/* An edition's entries, one by one. */
struct walker {
    const struct edition *edition;
    uint32_t leaf;
    bool ended;
    struct leaf_cursor cursor;
    uint8_t block[BLOCK_TREE_BLOCK];
};

struct builder {
    struct delta_apply apply;
    const struct edition *old, *new;
    struct range_encoder encoder;
    struct walker from, to;
    struct edition_entry before; /* the new entry before to's */
    bool at_place;               /* the change's kind is told, its detail is not */
    uint64_t value, count;       /* of an addition */
    /* The layout of the new edition: the leaf, group and segment written next. */
    uint32_t first_leaf;
    uint8_t leaf[BLOCK_TREE_BLOCK];
    struct leaf_group group;
    size_t next_group, next_segment;
    uint64_t segment_first;
    unsigned segments_left;
    uint8_t other[BLOCK_TREE_BLOCK], trial[BLOCK_TREE_BLOCK];
    uint8_t *forced; /* by leaf: its last group does not end by itself */
    uint32_t wrong_leaf;
    /* Counted for the head. */
    uint64_t kinds[DELTA_KINDS];
    uint64_t *kept;
    size_t kept_count, kept_capacity;
    struct delta_build_result result;
};

/* Entries of an edition. */

static enum dr_status walk_on(struct walker *walker)
{
    const struct edition *edition = walker->edition;
    enum dr_status status = leaf_next(&walker->cursor);

    while (status == DR_ERR_NOT_FOUND) {
        if (++walker->leaf >= edition->source.block_count) {
            walker->ended = true;
            return DR_OK;
        }
        status = block_tree_leaf(&edition->source, edition->manifest.root, walker->leaf, walker->block);
        if (status == DR_OK) {
            status = leaf_begin(&walker->cursor, walker->block);
        }
        if (status == DR_OK) {
            status = leaf_next(&walker->cursor);
        }
    }
    return status;
}

static enum dr_status walk_begin(struct walker *walker, const struct edition *edition)
{
    enum dr_status status;

    memset(walker, 0, sizeof *walker);
    walker->edition = edition;
    status = block_tree_first_leaf(&edition->source, edition->manifest.root, walker->block, &walker->leaf);
    if (status != DR_OK) {
        return status;
    }
    if (walker->leaf >= edition->source.block_count) {
        walker->ended = true;
        return DR_OK;
    }
    status = block_tree_leaf(&edition->source, edition->manifest.root, walker->leaf, walker->block);
    if (status == DR_OK) {
        status = leaf_begin(&walker->cursor, walker->block);
    }
    return status == DR_OK ? walk_on(walker) : status;
}

static struct bytes key_of(const struct walker *walker)
{
    return bytes_of(walker->cursor.key, walker->cursor.key_len);
}

static uint8_t record_of(const struct walker *walker)
{
    return (uint8_t)((unsigned)walker->cursor.record.reason | (unsigned)walker->cursor.record.basis << 4);
}

/* Below 0: the old entry comes first (it is removed); above: the new one (it is added). */
static int compare(const struct builder *builder)
{
    if (builder->from.ended || builder->to.ended) {
        return (int)builder->from.ended - (int)builder->to.ended;
    }
    return block_tree_compare(key_of(&builder->from), key_of(&builder->to));
}

static enum dr_status take_new(struct builder *builder)
{
    memcpy(builder->before.key, builder->to.cursor.key, sizeof builder->before.key);
    builder->before.key_len = builder->to.cursor.key_len;
    return walk_on(&builder->to);
}

/* Changes. */

static void encode_symbol(struct builder *builder, const uint8_t *shares, unsigned count, unsigned symbol)
{
    uint32_t start = 0;

    for (unsigned i = 0; i < symbol; i++) {
        start += shares[i];
    }
    range_encode(&builder->encoder, 8, start, symbol < count ? shares[symbol] : 256U - start);
}

/* The place of the new entry among the values that an addition may have, as delta_apply_bounds will give them. */
static bool find_value(struct builder *builder)
{
    const struct leaf_group *group = &builder->from.cursor.group;
    uint64_t low = 0, value;

    if (builder->from.ended || memcmp(key_of(&builder->to).data, group->section, SECTION) != 0 ||
        leaf_number_value(group, builder->to.cursor.key + SECTION, &builder->value) != DR_OK) {
        return false;
    }
    if (builder->before.key_len > 0 && memcmp(builder->before.key, group->section, SECTION) == 0 &&
        leaf_number_value(group, builder->before.key + SECTION, &value) == DR_OK) {
        low = value + 1U;
    }
    builder->count = builder->from.cursor.value > low ? builder->from.cursor.value - low : 0;
    builder->value -= low;
    return builder->value < builder->count;
}

static enum dr_status find_addition(struct builder *builder, struct delta_change *change)
{
    const struct leaf_group *group = &builder->from.cursor.group;
    uint64_t first, value;
    enum dr_status status;

    memcpy(change->entry.key, builder->to.cursor.key, sizeof change->entry.key);
    change->entry.key_len = builder->to.cursor.key_len;
    change->entry.record = record_of(&builder->to);
    change->kind = find_value(builder) ? DELTA_ADD : DELTA_ADD_KEY;
    builder->result.added++;
    if (change->kind == DELTA_ADD_KEY) {
        return take_new(builder);
    }
    (void)leaf_number_value(group, change->entry.key + SECTION, &first);
    status = take_new(builder);
    while (status == DR_OK && !builder->to.ended && compare(builder) > 0 && change->run < INT32_MAX &&
           record_of(&builder->to) == change->entry.record &&
           memcmp(builder->to.cursor.key, group->section, SECTION) == 0 &&
           leaf_number_value(group, builder->to.cursor.key + SECTION, &value) == DR_OK &&
           value == first + change->run + 1U) {
        change->kind = DELTA_ADD_RUN;
        change->run++;
        builder->result.added++;
        status = take_new(builder);
    }
    return status;
}

static enum dr_status find_removal(struct builder *builder, struct delta_change *change)
{
    enum dr_status status = walk_on(&builder->from);

    change->kind = DELTA_REMOVE;
    builder->result.removed++;
    while (status == DR_OK && !builder->from.ended && compare(builder) < 0 && change->run < INT32_MAX) {
        change->kind = DELTA_REMOVE_RUN;
        change->run++;
        builder->result.removed++;
        status = walk_on(&builder->from);
    }
    return status;
}

/* The next difference between the editions. */
static enum dr_status find_change(struct builder *builder, struct delta_change *change)
{
    enum dr_status status = DR_OK;
    int order;

    while (status == DR_OK && !builder->from.ended && !builder->to.ended && compare(builder) == 0 &&
           record_of(&builder->from) == record_of(&builder->to)) {
        change->kept++;
        status = walk_on(&builder->from);
        if (status == DR_OK) {
            status = take_new(builder);
        }
    }
    if (status != DR_OK) {
        return status;
    }
    if (builder->from.ended && builder->to.ended) {
        change->kind = DELTA_END;
        change->kept = 0;
        return DR_OK;
    }
    order = compare(builder);
    if (order != 0) {
        return order > 0 ? find_addition(builder, change) : find_removal(builder, change);
    }
    change->kind = DELTA_RECORD;
    change->entry.record = record_of(&builder->to);
    builder->result.changed++;
    status = walk_on(&builder->from);
    return status == DR_OK ? take_new(builder) : status;
}

static void encode_key(struct builder *builder, const struct edition_entry *entry)
{
    bool same = memcmp(entry->key, builder->apply.last.key, SECTION) == 0;

    range_encode_bits(&builder->encoder, same ? 0 : 1, 1);
    if (!same) {
        for (size_t i = 0; i < 4; i++) {
            range_encode_bits(&builder->encoder, entry->key[i] == '<' ? 0 : entry->key[i] - (unsigned)'A' + 1U, 5);
        }
        range_encode_bits(&builder->encoder, entry->key[4], 5);
    }
    for (size_t i = SECTION; i < entry->key_len; i++) {
        unsigned c = entry->key[i];
        range_encode_uniform(&builder->encoder, c <= '9' ? c - (unsigned)'0' : c - (unsigned)'A' + 10U, 36);
    }
}

static void encode_record(struct builder *builder, uint8_t record, bool in_group)
{
    const struct leaf_group *group = &builder->apply.cursor.group;
    unsigned place = 0;

    while (in_group && place < group->record_count && group->records[place] != record) {
        place++;
    }
    if (!in_group || place == group->record_count) {
        if (in_group) {
            encode_symbol(builder, delta_same_share, 1, 1);
        }
        range_encode_bits(&builder->encoder, record, 8);
        return;
    }
    encode_symbol(builder, delta_same_share, 1, 0);
    if (group->record_count > 1) {
        encode_symbol(builder, group->shares, group->record_count - 1U, place);
    }
}

static void encode_run(struct builder *builder, uint64_t run)
{
    unsigned width = 0;

    while (run >> width > 0) {
        width++;
    }
    range_encode_bits(&builder->encoder, width, 5);
    range_encode_bits(&builder->encoder, run, width);
}

static void encode_detail(struct builder *builder, const struct delta_change *change)
{
    switch (change->kind) {
    case DELTA_ADD:
    case DELTA_ADD_RUN:
        range_encode_uniform(&builder->encoder, builder->value, builder->count);
        if (change->kind == DELTA_ADD_RUN) {
            encode_run(builder, change->run);
        }
        encode_record(builder, change->entry.record, true);
        break;
    case DELTA_ADD_KEY:
        encode_key(builder, &change->entry);
        encode_record(builder, change->entry.record, false);
        break;
    case DELTA_REMOVE_RUN:
        encode_run(builder, change->run);
        break;
    case DELTA_RECORD:
        encode_record(builder, change->entry.record, false);
        break;
    default:
        break;
    }
}

static bool count_kept(struct builder *builder, uint64_t kept)
{
    if (builder->kept_count == builder->kept_capacity) {
        size_t capacity = builder->kept_capacity * 2U + 4096U;
        uint64_t *grown = realloc(builder->kept, capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        builder->kept = grown;
        builder->kept_capacity = capacity;
    }
    builder->kept[builder->kept_count++] = kept;
    return true;
}

static enum dr_status tell_change(void *ctx, struct delta_change *change)
{
    struct builder *builder = ctx;
    size_t begin = builder->encoder.len;
    enum dr_status status = DR_OK;

    if (!builder->at_place) {
        status = find_change(builder, change);
        if (status != DR_OK || !count_kept(builder, change->kept)) {
            return status != DR_OK ? status : DR_ERR_NO_SPACE;
        }
        builder->kinds[change->kind]++;
        gap_encode(&builder->encoder, &builder->apply.gaps, (struct gap_token){false, change->kept});
        encode_symbol(builder, builder->apply.head.shares, DELTA_KINDS - 1U, change->kind);
        builder->at_place = change->kind != DELTA_END;
    } else {
        encode_detail(builder, change);
        builder->at_place = false;
    }
    builder->result.change_octets += builder->encoder.len - begin;
    return status;
}

/* Layout. */

static enum dr_status load_leaf(struct builder *builder, uint32_t leaf, uint8_t *block)
{
    return block_tree_leaf(&builder->new->source, builder->new->manifest.root, builder->first_leaf + leaf, block);
}

/* The cheapest edit from one set to another, with what it needs. */
static enum delta_edit choose_edit(uint64_t from, uint64_t to, uint8_t first, unsigned *low, unsigned *high)
{
    *low = *high = 0;
    for (unsigned edit = DELTA_EDIT_FIRST; edit <= DELTA_EDIT_HIGH_DOWN; edit++) {
        if (delta_edit_set(from, (enum delta_edit)edit, first, 0, 0) == to) {
            return (enum delta_edit)edit;
        }
    }
    for (*low = 0; *low < 3U; (*low)++) {
        if (delta_edit_set(from, DELTA_EDIT_CLASS, first, *low, 0) == to) {
            return DELTA_EDIT_CLASS;
        }
    }
    *low = (unsigned)__builtin_ctzll(to);
    *high = 63U - (unsigned)__builtin_clzll(to);
    return delta_edit_set(from, DELTA_EDIT_RANGE, first, *low, *high) == to ? DELTA_EDIT_RANGE : DELTA_EDIT_SET;
}

static bool same_records(const struct leaf_plan *a, const struct leaf_plan *b)
{
    return a->record_count == b->record_count && memcmp(a->records, b->records, a->record_count) == 0 &&
           memcmp(a->shares, b->shares, a->record_count - 1U) == 0;
}

/* Characters to put in or take out one by one, where that is cheaper than a whole set; 0: it is not. */
static unsigned toggles_of(enum delta_edit edit, const struct leaf_plan *plan, uint64_t difference)
{
    unsigned count = (unsigned)__builtin_popcountll(difference);

    return edit >= DELTA_EDIT_RANGE && edit != DELTA_EDIT_CLASS && plan->section[4] <= 15 && count <= 2 ? count : 0;
}

/* Bits to get from a base to the plan, about. */
static unsigned edit_cost(const struct leaf_plan *base, const struct leaf_plan *plan, const struct edition_entry *first)
{
    unsigned cost = same_records(base, plan) ? 0 : 10U + 16U * plan->record_count;

    for (size_t i = 0; i < plan->section[4]; i++) {
        if (base->sets[i] != plan->sets[i]) {
            unsigned low, high;
            enum delta_edit edit = choose_edit(base->sets[i], plan->sets[i], first->key[SECTION + i], &low, &high);
            unsigned toggles = toggles_of(edit, plan, base->sets[i] ^ plan->sets[i]);
            cost += toggles > 0 ? 12U * toggles : edit == DELTA_EDIT_SET ? 43U : edit == DELTA_EDIT_RANGE ? 17U : 7U;
        }
    }
    return cost;
}

static unsigned count_edits(const struct leaf_plan *base, const struct leaf_plan *plan,
                            const struct edition_entry *first)
{
    unsigned edits = 0;

    for (size_t i = 0; i < plan->section[4]; i++) {
        if (base->sets[i] != plan->sets[i]) {
            unsigned low, high, toggles;
            enum delta_edit edit = choose_edit(base->sets[i], plan->sets[i], first->key[SECTION + i], &low, &high);
            toggles = toggles_of(edit, plan, base->sets[i] ^ plan->sets[i]);
            edits += toggles > 0 ? toggles : 1U;
        }
    }
    return edits;
}

static void encode_edits(struct builder *builder, const struct leaf_plan *base, const struct leaf_plan *plan,
                         const struct edition_entry *first)
{
    struct range_encoder *encoder = &builder->encoder;
    unsigned edits = count_edits(base, plan, first);

    encode_symbol(builder, delta_edit_shares, 3, edits < 3U ? edits : 3U);
    if (edits >= 3U) {
        range_encode_bits(encoder, edits - 3U, 5);
    }
    for (size_t i = 0; i < plan->section[4]; i++) {
        unsigned low, high;
        enum delta_edit edit;
        if (base->sets[i] == plan->sets[i]) {
            continue;
        }
        edit = choose_edit(base->sets[i], plan->sets[i], first->key[SECTION + i], &low, &high);
        if (toggles_of(edit, plan, base->sets[i] ^ plan->sets[i]) > 0) {
            for (uint64_t rest = base->sets[i] ^ plan->sets[i]; rest != 0; rest &= rest - 1U) {
                range_encode_uniform(encoder, i, plan->section[4]);
                range_encode_uniform(encoder, DELTA_EDIT_TOGGLE, DELTA_EDITS);
                range_encode_uniform(encoder, (unsigned)__builtin_ctzll(rest), 36);
            }
            continue;
        }
        range_encode_uniform(encoder, i, plan->section[4]);
        range_encode_uniform(encoder, edit, DELTA_EDITS);
        if (edit == DELTA_EDIT_RANGE) {
            range_encode_uniform(encoder, low, 36);
            range_encode_uniform(encoder, high, 36);
        } else if (edit == DELTA_EDIT_CLASS) {
            range_encode_uniform(encoder, low, 3);
        } else if (edit == DELTA_EDIT_SET) {
            range_encode_bits(encoder, plan->sets[i], 36);
        }
    }
    encode_symbol(builder, delta_same_share, 1, same_records(base, plan) ? 0 : 1);
    if (!same_records(base, plan)) {
        range_encode_bits(encoder, plan->record_count - 1U, 5);
        for (unsigned i = 0; i < plan->record_count; i++) {
            range_encode_bits(encoder, plan->records[i], 8);
            if (i + 1U < plan->record_count) {
                range_encode_bits(encoder, plan->shares[i], 8);
            }
        }
    }
}

static enum dr_status encode_plan(struct builder *builder, const struct edition_entry *first,
                                  const struct leaf_plan *plan)
{
    struct leaf_plan bases[DELTA_BASES];
    unsigned best = 0, best_cost = 0;

    for (unsigned i = 0; i < DELTA_BASES; i++) {
        unsigned cost;
        enum dr_status status = delta_apply_base(&builder->apply, (enum delta_base)i, first, &bases[i]);
        if (status != DR_OK) {
            return status;
        }
        cost = edit_cost(&bases[i], plan, first);
        if (i == 0 || cost < best_cost) {
            best = i;
            best_cost = cost;
        }
    }
    encode_symbol(builder, delta_base_shares, 2,
                  best == DELTA_BASE_LAST ? 2U : best ^ delta_apply_likely_base(&builder->apply));
    encode_edits(builder, &bases[best], plan, first);
    return DR_OK;
}

static enum dr_status tell_group(void *ctx, const struct edition_entry *first, bool leaf_begun, bool *new_leaf,
                                 struct leaf_plan *plan)
{
    static const uint8_t goes_on[1] = {DELTA_LEAF_GOES_ON};
    struct builder *builder = ctx;
    enum dr_status status = DR_OK;

    if (leaf_begun) {
        *new_leaf = leaf_read_group(builder->leaf, builder->next_group, &builder->group) != DR_OK;
        encode_symbol(builder, goes_on, 1, *new_leaf ? 1 : 0);
        if (*new_leaf) {
            return DR_OK;
        }
    } else {
        status = load_leaf(builder, builder->apply.out.leaves, builder->leaf);
        if (status == DR_OK) {
            status = leaf_read_group(builder->leaf, 0, &builder->group);
        }
    }
    if (status != DR_OK) {
        return status;
    }
    builder->next_group = builder->group.end;
    builder->next_segment = builder->group.segments;
    builder->segments_left = builder->group.segment_count;
    builder->segment_first = 0;
    memcpy(plan->section, builder->group.section, SECTION);
    memcpy(plan->sets, builder->group.sets, sizeof plan->sets);
    plan->record_count = builder->group.record_count;
    memcpy(plan->records, builder->group.records, plan->record_count);
    memcpy(plan->shares, builder->group.shares, plan->record_count - 1U);
    if (memcmp(plan->section, first->key, SECTION) != 0) {
        return DR_ERR_UNSUPPORTED;
    }
    status = encode_plan(builder, first, plan);
    builder->apply.last_plan = *plan;
    return status;
}

static uint8_t place_of(const struct leaf_group *group, const struct document_record *record)
{
    unsigned octet = (unsigned)record->reason | (unsigned)record->basis << 4;
    uint8_t place = 0;

    while (place + 1U < group->record_count && group->records[place] != octet) {
        place++;
    }
    return place;
}

/* How many of the entries from the cursor's on are consecutive numbers of the group, with the record of the first. */
static uint32_t count_stretch(const struct leaf_group *group, struct leaf_cursor *cursor, uint64_t first)
{
    struct document_record record = cursor->record;
    uint32_t count = 0;
    uint64_t value;

    do {
        count++;
    } while (leaf_next(cursor) == DR_OK && memcmp(cursor->key, group->section, SECTION) == 0 &&
             leaf_number_value(group, cursor->key + SECTION, &value) == DR_OK && value == first + count &&
             cursor->record.reason == record.reason && cursor->record.basis == record.basis);
    return count;
}

/* Writes the segment again, on trial. Gives the value of its last entry and the place of its record. */
static uint64_t repeat_segment(const struct leaf_group *group, const struct leaf_segment *segment,
                               struct leaf_writer *writer, uint8_t *record)
{
    struct range_decoder decoder;
    struct gap_code code;
    struct document_record decoded;
    uint64_t value = segment->first;

    range_decode_begin(&decoder, segment->stream);
    gap_code_begin(&code, segment->level);
    decoded = leaf_decode_record(&decoder, group);
    *record = place_of(group, &decoded);
    (void)leaf_write_segment(writer, segment->level, segment->first, *record);
    for (unsigned i = 0; i < segment->tokens; i++) {
        struct gap_token token = gap_decode(&decoder, &code);
        if (token.is_run) {
            leaf_write_run(writer, (uint32_t)token.value);
            value += token.value;
            continue;
        }
        decoded = leaf_decode_record(&decoder, group);
        *record = place_of(group, &decoded);
        leaf_write_gap(writer, token.value, *record);
        value += token.value + 1U;
    }
    return value;
}

/* Is the block too full for what follows the leaf's last segment? `other` holds the leaf after. */
static bool is_full(struct builder *builder, const struct leaf_segment *segment)
{
    const struct leaf_group *group = &builder->group;
    struct leaf_writer writer = builder->apply.out.leaf;
    struct leaf_cursor cursor;
    uint64_t value, last;
    uint8_t record, next;

    memcpy(builder->trial, builder->apply.out.block, sizeof builder->trial);
    writer.block = builder->trial;
    last = repeat_segment(group, segment, &writer, &record);
    if (leaf_begin(&cursor, builder->other) != DR_OK || leaf_next(&cursor) != DR_OK) {
        return true;
    }
    next = place_of(group, &cursor.record);
    if (group->records[next] != ((unsigned)cursor.record.reason | (unsigned)cursor.record.basis << 4) ||
        leaf_number_value(group, cursor.key + SECTION, &value) != DR_OK) {
        return true; /* it has no place in the group */
    }
    if (segment->tokens == LEAF_SEGMENT_TOKENS) {
        return true;
    }
    if (value == last + 1U && next == record) {
        uint32_t stretch = count_stretch(group, &cursor, value);
        if (gap_run_pays(&writer.code, stretch)) {
            leaf_write_run(&writer, stretch);
            return !leaf_write_fits(&writer);
        }
    }
    leaf_write_gap(&writer, value - last - 1U, next);
    return !leaf_write_fits(&writer);
}

/* Does the group that is being written end for a reason that the applier sees by itself? */
static enum dr_status ends_naturally(struct builder *builder, const struct leaf_segment *segment, bool *natural)
{
    struct leaf_group next;
    uint32_t leaf = builder->apply.out.leaves;
    enum dr_status status = leaf_read_group(builder->leaf, builder->next_group, &next);

    *natural = true;
    if (status == DR_OK) {
        *natural = memcmp(next.section, builder->group.section, SECTION) != 0;
        return DR_OK;
    }
    if (status != DR_ERR_NOT_FOUND || builder->first_leaf + leaf + 1U >= builder->new->source.block_count) {
        return status == DR_ERR_NOT_FOUND ? DR_OK : status;
    }
    status = load_leaf(builder, leaf + 1U, builder->other);
    if (status == DR_OK) {
        status = leaf_read_group(builder->other, 0, &next);
    }
    if (status == DR_OK && memcmp(next.section, builder->group.section, SECTION) == 0) {
        *natural = builder->forced[leaf] == 0 && is_full(builder, segment);
    }
    return status;
}

/* Entries of a segment beside its first one. */
static uint64_t count_entries(const struct leaf_group *group, const struct leaf_segment *segment)
{
    struct range_decoder decoder;
    struct gap_code code;
    uint64_t count = 0;

    range_decode_begin(&decoder, segment->stream);
    gap_code_begin(&code, segment->level);
    (void)leaf_decode_record(&decoder, group);
    for (unsigned i = 0; i < segment->tokens; i++) {
        struct gap_token token = gap_decode(&decoder, &code);
        count += token.is_run ? token.value : 1U;
        if (!token.is_run) {
            (void)leaf_decode_record(&decoder, group);
        }
    }
    return count;
}

static enum dr_status tell_segment(void *ctx, uint8_t *level, uint64_t *entries)
{
    struct builder *builder = ctx;
    uint8_t predicted = 0;
    struct leaf_segment segment;
    bool natural = true;
    enum dr_status status;

    if (builder->segments_left == 0) {
        return DR_ERR_UNSUPPORTED;
    }
    status = leaf_read_segment(builder->leaf, &builder->next_segment, builder->segments_left == 1,
                               builder->segment_first, &segment);
    if (status != DR_OK) {
        return status;
    }
    builder->segment_first = segment.first;
    builder->segments_left--;
    status = delta_apply_likely_level(&builder->apply, &predicted);
    if (status != DR_OK) {
        return status;
    }
    *level = segment.level;
    *entries = EDITION_NATURAL;
    if (segment.level == predicted) {
        encode_symbol(builder, delta_level_shares, 3, 0);
    } else if (segment.level == (uint8_t)(predicted + 1U)) {
        encode_symbol(builder, delta_level_shares, 3, 1);
    } else if (segment.level == (uint8_t)(predicted - 1U)) {
        encode_symbol(builder, delta_level_shares, 3, 2);
    } else {
        encode_symbol(builder, delta_level_shares, 3, 3);
        range_encode_bits(&builder->encoder, segment.level, 8);
    }
    if (builder->segments_left == 0) {
        status = ends_naturally(builder, &segment, &natural);
    }
    encode_symbol(builder, delta_natural_share, 1, natural ? 0 : 1);
    if (!natural) {
        *entries = count_entries(&builder->group, &segment);
        range_encode_bits(&builder->encoder, *entries, 32);
    }
    return status;
}

/* What comes out is the new edition, block for block. */

static enum dr_status check_block(void *ctx, uint32_t block, const uint8_t data[BLOCK_TREE_BLOCK])
{
    struct builder *builder = ctx;
    const struct block_source *source = &builder->new->source;
    enum dr_status status = source->read(source->ctx, block, builder->other);

    if (status == DR_OK && memcmp(data, builder->other, BLOCK_TREE_BLOCK) != 0) {
        builder->wrong_leaf = block >= builder->first_leaf ? block - builder->first_leaf : UINT32_MAX;
        status = DR_ERR_CORRUPT;
    }
    return status;
}

static enum dr_status read_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    const struct builder *builder = ctx;

    return builder->new->source.read(builder->new->source.ctx, block, data);
}

static enum dr_status encode_all(struct builder *builder, const struct delta_head *head, uint8_t *out, size_t capacity)
{
    struct edition_sink sink = {builder, check_block, read_block};
    enum dr_status status;

    memset(&builder->result, 0, sizeof builder->result);
    memset(builder->kinds, 0, sizeof builder->kinds);
    builder->kept_count = 0;
    builder->at_place = false;
    builder->before.key_len = 0;
    builder->wrong_leaf = UINT32_MAX;
    range_encode_begin(&builder->encoder, out, capacity);
    status = walk_begin(&builder->from, builder->old);
    if (status == DR_OK) {
        status = walk_begin(&builder->to, builder->new);
    }
    delta_apply_begin(&builder->apply, builder->old, &sink, &builder->new->manifest);
    builder->apply.change = tell_change;
    builder->apply.change_ctx = builder;
    builder->apply.out.guide = (struct edition_guide){builder, tell_group, tell_segment};
    if (status == DR_OK) {
        status = delta_apply_start(&builder->apply, head);
    }
    while (status == DR_OK && !builder->apply.out.done) {
        status = delta_apply_step(&builder->apply);
    }
    if (status == DR_OK && !range_encode_end(&builder->encoder)) {
        status = DR_ERR_NO_SPACE;
    }
    return status;
}

/* Level and shares that suit the changes counted. */
static void tune(const struct builder *builder, struct delta_head *head)
{
    uint64_t cost, total = 0;
    unsigned left = 256;

    head->level = gap_level_choose(builder->kept, builder->kept_count, &cost);
    for (unsigned i = 0; i < DELTA_KINDS; i++) {
        total += builder->kinds[i];
    }
    for (unsigned i = 0; i < DELTA_KINDS - 1U; i++) {
        unsigned others = DELTA_KINDS - 1U - i;
        uint64_t share = total == 0 ? 32U : builder->kinds[i] * 250U / total + 1U;
        head->shares[i] = (uint8_t)(share > left - others ? left - others : share);
        left -= head->shares[i];
    }
}

/* The leaf that came out wrong did not end by itself after all: told next time. False when that was tried. */
static bool force(struct builder *builder, uint32_t leaf_count)
{
    uint32_t leaf = builder->wrong_leaf != UINT32_MAX ? builder->wrong_leaf : builder->apply.out.leaves;

    if (leaf >= leaf_count || builder->forced[leaf] != 0) {
        return false;
    }
    builder->forced[leaf] = 1;
    return true;
}

enum dr_status delta_build(const struct edition *old, const struct edition *new, uint8_t **body, size_t *len,
                           struct delta_build_result *result)
{
    struct builder *builder = calloc(1, sizeof *builder);
    size_t capacity = (size_t) new->manifest.body_length * 2U + (1U << 20);
    struct delta_head head = {.shares = {64, 64, 16, 16, 16, 16}};
    struct block_tree_shape shape;
    uint8_t *out = malloc(capacity);
    enum dr_status status = DR_ERR_NO_SPACE;
    bool tuned = false;

    *body = NULL;
    if (builder == NULL || out == NULL) {
        goto done;
    }
    builder->old = old;
    builder->new = new;
    status = block_tree_shape(&new->source, new->manifest.root, builder->other, &shape);
    if (status != DR_OK) {
        goto done;
    }
    head.data_blocks = shape.leaf_count + shape.index_blocks;
    head.index_blocks = shape.index_blocks;
    builder->first_leaf = new->source.block_count - shape.leaf_count;
    builder->forced = calloc((size_t)shape.leaf_count + 1U, 1);
    status = builder->forced == NULL ? DR_ERR_NO_SPACE : DR_OK;
    for (unsigned tries = 0; status == DR_OK && tries < TRIES_MAX; tries++) {
        delta_head_write(&head, out);
        status = encode_all(builder, &head, out + DELTA_HEAD, capacity - DELTA_HEAD);
        if (status == DR_OK && tuned) {
            *len = DELTA_HEAD + builder->encoder.len;
            *result = builder->result;
            *body = out;
            out = NULL;
            break;
        }
        if (status == DR_OK) {
            tune(builder, &head);
            tuned = true;
        } else if (status == DR_ERR_CORRUPT && force(builder, shape.leaf_count)) {
            status = DR_OK;
        }
    }
    if (status == DR_OK && *body == NULL) {
        status = DR_ERR_UNSUPPORTED;
    }
done:
    if (builder != NULL) {
        free(builder->forced);
        free(builder->kept);
        free(builder);
    }
    free(out);
    return status;
}
