#include "emrtd/fake_chip.h"

#include "emrtd/secure_messaging.h"

/* ICAO 9303-11 App. D.4: session keys and SSC after BAC. */
static void icao_session(struct secure_messaging *sm)
{
    memset(sm, 0, sizeof *sm);
    sm->algorithm = CIPHER_3DES_2KEY;
    hex_bytes("979ec13b1cbfe9dcd01ab0fed307eae5", sm->ks_enc, 16);
    hex_bytes("f1cb1f1fb5adf208806b89dc579dc1f8", sm->ks_mac, 16);
    hex_bytes("887022120c06c226", sm->ssc, 8);
}

/* App. D.4: SELECT EF.COM, READ BINARY of its first four octets, of the remaining eighteen. */
static const struct {
    uint8_t ins, p1, p2;
    const char *data;
    uint16_t le;
    const char *protected_command, *protected_response, *plain;
} icao_steps[] = {
    {0xA4, 0x02, 0x0C, "011e", APDU_NO_LE, "0ca4020c158709016375432908c044f68e08bf8b92d635ff24f800",
     "990290008e08fa855a5d4c50a8ed9000", ""},
    {0xB0, 0x00, 0x00, "", 4, "0cb000000d9701048e08ed6705417e96ba5500",
     "8709019ff0ec34f9922651990290008e08ad55cc17140b2ded9000", "60145f01"},
    {0xB0, 0x00, 0x04, "", 18, "0cb000040d9701128e082ea28a70f3c7b53500",
     "871901fb9235f4e4037f2327dcc8964f1f9b8c30f42c8e2fff224a990290008e08c8b2787eaea07d749000",
     "04303130365f36063034303030305c026175"},
};

static void icao_worked_example(void **state)
{
    struct secure_messaging sm;
    uint8_t data[16], out[PORT_NFC_MAX_COMMAND], response[PORT_NFC_MAX_RESPONSE];
    size_t i, len;

    (void)state;
    icao_session(&sm);
    for (i = 0; i < 3; i++) {
        struct apdu_command command = {
            .ins = icao_steps[i].ins, .p1 = icao_steps[i].p1, .p2 = icao_steps[i].p2, .le = icao_steps[i].le};
        struct bytes answer, plain;
        uint16_t sw;

        command.data = hex_bytes(icao_steps[i].data, data, sizeof data);
        len = sizeof out;
        assert_int_equal(secure_messaging_wrap(&sm, &command, out, &len), DR_OK);
        assert_hex(bytes_of(out, len), icao_steps[i].protected_command);
        answer = hex_bytes(icao_steps[i].protected_response, response, sizeof response);
        assert_int_equal(secure_messaging_unwrap(&sm, response, answer.len, &plain, &sw), DR_OK);
        assert_int_equal(sw, 0x9000);
        assert_hex(plain, icao_steps[i].plain);
    }
    assert_hex(bytes_of(sm.ssc, 8), "887022120c06c22c");
}

/* The READ of the example, its response as in `hex`; SSC where it belongs. */
static enum dr_status unwrap_icao_read(const char *hex, struct bytes *data, uint16_t *sw)
{
    static uint8_t response[PORT_NFC_MAX_RESPONSE];
    struct secure_messaging sm;
    struct bytes answer;

    icao_session(&sm);
    hex_bytes("887022120c06c229", sm.ssc, 8);
    answer = hex_bytes(hex, response, sizeof response);
    return secure_messaging_unwrap(&sm, response, answer.len, data, sw);
}

static void assert_refused(const char *hex, enum dr_status expected)
{
    struct bytes data;
    uint16_t sw;
    enum dr_status status = unwrap_icao_read(hex, &data, &sw);

    if (status != expected) {
        fail_msg("%s: %d", hex, (int)status);
    }
    assert_int_equal(data.len, 0);
}

/* TR-03105-5.1 B_05 to B_09. */
static void missing_and_wrong_objects(void **state)
{
    (void)state;
    assert_refused("8709019ff0ec34f9922651990290009000", DR_ERR_SIGNATURE);                     /* no DO8E */
    assert_refused("990290008e08ad55cc17140b2ded9000", DR_ERR_SIGNATURE);                       /* no DO87 */
    assert_refused("8709019ff0ec34f99226518e08ad55cc17140b2ded9000", DR_ERR_PROTOCOL);          /* no DO99 */
    assert_refused("8709019ff0ec34f9922651990290008e08ad55cc17140b2dee9000", DR_ERR_SIGNATURE); /* MAC */
    assert_refused("8709019ff0ec34f9922652990290008e08ad55cc17140b2ded9000", DR_ERR_SIGNATURE); /* cryptogram */
    assert_refused("8709029ff0ec34f9922651990290008e08ad55cc17140b2ded9000", DR_ERR_SIGNATURE); /* indicator */
    assert_refused("8709019ff0ec34f9922651990262828e08ad55cc17140b2ded6282", DR_ERR_SIGNATURE); /* DO99 */
    assert_refused("8709019ff0ec34f9922651990290008e08ad55cc17140b2ded6a82", DR_ERR_SIGNATURE); /* outer status */
    assert_refused("8709019ff0ec34f9922651990290008e08ad55cc17140b2ded00009000", DR_ERR_PROTOCOL);
    assert_refused("8709019ff0ec34f9922651990190008e08ad55cc17140b2ded9000", DR_ERR_PROTOCOL); /* DO99 of one octet */
    assert_refused("8709019ff0ec34f992265199039000008e08ad55cc17140b2ded9000", DR_ERR_PROTOCOL);
    assert_refused("8709019ff0ec34f9922651990290008e04ad55cc179000", DR_ERR_PROTOCOL);         /* MAC of four octets */
    assert_refused("990290008709019ff0ec34f99226518e08ad55cc17140b2ded9000", DR_ERR_PROTOCOL); /* order */
    assert_refused("87ff019ff0ec9000", DR_ERR_PROTOCOL);
    assert_refused("60145f019000", DR_ERR_PROTOCOL); /* data in the clear */
}

/* A bare error may come (9303-11 9.8.5), a bare success never. */
static void bare_status_words(void **state)
{
    struct bytes data;
    uint16_t sw;

    (void)state;
    assert_refused("9000", DR_ERR_SIGNATURE);
    assert_refused("6282", DR_ERR_SIGNATURE);
    assert_refused("6108", DR_ERR_SIGNATURE);
    assert_int_equal(unwrap_icao_read("6988", &data, &sw), DR_ERR_CARD_STATUS);
    assert_int_equal(sw, 0x6988);
    assert_int_equal(unwrap_icao_read("6700", &data, &sw), DR_ERR_CARD_STATUS);
    assert_refused("90", DR_ERR_PROTOCOL);
    assert_refused("", DR_ERR_PROTOCOL);
}

static void every_flipped_bit_is_refused(void **state)
{
    uint8_t good[PORT_NFC_MAX_RESPONSE], response[PORT_NFC_MAX_RESPONSE];
    struct bytes answer = hex_bytes(icao_steps[1].protected_response, good, sizeof good), data;
    struct secure_messaging sm;
    uint16_t sw;
    size_t bit;

    (void)state;
    for (bit = 0; bit < 8 * answer.len; bit++) {
        memcpy(response, good, answer.len);
        response[bit / 8] ^= (uint8_t)(1U << bit % 8);
        icao_session(&sm);
        hex_bytes("887022120c06c229", sm.ssc, 8);
        assert_int_not_equal(secure_messaging_unwrap(&sm, response, answer.len, &data, &sw), DR_OK);
        assert_int_equal(data.len, 0);
    }
}

/* Behind a right MAC: padding indicator, padding, a cryptogram of no blocks. */
static void authentic_but_malformed(void **state)
{
    static const char *const objects[] = {
        "8709020011223344556677"
        "99029000", /* indicator of no padding */
        "8709010011223344556677"
        "99029000", /* deciphers to no padding */
        "870101"
        "99029000",
        "8700"
        "99029000",
        "8508"
        "0011223344556677"
        "99029000",
        "8704"
        "01001122"
        "99029000",
    };
    struct fake_chip chip = {.algorithm = CIPHER_3DES_2KEY};
    struct secure_messaging sm;
    uint8_t response[PORT_NFC_MAX_RESPONSE];
    struct bytes body, data;
    uint16_t sw;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        icao_session(&sm);
        memcpy(chip.ks_mac, sm.ks_mac, 16);
        memcpy(chip.ssc, sm.ssc, 8);
        fake_count(&chip);
        body = hex_bytes(objects[i], response, sizeof response);
        response[body.len] = 0x8E;
        response[body.len + 1] = 0x08;
        fake_mac(&chip, NULL, body, response + body.len + 2);
        put_be16(response + body.len + 10, 0x9000);
        assert_int_equal(secure_messaging_unwrap(&sm, response, body.len + 12, &data, &sw), DR_ERR_PROTOCOL);
        assert_int_equal(data.len, 0);
    }
}

static void a_replayed_response_is_refused(void **state)
{
    uint8_t response[PORT_NFC_MAX_RESPONSE];
    struct bytes answer, data;
    struct secure_messaging sm;
    uint16_t sw;

    (void)state;
    icao_session(&sm);
    hex_bytes("887022120c06c229", sm.ssc, 8);
    answer = hex_bytes(icao_steps[1].protected_response, response, sizeof response);
    assert_int_equal(secure_messaging_unwrap(&sm, response, answer.len, &data, &sw), DR_OK);
    answer = hex_bytes(icao_steps[1].protected_response, response, sizeof response);
    assert_int_equal(secure_messaging_unwrap(&sm, response, answer.len, &data, &sw), DR_ERR_SIGNATURE);
}

static const enum cipher_algorithm algorithms[] = {CIPHER_3DES_2KEY, CIPHER_AES128, CIPHER_AES192, CIPHER_AES256};

/* Every length of command and answer under every cipher, even and odd INS, against the chip's side of the test. */
static void all_lengths_and_ciphers(void **state)
{
    static struct fake_chip chip;
    static struct session session;
    uint8_t data[256], out[PORT_NFC_MAX_COMMAND], response[400];
    size_t a, n, len, max;
    uint8_t ins;

    (void)state;
    for (n = 0; n < sizeof data; n++) {
        data[n] = (uint8_t)(n % 3 == 0 ? 0x80 : n); /* looks like padding, and is none */
    }
    for (a = 0; a < 4; a++) {
        fake_chip_init(&chip);
        fake_chip_share_keys(&chip, &session, algorithms[a]);
        max = secure_messaging_max_read(&session.sm, PORT_NFC_MAX_RESPONSE);
        for (n = 0; n <= max; n++) {
            for (ins = 0xB0; ins <= 0xB1; ins++) {
                struct apdu_command command = {.ins = ins, .p1 = 1, .p2 = 2, .le = (uint16_t)(n % 257)};
                struct fake_command seen = {0};
                struct bytes plain;
                uint16_t sw;

                command.data = bytes_of(data, n < 200 ? n : 200);
                len = sizeof out;
                assert_int_equal(secure_messaging_wrap(&session.sm, &command, out, &len), DR_OK);
                if (n > 0) { /* without data and Le the chip of this test pads differently */
                    assert_true(fake_open(&chip, out, len, &seen));
                    assert_int_equal(seen.data_len, command.data.len);
                    assert_memory_equal(seen.data, data, seen.data_len);
                    assert_int_equal(seen.le, command.le);
                } else {
                    fake_count(&chip);
                }
                len = fake_protect(&chip, ins, data, n, 0x9000, response);
                put_be16(response + len, 0x9000);
                len += 2;
                assert_true(len <= PORT_NFC_MAX_RESPONSE);
                assert_int_equal(secure_messaging_unwrap(&session.sm, response, len, &plain, &sw), DR_OK);
                assert_int_equal(plain.len, n);
                assert_memory_equal(plain.data == NULL ? data : plain.data, data, n);
            }
        }
        assert_memory_equal(chip.ssc, session.sm.ssc, cipher_block_size(algorithms[a]));
    }
}

/* A short Le of 00 brings at most 256 octets: 231 plain ones with 3DES, 223 with AES. */
static void most_that_fits_one_answer(void **state)
{
    struct secure_messaging sm = {.algorithm = CIPHER_3DES_2KEY};

    (void)state;
    assert_int_equal(secure_messaging_max_read(&sm, PORT_NFC_MAX_RESPONSE), 231);
    assert_int_equal(secure_messaging_max_read(&sm, 100), 79);
    assert_int_equal(secure_messaging_max_read(&sm, 20), 0);
    sm.algorithm = CIPHER_AES256;
    assert_int_equal(secure_messaging_max_read(&sm, PORT_NFC_MAX_RESPONSE), 223);
    assert_int_equal(secure_messaging_max_read(&sm, 0), 0);
}

/* The extended form where 255 octets are not enough: Chip Authentication in a field of 2,048 bits (264 octets). */
static void long_commands(void **state)
{
    static uint8_t data[264];
    struct secure_messaging sm;
    struct apdu_command command = {.ins = 0x86, .data = {data, 232}, .le = 256};
    uint8_t out[PORT_NFC_MAX_COMMAND];
    size_t len = sizeof out;

    (void)state;
    icao_session(&sm);
    assert_int_equal(secure_messaging_wrap(&sm, &command, out, &len), DR_OK);
    /* Lc': DO87 with 241 octets, DO97 with one, DO8E; Le' of two octets. */
    assert_int_equal(len, 4 + 3 + 244 + 3 + 10 + 2);
    assert_hex(bytes_of(out, 11), "0c860000000101"
                                  "8781f101");
    assert_hex(bytes_of(out + len - 2, 2), "0000");
    command.data.len = 264;
    command.le = 0x120;
    len = sizeof out;
    assert_int_equal(secure_messaging_wrap(&sm, &command, out, &len), DR_OK);
    assert_int_equal(len, 4 + 3 + 277 + 4 + 10 + 2);
    assert_hex(bytes_of(out, 12), "0c860000000123"
                                  "8782011101");
    assert_hex(bytes_of(out + len - 16, 4), "97020120");
}

/* Too long a command is refused before anything is counted. */
static void too_long_a_command(void **state)
{
    static uint8_t data[400];
    struct secure_messaging sm;
    struct apdu_command command = {.ins = 0x86, .data = {data, 231}, .le = 256};
    uint8_t out[PORT_NFC_MAX_COMMAND];
    size_t len = sizeof out;

    (void)state;
    icao_session(&sm);
    assert_int_equal(secure_messaging_wrap(&sm, &command, out, &len), DR_OK);
    icao_session(&sm);
    command.data.len = 296;
    len = sizeof out;
    assert_int_equal(secure_messaging_wrap(&sm, &command, out, &len), DR_ERR_NO_SPACE);
    command.data.len = 16;
    len = 40;
    assert_int_equal(secure_messaging_wrap(&sm, &command, out, &len), DR_ERR_NO_SPACE);
    assert_hex(bytes_of(sm.ssc, 8), "887022120c06c226");
}

static void keys_are_wiped(void **state)
{
    static const struct secure_messaging zero;
    struct secure_messaging sm;

    (void)state;
    icao_session(&sm);
    secure_messaging_end(&sm);
    assert_memory_equal(&sm, &zero, sizeof sm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_worked_example),     cmocka_unit_test(missing_and_wrong_objects),
        cmocka_unit_test(bare_status_words),       cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(authentic_but_malformed), cmocka_unit_test(a_replayed_response_is_refused),
        cmocka_unit_test(all_lengths_and_ciphers), cmocka_unit_test(most_that_fits_one_answer),
        cmocka_unit_test(long_commands),           cmocka_unit_test(too_long_a_command),
        cmocka_unit_test(keys_are_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
