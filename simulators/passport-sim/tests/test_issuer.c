/* The documents of all profiles, verified with OpenSSL alone. */
#include "cmocka_all.h"
#include "issuer/personalise.h"
#include "util/tlv.h"

#include <openssl/cms.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

static struct vault vault;

static int open_vault(void **state)
{
    (void)state;
    vault_open(&vault, NULL);
    return 0;
}

static int close_vault(void **state)
{
    (void)state;
    vault_close(&vault);
    return 0;
}

/* ICAO 9303-4 Appendix B (number, dates and their digits), and the BSI's specimen of 2008 (composite digit). */
static void zones_have_the_right_check_digits(void **state)
{
    (void)state;
    static const struct holder anna = {"ERIKSSON", "ANNA<MARIA", "740812", 'F', 0};
    static const struct holder erika = {"MUSTERMANN", "ERIKA", "960812", 'F', 0};
    struct mrz_fields fields = {&anna, "UTO", "L898902C3", "120415", MRZ_TD3};
    char lines[MRZ_LINES][MRZ_LINE + 1];
    char information[MRZ_INFORMATION];
    mrz_compose(&fields, lines);
    assert_string_equal(lines[0], "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<");
    assert_memory_equal(lines[1], "L898902C36UTO7408122F1204159", 28);
    mrz_information(lines, information);
    assert_string_equal(information, "L898902C3674081221204159");
    fields = (struct mrz_fields){&erika, "D", "C11T002JM", "131031", MRZ_TD3};
    mrz_compose(&fields, lines);
    assert_memory_equal(lines[0], "P<D<<MUSTERMANN<<ERIKA<<", 24);
    assert_int_equal(lines[1][43], '6');
    assert_int_equal(strlen(lines[1]), MRZ_LINE);
}

/* What a careful inspection finds in a document's files. */
struct findings {
    bool sod_present, sod_whole, signature, chain, chain_published, dsc_current, dg1_signed, zone_agrees;
};

static CMS_ContentInfo *open_sod(const struct buffer *file)
{
    struct slice rest = buffer_view(file);
    struct tlv outer;
    if (!tlv_next(&rest, &outer) || outer.tag != 0x77) {
        return NULL;
    }
    const uint8_t *at = outer.value.data;
    return d2i_CMS_ContentInfo(NULL, &at, (long)outer.value.len);
}

static bool lists_hash_of(const struct slice content, const char *hash, const struct buffer *file)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_Digest(file->data, file->len, digest, &len, EVP_get_digestbyname(hash), NULL);
    return memmem(content.data, content.len, digest, len) != NULL;
}

static const char *group_digest(const struct profile *profile)
{
    const struct dsc *dsc = dsc_row(profile->signer);
    return dsc->group_digest != NULL ? dsc->group_digest : dsc->digest;
}

static void examine_chain(const struct profile *profile, X509 *signer, struct findings *findings)
{
    for (unsigned id = 0; id < CSCA_COUNT; id++) {
        X509 *csca = csca_certificate(&vault, (enum csca_id)id);
        if (X509_verify(signer, X509_get0_pubkey(csca)) == 1 &&
            X509_NAME_cmp(X509_get_issuer_name(signer), X509_get_subject_name(csca)) == 0) {
            findings->chain = findings->chain || id == (unsigned)dsc_row(profile->signer)->csca;
            findings->chain_published = csca_row((enum csca_id)id)->published;
        }
    }
    findings->dsc_current =
        X509_cmp_current_time(X509_get0_notBefore(signer)) < 0 && X509_cmp_current_time(X509_get0_notAfter(signer)) > 0;
}

static void examine(const struct profile *profile, const struct document *document, struct findings *findings)
{
    const struct buffer *dg1 = &document->files[LDS_DG1];
    *findings = (struct findings){.sod_present = document->files[LDS_SOD].len > 0};
    char zone[MRZ_LINES * MRZ_LINE + 1];
    int zone_len =
        snprintf(zone, sizeof(zone), "%s%s%s", document->printed[0], document->printed[1], document->printed[2]);
    findings->zone_agrees = dg1->len == (size_t)zone_len + 5 && memcmp(dg1->data + 5, zone, (size_t)zone_len) == 0;
    CMS_ContentInfo *cms = open_sod(&document->files[LDS_SOD]);
    if (cms == NULL) {
        return;
    }
    findings->sod_whole = true;
    BIO *out = BIO_new(BIO_s_mem());
    findings->signature = CMS_verify(cms, NULL, NULL, NULL, out, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
    STACK_OF(X509) *certificates = CMS_get1_certs(cms);
    assert_int_equal(sk_X509_num(certificates), 1);
    examine_chain(profile, sk_X509_value(certificates, 0), findings);
    ASN1_OCTET_STRING **content = CMS_get0_content(cms);
    const struct slice view = {ASN1_STRING_get0_data(*content), (size_t)ASN1_STRING_length(*content)};
    const char *hash = group_digest(profile);
    findings->dg1_signed = dg1->len > 0 && lists_hash_of(view, hash, dg1);
    static const enum lds_file groups[] = {LDS_DG2, LDS_DG14, LDS_DG15};
    for (size_t i = 0; i < 3; i++) {
        const struct buffer *file = &document->files[groups[i]];
        assert_true(file->len == 0 || lists_hash_of(view, hash, file));
    }
    sk_X509_pop_free(certificates, X509_free);
    BIO_free(out);
    CMS_ContentInfo_free(cms);
}

/* The rows whose files break in the ways this test knows; the others have tests of their own below. */
static bool is_plain(const struct profile *profile)
{
    return profile->cms == CMS_PLAIN && profile->security <= SECURITY_DIGEST_NULL &&
           profile->data <= DATA_PRINTED_STATE && dsc_row(profile->signer)->oddities == 0 &&
           profile->signer != DSC_FORGER_KEY_ID;
}

/* Each document breaks what its row says, and nothing else. */
static void documents_break_what_they_say(void **state)
{
    (void)state;
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        struct document document = {0};
        struct findings f;
        if (!is_plain(profile)) {
            continue;
        }
        assert_null(personalise(&vault, profile, &document));
        examine(profile, &document, &f);
        enum data_fault fault = profile->data;
        bool whole = fault != DATA_SOD_MISSING && fault != DATA_SOD_TRUNCATED;
        assert_int_equal(f.sod_present, fault != DATA_SOD_MISSING);
        assert_int_equal(f.sod_whole, whole);
        assert_int_equal(f.signature, whole && fault != DATA_SOD_ALTERED && fault != DATA_SOD_SIGNATURE);
        assert_int_equal(f.chain, whole);
        assert_int_equal(f.chain_published, whole && csca_row(dsc_row(profile->signer)->csca)->published);
        assert_int_equal(f.dsc_current, whole && profile->signer != DSC_EXPIRED && profile->signer != DSC_NOT_YET);
        assert_int_equal(f.dg1_signed, whole && fault != DATA_DG1_ALTERED && fault != DATA_DG1_MISSING);
        assert_int_equal(f.zone_agrees,
                         fault != DATA_PRINTED_OTHER && fault != DATA_PRINTED_STATE && fault != DATA_DG1_MISSING);
        /* The page opens the chip, but where it is another document's. */
        char information[MRZ_INFORMATION];
        mrz_information(document.printed, information);
        assert_int_equal(strcmp(information, document.access) == 0, fault != DATA_PRINTED_OTHER);
        document_free(&document);
    }
}

/* NO RECORD is promised of sound documents only, and needs no reason; every other verdict has one. */
static void verdicts_fit_the_rows(void **state)
{
    (void)state;
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        bool sound = is_plain(profile) && profile->data == DATA_SOUND && profile->term == TERM_CURRENT &&
                     profile->issuing_state == NULL;
        bool no_record = strcmp(profile->verdict, "NO RECORD") == 0;
        assert_true(!no_record || sound || profile->source != NULL);
        assert_int_equal(no_record, profile->reason[0] == '\0');
        assert_int_equal(no_record || strcmp(profile->name, "listed") == 0 || strcmp(profile->name, "pace-listed") == 0,
                         strcmp(profile->breaks, "nothing") == 0);
        assert_true(no_record || strcmp(profile->verdict, "REFER") == 0 ||
                    strcmp(profile->verdict, "CANNOT VERIFY") == 0);
    }
}

/* Issue 15: at least 60 faults, none of them the same. */
static void faults_are_many(void **state)
{
    (void)state;
    unsigned faults = 0;
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        if (strcmp(profile->verdict, "CANNOT VERIFY") != 0) {
            continue;
        }
        faults++;
        for (const struct profile *other = profile_next(NULL); other != profile; other = profile_next(other)) {
            bool same = memcmp(&other->chip, &profile->chip, sizeof(profile->chip)) == 0 &&
                        memcmp(&other->mechanisms, &profile->mechanisms, sizeof(profile->mechanisms)) == 0 &&
                        other->data == profile->data && other->cms == profile->cms &&
                        other->security == profile->security && other->signer == profile->signer &&
                        other->term == profile->term && other->issuing_state == profile->issuing_state;
            if (same) {
                fail_msg("%s is %s", profile->name, other->name);
            }
        }
    }
    assert_true(faults >= 60);
}

static void rows_can_be_printed_and_told_apart(void **state)
{
    (void)state;
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        const char *texts[] = {profile->name,   profile->description, profile->breaks, profile->reason,
                               profile->number, profile->requires,    profile->source};
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
            for (const char *c = texts[i] != NULL ? texts[i] : ""; *c != '\0'; c++) {
                assert_true(*c >= ' ' && *c <= '~' && *c != '"' && *c != '\\');
            }
        }
        assert_true(strlen(profile->name) <= 22);
        assert_ptr_equal(profile_find(profile->name), profile);
        for (const struct profile *other = profile_next(NULL); other != profile; other = profile_next(other)) {
            assert_true(strcmp(other->number, profile->number) != 0 || strcmp(profile->name, "pace-listed") == 0);
        }
    }
    assert_null(profile_find("nobody"));
}

/* Certificates follow the CSCA and DSC profiles of ICAO 9303-12 7.1.1. */
static void certificates_follow_the_profile(void **state)
{
    (void)state;
    for (unsigned id = 0; id < CSCA_COUNT; id++) {
        X509 *csca = csca_certificate(&vault, (enum csca_id)id);
        assert_int_equal(X509_self_signed(csca, 1), 1);
        assert_int_equal(X509_get_pathlen(csca), 0);
        assert_int_equal(X509_get_key_usage(csca), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
        assert_non_null(X509_get0_authority_key_id(csca));
        assert_non_null(X509_get0_subject_key_id(csca));
    }
    for (unsigned id = 0; id < DSC_COUNT; id++) {
        X509 *dsc = dsc_certificate(&vault, (enum dsc_id)id);
        const struct dsc *row = dsc_row((enum dsc_id)id);
        X509 *csca = csca_certificate(&vault, row->csca);
        if ((row->oddities & ~(unsigned)(ODD_ISSUER_NAME | ODD_TYPES | ODD_COUNTRY)) != 0) {
            continue;
        }
        assert_int_equal(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(dsc), X509_get0_subject_key_id(csca)), 0);
        assert_int_equal(X509_verify(dsc, X509_get0_pubkey(csca)), 1);
        if (id != DSC_CA_KEY_USAGE && id != DSC_NO_KEY_USAGE) {
            assert_int_equal(X509_get_key_usage(dsc), KU_DIGITAL_SIGNATURE);
            assert_int_equal(X509_check_ca(dsc), 0);
        }
    }
}

static void odd_certificates_are_odd(void **state)
{
    (void)state;
    X509 *root = csca_certificate(&vault, CSCA_RSA);
    assert_null(X509_get0_authority_key_id(dsc_certificate(&vault, DSC_NO_AKI)));
    assert_int_not_equal(
        X509_NAME_cmp(X509_get_issuer_name(dsc_certificate(&vault, DSC_BY_KEY_ID)), X509_get_subject_name(root)), 0);
    assert_int_not_equal(X509_verify(dsc_certificate(&vault, DSC_SPOILT), X509_get0_pubkey(root)), 1);
    assert_int_not_equal(X509_verify(dsc_certificate(&vault, DSC_ALGORITHMS), X509_get0_pubkey(root)), 1);
    assert_int_equal(X509_get_version(dsc_certificate(&vault, DSC_V1)), X509_VERSION_1);
    assert_int_equal(X509_get_key_usage(dsc_certificate(&vault, DSC_NO_KEY_USAGE)), UINT32_MAX);
    assert_true((X509_get_extension_flags(dsc_certificate(&vault, DSC_IS_CA)) & EXFLAG_CA) != 0);
    assert_true((X509_get_extension_flags(dsc_certificate(&vault, DSC_CRITICAL)) & EXFLAG_CRITICAL) != 0);
    assert_int_equal(
        X509_verify(dsc_certificate(&vault, DSC_UNDER_DSC), X509_get0_pubkey(dsc_certificate(&vault, DSC_P256))), 1);
    /* A forger copies name and key identifier, not the key. */
    X509 *forged = csca_certificate(&vault, CSCA_FORGER_KEY_ID);
    assert_int_equal(ASN1_OCTET_STRING_cmp(X509_get0_subject_key_id(forged), X509_get0_subject_key_id(root)), 0);
    assert_int_equal(X509_NAME_cmp(X509_get_subject_name(forged), X509_get_subject_name(root)), 0);
    assert_int_not_equal(X509_verify(dsc_certificate(&vault, DSC_FORGER_KEY_ID), X509_get0_pubkey(root)), 1);
}

static void link_certificates_vouch_for_the_next_key(void **state)
{
    (void)state;
    X509 *root = csca_certificate(&vault, CSCA_RSA);
    X509 *rekeyed = link_certificate(&vault, CSCA_REKEYED);
    X509 *renamed = link_certificate(&vault, CSCA_RENAMED);
    assert_int_equal(X509_verify(rekeyed, X509_get0_pubkey(root)), 1);
    assert_int_equal(X509_verify(renamed, X509_get0_pubkey(root)), 1);
    assert_int_not_equal(X509_verify(link_certificate(&vault, CSCA_FORGER_LINK), X509_get0_pubkey(root)), 1);
    /* Subject and issuer of one name, and yet not self-signed. */
    assert_int_equal(X509_NAME_cmp(X509_get_subject_name(rekeyed), X509_get_issuer_name(rekeyed)), 0);
    assert_int_not_equal(X509_verify(rekeyed, X509_get0_pubkey(rekeyed)), 1);
    assert_int_equal(X509_verify(dsc_certificate(&vault, DSC_REKEYED), X509_get0_pubkey(rekeyed)), 1);
    assert_int_equal(X509_verify(dsc_certificate(&vault, DSC_RENAMED), X509_get0_pubkey(renamed)), 1);
    assert_null(link_certificate(&vault, CSCA_RSA));
}

static X509_CRL *issue_crl(enum csca_id id)
{
    struct buffer der = {0};
    crl_issue(&vault, id, &der);
    const uint8_t *at = der.data;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.len);
    assert_non_null(crl);
    assert_int_equal(X509_CRL_verify(crl, X509_get0_pubkey(csca_certificate(&vault, id))), 1);
    buffer_free(&der);
    return crl;
}

static void revocation_lists_name_what_is_revoked(void **state)
{
    (void)state;
    X509_REVOKED *entry = NULL;
    X509_CRL *crl = issue_crl(CSCA_RSA);
    assert_int_equal(X509_CRL_get0_by_cert(crl, &entry, dsc_certificate(&vault, DSC_REVOKED)), 1);
    assert_int_equal(X509_CRL_get0_by_cert(crl, &entry, dsc_certificate(&vault, DSC_P256)), 0);
    X509_CRL_free(crl);
    crl = issue_crl(CSCA_REVOKED);
    assert_int_equal(X509_CRL_get0_by_cert(crl, &entry, csca_certificate(&vault, CSCA_REVOKED)), 1);
    X509_CRL_free(crl);
}

/* Where OpenSSL's CMS_verify is laxer or stricter than ICAO 9303-10 4.6.2 and RFC 5652 (or the field) would have it. */
static bool openssl_differs(enum cms_oddity oddity)
{
    switch (oddity) {
    case CMS_NAME_ORDER:      /* finds no certificate */
    case CMS_PADDED_INTEGERS: /* wants DER */
    case CMS_WRONG_TYPE:      /* knows nothing of LDS objects */
    case CMS_NO_ATTRIBUTES:
    case CMS_CONTENT_TYPE:
    case CMS_DIGEST_MD5:
    case CMS_DIGEST_MISMATCH:
    case CMS_VERSION:
        return true;
    default:
        return false;
    }
}

static void signed_files_are_odd_as_they_say(void **state)
{
    (void)state;
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        struct document document = {0};
        if (profile->cms == CMS_PLAIN) {
            continue;
        }
        assert_null(personalise(&vault, profile, &document));
        CMS_ContentInfo *cms = open_sod(&document.files[LDS_SOD]);
        BIO *out = BIO_new(BIO_s_mem());
        bool verifies =
            cms != NULL && CMS_verify(cms, NULL, NULL, NULL, out, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
        bool sound = profile->cms < CMS_WRONG_TYPE;
        if (verifies != (sound != openssl_differs(profile->cms))) {
            fail_msg("%s: openssl says %d", profile->name, verifies);
        }
        BIO_free(out);
        CMS_ContentInfo_free(cms);
        document_free(&document);
    }
}

/* The parameters of every EC key stand in the certificate in full (9303-12 4.1.6). */
static void ec_keys_have_explicit_parameters(void **state)
{
    (void)state;
    static const uint8_t prime_field[] = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01, 0x01};
    for (unsigned id = 0; id < DSC_COUNT; id++) {
        uint8_t *der = NULL;
        if (strncmp(dsc_row((enum dsc_id)id)->key, "ec:", 3) !=
            0) { /* "named:" is the exception that a profile wants */
            continue;
        }
        int len = i2d_X509(dsc_certificate(&vault, (enum dsc_id)id), &der);
        assert_true(len > 0);
        assert_non_null(memmem(der, (size_t)len, prime_field, sizeof(prime_field)));
        OPENSSL_free(der);
    }
}

static void portraits_are_jpeg_in_a_facial_record(void **state)
{
    (void)state;
    static const uint8_t jpeg_start[] = {0xFF, 0xD8, 0xFF, 0xE0};
    struct buffer file = {0};
    struct tlv group, templates, template, object;
    lds_write_dg2(profile_next(NULL)->holder, &file);
    struct slice rest = buffer_view(&file);
    assert_true(tlv_next(&rest, &group) && group.tag == 0x75 && rest.len == 0);
    assert_true(tlv_next(&group.value, &templates) && templates.tag == 0x7F61 && group.value.len == 0);
    assert_true(tlv_next(&templates.value, &object) && object.tag == 0x02);
    assert_true(tlv_next(&templates.value, &template) && template.tag == 0x7F60 && templates.value.len == 0);
    assert_true(tlv_next(&template.value, &object) && object.tag == 0xA1);
    assert_true(tlv_next(&template.value, &object) && object.tag == 0x5F2E && template.value.len == 0);
    const uint8_t *record = object.value.data;
    assert_memory_equal(record,
                        "FAC\0"
                        "010\0",
                        8);
    size_t record_len = (size_t)record[8] << 24 | (size_t)record[9] << 16 | (size_t)record[10] << 8 | record[11];
    assert_int_equal(record_len, object.value.len);
    assert_memory_equal(record + 14 + 32, jpeg_start, sizeof(jpeg_start));
    assert_int_equal(record[record_len - 2], 0xFF);
    assert_int_equal(record[record_len - 1], 0xD9);
    buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_have_the_right_check_digits),
        cmocka_unit_test(documents_break_what_they_say),
        cmocka_unit_test(verdicts_fit_the_rows),
        cmocka_unit_test(rows_can_be_printed_and_told_apart),
        cmocka_unit_test(certificates_follow_the_profile),
        cmocka_unit_test(odd_certificates_are_odd),
        cmocka_unit_test(link_certificates_vouch_for_the_next_key),
        cmocka_unit_test(revocation_lists_name_what_is_revoked),
        cmocka_unit_test(signed_files_are_odd_as_they_say),
        cmocka_unit_test(faults_are_many),
        cmocka_unit_test(ec_keys_have_explicit_parameters),
        cmocka_unit_test(portraits_are_jpeg_in_a_facial_record),
    };
    return cmocka_run_group_tests(tests, open_vault, close_vault);
}
