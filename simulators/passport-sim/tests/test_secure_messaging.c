/* Worked examples of ICAO 9303-11: Appendix D.2 (keys), D.3 (BAC), D.4 (secure messaging). */
#include "chip/secure_messaging.h"
#include "cmocka_all.h"

#include <string.h>

#define SHORT_MAX 231U /* plain octets of a protected short response with 3DES */

static const uint8_t k_enc[] = {0xAB, 0x94, 0xFD, 0xEC, 0xF2, 0x67, 0x4F, 0xDF,
                                0xB9, 0xB3, 0x91, 0xF8, 0x5D, 0x7F, 0x76, 0xF2};
static const uint8_t k_mac[] = {0x79, 0x62, 0xD9, 0xEC, 0xE0, 0x3D, 0x1A, 0xCD,
                                0x4C, 0x76, 0x08, 0x9D, 0xCE, 0x13, 0x15, 0x43};
static const uint8_t ssc[] = {0x88, 0x70, 0x22, 0x12, 0x0C, 0x06, 0xC2, 0x26};
static const uint8_t session_seed[] = {0x00, 0x36, 0xD2, 0x72, 0xF5, 0xC3, 0x50, 0xAC,
                                       0xAC, 0x50, 0xC3, 0xF5, 0x72, 0xD2, 0x36, 0x00};
static const uint8_t select_com[] = {0x0C, 0xA4, 0x02, 0x0C, 0x15, 0x87, 0x09, 0x01, 0x63, 0x75, 0x43, 0x29, 0x08, 0xC0,
                                     0x44, 0xF6, 0x8E, 0x08, 0xBF, 0x8B, 0x92, 0xD6, 0x35, 0xFF, 0x24, 0xF8, 0x00};
static const uint8_t select_com_answer[] = {0x99, 0x02, 0x90, 0x00, 0x8E, 0x08, 0xFA, 0x85,
                                            0x5A, 0x5D, 0x4C, 0x50, 0xA8, 0xED, 0x90, 0x00};
static const uint8_t read_four[] = {0x0C, 0xB0, 0x00, 0x00, 0x0D, 0x97, 0x01, 0x04, 0x8E, 0x08,
                                    0xED, 0x67, 0x05, 0x41, 0x7E, 0x96, 0xBA, 0x55, 0x00};
static const uint8_t read_four_answer[] = {0x87, 0x09, 0x01, 0x9F, 0xF0, 0xEC, 0x34, 0xF9, 0x92,
                                           0x26, 0x51, 0x99, 0x02, 0x90, 0x00, 0x8E, 0x08, 0xAD,
                                           0x55, 0xCC, 0x17, 0x14, 0x0B, 0x2D, 0xED, 0x90, 0x00};

static void derives_the_access_keys(void **state)
{
    (void)state;
    static const uint8_t seed[] = {0x23, 0x9A, 0xB9, 0xCB, 0x28, 0x2D, 0xAF, 0x66,
                                   0x23, 0x1D, 0xC5, 0xA4, 0xDF, 0x6B, 0xFB, 0xAE};
    uint8_t key[TDES_KEY];
    tdes_derive((struct slice){seed, sizeof(seed)}, TDES_ENC, key);
    assert_memory_equal(key, k_enc, sizeof(k_enc));
    tdes_derive((struct slice){seed, sizeof(seed)}, TDES_MAC, key);
    assert_memory_equal(key, k_mac, sizeof(k_mac));
}

static void enciphers_and_authenticates_the_cryptogram(void **state)
{
    (void)state;
    static const uint8_t s[] = {0x78, 0x17, 0x23, 0x86, 0x0C, 0x06, 0xC2, 0x26, 0x46, 0x08, 0xF9,
                                0x19, 0x88, 0x70, 0x22, 0x12, 0x0B, 0x79, 0x52, 0x40, 0xCB, 0x70,
                                0x49, 0xB0, 0x1C, 0x19, 0xB3, 0x3E, 0x32, 0x80, 0x4F, 0x0B};
    static const uint8_t e[] = {0x72, 0xC2, 0x9C, 0x23, 0x71, 0xCC, 0x9B, 0xDB, 0x65, 0xB7, 0x79,
                                0xB8, 0xE8, 0xD3, 0x7B, 0x29, 0xEC, 0xC1, 0x54, 0xAA, 0x56, 0xA8,
                                0x79, 0x9F, 0xAE, 0x2F, 0x49, 0x8F, 0x76, 0xED, 0x92, 0xF2};
    static const uint8_t m[] = {0x5F, 0x14, 0x48, 0xEE, 0xA8, 0xAD, 0x90, 0xA7};
    uint8_t out[sizeof(s)];
    uint8_t mac[TDES_BLOCK];
    tdes_encrypt(k_enc, s, sizeof(s), out);
    assert_memory_equal(out, e, sizeof(e));
    tdes_retail_mac(k_mac, (struct slice){e, sizeof(e)}, mac);
    assert_memory_equal(mac, m, sizeof(m));
    tdes_decrypt(k_enc, out, sizeof(out), out);
    assert_memory_equal(out, s, sizeof(s));
}

static void plays_the_example_session(void **state)
{
    (void)state;
    static const uint8_t fid[] = {0x01, 0x1E};
    static const uint8_t content[] = {0x60, 0x14, 0x5F, 0x01};
    struct secure_messaging sm = {0};
    struct apdu command;
    struct apdu plain;
    struct buffer storage = {0};
    struct buffer response = {0};

    secure_messaging_start(&sm, session_seed, ssc);
    assert_true(apdu_parse((struct slice){select_com, sizeof(select_com)}, &command));
    assert_int_equal(secure_messaging_unwrap(&sm, &command, &plain, &storage), SW_OK);
    assert_int_equal(plain.cla, 0x00);
    assert_int_equal(plain.data.len, sizeof(fid));
    assert_memory_equal(plain.data.data, fid, sizeof(fid));
    assert_false(plain.has_le);
    secure_messaging_wrap(&sm, plain.ins, (struct slice){0}, SW_OK, &response);
    assert_int_equal(response.len, sizeof(select_com_answer));
    assert_memory_equal(response.data, select_com_answer, sizeof(select_com_answer));

    response.len = 0;
    storage.len = 0;
    assert_true(apdu_parse((struct slice){read_four, sizeof(read_four)}, &command));
    assert_int_equal(secure_messaging_unwrap(&sm, &command, &plain, &storage), SW_OK);
    assert_int_equal(plain.le, 4);
    secure_messaging_wrap(&sm, plain.ins, (struct slice){content, sizeof(content)}, SW_OK, &response);
    assert_int_equal(response.len, sizeof(read_four_answer));
    assert_memory_equal(response.data, read_four_answer, sizeof(read_four_answer));
    buffer_free(&storage);
    buffer_free(&response);
}

/* Every bit of header, objects and MAC is covered. (The last octet, Le of the outer APDU, is not.) */
static void refuses_every_flipped_bit(void **state)
{
    (void)state;
    for (size_t bit = 8; bit < (sizeof(select_com) - 1) * 8; bit++) {
        uint8_t altered[sizeof(select_com)];
        struct secure_messaging sm = {0};
        struct apdu command;
        struct apdu plain;
        struct buffer storage = {0};
        memcpy(altered, select_com, sizeof(altered));
        altered[bit / 8] ^= (uint8_t)(1U << bit % 8);
        secure_messaging_start(&sm, session_seed, ssc);
        if (apdu_parse((struct slice){altered, sizeof(altered)}, &command)) {
            uint16_t sw = secure_messaging_unwrap(&sm, &command, &plain, &storage);
            assert_true(sw == SW_SM_INCORRECT || sw == SW_SM_MISSING);
        }
        buffer_free(&storage);
    }
}

static void refuses_a_repeated_command(void **state)
{
    (void)state;
    struct secure_messaging sm = {0};
    struct apdu command;
    struct apdu plain;
    struct buffer storage = {0};
    secure_messaging_start(&sm, session_seed, ssc);
    assert_true(apdu_parse((struct slice){select_com, sizeof(select_com)}, &command));
    assert_int_equal(secure_messaging_unwrap(&sm, &command, &plain, &storage), SW_OK);
    assert_int_equal(secure_messaging_unwrap(&sm, &command, &plain, &storage), SW_SM_INCORRECT);
    buffer_free(&storage);
}

/* What the constant says: so much fits the 256 octets of a short response's data field, and no more. */
static void short_responses_have_the_stated_room(void **state)
{
    (void)state;
    static const uint8_t content[SHORT_MAX + 1];
    for (size_t more = 0; more <= 1; more++) {
        struct secure_messaging sm = {0};
        struct buffer response = {0};
        secure_messaging_start(&sm, session_seed, ssc);
        secure_messaging_wrap(&sm, 0xB0, (struct slice){content, SHORT_MAX + more}, SW_OK, &response);
        assert_int_equal(response.len - 2 <= 256, more == 0);
        buffer_free(&response);
    }
}

static void parses_all_cases_of_apdus(void **state)
{
    (void)state;
    static const struct {
        uint8_t octets[12];
        size_t len;
        bool valid;
        size_t data_len;
        uint32_t le;
    } cases[] = {
        {{0, 0xA4, 0, 0x0C}, 4, true, 0, 0},
        {{0, 0xB0, 0, 0, 0}, 5, true, 0, 256},
        {{0, 0xB0, 0, 0, 8}, 5, true, 0, 8},
        {{0, 0xA4, 2, 0x0C, 2, 1, 0x1E}, 7, true, 2, 0},
        {{0, 0xA4, 2, 0x0C, 2, 1, 0x1E, 0}, 8, true, 2, 256},
        {{0, 0xB0, 0, 0, 0, 0, 0}, 7, true, 0, 65536},
        {{0, 0xB0, 0, 0, 0, 1, 2}, 7, true, 0, 258},
        {{0, 0xA4, 2, 0x0C, 0, 0, 2, 1, 0x1E}, 9, true, 2, 0},
        {{0, 0xA4, 2, 0x0C, 0, 0, 2, 1, 0x1E, 1, 0}, 11, true, 2, 256},
        {{0, 0xA4, 2}, 3, false, 0, 0},
        {{0, 0xA4, 2, 0x0C, 3, 1, 0x1E}, 7, false, 0, 0},
        {{0, 0xA4, 2, 0x0C, 2, 1, 0x1E, 0, 0}, 9, false, 0, 0},
        {{0, 0xA4, 2, 0x0C, 0, 0, 2, 1, 0x1E, 1}, 10, false, 0, 0},
        {{0, 0xA4, 2, 0x0C, 0, 0}, 6, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct apdu apdu = {0};
        bool valid = apdu_parse((struct slice){cases[i].octets, cases[i].len}, &apdu);
        assert_int_equal(valid, cases[i].valid);
        if (valid) {
            assert_int_equal(apdu.data.len, cases[i].data_len);
            assert_int_equal(apdu.le, cases[i].le);
            assert_int_equal(apdu.has_le, cases[i].le != 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derives_the_access_keys),    cmocka_unit_test(enciphers_and_authenticates_the_cryptogram),
        cmocka_unit_test(plays_the_example_session),  cmocka_unit_test(refuses_every_flipped_bit),
        cmocka_unit_test(refuses_a_repeated_command), cmocka_unit_test(short_responses_have_the_stated_room),
        cmocka_unit_test(parses_all_cases_of_apdus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
