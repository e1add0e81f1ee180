#include "store/geometry.h"

#define AUDIT_MAX_BLOCKS 256U
#define TRUST_MAX_BLOCKS 1024U
#define GUARD_BLOCKS 1U

static uint32_t at_most(uint32_t value, uint32_t limit)
{
    return value < limit ? value : limit;
}

enum dr_status geometry_plan(uint32_t sector_count, struct store_geometry *geometry)
{
    uint32_t total = sector_count / STORE_SECTORS_PER_BLOCK;
    uint32_t next = GEOMETRY_FIRST_FREE;
    uint32_t lists;

    if (total < GEOMETRY_MIN_BLOCKS) {
        return DR_ERR_NO_SPACE;
    }
    geometry->audit_blocks = at_most(total / 32U, AUDIT_MAX_BLOCKS);
    next += geometry->audit_blocks;
    geometry->blocks[STORE_POLICY] = GEOMETRY_POLICY_BLOCKS;
    geometry->blocks[STORE_TRUST] = at_most(total / 16U, TRUST_MAX_BLOCKS);
    lists = total - next - 2U * (geometry->blocks[STORE_POLICY] + geometry->blocks[STORE_TRUST]) -
            2U * STORE_OBJECTS * GUARD_BLOCKS;
    geometry->blocks[STORE_LIST_0] = lists / 4U;
    geometry->blocks[STORE_LIST_1] = lists / 8U;
    geometry->blocks[STORE_LIST_2] = lists / 16U;
    geometry->blocks[STORE_LIST_3] = lists / 16U;

    for (unsigned object = 0; object < STORE_OBJECTS; object++) {
        for (unsigned slot = 0; slot < 2U; slot++) {
            geometry->first[object][slot] = next;
            next += geometry->blocks[object] + GUARD_BLOCKS;
        }
    }
    return DR_OK;
}

static bool overlap(uint32_t first_a, uint32_t blocks_a, uint32_t first_b, uint32_t blocks_b)
{
    return first_a < first_b + blocks_b && first_b < first_a + blocks_a;
}

bool geometry_valid(const struct store_geometry *geometry, uint32_t sector_count)
{
    const unsigned slots = 2U * STORE_OBJECTS;
    uint32_t total = sector_count / STORE_SECTORS_PER_BLOCK;

    if (geometry->audit_blocks < 2U || geometry->audit_blocks > AUDIT_MAX_BLOCKS) {
        return false;
    }
    for (unsigned a = 0; a < slots; a++) {
        uint32_t first = geometry->first[a / 2U][a % 2U];
        uint32_t blocks = geometry->blocks[a / 2U];

        if (first < GEOMETRY_FIRST_FREE + geometry->audit_blocks || first > total || blocks == 0 ||
            blocks > total - first) {
            return false;
        }
        /* No sum below overflows: the slots before `a` have passed the check above. */
        for (unsigned b = 0; b < a; b++) {
            if (overlap(first, blocks, geometry->first[b / 2U][b % 2U], geometry->blocks[b / 2U])) {
                return false;
            }
        }
    }
    return true;
}

uint32_t geometry_superblock_sector(uint8_t copy)
{
    return (copy == 0 ? GEOMETRY_SUPERBLOCK_0 : GEOMETRY_SUPERBLOCK_1) * STORE_SECTORS_PER_BLOCK;
}
