#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/kdf.h"

#include "codec/hex.h"

static void assert_key(enum cipher_algorithm algorithm, const char *secret, enum kdf_counter counter,
                       const char *expected)
{
    uint8_t seed[64];
    uint8_t key[CIPHER_MAX_KEY];
    char text[2 * CIPHER_MAX_KEY + 1];
    size_t len = sizeof seed;

    assert_int_equal(hex_decode(bytes_of(secret, strlen(secret)), seed, &len), DR_OK);
    assert_int_equal(kdf_derive(algorithm, bytes_of(seed, len), counter, key), DR_OK);
    hex_encode(bytes_of(key, cipher_key_size(algorithm)), text);
    assert_string_equal(text, expected);
}

/* ICAO 9303-11 App. D.1, D.3: BAC keys and session keys, 3DES with odd parity. */
static void icao_bac(void **state)
{
    (void)state;
    assert_key(CIPHER_3DES_2KEY, "239ab9cb282daf66231dc5a4df6bfbae", KDF_ENC, "ab94fdecf2674fdfb9b391f85d7f76f2");
    assert_key(CIPHER_3DES_2KEY, "239ab9cb282daf66231dc5a4df6bfbae", KDF_MAC, "7962d9ece03d1acd4c76089dce131543");
    assert_key(CIPHER_3DES_2KEY, "0036d272f5c350acac50c3f572d23600", KDF_ENC, "979ec13b1cbfe9dcd01ab0fed307eae5");
    assert_key(CIPHER_3DES_2KEY, "0036d272f5c350acac50c3f572d23600", KDF_MAC, "f1cb1f1fb5adf208806b89dc579dc1f8");
}

/* ICAO 9303-11 App. G.1: PACE with AES-128. */
static void icao_pace(void **state)
{
    static const char pi[] = "7e2d2a41c74ea0b38cd36f863939bfa8e9032aad";
    static const char k[] = "28768d20701247dae81804c9e780ede582a9996db4a315020b2733197db84925";

    (void)state;
    assert_key(CIPHER_AES128, pi, KDF_PASSWORD, "89ded1b26624ec1e634c1989302849dd");
    assert_key(CIPHER_AES128, k, KDF_ENC, "f5f0e35c0d7161ee6724ee513a0d9a7f");
    assert_key(CIPHER_AES128, k, KDF_MAC, "fe251c7858b356b24514b3bd5f4297d1");
}

/* 9303-11 9.7.1.3, 9.7.1.4: SHA-256, cut to 24 octets for AES-192. The digest of "abc" || 00000001 by OpenSSL. */
static void aes192_and_256(void **state)
{
    static const char digest[] = "46c386ebccef82ba0bb0b095aaa5548b03cdff6951871c6fb505af68af688332";
    char cut[49] = {0};

    (void)state;
    memcpy(cut, digest, 48);
    assert_key(CIPHER_AES256, "616263", KDF_ENC, digest);
    assert_key(CIPHER_AES192, "616263", KDF_ENC, cut);
}

static void unknown_cipher(void **state)
{
    uint8_t key[CIPHER_MAX_KEY];

    (void)state;
    assert_int_equal(kdf_derive((enum cipher_algorithm)0, bytes_of("a", 1), KDF_ENC, key), DR_ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_bac),
        cmocka_unit_test(icao_pace),
        cmocka_unit_test(aes192_and_256),
        cmocka_unit_test(unknown_cipher),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
