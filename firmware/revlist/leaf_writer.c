#include "revlist/leaf_writer.h"

#define SET_DIGITS 0x3FFULL
#define SET_ALL 0xFFFFFFFFFULL
#define HEAD_MAX 13U /* of a segment: u24, u8 and nine octets of LEB128 */
#define LAST_HEAD 3U

/* 0 digits, 1 letters, 2 both, 3 literal, 4 any other set */
static unsigned kind_of(uint64_t set)
{
    if (set == SET_DIGITS) {
        return 0;
    }
    if (set == (SET_ALL & ~SET_DIGITS)) {
        return 1;
    }
    if (set == SET_ALL) {
        return 2;
    }
    return (set & (set - 1U)) == 0 ? 3 : 4;
}

/* Positions from `at` on that one octet can cover. */
static size_t span_of(const struct leaf_plan *plan, size_t at)
{
    unsigned kind = kind_of(plan->sets[at]);
    size_t end = at + 1U;

    while (end < plan->section[4] && kind_of(plan->sets[end]) == kind &&
           (kind == 3 || plan->sets[end] == plan->sets[at])) {
        end++;
    }
    return end - at;
}

size_t leaf_plan_size(const struct leaf_plan *plan)
{
    size_t size = 4U + (plan->record_count > 1 ? 2U * (size_t)plan->record_count : 1U);

    for (size_t at = 0; at < plan->section[4];) {
        size_t span = span_of(plan, at);
        unsigned kind = kind_of(plan->sets[at]);
        size += 1U + (kind == 3 ? span : kind == 4 ? 5U : 0U);
        at += span;
    }
    return size;
}

void leaf_write_begin(struct leaf_writer *writer, uint8_t block[BLOCK_TREE_BLOCK])
{
    memset(writer, 0, sizeof *writer);
    writer->block = block;
    writer->used = 0;
}

static uint8_t *put_sets(const struct leaf_plan *plan, uint8_t *out)
{
    for (size_t at = 0; at < plan->section[4];) {
        size_t span = span_of(plan, at);
        unsigned kind = kind_of(plan->sets[at]);
        *out++ = (uint8_t)(kind << 5 | span);
        if (kind == 3) {
            for (size_t i = 0; i < span; i++) {
                unsigned symbol = 0;
                while ((plan->sets[at + i] >> symbol & 1U) == 0) {
                    symbol++;
                }
                *out++ = (uint8_t)(symbol < 10 ? '0' + symbol : 'A' + symbol - 10U);
            }
        } else if (kind == 4) {
            memset(out, 0, 5);
            for (unsigned i = 0; i < 36; i++) {
                out[i / 8U] |= (uint8_t)((plan->sets[at] >> i & 1U) << (7U - i % 8U));
            }
            out += 5;
        }
        at += span;
    }
    return out;
}

enum dr_status leaf_write_group(struct leaf_writer *writer, const struct leaf_plan *plan)
{
    uint8_t *out = writer->block + writer->used;
    uint32_t head = 0;

    if (writer->used + leaf_plan_size(plan) + HEAD_MAX + 2U > BLOCK_TREE_BLOCK) {
        return DR_ERR_NO_SPACE;
    }
    for (unsigned i = 0; i < 3; i++) {
        head = head * 27U + (plan->section[i] == '<' ? 0U : plan->section[i] - (unsigned)'A' + 1U);
    }
    head = head << 17 | (uint32_t)(plan->section[3] - 'A') << 12 | (uint32_t)plan->section[4] << 7 |
           (plan->record_count > 1 ? 64U : 0U);
    put_be32(out, head);
    out = put_sets(plan, out + 4);
    if (plan->record_count > 1) {
        *out++ = plan->record_count;
    }
    memcpy(out, plan->records, plan->record_count);
    out += plan->record_count;
    memcpy(out, plan->shares, plan->record_count - 1U);
    out += plan->record_count - 1U;
    writer->group_head = writer->used;
    writer->used = (size_t)(out - writer->block);
    writer->plan = plan;
    writer->first = 0;
    writer->segment_count = 0;
    return DR_OK;
}

static void put_record(struct leaf_writer *writer, uint8_t record)
{
    const struct leaf_plan *plan = writer->plan;
    uint32_t start = 0;

    if (plan->record_count == 1) {
        return;
    }
    for (unsigned i = 0; i < record; i++) {
        start += plan->shares[i];
    }
    range_encode(&writer->encoder, LEAF_RECORD_BITS, start,
                 record + 1U < plan->record_count ? plan->shares[record] : (1U << LEAF_RECORD_BITS) - start);
}

enum dr_status leaf_write_segment(struct leaf_writer *writer, uint8_t level, uint64_t first, uint8_t record)
{
    uint64_t delta = first - writer->first;
    size_t at = writer->used + LAST_HEAD;

    if (writer->used + HEAD_MAX + 2U > BLOCK_TREE_BLOCK || writer->segment_count == LEAF_SEGMENTS_MAX) {
        return DR_ERR_NO_SPACE;
    }
    writer->segment_head = writer->used;
    writer->block[at++] = level;
    for (; delta >= 0x80U; delta >>= 7) {
        writer->block[at++] = (uint8_t)(0x80U | (delta & 0x7FU));
    }
    writer->block[at++] = (uint8_t)delta;
    writer->used = at;
    writer->first = first;
    writer->tokens = 0;
    writer->segment_count++;
    gap_code_begin(&writer->code, level);
    range_encode_begin(&writer->encoder, writer->block + at, BLOCK_TREE_BLOCK - at);
    put_record(writer, record);
    return DR_OK;
}

void leaf_write_gap(struct leaf_writer *writer, uint64_t gap, uint8_t record)
{
    gap_encode(&writer->encoder, &writer->code, (struct gap_token){false, gap});
    put_record(writer, record);
    writer->tokens++;
}

void leaf_write_run(struct leaf_writer *writer, uint32_t length)
{
    gap_encode(&writer->encoder, &writer->code, (struct gap_token){true, length});
    writer->tokens++;
}

void leaf_write_undo(struct leaf_writer *writer, const struct range_mark *mark)
{
    range_encode_undo(&writer->encoder, mark);
    writer->tokens--;
}

bool leaf_write_fits(const struct leaf_writer *writer)
{
    return writer->encoder.len < writer->encoder.capacity;
}

enum dr_status leaf_write_close(struct leaf_writer *writer, bool more, bool *goes_on)
{
    uint8_t *group = writer->block + writer->group_head, *head = writer->block + writer->segment_head;
    uint32_t length;

    if (!range_encode_end(&writer->encoder) || writer->tokens > LEAF_TOKENS_MAX) {
        return DR_ERR_NO_SPACE;
    }
    length = (uint32_t)writer->encoder.len;
    writer->used += length;
    *goes_on = more && writer->tokens > 0 && writer->tokens % LEAF_TOKENS_UNIT == 0 &&
               writer->used - 1U + HEAD_MAX + 2U <= BLOCK_TREE_BLOCK && writer->segment_count < LEAF_SEGMENTS_MAX;
    if (*goes_on) { /* the shorter head */
        put_be16(head, (uint16_t)((writer->tokens / LEAF_TOKENS_UNIT - 1U) << 12 | length));
        memmove(head + LAST_HEAD - 1U, head + LAST_HEAD, (size_t)(writer->block + writer->used - head) - LAST_HEAD);
        writer->used--;
    } else if (writer->tokens == LEAF_TOKENS_MAX) {
        return DR_ERR_NO_SPACE; /* twelve bits do not hold it */
    } else {
        head[0] = (uint8_t)(writer->tokens >> 4);
        put_be16(head + 1, (uint16_t)(writer->tokens << 12 | length));
    }
    put_be32(group, (get_be32(group) & ~(uint32_t)(LEAF_SEGMENTS_MAX - 1U)) | (writer->segment_count - 1U));
    return DR_OK;
}

void leaf_write_end(struct leaf_writer *writer)
{
    memset(writer->block + writer->used, 0, BLOCK_TREE_BLOCK - writer->used);
}
