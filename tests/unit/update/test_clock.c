#include "update_bench.h"

static struct policy policy;

static int provisioned(void **state)
{
    int status = bench_setup(state);

    provision();
    bench_restart();
    assert_int_equal(update_load_policy(&bench.store.store, &bench.work, &policy), DR_OK);
    return status;
}

static struct time_statement answer(int64_t time)
{
    struct time_statement statement = {.time = time};

    memcpy(statement.device_id, bench.store.factory.device_id, sizeof statement.device_id);
    assert_int_equal(clock_draw_nonce(&bench.clock, statement.nonce), DR_OK);
    return statement;
}

static struct bytes sign(const struct time_statement *statement, enum oid_id type, const struct officer *signer)
{
    static uint8_t cms[OFFICER_CMS_MAX];
    uint8_t der[64];
    struct der_writer writer;
    size_t len = 0;

    der_write_begin(&writer, der, sizeof der);
    assert_int_equal(time_statement_write(statement, &writer), DR_OK);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    return bytes_of(cms, officers_sign(type, bytes_of(der, len), &signer, 1, cms));
}

static enum dr_status set(const struct time_statement *statement, const struct officer *signer)
{
    return clock_set(&bench.clock, &policy, sign(statement, OID_DOCREV_TIME, signer));
}

static void starts_at_the_floor_and_runs(void **state)
{
    (void)state;
    assert_int_equal(store_raise_time_floor(&bench.store.store, NOW), DR_OK);
    bench.ticks = UINT32_MAX - 1499U;
    bench_restart();
    assert_false(clock_confirmed(&bench.clock));
    assert_int_equal(clock_now(&bench.clock), NOW);
    bench.ticks += 1000U;
    assert_int_equal(clock_now(&bench.clock), NOW + 1);
    bench.ticks += 999U; /* over the tick's wrap */
    assert_int_equal(clock_now(&bench.clock), NOW + 1);
    bench.ticks += 1U;
    assert_int_equal(clock_now(&bench.clock), NOW + 2);
    for (unsigned day = 0; day < 100U; day++) {
        bench.ticks += 86400000U;
        assert_int_equal(clock_now(&bench.clock), NOW + 2 + (int64_t)(day + 1U) * DAY);
    }
    assert_int_equal(clock_at_least(&bench.clock), NOW);
}

static void rtc_raises_but_does_not_confirm(void **state)
{
    (void)state;
    assert_int_equal(store_raise_time_floor(&bench.store.store, NOW), DR_OK);
    bench.has_rtc = true;
    bench.rtc = NOW + 5;
    bench_restart();
    assert_int_equal(clock_now(&bench.clock), NOW + 5);
    assert_false(clock_confirmed(&bench.clock));
    bench.rtc = NOW - 5;
    bench_restart();
    assert_int_equal(clock_now(&bench.clock), NOW);
}

static void signed_time_confirms_and_survives(void **state)
{
    struct time_statement statement = answer(NOW + 100);

    (void)state;
    assert_int_equal(set(&statement, &owner_b), DR_OK);
    assert_true(clock_confirmed(&bench.clock));
    assert_int_equal(clock_now(&bench.clock), NOW + 100);
    assert_int_equal(clock_at_least(&bench.clock), NOW + 100);
    bench_restart();
    assert_false(clock_confirmed(&bench.clock));
    assert_int_equal(clock_now(&bench.clock), NOW + 100);
}

static void nonce_is_used_once(void **state)
{
    struct time_statement statement = answer(NOW);

    (void)state;
    assert_int_equal(set(&statement, &owner_a), DR_OK);
    assert_int_equal(set(&statement, &owner_a), DR_ERR_STATE);
    statement = answer(NOW + 1);
    (void)answer(NOW); /* another nonce is out now */
    assert_int_equal(set(&statement, &owner_a), DR_ERR_STATE);
}

static void nonce_is_demanded(void **state)
{
    struct time_statement statement = {.time = NOW};

    (void)state;
    memcpy(statement.device_id, bench.store.factory.device_id, sizeof statement.device_id);
    assert_int_equal(set(&statement, &owner_a), DR_ERR_STATE); /* zeros, and none drawn */
    (void)answer(NOW);
    assert_int_equal(set(&statement, &owner_a), DR_ERR_STATE);
    assert_false(clock_confirmed(&bench.clock));
}

static void refused_statement_leaves_the_nonce(void **state)
{
    struct time_statement statement = answer(NOW), other;

    (void)state;
    assert_int_equal(set(&statement, &stranger), DR_ERR_THRESHOLD);
    assert_int_equal(set(&statement, &list_a), DR_ERR_THRESHOLD);
    other = statement;
    other.device_id[7] ^= 1;
    assert_int_equal(set(&other, &owner_a), DR_ERR_ARGUMENT);
    assert_int_equal(clock_set(&bench.clock, &policy, sign(&statement, OID_DOCREV_RECEIPT, &owner_a)),
                     DR_ERR_MALFORMED);
    assert_false(clock_confirmed(&bench.clock));
    assert_int_equal(set(&statement, &owner_a), DR_OK);
}

static void altered_statement_is_refused(void **state)
{
    struct time_statement statement = answer(NOW);
    uint8_t copy[OFFICER_CMS_MAX];
    struct bytes cms = sign(&statement, OID_DOCREV_TIME, &owner_a);

    (void)state;
    for (size_t octet = 0; octet < cms.len; octet++) {
        memcpy(copy, cms.data, cms.len);
        copy[octet] ^= (uint8_t)(1U << (octet % 8U));
        assert_int_not_equal(clock_set(&bench.clock, &policy, bytes_of(copy, cms.len)), DR_OK);
    }
    memcpy(copy, cms.data, cms.len);
    assert_int_not_equal(clock_set(&bench.clock, &policy, bytes_of(copy, cms.len + 1U)), DR_OK);
    assert_int_not_equal(clock_set(&bench.clock, &policy, bytes_of(copy, cms.len - 1U)), DR_OK);
    assert_false(clock_confirmed(&bench.clock));
    assert_int_equal(clock_set(&bench.clock, &policy, cms), DR_OK);
}

static void never_before_the_floor(void **state)
{
    struct time_statement statement;

    (void)state;
    assert_int_equal(store_raise_time_floor(&bench.store.store, NOW), DR_OK);
    statement = answer(NOW - 1);
    assert_int_equal(set(&statement, &owner_a), DR_ERR_ROLLBACK);
    assert_false(clock_confirmed(&bench.clock));
    statement = answer(NOW);
    assert_int_equal(set(&statement, &owner_a), DR_OK);
}

static void confirmed_clock_is_set_forward_only(void **state)
{
    struct time_statement statement = answer(NOW);

    (void)state;
    assert_int_equal(set(&statement, &owner_a), DR_OK);
    bench.ticks += 60000U;
    statement = answer(NOW + 10);
    assert_int_equal(set(&statement, &owner_a), DR_OK);
    assert_int_equal(clock_now(&bench.clock), NOW + 60);
    statement = answer(NOW + 90);
    assert_int_equal(set(&statement, &owner_a), DR_OK);
    assert_int_equal(clock_now(&bench.clock), NOW + 90);
}

static void signed_time_corrects_a_clock_that_was_only_guessed(void **state)
{
    struct time_statement statement;

    (void)state;
    bench.has_rtc = true;
    bench.rtc = NOW + 9000 * DAY;
    bench_restart();
    assert_int_equal(update_load_policy(&bench.store.store, &bench.work, &policy), DR_OK);
    statement = answer(NOW);
    assert_int_equal(set(&statement, &owner_a), DR_OK);
    assert_int_equal(clock_now(&bench.clock), NOW);
}

static void far_future_is_refused(void **state)
{
    const int64_t newest = NOW - DAY; /* the policy's thisUpdate */
    struct time_statement statement = answer(newest + CLOCK_MAX_JUMP + 1);

    (void)state;
    assert_int_equal(set(&statement, &owner_a), DR_ERR_EXPIRED);
    assert_int_equal(bench.store.store.state.time_floor, 0);
    statement = answer(newest + CLOCK_MAX_JUMP);
    assert_int_equal(set(&statement, &owner_a), DR_OK);
}

static void time_counts_only_once_it_is_durable(void **state)
{
    struct time_statement statement = answer(NOW);

    (void)state;
    bench.store.medium.fail_write = bench.store.medium.calls_write + 1U;
    assert_int_equal(set(&statement, &owner_a), DR_ERR_IO);
    assert_false(clock_confirmed(&bench.clock));
    assert_int_equal(bench.store.store.state.time_floor, 0);
}

static const int64_t today = (NOW + 20 * DAY) / DAY * DAY;

static void an_officers_date_serves_verdicts_and_nothing_else(void **state)
{
    struct time_statement statement = answer(NOW + 3 * DAY);

    (void)state;
    policy.device.officer_time = true;
    assert_int_equal(clock_reckoned(&bench.clock), bench.store.store.state.time_floor);
    assert_int_equal(clock_uncertainty(&bench.clock), 0);
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, today), DR_OK);
    assert_true(clock_by_officer(&bench.clock));
    assert_false(clock_confirmed(&bench.clock));
    bench.ticks += 5000U;
    assert_int_equal(clock_reckoned(&bench.clock), today + 5);
    assert_int_equal(clock_uncertainty(&bench.clock), DAY - 1);
    assert_int_equal(clock_at_least(&bench.clock), 0); /* what updates are held against */
    assert_int_equal(bench.store.store.state.time_floor, 0);
    assert_int_equal(bench.store.store.state.officer_dates, 1);

    /* A signed time, though it is before the officer's date, takes its place. */
    assert_int_equal(set(&statement, &owner_a), DR_OK);
    assert_false(clock_by_officer(&bench.clock));
    assert_true(clock_confirmed(&bench.clock));
    assert_int_equal(clock_now(&bench.clock), NOW + 3 * DAY);
    assert_int_equal(clock_uncertainty(&bench.clock), 0);
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, today), DR_ERR_STATE);
}

static void an_officers_date_is_gone_after_a_restart_and_its_count_is_not(void **state)
{
    (void)state;
    policy.device.officer_time = true;
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, today), DR_OK);
    bench_restart();
    assert_false(clock_by_officer(&bench.clock));
    assert_int_equal(clock_now(&bench.clock), 0);
    assert_int_equal(bench.store.store.state.officer_dates, 1);
}

static void an_officers_date_needs_the_policys_leave(void **state)
{
    (void)state;
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, today), DR_ERR_UNTRUSTED);
    assert_false(clock_by_officer(&bench.clock));
    policy.device.officer_time = true;
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, today), DR_OK);
    clock_forget_date(&bench.clock);
    assert_false(clock_by_officer(&bench.clock));
    assert_int_equal(clock_uncertainty(&bench.clock), 0);
}

static void an_officers_date_stays_in_its_range(void **state)
{
    struct store_state *held = &bench.store.store.state;
    int64_t first, last;

    (void)state;
    policy.device.officer_time = true;
    assert_int_equal(clock_date_range(&bench.clock, &first, &last), DR_OK);
    assert_int_equal(first, (NOW - DAY) / DAY * DAY); /* the policy was signed then */
    assert_int_equal(last, (NOW + 300 * DAY) / DAY * DAY);
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, today + 1), DR_ERR_ARGUMENT);
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, first - DAY), DR_ERR_ROLLBACK);
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, last + DAY), DR_ERR_EXPIRED);
    assert_int_equal(held->officer_dates, 0);
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, last), DR_OK);
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, first), DR_OK); /* a slip is corrected */

    held->time_floor = NOW + 10 * DAY;
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, held->time_floor / DAY * DAY), DR_OK);
    assert_int_equal(clock_now(&bench.clock), held->time_floor); /* not its day's beginning, which is over */
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, held->time_floor / DAY * DAY - DAY), DR_ERR_ROLLBACK);

    held->objects[STORE_POLICY].manifest.next_update = NOW + 5000 * DAY;
    assert_int_equal(clock_date_range(&bench.clock, &first, &last), DR_OK);
    assert_int_equal(last, (held->time_floor + CLOCK_DATE_MAX_JUMP) / DAY * DAY);
    held->objects[STORE_POLICY].manifest.next_update = NOW;
    assert_int_equal(clock_date_range(&bench.clock, &first, &last), DR_ERR_EXPIRED);
    held->objects[STORE_POLICY].present = false;
    assert_int_equal(clock_date_range(&bench.clock, &first, &last), DR_ERR_STATE);
}

/* Whoever can sign a list cannot push the date ahead, nor back. */
static void a_list_does_not_move_the_first_date(void **state)
{
    struct store_entry *list = &bench.store.store.state.objects[STORE_LIST_0];
    int64_t first, before, last;

    (void)state;
    assert_int_equal(clock_date_range(&bench.clock, &before, &last), DR_OK);
    list->present = true;
    list->manifest.this_update = NOW + 200 * DAY;
    assert_int_equal(clock_date_range(&bench.clock, &first, &last), DR_OK);
    assert_int_equal(first, before);
}

static void an_officers_date_counts_only_once_it_is_durable(void **state)
{
    (void)state;
    policy.device.officer_time = true;
    bench.store.medium.fail_write = bench.store.medium.calls_write + 1U;
    assert_int_equal(clock_confirm_date(&bench.clock, &policy, today), DR_ERR_IO);
    assert_false(clock_by_officer(&bench.clock));
    assert_int_equal(bench.store.store.state.officer_dates, 0);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, provisioned, bench_teardown)
    const struct CMUnitTest tests[] = {
        WITH(starts_at_the_floor_and_runs),
        WITH(rtc_raises_but_does_not_confirm),
        WITH(signed_time_confirms_and_survives),
        WITH(nonce_is_used_once),
        WITH(nonce_is_demanded),
        WITH(refused_statement_leaves_the_nonce),
        WITH(altered_statement_is_refused),
        WITH(never_before_the_floor),
        WITH(confirmed_clock_is_set_forward_only),
        WITH(signed_time_corrects_a_clock_that_was_only_guessed),
        WITH(far_future_is_refused),
        WITH(time_counts_only_once_it_is_durable),
        WITH(an_officers_date_serves_verdicts_and_nothing_else),
        WITH(an_officers_date_is_gone_after_a_restart_and_its_count_is_not),
        WITH(an_officers_date_needs_the_policys_leave),
        WITH(an_officers_date_stays_in_its_range),
        WITH(a_list_does_not_move_the_first_date),
        WITH(an_officers_date_counts_only_once_it_is_durable),
    };
    return cmocka_run_group_tests(tests, officers_appear, officers_leave);
}
