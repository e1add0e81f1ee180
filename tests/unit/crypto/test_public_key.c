#include "crypto/wycheproof.h"

#include "crypto/public_key.h"

#include <stdint.h>

static enum hash_algorithm hash_of(const struct json *json, size_t node)
{
    static const char *const names[] = {"SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"};
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (json_is(json, node, names[i])) {
            return (enum hash_algorithm)(HASH_SHA1 + (int)i);
        }
    }
    fail_msg("unknown hash");
    return HASH_NONE;
}

static enum curve_id curve_of(const struct json *json, size_t node)
{
    static const struct {
        const char *name;
        enum curve_id curve;
    } names[] = {{"secp192r1", CURVE_P192},        {"secp224r1", CURVE_P224},        {"secp256r1", CURVE_P256},
                 {"secp384r1", CURVE_P384},        {"secp521r1", CURVE_P521},        {"brainpoolP224r1", CURVE_BP224},
                 {"brainpoolP256r1", CURVE_BP256}, {"brainpoolP384r1", CURVE_BP384}, {"brainpoolP512r1", CURVE_BP512}};
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (json_is(json, node, names[i].name)) {
            return names[i].curve;
        }
    }
    fail_msg("unknown curve");
    return CURVE_NONE;
}

static struct bytes without_zeros(struct bytes number)
{
    while (number.len > 1 && number.data[0] == 0) {
        number = bytes_of(number.data + 1, number.len - 1);
    }
    return number;
}

static struct {
    uint8_t modulus[1024], exponent[16], point[160], message[8192], signature[8192], digest[HASH_MAX_SIZE];
} room;

static void read_group(const struct json *json, size_t group, struct public_key *key,
                       struct signature_algorithm *algorithm)
{
    size_t public = json_get(json, group, "publicKey");

    memset(key, 0, sizeof *key);
    memset(algorithm, 0, sizeof *algorithm);
    algorithm->hash = hash_of(json, json_get(json, group, "sha"));
    if (json_get(json, public, "modulus") == SIZE_MAX) {
        key->type = KEY_EC;
        key->curve = curve_of(json, json_get(json, public, "curve"));
        key->ec_point = json_hex(json, json_get(json, public, "uncompressed"), room.point, sizeof room.point);
        algorithm->scheme = SIGNATURE_ECDSA;
        return;
    }
    key->type = KEY_RSA;
    key->rsa_modulus =
        without_zeros(json_hex(json, json_get(json, public, "modulus"), room.modulus, sizeof room.modulus));
    key->rsa_exponent =
        without_zeros(json_hex(json, json_get(json, public, "publicExponent"), room.exponent, sizeof room.exponent));
    algorithm->scheme = SIGNATURE_RSA_PKCS1;
    if (json_get(json, group, "mgf") != SIZE_MAX) {
        algorithm->scheme = SIGNATURE_RSA_PSS;
        algorithm->mgf1_hash = hash_of(json, json_get(json, group, "mgfSha"));
        algorithm->salt_len = (uint32_t)json_number(json, json_get(json, group, "sLen"));
    }
}

/* Valid must verify, and the DigestInfo without NULL, which Wycheproof calls acceptable, too; nothing else may. */
static void verify_file(const char *name)
{
    struct json json;
    struct public_key key;
    struct signature_algorithm algorithm;
    size_t group, test;
    unsigned count = 0;

    wycheproof_read(name, &json);
    json_each(&json, json_get(&json, 0, "testGroups"), group)
    {
        read_group(&json, group, &key, &algorithm);
        json_each(&json, json_get(&json, group, "tests"), test)
        {
            bool valid = json_is(&json, json_get(&json, test, "result"), "valid") ||
                         wycheproof_has_flag(&json, test, "MissingNull");
            struct bytes message = json_hex(&json, json_get(&json, test, "msg"), room.message, sizeof room.message);
            struct bytes signature =
                json_hex(&json, json_get(&json, test, "sig"), room.signature, sizeof room.signature);
            struct bytes digest = bytes_of(room.digest, hash_size(algorithm.hash));
            enum dr_status expected = valid ? DR_OK : DR_ERR_SIGNATURE;
            enum dr_status status;

            assert_int_equal(hash_compute(algorithm.hash, message, room.digest), DR_OK);
            status = public_key_verify(&key, &algorithm, digest, signature);
            if (status != expected) {
                fail_msg("%s tcId %ld: %d", name, json_number(&json, json_get(&json, test, "tcId")), (int)status);
            }
            count++;
        }
    }
    assert_int_equal(count, json_number(&json, json_get(&json, 0, "numberOfTests")));
    json_free(&json);
}

static void wycheproof(void **state)
{
    verify_file((const char *)*state);
}

/*
 * RFC 8017 and RFC 3279 have no vectors for the forms below; these are made by make_vectors.sh.
 */
#include "crypto/public_key_vectors.h"

static struct public_key rsa_key(void)
{
    struct public_key key = {.type = KEY_RSA};

    key.rsa_modulus = bytes_of(rsa1024_modulus, sizeof rsa1024_modulus);
    key.rsa_exponent = bytes_of(rsa1024_exponent, sizeof rsa1024_exponent);
    return key;
}

static const struct signature_algorithm pkcs1_sha256 = {.scheme = SIGNATURE_RSA_PKCS1, .hash = HASH_SHA256};
static const struct bytes vector_digest = {vector_sha256, sizeof vector_sha256};

#define AS_BYTES(array) bytes_of((array), sizeof(array))

static void pkcs1_with_and_without_null(void **state)
{
    struct public_key key = rsa_key();

    (void)state;
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)), DR_OK);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1_no_null)), DR_OK);
}

/* Bleichenbacher 2006 and its kin: exponent 3 and rubbish after, before or inside the DigestInfo. */
static void pkcs1_forgeries_are_refused(void **state)
{
    struct public_key key = rsa_key();

    (void)state;
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_trailing_garbage)),
                     DR_ERR_SIGNATURE);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_garbage_in_parameters)),
                     DR_ERR_SIGNATURE);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_block_type_2)),
                     DR_ERR_SIGNATURE);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_wrong_separator)),
                     DR_ERR_SIGNATURE);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_bare_hash)),
                     DR_ERR_SIGNATURE);
}

static void pss_salt_and_mask_are_as_stated(void **state)
{
    struct public_key key = rsa_key();
    struct signature_algorithm algorithm = {
        .scheme = SIGNATURE_RSA_PSS, .hash = HASH_SHA256, .mgf1_hash = HASH_SHA1, .salt_len = 64};

    (void)state;
    /* Of 64 octets with SHA-256, as one real document has it. */
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(rsa1024_pss_sha1_mask_salt64)), DR_OK);
    algorithm.salt_len = 63;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(rsa1024_pss_sha1_mask_salt64)),
                     DR_ERR_SIGNATURE);
    algorithm.salt_len = 64;
    algorithm.mgf1_hash = HASH_SHA256;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(rsa1024_pss_sha1_mask_salt64)),
                     DR_ERR_SIGNATURE);
    algorithm.salt_len = 95; /* 128 - 32 - 2 is the most that fits */
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(rsa1024_pss_sha1_mask_salt64)),
                     DR_ERR_SIGNATURE);
    algorithm.salt_len = UINT32_MAX;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(rsa1024_pss_sha1_mask_salt64)),
                     DR_ERR_SIGNATURE);
    algorithm.mgf1_hash = HASH_NONE;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(rsa1024_pss_sha1_mask_salt64)),
                     DR_ERR_UNSUPPORTED);
}

static void pss_only_key_refuses_pkcs1(void **state)
{
    struct public_key key = rsa_key();

    (void)state;
    key.rsa_pss_only = true;
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)), DR_ERR_SIGNATURE);
}

static void rsa_key_is_checked(void **state)
{
    static const uint8_t one[] = {0x01}, even[] = {0x01, 0x00, 0x00}, long_exponent[] = {1, 0, 0, 0, 0, 0, 0, 0, 1};
    uint8_t modulus[RSA_MAX_BITS / 8 + 1];
    struct public_key key = rsa_key();

    (void)state;
    key.rsa_exponent = AS_BYTES(one);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)), DR_ERR_MALFORMED);
    key.rsa_exponent = AS_BYTES(even);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)), DR_ERR_MALFORMED);
    key.rsa_exponent = AS_BYTES(long_exponent);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)),
                     DR_ERR_UNSUPPORTED);
    key.rsa_exponent = bytes_of(NULL, 0);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)), DR_ERR_MALFORMED);

    key = rsa_key();
    key.rsa_modulus = bytes_of(rsa1024_modulus + 1, sizeof rsa1024_modulus - 1);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)),
                     DR_ERR_UNSUPPORTED);
    memset(modulus, 0xFF, sizeof modulus);
    key.rsa_modulus = AS_BYTES(modulus);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)),
                     DR_ERR_UNSUPPORTED);
    memcpy(modulus, rsa1024_modulus, sizeof rsa1024_modulus);
    modulus[sizeof rsa1024_modulus - 1] ^= 1;
    key.rsa_modulus = bytes_of(modulus, sizeof rsa1024_modulus);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)), DR_ERR_MALFORMED);
}

static void rsa_signature_not_below_modulus_is_refused(void **state)
{
    struct public_key key = rsa_key();
    uint8_t signature[128];

    (void)state;
    memset(signature, 0xFF, sizeof signature);
    assert_int_equal(public_key_verify(&key, &pkcs1_sha256, vector_digest, AS_BYTES(signature)), DR_ERR_SIGNATURE);
    assert_int_equal(
        public_key_verify(&key, &pkcs1_sha256, vector_digest, bytes_of(rsa1024_pkcs1, sizeof rsa1024_pkcs1 - 1)),
        DR_ERR_SIGNATURE);
}

static struct public_key ec_key(void)
{
    struct public_key key = {.type = KEY_EC, .curve = CURVE_P256};

    key.ec_point = AS_BYTES(p256_point);
    return key;
}

static void ecdsa_forms(void **state)
{
    struct public_key key = ec_key();
    struct signature_algorithm algorithm = {.scheme = SIGNATURE_ECDSA, .hash = HASH_SHA256};
    uint8_t changed[80];

    (void)state;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_OK);
    algorithm.scheme = SIGNATURE_ECDSA_PLAIN;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_plain)), DR_OK);
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_SIGNATURE);
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, bytes_of(p256_plain, 63)), DR_ERR_SIGNATURE);
    algorithm.scheme = SIGNATURE_ECDSA;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_plain)), DR_ERR_SIGNATURE);

    /* SEQUENCE and r one octet longer, with a needless 00 in front of r. */
    changed[0] = 0x30;
    changed[1] = (uint8_t)(p256_der[1] + 1);
    changed[2] = 0x02;
    changed[3] = (uint8_t)(p256_der[3] + 1);
    changed[4] = 0x00;
    memcpy(changed + 5, p256_der + 4, sizeof p256_der - 4);
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, bytes_of(changed, sizeof p256_der + 1)),
                     DR_ERR_SIGNATURE);
    memcpy(changed, p256_der, sizeof p256_der);
    changed[sizeof p256_der] = 0;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, bytes_of(changed, sizeof p256_der + 1)),
                     DR_ERR_SIGNATURE);
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, bytes_of(NULL, 0)), DR_ERR_SIGNATURE);
}

static void ec_point_is_checked(void **state)
{
    struct public_key key = ec_key();
    const struct signature_algorithm algorithm = {.scheme = SIGNATURE_ECDSA, .hash = HASH_SHA256};
    uint8_t point[65];

    (void)state;
    memcpy(point, p256_point, sizeof point);
    point[64] ^= 1;
    key.ec_point = AS_BYTES(point);
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_MALFORMED);
    memset(point, 0, sizeof point);
    key.ec_point = bytes_of(point, 1);
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_MALFORMED);
    point[0] = 0x04;
    memset(point + 1, 0xFF, 64); /* not below the field's prime */
    key.ec_point = AS_BYTES(point);
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_MALFORMED);
    key = ec_key();
    key.curve = CURVE_BP256;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_MALFORMED);
    key.curve = CURVE_NONE;
    assert_int_equal(public_key_verify(&key, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_UNSUPPORTED);
}

static void scheme_and_key_must_fit(void **state)
{
    struct public_key rsa = rsa_key();
    struct public_key ec = ec_key();
    struct signature_algorithm algorithm = {.scheme = SIGNATURE_ECDSA, .hash = HASH_SHA256};

    (void)state;
    assert_int_equal(public_key_verify(&rsa, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_SIGNATURE);
    assert_int_equal(public_key_verify(&ec, &pkcs1_sha256, vector_digest, AS_BYTES(rsa1024_pkcs1)), DR_ERR_SIGNATURE);
    algorithm.hash = HASH_NONE;
    assert_int_equal(public_key_verify(&ec, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_UNSUPPORTED);
    algorithm.hash = HASH_SHA1;
    assert_int_equal(public_key_verify(&ec, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_ARGUMENT);
    algorithm = (struct signature_algorithm){.scheme = SIGNATURE_NONE, .hash = HASH_SHA256};
    assert_int_equal(public_key_verify(&ec, &algorithm, vector_digest, AS_BYTES(p256_der)), DR_ERR_UNSUPPORTED);
}

#define WYCHEPROOF(file)                                                                                               \
    {                                                                                                                  \
        file, wycheproof, NULL, NULL, (void *)(uintptr_t)file "_test.json"                                             \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pkcs1_with_and_without_null),
        cmocka_unit_test(pkcs1_forgeries_are_refused),
        cmocka_unit_test(pss_salt_and_mask_are_as_stated),
        cmocka_unit_test(pss_only_key_refuses_pkcs1),
        cmocka_unit_test(rsa_key_is_checked),
        cmocka_unit_test(rsa_signature_not_below_modulus_is_refused),
        cmocka_unit_test(ecdsa_forms),
        cmocka_unit_test(ec_point_is_checked),
        cmocka_unit_test(scheme_and_key_must_fit),
        WYCHEPROOF("rsa_signature_2048_sha224"),
        WYCHEPROOF("rsa_signature_2048_sha256"),
        WYCHEPROOF("rsa_signature_2048_sha384"),
        WYCHEPROOF("rsa_signature_2048_sha512"),
        WYCHEPROOF("rsa_signature_3072_sha256"),
        WYCHEPROOF("rsa_signature_3072_sha512"),
        WYCHEPROOF("rsa_signature_4096_sha256"),
        WYCHEPROOF("rsa_signature_4096_sha512"),
        WYCHEPROOF("rsa_pss_2048_sha1_mgf1_20"),
        WYCHEPROOF("rsa_pss_2048_sha1_mgf1_20_params"),
        WYCHEPROOF("rsa_pss_2048_sha256_mgf1_0"),
        WYCHEPROOF("rsa_pss_2048_sha256_mgf1_0_params"),
        WYCHEPROOF("rsa_pss_2048_sha256_mgf1_32"),
        WYCHEPROOF("rsa_pss_2048_sha256_mgf1_32_params"),
        WYCHEPROOF("rsa_pss_2048_sha256_mgf1sha1_20"),
        WYCHEPROOF("rsa_pss_3072_sha256_mgf1_32"),
        WYCHEPROOF("rsa_pss_3072_sha256_mgf1_32_params"),
        WYCHEPROOF("rsa_pss_4096_sha384_mgf1_48"),
        WYCHEPROOF("rsa_pss_4096_sha512_mgf1_32"),
        WYCHEPROOF("rsa_pss_4096_sha512_mgf1_32_params"),
        WYCHEPROOF("rsa_pss_4096_sha512_mgf1_64"),
        WYCHEPROOF("rsa_pss_4096_sha512_mgf1_64_params"),
        WYCHEPROOF("ecdsa_secp192r1_sha256"),
        WYCHEPROOF("ecdsa_secp224r1_sha224"),
        WYCHEPROOF("ecdsa_secp224r1_sha256"),
        WYCHEPROOF("ecdsa_secp224r1_sha512"),
        WYCHEPROOF("ecdsa_secp256r1_sha256"),
        WYCHEPROOF("ecdsa_secp256r1_sha512"),
        WYCHEPROOF("ecdsa_secp384r1_sha256"),
        WYCHEPROOF("ecdsa_secp384r1_sha384"),
        WYCHEPROOF("ecdsa_secp384r1_sha512"),
        WYCHEPROOF("ecdsa_secp521r1_sha512"),
        WYCHEPROOF("ecdsa_brainpoolP224r1_sha224"),
        WYCHEPROOF("ecdsa_brainpoolP256r1_sha256"),
        WYCHEPROOF("ecdsa_brainpoolP384r1_sha384"),
        WYCHEPROOF("ecdsa_brainpoolP512r1_sha512"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
