#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/hkdf.h"

#include "codec/hex.h"

static struct bytes hex(const char *text, uint8_t *out, size_t cap)
{
    assert_int_equal(hex_decode(bytes_of(text, strlen(text)), out, &cap), DR_OK);
    return bytes_of(out, cap);
}

/* RFC 5869 App. A.1 and A.3. */
static void rfc5869(void **state)
{
    uint8_t secret[22], salt[13], info[10], out[42];
    char text[2 * sizeof out + 1];

    (void)state;
    memset(secret, 0x0B, sizeof secret);
    assert_int_equal(hkdf_sha256(bytes_of(secret, sizeof secret), hex("000102030405060708090a0b0c", salt, sizeof salt),
                                 hex("f0f1f2f3f4f5f6f7f8f9", info, sizeof info), out, sizeof out),
                     DR_OK);
    hex_encode(bytes_of(out, sizeof out), text);
    assert_string_equal(text, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");

    assert_int_equal(
        hkdf_sha256(bytes_of(secret, sizeof secret), bytes_of(NULL, 0), bytes_of(NULL, 0), out, sizeof out), DR_OK);
    hex_encode(bytes_of(out, sizeof out), text);
    assert_string_equal(text, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

static void length_is_limited(void **state)
{
    uint8_t out[HKDF_MAX_OUTPUT + 1];

    (void)state;
    assert_int_equal(hkdf_sha256(bytes_of("k", 1), bytes_of(NULL, 0), bytes_of(NULL, 0), out, 0), DR_ERR_ARGUMENT);
    assert_int_equal(hkdf_sha256(bytes_of("k", 1), bytes_of(NULL, 0), bytes_of(NULL, 0), out, sizeof out),
                     DR_ERR_ARGUMENT);
    assert_int_equal(hkdf_sha256(bytes_of("k", 1), bytes_of(NULL, 0), bytes_of(NULL, 0), out, HKDF_MAX_OUTPUT), DR_OK);
}

/* RFC 4231 4.3. */
static void rfc4231(void **state)
{
    static const char message[] = "what do ya want for nothing?";
    uint8_t mac[HASH_SHA256_SIZE];
    char text[2 * sizeof mac + 1];

    (void)state;
    assert_int_equal(hmac_sha256(bytes_of("Jefe", 4), bytes_of(message, strlen(message)), mac), DR_OK);
    hex_encode(bytes_of(mac, sizeof mac), text);
    assert_string_equal(text, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc5869),
        cmocka_unit_test(length_is_limited),
        cmocka_unit_test(rfc4231),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
