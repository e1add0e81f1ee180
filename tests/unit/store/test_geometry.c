#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/geometry.h"

static void plans_hold_for_every_size(void **state)
{
    struct store_geometry geometry;

    (void)state;
    for (uint64_t sectors = GEOMETRY_MIN_BLOCKS * STORE_SECTORS_PER_BLOCK; sectors <= UINT32_MAX;
         sectors += sectors / 7U + 1U) {
        assert_int_equal(geometry_plan((uint32_t)sectors, &geometry), DR_OK);
        assert_true(geometry_valid(&geometry, (uint32_t)sectors));
    }
    assert_int_equal(geometry_plan(UINT32_MAX, &geometry), DR_OK);
    assert_true(geometry_valid(&geometry, UINT32_MAX));
}

static void small_media_are_refused(void **state)
{
    struct store_geometry geometry;

    (void)state;
    assert_int_equal(geometry_plan(GEOMETRY_MIN_BLOCKS * STORE_SECTORS_PER_BLOCK - 1U, &geometry), DR_ERR_NO_SPACE);
    assert_int_equal(geometry_plan(0, &geometry), DR_ERR_NO_SPACE);
}

static void card_of_64_mb_takes_a_list_of_12_mb(void **state)
{
    struct store_geometry geometry;

    (void)state;
    assert_int_equal(geometry_plan(131072, &geometry), DR_OK);
    assert_true(geometry.blocks[STORE_LIST_0] >= 12U * 256U);
}

static void wrong_geometries_are_noticed(void **state)
{
    const uint32_t sectors = 16384;
    struct store_geometry good, bad;

    (void)state;
    assert_int_equal(geometry_plan(sectors, &good), DR_OK);
    for (unsigned object = 0; object < STORE_OBJECTS; object++) {
        bad = good;
        bad.blocks[object] = 0;
        assert_false(geometry_valid(&bad, sectors));
        bad = good;
        bad.blocks[object] = UINT32_MAX;
        assert_false(geometry_valid(&bad, sectors));
        bad = good;
        bad.first[object][1] = bad.first[object][0];
        assert_false(geometry_valid(&bad, sectors));
        bad = good;
        bad.first[object][0] = GEOMETRY_SUPERBLOCK_1;
        assert_false(geometry_valid(&bad, sectors));
        bad = good;
        bad.first[object][1] = UINT32_MAX;
        assert_false(geometry_valid(&bad, sectors));
        bad = good;
        bad.first[object][1] = sectors / STORE_SECTORS_PER_BLOCK - good.blocks[object] + 1U;
        assert_false(geometry_valid(&bad, sectors));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_hold_for_every_size),
        cmocka_unit_test(small_media_are_refused),
        cmocka_unit_test(card_of_64_mb_takes_a_list_of_12_mb),
        cmocka_unit_test(wrong_geometries_are_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
