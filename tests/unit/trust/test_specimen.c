/* EF.SOD of a specimen passport (testdata/specimen/bsi2008, fictional holder): its signature under its own document signer. */
#include "testdata.h"

#include "trust/certificate.h"
#include "trust/cms.h"
#include "trust/oid.h"

struct specimen {
    struct bytes file;
    struct bytes body; /* the ContentInfo inside the file's tag 77 */
};

static struct specimen load(void)
{
    struct specimen specimen = {.file = testdata_read("specimen/bsi2008/EF_SOD.bin")};

    assert_true(specimen.file.len > 4 && specimen.file.data[0] == 0x77 && specimen.file.data[1] == 0x82);
    specimen.body = bytes_of(specimen.file.data + 4, specimen.file.len - 4);
    return specimen;
}

static enum dr_status verify(struct bytes der)
{
    struct cms cms;
    struct cms_signer signer;
    struct certificate certificate;
    struct bytes rest;
    struct bytes certificates;
    struct bytes certificate_der;
    enum dr_status status = cms_read(der, &cms);

    if (status != DR_OK) {
        return status;
    }
    if (cms.whole.len != der.len || !oid_is(cms.content_type, OID_LDS_SECURITY_OBJECT)) {
        return DR_ERR_MALFORMED;
    }
    rest = cms.signer_infos;
    status = cms_next_signer(&rest, &signer);
    if (status != DR_OK) {
        return status;
    }
    certificates = cms.certificates;
    status = cms_next_certificate(&certificates, &certificate_der);
    if (status == DR_OK) {
        status = certificate_read(certificate_der, &certificate);
    }
    if (status == DR_OK && !cms_signer_is(&signer, &certificate)) {
        status = DR_ERR_UNTRUSTED;
    }
    return status == DR_OK ? cms_verify(&cms, &signer, &certificate.key) : status;
}

static void fields(void **state)
{
    struct specimen specimen;
    struct cms cms;
    struct cms_signer signer;
    struct certificate certificate;
    struct bytes rest;
    struct bytes der;

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    specimen = load();
    assert_int_equal(cms_read(specimen.body, &cms), DR_OK);
    assert_int_equal(cms.version, 3);
    assert_int_equal(cms.content.len, 126);
    rest = cms.signer_infos;
    assert_int_equal(cms_next_signer(&rest, &signer), DR_OK);
    assert_int_equal(signer.version, 1);
    assert_int_equal(signer.digest, HASH_SHA1);
    assert_true(signer.has_signed_attributes);
    assert_false(signer.has_signing_time);
    rest = cms.certificates;
    assert_int_equal(cms_next_certificate(&rest, &der), DR_OK);
    assert_int_equal(certificate_read(der, &certificate), DR_OK);
    assert_int_equal(certificate.key.curve, CURVE_BP224); /* spelt out in the certificate */
    assert_int_equal(certificate.authority_key_id.len, 20);
    assert_string_equal(certificate.issuer_country, "");
    assert_int_not_equal(certificate_verify(&certificate, &certificate.key), DR_OK); /* its CSCA is not public */
    testdata_free(specimen.file);
}

static void signature_holds(void **state)
{
    struct specimen specimen;

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    specimen = load();
    assert_int_equal(verify(specimen.body), DR_OK);
    testdata_free(specimen.file);
}

/* Any octet of the LDS security object, of the signed attributes and of the signature. */
static void alterations_are_refused(void **state)
{
    struct specimen specimen;
    struct cms cms;
    struct cms_signer signer;
    struct bytes rest;
    uint8_t *copy;

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    specimen = load();
    assert_int_equal(cms_read(specimen.body, &cms), DR_OK);
    rest = cms.signer_infos;
    assert_int_equal(cms_next_signer(&rest, &signer), DR_OK);
    copy = malloc(specimen.body.len);
    assert_non_null(copy);
    for (size_t i = 0; i < specimen.body.len; i++) {
        const uint8_t *at = specimen.body.data + i;
        bool covered = (at >= cms.content.data && at < cms.content.data + cms.content.len) ||
                       (at >= signer.signed_attributes.data && at < signer.signature.data + signer.signature.len);
        if (!covered) {
            continue;
        }
        memcpy(copy, specimen.body.data, specimen.body.len);
        copy[i] ^= (uint8_t)(1U << (i % 8U));
        if (verify(bytes_of(copy, specimen.body.len)) == DR_OK) {
            print_error("octet %zu\n", i);
            fail();
        }
    }
    free(copy);
    testdata_free(specimen.file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),
        cmocka_unit_test(signature_holds),
        cmocka_unit_test(alterations_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
