#include "revlist/edition_writer.h"

#include "crypto/memory.h"

#define SECTION 5U

enum dr_status edition_writer_begin(struct edition_writer *writer, uint32_t block_count, uint32_t data_blocks,
                                    uint32_t index_blocks, const uint8_t root[HASH_SHA256_SIZE])
{
    struct edition_guide guide = writer->guide;
    struct edition_sink sink = writer->sink;
    bool single = block_count == 1;

    memset(writer, 0, sizeof *writer);
    writer->guide = guide;
    writer->sink = sink;
    writer->block_count = block_count;
    writer->data_blocks = data_blocks;
    writer->index_blocks = index_blocks;
    memcpy(writer->root, root, HASH_SHA256_SIZE);
    if (block_count == 0 || block_count > BLOCK_TREE_MAX_BLOCKS || data_blocks > block_count ||
        index_blocks >= (data_blocks > 0 ? data_blocks : 1U)) {
        return DR_ERR_CORRUPT;
    }
    if (!single) {
        block_tree_find_levels(data_blocks, &writer->levels);
    }
    if (single ? data_blocks > 1 || index_blocks != 0 : writer->levels.first_data + data_blocks != block_count) {
        return DR_ERR_CORRUPT;
    }
    writer->index_used = index_blocks > 0 ? BLOCK_TREE_INDEX_HEAD
                                          : BLOCK_TREE_ROOT_HEAD + (size_t)writer->levels.top_size * HASH_SHA256_SIZE;
    return DR_OK;
}

static uint32_t leaf_total(const struct edition_writer *writer)
{
    return writer->data_blocks - writer->index_blocks;
}

/* The index block is complete. */
static enum dr_status write_index(struct edition_writer *writer)
{
    uint32_t number = writer->levels.first_data + writer->index_done;
    enum dr_status status;

    if (writer->index_done >= writer->index_blocks) {
        return DR_ERR_CORRUPT;
    }
    put_be32(writer->index, writer->index_first);
    put_be16(writer->index + 4, (uint16_t)writer->index_count);
    status = writer->sink.write(writer->sink.ctx, number, writer->index);
    memset(writer->index, 0, sizeof writer->index);
    writer->index_done++;
    writer->index_first += writer->index_count;
    writer->index_count = 0;
    writer->index_used = BLOCK_TREE_INDEX_HEAD;
    return status;
}

/* Front-codes `key` behind the separators before it; false when there is no room. */
static bool put_separator(struct edition_writer *writer, struct bytes key)
{
    size_t shared = 0;

    while (writer->index_count > 0 && shared < key.len && shared < writer->separator_len &&
           key.data[shared] == writer->separator[shared]) {
        shared++;
    }
    if (2U + key.len - shared > BLOCK_TREE_BLOCK - writer->index_used || writer->index_count >= UINT16_MAX) {
        return false;
    }
    writer->index[writer->index_used] = (uint8_t)shared;
    writer->index[writer->index_used + 1U] = (uint8_t)(key.len - shared);
    memcpy(writer->index + writer->index_used + 2U, key.data + shared, key.len - shared);
    writer->index_used += 2U + key.len - shared;
    writer->index_count++;
    memcpy(writer->separator, key.data, key.len);
    writer->separator_len = (uint8_t)key.len;
    return true;
}

/* The shortest separator between the leaf before and one that begins with `first`. */
static enum dr_status add_separator(struct edition_writer *writer, const struct edition_entry *first)
{
    size_t len = 0;
    enum dr_status status;

    if (writer->block_count == 1) {
        return DR_OK;
    }
    while (len < writer->last_key_len && len < first->key_len && first->key[len] == writer->last_key[len]) {
        len++;
    }
    len += len < first->key_len ? 1U : 0U;
    if (put_separator(writer, bytes_of(first->key, len))) {
        return DR_OK;
    }
    status = write_index(writer);
    if (status == DR_OK && !put_separator(writer, bytes_of(first->key, len))) {
        status = DR_ERR_CORRUPT;
    }
    return status;
}

static enum dr_status end_leaf(struct edition_writer *writer)
{
    leaf_write_end(&writer->leaf);
    memcpy(writer->last_key, writer->group.section, SECTION);
    leaf_value_number(&writer->group, writer->value, writer->last_key + SECTION);
    writer->last_key_len = (uint8_t)(SECTION + writer->group.section[4]);
    writer->leaf_begun = false;
    return writer->sink.write(writer->sink.ctx, writer->block_count - leaf_total(writer) + writer->leaves++,
                              writer->block);
}

/* What is pending but unwritten comes once more, under the next group's plan. */
static void rewind_pending(struct edition_writer *writer)
{
    if (writer->pending == 0) {
        return;
    }
    if (writer->backlog.count > 0 || writer->has_ahead) { /* then all of it came from there */
        uint64_t back = writer->pending + (writer->has_held ? 1U : 0U);
        writer->backlog.next -= back;
        writer->backlog.count += back;
    } else {
        writer->backlog.group = writer->group;
        writer->backlog.next = writer->value + 1U;
        writer->backlog.count = writer->pending;
        writer->backlog.record = writer->plan.records[writer->record];
        writer->has_ahead = writer->has_held;
        writer->ahead = writer->held;
    }
    writer->has_held = false;
    writer->pending = 0;
}

/* Closes segment and group, and the leaf when it is `full`. */
static enum dr_status end_group(struct edition_writer *writer, bool full)
{
    bool goes_on;
    enum dr_status status = leaf_write_close(&writer->leaf, false, &goes_on);

    writer->segment_open = false;
    if (status == DR_OK && full) {
        status = end_leaf(writer);
    }
    rewind_pending(writer);
    return status == DR_ERR_NO_SPACE ? DR_ERR_CORRUPT : status;
}

static enum dr_status open_segment(struct edition_writer *writer, uint64_t value, uint8_t record)
{
    uint8_t level = 0;
    enum dr_status status = writer->guide.segment(writer->guide.ctx, &level, &writer->left);

    if (status == DR_OK) {
        status = leaf_write_segment(&writer->leaf, level, value, record);
    }
    writer->value = value;
    writer->record = record;
    writer->segment_open = status == DR_OK;
    return status == DR_ERR_NO_SPACE ? DR_ERR_CORRUPT : status;
}

/* The segment is full and an entry of the group follows. *opened: with it. */
static enum dr_status next_segment(struct edition_writer *writer, uint64_t value, uint8_t record, bool *opened)
{
    bool goes_on = false;
    enum dr_status status = leaf_write_close(&writer->leaf, true, &goes_on);

    *opened = false;
    writer->segment_open = false;
    if (status != DR_OK) {
        return status == DR_ERR_NO_SPACE ? DR_ERR_CORRUPT : status;
    }
    if (goes_on) {
        *opened = true;
        return open_segment(writer, value, record);
    }
    if (writer->leaf.segment_count < LEAF_SEGMENTS_MAX) {
        status = end_leaf(writer);
    }
    rewind_pending(writer);
    return status;
}

static enum dr_status write_pending(struct edition_writer *writer)
{
    uint64_t length = writer->pending < writer->left ? writer->pending : writer->left;
    struct range_mark mark = range_encode_mark(&writer->leaf.encoder);
    bool opened;

    if (length == 0) {
        return end_group(writer, false);
    }
    if (writer->leaf.tokens == LEAF_SEGMENT_TOKENS) {
        enum dr_status status = next_segment(writer, writer->value + 1U, writer->record, &opened);
        writer->pending -= opened ? 1U : 0U;
        return status;
    }
    length = length < UINT32_MAX ? length : UINT32_MAX;
    if (gap_run_pays(&writer->leaf.code, length)) {
        leaf_write_run(&writer->leaf, (uint32_t)length);
    } else {
        length = 1;
        leaf_write_gap(&writer->leaf, 0, writer->record);
    }
    if (!leaf_write_fits(&writer->leaf)) {
        leaf_write_undo(&writer->leaf, &mark);
        return end_group(writer, true);
    }
    writer->value += length;
    writer->pending -= length;
    writer->left -= writer->left == EDITION_NATURAL ? 0 : length;
    return DR_OK;
}

static uint8_t place_of_record(const struct leaf_plan *plan, uint8_t record)
{
    uint8_t place = 0;

    while (place < plan->record_count && plan->records[place] != record) {
        place++;
    }
    return place;
}

/* Value and record of an entry in the group; DR_ERR_NOT_FOUND when it has no place there. */
static enum dr_status place(const struct edition_writer *writer, const struct edition_entry *entry, uint64_t *value,
                            uint8_t *record)
{
    *record = place_of_record(&writer->plan, entry->record);
    if (*record == writer->plan.record_count || memcmp(entry->key, writer->group.section, SECTION) != 0) {
        return DR_ERR_NOT_FOUND;
    }
    return leaf_number_value(&writer->group, entry->key + SECTION, value);
}

/* A plan that some delta told is checked like a group that is read. */
static enum dr_status adopt_plan(struct edition_writer *writer)
{
    const struct leaf_plan *plan = &writer->plan;
    struct leaf_group *group = &writer->group;
    unsigned total = 0;

    memcpy(group->section, plan->section, SECTION);
    group->universe = 1;
    for (size_t i = 0; i < group->section[4]; i++) {
        unsigned size = 0;
        for (uint64_t set = plan->sets[i]; set != 0; set &= set - 1U) {
            size++;
        }
        group->sets[i] = plan->sets[i];
        group->sizes[i] = (uint8_t)size;
        group->universe *= size;
        if (size == 0 || plan->sets[i] >> 36 != 0 || group->universe > LEAF_UNIVERSE_MAX) {
            return DR_ERR_CORRUPT;
        }
    }
    for (unsigned i = 0; i < plan->record_count; i++) {
        struct document_record record = {(enum document_reason)(plan->records[i] & 15U),
                                         (enum document_basis)(plan->records[i] >> 4)};
        total += i + 1U < plan->record_count ? plan->shares[i] : 0U;
        if (!document_record_valid(&record) || (i + 1U < plan->record_count && plan->shares[i] == 0) || total > 255U) {
            return DR_ERR_CORRUPT;
        }
    }
    return plan->record_count == 0 || plan->record_count > LEAF_RECORDS_MAX ? DR_ERR_CORRUPT : DR_OK;
}

/* The held entry begins a group. */
static enum dr_status open_group(struct edition_writer *writer)
{
    bool new_leaf = false;
    uint64_t value = 0;
    uint8_t record = 0;
    enum dr_status status;

    memset(&writer->plan, 0, sizeof writer->plan);
    memcpy(writer->plan.section, writer->held.key, SECTION);
    status = writer->guide.group(writer->guide.ctx, &writer->held, writer->leaf_begun, &new_leaf, &writer->plan);
    if (status != DR_OK) {
        return status;
    }
    if (new_leaf && writer->leaf_begun) {
        return end_leaf(writer);
    }
    if (!writer->leaf_begun) {
        if (writer->leaves == leaf_total(writer)) {
            return DR_ERR_CORRUPT;
        }
        leaf_write_begin(&writer->leaf, writer->block);
        writer->leaf_begun = true;
        status = add_separator(writer, &writer->held);
    }
    if (status == DR_OK) {
        status = adopt_plan(writer);
    }
    if (status == DR_OK && place(writer, &writer->held, &value, &record) != DR_OK) {
        status = DR_ERR_CORRUPT;
    }
    if (status == DR_OK && leaf_write_group(&writer->leaf, &writer->plan) != DR_OK) {
        status = DR_ERR_CORRUPT;
    }
    writer->has_held = false;
    return status == DR_OK ? open_segment(writer, value, record) : status;
}

static enum dr_status write_held(struct edition_writer *writer)
{
    struct range_mark mark = range_encode_mark(&writer->leaf.encoder);
    uint64_t value = 0;
    uint8_t record = 0;
    bool opened;

    if (!writer->segment_open) {
        return open_group(writer);
    }
    if (writer->left == 0 || memcmp(writer->held.key, writer->group.section, SECTION) != 0) {
        return end_group(writer, false);
    }
    if (place(writer, &writer->held, &value, &record) != DR_OK) {
        return end_group(writer, true); /* the builder planned this far */
    }
    if (value <= writer->value) {
        return DR_ERR_CORRUPT;
    }
    if (writer->leaf.tokens == LEAF_SEGMENT_TOKENS) {
        enum dr_status status = next_segment(writer, value, record, &opened);
        writer->has_held = !opened;
        return status;
    }
    leaf_write_gap(&writer->leaf, value - writer->value - 1U, record);
    if (!leaf_write_fits(&writer->leaf)) {
        leaf_write_undo(&writer->leaf, &mark);
        return end_group(writer, true);
    }
    writer->value = value;
    writer->record = record;
    writer->left -= writer->left == EDITION_NATURAL ? 0 : 1U;
    writer->has_held = false;
    return DR_OK;
}

/* Takes an entry in: one more that is pending, or the one that is held. */
static void feed(struct edition_writer *writer, const struct edition_entry *entry)
{
    uint64_t value;
    uint8_t record;

    if (writer->segment_open && writer->pending < writer->left && place(writer, entry, &value, &record) == DR_OK &&
        record == writer->record && value == writer->value + writer->pending + 1U) {
        writer->pending++;
        return;
    }
    writer->held = *entry;
    writer->has_held = true;
}

static void feed_backlog(struct edition_writer *writer)
{
    struct edition_entry entry;

    memcpy(entry.key, writer->backlog.group.section, SECTION);
    leaf_value_number(&writer->backlog.group, writer->backlog.next, entry.key + SECTION);
    entry.key_len = (uint8_t)(SECTION + writer->backlog.group.section[4]);
    entry.record = writer->backlog.record;
    writer->backlog.next++;
    writer->backlog.count--;
    feed(writer, &entry);
}

void edition_writer_put(struct edition_writer *writer, const struct edition_entry *entry)
{
    writer->wants = false;
    feed(writer, entry);
}

void edition_writer_end(struct edition_writer *writer)
{
    writer->wants = false;
    writer->ended = true;
}

/* All entries are written; what remains is the tree over them. */
static enum dr_status end_leaves(struct edition_writer *writer)
{
    enum dr_status status = DR_OK;

    if (writer->segment_open) {
        status = end_group(writer, false);
    } else if (writer->leaf_begun) {
        status = end_leaf(writer);
    } else if (writer->leaves != leaf_total(writer)) {
        status = DR_ERR_CORRUPT;
    } else if (writer->index_blocks > 0 && writer->index_done < writer->index_blocks) {
        status = write_index(writer);
    } else {
        writer->hash_level = 1; /* the data blocks' own level is done */
        if (writer->block_count > 1) {
            memset(writer->block, 0, sizeof writer->block);
        } else if (writer->data_blocks == 0) {
            memset(writer->block, 0, sizeof writer->block);
            status = writer->sink.write(writer->sink.ctx, 0, writer->block);
        }
    }
    return status;
}

static bool is_root(const struct edition_writer *writer, const uint8_t *block)
{
    uint8_t digest[HASH_SHA256_SIZE];

    return hash_compute(HASH_SHA256, bytes_of(block, BLOCK_TREE_BLOCK), digest) == DR_OK &&
           crypto_equal(digest, writer->root, sizeof digest);
}

/* Separators of the index blocks, each the first one inside it, and the head. */
static enum dr_status write_root(struct edition_writer *writer, uint8_t *spare)
{
    enum dr_status status = DR_OK;

    if (writer->block_count == 1) {
        status = writer->sink.read(writer->sink.ctx, 0, spare);
        writer->done = status == DR_OK && is_root(writer, spare);
        return status == DR_OK && !writer->done ? DR_ERR_CORRUPT : status;
    }
    for (uint32_t i = 0; i < writer->index_blocks && status == DR_OK; i++) {
        status = writer->sink.read(writer->sink.ctx, writer->levels.first_data + i, spare);
        if (status == DR_OK &&
            (spare[BLOCK_TREE_INDEX_HEAD + 1U] > DOCUMENT_KEY_MAX ||
             !put_separator(writer, bytes_of(spare + BLOCK_TREE_INDEX_HEAD + 2U, spare[BLOCK_TREE_INDEX_HEAD + 1U])))) {
            status = DR_ERR_CORRUPT;
        }
    }
    if (status != DR_OK) {
        return status;
    }
    writer->index[0] = 1;
    writer->index[1] = writer->index_blocks > 0 ? 2 : 1;
    put_be16(writer->index + 2, (uint16_t)writer->levels.top_size);
    put_be32(writer->index + 4, writer->data_blocks);
    put_be32(writer->index + 8, writer->index_blocks);
    put_be16(writer->index + 12, (uint16_t)writer->index_count);
    if (!is_root(writer, writer->index)) {
        return DR_ERR_CORRUPT;
    }
    writer->done = true;
    return writer->sink.write(writer->sink.ctx, 0, writer->index);
}

/* Hashes one block of the level below into the hash block, or the root, above it. */
static enum dr_status hash_one(struct edition_writer *writer, uint8_t *spare)
{
    const struct block_tree_levels *levels = &writer->levels;
    uint32_t level = writer->hash_level - 1U, position = writer->hash_next; /* level above the blocks hashed */
    uint32_t below = level == 0 ? levels->first_data : levels->start[level - 1U];
    uint32_t count = level == 0 ? writer->data_blocks : levels->size[level - 1U];
    bool top = level == levels->count;
    uint8_t *out = top ? writer->index + BLOCK_TREE_ROOT_HEAD + (size_t)position * HASH_SHA256_SIZE
                       : writer->block + (size_t)(position % BLOCK_TREE_FANOUT) * HASH_SHA256_SIZE;
    enum dr_status status = writer->sink.read(writer->sink.ctx, below + position, spare);

    if (status == DR_OK) {
        status = hash_compute(HASH_SHA256, bytes_of(spare, BLOCK_TREE_BLOCK), out);
    }
    writer->hash_next++;
    if (status == DR_OK && !top && (writer->hash_next % BLOCK_TREE_FANOUT == 0 || writer->hash_next == count)) {
        status =
            writer->sink.write(writer->sink.ctx, levels->start[level] + position / BLOCK_TREE_FANOUT, writer->block);
        memset(writer->block, 0, sizeof writer->block);
    }
    if (writer->hash_next == count) {
        writer->hash_level++;
        writer->hash_next = 0;
    }
    return status;
}

/* Of the tree over the leaves. */
static enum dr_status step_tree(struct edition_writer *writer, uint8_t *spare)
{
    if (writer->block_count == 1 || writer->hash_level > writer->levels.count + 1U) {
        return write_root(writer, spare);
    }
    if (writer->hash_level == 1 && writer->hash_next == 0 && writer->index_blocks > 0) {
        writer->index_used = BLOCK_TREE_ROOT_HEAD + (size_t)writer->levels.top_size * HASH_SHA256_SIZE;
        writer->index_count = 0;
    }
    return hash_one(writer, spare);
}

enum dr_status edition_writer_step(struct edition_writer *writer, uint8_t spare[BLOCK_TREE_BLOCK])
{
    if (writer->done || writer->wants) {
        return DR_OK;
    }
    if (writer->hash_level > 0) {
        return step_tree(writer, spare);
    }
    if (writer->has_held) {
        return writer->pending > 0 ? write_pending(writer) : write_held(writer);
    }
    if (writer->backlog.count > 0) {
        feed_backlog(writer);
    } else if (writer->has_ahead) {
        writer->has_ahead = false;
        feed(writer, &writer->ahead);
    } else if (!writer->ended) {
        writer->wants = true;
    } else {
        return writer->pending > 0 ? write_pending(writer) : end_leaves(writer);
    }
    return DR_OK;
}
