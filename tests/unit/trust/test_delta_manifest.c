/* trust/delta_manifest: what is written is read; every octet cut off and every version but the first is refused. */
#include "trust/delta_manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct delta_manifest make(void)
{
    struct delta_manifest manifest = {.base_number = 7, .length = 1234};

    manifest.edition = (struct manifest){.list_id = "national",
                                         .number = 9,
                                         .this_update = 1795510000,
                                         .next_update = 1795596400,
                                         .entry_count = 99,
                                         .block_size = 4096,
                                         .body_length = 8192};
    memset(manifest.base_root, 0xA1, sizeof manifest.base_root);
    memset(manifest.digest, 0xB2, sizeof manifest.digest);
    memset(manifest.edition.root, 0xC3, sizeof manifest.edition.root);
    return manifest;
}

static struct bytes write(const struct delta_manifest *manifest, uint8_t der[DELTA_MANIFEST_MAX_SIZE])
{
    struct der_writer writer;
    size_t len = 0;

    der_write_begin(&writer, der, DELTA_MANIFEST_MAX_SIZE);
    assert_int_equal(delta_manifest_write(manifest, &writer), DR_OK);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    return bytes_of(der, len);
}

static void test_there_and_back(void **state)
{
    uint8_t der[DELTA_MANIFEST_MAX_SIZE];
    struct delta_manifest manifest = make(), read;
    struct bytes written = write(&manifest, der);

    (void)state;
    assert_int_equal(delta_manifest_read(written, &read), DR_OK);
    assert_int_equal(read.base_number, 7);
    assert_int_equal(read.length, 1234);
    assert_memory_equal(read.base_root, manifest.base_root, HASH_SHA256_SIZE);
    assert_memory_equal(read.digest, manifest.digest, HASH_SHA256_SIZE);
    assert_string_equal(read.edition.list_id, "national");
    assert_int_equal(read.edition.number, 9);
    assert_int_equal(read.edition.body_length, 8192);
    assert_memory_equal(read.edition.root, manifest.edition.root, HASH_SHA256_SIZE);
    for (size_t len = 0; len < written.len; len++) {
        assert_int_not_equal(delta_manifest_read(bytes_of(der, len), &read), DR_OK);
    }
    /* An edition's reader does not take it for an edition. */
    assert_int_not_equal(manifest_read(written, &manifest.edition), DR_OK);
}

static void test_what_is_refused(void **state)
{
    uint8_t der[DELTA_MANIFEST_MAX_SIZE];
    struct delta_manifest manifest = make(), read;
    struct der_writer writer;
    struct bytes written = write(&manifest, der);

    (void)state;
    assert_int_equal(der[4], 1); /* SEQUENCE (long form), INTEGER 1 */
    der[6 - 1] = 2;
    assert_int_not_equal(delta_manifest_read(written, &read), DR_OK);
    der_write_begin(&writer, der, sizeof der);
    manifest.base_number = 9; /* not a step forward */
    assert_int_equal(delta_manifest_write(&manifest, &writer), DR_ERR_ARGUMENT);
    manifest.base_number = 0;
    assert_int_equal(delta_manifest_write(&manifest, &writer), DR_ERR_ARGUMENT);
    manifest = make();
    manifest.length = 0;
    assert_int_equal(delta_manifest_write(&manifest, &writer), DR_ERR_ARGUMENT);
}

static void test_the_base(void **state)
{
    struct delta_manifest manifest = make();
    struct manifest base = manifest.edition;

    (void)state;
    base.number = 7;
    memcpy(base.root, manifest.base_root, HASH_SHA256_SIZE);
    assert_int_equal(delta_manifest_check_base(&manifest, &base), DR_OK);
    base.number = 8;
    assert_int_equal(delta_manifest_check_base(&manifest, &base), DR_ERR_NOT_FOUND);
    base.number = 7;
    base.root[31] ^= 1;
    assert_int_equal(delta_manifest_check_base(&manifest, &base), DR_ERR_NOT_FOUND);
    base.root[31] ^= 1;
    base.list_id[0] = 'N';
    assert_int_equal(delta_manifest_check_base(&manifest, &base), DR_ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_the_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
