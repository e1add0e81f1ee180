/* A push as the link brings it: pieces, breaks, damage, ends. */
#include "update_bench.h"

static int provisioned(void **state)
{
    int status = bench_setup(state);

    provision();
    return status;
}

static void pieces_of_any_size_make_the_same_object(void **state)
{
    static const size_t sizes[] = {1, 5, 16, 64, 1000, 1024, 4096, 5000, FILE_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        make_edition(&file, "UTO-1", 10U + i, SIGNERS(&list_a, &list_b));
        assert_int_equal(send_from(&file, 0, sizes[i]), DR_OK);
        assert_int_equal(bench.update.phase, UPDATE_IDLE);
        assert_null(bench.update.why);
        assert_true(holds_file(bench.update.object, &file));
        assert_int_equal(held(bench.update.object)->floor, 10U + i);
    }
}

static void survives_a_restart(void **state)
{
    enum store_object object;

    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_c));
    assert_int_equal(send(&file), DR_OK);
    bench_restart();
    assert_int_equal(store_find_list(&bench.store.store, "UTO-1", &object), DR_OK);
    assert_true(holds_file(object, &file));
}

static void nothing_is_under_way_at_first(void **state)
{
    (void)state;
    assert_int_equal(update_take(&bench.update, &bench.work, 5, bytes_of("x", 1), false), DR_ERR_STATE);
    assert_non_null(bench.update.why);
}

static void wrong_offset_is_told_and_harms_nothing(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    assert_int_equal(update_take(&bench.update, &bench.work, 0, bytes_of(file.data, 1024), false), DR_OK);
    assert_int_equal(update_take(&bench.update, &bench.work, 2048, bytes_of(file.data + 2048, 1024), false),
                     DR_ERR_STATE);
    assert_int_equal(update_take(&bench.update, &bench.work, 512, bytes_of(file.data + 512, 512), false), DR_ERR_STATE);
    assert_int_equal(bench.update.offset, 1024);
    assert_int_equal(send_from(&file, 1024, 1024), DR_OK);
    assert_true(holds_file(bench.update.object, &file));
}

static void size_is_known_once_the_cms_is_whole(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    assert_int_equal(update_take(&bench.update, &bench.work, 0, bytes_of(file.data, 100), false), DR_OK);
    assert_int_equal(bench.update.phase, UPDATE_CMS);
    assert_int_equal(bench.update.size, 0);
    assert_int_equal(update_take(&bench.update, &bench.work, 100, bytes_of(file.data + 100, file.cms_len - 100), false),
                     DR_OK);
    assert_int_equal(bench.update.phase, UPDATE_BODY);
    assert_int_equal(bench.update.size, file.len);
    assert_int_equal(bench.update.offset, file.cms_len);
}

static void truncated_body_is_not_current(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    for (size_t missing = 1; missing <= 3U * BLOCK_TREE_BLOCK; missing += 1500U) {
        file_2 = file;
        file_2.len -= missing;
        assert_refused(send(&file_2), DR_ERR_TRUNCATED);
    }
    file_2 = file;
    file_2.len = file.cms_len; /* the CMS alone */
    assert_refused(send(&file_2), DR_ERR_TRUNCATED);
    file_2.len = file.cms_len - 1U;
    assert_refused(send(&file_2), DR_ERR_TRUNCATED);
    file_2.len = 3;
    assert_refused(send(&file_2), DR_ERR_TRUNCATED);
}

static void body_that_is_longer_is_refused(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    for (size_t more = 1; more <= 4096U; more += 4095U) {
        file_2 = file;
        file_2.len += more;
        assert_refused(send(&file_2), DR_ERR_MALFORMED);
    }
}

static void policy_has_no_body(void **state)
{
    struct officer_policy policy = bench_policy(2);

    (void)state;
    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    file.data[file.len++] = 0;
    assert_refused(send(&file), DR_ERR_MALFORMED);
}

static void damaged_block_is_sent_again(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    for (uint32_t block = 0; block < 4U; block++) {
        size_t start = file.cms_len + (size_t)block * BLOCK_TREE_BLOCK;

        file_2 = file;
        file_2.data[start + 777U] ^= 0x10;
        assert_int_equal(send(&file_2), DR_ERR_CORRUPT);
        assert_non_null(bench.update.why);
        assert_int_equal(bench.update.phase, UPDATE_BODY);
        assert_int_equal(bench.update.offset, start);
        if (block % 2U == 0) {
            assert_int_equal(send_from(&file_2, start, 512), DR_ERR_CORRUPT); /* damaged again */
            assert_int_equal(bench.update.offset, start);
        }
        assert_int_equal(send_from(&file, start, 1024), DR_OK);
        assert_true(holds_file(bench.update.object, &file));
    }
}

static void swapped_blocks_are_refused(void **state)
{
    uint8_t *first, *second;

    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    file_2 = file;
    first = file_2.data + file.cms_len + BLOCK_TREE_BLOCK;
    second = first + BLOCK_TREE_BLOCK;
    memcpy(first, file.data + file.cms_len + 2U * BLOCK_TREE_BLOCK, BLOCK_TREE_BLOCK);
    memcpy(second, file.data + file.cms_len + BLOCK_TREE_BLOCK, BLOCK_TREE_BLOCK);
    assert_int_equal(send(&file_2), DR_ERR_CORRUPT);
    assert_int_equal(bench.update.offset, file.cms_len + BLOCK_TREE_BLOCK);
}

static void suspended_push_goes_on_at_its_last_whole_block(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    for (size_t stop = 100; stop < file.len; stop += 1371U) {
        assert_int_equal(update_take(&bench.update, &bench.work, 0, bytes_of(file.data, stop), false), DR_OK);
        update_suspend(&bench.update);
        memset(&bench.work, 0x5A, sizeof bench.work); /* an inspection has used it */
        if (stop < file.cms_len) {
            assert_int_equal(bench.update.phase, UPDATE_IDLE);
            assert_int_equal(send(&file), DR_OK);
            continue;
        }
        assert_int_equal(bench.update.offset,
                         file.cms_len + (stop - file.cms_len) / BLOCK_TREE_BLOCK * BLOCK_TREE_BLOCK);
        assert_int_equal(send_from(&file, bench.update.offset, 1024), DR_OK);
        assert_true(holds_file(bench.update.object, &file));
    }
}

static void offset_0_starts_anew(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    make_edition(&file_2, "UTO-2", 4, SIGNERS(&other_a));
    assert_int_equal(update_take(&bench.update, &bench.work, 0, bytes_of(file.data, file.cms_len + 5000U), false),
                     DR_OK);
    assert_int_equal(send(&file_2), DR_OK);
    assert_true(holds_file(bench.update.object, &file_2));
    assert_int_equal(send(&file), DR_OK);
    assert_true(holds_file(bench.update.object, &file));
}

static void aborted_push_leaves_nothing(void **state)
{
    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    assert_int_equal(update_take(&bench.update, &bench.work, 0, bytes_of(file.data, file.len - 1U), false), DR_OK);
    update_abort(&bench.update);
    assert_int_equal(update_take(&bench.update, &bench.work, (uint32_t)(file.len - 1U),
                                 bytes_of(file.data + file.len - 1U, 1), true),
                     DR_ERR_STATE);
    assert_false(held(STORE_LIST_2)->present);
}

static void previous_edition_stays_until_the_last_octet(void **state)
{
    enum store_object object;

    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    make_edition(&file_2, "UTO-1", 11, SIGNERS(&list_b, &list_c));
    assert_int_equal(send(&file), DR_OK);
    object = bench.update.object;
    for (size_t at = 0; at < file_2.len - 1U;) {
        size_t part = file_2.len - 1U - at < 1024U ? file_2.len - 1U - at : 1024U;

        assert_int_equal(update_take(&bench.update, &bench.work, (uint32_t)at, bytes_of(file_2.data + at, part), false),
                         DR_OK);
        at += part;
        assert_true(holds_file(object, &file));
    }
    assert_int_equal(send_from(&file_2, file_2.len - 1U, 1), DR_OK);
    assert_true(holds_file(object, &file_2));
}

static void failing_card_ends_the_push_and_keeps_the_old(void **state)
{
    unsigned failures = 0;

    (void)state;
    make_edition(&file, "UTO-1", 10, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    make_edition(&file_2, "UTO-1", 11, SIGNERS(&list_a, &list_b));
    for (uint32_t nth = 1;; nth++) {
        enum store_object object;

        bench.store.medium.fail_write = bench.store.medium.calls_write + nth;
        if (send(&file_2) == DR_OK) {
            break;
        }
        failures++;
        assert_non_null(bench.update.why);
        assert_int_equal(bench.update.phase, UPDATE_IDLE);
        assert_int_equal(store_find_list(&bench.store.store, "UTO-1", &object), DR_OK);
        assert_true(holds_file(object, &file));
    }
    assert_int_equal(failures, 7); /* save, CMS, four blocks, commit */
}

static void cms_length_is_bounded(void **state)
{
    static const uint8_t huge[] = {0x30, 0x83, 0x01, 0x00, 0x00, 0x06};
    static const uint8_t indefinite[] = {0x30, 0x80, 0x06, 0x09, 0, 0};
    static const uint8_t small[] = {0x30, 0x02, 0x05, 0x00, 0, 0};
    static const uint8_t text[] = "not a CMS at all";

    (void)state;
    assert_refused(update_take(&bench.update, &bench.work, 0, bytes_of(huge, sizeof huge), false), DR_ERR_TOO_LARGE);
    assert_refused(update_take(&bench.update, &bench.work, 0, bytes_of(indefinite, sizeof indefinite), false),
                   DR_ERR_UNSUPPORTED);
    assert_refused(update_take(&bench.update, &bench.work, 0, bytes_of(small, sizeof small), false), DR_ERR_TOO_LARGE);
    assert_refused(update_take(&bench.update, &bench.work, 0, bytes_of(text, sizeof text), false), DR_ERR_MALFORMED);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, provisioned, bench_teardown)
    const struct CMUnitTest tests[] = {
        WITH(pieces_of_any_size_make_the_same_object),
        WITH(survives_a_restart),
        WITH(nothing_is_under_way_at_first),
        WITH(wrong_offset_is_told_and_harms_nothing),
        WITH(size_is_known_once_the_cms_is_whole),
        WITH(truncated_body_is_not_current),
        WITH(body_that_is_longer_is_refused),
        WITH(policy_has_no_body),
        WITH(damaged_block_is_sent_again),
        WITH(swapped_blocks_are_refused),
        WITH(suspended_push_goes_on_at_its_last_whole_block),
        WITH(offset_0_starts_anew),
        WITH(aborted_push_leaves_nothing),
        WITH(previous_edition_stays_until_the_last_octet),
        WITH(failing_card_ends_the_push_and_keeps_the_old),
        WITH(cms_length_is_bounded),
    };
    return cmocka_run_group_tests(tests, officers_appear, officers_leave);
}
