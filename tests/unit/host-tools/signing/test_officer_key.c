/* Officers: keys on every curve, files that hold them, and what is no key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "crypto/hash.h"
#include "signing/atomic_file.h"
#include "signing/officer_key.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/docrev-test-XXXXXX";

static int enter_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    (void)state;
    (void)remove("a.pem");
    (void)remove("b.pem");
    (void)remove("both.pem");
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void makes_keys_that_devices_understand(void **state)
{
    static const struct {
        const char *name;
        enum curve_id curve;
    } cases[] = {{"P-256", CURVE_P256},
                 {"P-384", CURVE_P384},
                 {"P-521", CURVE_P521},
                 {"brainpoolP256r1", CURVE_BP256},
                 {"brainpoolP384r1", CURVE_BP384},
                 {"brainpoolP512r1", CURVE_BP512}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct officer_key *key = NULL;
        const char *why = "";
        const struct certificate *certificate;
        uint8_t digest[HASH_SHA256_SIZE];

        if (officer_key_create("Officer", cases[i].name, &key, &why) != DR_OK) {
            fail_msg("%s: %s", cases[i].name, why);
        }
        certificate = &key->certificate;
        assert_int_equal(certificate->key.curve, cases[i].curve);
        assert_int_equal(certificate_verify(certificate, &certificate->key), DR_OK);
        assert_string_equal(key->name, "Officer");
        /* RFC 7093 2 (1): the leftmost 160 bits of SHA-256 of the BIT STRING subjectPublicKey. */
        assert_int_equal(hash_compute(HASH_SHA256, certificate->key.ec_point, digest), DR_OK);
        assert_true(bytes_equal(certificate->subject_key_id, bytes_of(digest, 20)));
        assert_true(certificate->has_key_usage && (certificate->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) != 0);
        assert_false(certificate->is_ca);
        officer_key_free(key);
    }
}

static void saves_and_loads(void **state)
{
    struct officer_key *key = NULL, *again = NULL, *public = NULL;
    const char *why = "";
    struct stat info;

    (void)state;
    assert_int_equal(officer_key_create("A", "P-256", &key, &why), DR_OK);
    assert_int_equal(officer_key_save(key, "a.pem", NULL, &why), DR_OK);
    assert_int_equal(stat("a.pem", &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(officer_key_load("a.pem", &again, &why), DR_OK);
    assert_true(bytes_equal(again->certificate.whole, key->certificate.whole));
    assert_non_null(again->private_key);
    assert_int_equal(officer_certificate_load("a.pem", &public, &why), DR_OK);
    assert_null(public->private_key);
    assert_true(bytes_equal(public->certificate.spki, key->certificate.spki));
    officer_key_free(key);
    officer_key_free(again);
    officer_key_free(public);
}

static void refuses_what_is_no_key(void **state)
{
    struct officer_key *a = NULL, *b = NULL, *none = NULL;
    const char *why = "";
    uint8_t *key = NULL, *certificate = NULL;
    size_t key_len = 0, certificate_len = 0;
    char *at;
    FILE *file;

    (void)state;
    assert_int_equal(officer_key_create("A", "secp256k1", &none, &why), DR_ERR_ARGUMENT);
    assert_null(none);
    assert_int_equal(officer_key_load("missing.pem", &none, &why), DR_ERR_IO);
    assert_int_equal(officer_key_create("A", "P-256", &a, &why), DR_OK);
    assert_int_equal(officer_key_create("B", "P-256", &b, &why), DR_OK);
    assert_int_equal(officer_certificates_save(&b, 1, "b.pem", &why), DR_OK);
    assert_int_equal(officer_key_load("b.pem", &none, &why), DR_ERR_MALFORMED);
    /* A's key beside B's certificate. */
    assert_int_equal(officer_key_save(a, "a.pem", NULL, &why), DR_OK);
    assert_int_equal(file_read_whole("a.pem", 65536, &key, &key_len), DR_OK);
    assert_int_equal(file_read_whole("b.pem", 65536, &certificate, &certificate_len), DR_OK);
    at = memmem(key, key_len, "-----BEGIN CERT", 15);
    assert_non_null(at);
    file = fopen("both.pem", "wb");
    assert_non_null(file);
    assert_true(fwrite(key, 1, (size_t)(at - (char *)key), file) > 0 &&
                fwrite(certificate, 1, certificate_len, file) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(officer_key_load("both.pem", &none, &why), DR_ERR_MALFORMED);
    assert_string_equal(why, "the certificate belongs to another key");
    free(key);
    free(certificate);
    officer_key_free(a);
    officer_key_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_keys_that_devices_understand),
        cmocka_unit_test(saves_and_loads),
        cmocka_unit_test(refuses_what_is_no_key),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
