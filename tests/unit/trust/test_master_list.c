/* A CscaMasterList of the 197 real certificates, signed with a throw-away key (testdata/csca). */
#include "testdata.h"

#include "trust/master_list.h"

#define LIST "csca/sample_masterlist_TESTSIGNED.ml"

static struct bytes der;
static struct master_list list;

static int load(void **state)
{
    (void)state;
    if (testdata_folder() != NULL) {
        der = testdata_read(LIST);
    }
    return 0;
}

static int unload(void **state)
{
    (void)state;
    testdata_free(der);
    return 0;
}

static void all_certificates(void **state)
{
    struct certificate certificate;
    struct bytes rest;
    struct bytes one;
    enum dr_status status;
    unsigned count = 0;

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    assert_int_equal(master_list_read(der, &list), DR_OK);
    rest = list.certificates;
    while ((status = master_list_next(&rest, &one)) == DR_OK) {
        assert_int_equal(certificate_read(one, &certificate), DR_OK);
        count++;
    }
    assert_int_equal(status, DR_ERR_NOT_FOUND);
    assert_int_equal(count, 197);
}

static void signature(void **state)
{
    struct certificate signer;
    struct certificate expected;
    struct bytes expected_der;

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    assert_int_equal(master_list_read(der, &list), DR_OK);
    assert_int_equal(master_list_verify(&list, &signer), DR_OK);
    expected_der = testdata_read("csca/sample_masterlist_signer.der");
    assert_int_equal(certificate_read(expected_der, &expected), DR_OK);
    assert_true(bytes_equal(signer.whole, expected.whole));
    assert_true(master_list_signer_usage(&expected));
    expected.extended_key_usage.len = 0;
    assert_false(master_list_signer_usage(&expected));
    testdata_free(expected_der);
}

static void alterations(void **state)
{
    struct certificate signer;
    uint8_t *copy;

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    copy = malloc(der.len);
    assert_non_null(copy);
    memcpy(copy, der.data, der.len);
    copy[150000] ^= 1U; /* in some certificate */
    assert_int_equal(master_list_read(bytes_of(copy, der.len), &list), DR_OK);
    assert_int_equal(master_list_verify(&list, &signer), DR_ERR_SIGNATURE);
    assert_int_equal(signer.whole.len, 0);
    copy[150000] ^= 1U;
    copy[der.len - 1] ^= 1U; /* the signature */
    assert_int_equal(master_list_read(bytes_of(copy, der.len), &list), DR_OK);
    assert_int_equal(master_list_verify(&list, &signer), DR_ERR_SIGNATURE);
    copy[der.len - 1] ^= 1U;
    copy[295980] ^= 1U; /* the signer's name in the sid: now nobody's */
    assert_int_equal(master_list_read(bytes_of(copy, der.len), &list), DR_OK);
    assert_int_equal(master_list_verify(&list, &signer), DR_ERR_UNTRUSTED);
    copy[295980] ^= 1U;
    copy[56] = 1; /* the content type: EF.SOD's */
    assert_int_equal(master_list_read(bytes_of(copy, der.len), &list), DR_ERR_UNSUPPORTED);
    copy[56] = 2;
    copy[74] = 1; /* version 1 */
    assert_int_equal(master_list_read(bytes_of(copy, der.len), &list), DR_ERR_UNSUPPORTED);
    assert_int_equal(master_list_read(bytes_of(der.data, der.len - 1), &list), DR_ERR_TRUNCATED);
    copy[74] = 0;
    for (size_t i = 295352; i + 6 < der.len; i++) { /* the signer's extended key usage: now a deviation list signer's */
        if (memcmp(copy + i, "\x67\x81\x08\x01\x01\x03", 6) == 0) {
            copy[i + 5] = 8;
        }
    }
    assert_int_equal(master_list_read(bytes_of(copy, der.len), &list), DR_OK);
    assert_int_equal(master_list_verify(&list, &signer), DR_ERR_UNTRUSTED);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_certificates),
        cmocka_unit_test(signature),
        cmocka_unit_test(alterations),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
