/* Real CSCA and document signer certificates against OpenSSL's verdict on each (testdata/csca and dsc, manifest.csv). */
#include "testdata.h"

#include "trust/certificate.h"
#include "trust/csca_store.h"

#include <ctype.h>

#define MAX_ROOTS 400

/* Columns of csca/manifest.csv and dsc/manifest.csv. */
enum { FILE_NAME, SHA256, COUNTRY, RELATION, SIG, DIGEST, KEY, RSA_E, CHECK_CA, SELF_VERIFY, ISSUERS, ISSUER_PREFIX };
enum { DSC_SIG = 3, DSC_DIGEST, DSC_KEY, DSC_ISSUERS };

struct root {
    struct bytes der;
    struct certificate certificate;
    char sha256[65];
    char file[64];
};

static struct root roots[MAX_ROOTS];
static unsigned root_count;

static const char *hash_name(enum hash_algorithm hash)
{
    static const char *const names[] = {"", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};

    return names[hash];
}

static const char *curve_name(enum curve_id curve)
{
    static const char *const names[] = {"",
                                        "prime192v1",
                                        "secp224r1",
                                        "prime256v1",
                                        "secp384r1",
                                        "secp521r1",
                                        "brainpoolP192r1",
                                        "brainpoolP224r1",
                                        "brainpoolP256r1",
                                        "brainpoolP320r1",
                                        "brainpoolP384r1",
                                        "brainpoolP512r1"};

    return names[curve];
}

static unsigned modulus_bits(const struct public_key *key)
{
    unsigned bits = (unsigned)key->rsa_modulus.len * 8U;

    for (uint8_t top = key->rsa_modulus.data[0]; top < 0x80U; top = (uint8_t)(top << 1)) {
        bits--;
    }
    return bits;
}

static void assert_key_is(const struct public_key *key, const char *text)
{
    char name[64];

    if (key->type == KEY_RSA) {
        (void)snprintf(name, sizeof name, "RSA-%u", modulus_bits(key));
        assert_string_equal(name, text);
    } else {
        const char *curve = strrchr(text, '-');
        assert_int_equal(key->type, KEY_EC);
        assert_string_equal(curve_name(key->curve), curve != NULL ? curve + 1 : text);
    }
}

static void assert_signature_is(const struct signature_algorithm *algorithm, const char *sig, const char *digest)
{
    assert_string_equal(hash_name(algorithm->hash), digest);
    if (strcmp(sig, "rsassaPss") == 0) {
        assert_int_equal(algorithm->scheme, SIGNATURE_RSA_PSS);
    } else if (strncmp(sig, "ecdsa", 5) == 0) {
        assert_int_equal(algorithm->scheme, SIGNATURE_ECDSA);
    } else {
        assert_int_equal(algorithm->scheme, SIGNATURE_RSA_PKCS1);
    }
}

static void load_root(const char *column[CSV_COLUMNS], void *ctx)
{
    char name[256];
    struct root *root = &roots[root_count++];
    enum dr_status status;

    (void)ctx;
    assert_true(root_count <= MAX_ROOTS);
    (void)snprintf(name, sizeof name, "csca/certs/%s", column[FILE_NAME]);
    (void)snprintf(root->sha256, sizeof root->sha256, "%s", column[SHA256]);
    (void)snprintf(root->file, sizeof root->file, "%s", column[FILE_NAME]);
    root->der = testdata_read(name);
    assert_true(root->der.len > 0);
    status = certificate_read(root->der, &root->certificate);
    if (status != DR_OK) {
        print_error("%s: status %d\n", column[FILE_NAME], (int)status);
    }
    assert_int_equal(status, DR_OK);
    /* XX: a root without any countryName */
    assert_string_equal(root->certificate.subject_country, strcmp(column[COUNTRY], "XX") == 0 ? "" : column[COUNTRY]);
    assert_signature_is(&root->certificate.signature_algorithm, column[SIG], column[DIGEST]);
    assert_key_is(&root->certificate.key, column[KEY]);
}

static int load_roots(void **state)
{
    (void)state;
    root_count = 0;
    if (testdata_folder() != NULL) {
        (void)csv_each("csca/manifest.csv", load_root, NULL);
    }
    return 0;
}

static int free_roots(void **state)
{
    (void)state;
    for (unsigned i = 0; i < root_count; i++) {
        testdata_free(roots[i].der);
    }
    return 0;
}

static const struct root *find_root(const char *prefix)
{
    for (unsigned i = 0; i < root_count; i++) {
        if (prefix[0] != '\0' && strncmp(roots[i].sha256, prefix, strlen(prefix)) == 0) {
            return &roots[i];
        }
    }
    return NULL;
}

struct verdicts {
    unsigned self, issuer, issuer_absent;
};

static void check_root(const char *column[CSV_COLUMNS], void *ctx)
{
    struct verdicts *verdicts = ctx;
    const struct root *root = find_root(column[SHA256]);
    const struct root *issuer = find_root(column[ISSUER_PREFIX]);
    bool self = certificate_verify(&root->certificate, &root->certificate.key) == DR_OK;

    if (self != (strcmp(column[SELF_VERIFY], "1") == 0)) {
        print_error("%s: self-signature verdict differs\n", column[FILE_NAME]);
    }
    assert_int_equal(self, strcmp(column[SELF_VERIFY], "1") == 0);
    verdicts->self += self ? 1U : 0U;
    if (issuer == NULL) {
        verdicts->issuer_absent++;
        return;
    }
    if (certificate_verify(&root->certificate, &issuer->certificate.key) != DR_OK) {
        print_error("%s: not verified by %s\n", column[FILE_NAME], issuer->file);
    }
    assert_int_equal(certificate_verify(&root->certificate, &issuer->certificate.key), DR_OK);
    verdicts->issuer++;
}

static void csca_verdicts_agree_with_openssl(void **state)
{
    struct verdicts verdicts = {0};

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    assert_int_equal(csv_each("csca/manifest.csv", check_root, &verdicts), 197);
    print_message("%u self-signed, %u under an issuer of the set, %u whose issuer is not in the set\n", verdicts.self,
                  verdicts.issuer, verdicts.issuer_absent);
    assert_true(verdicts.self > 100 && verdicts.issuer > 100);
}

/* Whatever one flips in the signed part, the signature does not hold. */
static void csca_altered_is_refused(void **state)
{
    (void)state;
    SKIP_WITHOUT_TESTDATA();
    for (unsigned i = 0; i < root_count; i += 8) {
        struct root *root = &roots[i];
        struct certificate altered;
        uint8_t *copy;

        if (certificate_verify(&root->certificate, &root->certificate.key) != DR_OK) {
            continue;
        }
        copy = malloc(root->der.len);
        assert_non_null(copy);
        memcpy(copy, root->der.data, root->der.len);
        /* the serial number's last octet: the form stays */
        copy[root->certificate.serial.data + root->certificate.serial.len - 1 - root->der.data] ^= 1U;
        if (certificate_read(bytes_of(copy, root->der.len), &altered) == DR_OK) {
            assert_int_not_equal(certificate_verify(&altered, &root->certificate.key), DR_OK);
        }
        free(copy);
    }
}

static void check_signer(const char *column[CSV_COLUMNS], void *ctx)
{
    char name[256];
    struct bytes der;
    struct certificate signer;
    unsigned verified = 0;
    unsigned *total = ctx;

    (void)snprintf(name, sizeof name, "dsc/certs/%s", column[FILE_NAME]);
    der = testdata_read(name);
    assert_true(der.len > 0);
    assert_int_equal(certificate_read(der, &signer), DR_OK);
    assert_string_equal(signer.issuer_country, column[COUNTRY]);
    assert_signature_is(&signer.signature_algorithm, column[DSC_SIG], column[DSC_DIGEST]);
    assert_key_is(&signer.key, column[DSC_KEY]);
    assert_false(signer.is_ca);
    assert_false(signer.unknown_critical);
    assert_true(signer.has_key_usage);
    assert_true((signer.key_usage & KEY_USAGE_DIGITAL_SIGNATURE) != 0);
    for (unsigned i = 0; i < root_count; i++) {
        if (strcmp(roots[i].certificate.subject_country, signer.issuer_country) == 0 &&
            certificate_verify(&signer, &roots[i].certificate.key) == DR_OK) {
            verified++;
        }
    }
    /* OpenSSL counted over a larger set, of which a fifth is here: never more than that. "1+": it stopped at the first. */
    if (strchr(column[DSC_ISSUERS], '+') == NULL) {
        assert_true(verified <= (unsigned)atoi(column[DSC_ISSUERS]));
    }
    *total += verified > 0 ? 1U : 0U;
    testdata_free(der);
}

static void dsc_verdicts_agree_with_openssl(void **state)
{
    unsigned total = 0;

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    assert_int_equal(csv_each("dsc/manifest.csv", check_signer, &total), 98);
    print_message("%u of 98 document signers under a CSCA of the set\n", total);
    assert_true(total > 0);
}

/* Every anchor's record fits, RSA-6144 included, and reads back. */
static void records_fit(void **state)
{
    uint8_t record[CSCA_RECORD_MAX];
    struct csca_anchor anchor;
    size_t longest = 0;

    (void)state;
    SKIP_WITHOUT_TESTDATA();
    for (unsigned i = 0; i < root_count; i++) {
        const struct certificate *certificate = &roots[i].certificate;
        uint8_t name_hash[HASH_SHA256_SIZE];
        size_t len;
        if (certificate->subject_country[0] == '\0') {
            assert_int_equal(csca_record_write(certificate, record, &len), DR_ERR_MALFORMED);
            continue;
        }
        assert_int_equal(csca_record_write(certificate, record, &len), DR_OK);
        longest = len > longest ? len : longest;
        assert_int_equal(csca_anchor_read(bytes_of(record + 1 + record[0], len - 1U - record[0]), &anchor), DR_OK);
        assert_int_equal(anchor.not_before, certificate->not_before);
        assert_int_equal(anchor.not_after, certificate->not_after);
        assert_true(bytes_equal(anchor.subject_key_id, certificate->subject_key_id));
        assert_int_equal(certificate_name_hash(certificate->subject, name_hash), DR_OK);
        assert_memory_equal(anchor.subject_hash.data, name_hash, sizeof name_hash);
        assert_int_equal(anchor.key.type, certificate->key.type);
        assert_int_equal(anchor.key.curve, certificate->key.curve);
        assert_true(bytes_equal(anchor.key.ec_point, certificate->key.ec_point));
        assert_true(bytes_equal(anchor.key.rsa_modulus, certificate->key.rsa_modulus));
        assert_true(bytes_equal(anchor.key.rsa_exponent, certificate->key.rsa_exponent));
    }
    print_message("longest record: %zu of %u octets\n", longest, CSCA_RECORD_MAX);
    assert_true(longest > 800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csca_verdicts_agree_with_openssl),
        cmocka_unit_test(csca_altered_is_refused),
        cmocka_unit_test(dsc_verdicts_agree_with_openssl),
        cmocka_unit_test(records_fit),
    };

    return cmocka_run_group_tests(tests, load_roots, free_roots);
}
