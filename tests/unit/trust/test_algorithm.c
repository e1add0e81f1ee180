/* AlgorithmIdentifier and SubjectPublicKeyInfo: what real certificates write, and what is not taken. */
#include "fixture.h"
#include "fixtures/signed.h"

#include "trust/algorithm.h"

#define SHA256_OID "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define RSA_ARC "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01"

#define DER(text) bytes_of((text), sizeof(text) - 1U)

static enum dr_status digest(struct bytes der, enum hash_algorithm *hash)
{
    struct der_reader reader = der_reader_of(der);
    enum dr_status status = algorithm_read_digest(&reader, hash);

    if (status == DR_OK || status == DR_ERR_UNSUPPORTED) {
        assert_true(der_at_end(&reader));
    }
    return status;
}

static enum dr_status signature(struct bytes der, struct signature_algorithm *algorithm)
{
    struct der_reader reader = der_reader_of(der);
    enum dr_status status = algorithm_read_signature(&reader, algorithm);

    if (status == DR_OK || status == DR_ERR_UNSUPPORTED) {
        assert_true(der_at_end(&reader));
    }
    return status;
}

static void digests(void **state)
{
    enum hash_algorithm hash;

    (void)state;
    assert_int_equal(digest(DER("\x30\x0B" SHA256_OID), &hash), DR_OK);
    assert_int_equal(hash, HASH_SHA256);
    assert_int_equal(digest(DER("\x30\x0D" SHA256_OID "\x05\x00"), &hash), DR_OK);
    assert_int_equal(digest(DER("\x30\x09\x06\x05\x2B\x0E\x03\x02\x1A\x05\x00"), &hash), DR_OK);
    assert_int_equal(hash, HASH_SHA1);
    assert_int_equal(digest(DER("\x30\x0E" SHA256_OID "\x05\x01\x00"), &hash), DR_ERR_MALFORMED);
    assert_int_equal(digest(DER("\x30\x0D" SHA256_OID "\x30\x00"), &hash), DR_ERR_MALFORMED);
    assert_int_equal(hash, HASH_NONE);
    /* MD5 */
    assert_int_equal(digest(DER("\x30\x0C\x06\x08\x2A\x86\x48\x86\xF7\x0D\x02\x05\x05\x00"), &hash),
                     DR_ERR_UNSUPPORTED);
    assert_int_equal(hash, HASH_NONE);
}

static void signatures(void **state)
{
    struct signature_algorithm found;

    (void)state;
    assert_int_equal(signature(DER("\x30\x0D" RSA_ARC "\x0B\x05\x00"), &found), DR_OK);
    assert_true(found.scheme == SIGNATURE_RSA_PKCS1 && found.hash == HASH_SHA256);
    assert_int_equal(signature(DER("\x30\x0B" RSA_ARC "\x0D"), &found), DR_OK); /* RSA without NULL */
    assert_true(found.scheme == SIGNATURE_RSA_PKCS1 && found.hash == HASH_SHA512);
    assert_int_equal(signature(DER("\x30\x0D" RSA_ARC "\x01\x05\x00"), &found), DR_OK); /* CMS rsaEncryption */
    assert_true(found.scheme == SIGNATURE_RSA_PKCS1 && found.hash == HASH_NONE);
    assert_int_equal(signature(DER("\x30\x0C\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x03\x05\x00"), &found), DR_OK);
    assert_true(found.scheme == SIGNATURE_ECDSA && found.hash == HASH_SHA384); /* ECDSA with NULL */
    assert_int_equal(signature(DER("\x30\x0C\x06\x0A\x04\x00\x7F\x00\x07\x01\x01\x04\x01\x03"), &found), DR_OK);
    assert_true(found.scheme == SIGNATURE_ECDSA_PLAIN && found.hash == HASH_SHA256);
    /* md5WithRSAEncryption */
    assert_int_equal(signature(DER("\x30\x0D" RSA_ARC "\x04\x05\x00"), &found), DR_ERR_UNSUPPORTED);
    assert_int_equal(found.scheme, SIGNATURE_NONE);
}

static void pss(void **state)
{
    struct signature_algorithm found;

    (void)state;
    /* every field by its default (RFC 4055 3.1) */
    assert_int_equal(signature(DER("\x30\x0D" RSA_ARC "\x0A\x30\x00"), &found), DR_OK);
    assert_true(found.scheme == SIGNATURE_RSA_PSS && found.hash == HASH_SHA1 && found.mgf1_hash == HASH_SHA1);
    assert_int_equal(found.salt_len, 20);
    /* SHA-256 twice, salt 64 */
    assert_int_equal(
        signature(DER("\x30\x41" RSA_ARC "\x0A\x30\x34\xA0\x0F\x30\x0D" SHA256_OID "\x05\x00\xA1\x1C\x30\x1A" RSA_ARC
                      "\x08\x30\x0D" SHA256_OID "\x05\x00\xA2\x03\x02\x01\x40"),
                  &found),
        DR_OK);
    assert_true(found.hash == HASH_SHA256 && found.mgf1_hash == HASH_SHA256 && found.salt_len == 64);
    assert_int_equal(signature(DER("\x30\x12" RSA_ARC "\x0A\x30\x05\xA3\x03\x02\x01\x01"), &found), DR_OK);
    assert_int_equal(signature(DER("\x30\x12" RSA_ARC "\x0A\x30\x05\xA3\x03\x02\x01\x02"), &found), DR_ERR_UNSUPPORTED);
    assert_int_equal(signature(DER("\x30\x14" RSA_ARC "\x0A\x30\x07\xA2\x05\x02\x03\x01\x00\x00"), &found),
                     DR_ERR_UNSUPPORTED);
    assert_int_equal(signature(DER("\x30\x12" RSA_ARC "\x0A\x30\x05\xA2\x03\x02\x01\xFF"), &found), DR_ERR_MALFORMED);
    /* parameters are mandatory; another mask function; fields out of order */
    assert_int_equal(signature(DER("\x30\x0B" RSA_ARC "\x0A"), &found), DR_ERR_TRUNCATED);
    assert_int_equal(signature(DER("\x30\x1C" RSA_ARC "\x0A\x30\x0F\xA1\x0D\x30\x0B" RSA_ARC "\x09"), &found),
                     DR_ERR_UNSUPPORTED);
    assert_int_equal(signature(DER("\x30\x17" RSA_ARC "\x0A\x30\x0A\xA3\x03\x02\x01\x01\xA2\x03\x02\x01\x14"), &found),
                     DR_ERR_MALFORMED);
}

static enum dr_status key_from(struct bytes der, struct public_key *key)
{
    struct der_reader reader = der_reader_of(der);

    return algorithm_read_public_key(&reader, key);
}

static void round_trip(void **state)
{
    static const struct bytes keys[] = {
        {fixture_spki_alice, sizeof fixture_spki_alice},
        {fixture_spki_rsa, sizeof fixture_spki_rsa},
    };
    uint8_t buffer[600];
    struct der_writer writer;
    struct public_key key;
    size_t len;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(key_from(keys[i], &key), DR_OK);
        der_write_begin(&writer, buffer, sizeof buffer);
        assert_int_equal(algorithm_write_public_key(&key, &writer), DR_OK);
        assert_int_equal(der_write_finish(&writer, &len), DR_OK);
        assert_bytes_equal(bytes_of(buffer, len), keys[i]);
    }
    key.type = KEY_NONE;
    assert_int_equal(algorithm_write_public_key(&key, &writer), DR_ERR_ARGUMENT);
}

static void ec_keys(void **state)
{
    uint8_t spki[sizeof fixture_spki_alice];
    struct public_key key;

    (void)state;
    memcpy(spki, fixture_spki_alice, sizeof spki);
    assert_int_equal(key_from(VIEW(spki), &key), DR_OK);
    assert_true(key.type == KEY_EC && key.curve == CURVE_P256 && key.ec_point.len == 65);
    spki[26] = 0x02; /* the point's form: compressed */
    assert_int_equal(key_from(VIEW(spki), &key), DR_ERR_UNSUPPORTED);
    assert_int_equal(key.type, KEY_NONE);
    spki[26] = 0x05;
    assert_int_equal(key_from(VIEW(spki), &key), DR_ERR_MALFORMED);
    spki[26] = 0x04;
    spki[22] = 0x08; /* prime256v1's OID: the last arc */
    assert_int_equal(key_from(VIEW(spki), &key), DR_ERR_UNSUPPORTED);
    spki[22] = 0x01; /* prime192v1: the point is too long for it */
    assert_int_equal(key_from(VIEW(spki), &key), DR_ERR_MALFORMED);
}

/* brainpoolP256r1 spelt out, as 231 of 238 real EC CSCAs have it (RFC 5639 3.4). */
static const uint8_t explicit_bp256[] = {
    0x30, 0x82, 0x01, 0x33, 0x30, 0x81, 0xEC, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x30, 0x81, 0xE0,
    0x02, 0x01, 0x01, 0x30, 0x2C, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01, 0x01, 0x02, 0x21, 0x00,
    /* p */
    0xA9, 0xFB, 0x57, 0xDB, 0xA1, 0xEE, 0xA9, 0xBC, 0x3E, 0x66, 0x0A, 0x90, 0x9D, 0x83, 0x8D, 0x72, 0x6E, 0x3B, 0xF6,
    0x23, 0xD5, 0x26, 0x20, 0x28, 0x20, 0x13, 0x48, 0x1D, 0x1F, 0x6E, 0x53, 0x77, 0x30, 0x44, 0x04, 0x20,
    /* a */
    0x7D, 0x5A, 0x09, 0x75, 0xFC, 0x2C, 0x30, 0x57, 0xEE, 0xF6, 0x75, 0x30, 0x41, 0x7A, 0xFF, 0xE7, 0xFB, 0x80, 0x55,
    0xC1, 0x26, 0xDC, 0x5C, 0x6C, 0xE9, 0x4A, 0x4B, 0x44, 0xF3, 0x30, 0xB5, 0xD9, 0x04, 0x20,
    /* b */
    0x26, 0xDC, 0x5C, 0x6C, 0xE9, 0x4A, 0x4B, 0x44, 0xF3, 0x30, 0xB5, 0xD9, 0xBB, 0xD7, 0x7C, 0xBF, 0x95, 0x84, 0x16,
    0x29, 0x5C, 0xF7, 0xE1, 0xCE, 0x6B, 0xCC, 0xDC, 0x18, 0xFF, 0x8C, 0x07, 0xB6, 0x04, 0x41, 0x04,
    /* generator */
    0x8B, 0xD2, 0xAE, 0xB9, 0xCB, 0x7E, 0x57, 0xCB, 0x2C, 0x4B, 0x48, 0x2F, 0xFC, 0x81, 0xB7, 0xAF, 0xB9, 0xDE, 0x27,
    0xE1, 0xE3, 0xBD, 0x23, 0xC2, 0x3A, 0x44, 0x53, 0xBD, 0x9A, 0xCE, 0x32, 0x62, 0x54, 0x7E, 0xF8, 0x35, 0xC3, 0xDA,
    0xC4, 0xFD, 0x97, 0xF8, 0x46, 0x1A, 0x14, 0x61, 0x1D, 0xC9, 0xC2, 0x77, 0x45, 0x13, 0x2D, 0xED, 0x8E, 0x54, 0x5C,
    0x1D, 0x54, 0xC7, 0x2F, 0x04, 0x69, 0x97, 0x02, 0x21, 0x00,
    /* order */
    0xA9, 0xFB, 0x57, 0xDB, 0xA1, 0xEE, 0xA9, 0xBC, 0x3E, 0x66, 0x0A, 0x90, 0x9D, 0x83, 0x8D, 0x71, 0x8C, 0x39, 0x7A,
    0xA3, 0xB5, 0x61, 0xA6, 0xF7, 0x90, 0x1E, 0x0E, 0x82, 0x97, 0x48, 0x56, 0xA7, 0x02, 0x01, 0x01,
    /* the key: the generator again */
    0x03, 0x42, 0x00, 0x04, 0x8B, 0xD2, 0xAE, 0xB9, 0xCB, 0x7E, 0x57, 0xCB, 0x2C, 0x4B, 0x48, 0x2F, 0xFC, 0x81, 0xB7,
    0xAF, 0xB9, 0xDE, 0x27, 0xE1, 0xE3, 0xBD, 0x23, 0xC2, 0x3A, 0x44, 0x53, 0xBD, 0x9A, 0xCE, 0x32, 0x62, 0x54, 0x7E,
    0xF8, 0x35, 0xC3, 0xDA, 0xC4, 0xFD, 0x97, 0xF8, 0x46, 0x1A, 0x14, 0x61, 0x1D, 0xC9, 0xC2, 0x77, 0x45, 0x13, 0x2D,
    0xED, 0x8E, 0x54, 0x5C, 0x1D, 0x54, 0xC7, 0x2F, 0x04, 0x69, 0x97};

/* CVE-2020-0601: whatever one octet of the parameters is changed, it is no curve of ours. */
static void explicit_parameters(void **state)
{
    uint8_t spki[sizeof explicit_bp256];
    struct public_key key;

    (void)state;
    assert_int_equal(key_from(VIEW(explicit_bp256), &key), DR_OK);
    assert_int_equal(key.curve, CURVE_BP256);
    assert_int_equal(key.ec_point.len, 65);
    for (size_t i = 0; i < sizeof spki - 68U; i++) {
        /* the field's version 1..3 is the one octet that may vary */
        if (i == 21) {
            continue;
        }
        memcpy(spki, explicit_bp256, sizeof spki);
        spki[i] ^= 0x04U;
        if (key_from(VIEW(spki), &key) == DR_OK) {
            print_error("octet %zu\n", i);
            fail();
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests),    cmocka_unit_test(signatures), cmocka_unit_test(pss),
        cmocka_unit_test(round_trip), cmocka_unit_test(ec_keys),    cmocka_unit_test(explicit_parameters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
