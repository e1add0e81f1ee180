#include "emrtd/fake_chip.h"
#include "emrtd/scripted_chip.h"

static struct fake_chip chip;
static struct session session;

static int set_up(void **state)
{
    static const uint8_t com[] = {0x60, 0x02, 0x5C, 0x00};

    (void)state;
    fake_chip_init(&chip);
    fake_chip_add_file(&chip, 0x011E, 0x1E, bytes_of(com, sizeof com));
    session_init(&session, &chip.port, NULL, NULL);
    assert_int_equal(session_activate(&session), DR_OK);
    return 0;
}

static const struct apdu_command read_com = {.ins = APDU_INS_READ_BINARY, .p1 = 0x9E, .le = 4};

static void select_application_without_le(void **state)
{
    (void)state;
    assert_int_equal(session_select_application(&session), DR_OK);
    assert_hex(bytes_of(chip.last_command, chip.last_command_len), "00a4040c07a0000002471001");
    chip.select_sw = 0x6A82;
    assert_int_equal(session_select_application(&session), DR_ERR_CARD_STATUS);
    assert_int_equal(session.sw, 0x6A82);
    assert_true(session.open);
}

static void plain_exchange_and_cost(void **state)
{
    struct bytes data;

    (void)state;
    assert_int_equal(session_exchange(&session, &read_com, &data), DR_OK);
    assert_hex(data, "60025c00");
    assert_int_equal(session.sw, 0x9000);
    assert_int_equal(session.cost.apdus, 1);
    assert_int_equal(session.cost.bytes_sent, 5);
    assert_int_equal(session.cost.bytes_received, 6);
}

static void protected_exchange(void **state)
{
    struct bytes data;

    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_AES128);
    assert_int_equal(session_exchange(&session, &read_com, &data), DR_OK);
    assert_hex(data, "60025c00");
    assert_int_equal(session.sw, 0x9000);
    assert_false(chip.saw_plain_in_secure);
}

/* An error status under secure messaging is authentic and ends nothing. */
static void protected_error_status(void **state)
{
    const struct apdu_command missing = {.ins = APDU_INS_READ_BINARY, .p1 = 0x81, .le = 4};
    struct bytes data;

    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    assert_int_equal(session_exchange(&session, &missing, &data), DR_OK);
    assert_int_equal(session.sw, 0x6A82);
    assert_int_equal(session_exchange(&session, &read_com, &data), DR_OK);
    assert_int_equal(data.len, 4);
}

static void (*damage)(uint8_t *response, size_t *len);

static void apply_damage(struct fake_chip *fake, uint8_t *response, size_t *len)
{
    (void)fake;
    damage(response, len);
}

static void only_status(uint8_t *response, size_t *len)
{
    memmove(response, response + *len - 2, 2);
    *len = 2;
}

static void sm_error(uint8_t *response, size_t *len)
{
    put_be16(response, SW_SM_OBJECTS_INCORRECT);
    *len = 2;
}

static void wrong_mac(uint8_t *response, size_t *len)
{
    response[*len - 3] ^= 1;
}

static void only_data(uint8_t *response, size_t *len)
{
    memcpy(response, "\x60\x02\x5C\x00\x90\x00", 6);
    *len = 6;
}

/* TR-03105-5.1 B_04, B_08 and the downgrades of reader-cases d: keys gone, nothing goes on in the clear. */
static void broken_secure_messaging_ends_the_session(void **state)
{
    static const struct {
        void (*damage)(uint8_t *response, size_t *len);
        enum dr_status expected;
    } cases[] = {
        {only_status, DR_ERR_SIGNATURE},
        {sm_error, DR_ERR_SESSION_LOST},
        {wrong_mac, DR_ERR_SIGNATURE},
        {only_data, DR_ERR_PROTOCOL},
    };
    static const struct secure_messaging none;
    struct bytes data;
    size_t i;
    unsigned exchanges;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_up(state);
        fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
        damage = cases[i].damage;
        chip.tamper = apply_damage;
        assert_int_equal(session_exchange(&session, &read_com, &data), cases[i].expected);
        assert_int_equal(data.len, 0);
        assert_false(session.is_protected);
        assert_memory_equal(&session.sm, &none, sizeof none);
        exchanges = chip.exchanges;
        assert_int_equal(session_exchange(&session, &read_com, &data), DR_ERR_STATE);
        assert_int_equal(chip.exchanges, exchanges);
        assert_int_equal(session_activate(&session), DR_OK);
        assert_int_equal(session_exchange(&session, &read_com, &data), DR_OK);
    }
}

static void port_failures(void **state)
{
    static const enum dr_status failures[] = {DR_ERR_NO_CARD, DR_ERR_TIMEOUT, DR_ERR_NO_READER};
    struct bytes data;
    size_t i;

    for (i = 0; i < 3; i++) {
        set_up(state);
        fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
        chip.leave_after = 1;
        chip.leave_status = failures[i];
        assert_int_equal(session_exchange(&session, &read_com, &data), failures[i]);
        assert_false(session.is_protected);
        assert_int_equal(session_exchange(&session, &read_com, &data), DR_ERR_STATE);
    }
}

static void closing_wipes(void **state)
{
    static const struct secure_messaging none;
    struct bytes data;

    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    assert_int_equal(session_exchange(&session, &read_com, &data), DR_OK);
    session_close(&session);
    assert_false(chip.active);
    assert_memory_equal(&session.sm, &none, sizeof none);
    assert_int_equal(session.buffer[0] | session.buffer[1] | session.buffer[2], 0);
    assert_int_equal(session_exchange(&session, &read_com, &data), DR_ERR_STATE);
    session_close(&session);
}

/* 61xx: the rest is asked for in the clear, and the parts are one response (ISO 7816-4 5.1); never without end. */
static void responses_in_pieces(void **state)
{
    static const struct script_line lines[] = {
        {"0084000008", "010203046102"}, {"00c0000002", "05066102"}, {"00c0000002", "07089000"}};
    static const struct script_line endless[9] = {{NULL, "6101"}, {NULL, "6101"}, {NULL, "6101"},
                                                  {NULL, "6101"}, {NULL, "6101"}, {NULL, "6101"},
                                                  {NULL, "6101"}, {NULL, "6101"}, {NULL, "6101"}};
    const struct apdu_command command = {.ins = 0x84, .le = 8};
    struct scripted_chip script;
    struct session scripted;
    struct bytes answer;

    (void)state;
    scripted_chip_start(&script, &scripted, lines, 3);
    assert_int_equal(session_exchange(&scripted, &command, &answer), DR_OK);
    assert_hex(answer, "0102030405060708");
    assert_int_equal(scripted.sw, 0x9000);
    assert_int_equal(scripted.cost.apdus, 3);
    scripted_chip_start(&script, &scripted, endless, 9);
    assert_int_equal(session_exchange(&scripted, &command, &answer), DR_ERR_PROTOCOL);
}

/* Nothing is sent that cannot be encoded, and the session stands. */
static void impossible_command(void **state)
{
    static uint8_t data[310];
    const struct apdu_command command = {.ins = 0x86, .data = {data, sizeof data}, .le = 256};
    struct bytes answer;

    (void)state;
    fake_chip_share_keys(&chip, &session, CIPHER_3DES_2KEY);
    assert_int_equal(session_exchange(&session, &command, &answer), DR_ERR_NO_SPACE);
    assert_int_equal(chip.exchanges, 0);
    assert_int_equal(session_exchange(&session, &read_com, &answer), DR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(select_application_without_le, set_up),
        cmocka_unit_test_setup(plain_exchange_and_cost, set_up),
        cmocka_unit_test_setup(protected_exchange, set_up),
        cmocka_unit_test_setup(protected_error_status, set_up),
        cmocka_unit_test(broken_secure_messaging_ends_the_session),
        cmocka_unit_test(port_failures),
        cmocka_unit_test_setup(closing_wipes, set_up),
        cmocka_unit_test(responses_in_pieces),
        cmocka_unit_test_setup(impossible_command, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
