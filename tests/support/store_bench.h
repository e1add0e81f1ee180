/* A store on a medium in memory, with objects whose content a test can tell apart. */
#ifndef DOCREV_TESTS_STORE_BENCH_H
#define DOCREV_TESTS_STORE_BENCH_H

#include "ram_block.h"
#include "store/store.h"

#define BENCH_SECTORS (GEOMETRY_MIN_BLOCKS * STORE_SECTORS_PER_BLOCK)

struct store_bench {
    struct ram_block medium;
    struct factory_page factory;
    struct store store;
};

/* A blank medium; nothing is formatted. */
void store_bench_init(struct store_bench *bench, uint32_t sectors);
void store_bench_free(struct store_bench *bench);

/* A start as after power came: no DRBG state from before, and no noise at all (the worst board). */
enum dr_status store_bench_mount(struct store_bench *bench);
enum dr_status store_bench_format(struct store_bench *bench);

/* An object's CMS stand-in and body blocks: a function of list id, number and block. */
void bench_manifest(struct manifest *manifest, const char *list_id, uint64_t number, uint32_t body_blocks);
size_t bench_cms(const struct manifest *manifest, uint8_t cms[BLOCK_TREE_BLOCK]);
void bench_block(const struct manifest *manifest, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK]);

/* Fills and commits. The first failure's status. */
enum dr_status store_bench_push(struct store_bench *bench, enum store_object object, const struct manifest *manifest);

/* Is the current object exactly this one: entry, CMS and every block? */
bool store_bench_holds(struct store_bench *bench, enum store_object object, const struct manifest *manifest);

#endif
