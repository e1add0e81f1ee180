/* The audit log: what the oversight reads, what nobody can rewrite, and what power and a worn card do to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oversight.h"
#include "seal_record.h"
#include "store_bench.h"

#define NOW INT64_C(1795000000)

static struct store_bench bench;
static struct oversight oversight;

static enum dr_status append(const char *text)
{
    struct der_writer writer = audit_begin(&bench.store);

    der_write_item(&writer, DER_UTF8_STRING, bytes_of(text, strlen(text)));
    return audit_commit(&bench.store, &writer, AUDIT_BOOT, NOW, true);
}

static void append_many(unsigned count)
{
    while (count-- > 0) {
        assert_int_equal(append("x"), DR_OK);
    }
}

static int setup(void **state)
{
    (void)state;
    seal_record_reset();
    store_bench_init(&bench, BENCH_SECTORS);
    if (store_bench_format(&bench) != DR_OK) {
        return -1;
    }
    oversight_make(&oversight, 0x31);
    return audit_set_oversight(&bench.store, bytes_of(oversight.spki, oversight.spki_len), NOW, true) == DR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    store_bench_free(&bench);
    return 0;
}

static void restart(void)
{
    ram_block_power_on(&bench.medium);
    assert_int_equal(store_bench_mount(&bench), DR_OK);
}

static void without_an_oversight_nothing_is_written(void **state)
{
    uint32_t before;

    (void)state;
    assert_int_equal(audit_set_oversight(&bench.store, bytes_of(NULL, 0), NOW, true), DR_OK);
    before = bench.medium.writes;
    append_many(3);
    assert_int_equal(bench.medium.writes, before);
    assert_int_equal(bench.store.state.audit.next, 1);
}

struct seen {
    unsigned boots, segments;
    struct audit_record last;
    char text[32];
};

static void see(void *ctx, const struct audit_record *record)
{
    struct seen *seen = ctx;

    seen->boots += record->kind == AUDIT_BOOT;
    seen->segments += record->kind == AUDIT_SEGMENT;
    seen->last = *record;
    if (record->kind == AUDIT_BOOT) {
        memcpy(seen->text, record->detail.data + 2, record->detail.len - 2);
    }
}

static void oversight_reads_what_was_written(void **state)
{
    struct seen seen = {0};

    (void)state;
    bench.store.state.counters = (struct store_counters){5, 6, 7, 8};
    assert_int_equal(append("one"), DR_OK);
    assert_int_equal(append("two"), DR_OK);
    assert_int_equal(oversight_read(&oversight, &bench.store, see, &seen), 3);
    assert_int_equal(seen.segments, 1);
    assert_int_equal(seen.boots, 2);
    assert_int_equal(seen.last.number, 2);
    assert_int_equal(seen.last.time, NOW);
    assert_true(seen.last.confirmed);
    assert_int_equal(seen.last.no_record, 5);
    assert_int_equal(seen.last.cannot_verify, 8);
    assert_string_equal(seen.text, "two");
}

static void another_oversight_reads_nothing(void **state)
{
    struct oversight other;

    (void)state;
    oversight_make(&other, 0x32);
    append_many(2);
    assert_int_equal(oversight_read(&other, &bench.store, NULL, NULL), -1);
}

/* What the device keeps opens no record that was written before, whichever way its key is carried on. */
static void the_past_is_closed_to_the_device(void **state)
{
    uint8_t key[AEAD_KEY_SIZE], first[AEAD_KEY_SIZE], sector[AUDIT_SECTOR];
    const uint8_t *memory = (const uint8_t *)&bench.store;

    (void)state;
    append_many(4);
    assert_int_equal(oversight_unwrap(&oversight, &bench.store, first), DR_OK);
    memcpy(key, bench.store.state.audit.key, sizeof key);
    for (unsigned step = 0; step < 40; step++) {
        for (uint64_t number = 0; number < 5; number++) {
            assert_int_equal(audit_read(&bench.store, number, sector), DR_OK);
            assert_int_equal(audit_open(key, number, sector), DR_ERR_CORRUPT);
        }
        assert_int_equal(audit_next_key(key), DR_OK);
    }
    for (uint64_t number = 0; number < 5; number++) {
        for (size_t i = 0; i + AEAD_KEY_SIZE <= sizeof bench.store; i++) {
            assert_memory_not_equal(memory + i, first, AEAD_KEY_SIZE);
        }
        assert_int_equal(audit_next_key(first), DR_OK);
    }
}

static void a_full_ring_goes_on_and_counts(void **state)
{
    uint32_t capacity = audit_capacity(&bench.store);
    struct seen seen = {0};
    uint8_t sector[AUDIT_SECTOR];

    (void)state;
    append_many(3U * capacity);
    assert_int_equal(bench.store.state.audit.next, 3U * capacity + 1U);
    assert_int_equal(oversight_read(&oversight, &bench.store, see, &seen), capacity);
    assert_int_equal(seen.last.first, 2U * capacity + 1U);
    assert_int_equal(audit_first(&bench.store), 2U * capacity + 1U);
    assert_int_equal(audit_read(&bench.store, 2U * capacity, sector), DR_ERR_NOT_FOUND);
    restart();
    assert_int_equal(oversight_read(&oversight, &bench.store, NULL, NULL), capacity);
}

/* Records lie beyond what the superblock knows when power goes: each number of them is found again. */
static void a_restart_goes_on_behind_the_last_record(void **state)
{
    (void)state;
    for (unsigned more = 0; more < AUDIT_UNSAVED + 4U; more++) {
        uint64_t next = bench.store.state.audit.next;

        append_many(more);
        restart();
        assert_int_equal(bench.store.state.audit.next, next + more);
        assert_true(oversight_read(&oversight, &bench.store, NULL, NULL) > 0);
    }
    assert_int_equal(seal_record_repeats(), 0);
}

static size_t octet_of(uint64_t number, unsigned copy)
{
    return ((size_t)GEOMETRY_FIRST_FREE * STORE_SECTORS_PER_BLOCK + copy * audit_capacity(&bench.store) +
            number % audit_capacity(&bench.store)) *
           PORT_SECTOR_SIZE;
}

static void either_copy_is_enough_and_a_start_mends_the_newest(void **state)
{
    (void)state;
    append_many(3);
    ram_block_flip(&bench.medium, octet_of(3, 0) + 100, 2);
    ram_block_flip(&bench.medium, octet_of(2, 1) + 511, 7);
    assert_int_equal(oversight_read(&oversight, &bench.store, NULL, NULL), 4);
    restart();
    assert_int_equal(bench.store.state.audit.next, 4);
    ram_block_flip(&bench.medium, octet_of(3, 1) + 50, 1); /* what was copied back is what is left */
    assert_int_equal(oversight_read(&oversight, &bench.store, NULL, NULL), 4);
}

static void a_record_that_is_gone_leaves_a_gap(void **state)
{
    uint8_t sector[AUDIT_SECTOR];

    (void)state;
    append_many(5);
    ram_block_flip(&bench.medium, octet_of(3, 0) + 100, 2);
    ram_block_flip(&bench.medium, octet_of(3, 1) + 100, 2);
    restart();
    assert_int_equal(bench.store.state.audit.next, 6);
    assert_int_equal(audit_read(&bench.store, 3, sector), DR_ERR_CORRUPT);
    assert_int_equal(append("after"), DR_OK);
    assert_int_equal(bench.store.state.audit.next, 7);
    assert_int_equal(oversight_read(&oversight, &bench.store, NULL, NULL), -1);
}

static void what_cannot_be_written_is_counted(void **state)
{
    struct seen seen = {0};

    (void)state;
    bench.medium.ignore_writes = true;
    assert_int_equal(append("lost"), DR_ERR_IO);
    assert_int_equal(append("lost"), DR_ERR_IO);
    bench.medium.ignore_writes = false;
    assert_int_equal(append("kept"), DR_OK);
    assert_int_equal(oversight_read(&oversight, &bench.store, see, &seen), 2);
    assert_int_equal(seen.last.lost, 2);
    assert_string_equal(seen.text, "kept");
}

static void a_new_oversight_begins_a_segment_that_links_on(void **state)
{
    struct oversight other;
    struct store_audit before;
    uint8_t key[AEAD_KEY_SIZE], sector[AUDIT_SECTOR];
    struct audit_record record;
    struct seen seen = {0};

    (void)state;
    append_many(2);
    before = bench.store.state.audit;
    oversight_make(&other, 0x33);
    assert_int_equal(audit_set_oversight(&bench.store, bytes_of(other.spki, other.spki_len), NOW, true), DR_OK);
    assert_int_equal(bench.store.state.audit.segment, 3);
    assert_int_equal(append("new"), DR_OK);
    assert_int_equal(oversight_read(&other, &bench.store, see, &seen), 2);
    assert_string_equal(seen.text, "new");
    assert_int_equal(oversight_read(&oversight, &bench.store, NULL, NULL), -1);
    assert_int_equal(oversight_unwrap(&other, &bench.store, key), DR_OK);
    assert_int_equal(audit_read(&bench.store, 3, sector), DR_OK);
    assert_int_equal(audit_open(key, 3, sector), DR_OK);
    assert_int_equal(audit_record_read(sector + AUDIT_PLAINTEXT_AT, &record), DR_OK);
    assert_memory_equal(record.before, before.head, sizeof record.before);
    /* The same again changes nothing. */
    assert_int_equal(audit_set_oversight(&bench.store, bytes_of(other.spki, other.spki_len), NOW, true), DR_OK);
    assert_int_equal(bench.store.state.audit.next, 5);
}

/* No bit of a record can change: it does not open, or is not even taken for one. */
static void every_flipped_bit_is_noticed(void **state)
{
    uint8_t key[AEAD_KEY_SIZE], sector[AUDIT_SECTOR], flipped[AUDIT_SECTOR];

    (void)state;
    assert_int_equal(oversight_unwrap(&oversight, &bench.store, key), DR_OK);
    assert_int_equal(audit_read(&bench.store, 0, sector), DR_OK);
    for (size_t bit = 0; bit < 8U * AUDIT_SECTOR; bit++) {
        memcpy(flipped, sector, sizeof flipped);
        flipped[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
        assert_int_equal(audit_open(key, 0, flipped), DR_ERR_CORRUPT);
    }
    assert_int_equal(audit_open(key, 1, sector), DR_ERR_CORRUPT);
    assert_int_equal(audit_open(key, 0, sector), DR_OK);
}

/* A card set back to an older image writes other records with the same number: never under the same key and nonce. */
static void a_card_set_back_repeats_no_nonce(void **state)
{
    uint8_t *image = test_malloc(ram_block_size(&bench.medium));

    (void)state;
    ram_block_save(&bench.medium, image);
    assert_int_equal(append("one"), DR_OK);
    assert_int_equal(append("two"), DR_OK);
    for (unsigned i = 0; i < 3; i++) {
        ram_block_load(&bench.medium, image);
        restart();
        assert_int_equal(append(i % 2 == 0 ? "three" : "four"), DR_OK);
    }
    assert_int_equal(seal_record_repeats(), 0);
    test_free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_an_oversight_nothing_is_written, setup, teardown),
        cmocka_unit_test_setup_teardown(oversight_reads_what_was_written, setup, teardown),
        cmocka_unit_test_setup_teardown(another_oversight_reads_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(the_past_is_closed_to_the_device, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_ring_goes_on_and_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(a_restart_goes_on_behind_the_last_record, setup, teardown),
        cmocka_unit_test_setup_teardown(either_copy_is_enough_and_a_start_mends_the_newest, setup, teardown),
        cmocka_unit_test_setup_teardown(a_record_that_is_gone_leaves_a_gap, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_is_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_new_oversight_begins_a_segment_that_links_on, setup, teardown),
        cmocka_unit_test_setup_teardown(every_flipped_bit_is_noticed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_card_set_back_repeats_no_nonce, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
