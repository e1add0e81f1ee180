/* The factory page's layout, and each single flipped bit of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/factory_page.h"

static void fill(struct factory_page *page)
{
    for (size_t i = 0; i < sizeof page->device_secret; i++) {
        page->device_secret[i] = (uint8_t)(0x20 + i);
        page->first_seed[i] = (uint8_t)(0x80 + i);
    }
    for (size_t i = 0; i < sizeof page->owner; i++) {
        page->owner[i] = (uint8_t)(0xC0 + i);
    }
    page->locked = true;
    memcpy(page->device_id, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
}

static void writes_its_layout(void **state)
{
    struct factory_page in, out;
    uint8_t page[FACTORY_PAGE_SIZE];

    (void)state;
    fill(&in);
    factory_page_write(&in, page);
    assert_memory_equal(page, "DRFP\x02\x01\x02\x03\x04\x05\x06\x07\x08\x20\x21", 15);
    assert_memory_equal(page + 45, "\x80\x81", 2);
    assert_memory_equal(page + 77, "\xC0\xC1", 2);
    assert_int_equal(page[109], 1);
    for (size_t i = 110; i < 124; i++) {
        assert_int_equal(page[i], 0);
    }
    /* Over the first 124 octets, as gzip computes it. */
    assert_int_equal(get_be32(page + 124), 0xE4F286EEU);
    assert_int_equal(factory_page_read(page, &out), DR_OK);
    assert_memory_equal(&in, &out, sizeof in);
}

static void notices_damage(void **state)
{
    struct factory_page in, out;
    uint8_t page[FACTORY_PAGE_SIZE];

    (void)state;
    fill(&in);
    factory_page_write(&in, page);
    for (size_t bit = 0; bit < 8 * FACTORY_PAGE_SIZE; bit++) {
        page[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(factory_page_read(page, &out), DR_ERR_CORRUPT);
        page[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    memset(page, 0xFF, sizeof page);
    assert_int_equal(factory_page_read(page, &out), DR_ERR_NOT_FOUND);
    page[100] = 0xFE;
    assert_int_equal(factory_page_read(page, &out), DR_ERR_CORRUPT);
    memset(page, 0, sizeof page);
    assert_int_equal(factory_page_read(page, &out), DR_ERR_CORRUPT);
}

static void refuses_another_version(void **state)
{
    /* Version 3, with the CRC that belongs to it. */
    struct factory_page in, out;
    uint8_t page[FACTORY_PAGE_SIZE];

    (void)state;
    fill(&in);
    factory_page_write(&in, page);
    page[4] = 3;
    put_be32(page + 124, 0x75FC682FU);
    assert_int_equal(factory_page_read(page, &out), DR_ERR_UNSUPPORTED);
}

/* A device made before owners were named goes on, as anybody's. */
static void reads_version_1(void **state)
{
    struct factory_page in, out;
    uint8_t page[FACTORY_PAGE_SIZE];

    (void)state;
    fill(&in);
    memset(in.owner, 0, sizeof in.owner);
    in.locked = false;
    factory_page_write(&in, page);
    page[4] = 1;
    put_be32(page + 124, 0x8F2132C7U);
    assert_int_equal(factory_page_read(page, &out), DR_OK);
    assert_memory_equal(&in, &out, sizeof in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_its_layout),
        cmocka_unit_test(notices_damage),
        cmocka_unit_test(refuses_another_version),
        cmocka_unit_test(reads_version_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
