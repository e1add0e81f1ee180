#include "builder/section_plan.h"

#define SET_DIGITS 0x3FFULL
#define SET_ALL 0xFFFFFFFFFULL
#define SET_LETTERS (SET_ALL & ~SET_DIGITS)

static unsigned symbol_of(uint8_t c)
{
    return c <= '9' ? c - (unsigned)'0' : c - (unsigned)'A' + 10U;
}

static unsigned set_size(uint64_t set)
{
    return (unsigned)__builtin_popcountll(set);
}

/* 64 * log2(value), rounded down, of a value above 0. Integers only, so that every machine plans alike. */
static uint64_t log2_64(uint64_t value)
{
    unsigned width = 63U - (unsigned)__builtin_clzll(value);
    uint64_t x = width > 31U ? value >> (width - 31U) : value << (31U - width), log = (uint64_t)width * 64U;

    for (uint64_t half = 32; half > 0; half /= 2U) { /* x in [2^31, 2^32) */
        x = x * x >> 31;
        if (x >> 32 != 0) {
            x >>= 1;
            log += half;
        }
    }
    return log;
}

/* Integer of a number under the sets. */
static uint64_t value_of(const struct leaf_plan *leaf, const struct sort_record *entry)
{
    uint64_t value = 0;

    for (size_t i = 0; i < leaf->section[4]; i++) {
        uint64_t below = (1ULL << symbol_of(entry->key[5U + i])) - 1U;
        value = value * set_size(leaf->sets[i]) + set_size(leaf->sets[i] & below);
    }
    return value;
}

static bool in_universe(const struct leaf_plan *leaf)
{
    uint64_t universe = 1;

    for (size_t i = 0; i < leaf->section[4] && universe <= LEAF_UNIVERSE_MAX; i++) {
        universe *= set_size(leaf->sets[i]);
    }
    return universe <= LEAF_UNIVERSE_MAX;
}

/* 64 times the bits of the head, the first number and the gaps, about. */
static uint64_t estimate(const struct leaf_plan *leaf, const struct sort_record *entries, size_t count)
{
    uint64_t first, last, octets = leaf_plan_size(leaf);

    if (!in_universe(leaf)) {
        return UINT64_MAX;
    }
    first = value_of(leaf, &entries[0]);
    last = value_of(leaf, &entries[count - 1U]);
    for (uint64_t rest = first; rest > 0; rest >>= 7) {
        octets++;
    }
    return octets * 8U * 64U + count * (log2_64(last - first + 1U) - log2_64(count));
}

/* The characters that occur, of as many entries as stay inside the universe. */
static size_t learn(struct leaf_plan *leaf, const struct sort_record *entries, size_t count)
{
    size_t length = entries[0].key[4];

    memcpy(leaf->section, entries[0].key, sizeof leaf->section);
    for (;;) {
        memset(leaf->sets, 0, sizeof leaf->sets);
        for (size_t i = 0; i < count; i++) {
            for (size_t position = 0; position < length; position++) {
                leaf->sets[position] |= 1ULL << symbol_of(entries[i].key[5U + position]);
            }
        }
        if (in_universe(leaf)) {
            return count;
        }
        count /= 2U; /* a single entry has a universe of one */
    }
}

/* Replaces sets by plainer ones that cost less to name than they lose. */
static void widen(struct leaf_plan *leaf, const struct sort_record *entries, size_t count)
{
    static const uint64_t plain[] = {SET_DIGITS, SET_LETTERS, SET_ALL};
    uint64_t best = estimate(leaf, entries, count);

    for (unsigned round = 0; round < 2; round++) {
        for (size_t position = leaf->section[4]; position-- > 0;) {
            for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
                uint64_t before = leaf->sets[position];
                uint64_t bits;
                if ((before & ~plain[i]) != 0 || before == plain[i]) {
                    continue;
                }
                leaf->sets[position] = plain[i];
                bits = estimate(leaf, entries, count);
                if (bits <= best) {
                    best = bits;
                    break;
                }
                leaf->sets[position] = before;
            }
        }
    }
}

static bool follows(const uint8_t *key, const uint8_t *before)
{
    size_t at = 4U + key[4];

    /* Good enough to count runs once: the last character goes up by one, or wraps with a carry. */
    return memcmp(key, before, at) == 0 ? key[at] == before[at] + 1U : key[at] == '0' && before[at] == '9';
}

/* The records that occur, the most frequent first, with their shares of 256. A run counts as one. */
static void plan_records(struct section_plan *plan, const struct sort_record *entries, size_t count)
{
    uint64_t counts[SORT_RANKS] = {0}, total = 0;
    struct leaf_plan *leaf = &plan->leaf;
    unsigned left = 1U << LEAF_RECORD_BITS;

    for (size_t i = 0; i < count; i++) {
        if (i < 2 || entries[i].rank != entries[i - 1U].rank || !follows(entries[i].key, entries[i - 1U].key) ||
            !follows(entries[i - 1U].key, entries[i - 2U].key)) {
            counts[entries[i].rank]++;
            total++;
        }
    }
    leaf->record_count = 0;
    for (;;) {
        unsigned most = 0;
        struct document_record record;
        for (unsigned i = 1; i < SORT_RANKS; i++) {
            most = counts[i] > counts[most] ? i : most;
        }
        if (counts[most] == 0) {
            break;
        }
        record = sort_record_record(&(struct sort_record){.rank = (uint8_t)most});
        plan->record_of_rank[most] = leaf->record_count;
        leaf->records[leaf->record_count] = (uint8_t)((unsigned)record.reason | (unsigned)record.basis << 4);
        leaf->shares[leaf->record_count++] =
            (uint8_t)(counts[most] == total ? 255U : (counts[most] * 256U + total / 2U) / total);
        counts[most] = 0;
    }
    /* Every record has a share, and the last one what is left. */
    for (unsigned i = 0; i + 1U < leaf->record_count; i++) {
        unsigned others = leaf->record_count - 1U - i;
        unsigned share = leaf->shares[i] == 0 ? 1U : leaf->shares[i];
        leaf->shares[i] = (uint8_t)(share > left - others ? left - others : share);
        left -= leaf->shares[i];
    }
}

static void assign_worths(struct section_plan *plan)
{
    uint64_t unit = 1;

    for (size_t position = plan->leaf.section[4]; position-- > 0;) {
        uint64_t place = 0;
        for (unsigned symbol = 0; symbol < 36U; symbol++) {
            unsigned character = symbol < 10U ? symbol : symbol + ('A' - '0' - 10U);
            plan->worth[position][character] = place * unit;
            place += plan->leaf.sets[position] >> symbol & 1U;
        }
        unit *= place;
    }
}

size_t section_plan_make(struct section_plan *plan, const struct sort_record *entries, size_t count)
{
    count = learn(&plan->leaf, entries, count);
    plan_records(plan, entries, count);
    widen(&plan->leaf, entries, count);
    assign_worths(plan);
    return count;
}
