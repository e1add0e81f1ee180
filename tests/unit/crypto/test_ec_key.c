/* The device's P-256 keys: RFC 6979's vector, seeds, and what a signature proves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "codec/hex.h"
#include "crypto/drbg.h"
#include "crypto/ec_key.h"
#include "crypto/hash.h"
#include "crypto/public_key.h"

static struct bytes hex(const char *text, uint8_t *out, size_t cap)
{
    assert_int_equal(hex_decode(bytes_of(text, strlen(text)), out, &cap), DR_OK);
    return bytes_of(out, cap);
}

static int setup(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {1};

    (void)state;
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

/* RFC 6979 A.2.5, P-256 with SHA-256, message "sample". */
static void rfc6979(void **state)
{
    uint8_t key[32], digest[32], expected[72], signature[EC_KEY_SIGNATURE_MAX], point[65], known[65];
    size_t len = 0;

    (void)state;
    hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", key, sizeof key);
    hex("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
        known, sizeof known);
    assert_int_equal(hash_compute(HASH_SHA256, bytes_of("sample", 6), digest), DR_OK);
    assert_int_equal(ec_key_sign(key, digest, signature, &len), DR_OK);
    hex("3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        expected, sizeof expected);
    assert_int_equal(len, sizeof expected);
    assert_memory_equal(signature, expected, len);
    assert_int_equal(ec_key_public(key, point), DR_OK);
    assert_memory_equal(point, known, sizeof known);
}

static void verifies_under_its_own_key_only(void **state)
{
    const struct signature_algorithm ecdsa = {.scheme = SIGNATURE_ECDSA, .hash = HASH_SHA256};
    uint8_t seed[EC_KEY_SEED_SIZE], key[2][32], point[2][65], digest[32] = {7}, signature[EC_KEY_SIGNATURE_MAX];
    struct public_key public_key = {.type = KEY_EC, .curve = CURVE_P256};
    size_t len = 0;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        memset(seed, (int)(0x33 + i), sizeof seed);
        assert_int_equal(ec_key_from_seed(seed, key[i]), DR_OK);
        assert_int_equal(ec_key_public(key[i], point[i]), DR_OK);
    }
    assert_int_equal(ec_key_sign(key[0], digest, signature, &len), DR_OK);
    public_key.ec_point = bytes_of(point[0], 65);
    assert_int_equal(public_key_verify(&public_key, &ecdsa, bytes_of(digest, 32), bytes_of(signature, len)), DR_OK);
    public_key.ec_point = bytes_of(point[1], 65);
    assert_int_equal(public_key_verify(&public_key, &ecdsa, bytes_of(digest, 32), bytes_of(signature, len)),
                     DR_ERR_SIGNATURE);
}

/* The least and the greatest key that a seed can give: 1 and n - 1. */
static void seeds_stay_in_range(void **state)
{
    uint8_t seed[EC_KEY_SEED_SIZE] = {0}, key[32], one[32] = {0}, order[32];

    (void)state;
    one[31] = 1;
    assert_int_equal(ec_key_from_seed(seed, key), DR_OK);
    assert_memory_equal(key, one, sizeof key);
    hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", order, sizeof order);
    memcpy(seed + 16, order, sizeof order);
    seed[47] = (uint8_t)(seed[47] - 1U); /* n - 1: its remainder is 0 again */
    assert_int_equal(ec_key_from_seed(seed, key), DR_OK);
    assert_memory_equal(key, one, sizeof key);
    seed[47] = (uint8_t)(seed[47] - 1U);
    assert_int_equal(ec_key_from_seed(seed, key), DR_OK);
    order[31] = (uint8_t)(order[31] - 1U);
    assert_memory_equal(key, order, sizeof key);
}

static void both_ends_agree(void **state)
{
    uint8_t seed[EC_KEY_SEED_SIZE], a[32], b[32], point_a[65], point_b[65], shared_a[32], shared_b[32];

    (void)state;
    memset(seed, 0x61, sizeof seed);
    assert_int_equal(ec_key_from_seed(seed, a), DR_OK);
    memset(seed, 0x62, sizeof seed);
    assert_int_equal(ec_key_from_seed(seed, b), DR_OK);
    assert_int_equal(ec_key_public(a, point_a), DR_OK);
    assert_int_equal(ec_key_public(b, point_b), DR_OK);
    assert_int_equal(ec_key_shared(a, bytes_of(point_b, 65), shared_a), DR_OK);
    assert_int_equal(ec_key_shared(b, bytes_of(point_a, 65), shared_b), DR_OK);
    assert_memory_equal(shared_a, shared_b, 32);
    point_b[64] ^= 1;
    assert_int_equal(ec_key_shared(a, bytes_of(point_b, 65), shared_a), DR_ERR_MALFORMED);
    assert_int_equal(ec_key_shared(a, bytes_of(point_a, 64), shared_a), DR_ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc6979),
        cmocka_unit_test(verifies_under_its_own_key_only),
        cmocka_unit_test(seeds_stay_in_range),
        cmocka_unit_test(both_ends_agree),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
