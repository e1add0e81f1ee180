#include "crypto/wycheproof.h"

#include "crypto/mac.h"

static void assert_mac(enum cipher_algorithm algorithm, const char *key_hex, const char *data_hex, const char *expected)
{
    static uint8_t key[32], data[512];
    size_t key_len = sizeof key, len = sizeof data;
    uint8_t mac[MAC_SIZE];
    char text[2 * MAC_SIZE + 1];

    assert_int_equal(hex_decode(bytes_of(key_hex, strlen(key_hex)), key, &key_len), DR_OK);
    assert_int_equal(hex_decode(bytes_of(data_hex, strlen(data_hex)), data, &len), DR_OK);
    assert_int_equal(mac_compute(algorithm, key, bytes_of(data, len), mac), DR_OK);
    hex_encode(bytes_of(mac, MAC_SIZE), text);
    assert_string_equal(text, expected);
}

/* ICAO 9303-11 App. D.3 (M_IFD) and D.4 (DO8E of SELECT), data padded as the protocol asks. */
static void icao_retail_mac(void **state)
{
    (void)state;
    assert_mac(CIPHER_3DES_2KEY, "7962d9ece03d1acd4c76089dce131543",
               "72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f28000000000000000", "5f1448eea8ad90a7");
    assert_mac(CIPHER_3DES_2KEY, "f1cb1f1fb5adf208806b89dc579dc1f8",
               "887022120c06c2270ca4020c800000008709016375432908c044f68000000000", "bf8b92d635ff24f8");
}

/* RFC 4493 4 and SP 800-38B D.1 to D.3, cut to eight octets. */
static void aes_cmac(void **state)
{
    static const char message[] = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411";
    char short_message[33] = {0};

    (void)state;
    memcpy(short_message, message, 32);
    assert_mac(CIPHER_AES128, "2b7e151628aed2a6abf7158809cf4f3c", "", "bb1d6929e9593728");
    assert_mac(CIPHER_AES128, "2b7e151628aed2a6abf7158809cf4f3c", short_message, "070a16b46b4d4144");
    assert_mac(CIPHER_AES128, "2b7e151628aed2a6abf7158809cf4f3c", message, "dfa66747de9ae630");
    assert_mac(CIPHER_AES192, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", message, "8a1de5be2eb31aad");
    assert_mac(CIPHER_AES256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", message,
               "aaf3d8f1de5640c2");
}

static void wycheproof_aes_cmac(void **state)
{
    static uint8_t key[64], message[1024], tag[16];
    uint8_t mac[MAC_SIZE];
    struct json json;
    size_t group, test;

    (void)state;
    wycheproof_read("aes_cmac_test.json", &json);
    json_each(&json, json_get(&json, 0, "testGroups"), group)
    {
        json_each(&json, json_get(&json, group, "tests"), test)
        {
            struct bytes k = json_hex(&json, json_get(&json, test, "key"), key, sizeof key);
            struct bytes m = json_hex(&json, json_get(&json, test, "msg"), message, sizeof message);
            struct bytes t = json_hex(&json, json_get(&json, test, "tag"), tag, sizeof tag);
            bool valid = json_is(&json, json_get(&json, test, "result"), "valid");

            if (t.len < MAC_SIZE || (k.len != 16 && k.len != 24 && k.len != 32)) {
                continue;
            }
            assert_int_equal(mac_compute(k.len == 16   ? CIPHER_AES128
                                         : k.len == 24 ? CIPHER_AES192
                                                       : CIPHER_AES256,
                                         key, m, mac),
                             DR_OK);
            /* Tags altered in their second half cannot be told apart by eight octets. */
            if (valid) {
                assert_memory_equal(mac, tag, MAC_SIZE);
            }
        }
    }
    json_free(&json);
}

static void retail_mac_wants_whole_blocks(void **state)
{
    uint8_t key[16] = {0}, data[16] = {0}, mac[MAC_SIZE];

    (void)state;
    assert_int_equal(mac_compute(CIPHER_3DES_2KEY, key, bytes_of(data, 0), mac), DR_ERR_ARGUMENT);
    assert_int_equal(mac_compute(CIPHER_3DES_2KEY, key, bytes_of(data, 9), mac), DR_ERR_ARGUMENT);
    assert_int_equal(mac_compute((enum cipher_algorithm)0, key, bytes_of(data, 8), mac), DR_ERR_UNSUPPORTED);
}

static void padding(void **state)
{
    uint8_t data[24];
    size_t len, i;

    (void)state;
    for (i = 0; i <= 16; i++) {
        memset(data, 0xAA, sizeof data);
        len = mac_pad(data, i, sizeof data, 8);
        assert_int_equal(len, i / 8 * 8 + 8);
        assert_int_equal(data[i], 0x80);
        assert_int_equal(mac_unpad(data, &len, 8), DR_OK);
        assert_int_equal(len, i);
    }
    assert_int_equal(mac_pad(data, 16, 23, 8), 0);
    assert_int_equal(mac_pad(data, 24, 24, 8), 0);
    assert_int_equal(mac_pad(data, 7, 8, 8), 8);
}

static void padding_must_be_there(void **state)
{
    uint8_t data[16] = {0};
    size_t len;

    (void)state;
    len = 0;
    assert_int_equal(mac_unpad(data, &len, 8), DR_ERR_MALFORMED);
    len = 16;
    assert_int_equal(mac_unpad(data, &len, 8), DR_ERR_MALFORMED);
    data[7] = 0x80; /* in the block before the last */
    assert_int_equal(mac_unpad(data, &len, 8), DR_ERR_MALFORMED);
    data[9] = 0x80;
    data[12] = 0x01;
    assert_int_equal(mac_unpad(data, &len, 8), DR_ERR_MALFORMED);
    data[12] = 0;
    len = 15;
    assert_int_equal(mac_unpad(data, &len, 8), DR_ERR_MALFORMED);
    len = 16;
    assert_int_equal(mac_unpad(data, &len, 8), DR_OK);
    assert_int_equal(len, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_retail_mac),
        cmocka_unit_test(aes_cmac),
        cmocka_unit_test(retail_mac_wants_whole_blocks),
        cmocka_unit_test(padding),
        cmocka_unit_test(padding_must_be_there),
        cmocka_unit_test(wycheproof_aes_cmac),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
