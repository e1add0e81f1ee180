/* Revocation lists of NIST's PKITS (4.4, 4.14, 4.15 as far as complete lists of one issuer go). */
#include "pkits.h"

#include "trust/certificate.h"
#include "trust/crl.h"

#include <dirent.h>

struct crl_case {
    const char *issuer, *crl, *certificate;
    bool listed;
};

static const struct crl_case cases[] = {
    {"GoodCACert", "GoodCACRL", "ValidCertificatePathTest1EE", false},
    {"GoodCACert", "GoodCACRL", "InvalidRevokedEETest3EE", true},
    {"GoodCACert", "GoodCACRL", "RevokedsubCACert", true},
    {"NegativeSerialNumberCACert", "NegativeSerialNumberCACRL", "ValidNegativeSerialNumberTest14EE", false},
    {"NegativeSerialNumberCACert", "NegativeSerialNumberCACRL", "InvalidNegativeSerialNumberTest15EE", true},
    {"LongSerialNumberCACert", "LongSerialNumberCACRL", "ValidLongSerialNumberTest16EE", false},
    {"LongSerialNumberCACert", "LongSerialNumberCACRL", "ValidLongSerialNumberTest17EE", false},
    {"LongSerialNumberCACert", "LongSerialNumberCACRL", "InvalidLongSerialNumberTest18EE", true},
};

static struct certificate read_certificate(struct bytes der)
{
    struct certificate certificate;

    assert_int_equal(certificate_read(der, &certificate), DR_OK);
    return certificate;
}

static void revocation(void **state)
{
    (void)state;
    SKIP_WITHOUT_PKITS();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes issuer_der = pkits_read("certs", cases[i].issuer, ".crt");
        struct bytes crl_der = pkits_read("crls", cases[i].crl, ".crl");
        struct bytes der = pkits_read("certs", cases[i].certificate, ".crt");
        struct certificate issuer = read_certificate(issuer_der);
        struct certificate certificate = read_certificate(der);
        struct crl crl;

        assert_int_equal(crl_read(crl_der, &crl), DR_OK);
        assert_string_equal(crl.issuer_country, "US");
        assert_true(certificate_name_equal(crl.issuer, certificate.issuer));
        assert_int_equal(crl_verify(&crl, &issuer.key), DR_OK);
        assert_int_not_equal(crl_verify(&crl, &certificate.key), DR_OK);
        if (crl_lists(&crl, certificate.serial) != cases[i].listed) {
            fail_msg("%s", cases[i].certificate);
        }
        testdata_free(issuer_der);
        testdata_free(crl_der);
        testdata_free(der);
    }
}

static void fields(void **state)
{
    struct bytes der;
    struct crl crl;
    struct crl_entry entry;
    struct bytes rest;
    uint32_t count = 0;

    (void)state;
    SKIP_WITHOUT_PKITS();
    der = pkits_read("crls", "GoodCACRL", ".crl");
    assert_int_equal(crl_read(der, &crl), DR_OK);
    assert_int_equal(crl.version, 2);
    assert_int_equal(crl.this_update, 1262334600); /* 2010-01-01 08:30 */
    assert_true(crl.has_next_update);
    assert_int_equal(crl.next_update, 1924936200); /* 2030-12-31 08:30 */
    assert_int_equal(crl.authority_key_id.len, 20);
    assert_int_equal(crl.number.len, 1);
    assert_int_equal(crl.number.data[0], 1);
    rest = crl.revoked;
    while (crl_next(&rest, &entry) == DR_OK) {
        assert_true(entry.revocation_date >= crl.this_update && entry.revocation_date < crl.this_update + 86400);
        count++;
    }
    assert_int_equal(count, 2);
    assert_int_equal(crl.revoked_count, 2);
    testdata_free(der);
}

/* Lists that say only part of it are not taken for whole ones. */
static void partial_lists(void **state)
{
    static const char *const partial[] = {
        "UnknownCRLExtensionCACRL",     "UnknownCRLEntryExtensionCACRL", "deltaCRLCA1deltaCRL",
        "deltaCRLIndicatorNoBaseCACRL", "distributionPoint1CACRL",       "indirectCRLCA1CRL",
        "onlySomeReasonsCA2CRL1",       "onlyContainsCACertsCACRL",
    };
    struct crl crl;

    (void)state;
    SKIP_WITHOUT_PKITS();
    for (size_t i = 0; i < sizeof partial / sizeof partial[0]; i++) {
        struct bytes der = pkits_read("crls", partial[i], ".crl");
        if (crl_read(der, &crl) != DR_ERR_UNSUPPORTED) {
            fail_msg("%s", partial[i]);
        }
        testdata_free(der);
    }
}

static void altered(void **state)
{
    struct bytes der;
    struct bytes issuer_der;
    struct certificate issuer;
    struct crl crl;
    uint8_t *copy;

    (void)state;
    SKIP_WITHOUT_PKITS();
    der = pkits_read("crls", "GoodCACRL", ".crl");
    issuer_der = pkits_read("certs", "GoodCACert", ".crt");
    issuer = read_certificate(issuer_der);
    copy = malloc(der.len);
    assert_non_null(copy);
    for (size_t i = 0; i < der.len; i++) {
        assert_int_not_equal(crl_read(bytes_of(der.data, i), &crl), DR_OK);
        memcpy(copy, der.data, der.len);
        copy[i] ^= (uint8_t)(1U << (i % 8U));
        if (crl_read(bytes_of(copy, der.len), &crl) == DR_OK && crl_verify(&crl, &issuer.key) == DR_OK) {
            fail_msg("octet %zu", i);
        }
    }
    free(copy);
    testdata_free(issuer_der);
    testdata_free(der);
}

static void all_read(void **state)
{
    char folder[128];
    DIR *crls;
    const struct dirent *entry;
    unsigned count = 0;

    (void)state;
    SKIP_WITHOUT_PKITS();
    (void)snprintf(folder, sizeof folder, "%s/nist-pkits/crls", pkits_folder);
    crls = opendir(folder);
    assert_non_null(crls);
    while ((entry = readdir(crls)) != NULL) {
        struct crl crl;
        struct bytes der;
        enum dr_status status;

        if (entry->d_name[0] == '.') {
            continue;
        }
        der = pkits_read("crls", entry->d_name, "");
        status = crl_read(der, &crl);
        if (status != DR_OK && status != DR_ERR_UNSUPPORTED) {
            assert_string_equal(entry->d_name, "BadCRLSignatureCACRL.crl"); /* NIST spoilt the BIT STRING itself */
        }
        count++;
        testdata_free(der);
    }
    closedir(crls);
    assert_int_equal(count, 173);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(revocation), cmocka_unit_test(fields),   cmocka_unit_test(partial_lists),
        cmocka_unit_test(altered),    cmocka_unit_test(all_read),
    };

    return cmocka_run_group_tests(tests, pkits_unpack, pkits_remove);
}
