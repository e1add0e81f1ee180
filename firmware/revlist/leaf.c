#include "revlist/leaf.h"

#define SET_DIGITS 0x3FFU
#define SET_ALL 0xFFFFFFFFFU

enum set_kind { SETS_DIGITS = 0, SETS_LETTERS = 1, SETS_ALL = 2, SETS_LITERAL = 3, SETS_SET = 4 };

static unsigned count_bits(uint64_t set)
{
    unsigned count = 0;

    while (set != 0) {
        set &= set - 1U;
        count++;
    }
    return count;
}

/* Place of a character in 0-9 A-Z, 36 for any other. */
static unsigned symbol_of(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - (unsigned)'0';
    }
    return c >= 'A' && c <= 'Z' ? c - (unsigned)'A' + 10U : 36U;
}

/* The set of one position at *offset; for literals and sets *offset moves on when `last`. */
static enum dr_status read_set(const uint8_t *block, size_t *offset, enum set_kind kind, bool last, uint64_t *set)
{
    uint64_t bits = 0;

    switch (kind) {
    case SETS_DIGITS:
        *set = SET_DIGITS;
        return DR_OK;
    case SETS_LETTERS:
        *set = SET_ALL & ~(uint64_t)SET_DIGITS;
        return DR_OK;
    case SETS_ALL:
        *set = SET_ALL;
        return DR_OK;
    case SETS_LITERAL: {
        unsigned symbol = *offset < BLOCK_TREE_BLOCK ? symbol_of(block[*offset]) : 36U;
        (*offset)++;
        *set = (uint64_t)1 << symbol;
        return symbol < 36U ? DR_OK : DR_ERR_CORRUPT;
    }
    case SETS_SET:
        if (BLOCK_TREE_BLOCK < 5U + *offset) {
            return DR_ERR_CORRUPT;
        }
        for (unsigned i = 0; i < 40U; i++) {
            unsigned octet = block[*offset + i / 8U];
            bits |= (uint64_t)(octet >> (7U - i % 8U) & 1U) << i;
        }
        *offset += last ? 5U : 0U;
        *set = bits;
        return bits != 0 && bits <= SET_ALL ? DR_OK : DR_ERR_CORRUPT;
    default:
        return DR_ERR_CORRUPT;
    }
}

static enum dr_status read_sets(const uint8_t *block, size_t *offset, struct leaf_group *group)
{
    size_t position = 0, length = group->section[4];

    group->universe = 1;
    while (position < length) {
        enum set_kind kind;
        size_t count;
        if (*offset >= BLOCK_TREE_BLOCK) {
            return DR_ERR_CORRUPT;
        }
        kind = (enum set_kind)(block[*offset] >> 5);
        count = block[*offset] & 31U;
        (*offset)++;
        if (count == 0 || count > length - position) {
            return DR_ERR_CORRUPT;
        }
        for (; count > 0; count--, position++) {
            enum dr_status status = read_set(block, offset, kind, count == 1, &group->sets[position]);
            if (status != DR_OK) {
                return status;
            }
            group->sizes[position] = (uint8_t)count_bits(group->sets[position]);
            group->universe *= group->sizes[position];
            if (group->universe > LEAF_UNIVERSE_MAX) { /* checked at each step: 36 * 2^58 still fits */
                return DR_ERR_CORRUPT;
            }
        }
    }
    return DR_OK;
}

static struct document_record record_of(uint8_t octet)
{
    return (struct document_record){(enum document_reason)(octet & 15U), (enum document_basis)(octet >> 4)};
}

static enum dr_status read_records(const uint8_t *block, size_t *offset, bool mixed, struct leaf_group *group)
{
    unsigned total = 0;
    size_t need;

    group->record_count = 1;
    if (*offset >= BLOCK_TREE_BLOCK) {
        return DR_ERR_CORRUPT;
    }
    if (mixed) {
        group->record_count = block[(*offset)++];
        if (group->record_count < 2 || group->record_count > LEAF_RECORDS_MAX) {
            return DR_ERR_CORRUPT;
        }
    }
    need = 2U * (size_t)group->record_count - 1U;
    if (need > BLOCK_TREE_BLOCK - *offset) {
        return DR_ERR_CORRUPT;
    }
    group->records = block + *offset;
    group->shares = group->records + group->record_count;
    *offset += need;
    for (unsigned i = 0; i < group->record_count; i++) {
        struct document_record record = record_of(group->records[i]);
        if (!document_record_valid(&record)) {
            return DR_ERR_CORRUPT;
        }
        if (i + 1U < group->record_count) {
            total += group->shares[i];
            if (group->shares[i] == 0 || total >= 1U << LEAF_RECORD_BITS) {
                return DR_ERR_CORRUPT;
            }
        }
    }
    return DR_OK;
}

enum dr_status leaf_read_segment(const uint8_t block[BLOCK_TREE_BLOCK], size_t *offset, bool is_last, uint64_t before,
                                 struct leaf_segment *segment)
{
    size_t at = *offset;
    size_t length;
    unsigned shift = 0;
    uint8_t octet;

    if (BLOCK_TREE_BLOCK < at + 4U) {
        return DR_ERR_CORRUPT;
    }
    length = get_be16(block + at);
    if (is_last) {
        length = length << 8 | block[at + 2U];
        at++;
    }
    segment->tokens = (uint16_t)(is_last ? length >> 12 : ((length >> 12) + 1U) * LEAF_TOKENS_UNIT);
    segment->level = block[at + 2U];
    at += 3U;
    length &= 0xFFFU;
    segment->first = before;
    do {
        if (at >= BLOCK_TREE_BLOCK || shift > 56U) { /* 63 bits at most */
            return DR_ERR_CORRUPT;
        }
        octet = block[at++];
        segment->first += (uint64_t)(octet & 0x7FU) << shift;
        shift += 7;
    } while ((octet & 0x80U) != 0);
    if (length > BLOCK_TREE_BLOCK - at) {
        return DR_ERR_CORRUPT;
    }
    segment->stream = bytes_of(block + at, length);
    *offset = at + length;
    return DR_OK;
}

enum dr_status leaf_read_group(const uint8_t block[BLOCK_TREE_BLOCK], size_t offset, struct leaf_group *group)
{
    struct leaf_segment segment;
    uint32_t head, state;
    uint64_t before = 0;
    enum dr_status status;

    if (BLOCK_TREE_BLOCK < offset + 4U) {
        return DR_ERR_NOT_FOUND;
    }
    head = get_be32(block + offset);
    if (head == 0) {
        return DR_ERR_NOT_FOUND;
    }
    offset += 4;
    state = head >> 17;
    for (unsigned i = 3; i-- > 0;) {
        group->section[i] = (uint8_t)(state % 27U == 0 ? '<' : 'A' + state % 27U - 1U);
        state /= 27U;
    }
    group->section[3] = (uint8_t)('A' + (head >> 12 & 31U));
    group->section[4] = (uint8_t)(head >> 7 & 31U);
    group->segment_count = (uint8_t)((head & 63U) + 1U);
    if (state != 0 || group->section[4] == 0 || group->section[4] > MRZ_MAX_DOCUMENT_NUMBER) {
        return DR_ERR_CORRUPT;
    }
    status = read_sets(block, &offset, group);
    if (status == DR_OK) {
        status = read_records(block, &offset, (head & 64U) != 0, group);
    }
    if (status != DR_OK) {
        return status;
    }
    group->segments = offset;
    for (unsigned i = 0; i < group->segment_count; i++) {
        status = leaf_read_segment(block, &offset, i + 1U == group->segment_count, before, &segment);
        if (status != DR_OK || segment.first >= group->universe || (i > 0 && segment.first == before)) {
            return DR_ERR_CORRUPT;
        }
        before = segment.first;
    }
    group->end = offset;
    return DR_OK;
}

enum dr_status leaf_number_value(const struct leaf_group *group, const uint8_t *number, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < group->section[4]; i++) {
        uint64_t bit = (uint64_t)1 << symbol_of(number[i]);
        if ((group->sets[i] & bit) == 0) {
            return DR_ERR_NOT_FOUND;
        }
        *value = *value * group->sizes[i] + count_bits(group->sets[i] & (bit - 1U));
    }
    return DR_OK;
}

static inline uint8_t decode_record(struct range_decoder *decoder, const struct leaf_group *group)
{
    uint32_t share = range_decode_peek(decoder, LEAF_RECORD_BITS), start = 0, size;
    const uint8_t *next = group->shares, *last = group->shares + group->record_count - 1;

    while (next < last && share >= start + *next) {
        start += *next++;
    }
    size = next < last ? *next : (1U << LEAF_RECORD_BITS) - start;
    range_decode_take(decoder, LEAF_RECORD_BITS, start, size);
    return group->records[next - group->shares];
}

struct document_record leaf_decode_record(struct range_decoder *decoder, const struct leaf_group *group)
{
    return record_of(group->record_count == 1 ? group->records[0] : decode_record(decoder, group));
}

/* Is `value` in the segment? At most LEAF_TOKENS_MAX rounds; what a look-up takes longest for. */
static enum dr_status find_in_segment(const struct leaf_group *group, const struct leaf_segment *segment,
                                      uint64_t value, struct document_record *record)
{
    struct range_decoder decoder, spill;
    struct gap_code code;
    uint64_t left = value - segment->first; /* numbers between the last one decoded and `value`, that one included */
    unsigned low_bits;
    uint8_t octet;

    range_decode_begin(&spill, segment->stream);
    gap_code_begin(&code, segment->level);
    octet = group->record_count == 1 ? group->records[0] : decode_record(&spill, group);
    decoder = spill; /* never passed on by address, so that it stays in registers */
    low_bits = code.low_bits;
    for (unsigned i = segment->tokens; i > 0 && left > 0; i--) {
        uint32_t quotient = gap_decode_quotient(&decoder, &code);
        uint64_t gap;
        if (quotient < code.quotients && low_bits <= 2U * RANGE_BITS_MAX) {
            gap = quotient;
            if (low_bits > RANGE_BITS_MAX) {
                gap = quotient << (low_bits - RANGE_BITS_MAX) | range_decode_piece(&decoder, low_bits - RANGE_BITS_MAX);
                gap = gap << RANGE_BITS_MAX | range_decode_piece(&decoder, RANGE_BITS_MAX);
            } else if (low_bits > 0) {
                gap = quotient << low_bits | range_decode_piece(&decoder, low_bits);
            }
        } else {
            spill = decoder;
            struct gap_token token = gap_decode_rest(&spill, &code, quotient);
            decoder = spill;
            gap = token.value;
            if (token.is_run) {
                left = left <= gap ? 0 : left - gap;
                continue;
            }
        }
        if (left <= gap) {
            return DR_ERR_NOT_FOUND;
        }
        left -= gap + 1U;
        if (group->record_count > 1) {
            octet = decode_record(&decoder, group);
        }
    }
    *record = record_of(octet);
    return left == 0 ? DR_OK : DR_ERR_NOT_FOUND;
}

static enum dr_status find_in_group(const uint8_t *block, const struct leaf_group *group, const uint8_t *number,
                                    struct document_record *record)
{
    struct leaf_segment segment, last = {0};
    size_t offset = group->segments;
    uint64_t value, before = 0;
    bool found = false;
    enum dr_status status = leaf_number_value(group, number, &value);

    for (unsigned i = 0; i < group->segment_count && status == DR_OK; i++) {
        status = leaf_read_segment(block, &offset, i + 1U == group->segment_count, before, &segment);
        if (status != DR_OK || segment.first > value) {
            break;
        }
        before = segment.first;
        last = segment;
        found = true;
    }
    if (status != DR_OK) {
        return status;
    }
    return found ? find_in_segment(group, &last, value, record) : DR_ERR_NOT_FOUND;
}

enum dr_status leaf_find(const uint8_t block[BLOCK_TREE_BLOCK], struct bytes key, struct document_record *record)
{
    struct leaf_group group;
    size_t offset = 0;
    enum dr_status status;

    if (key.len <= sizeof group.section) {
        return DR_ERR_ARGUMENT;
    }
    while ((status = leaf_read_group(block, offset, &group)) == DR_OK) {
        offset = group.end;
        if (memcmp(group.section, key.data, sizeof group.section) != 0 ||
            group.section[4] != key.len - sizeof group.section) {
            continue;
        }
        /* A section may be cut into groups, and only one of them can hold the number. */
        status = find_in_group(block, &group, key.data + sizeof group.section, record);
        if (status != DR_ERR_NOT_FOUND) {
            return status;
        }
    }
    return offset == 0 ? DR_ERR_CORRUPT : status;
}
