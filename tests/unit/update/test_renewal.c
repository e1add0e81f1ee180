/* Renewals: who may, how far, of what, and that it lasts. */
#include "update_bench.h"

#include "trust/renewal.h"

static uint8_t rules[64];

/* One of UTO-1's officers may renew it for 14 days; nobody renews UTO-2. */
static struct bytes renewals(void)
{
    struct der_writer writer;
    size_t mark, len = 0;

    der_write_begin(&writer, rules, sizeof rules);
    mark = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_UTF8_STRING, bytes_of("UTO-1", 5));
    der_write_uint64(&writer, 1);
    der_write_uint64(&writer, 14);
    der_write_close(&writer, mark);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    return bytes_of(rules, len);
}

static int with_lists(void **state)
{
    int status = bench_setup(state);
    struct officer_policy policy = bench_policy(1);

    policy.device.renewals = renewals();
    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    make_edition(&file, "UTO-2", 3, SIGNERS(&other_a));
    assert_int_equal(send(&file), DR_OK);
    make_edition(&file_2, "UTO-1", 7, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file_2), DR_OK);
    return status;
}

static const struct store_entry *list(const char *id)
{
    enum store_object object;

    assert_int_equal(store_find_list(&bench.store.store, id, &object), DR_OK);
    return held(object);
}

static struct renewal renewal_of(const char *id, int64_t next_update)
{
    struct renewal renewal = {.number = list(id)->manifest.number, .next_update = next_update};

    strcpy(renewal.list_id, id);
    memcpy(renewal.root, list(id)->manifest.root, sizeof renewal.root);
    return renewal;
}

static enum dr_status renew(const struct renewal *renewal, const struct officer *const *signers, size_t count)
{
    uint8_t content[256];
    struct der_writer writer;
    size_t len = 0;

    der_write_begin(&writer, content, sizeof content);
    renewal_write(renewal, &writer);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    file.len = file.cms_len = officers_sign(OID_DOCREV_RENEWAL, bytes_of(content, len), signers, count, file.data);
    return send(&file);
}

static void one_officer_extends_and_it_lasts(void **state)
{
    struct renewal renewal = renewal_of("UTO-1", NOW + 20 * DAY);

    (void)state;
    assert_int_equal(renew(&renewal, SIGNERS(&list_c)), DR_OK);
    assert_int_equal(list("UTO-1")->manifest.next_update, NOW + 20 * DAY);
    assert_int_equal(list("UTO-1")->signed_next_update, NOW + 7 * DAY);
    assert_int_equal(list("UTO-2")->manifest.next_update, NOW + 7 * DAY);
    assert_true(holds_file(bench.update.object, &file_2));
    bench_restart();
    bench_confirm(NOW);
    assert_int_equal(list("UTO-1")->manifest.next_update, NOW + 20 * DAY);
    assert_int_equal(renew(&renewal, SIGNERS(&list_c)), DR_OK); /* again: no harm */
    /* The edition sent again, to mend it, does not take the renewal away; the next edition does. */
    assert_int_equal(send(&file_2), DR_OK);
    assert_int_equal(list("UTO-1")->manifest.next_update, NOW + 20 * DAY);
    make_edition(&file, "UTO-1", 8, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    assert_int_equal(list("UTO-1")->manifest.next_update, NOW + 7 * DAY);
}

static void never_back_and_never_too_far(void **state)
{
    struct renewal renewal = renewal_of("UTO-1", NOW + 21 * DAY);

    (void)state;
    assert_int_equal(renew(&renewal, SIGNERS(&list_a)), DR_OK); /* 14 days past its own, to the day */
    renewal.next_update = NOW + 21 * DAY + 1;
    assert_refused(renew(&renewal, SIGNERS(&list_a)), DR_ERR_EXPIRED);
    renewal.next_update = NOW + 20 * DAY;
    assert_refused(renew(&renewal, SIGNERS(&list_a)), DR_ERR_ROLLBACK);
    bench_confirm(NOW + 22 * DAY);
    renewal.next_update = NOW + 21 * DAY;
    assert_refused(renew(&renewal, SIGNERS(&list_a)), DR_ERR_EXPIRED);
}

static void only_the_lists_officers_and_only_where_policy_allows(void **state)
{
    struct renewal renewal = renewal_of("UTO-1", NOW + 10 * DAY), other = renewal_of("UTO-2", NOW + 10 * DAY);

    (void)state;
    assert_refused(renew(&renewal, SIGNERS(&other_a, &owner_a, &stranger)), DR_ERR_THRESHOLD);
    assert_refused(renew(&renewal, NULL, 0), DR_ERR_THRESHOLD);
    assert_refused(renew(&other, SIGNERS(&other_a, &other_b)), DR_ERR_UNTRUSTED);
    strcpy(renewal.list_id, "UTO-9");
    assert_refused(renew(&renewal, SIGNERS(&list_a)), DR_ERR_UNTRUSTED);
}

static void only_the_edition_in_force(void **state)
{
    struct renewal renewal = renewal_of("UTO-1", NOW + 10 * DAY);

    (void)state;
    renewal.number = 8;
    assert_refused(renew(&renewal, SIGNERS(&list_a)), DR_ERR_ROLLBACK);
    renewal = renewal_of("UTO-1", NOW + 10 * DAY);
    renewal.root[5] ^= 1;
    assert_refused(renew(&renewal, SIGNERS(&list_a)), DR_ERR_ROLLBACK);
}

/* What is signed as a renewal is nothing else, and nothing else is a renewal. */
static void types_do_not_mix(void **state)
{
    struct renewal renewal = renewal_of("UTO-1", NOW + 10 * DAY);
    uint8_t content[256];
    struct der_writer writer;
    size_t len = 0;

    (void)state;
    der_write_begin(&writer, content, sizeof content);
    renewal_write(&renewal, &writer);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    file.len = officers_sign(OID_DOCREV_EDITION, bytes_of(content, len), SIGNERS(&list_a, &list_b), file.data);
    assert_int_not_equal(send(&file), DR_OK);
    file.len = officers_sign(OID_DOCREV_TIME, bytes_of(content, len), SIGNERS(&list_a, &list_b), file.data);
    assert_refused(send(&file), DR_ERR_UNSUPPORTED);
    assert_int_equal(list("UTO-1")->manifest.next_update, NOW + 7 * DAY);
}

static void every_flipped_bit_and_every_cut_is_refused(void **state)
{
    struct renewal renewal = renewal_of("UTO-1", NOW + 10 * DAY);
    size_t len;

    (void)state;
    assert_int_equal(renew(&renewal, SIGNERS(&list_a)), DR_OK);
    len = file.len;
    for (size_t bit = 0; bit < 8 * len; bit++) {
        file.len = len;
        file.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(send(&file), DR_OK);
        file.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (file.len = 1; file.len < len; file.len++) {
        assert_int_not_equal(send(&file), DR_OK);
    }
    assert_int_equal(send(&file), DR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_officer_extends_and_it_lasts, with_lists, bench_teardown),
        cmocka_unit_test_setup_teardown(never_back_and_never_too_far, with_lists, bench_teardown),
        cmocka_unit_test_setup_teardown(only_the_lists_officers_and_only_where_policy_allows, with_lists,
                                        bench_teardown),
        cmocka_unit_test_setup_teardown(only_the_edition_in_force, with_lists, bench_teardown),
        cmocka_unit_test_setup_teardown(types_do_not_mix, with_lists, bench_teardown),
        cmocka_unit_test_setup_teardown(every_flipped_bit_and_every_cut_is_refused, with_lists, bench_teardown),
    };
    return cmocka_run_group_tests(tests, officers_appear, officers_leave);
}
