/* Details of audit records: what is written is read, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/audit_detail.h"

static uint8_t buffer[AUDIT_DETAIL_MAX];
static struct der_writer writer;

static struct bytes written(void)
{
    size_t len = 0;

    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    return bytes_of(buffer, len);
}

/* The largest inspection there can be: four lists with the longest names. It must fit a record. */
static void the_largest_inspection_fits_and_is_read_back(void **state)
{
    static const uint8_t digest[AUDIT_DIGEST_SIZE] = {1, 2, 3};
    static const char id[] = "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL";
    struct audit_inspection inspection;
    size_t mark, hits;

    (void)state;
    der_write_begin(&writer, buffer, sizeof buffer);
    mark = audit_inspection_open(&writer, true, UINT64_MAX >> 1, "UTO", bytes_of(digest, sizeof digest), &hits);
    for (unsigned i = 0; i < AUDIT_MAX_HITS; i++) {
        audit_hit_write(&writer, id, UINT64_MAX >> 1, 4, 2, 1);
    }
    audit_inspection_close(&writer, mark, hits);
    assert_int_equal(audit_inspection_read(written(), &inspection), DR_OK);
    assert_true(inspection.refer);
    assert_true(inspection.reasons == UINT64_MAX >> 1);
    assert_string_equal(inspection.state, "UTO");
    assert_true(inspection.has_digest);
    assert_memory_equal(inspection.digest, digest, sizeof digest);
    assert_int_equal(inspection.hit_count, AUDIT_MAX_HITS);
    assert_string_equal(inspection.hits[3].list_id, id);
    assert_int_equal(inspection.hits[3].reason, 4);
    assert_int_equal(inspection.hits[3].basis, 2);
    assert_int_equal(inspection.hits[3].action, 1);
    for (size_t cut = 0; cut < written().len; cut++) {
        assert_int_not_equal(audit_inspection_read(bytes_of(buffer, cut), &inspection), DR_OK);
    }
}

static void an_inspection_without_a_document(void **state)
{
    struct audit_inspection inspection;
    size_t mark, hits;

    (void)state;
    der_write_begin(&writer, buffer, sizeof buffer);
    mark = audit_inspection_open(&writer, false, 4, "", bytes_of(NULL, 0), &hits);
    audit_inspection_close(&writer, mark, hits);
    assert_int_equal(audit_inspection_read(written(), &inspection), DR_OK);
    assert_false(inspection.refer);
    assert_false(inspection.has_digest);
    assert_int_equal(inspection.hit_count, 0);
}

static void the_others_are_read_back(void **state)
{
    struct audit_object object = {2, "UTO-1", 77, {9}}, object_back;
    struct audit_refusal refusal = {12, 3}, refusal_back;
    struct audit_time time = {true, 1790000000, 1795000000}, time_back;

    (void)state;
    der_write_begin(&writer, buffer, sizeof buffer);
    audit_object_write(&writer, &object);
    assert_int_equal(audit_object_read(written(), &object_back), DR_OK);
    assert_string_equal(object_back.list_id, "UTO-1");
    assert_int_equal(object_back.number, 77);
    assert_int_equal(object_back.object, 2);
    assert_memory_equal(object_back.cms_sha256, object.cms_sha256, sizeof object.cms_sha256);
    assert_int_not_equal(audit_refusal_read(written(), &refusal_back), DR_OK);

    der_write_begin(&writer, buffer, sizeof buffer);
    audit_refusal_write(&writer, &refusal);
    assert_int_equal(audit_refusal_read(written(), &refusal_back), DR_OK);
    assert_int_equal(refusal_back.status, 12);
    assert_int_equal(refusal_back.count, 3);
    assert_int_not_equal(audit_time_read(written(), &time_back), DR_OK);

    der_write_begin(&writer, buffer, sizeof buffer);
    audit_time_write(&writer, &time);
    assert_int_equal(audit_time_read(written(), &time_back), DR_OK);
    assert_true(time_back.by_officer);
    assert_int_equal(time_back.before, 1790000000);
    assert_int_equal(time_back.now, 1795000000);
    assert_int_not_equal(audit_object_read(written(), &object_back), DR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_inspection_fits_and_is_read_back),
        cmocka_unit_test(an_inspection_without_a_document),
        cmocka_unit_test(the_others_are_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
