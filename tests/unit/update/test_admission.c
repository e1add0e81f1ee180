/* Who may change what: each attack of TUF's list (specification 1.5.2) that a single file can carry. */
#include "update_bench.h"

static int provisioned(void **state)
{
    int status = bench_setup(state);

    provision();
    return status;
}

/* --- Policies -------------------------------------------------------------------------------------------------------- */

static void first_policy_is_signed_by_its_own_owners(void **state)
{
    struct officer_policy policy = bench_policy(1);

    (void)state;
    make_policy(&file, &policy, SIGNERS(&owner_a));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_policy(&file, &policy, SIGNERS(&list_a, &stranger));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_policy(&file, &policy, NULL, 0);
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_policy(&file, &policy, SIGNERS(&owner_c, &owner_a));
    assert_int_equal(send(&file), DR_OK);
    assert_int_equal(bench.update.object, STORE_POLICY);
    assert_true(holds_file(STORE_POLICY, &file));
    assert_int_equal(held(STORE_POLICY)->manifest.next_update, policy.next_update);
}

/* A device whose factory page names its owner takes no other's first policy, whoever has put a blank card into it. */
static void first_policy_is_the_named_owners(void **state)
{
    struct officer_policy policy = bench_policy(1), other = bench_policy(1);
    struct policy_role role;
    struct policy read;
    uint8_t content[OFFICER_CMS_MAX];
    size_t len = officer_policy_write(&policy, content);

    (void)state;
    assert_int_equal(policy_read(bytes_of(content, len), &read), DR_OK);
    role = read.owner_role;
    assert_int_equal(policy_role_sha256(&role, bench.store.store.factory.owner), DR_OK);
    other.owner.keys[2] = &stranger;
    make_policy(&file, &other, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_UNTRUSTED);
    other = bench_policy(1);
    other.owner.threshold = 1;
    make_policy(&file, &other, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_UNTRUSTED);
    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    /* From there on the chain of policies decides. */
    other = bench_policy(2);
    other.owner.keys[2] = &stranger;
    make_policy(&file, &other, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
}

static void nothing_but_a_policy_comes_first(void **state)
{
    struct manifest trust = bench_edition("trust", 1);

    (void)state;
    make_edition(&file, "UTO-1", 1, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_UNTRUSTED);
    make_object(&file, OID_DOCREV_TRUST_STORE, &trust, 2, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_UNTRUSTED);
}

static void one_officer_twice_is_one_officer(void **state)
{
    struct officer_policy policy = bench_policy(2);

    (void)state;
    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_a));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_edition(&file, "UTO-1", 1, SIGNERS(&list_b, &list_b, &list_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_edition(&file, "UTO-1", 1, SIGNERS(&list_b, &list_b, &list_a));
    assert_int_equal(send(&file), DR_OK);
}

static void rotation_is_signed_by_old_and_new(void **state)
{
    struct officer_policy next = bench_policy(2);

    (void)state;
    next.owner = (struct officer_role){2, 2, {&list_a, &list_b}}; /* all new keys */
    make_policy(&file, &next, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b, &list_a));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_policy(&file, &next, SIGNERS(&owner_a, &list_a, &list_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b, &list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    /* The old owners have no say any more. */
    next = bench_policy(3);
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
}

static void threshold_cannot_be_lowered_by_fewer(void **state)
{
    struct officer_policy next = bench_policy(2);

    (void)state;
    next.owner.threshold = 1;
    make_policy(&file, &next, SIGNERS(&owner_a));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    next.number = 3;
    make_policy(&file, &next, SIGNERS(&owner_a));
    assert_int_equal(send(&file), DR_OK);
}

static void revoked_officer_counts_no_more(void **state)
{
    struct officer_policy next = bench_policy(2);

    (void)state;
    next.authorities[0].role = (struct officer_role){2, 2, {&list_a, &list_c}};
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    make_edition(&file, "UTO-1", 1, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_edition(&file, "UTO-1", 1, SIGNERS(&list_a, &list_c));
    assert_int_equal(send(&file), DR_OK);
}

static void expired_policies_are_passed_through(void **state)
{
    struct officer_policy next = bench_policy(2);

    (void)state;
    next.this_update = NOW - 40 * DAY;
    next.next_update = NOW - 10 * DAY;
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    next = bench_policy(3);
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
}

static void policy_in_force_sent_again_mends_it(void **state)
{
    size_t octet = (size_t)bench.store.store.geometry.first[STORE_POLICY][held(STORE_POLICY)->slot] * 4608U + 50U;
    struct officer_policy next = bench_policy(2);

    (void)state;
    file_2 = file; /* as provisioned */
    ram_block_flip(&bench.store.medium, octet, 0);
    make_policy(&file, &next, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_CORRUPT);
    make_edition(&file, "UTO-1", 1, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_CORRUPT);
    assert_int_equal(send(&file_2), DR_OK);
    assert_int_equal(send(&file), DR_OK);
}

/* --- Trust store and editions ---------------------------------------------------------------------------------------- */

static void trust_store_is_the_owners(void **state)
{
    struct manifest trust = bench_edition("csca", 1);

    (void)state;
    make_object(&file, OID_DOCREV_TRUST_STORE, &trust, 2, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_object(&file, OID_DOCREV_TRUST_STORE, &trust, 2, SIGNERS(&owner_c));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_object(&file, OID_DOCREV_TRUST_STORE, &trust, 2, SIGNERS(&owner_c, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    assert_int_equal(bench.update.object, STORE_TRUST);
    assert_true(holds_file(STORE_TRUST, &file));
}

static void one_lists_object_never_becomes_anothers(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 5, SIGNERS(&other_a, &other_b)); /* signed by the other list's officers */
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_edition(&file, "UTO-2", 5, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_edition(&file, "UTO-1", 5, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_edition(&file, "UTO-1", 5, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    make_edition(&file_2, "UTO-2", 5, SIGNERS(&other_b));
    assert_int_equal(send(&file_2), DR_OK);
    assert_int_not_equal(bench.update.object, STORE_TRUST);
    for (unsigned i = STORE_LIST_0; i < STORE_OBJECTS; i++) {
        if (held((enum store_object)i)->present) {
            bool first = strcmp(held((enum store_object)i)->manifest.list_id, "UTO-1") == 0;
            assert_true(holds_file((enum store_object)i, first ? &file : &file_2));
        }
    }
}

static void type_is_part_of_what_is_signed(void **state)
{
    struct manifest manifest = bench_edition("UTO-1", 5);
    const uint8_t *edition = oid_octets(OID_DOCREV_EDITION).data;
    size_t len = oid_octets(OID_DOCREV_EDITION).len;

    (void)state;
    make_object(&file, OID_DOCREV_TRUST_STORE, &manifest, 2, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_THRESHOLD); /* an edition's officers, an owner's object */
    make_object(&file, OID_DOCREV_EDITION, &manifest, 2, SIGNERS(&owner_a, &owner_b));
    for (size_t i = 0; i + len <= file.cms_len; i++) { /* re-labelled as a trust store, wherever the type stands */
        if (memcmp(file.data + i, edition, len) == 0) {
            memcpy(file.data + i, oid_octets(OID_DOCREV_TRUST_STORE).data, len);
        }
    }
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_object(&file, OID_DOCREV_RECEIPT, &manifest, 2, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_UNSUPPORTED);
    make_object(&file, OID_DATA, &manifest, 2, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_UNSUPPORTED);
}

static void unknown_list_and_foreign_keys(void **state)
{
    (void)state;
    make_edition(&file, "UTO-3", 1, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_UNTRUSTED);
    make_edition(&file, "uto-1", 1, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_UNTRUSTED);
    make_edition(&file, "UTO-1", 1, SIGNERS(&stranger, &other_a));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_edition(&file, "UTO-1", 1, SIGNERS(&list_a, &stranger));
    assert_refused(send(&file), DR_ERR_THRESHOLD);
    make_edition(&file, "UTO-1", 1, SIGNERS(&stranger, &list_a, &list_b)); /* strangers do no harm either */
    assert_int_equal(send(&file), DR_OK);
}

static void altered_manifest_is_refused(void **state)
{
    struct store_state before;

    (void)state;
    make_edition(&file, "UTO-1", 5, SIGNERS(&list_a, &list_b));
    before = bench.store.store.state;
    for (size_t octet = 0; octet < file.cms_len; octet += 3U) {
        enum dr_status status;

        file_2 = file;
        file_2.data[octet] ^= (uint8_t)(1U << (octet % 8U));
        status = send(&file_2);
        assert_int_not_equal(status, DR_OK);
        assert_memory_equal(before.objects, bench.store.store.state.objects, sizeof before.objects);
    }
}

static void rollback_is_refused(void **state)
{
    struct manifest trust = bench_edition("csca", 9);
    struct officer_policy policy = bench_policy(5);

    (void)state;
    make_edition(&file, "UTO-1", 7, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    make_edition(&file, "UTO-1", 6, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_ROLLBACK);
    make_edition(&file, "UTO-2", 6, SIGNERS(&other_a)); /* its own numbers */
    assert_int_equal(send(&file), DR_OK);

    make_object(&file, OID_DOCREV_TRUST_STORE, &trust, 2, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    trust.number = 8;
    strcpy(trust.list_id, "other");
    make_object(&file, OID_DOCREV_TRUST_STORE, &trust, 2, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_ROLLBACK);

    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    policy.number = 4;
    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    assert_refused(send(&file), DR_ERR_ROLLBACK);

    bench_restart(); /* the floors are not a matter of memory */
    bench_confirm(NOW);
    make_edition(&file, "UTO-1", 6, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_ROLLBACK);
}

static void same_number_is_the_same_file_or_none(void **state)
{
    struct manifest manifest = bench_edition("UTO-1", 7);

    (void)state;
    make_edition(&file, "UTO-1", 7, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    assert_int_equal(send(&file), DR_OK);
    manifest.entry_count++;
    make_object(&file_2, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file_2), DR_ERR_ROLLBACK);
    assert_true(holds_file(bench.update.object, &file));
}

static void damaged_list_is_mended_by_the_same_file(void **state)
{
    size_t octet;

    (void)state;
    make_edition(&file, "UTO-1", 7, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    octet = ((size_t)bench.store.store.geometry.first[bench.update.object][0] + 2U) * 4608U + 9U;
    ram_block_flip(&bench.store.medium, octet, 4);
    assert_false(holds_file(bench.update.object, &file));
    assert_int_equal(send(&file), DR_OK);
    assert_true(holds_file(bench.update.object, &file));
}

static void expired_and_future_objects(void **state)
{
    struct manifest manifest = bench_edition("UTO-1", 7);

    (void)state;
    manifest.next_update = NOW;
    make_object(&file, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_EXPIRED);
    manifest.next_update = NOW + 1;
    make_object(&file, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);

    manifest = bench_edition("UTO-1", 8);
    manifest.this_update = NOW + DAY + 1;
    make_object(&file, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_EXPIRED);
    manifest.this_update = NOW + DAY;
    make_object(&file, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
}

static void unconfirmed_clock_knows_its_floor(void **state)
{
    struct manifest manifest = bench_edition("UTO-1", 7);

    (void)state;
    assert_int_equal(store_raise_time_floor(&bench.store.store, NOW - 30 * DAY), DR_OK);
    bench_restart();
    assert_false(clock_confirmed(&bench.clock));
    manifest.this_update = NOW - 90 * DAY;
    manifest.next_update = NOW - 31 * DAY; /* over at the floor already */
    make_object(&file, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_refused(send(&file), DR_ERR_EXPIRED);
    manifest.next_update = NOW - DAY; /* cannot be known */
    make_object(&file, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    manifest = bench_edition("UTO-1", 8); /* from the future? cannot be known either */
    make_object(&file, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    bench.ticks += 3600000; /* time that passes does not confirm a clock */
    manifest.this_update = NOW + 300 * DAY;
    manifest.next_update = NOW + 301 * DAY;
    manifest.number = 9;
    make_object(&file, OID_DOCREV_EDITION, &manifest, 3, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
}

static void too_large_for_the_card(void **state)
{
    struct manifest manifest = bench_edition("UTO-1", 7);
    uint8_t content[MANIFEST_MAX_SIZE];
    static const uint64_t lengths[] = {1000, 0x000FFFFF, 0x00100000, 0x01000000};
    static const enum dr_status expected[] = {DR_ERR_NO_SPACE, DR_ERR_NO_SPACE, DR_ERR_NO_SPACE, DR_ERR_NO_SPACE};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct der_writer writer;
        size_t len;

        manifest.block_size = BLOCK_TREE_BLOCK;
        manifest.body_length = lengths[i] * BLOCK_TREE_BLOCK;
        der_write_begin(&writer, content, sizeof content);
        assert_int_equal(manifest_write(&manifest, &writer), DR_OK);
        assert_int_equal(der_write_finish(&writer, &len), DR_OK);
        file.len = file.cms_len =
            officers_sign(OID_DOCREV_EDITION, bytes_of(content, len), SIGNERS(&list_a, &list_b), file.data);
        assert_refused(send(&file), expected[i]);
    }
}

static void long_signed_manifest_is_refused(void **state)
{
    const struct officer *many[] = {&list_a, &list_b, &list_c, &list_a, &list_b, &list_c, &list_a, &list_b,
                                    &list_c, &list_a, &list_b, &list_c, &list_a, &list_b, &list_c, &list_a,
                                    &list_b, &list_c, &list_a, &list_b, &list_c, &list_a};

    (void)state;
    make_edition(&file, "UTO-1", 7, many, sizeof many / sizeof many[0]);
    assert_true(file.cms_len > MANIFEST_CMS_MAX_SIZE && file.cms_len <= POLICY_CMS_MAX_SIZE);
    assert_refused(send(&file), DR_ERR_TOO_LARGE);
}

/* --- More lists than places ------------------------------------------------------------------------------------------ */

static void list_without_authority_gives_way(void **state)
{
    struct officer_policy policy = bench_policy(2);
    enum store_object object, freed;

    (void)state;
    policy.authority_count = 4;
    policy.authorities[2] = (struct officer_authority){"UTO-3", {1, 1, {&other_a}}};
    policy.authorities[3] = (struct officer_authority){"UTO-4", {1, 1, {&other_a}}};
    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    make_edition(&file, "UTO-1", 1, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    for (char digit = '2'; digit <= '4'; digit++) {
        char id[] = "UTO-?";

        id[4] = digit;
        make_edition(&file, id, 9, SIGNERS(&other_a));
        assert_int_equal(send(&file), DR_OK);
    }
    assert_int_equal(store_find_list(&bench.store.store, "UTO-3", &freed), DR_OK);
    policy.number = 3;
    policy.authorities[2].list_id = "UTO-5";
    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
    make_edition(&file, "UTO-3", 10, SIGNERS(&other_a));
    assert_refused(send(&file), DR_ERR_UNTRUSTED);
    make_edition(&file, "UTO-5", 1, SIGNERS(&other_a)); /* its numbers are its own */
    assert_int_equal(send(&file), DR_OK);
    assert_int_equal(bench.update.object, freed);
    assert_true(holds_file(freed, &file));
    assert_int_equal(held(freed)->floor, 1);
    assert_int_equal(store_find_list(&bench.store.store, "UTO-3", &object), DR_ERR_NOT_FOUND);
}

int main(void)
{
#define BLANK(test) cmocka_unit_test_setup_teardown(test, bench_setup, bench_teardown)
#define WITH(test) cmocka_unit_test_setup_teardown(test, provisioned, bench_teardown)
    const struct CMUnitTest tests[] = {
        BLANK(first_policy_is_signed_by_its_own_owners),
        BLANK(first_policy_is_the_named_owners),
        BLANK(nothing_but_a_policy_comes_first),
        WITH(one_officer_twice_is_one_officer),
        WITH(rotation_is_signed_by_old_and_new),
        WITH(threshold_cannot_be_lowered_by_fewer),
        WITH(revoked_officer_counts_no_more),
        WITH(expired_policies_are_passed_through),
        WITH(policy_in_force_sent_again_mends_it),
        WITH(trust_store_is_the_owners),
        WITH(one_lists_object_never_becomes_anothers),
        WITH(type_is_part_of_what_is_signed),
        WITH(unknown_list_and_foreign_keys),
        WITH(altered_manifest_is_refused),
        WITH(rollback_is_refused),
        WITH(same_number_is_the_same_file_or_none),
        WITH(damaged_list_is_mended_by_the_same_file),
        WITH(expired_and_future_objects),
        WITH(unconfirmed_clock_knows_its_floor),
        WITH(too_large_for_the_card),
        WITH(long_signed_manifest_is_refused),
        WITH(list_without_authority_gives_way),
    };
    return cmocka_run_group_tests(tests, officers_appear, officers_leave);
}
