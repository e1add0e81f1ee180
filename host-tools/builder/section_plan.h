/* How the documents of one section become integers: which characters each position may have, and which records occur. */
#ifndef DOCREV_BUILDER_SECTION_PLAN_H
#define DOCREV_BUILDER_SECTION_PLAN_H

#include "builder/record_sort.h"
#include "revlist/leaf_writer.h"

#define SECTION_SYMBOLS 43U /* '0' .. 'Z' */

struct section_plan {
    struct leaf_plan leaf;
    uint8_t record_of_rank[SORT_RANKS]; /* place in leaf.records of a sort_record's rank */
    /* What a character at a position adds to the integer: its place in the set times the sizes of the sets behind. */
    uint64_t worth[MRZ_MAX_DOCUMENT_NUMBER][SECTION_SYMBOLS];
};

/*
 * Plans for `count` (at least 1) sorted entries of one section, or for as many of the first ones as one group can hold; gives
 * how many. Sets are those that make head and gaps together shortest, by estimate.
 */
size_t section_plan_make(struct section_plan *plan, const struct sort_record *entries, size_t count);

static inline uint64_t section_plan_value(const struct section_plan *plan, const struct sort_record *entry)
{
    uint64_t value = 0;

    for (size_t i = 0; i < entry->key[4]; i++) {
        value += plan->worth[i][entry->key[5U + i] - (unsigned)'0'];
    }
    return value;
}

#endif
