#include "crypto/wycheproof.h"

#include "crypto/cipher.h"

static enum cipher_algorithm aes_of_key(size_t len)
{
    return len == 16 ? CIPHER_AES128 : len == 24 ? CIPHER_AES192 : CIPHER_AES256;
}

/* The file is of CBC with PKCS#5 padding, which the test puts on: 16 - len % 16 octets of that value. */
static void wycheproof_aes_cbc(void **state)
{
    static uint8_t key[32], iv[16], message[1024], expected[1024], got[1024];
    struct json json;
    size_t group, test, padding;

    (void)state;
    wycheproof_read("aes_cbc_pkcs5_test.json", &json);
    json_each(&json, json_get(&json, 0, "testGroups"), group)
    {
        json_each(&json, json_get(&json, group, "tests"), test)
        {
            struct bytes k = json_hex(&json, json_get(&json, test, "key"), key, sizeof key);
            struct bytes m = json_hex(&json, json_get(&json, test, "msg"), message, sizeof message - 16);
            struct bytes c = json_hex(&json, json_get(&json, test, "ct"), expected, sizeof expected);
            enum cipher_algorithm algorithm = aes_of_key(k.len);

            json_hex(&json, json_get(&json, test, "iv"), iv, sizeof iv);
            if (!json_is(&json, json_get(&json, test, "result"), "valid")) {
                continue; /* bad paddings: the caller's matter */
            }
            padding = 16 - m.len % 16;
            memset(message + m.len, (int)padding, padding);
            assert_int_equal(m.len + padding, c.len);
            assert_int_equal(cipher_cbc_encrypt(algorithm, key, iv, message, c.len, got), DR_OK);
            assert_memory_equal(got, expected, c.len);
            assert_int_equal(cipher_cbc_decrypt(algorithm, key, iv, got, c.len, got), DR_OK);
            assert_memory_equal(got, message, c.len);
        }
    }
    json_free(&json);
}

/* SP 800-38A F.2.1, F.2.3, F.2.5: the first block of each; iv 000102...0f. */
static void aes_cbc(void **state)
{
    static const char *const keys[] = {"2b7e151628aed2a6abf7158809cf4f3c",
                                       "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
                                       "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"};
    static const char *const results[] = {"7649abac8119b246cee98e9b12e9197d", "4f021db243bc633d7178183a9fa071e8",
                                          "f58c4c04d6e5f1ba779eabfb5f7bfbd6"};
    static const uint8_t iv[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    static const uint8_t plain[] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
                                    0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a};
    uint8_t key[32], out[16];
    char text[33];
    size_t i, len;

    (void)state;
    for (i = 0; i < 3; i++) {
        len = sizeof key;
        assert_int_equal(hex_decode(bytes_of(keys[i], strlen(keys[i])), key, &len), DR_OK);
        assert_int_equal(cipher_key_size(aes_of_key(len)), len);
        assert_int_equal(cipher_cbc_encrypt(aes_of_key(len), key, iv, plain, 16, out), DR_OK);
        hex_encode(bytes_of(out, 16), text);
        assert_string_equal(text, results[i]);
        assert_int_equal(cipher_cbc_decrypt(aes_of_key(len), key, iv, out, 16, out), DR_OK);
        assert_memory_equal(out, plain, 16);
    }
}

/* FIPS 197 App. C.1. */
static void aes_block(void **state)
{
    static const uint8_t expected[] = {0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30,
                                       0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a};
    uint8_t key[16], block[16];
    size_t i;

    (void)state;
    for (i = 0; i < 16; i++) {
        key[i] = (uint8_t)i;
        block[i] = (uint8_t)(i * 0x11);
    }
    assert_int_equal(cipher_encrypt_block(CIPHER_AES128, key, block, block), DR_OK);
    assert_memory_equal(block, expected, 16);
}

/* ICAO 9303-11 App. D.3: E_IFD = E(K_Enc, S), iv zero. */
static void icao_3des(void **state)
{
    static const char expected[] = "72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f2";
    static const char s[] = "781723860c06c2264608f919887022120b795240cb7049b01c19b33e32804f0b";
    static const char k[] = "ab94fdecf2674fdfb9b391f85d7f76f2";
    uint8_t key[16], plain[32], out[32];
    size_t key_len = sizeof key, len = sizeof plain;
    char text[65];

    (void)state;
    assert_int_equal(hex_decode(bytes_of(k, strlen(k)), key, &key_len), DR_OK);
    assert_int_equal(hex_decode(bytes_of(s, strlen(s)), plain, &len), DR_OK);
    assert_int_equal(cipher_cbc_encrypt(CIPHER_3DES_2KEY, key, NULL, plain, 32, out), DR_OK);
    hex_encode(bytes_of(out, 32), text);
    assert_string_equal(text, expected);
    assert_int_equal(cipher_cbc_decrypt(CIPHER_3DES_2KEY, key, NULL, out, 32, out), DR_OK);
    assert_memory_equal(out, plain, 32);
}

static void broken_blocks_are_refused(void **state)
{
    uint8_t key[32] = {0}, data[32] = {0};

    (void)state;
    assert_int_equal(cipher_cbc_encrypt(CIPHER_AES128, key, NULL, data, 17, data), DR_ERR_ARGUMENT);
    assert_int_equal(cipher_cbc_decrypt(CIPHER_3DES_2KEY, key, NULL, data, 12, data), DR_ERR_ARGUMENT);
    assert_int_equal(cipher_cbc_encrypt((enum cipher_algorithm)9, key, NULL, data, 16, data), DR_ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aes_cbc),
        cmocka_unit_test(aes_block),
        cmocka_unit_test(icao_3des),
        cmocka_unit_test(broken_blocks_are_refused),
        cmocka_unit_test(wycheproof_aes_cbc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
