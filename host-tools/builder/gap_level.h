/* Which level of the gap code suits a segment, and what tokens cost under it. */
#ifndef DOCREV_BUILDER_GAP_LEVEL_H
#define DOCREV_BUILDER_GAP_LEVEL_H

#include "revlist/gap_code.h"

/* In 1/64 bit (GAP_COST_BIT). */
uint64_t gap_cost(uint8_t level, uint64_t gap);
/* The level under which `count` gaps cost least, or nearly so; *cost gets their cost. */
uint8_t gap_level_choose(const uint64_t *gaps, size_t count, uint64_t *cost);

#endif
