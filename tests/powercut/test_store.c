/*
 * Power cut at every sector write. After it the device must start, hold the old or the new object whole, take the next
 * update, and never have sealed two plaintexts under one key and nonce. The restart is the worst there is: no noise at all. Its own
 * writes are cut too, each of them. More than 10^5 cuts; with DOCREV_POWERCUT=long more than 10^6.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "oversight.h"
#include "seal_record.h"
#include "store_bench.h"

static struct store_bench bench;
static uint8_t *before; /* the medium at the scenario's start */
static struct oversight oversight;
static uint8_t segment_key[AEAD_KEY_SIZE];
static uint64_t logged;   /* records in `before` */
static uint64_t returned; /* records whose writing was confirmed before the cut */
static struct manifest policy, list, other, fresh, next, third;
static unsigned long cuts, cuts_of_recovery;
static bool is_long;

#define TIME INT64_C(1795000000)

/* Each is what the device does from power-on on. The cut makes it fail somewhere. */
struct scenario {
    const char *name;
    enum dr_status (*run)(void);
    bool (*old_or_new)(void);
};

static enum dr_status start(void)
{
    return store_bench_mount(&bench);
}

/* --- Scenarios ------------------------------------------------------------------------------------------------------- */

static enum dr_status push_first(void)
{
    enum dr_status status = start();

    return status == DR_OK ? store_bench_push(&bench, STORE_LIST_2, &fresh) : status;
}

static bool first_or_none(void)
{
    return !bench.store.state.objects[STORE_LIST_2].present || store_bench_holds(&bench, STORE_LIST_2, &fresh);
}

static enum dr_status push_next(void)
{
    enum dr_status status = start();

    return status == DR_OK ? store_bench_push(&bench, STORE_LIST_0, &next) : status;
}

static bool list_or_next(void)
{
    return store_bench_holds(&bench, STORE_LIST_0, &list) || store_bench_holds(&bench, STORE_LIST_0, &next);
}

/* Two editions in a row: the second goes over the slot that the list was in. */
static enum dr_status push_twice(void)
{
    enum dr_status status = push_next();

    return status == DR_OK ? store_bench_push(&bench, STORE_LIST_0, &third) : status;
}

static bool any_of_three(void)
{
    return list_or_next() || store_bench_holds(&bench, STORE_LIST_0, &third);
}

/* A list moves to a larger place. */
static enum dr_status move_list(void)
{
    enum dr_status status = start();

    return status == DR_OK ? store_bench_push(&bench, STORE_LIST_1, &next) : status;
}

static bool moved_or_not(void)
{
    enum store_object object;

    return store_find_list(&bench.store, list.list_id, &object) == DR_OK &&
           store_bench_holds(&bench, object, object == STORE_LIST_0 ? &list : &next);
}

static enum dr_status rotate_policy(void)
{
    struct manifest rotated;
    enum dr_status status = start();

    bench_manifest(&rotated, "", 2, 0);
    return status == DR_OK ? store_bench_push(&bench, STORE_POLICY, &rotated) : status;
}

static bool either_policy(void)
{
    struct manifest rotated;

    bench_manifest(&rotated, "", 2, 0);
    return store_bench_holds(&bench, STORE_POLICY, &policy) || store_bench_holds(&bench, STORE_POLICY, &rotated);
}

static enum dr_status count_and_tick(void)
{
    enum dr_status status = start();

    for (unsigned i = 0; i < STORE_COUNTS_UNSAVED && status == DR_OK; i++) {
        bench.store.state.counters.refer++;
        status = store_counted(&bench.store);
    }
    return status == DR_OK ? store_raise_time_floor(&bench.store, TIME + STORE_TIME_STEP) : status;
}

static bool counted_and_ticked(void)
{
    const struct store_state *state = &bench.store.state;

    return (state->counters.refer == 5 || state->counters.refer == 5 + STORE_COUNTS_UNSAVED) &&
           (state->time_floor == TIME || state->time_floor == TIME + STORE_TIME_STEP);
}

static enum dr_status renew_trust(void)
{
    struct manifest trust;
    enum dr_status status = start();

    bench_manifest(&trust, "CSCA", 2, 2);
    return status == DR_OK ? store_bench_push(&bench, STORE_TRUST, &trust) : status;
}

static bool either_trust(void)
{
    struct manifest trust, renewed;

    bench_manifest(&trust, "CSCA", 1, 1);
    bench_manifest(&renewed, "CSCA", 2, 2);
    return store_bench_holds(&bench, STORE_TRUST, &trust) || store_bench_holds(&bench, STORE_TRUST, &renewed);
}

static enum dr_status append(void)
{
    struct der_writer writer = audit_begin(&bench.store);

    der_write_item(&writer, DER_UTF8_STRING, bytes_of("record", 6));
    return audit_commit(&bench.store, &writer, AUDIT_BOOT, TIME, true);
}

/* The ring is full: each record takes the place of an old one. */
static enum dr_status wrap_the_log(void)
{
    enum dr_status status = start();

    for (unsigned i = 0; i < 6 && status == DR_OK; i++) {
        status = append();
        returned += status == DR_OK;
        if (status == DR_OK && i == 3) {
            status = store_save(&bench.store);
        }
    }
    return status;
}

/* What was confirmed is there, everything kept opens and links, and the log goes on. */
static bool log_is_whole(void)
{
    uint64_t size = bench.store.state.audit.next;

    return size >= logged + returned && size <= logged + returned + 1U && bench.store.state.audit.lost == 0 &&
           oversight_read_with(segment_key, &bench.store, NULL, NULL) == (int)audit_capacity(&bench.store) &&
           append() == DR_OK &&
           oversight_read_with(segment_key, &bench.store, NULL, NULL) == (int)audit_capacity(&bench.store);
}

/* A new oversight: the old key or the new one, and never a record that neither opens. */
static enum dr_status change_oversight(void)
{
    struct oversight successor;
    enum dr_status status = start();

    if (status == DR_OK) {
        oversight_make(&successor, 0x62);
        status = audit_set_oversight(&bench.store, bytes_of(successor.spki, successor.spki_len), TIME, true);
    }
    return status;
}

static bool either_oversight(void)
{
    struct oversight successor;

    oversight_make(&successor, 0x62);
    return bench.store.state.audit.segment == 0
               ? oversight_read_with(segment_key, &bench.store, NULL, NULL) == (int)audit_capacity(&bench.store)
               : bench.store.state.audit.segment == logged && oversight_read(&successor, &bench.store, NULL, NULL) >= 0;
}

static bool seed_renewed(void)
{
    return true; /* that it mounts is the matter; the record of seals sees a seed used twice */
}

static const struct scenario scenarios[] = {
    {"start", start, seed_renewed},
    {"first edition", push_first, first_or_none},
    {"edition", push_next, list_or_next},
    {"two editions", push_twice, any_of_three},
    {"list moves", move_list, moved_or_not},
    {"policy rotation", rotate_policy, either_policy},
    {"trust store", renew_trust, either_trust},
    {"counters and time", count_and_tick, counted_and_ticked},
    {"audit log wraps", wrap_the_log, log_is_whole},
    {"oversight changes", change_oversight, either_oversight},
};

/* --- Harness --------------------------------------------------------------------------------------------------------- */

static const struct manner {
    enum ram_block_tear tear;
    uint32_t tear_at;
} manners[] = {
    {RAM_BLOCK_WHOLE, 0},   {RAM_BLOCK_ABSENT, 0},    {RAM_BLOCK_TORN, 1},   {RAM_BLOCK_TORN, 16},
    {RAM_BLOCK_TORN, 128},  {RAM_BLOCK_TORN, 256},    {RAM_BLOCK_TORN, 400}, {RAM_BLOCK_TORN, 511},
    {RAM_BLOCK_GARBAGE, 0}, {RAM_BLOCK_NEIGHBOUR, 0},
};
#define MANNERS (sizeof manners / sizeof manners[0])

static void arm(uint32_t cut_at, const struct manner *manner, uint32_t reorder)
{
    ram_block_power_on(&bench.medium);
    bench.medium.cut_at = cut_at;
    bench.medium.tear = manner->tear;
    bench.medium.tear_at = manner->tear_at;
    bench.medium.reorder = reorder;
}

static void check_recovered(const struct scenario *scenario)
{
    struct manifest after;

    ram_block_power_on(&bench.medium);
    assert_int_equal(start(), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_3, &other)); /* what was not touched */
    assert_true(scenario->old_or_new());
    bench_manifest(&after, "UTO-1", 50, 2);
    assert_int_equal(store_bench_push(&bench, STORE_LIST_0, &after), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &after));
    assert_true(store_bench_holds(&bench, STORE_LIST_3, &other));
    ram_block_power_off(&bench.medium);
    ram_block_power_on(&bench.medium);
    assert_int_equal(start(), DR_OK);
    assert_true(store_bench_holds(&bench, STORE_LIST_0, &after));
    assert_int_equal(seal_record_repeats(), 0);
}

/* The start after the cut is cut too, at each of its writes, in one manner each or, in the long run, in all. */
static void cut_the_recovery(const struct scenario *scenario, const uint8_t *after_cut, uint32_t seed)
{
    size_t each = is_long ? MANNERS : 1U;

    for (uint32_t cut_at = 1;; cut_at++) {
        for (size_t m = 0; m < each; m++) {
            const struct manner *manner = &manners[(cut_at + seed + m) % MANNERS];

            ram_block_load(&bench.medium, after_cut);
            arm(cut_at, manner, (cut_at + m) % 2U == 0 ? 0 : seed + cut_at);
            if (start() == DR_OK) {
                return;
            }
            cuts_of_recovery++;
            check_recovered(scenario);
        }
    }
}

static void run(const struct scenario *scenario)
{
    uint8_t *after_cut = malloc(ram_block_size(&bench.medium));
    unsigned long cuts_before = cuts, recoveries_before = cuts_of_recovery;
    const uint32_t reorders = 3U;

    assert_non_null(after_cut);
    for (uint32_t cut_at = 1;; cut_at++) {
        bool over = false;

        for (size_t m = 0; m < MANNERS; m++) {
            for (uint32_t reorder = 0; reorder < reorders; reorder++) {
                ram_block_load(&bench.medium, before);
                arm(cut_at, &manners[m], reorder == 0 ? 0 : (cut_at * 16U + (uint32_t)m) * 8U + reorder);
                returned = 0;
                over = scenario->run() == DR_OK && !bench.medium.dead;
                if (over) {
                    break;
                }
                cuts++;
                ram_block_save(&bench.medium, after_cut);
                check_recovered(scenario);
                if (is_long || (cut_at + m + reorder) % 4U != 0) {
                    cut_the_recovery(scenario, after_cut, (uint32_t)(cut_at * 31U + m * 3U + reorder));
                }
            }
        }
        if (over) {
            break;
        }
    }
    assert_true(cuts > cuts_before);
    print_message("%-20s %7lu cuts, %7lu of the start after them\n", scenario->name, cuts - cuts_before,
                  cuts_of_recovery - recoveries_before);
    free(after_cut);
}

static void every_cut_leaves_old_or_new(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        run(&scenarios[i]);
    }
    print_message("%lu cuts in all (%lu of scenarios, %lu of recoveries), %zu seals, %zu of them repeating a nonce\n",
                  cuts + cuts_of_recovery, cuts, cuts_of_recovery, seal_record_count(), seal_record_repeats());
    assert_true(cuts + cuts_of_recovery >= (is_long ? 1000000U : 100000U));
}

/* A format that is cut: the medium is blank or ours or must be formatted again; never a store that is half one. */
static void cut_format_can_be_repeated(void **state)
{
    (void)state;
    for (uint32_t cut_at = 1;; cut_at++) {
        for (size_t m = 0; m < MANNERS; m++) {
            enum dr_status status;

            ram_block_load(&bench.medium, before);
            arm(cut_at, &manners[m], 0);
            if (store_bench_format(&bench) == DR_OK) {
                return;
            }
            ram_block_power_on(&bench.medium);
            status = start();
            assert_true(status == DR_OK || status == DR_ERR_NOT_FOUND || status == DR_ERR_CORRUPT);
            if (status == DR_OK && bench.store.state.objects[STORE_LIST_0].present) {
                assert_true(store_bench_holds(&bench, STORE_LIST_0, &list)); /* not begun to be forgotten */
            }
            assert_int_equal(store_bench_format(&bench), DR_OK);
            assert_int_equal(start(), DR_OK);
            assert_false(bench.store.state.objects[STORE_LIST_0].present);
            assert_int_equal(seal_record_repeats(), 0);
        }
    }
}

static int setup(void **state)
{
    struct manifest trust;

    (void)state;
    seal_record_reset();
    store_bench_init(&bench, BENCH_SECTORS);
    bench_manifest(&policy, "", 1, 0);
    bench_manifest(&list, "UTO-1", 7, 2);
    bench_manifest(&next, "UTO-1", 8, 3);
    bench_manifest(&third, "UTO-1", 9, 1);
    bench_manifest(&other, "UTO-2", 3, 1);
    bench_manifest(&fresh, "UTO-3", 4, 2);
    bench_manifest(&trust, "CSCA", 1, 1);
    before = malloc(ram_block_size(&bench.medium));
    if (before == NULL || store_bench_format(&bench) != DR_OK ||
        store_bench_push(&bench, STORE_POLICY, &policy) != DR_OK ||
        store_bench_push(&bench, STORE_TRUST, &trust) != DR_OK ||
        store_bench_push(&bench, STORE_LIST_0, &third) != DR_OK || /* so that both slots have been used */
        store_bench_push(&bench, STORE_LIST_3, &other) != DR_OK) {
        return -1;
    }
    bench.store.state.objects[STORE_LIST_0].floor = 0; /* `third` was only to fill the slot */
    bench.store.state.counters.refer = 5;
    bench.store.state.time_floor = TIME;
    if (store_bench_push(&bench, STORE_LIST_0, &list) != DR_OK) {
        return -1;
    }
    oversight_make(&oversight, 0x61);
    if (audit_set_oversight(&bench.store, bytes_of(oversight.spki, oversight.spki_len), TIME, true) != DR_OK ||
        oversight_unwrap(&oversight, &bench.store, segment_key) != DR_OK) {
        return -1;
    }
    while (bench.store.state.audit.next < audit_capacity(&bench.store) + 3U) {
        if (append() != DR_OK) {
            return -1;
        }
    }
    logged = bench.store.state.audit.next;
    ram_block_save(&bench.medium, before);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(before);
    store_bench_free(&bench);
    return 0;
}

int main(void)
{
    const char *mode = getenv("DOCREV_POWERCUT");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_cut_leaves_old_or_new, setup, teardown),
        cmocka_unit_test_setup_teardown(cut_format_can_be_repeated, setup, teardown),
    };
    is_long = mode != NULL && strcmp(mode, "long") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
