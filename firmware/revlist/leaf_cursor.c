#include "revlist/leaf.h"

static const char symbols[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* The n-th character of a set. */
static uint8_t set_character(uint64_t set, unsigned n)
{
    unsigned symbol = 0;

    for (; n > 0; n--) {
        set &= set - 1U;
    }
    while ((set >> symbol & 1U) == 0) {
        symbol++;
    }
    return (uint8_t)symbols[symbol];
}

void leaf_value_number(const struct leaf_group *group, uint64_t value, uint8_t *number)
{
    for (size_t i = group->section[4]; i-- > 0;) {
        number[i] = set_character(group->sets[i], (unsigned)(value % group->sizes[i]));
        value /= group->sizes[i];
    }
}

/* Adds to the number as one adds by hand, and writes the characters that change. */
static void advance(struct leaf_cursor *cursor, uint64_t amount)
{
    cursor->value += amount;
    for (size_t i = cursor->group.section[4]; i-- > 0 && amount > 0;) {
        unsigned size = cursor->group.sizes[i];
        uint64_t digit = cursor->digits[i] + amount % size;
        amount = amount / size + digit / size;
        cursor->digits[i] = (uint8_t)(digit % size);
        cursor->key[sizeof cursor->group.section + i] = set_character(cursor->group.sets[i], cursor->digits[i]);
    }
}

static void begin_number(struct leaf_cursor *cursor)
{
    cursor->value = 0;
    memset(cursor->digits, 0, sizeof cursor->digits);
    for (size_t i = 0; i < cursor->group.section[4]; i++) {
        cursor->key[sizeof cursor->group.section + i] = set_character(cursor->group.sets[i], 0);
    }
}

enum dr_status leaf_begin(struct leaf_cursor *cursor, const uint8_t block[BLOCK_TREE_BLOCK])
{
    memset(cursor, 0, sizeof *cursor);
    cursor->block = block;
    return get_be32(block) != 0 ? DR_OK : DR_ERR_CORRUPT;
}

static enum dr_status next_group(struct leaf_cursor *cursor)
{
    struct document_id id;
    enum dr_status status;

    status = leaf_read_group(cursor->block, cursor->next_group, &cursor->group);
    if (status == DR_ERR_NOT_FOUND) {
        for (size_t i = cursor->next_group; i < BLOCK_TREE_BLOCK; i++) {
            if (cursor->block[i] != 0) {
                return DR_ERR_CORRUPT;
            }
        }
    }
    if (status != DR_OK) {
        return status;
    }
    cursor->next_group = cursor->group.end;
    cursor->next_segment = cursor->group.segments;
    cursor->segments_left = cursor->group.segment_count;
    memcpy(cursor->key, cursor->group.section, sizeof cursor->group.section);
    cursor->key_len = (uint8_t)(sizeof cursor->group.section + cursor->group.section[4]);
    begin_number(cursor);
    cursor->segment.first = 0;
    return document_from_key(bytes_of(cursor->key, cursor->key_len), &id) == DR_OK ? DR_OK : DR_ERR_CORRUPT;
}

static enum dr_status next_segment(struct leaf_cursor *cursor)
{
    bool is_first = cursor->segments_left == cursor->group.segment_count;
    enum dr_status status = leaf_read_segment(cursor->block, &cursor->next_segment, cursor->segments_left == 1,
                                              cursor->segment.first, &cursor->segment);

    if (status != DR_OK || (!is_first && cursor->segment.first <= cursor->value)) {
        return DR_ERR_CORRUPT;
    }
    cursor->segments_left--;
    cursor->tokens_left = cursor->segment.tokens;
    range_decode_begin(&cursor->decoder, cursor->segment.stream);
    gap_code_begin(&cursor->code, cursor->segment.level);
    cursor->record = leaf_decode_record(&cursor->decoder, &cursor->group);
    advance(cursor, cursor->segment.first - cursor->value);
    return DR_OK;
}

/* One more of the numbers there are in the group. */
static enum dr_status step(struct leaf_cursor *cursor, uint64_t gap)
{
    if (gap >= cursor->group.universe - 1U - cursor->value) {
        return DR_ERR_CORRUPT;
    }
    advance(cursor, gap + 1U);
    return DR_OK;
}

enum dr_status leaf_next(struct leaf_cursor *cursor)
{
    enum dr_status status;

    while (cursor->tokens_left > 0 && cursor->run_left == 0) {
        struct gap_token token = gap_decode(&cursor->decoder, &cursor->code);
        cursor->tokens_left--;
        if (token.is_run) {
            cursor->run_left = token.value;
            break;
        }
        status = step(cursor, token.value);
        if (status == DR_OK && cursor->group.record_count > 1) {
            cursor->record = leaf_decode_record(&cursor->decoder, &cursor->group);
        }
        return status;
    }
    if (cursor->run_left > 0) {
        cursor->run_left--;
        return step(cursor, 0);
    }
    if (cursor->segments_left == 0) {
        status = next_group(cursor);
        if (status != DR_OK) {
            return status;
        }
    }
    return next_segment(cursor);
}
