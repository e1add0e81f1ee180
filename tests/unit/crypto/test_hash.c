#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/hash.h"

#include "codec/hex.h"

static void assert_digest(enum hash_algorithm algorithm, const char *message, const char *expected)
{
    uint8_t digest[HASH_MAX_SIZE];
    char text[2 * HASH_MAX_SIZE + 1];

    assert_int_equal(hash_compute(algorithm, bytes_of(message, strlen(message)), digest), DR_OK);
    hex_encode(bytes_of(digest, hash_size(algorithm)), text);
    assert_string_equal(text, expected);
}

/* FIPS 180-2 App. B, C; RFC 3874 3.1. */
static void abc(void **state)
{
    (void)state;
    assert_digest(HASH_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_digest(HASH_SHA224, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
    assert_digest(HASH_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(HASH_SHA384, "abc",
                  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    assert_digest(HASH_SHA512, "abc",
                  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
                  "454d4423643ce80e2a9ac94fa54ca49f");
}

static void pieces_are_one_message(void **state)
{
    static const char message[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"; /* FIPS 180-2 App. B.2 */
    static const char expected[] = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
    uint8_t digest[HASH_MAX_SIZE];
    char text[2 * HASH_MAX_SIZE + 1];
    size_t at;

    (void)state;
    for (at = 0; at < sizeof message; at++) {
        assert_int_equal(
            hash_compute2(HASH_SHA256, bytes_of(message, at), bytes_of(message + at, strlen(message) - at), digest),
            DR_OK);
        hex_encode(bytes_of(digest, HASH_SHA256_SIZE), text);
        assert_string_equal(text, expected);
    }
}

static void no_algorithm_is_no_hash(void **state)
{
    struct hash_context context;

    (void)state;
    assert_int_equal(hash_size(HASH_NONE), 0);
    assert_int_equal(hash_begin(&context, HASH_NONE), DR_ERR_UNSUPPORTED);
    hash_free(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(abc),
        cmocka_unit_test(pieces_are_one_message),
        cmocka_unit_test(no_algorithm_is_no_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
