#include "builder/gap_level.h"

#define LEVELS 256U
#define DENSE 27U
#define ROWS 33U /* distinct distributions of quotients */

/* Cost of each quotient by row, of a level in general: bits beside the quotient, quotients. */
static struct {
    bool ready;
    uint16_t quotient[ROWS][GAP_QUOTIENTS_MAX];
    uint8_t row[LEVELS], low_bits[LEVELS], quotients[ROWS];
    uint64_t mean[LEVELS]; /* of the gaps a level is best for, times 16 */
} table;

static void prepare(void)
{
    struct gap_code code;

    if (table.ready) {
        return;
    }
    for (unsigned level = 0; level < LEVELS; level++) {
        unsigned row = level < DENSE ? level : DENSE + (level - DENSE) % 6U;
        uint64_t mass = 0;
        gap_code_begin(&code, (uint8_t)level);
        table.row[level] = (uint8_t)row;
        table.low_bits[level] = code.low_bits;
        table.quotients[row] = code.quotients;
        for (unsigned q = 0; q < code.quotients; q++) {
            uint32_t size = (q == 0 ? 1U << GAP_BITS : code.bound[q - 1U]) - code.bound[q];
            table.quotient[row][q] = gap_share_cost(size);
            mass += (uint64_t)size * (2U * q + (code.low_bits > 0 ? 1U : 0U));
        }
        table.mean[level] = ((mass << code.low_bits) >> (GAP_BITS - 3U));
    }
    table.ready = true;
}

static uint64_t jump_cost(uint64_t gap)
{
    unsigned width = 0;

    while (gap >> width > 0) {
        width++;
    }
    return (12U + 1U + GAP_JUMP_WIDTH + width) * (uint64_t)GAP_COST_BIT;
}

uint64_t gap_cost(uint8_t level, uint64_t gap)
{
    unsigned row;
    uint64_t quotient;

    prepare();
    row = table.row[level];
    quotient = gap >> table.low_bits[level];
    if (quotient >= table.quotients[row]) {
        return jump_cost(gap);
    }
    return table.quotient[row][quotient] + (uint64_t)GAP_COST_BIT * table.low_bits[level];
}

static uint64_t cost_under(uint8_t level, const uint64_t *gaps, size_t count)
{
    uint64_t cost = 0;

    for (size_t i = 0; i < count; i++) {
        cost += gap_cost(level, gaps[i]);
    }
    return cost;
}

/* Mean of the gaps not above `limit`, times 16. */
static uint64_t mean_below(const uint64_t *gaps, size_t count, uint64_t limit)
{
    uint64_t sum = 0;
    size_t taken = 0;

    for (size_t i = 0; i < count; i++) {
        if (gaps[i] <= limit) {
            sum += gaps[i];
            taken++;
        }
    }
    return taken == 0 ? 0 : (sum / taken) * 16U + (sum % taken) * 16U / taken;
}

uint8_t gap_level_choose(const uint64_t *gaps, size_t count, uint64_t *cost)
{
    uint64_t mean, best, limit = UINT64_MAX;
    uint8_t level = 0;

    prepare();
    *cost = 0;
    if (count == 0) {
        return 0;
    }
    /* Jumps between series tell nothing of the density inside them. */
    for (unsigned round = 0; round < 4; round++) {
        mean = mean_below(gaps, count, limit);
        limit = mean < 16 ? 12 : mean < UINT64_MAX / 16U ? mean * 12U / 16U : UINT64_MAX;
    }
    while (level < LEVELS - 1U && table.mean[level] < mean) {
        level++;
    }
    best = cost_under(level, gaps, count);
    for (int step = -1; step <= 1; step += 2) {
        while (!(level == 0 && step < 0) && !(level == LEVELS - 1U && step > 0)) {
            uint64_t other = cost_under((uint8_t)(level + step), gaps, count);
            if (other >= best) {
                break;
            }
            best = other;
            level = (uint8_t)(level + step);
        }
    }
    *cost = best;
    return level;
}
