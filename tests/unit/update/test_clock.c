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
    };
    return cmocka_run_group_tests(tests, officers_appear, officers_leave);
}
