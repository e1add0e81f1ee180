#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "seal_record.h"
#include "store/superblock.h"
#include "store_bench.h"

static struct store_bench bench;
static struct manifest old_list, new_list;

static int blank(void **state)
{
    (void)state;
    seal_record_reset();
    store_bench_init(&bench, BENCH_SECTORS);
    bench_manifest(&old_list, "UTO-1", 7, 2);
    bench_manifest(&new_list, "UTO-1", 8, 3);
    return 0;
}

static int formatted(void **state)
{
    return blank(state) + (int)store_bench_format(&bench);
}

static int teardown(void **state)
{
    (void)state;
    store_bench_free(&bench);
    return 0;
}

static uint8_t *image_of_medium(void)
{
    uint8_t *image = malloc(ram_block_size(&bench.medium));

    assert_non_null(image);
    ram_block_save(&bench.medium, image);
    return image;
}

static size_t octet_of_superblock(uint8_t copy, size_t offset)
{
    return (size_t)geometry_superblock_sector(copy) * PORT_SECTOR_SIZE + offset;
}

/* --- Format and mount ------------------------------------------------------------------------------------------------ */

static void blank_medium_is_not_formatted_silently(void **state)
{
    (void)state;
    assert_int_equal(store_bench_mount(&bench), DR_ERR_NOT_FOUND);
    assert_false(bench.store.mounted);
    assert_int_equal(bench.medium.writes, 0);
    assert_int_equal(store_save(&bench.store), DR_ERR_STATE);
}

static void formatted_medium_mounts_empty(void **state)
{
    (void)state;
    assert_true(bench.store.mounted);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        struct store_reader reader;

        assert_false(bench.store.state.objects[i].present);
        assert_int_equal(store_open(&bench.store, (enum store_object)i, &reader, NULL), DR_ERR_NOT_FOUND);
    }
    assert_int_equal(store_open(&bench.store, STORE_OBJECTS, NULL, NULL), DR_ERR_ARGUMENT);
}

static void no_medium_and_small_medium(void **state)
{
    (void)state;
    bench.medium.port.sector_count = 0;
    assert_int_equal(store_bench_mount(&bench), DR_ERR_IO);
    bench.medium.port.sector_count = BENCH_SECTORS - 1U;
    assert_int_equal(store_bench_format(&bench), DR_ERR_NO_SPACE);
    assert_int_equal(bench.medium.writes, 0);
    bench.medium.port.sector_count = BENCH_SECTORS;
}

static void each_mount_renews_the_seed(void **state)
{
    uint8_t first[16], second[16];

    (void)state;
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_int_equal(drbg_random(first, sizeof first), DR_OK);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_int_equal(drbg_random(second, sizeof second), DR_OK);
    assert_memory_not_equal(first, second, sizeof first);
}

static void each_save_has_a_seed_of_its_own(void **state)
{
    uint8_t seeds[4][DRBG_SEED_SIZE], trace[HASH_SHA256_SIZE];

    (void)state;
    memcpy(seeds[0], bench.factory.first_seed, sizeof seeds[0]);
    for (unsigned i = 1; i < 4U; i++) {
        assert_int_equal(store_save(&bench.store), DR_OK);
        assert_int_equal(superblock_load(&bench.store, seeds[i], trace), DR_OK);
        for (unsigned k = 0; k < i; k++) {
            assert_memory_not_equal(seeds[k], seeds[i], sizeof seeds[k]);
        }
    }
}

static void nothing_random_before_the_seed_is_durable(void **state)
{
    (void)state;
    bench.medium.fail_sync = bench.medium.calls_sync + 1U;
    assert_int_equal(store_bench_mount(&bench), DR_ERR_IO);
    assert_false(bench.store.mounted);
}

static void start_from_the_older_copy_is_another_start(void **state)
{
    uint8_t *image = image_of_medium();
    uint8_t first[16], second[16];

    (void)state;
    /* Newest copy lost after it has been used: the older one has a seed from which the device started already. */
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_int_equal(drbg_random(first, sizeof first), DR_OK);
    ram_block_flip(&bench.medium, octet_of_superblock(bench.store.active_superblock, 100), 3);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_int_equal(drbg_random(second, sizeof second), DR_OK);
    assert_memory_not_equal(first, second, sizeof first);
    free(image);
}

static void other_secret_is_a_foreign_card(void **state)
{
    uint8_t *image = image_of_medium(), *after;

    (void)state;
    bench.factory.device_secret[0] ^= 1;
    assert_int_equal(store_bench_mount(&bench), DR_ERR_CORRUPT);
    after = image_of_medium();
    assert_memory_equal(image, after, ram_block_size(&bench.medium));
    free(image);
    free(after);
}

static void other_version_is_told_apart(void **state)
{
    (void)state;
    for (uint8_t copy = 0; copy < 2U; copy++) {
        ram_block_flip(&bench.medium, octet_of_superblock(copy, BLOCK_TREE_BLOCK + AEAD_TAG_SIZE + 8U), 0);
    }
    assert_int_equal(store_bench_mount(&bench), DR_ERR_UNSUPPORTED);
}

static void damaged_copy_is_no_failure_and_is_rewritten(void **state)
{
    (void)state;
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);
    for (uint8_t copy = 0; copy < 2U; copy++) {
        for (size_t octet = 0; octet < SEALED_BLOCK_SIZE; octet += 97U) {
            uint8_t *image = image_of_medium();
            bool padding =
                octet >= BLOCK_TREE_BLOCK + AEAD_TAG_SIZE + 32U || /* zeros that nothing depends on */
                (octet >= BLOCK_TREE_BLOCK + AEAD_TAG_SIZE + 10U && octet < BLOCK_TREE_BLOCK + AEAD_TAG_SIZE + 16U);

            ram_block_flip(&bench.medium, octet_of_superblock(copy, octet), (unsigned)(octet % 8U));
            assert_int_equal(store_bench_mount(&bench), DR_OK);
            if (!padding) {
                assert_int_equal(bench.store.active_superblock, copy); /* the renewal went over the damaged one */
            }
            /* Either copy names the old list: the push before it began brought both to the same objects but for the last. */
            if (bench.store.state.objects[STORE_LIST_0].present) {
                assert_true(store_bench_holds(&bench, STORE_LIST_0, &old_list));
            }
            assert_int_equal(store_bench_mount(&bench), DR_OK);
            ram_block_load(&bench.medium, image);
            free(image);
        }
    }
}

static void both_copies_damaged_is_corrupt(void **state)
{
    (void)state;
    ram_block_flip(&bench.medium, octet_of_superblock(0, 5), 1);
    ram_block_flip(&bench.medium, octet_of_superblock(1, 4100), 7);
    assert_int_equal(store_bench_mount(&bench), DR_ERR_CORRUPT);
}

static void copies_are_not_interchangeable(void **state)
{
    uint8_t *image = image_of_medium();
    size_t a = octet_of_superblock(0, 0), b = octet_of_superblock(1, 0);

    (void)state;
    memcpy(image + a, bench.medium.durable + b, SEALED_BLOCK_SIZE);
    memcpy(image + b, bench.medium.durable + a, SEALED_BLOCK_SIZE);
    ram_block_load(&bench.medium, image);
    assert_int_equal(store_bench_mount(&bench), DR_ERR_CORRUPT);
    free(image);
}

static void image_on_a_smaller_medium_is_refused(void **state)
{
    (void)state;
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);
    ram_block_free(&bench.medium);
    ram_block_init(&bench.medium, 2U * BENCH_SECTORS);
    assert_int_equal(store_bench_format(&bench), DR_OK);
    bench.medium.port.sector_count = BENCH_SECTORS;
    assert_int_equal(store_bench_mount(&bench), DR_ERR_CORRUPT);
    bench.medium.port.sector_count = 2U * BENCH_SECTORS;
}

static void format_forgets_everything(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5U; i++) {
        assert_int_equal(store_save(&bench.store), DR_OK); /* sequence numbers above those of the new format */
    }
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);
    assert_int_equal(store_bench_format(&bench), DR_OK);
    assert_false(bench.store.state.objects[STORE_LIST_0].present);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_false(bench.store.state.objects[STORE_LIST_0].present);
    assert_int_equal(bench.store.state.objects[STORE_LIST_0].floor, 0);
}

/* --- Saving ---------------------------------------------------------------------------------------------------------- */

static void saves_alternate(void **state)
{
    uint8_t active = bench.store.active_superblock;
    uint64_t sequence = bench.store.state.sequence;

    (void)state;
    for (unsigned i = 1; i < 6U; i++) {
        assert_int_equal(store_save(&bench.store), DR_OK);
        active = active == 0 ? 1 : 0;
        assert_int_equal(bench.store.active_superblock, active);
        assert_int_equal(bench.store.state.sequence, sequence + i);
    }
}

static void failed_save_leaves_the_other_copy_in_force(void **state)
{
    (void)state;
    bench.store.state.counters.refer = 5;
    assert_int_equal(store_save(&bench.store), DR_OK);
    bench.store.state.counters.refer = 6;
    bench.medium.fail_write = bench.medium.calls_write + 1U;
    assert_int_equal(store_save(&bench.store), DR_ERR_IO);
    bench.medium.fail_read = bench.medium.calls_read + 1U;
    assert_int_equal(store_save(&bench.store), DR_ERR_IO);
    bench.medium.fail_sync = bench.medium.calls_sync + 1U;
    assert_int_equal(store_save(&bench.store), DR_ERR_IO);
    assert_int_equal(bench.store.state.counters.refer, 6);
    ram_block_power_off(&bench.medium);
    ram_block_power_on(&bench.medium);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_true(bench.store.state.counters.refer == 5 || bench.store.state.counters.refer == 6);
}

static void card_that_ignores_writes_is_noticed(void **state)
{
    (void)state;
    bench.medium.ignore_writes = true;
    assert_int_equal(store_save(&bench.store), DR_ERR_IO);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_ERR_IO);
    assert_int_equal(store_bench_mount(&bench), DR_ERR_IO);
}

static void counters_are_saved_in_batches(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= STORE_COUNTS_UNSAVED; i++) {
        uint64_t sequence = bench.store.state.sequence;

        bench.store.state.counters.no_record++;
        bench.store.state.counters.advisory += 2U;
        bench.store.state.counters.cannot_verify += 3U;
        assert_int_equal(store_counted(&bench.store), DR_OK);
        assert_int_equal(bench.store.state.sequence, sequence + (i == STORE_COUNTS_UNSAVED ? 1U : 0U));
    }
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_int_equal(bench.store.state.counters.no_record, STORE_COUNTS_UNSAVED);
    assert_int_equal(bench.store.state.counters.advisory, 2U * STORE_COUNTS_UNSAVED);
    assert_int_equal(bench.store.state.counters.cannot_verify, 3U * STORE_COUNTS_UNSAVED);
}

static void time_floor_never_goes_back_and_is_saved_in_steps(void **state)
{
    const int64_t start = 1790000000;
    uint64_t sequence;

    (void)state;
    assert_int_equal(store_raise_time_floor(&bench.store, start), DR_OK);
    sequence = bench.store.state.sequence;
    assert_int_equal(store_raise_time_floor(&bench.store, start + STORE_TIME_STEP - 1), DR_OK);
    assert_int_equal(bench.store.state.sequence, sequence);
    assert_int_equal(store_raise_time_floor(&bench.store, start - 1000000), DR_OK);
    assert_int_equal(bench.store.state.time_floor, start + STORE_TIME_STEP - 1);
    assert_int_equal(store_raise_time_floor(&bench.store, start + STORE_TIME_STEP), DR_OK);
    assert_int_equal(bench.store.state.sequence, sequence + 1U);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_int_equal(bench.store.state.time_floor, start + STORE_TIME_STEP);
}

/* --- Objects --------------------------------------------------------------------------------------------------------- */

static void object_is_current_only_after_commit(void **state)
{
    struct store_writer writer;
    uint8_t data[BLOCK_TREE_BLOCK], back[BLOCK_TREE_BLOCK];
    size_t len;

    (void)state;
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &old_list));
    len = bench_cms(&new_list, data);
    assert_int_equal(store_begin(&bench.store, STORE_LIST_0, bytes_of(data, len), 3, &writer), DR_OK);
    for (uint32_t i = 0; i < 3U; i++) {
        assert_int_equal(writer.body.read(writer.body.ctx, i, back), DR_ERR_ARGUMENT);
        bench_block(&new_list, i, data);
        assert_int_equal(store_commit(&writer, &new_list), DR_ERR_ARGUMENT);
        assert_int_equal(store_write_block(&writer, i + 1U, data), DR_ERR_ARGUMENT);
        assert_int_equal(store_write_block(&writer, i, data), DR_OK);
        assert_int_equal(store_write_block(&writer, i, data), DR_ERR_ARGUMENT);
        assert_int_equal(writer.body.read(writer.body.ctx, i, back), DR_OK);
        assert_memory_equal(back, data, sizeof data);
        assert_true(store_bench_holds(&bench, STORE_LIST_0, &old_list));
    }
    assert_int_equal(store_commit(&writer, &old_list), DR_ERR_ARGUMENT); /* other length */
    assert_int_equal(store_commit(&writer, &new_list), DR_OK);
    store_abandon(&writer);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &new_list));
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &new_list));
}

static void all_objects_live_side_by_side(void **state)
{
    static const char *const ids[STORE_OBJECTS] = {"", "trust", "A", "B", "C", "D"};
    struct manifest manifest[STORE_OBJECTS];

    (void)state;
    for (unsigned round = 1; round <= 3U; round++) {
        for (unsigned i = 0; i < STORE_OBJECTS; i++) {
            bench_manifest(&manifest[i], ids[i], 10U * round + i, i == STORE_POLICY ? 0 : round);
            assert_int_equal(store_bench_push(&bench, (enum store_object)i, &manifest[i]), DR_OK);
        }
        assert_int_equal(store_bench_mount(&bench), DR_OK);
        for (unsigned i = 0; i < STORE_OBJECTS; i++) {
            assert_true(store_bench_holds(&bench, (enum store_object)i, &manifest[i]));
        }
    }
}

static void reader_of_a_replaced_object_reads_nothing_else(void **state)
{
    struct store_reader reader;
    struct block_source body;
    uint8_t data[BLOCK_TREE_BLOCK];
    struct manifest third;

    (void)state;
    bench_manifest(&third, "UTO-1", 9, 2);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);
    assert_int_equal(store_open(&bench.store, STORE_LIST_0, &reader, &body), DR_OK);
    assert_int_equal(body.read(body.ctx, 2, data), DR_ERR_ARGUMENT);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &new_list), DR_OK);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &third), DR_OK);
    assert_int_equal(body.read(body.ctx, 0, data), DR_ERR_CORRUPT);
}

static void swapped_or_moved_blocks_do_not_open(void **state)
{
    struct store_geometry *geometry = &bench.store.geometry;
    struct store_reader reader;
    struct block_source body;
    uint8_t data[BLOCK_TREE_BLOCK], *image;
    size_t first, second;

    (void)state;
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &new_list), DR_OK);
    image = image_of_medium();
    first = ((size_t)geometry->first[STORE_LIST_0][0] + 1U) * SEALED_BLOCK_SIZE;
    second = first + SEALED_BLOCK_SIZE;
    memcpy(image + first, bench.medium.durable + second, SEALED_BLOCK_SIZE);
    memcpy(image + second, bench.medium.durable + first, SEALED_BLOCK_SIZE);
    ram_block_load(&bench.medium, image);
    assert_int_equal(store_open(&bench.store, STORE_LIST_0, &reader, &body), DR_OK);
    assert_int_equal(body.read(body.ctx, 0, data), DR_ERR_CORRUPT);
    assert_int_equal(body.read(body.ctx, 1, data), DR_ERR_CORRUPT);
    assert_int_equal(body.read(body.ctx, 2, data), DR_OK);
    free(image);
}

static void older_filling_of_the_slot_does_not_open(void **state)
{
    struct store_geometry *geometry = &bench.store.geometry;
    struct manifest third, fourth;
    uint8_t *image, *old;
    size_t slot = (size_t)geometry->first[STORE_LIST_0][0] * SEALED_BLOCK_SIZE;

    (void)state;
    bench_manifest(&third, "UTO-1", 9, 2);
    bench_manifest(&fourth, "UTO-1", 10, 2);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK); /* slot 0 */
    old = image_of_medium();
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &third), DR_OK);  /* slot 1 */
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &fourth), DR_OK); /* slot 0 */
    image = image_of_medium();
    memcpy(image + slot, old + slot, 3U * SEALED_BLOCK_SIZE);
    ram_block_load(&bench.medium, image);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_false(store_bench_holds(&bench, STORE_LIST_0, &fourth));
    assert_false(store_bench_holds(&bench, STORE_LIST_0, &old_list));
    free(image);
    free(old);
}

static void each_bit_of_an_object_is_watched(void **state)
{
    size_t first = (size_t)bench.store.geometry.first[STORE_LIST_0][0] * SEALED_BLOCK_SIZE;
    struct store_reader reader;
    struct block_source body;
    uint8_t data[BLOCK_TREE_BLOCK], expected[BLOCK_TREE_BLOCK];

    (void)state;
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);
    assert_int_equal(store_open(&bench.store, STORE_LIST_0, &reader, &body), DR_OK);
    bench_block(&old_list, 0, expected);
    for (size_t octet = 0; octet < BLOCK_TREE_BLOCK + AEAD_TAG_SIZE; octet += octet < BLOCK_TREE_BLOCK ? 13U : 1U) {
        ram_block_flip(&bench.medium, first + SEALED_BLOCK_SIZE + octet, (unsigned)(octet % 8U));
        assert_int_equal(body.read(body.ctx, 0, data), DR_ERR_CORRUPT);
        ram_block_flip(&bench.medium, first + SEALED_BLOCK_SIZE + octet, (unsigned)(octet % 8U));
    }
    assert_int_equal(body.read(body.ctx, 0, data), DR_OK);
    assert_memory_equal(data, expected, sizeof data);
}

static void failed_commit_keeps_the_old_object_in_memory_too(void **state)
{
    struct store_writer writer;
    uint8_t data[BLOCK_TREE_BLOCK];
    size_t len = bench_cms(&new_list, data);

    (void)state;
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);
    assert_int_equal(store_begin(&bench.store, STORE_LIST_0, bytes_of(data, len), 3, &writer), DR_OK);
    for (uint32_t i = 0; i < 3U; i++) {
        bench_block(&new_list, i, data);
        assert_int_equal(store_write_block(&writer, i, data), DR_OK);
    }
    bench.medium.fail_write = bench.medium.calls_write + 1U;
    assert_int_equal(store_commit(&writer, &new_list), DR_ERR_IO);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &old_list));
    assert_int_equal(bench.store.state.objects[STORE_LIST_0].floor, 7);
    assert_int_equal(store_commit(&writer, &new_list), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &new_list));
}

static void failed_block_may_be_written_again(void **state)
{
    struct store_writer writer;
    uint8_t data[BLOCK_TREE_BLOCK];
    size_t len = bench_cms(&old_list, data);

    (void)state;
    assert_int_equal(store_begin(&bench.store, STORE_LIST_0, bytes_of(data, len), 2, &writer), DR_OK);
    bench_block(&old_list, 0, data);
    bench.medium.fail_read = bench.medium.calls_read + 1U;
    assert_int_equal(store_write_block(&writer, 0, data), DR_ERR_IO);
    assert_int_equal(store_write_block(&writer, 0, data), DR_OK);
    bench_block(&old_list, 1, data);
    assert_int_equal(store_write_block(&writer, 1, data), DR_OK);
    assert_int_equal(store_commit(&writer, &old_list), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &old_list));
    assert_int_equal(seal_record_repeats(), 0);
}

static void loss_of_the_newest_copy_while_filling_leaves_the_current_object(void **state)
{
    struct store_writer writer;
    uint8_t data[BLOCK_TREE_BLOCK];
    size_t len = bench_cms(&new_list, data);
    struct manifest third;

    (void)state;
    bench_manifest(&third, "UTO-1", 6, 2);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &third), DR_OK);                           /* slot 0 */
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);                        /* slot 1 */
    assert_int_equal(store_begin(&bench.store, STORE_LIST_0, bytes_of(data, len), 3, &writer), DR_OK); /* over slot 0 */
    ram_block_flip(&bench.medium, octet_of_superblock(bench.store.active_superblock, 9), 2);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &old_list));
}

static void slots_have_limits(void **state)
{
    struct store_writer writer;
    uint8_t cms[5000] = {1};
    uint32_t blocks = bench.store.geometry.blocks[STORE_LIST_3];
    uint32_t writes = bench.medium.writes;

    (void)state;
    assert_int_equal(store_begin(&bench.store, STORE_LIST_3, bytes_of(cms, 4096), blocks, &writer), DR_ERR_NO_SPACE);
    assert_int_equal(store_begin(&bench.store, STORE_LIST_3, bytes_of(cms, 4097), blocks - 1U, &writer),
                     DR_ERR_NO_SPACE);
    assert_int_equal(store_begin(&bench.store, STORE_LIST_3, bytes_of(cms, 10), UINT32_MAX, &writer), DR_ERR_NO_SPACE);
    assert_int_equal(store_begin(&bench.store, STORE_LIST_3, bytes_of(cms, 0), 1, &writer), DR_ERR_ARGUMENT);
    assert_int_equal(store_begin(&bench.store, STORE_OBJECTS, bytes_of(cms, 10), 1, &writer), DR_ERR_ARGUMENT);
    assert_int_equal(bench.medium.writes, writes);
    assert_int_equal(store_begin(&bench.store, STORE_LIST_3, bytes_of(cms, 4096), blocks - 1U, &writer), DR_OK);
    store_abandon(&writer);
    assert_int_equal(store_write_block(&writer, 0, cms), DR_ERR_ARGUMENT);
}

static void cms_of_several_blocks(void **state)
{
    struct store_writer writer;
    struct store_reader reader;
    struct manifest manifest;
    uint8_t cms[6001], back[6001];
    size_t len = sizeof back;

    (void)state;
    for (size_t i = 0; i < sizeof cms; i++) {
        cms[i] = (uint8_t)(i * 7U + i / 256U);
    }
    bench_manifest(&manifest, "", 1, 0);
    assert_int_equal(store_begin(&bench.store, STORE_POLICY, bytes_of(cms, sizeof cms), 0, &writer), DR_OK);
    assert_int_equal(store_commit(&writer, &manifest), DR_OK);
    assert_int_equal(store_open(&bench.store, STORE_POLICY, &reader, NULL), DR_OK);
    assert_int_equal(store_read_cms(&reader, back, &len), DR_OK);
    assert_int_equal(len, sizeof cms);
    assert_memory_equal(cms, back, sizeof cms);
    len = sizeof cms - 1U;
    assert_int_equal(store_read_cms(&reader, back, &len), DR_ERR_TOO_LARGE);
}

/* --- Where lists go -------------------------------------------------------------------------------------------------- */

static void lists_go_to_the_smallest_place_and_move_when_they_grow(void **state)
{
    uint32_t small = bench.store.geometry.blocks[STORE_LIST_2], medium = bench.store.geometry.blocks[STORE_LIST_1];
    struct manifest first, grown, other;
    enum store_object object = STORE_OBJECTS;

    (void)state;
    bench_manifest(&first, "A", 20, 1);
    bench_manifest(&grown, "A", 21, small); /* with its CMS one block too many */
    bench_manifest(&other, "B", 5, 1);
    assert_int_equal(store_find_list(&bench.store, "A", &object), DR_ERR_NOT_FOUND);
    assert_int_equal(store_place_list(&bench.store, "A", 700, 1, &object), DR_OK);
    assert_int_equal(object, STORE_LIST_2);
    assert_int_equal(store_bench_push(&bench, object, &first), DR_OK);
    assert_int_equal(store_place_list(&bench.store, "B", 700, 1, &object), DR_OK);
    assert_int_equal(object, STORE_LIST_3);
    assert_int_equal(store_bench_push(&bench, object, &other), DR_OK);

    assert_int_equal(store_place_list(&bench.store, "A", 700, small, &object), DR_OK);
    assert_int_equal(object, STORE_LIST_1);
    assert_int_equal(store_bench_push(&bench, object, &grown), DR_OK);
    assert_int_equal(store_find_list(&bench.store, "A", &object), DR_OK);
    assert_int_equal(object, STORE_LIST_1);
    assert_false(bench.store.state.objects[STORE_LIST_2].present);
    assert_int_equal(bench.store.state.objects[STORE_LIST_1].floor, 21);

    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_1, &grown));
    assert_true(store_bench_holds(&bench, STORE_LIST_3, &other));
    assert_int_equal(store_place_list(&bench.store, "B", 700, medium, &object), DR_OK);
    assert_int_equal(object, STORE_LIST_0);
    assert_int_equal(store_place_list(&bench.store, "B", 700, 100000, &object), DR_ERR_NO_SPACE);
    assert_int_equal(store_place_list(&bench.store, "C", SIZE_MAX, 1, &object), DR_ERR_NO_SPACE);
}

static void fifth_list_finds_no_place(void **state)
{
    enum store_object object;
    struct manifest manifest;
    char id[2] = "A";

    (void)state;
    for (unsigned i = 0; i < STORE_LISTS; i++, id[0]++) {
        bench_manifest(&manifest, id, 1, 1);
        assert_int_equal(store_place_list(&bench.store, id, 700, 1, &object), DR_OK);
        assert_int_equal(store_bench_push(&bench, object, &manifest), DR_OK);
    }
    assert_int_equal(store_place_list(&bench.store, id, 700, 1, &object), DR_ERR_NOT_FOUND);
    assert_int_equal(store_place_list(&bench.store, "A", 700, 1, &object), DR_OK);
}

static void moving_is_undone_when_the_commit_fails(void **state)
{
    struct manifest first, grown;
    struct store_writer writer;
    uint8_t data[BLOCK_TREE_BLOCK];
    enum store_object object;
    size_t len;

    (void)state;
    bench_manifest(&first, "A", 20, 1);
    bench_manifest(&grown, "A", 21, 1);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_2, &first), DR_OK);
    len = bench_cms(&grown, data);
    assert_int_equal(store_begin(&bench.store, STORE_LIST_0, bytes_of(data, len), 1, &writer), DR_OK);
    bench_block(&grown, 0, data);
    assert_int_equal(store_write_block(&writer, 0, data), DR_OK);
    bench.medium.fail_sync = bench.medium.calls_sync + 1U;
    assert_int_equal(store_commit(&writer, &grown), DR_ERR_IO);
    assert_int_equal(store_find_list(&bench.store, "A", &object), DR_OK);
    assert_int_equal(object, STORE_LIST_2);
    assert_true(store_bench_holds(&bench, STORE_LIST_2, &first));
}

/* --- Keys and nonces ------------------------------------------------------------------------------------------------- */

static void card_set_back_repeats_no_nonce(void **state)
{
    uint8_t *image;
    struct manifest other;

    (void)state;
    /* The same image again and again, a generator without any noise: it draws the same salts each time. */
    bench_manifest(&other, "UTO-1", 8, 3);
    other.entry_count = 99;
    image = image_of_medium();
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &old_list), DR_OK);
    ram_block_load(&bench.medium, image);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &new_list), DR_OK);
    ram_block_load(&bench.medium, image);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
    bench.store.state.counters.no_record = 1; /* another state under the same seed */
    assert_int_equal(store_save(&bench.store), DR_OK);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &other), DR_OK);
    assert_int_equal(store_bench_format(&bench), DR_OK);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &new_list), DR_OK);
    assert_true(seal_record_count() > 30);
    assert_int_equal(seal_record_repeats(), 0);
    free(image);
}

int main(void)
{
#define FORMATTED(test) cmocka_unit_test_setup_teardown(test, formatted, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blank_medium_is_not_formatted_silently, blank, teardown),
        FORMATTED(formatted_medium_mounts_empty),
        cmocka_unit_test_setup_teardown(no_medium_and_small_medium, blank, teardown),
        FORMATTED(each_mount_renews_the_seed),
        FORMATTED(each_save_has_a_seed_of_its_own),
        FORMATTED(nothing_random_before_the_seed_is_durable),
        FORMATTED(start_from_the_older_copy_is_another_start),
        FORMATTED(other_secret_is_a_foreign_card),
        FORMATTED(other_version_is_told_apart),
        FORMATTED(damaged_copy_is_no_failure_and_is_rewritten),
        FORMATTED(both_copies_damaged_is_corrupt),
        FORMATTED(copies_are_not_interchangeable),
        FORMATTED(image_on_a_smaller_medium_is_refused),
        FORMATTED(format_forgets_everything),
        FORMATTED(saves_alternate),
        FORMATTED(failed_save_leaves_the_other_copy_in_force),
        FORMATTED(card_that_ignores_writes_is_noticed),
        FORMATTED(counters_are_saved_in_batches),
        FORMATTED(time_floor_never_goes_back_and_is_saved_in_steps),
        FORMATTED(object_is_current_only_after_commit),
        FORMATTED(all_objects_live_side_by_side),
        FORMATTED(reader_of_a_replaced_object_reads_nothing_else),
        FORMATTED(swapped_or_moved_blocks_do_not_open),
        FORMATTED(older_filling_of_the_slot_does_not_open),
        FORMATTED(each_bit_of_an_object_is_watched),
        FORMATTED(failed_commit_keeps_the_old_object_in_memory_too),
        FORMATTED(failed_block_may_be_written_again),
        FORMATTED(loss_of_the_newest_copy_while_filling_leaves_the_current_object),
        FORMATTED(slots_have_limits),
        FORMATTED(cms_of_several_blocks),
        FORMATTED(lists_go_to_the_smallest_place_and_move_when_they_grow),
        FORMATTED(fifth_list_finds_no_place),
        FORMATTED(moving_is_undone_when_the_commit_fails),
        FORMATTED(card_set_back_repeats_no_nonce),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
