#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/aead.h"

#include "codec/hex.h"

/* RFC 8439 2.8.2. */
static const uint8_t nonce[AEAD_NONCE_SIZE] = {0x07, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47};
static const uint8_t associated[] = {0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7};
static const char plain[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
static const char sealed[] =
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
    "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
    "3ff4def08e4b7a9de576d26586cec64b6116";
static const char tag_text[] = "1ae10b594f09e26a7e902ecbd0600691";

static void fill_key(uint8_t key[AEAD_KEY_SIZE])
{
    size_t i;

    for (i = 0; i < AEAD_KEY_SIZE; i++) {
        key[i] = (uint8_t)(0x80 + i);
    }
}

static void rfc8439(void **state)
{
    uint8_t key[AEAD_KEY_SIZE], data[sizeof plain - 1], tag[AEAD_TAG_SIZE];
    char text[2 * sizeof data + 1];

    (void)state;
    fill_key(key);
    memcpy(data, plain, sizeof data);
    assert_int_equal(aead_seal(key, nonce, bytes_of(associated, sizeof associated), data, sizeof data, tag), DR_OK);
    hex_encode(bytes_of(data, sizeof data), text);
    assert_string_equal(text, sealed);
    hex_encode(bytes_of(tag, sizeof tag), text);
    assert_string_equal(text, tag_text);
    assert_int_equal(aead_open(key, nonce, bytes_of(associated, sizeof associated), data, sizeof data, tag), DR_OK);
    assert_memory_equal(data, plain, sizeof data);
}

static void every_changed_bit_is_seen_and_nothing_is_left(void **state)
{
    static const uint8_t zeros[sizeof plain];
    uint8_t key[AEAD_KEY_SIZE], data[sizeof plain - 1], tag[AEAD_TAG_SIZE], other[sizeof associated];
    size_t bit;

    (void)state;
    fill_key(key);
    for (bit = 0; bit < 8 * (sizeof data + sizeof tag + sizeof other); bit++) {
        uint8_t mask = (uint8_t)(1U << bit % 8);
        size_t at = bit / 8;

        memcpy(data, plain, sizeof data);
        memcpy(other, associated, sizeof other);
        assert_int_equal(aead_seal(key, nonce, bytes_of(other, sizeof other), data, sizeof data, tag), DR_OK);
        if (at < sizeof data) {
            data[at] ^= mask;
        } else if (at < sizeof data + sizeof tag) {
            tag[at - sizeof data] ^= mask;
        } else {
            other[at - sizeof data - sizeof tag] ^= mask;
        }
        assert_int_equal(aead_open(key, nonce, bytes_of(other, sizeof other), data, sizeof data, tag), DR_ERR_CORRUPT);
        assert_memory_equal(data, zeros, sizeof data);
    }
}

static void nothing_can_be_sealed(void **state)
{
    uint8_t key[AEAD_KEY_SIZE], data[1], tag[AEAD_TAG_SIZE];

    (void)state;
    fill_key(key);
    assert_int_equal(aead_seal(key, nonce, bytes_of(NULL, 0), data, 0, tag), DR_OK);
    assert_int_equal(aead_open(key, nonce, bytes_of(NULL, 0), data, 0, tag), DR_OK);
    tag[15] ^= 0x80;
    assert_int_equal(aead_open(key, nonce, bytes_of(NULL, 0), data, 0, tag), DR_ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc8439),
        cmocka_unit_test(every_changed_bit_is_seen_and_nothing_is_left),
        cmocka_unit_test(nothing_can_be_sealed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
