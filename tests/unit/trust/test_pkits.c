/* NIST PKITS as far as a path of one certificate goes: signatures, validity, names, unknown extensions (its 4.1-4.3, 4.16). */
#include "pkits.h"
#include "store_of.h"

#include "trust/chain.h"

#include <dirent.h>

#define IN_2011 1302825600 /* 2011-04-15, when NIST published this version */

static struct memory_store memory;
static uint8_t block[BLOCK_TREE_BLOCK];

struct pkits_case {
    const char *issuer, *signer;
    enum chain_reason reason;
};

static const struct pkits_case cases[] = {
    /* 4.1 signatures */
    {"GoodCACert", "ValidCertificatePathTest1EE", CHAIN_OK},
    {"GoodCACert", "InvalidEESignatureTest3EE", CHAIN_SIGNATURE_INVALID},
    {"TrustAnchorRootCertificate", "GoodCACert", CHAIN_KEY_USAGE}, /* verifies, but a CA signs no documents */
    {"GoodCACert", "GoodCACert", CHAIN_CSCA_UNKNOWN},              /* its own key is no issuer of it */
    /* 4.2 validity */
    {"GoodCACert", "InvalidEEnotBeforeDateTest2EE", CHAIN_DSC_NOT_YET_VALID},
    {"GoodCACert", "Validpre2000UTCnotBeforeDateTest3EE", CHAIN_OK},
    {"GoodCACert", "ValidGeneralizedTimenotBeforeDateTest4EE", CHAIN_OK},
    {"GoodCACert", "InvalidEEnotAfterDateTest6EE", CHAIN_DSC_EXPIRED},
    {"GoodCACert", "Invalidpre2000UTCEEnotAfterDateTest7EE", CHAIN_DSC_EXPIRED},
    {"GoodCACert", "ValidGeneralizedTimenotAfterDateTest8EE", CHAIN_OK},
    {"BadnotBeforeDateCACert", "InvalidCAnotBeforeDateTest1EE", CHAIN_CSCA_EXPIRED},
    {"BadnotAfterDateCACert", "InvalidCAnotAfterDateTest5EE", CHAIN_CSCA_EXPIRED},
    /* 4.3 names that must match */
    {"GoodCACert", "ValidNameChainingWhitespaceTest3EE", CHAIN_OK},
    {"UIDCACert", "ValidNameUIDsTest6EE", CHAIN_OK},
    {"RFC3280MandatoryAttributeTypesCACert", "ValidRFC3280MandatoryAttributeTypesTest7EE", CHAIN_OK},
    {"RFC3280OptionalAttributeTypesCACert", "ValidRFC3280OptionalAttributeTypesTest8EE", CHAIN_OK},
    {"UTF8StringEncodedNamesCACert", "ValidUTF8StringEncodedNamesTest9EE", CHAIN_OK},
    /* 4.16 private extensions */
    {"TrustAnchorRootCertificate", "ValidUnknownNotCriticalCertificateExtensionTest1EE", CHAIN_OK},
    {"TrustAnchorRootCertificate", "InvalidUnknownCriticalCertificateExtensionTest2EE", CHAIN_CRITICAL_EXTENSION},
};

static void paths(void **state)
{
    (void)state;
    SKIP_WITHOUT_PKITS();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes issuer = pkits_read("certs", cases[i].issuer, ".crt");
        struct bytes der = pkits_read("certs", cases[i].signer, ".crt");
        struct certificate signer;
        struct chain_result result;

        memset(&memory, 0, sizeof memory);
        leaf_add(memory.blocks[0], issuer);
        store_seal_single(&memory);
        assert_int_equal(certificate_read(der, &signer), DR_OK);
        chain_verify(&signer, &memory.store, IN_2011, block, &result);
        if (result.reason != cases[i].reason) {
            print_error("%s: %s, expected %s\n", cases[i].signer, chain_reason_text(result.reason),
                        chain_reason_text(cases[i].reason));
        }
        assert_int_equal(result.reason, cases[i].reason);
        assert_int_equal(hardened_is_yes(&result.trusted), cases[i].reason == CHAIN_OK);
        testdata_free(issuer);
        testdata_free(der);
    }
}

/* 4.3: is the signer's issuer the CA's subject? The path itself goes by keys, since two real CSCAs changed their names. */
static void names(void **state)
{
    static const struct {
        const char *issuer, *signer;
        bool equal;
    } pairs[] = {
        {"GoodCACert", "InvalidNameChainingTest1EE", false},
        {"NameOrderingCACert", "InvalidNameChainingOrderTest2EE", false},
        {"GoodCACert", "ValidNameChainingWhitespaceTest3EE", true},
        {"GoodCACert", "ValidNameChainingWhitespaceTest4EE", true},
        {"GoodCACert", "ValidNameChainingCapitalizationTest5EE", true},
        {"RolloverfromPrintableStringtoUTF8StringCACert", "ValidRolloverfromPrintableStringtoUTF8StringTest10EE", true},
        {"UTF8StringCaseInsensitiveMatchCACert", "ValidUTF8StringCaseInsensitiveMatchTest11EE", true},
    };

    (void)state;
    SKIP_WITHOUT_PKITS();
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct bytes issuer_der = pkits_read("certs", pairs[i].issuer, ".crt");
        struct bytes der = pkits_read("certs", pairs[i].signer, ".crt");
        struct certificate issuer;
        struct certificate signer;

        assert_int_equal(certificate_read(issuer_der, &issuer), DR_OK);
        assert_int_equal(certificate_read(der, &signer), DR_OK);
        if (certificate_name_equal(signer.issuer, issuer.subject) != pairs[i].equal) {
            fail_msg("%s", pairs[i].signer);
        }
        testdata_free(issuer_der);
        testdata_free(der);
    }
}

/* All of them parse; keys of DSA are the only ones we cannot use. */
static void all_parse(void **state)
{
    char folder[128];
    DIR *certs;
    const struct dirent *entry;
    unsigned count = 0;
    unsigned unsupported = 0;

    (void)state;
    SKIP_WITHOUT_PKITS();
    (void)snprintf(folder, sizeof folder, "%s/nist-pkits/certs", pkits_folder);
    certs = opendir(folder);
    assert_non_null(certs);
    while ((entry = readdir(certs)) != NULL) {
        struct certificate certificate;
        struct bytes der;
        enum dr_status status;

        if (entry->d_name[0] == '.') {
            continue;
        }
        der = pkits_read("certs", entry->d_name, "");
        status = certificate_read(der, &certificate);
        if (strcmp(entry->d_name, "BadSignedCACert.crt") == 0 ||
            strcmp(entry->d_name, "InvalidDSASignatureTest6EE.crt") == 0) {
            assert_int_equal(status, DR_ERR_MALFORMED); /* NIST spoilt the BIT STRING itself */
        } else if (strstr(entry->d_name, "DSA") != NULL) {
            assert_int_equal(status, DR_ERR_UNSUPPORTED);
            unsupported++;
        } else if (status != DR_OK) {
            fail_msg("%s: status %d", entry->d_name, (int)status);
        }
        count++;
        testdata_free(der);
    }
    closedir(certs);
    assert_int_equal(count, 405);
    assert_int_equal(unsupported, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(names),
        cmocka_unit_test(all_parse),
    };

    return cmocka_run_group_tests(tests, pkits_unpack, pkits_remove);
}
