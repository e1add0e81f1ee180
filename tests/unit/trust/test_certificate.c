/* X.509 certificates of the fixtures: every field, extensions in all shapes, and damage. */
#include "fixture.h"
#include "fixtures/certificates.h"

#include "trust/certificate.h"
#include "trust/csca_store.h"

static struct certificate read_ok(struct bytes der)
{
    struct certificate certificate;

    assert_int_equal(certificate_read(der, &certificate), DR_OK);
    return certificate;
}

static void root(void **state)
{
    struct certificate c = read_ok(VIEW(fixture_root_one));
    struct certificate other = read_ok(VIEW(fixture_root_two));

    (void)state;
    assert_int_equal(c.version, 3);
    assert_int_equal(c.whole.len, sizeof fixture_root_one);
    assert_string_equal(c.issuer_country, "UT");
    assert_string_equal(c.subject_country, "UT");
    assert_int_equal(c.not_before, 1577836800); /* 2020-01-01 */
    assert_int_equal(c.not_after, 1893456000);  /* 2030-01-01 */
    assert_true(c.has_basic_constraints && c.is_ca && c.has_path_len);
    assert_int_equal(c.path_len, 0);
    assert_true(c.has_key_usage);
    assert_int_equal(c.key_usage, KEY_USAGE_CERT_SIGN | KEY_USAGE_CRL_SIGN);
    assert_int_equal(c.subject_key_id.len, 20);
    assert_bytes_equal(c.issuer, c.subject);
    assert_false(c.unknown_critical);
    assert_int_equal(c.document_types.len, 0);
    assert_int_equal(c.signature_algorithm.scheme, SIGNATURE_ECDSA);
    assert_int_equal(certificate_verify(&c, &c.key), DR_OK);
    assert_int_equal(certificate_verify(&c, &other.key), DR_ERR_SIGNATURE);
}

static void signer(void **state)
{
    struct certificate issuer = read_ok(VIEW(fixture_root_one));
    struct certificate c = read_ok(VIEW(fixture_dsc_signer));

    (void)state;
    assert_false(c.has_basic_constraints || c.is_ca);
    assert_int_equal(c.key_usage, KEY_USAGE_DIGITAL_SIGNATURE);
    assert_bytes_equal(c.authority_key_id, issuer.subject_key_id);
    assert_int_equal(c.document_types.len, 10);
    assert_int_equal(certificate_verify(&c, &issuer.key), DR_OK);
    c = read_ok(VIEW(fixture_dsc_noaki));
    assert_int_equal(c.authority_key_id.len, 0);
    c = read_ok(VIEW(fixture_dsc_critical));
    assert_true(c.unknown_critical);
    c = read_ok(VIEW(fixture_dsc_listsigner));
    assert_false(c.unknown_critical);
    assert_int_equal(c.extended_key_usage.len, 10);
    c = read_ok(VIEW(fixture_dsc_absentusage));
    assert_false(c.has_key_usage);
}

/* An algorithm we do not have is told, and everything else is there. */
static void unsupported(void **state)
{
    struct certificate issuer = read_ok(VIEW(fixture_root_one));
    struct certificate c;

    (void)state;
    assert_int_equal(certificate_read(VIEW(fixture_dsc_sha3), &c), DR_ERR_UNSUPPORTED);
    assert_int_equal(c.signature_algorithm.scheme, SIGNATURE_NONE);
    assert_int_equal(c.key.type, KEY_EC);
    assert_true(c.signature.len > 60);
    assert_bytes_equal(c.authority_key_id, issuer.subject_key_id);
    assert_int_equal(certificate_verify(&c, &issuer.key), DR_ERR_UNSUPPORTED);
}

static void names(void **state)
{
    struct certificate a = read_ok(VIEW(fixture_dsc_signer));
    struct certificate b = read_ok(VIEW(fixture_dsc_name)); /* lower case, outer spaces */
    struct certificate other = read_ok(VIEW(fixture_root_one));
    uint8_t hash_a[HASH_SHA256_SIZE];
    uint8_t hash_b[HASH_SHA256_SIZE];

    (void)state;
    assert_false(bytes_equal(a.subject, b.subject));
    assert_string_equal(b.subject_country, "UT");
    assert_true(certificate_name_equal(a.subject, b.subject));
    assert_int_equal(certificate_name_hash(a.subject, hash_a), DR_OK);
    assert_int_equal(certificate_name_hash(b.subject, hash_b), DR_OK);
    assert_memory_equal(hash_a, hash_b, sizeof hash_a);
    assert_false(certificate_name_equal(a.subject, a.issuer));
    assert_true(certificate_name_equal(a.issuer, other.subject));
}

static void altered(void **state)
{
    struct certificate issuer = read_ok(VIEW(fixture_root_one));
    uint8_t copy[sizeof fixture_dsc_signer + 1];
    struct certificate c;

    (void)state;
    for (size_t i = 0; i < sizeof fixture_dsc_signer; i++) {
        assert_int_not_equal(certificate_read(bytes_of(fixture_dsc_signer, i), &c), DR_OK);
    }
    memcpy(copy, fixture_dsc_signer, sizeof fixture_dsc_signer);
    copy[sizeof fixture_dsc_signer] = 0;
    assert_int_equal(certificate_read(VIEW(copy), &c), DR_ERR_MALFORMED);
    for (size_t i = 0; i < sizeof fixture_dsc_signer; i++) {
        uint8_t bit = (uint8_t)(1U << (i % 8U));
        copy[i] ^= bit;
        if (certificate_read(bytes_of(copy, sizeof fixture_dsc_signer), &c) == DR_OK &&
            certificate_verify(&c, &issuer.key) == DR_OK) {
            print_error("octet %zu\n", i);
            fail();
        }
        copy[i] ^= bit;
    }
}

/* RFC 5280 4.1.1.2: the identifier beside the signature is the signed one. */
static void two_algorithms(void **state)
{
    uint8_t copy[sizeof fixture_dsc_signer];
    struct certificate c = read_ok(VIEW(fixture_dsc_signer));
    size_t last = (size_t)(c.signed_part.data + c.signed_part.len - fixture_dsc_signer) + 11;

    (void)state;
    memcpy(copy, fixture_dsc_signer, sizeof copy);
    assert_int_equal(copy[last], 0x02); /* ecdsa-with-SHA256 */
    copy[last] = 0x03;                  /* ecdsa-with-SHA384 */
    assert_int_equal(certificate_read(VIEW(copy), &c), DR_ERR_MALFORMED);
}

/* Exchanges the last arc of the extension 2.5.29.`from`. */
static void rename_extension(uint8_t *der, size_t len, uint8_t from, uint8_t to)
{
    const uint8_t oid[] = {0x06, 0x03, 0x55, 0x1D, from};
    unsigned found = 0;

    for (size_t i = 0; i + sizeof oid <= len; i++) {
        if (memcmp(der + i, oid, sizeof oid) == 0) {
            der[i + 4] = to;
            found++;
        }
    }
    assert_int_equal(found, 1);
}

/* RFC 5280 4.2: one instance of each. keyUsage and subjectKeyIdentifier become subjectAltNames, whose content is not read. */
static void duplicate_extension(void **state)
{
    uint8_t copy[sizeof fixture_dsc_noaki];
    struct certificate c;

    (void)state;
    memcpy(copy, fixture_dsc_noaki, sizeof copy);
    rename_extension(copy, sizeof copy, 0x0E, 0x11);
    assert_int_equal(certificate_read(VIEW(copy), &c), DR_OK);
    assert_int_equal(c.subject_key_id.len, 0);
    rename_extension(copy, sizeof copy, 0x0F, 0x11);
    assert_int_equal(certificate_read(VIEW(copy), &c), DR_ERR_MALFORMED);
}

/* A critical extension of the id-ce arc that is not known (nameConstraints) fails the path too. */
static void unknown_id_ce(void **state)
{
    uint8_t copy[sizeof fixture_dsc_noaki];
    struct certificate c;

    (void)state;
    memcpy(copy, fixture_dsc_noaki, sizeof copy);
    rename_extension(copy, sizeof copy, 0x0E, 0x1E);
    assert_int_equal(certificate_read(VIEW(copy), &c), DR_OK);
    assert_false(c.unknown_critical);
    rename_extension(copy, sizeof copy, 0x0F, 0x24); /* keyUsage was critical */
    assert_int_equal(certificate_read(VIEW(copy), &c), DR_OK);
    assert_true(c.unknown_critical);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(root),          cmocka_unit_test(signer),         cmocka_unit_test(unsupported),
        cmocka_unit_test(names),         cmocka_unit_test(altered),        cmocka_unit_test(duplicate_extension),
        cmocka_unit_test(unknown_id_ce), cmocka_unit_test(two_algorithms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
