/* Fast-forward recovery: a list's numbers begin anew by the owner's statement, and never otherwise (TUF 1.0.33, 5.3.11). */
#include "update_bench.h"

static uint8_t rules[64];

static struct bytes series_of(const char *list_id, uint32_t series, uint64_t first)
{
    struct der_writer writer;
    size_t mark, len = 0;

    der_write_begin(&writer, rules, sizeof rules);
    mark = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_UTF8_STRING, bytes_of(list_id, strlen(list_id)));
    der_write_uint64(&writer, series);
    der_write_uint64(&writer, first);
    der_write_close(&writer, mark);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    return bytes_of(rules, len);
}

/* UTO-1's keys are new ones; `series` 0: nothing is said of its numbers. */
static void rotate(uint64_t number, uint32_t series, uint64_t first)
{
    struct officer_policy policy = bench_policy(number);

    policy.authorities[0].role = (struct officer_role){2, 2, {&list_c, &stranger}};
    if (series > 0) {
        policy.device.series = series_of("UTO-1", series, first);
    }
    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
}

static enum dr_status push(uint64_t number)
{
    make_edition(&file_2, "UTO-1", number, SIGNERS(&list_c, &stranger));
    return send(&file_2);
}

static const struct store_entry *list(void)
{
    enum store_object object;

    assert_int_equal(store_find_list(&bench.store.store, "UTO-1", &object), DR_OK);
    return held(object);
}

#define FAR (UINT64_C(1) << 62)

/* Whoever stole two of UTO-1's keys has pushed a number after which there is hardly any. */
static int forwarded(void **state)
{
    int status = bench_setup(state);

    provision();
    make_edition(&file_2, "UTO-2", 3, SIGNERS(&other_a));
    assert_int_equal(send(&file_2), DR_OK);
    make_edition(&file_2, "UTO-1", FAR, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file_2), DR_OK);
    return status;
}

static void new_keys_alone_do_not_set_numbers_back(void **state)
{
    (void)state;
    rotate(2, 0, 0);
    make_edition(&file_2, "UTO-1", 8, SIGNERS(&list_c, &stranger));
    assert_refused(send(&file_2), DR_ERR_ROLLBACK);
}

static void a_new_series_begins_at_its_first_number(void **state)
{
    (void)state;
    rotate(2, 1, 8);
    make_edition(&file_2, "UTO-1", 7, SIGNERS(&list_c, &stranger));
    assert_refused(send(&file_2), DR_ERR_ROLLBACK);
    assert_int_equal(push(9), DR_OK);
    assert_int_equal(list()->floor, 9);
    assert_int_equal(list()->series, 1);
    /* In the new series numbers do not go back, also after a restart. */
    bench_restart();
    bench_confirm(NOW);
    make_edition(&file_2, "UTO-1", 8, SIGNERS(&list_c, &stranger));
    assert_refused(send(&file_2), DR_ERR_ROLLBACK);
    assert_int_equal(push(10), DR_OK);
    assert_int_equal(list()->series, 1);
}

static void the_old_keys_and_their_editions_are_gone(void **state)
{
    (void)state;
    rotate(2, 1, 8);
    make_edition(&file_2, "UTO-1", FAR + 1, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file_2), DR_ERR_THRESHOLD);
    make_edition(&file_2, "UTO-1", FAR, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file_2), DR_ERR_THRESHOLD);
}

static void the_same_series_again_or_an_older_one_sets_nothing_back(void **state)
{
    (void)state;
    rotate(2, 5, 8);
    assert_int_equal(push(20), DR_OK);
    rotate(3, 5, 8);
    make_edition(&file_2, "UTO-1", 19, SIGNERS(&list_c, &stranger));
    assert_refused(send(&file_2), DR_ERR_ROLLBACK);
    rotate(4, 4, 8);
    assert_refused(send(&file_2), DR_ERR_ROLLBACK);
    rotate(5, 0, 0);
    assert_refused(send(&file_2), DR_ERR_ROLLBACK);
    assert_int_equal(push(21), DR_OK); /* and the series held is not forgotten */
    assert_int_equal(list()->series, 5);
    rotate(6, 5, 8);
    assert_int_equal(push(22), DR_OK);
    rotate(7, 6, 8);
    assert_int_equal(push(8), DR_OK);
    assert_int_equal(list()->series, 6);
    assert_int_equal(list()->floor, 8);
}

static void other_lists_keep_their_numbers(void **state)
{
    (void)state;
    rotate(2, 1, 1);
    make_edition(&file_2, "UTO-2", 2, SIGNERS(&other_a));
    assert_refused(send(&file_2), DR_ERR_ROLLBACK);
}

static void a_series_that_did_not_become_current_changed_nothing(void **state)
{
    (void)state;
    rotate(2, 1, 8);
    make_edition(&file_2, "UTO-1", 9, SIGNERS(&list_c, &stranger));
    file_2.data[file_2.len - 1] ^= 1U;
    assert_int_not_equal(send(&file_2), DR_OK);
    assert_int_equal(list()->floor, FAR);
    assert_int_equal(list()->series, 0);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, forwarded, bench_teardown)
    const struct CMUnitTest tests[] = {
        WITH(new_keys_alone_do_not_set_numbers_back),   WITH(a_new_series_begins_at_its_first_number),
        WITH(the_old_keys_and_their_editions_are_gone), WITH(the_same_series_again_or_an_older_one_sets_nothing_back),
        WITH(other_lists_keep_their_numbers),           WITH(a_series_that_did_not_become_current_changed_nothing),
    };
    return cmocka_run_group_tests(tests, officers_appear, officers_leave);
}
