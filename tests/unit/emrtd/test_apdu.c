#include "emrtd/hex_bytes.h"

#include "emrtd/apdu.h"

static void assert_encoded(struct apdu_command command, const char *expected)
{
    uint8_t out[PORT_NFC_MAX_COMMAND];
    size_t len = sizeof out;

    assert_int_equal(apdu_encode(&command, out, &len), DR_OK);
    assert_hex(bytes_of(out, len), expected);
}

/* The four cases of ISO 7816-4 5.1; ICAO 9303-11 App. D.3 and D.4 have three of them. */
static void four_cases(void **state)
{
    static const uint8_t fid[] = {0x01, 0x1E};

    (void)state;
    assert_encoded((struct apdu_command){.ins = 0xA4, .p1 = 0x00, .p2 = 0x0C}, "00a4000c");
    assert_encoded((struct apdu_command){.ins = 0x84, .le = 8}, "0084000008");
    assert_encoded((struct apdu_command){.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = {fid, 2}}, "00a4020c02011e");
    assert_encoded((struct apdu_command){.ins = 0x82, .data = {fid, 2}, .le = 256}, "0082000002011e00");
}

static void limits(void **state)
{
    static uint8_t data[256];
    struct apdu_command command = {.ins = 0x82, .data = {data, 255}, .le = 256};
    uint8_t out[PORT_NFC_MAX_COMMAND];
    size_t len = sizeof out;

    (void)state;
    assert_int_equal(apdu_encode(&command, out, &len), DR_OK);
    assert_int_equal(len, 261);
    len = 260;
    assert_int_equal(apdu_encode(&command, out, &len), DR_ERR_NO_SPACE);
}

/* Beyond 255 octets of data or 256 expected: three octets of Lc, two of Le, which has three where it stands alone. */
static void extended(void **state)
{
    static uint8_t data[400];
    struct apdu_command command = {.ins = 0x86, .data = {data, 256}, .le = 0x110};
    uint8_t out[PORT_NFC_MAX_COMMAND];
    size_t len = sizeof out;

    (void)state;
    assert_int_equal(apdu_encode(&command, out, &len), DR_OK);
    assert_int_equal(len, 4 + 3 + 256 + 2);
    assert_hex(bytes_of(out, 8), "0086000000010000");
    assert_hex(bytes_of(out + len - 3, 3), "000110");
    assert_encoded((struct apdu_command){.ins = 0x88, .data = {data, 1}, .le = 257}, "00880000000001000101");
    assert_encoded((struct apdu_command){.ins = 0xB0, .le = 257}, "00b00000000101");
    command.data.len = 320;
    len = sizeof out;
    assert_int_equal(apdu_encode(&command, out, &len), DR_ERR_NO_SPACE);
}

static void response(void **state)
{
    static const uint8_t answer[] = {0x01, 0x02, 0x6C, 0x10};
    struct bytes data;
    uint16_t sw;

    (void)state;
    assert_int_equal(apdu_split(bytes_of(answer, 4), &data, &sw), DR_OK);
    assert_int_equal(sw, 0x6C10);
    assert_int_equal(data.len, 2);
    assert_int_equal(apdu_split(bytes_of(answer, 2), &data, &sw), DR_OK);
    assert_int_equal(sw, 0x0102);
    assert_int_equal(data.len, 0);
    assert_int_equal(apdu_split(bytes_of(answer, 1), &data, &sw), DR_ERR_PROTOCOL);
    assert_int_equal(apdu_split(bytes_of(NULL, 0), &data, &sw), DR_ERR_PROTOCOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_cases),
        cmocka_unit_test(limits),
        cmocka_unit_test(extended),
        cmocka_unit_test(response),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
