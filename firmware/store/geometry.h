/* Where things lie on the medium: superblocks, slots and the room between them, in blocks of nine sectors. */
#ifndef DOCREV_STORE_GEOMETRY_H
#define DOCREV_STORE_GEOMETRY_H

#include "port/status.h"

#include <stdbool.h>
#include <stdint.h>

enum store_object {
    STORE_POLICY = 0,
    STORE_TRUST,
    STORE_LIST_0,
    STORE_LIST_1,
    STORE_LIST_2,
    STORE_LIST_3,
    STORE_OBJECTS
};
#define STORE_LISTS 4U

#define STORE_SECTORS_PER_BLOCK 9U

/*
 * The two superblocks lie 72 KB apart and slots have a block between them, so that a power cut which also damages the
 * neighbours of the sector being written (the rest of a flash page or erase block) cannot reach both copies, nor a slot that
 * is in use.
 */
#define GEOMETRY_SUPERBLOCK_0 0U
#define GEOMETRY_SUPERBLOCK_1 16U
#define GEOMETRY_FIRST_FREE (GEOMETRY_SUPERBLOCK_1 + 2U)

#define GEOMETRY_MIN_BLOCKS 160U  /* 720 KB */
#define GEOMETRY_POLICY_BLOCKS 4U /* a policy's CMS with room for a second, post-quantum one */

/* First block of each object's two slots, and the size of each of them. Fixed when the medium is formatted. */
struct store_geometry {
    uint32_t first[STORE_OBJECTS][2];
    uint32_t blocks[STORE_OBJECTS];
    uint32_t audit_blocks; /* from GEOMETRY_FIRST_FREE on; the last of them stays free, as guard */
};

/*
 * Plans for a medium of this size: a 32nd, at most 256 blocks, for the audit ring; a 16th, at most 1,024 blocks,
 * for each trust store; what remains for the lists, whose shares are 1/2, 1/4, 1/8, 1/8, as authorities' lists differ much
 * in size. A card of 64 MB takes a list of 12 MB. DR_ERR_NO_SPACE below GEOMETRY_MIN_BLOCKS.
 */
enum dr_status geometry_plan(uint32_t sector_count, struct store_geometry *geometry);

/* Every slot lies within the medium, after the superblocks, and none overlaps another. */
bool geometry_valid(const struct store_geometry *geometry, uint32_t sector_count);

/* First sector of a superblock copy (0 or 1). */
uint32_t geometry_superblock_sector(uint8_t copy);

#endif
