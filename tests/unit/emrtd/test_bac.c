#include "emrtd/fake_chip.h"

#include "crypto/drbg.h"

/* ICAO 9303-11 App. D.2: the TD2 document of the example. */
static const char mrz_information_text[] = "L898902C<369080619406236";

static void icao_keys(void **state)
{
    struct bac_keys keys;

    (void)state;
    assert_int_equal(bac_derive_keys(bytes_of(mrz_information_text, strlen(mrz_information_text)), &keys), DR_OK);
    assert_hex(bytes_of(keys.k_enc, 16), "ab94fdecf2674fdfb9b391f85d7f76f2");
    assert_hex(bytes_of(keys.k_mac, 16), "7962d9ece03d1acd4c76089dce131543");
}

/* App. D.3. */
struct icao_run {
    struct bac_keys keys;
    uint8_t rnd_ic[8], rnd_ifd[8], k_ifd[16], answer[40];
};

static void icao_run(struct icao_run *run)
{
    assert_int_equal(bac_derive_keys(bytes_of(mrz_information_text, strlen(mrz_information_text)), &run->keys), DR_OK);
    hex_bytes("4608f91988702212", run->rnd_ic, 8);
    hex_bytes("781723860c06c226", run->rnd_ifd, 8);
    hex_bytes("0b795240cb7049b01c19b33e32804f0b", run->k_ifd, 16);
    hex_bytes("46b9342a41396cd7386bf5803104d7cedc122b9132139baf2eedc94ee178534f2f2d235d074d7449", run->answer, 40);
}

static void icao_worked_example(void **state)
{
    struct icao_run run;
    struct secure_messaging sm;
    uint8_t command[40];

    (void)state;
    icao_run(&run);
    assert_int_equal(bac_command(&run.keys, run.rnd_ic, run.rnd_ifd, run.k_ifd, command), DR_OK);
    assert_hex(bytes_of(command, 40),
               "72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f25f1448eea8ad90a7");
    assert_int_equal(bac_finish(&run.keys, run.rnd_ic, run.rnd_ifd, run.k_ifd, bytes_of(run.answer, 40), &sm), DR_OK);
    assert_int_equal(sm.algorithm, CIPHER_3DES_2KEY);
    assert_hex(bytes_of(sm.ks_enc, 16), "979ec13b1cbfe9dcd01ab0fed307eae5");
    assert_hex(bytes_of(sm.ks_mac, 16), "f1cb1f1fb5adf208806b89dc579dc1f8");
    assert_hex(bytes_of(sm.ssc, 8), "887022120c06c226");
}

/* TR-03105-5.1 B_01, B_02: no keys come of a wrong MAC or cryptogram, nor of an answer to other random numbers. */
static void wrong_answers_give_no_keys(void **state)
{
    static const struct secure_messaging none;
    struct icao_run run;
    struct secure_messaging sm;
    size_t bit;

    (void)state;
    for (bit = 0; bit < 320; bit++) {
        icao_run(&run);
        run.answer[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(bac_finish(&run.keys, run.rnd_ic, run.rnd_ifd, run.k_ifd, bytes_of(run.answer, 40), &sm),
                         DR_ERR_SIGNATURE);
        assert_memory_equal(&sm, &none, sizeof sm);
    }
    icao_run(&run);
    run.rnd_ic[7] ^= 1;
    assert_int_equal(bac_finish(&run.keys, run.rnd_ic, run.rnd_ifd, run.k_ifd, bytes_of(run.answer, 40), &sm),
                     DR_ERR_SIGNATURE);
    icao_run(&run);
    run.rnd_ifd[0] ^= 1;
    assert_int_equal(bac_finish(&run.keys, run.rnd_ic, run.rnd_ifd, run.k_ifd, bytes_of(run.answer, 40), &sm),
                     DR_ERR_SIGNATURE);
    icao_run(&run);
    assert_int_equal(bac_finish(&run.keys, run.rnd_ic, run.rnd_ifd, run.k_ifd, bytes_of(run.answer, 39), &sm),
                     DR_ERR_PROTOCOL);
    assert_memory_equal(&sm, &none, sizeof sm);
}

static struct fake_chip chip;
static struct session session;
static struct mrz mrz;

static int set_up(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {7};

    (void)state;
    fake_chip_init(&chip);
    assert_int_equal(bac_derive_keys(bytes_of(mrz_information_text, strlen(mrz_information_text)), &chip.keys), DR_OK);
    memset(&mrz, 0, sizeof mrz);
    mrz.format = MRZ_TD2;
    memcpy(mrz.document_code, "I", 2);
    memcpy(mrz.issuing_state, "UTO", 4);
    memcpy(mrz.document_number, "L898902C", 9);
    memcpy(mrz.date_of_birth, "690806", 7);
    memcpy(mrz.date_of_expiry, "940623", 7);
    assert_int_equal(drbg_init(seed, bytes_of(NULL, 0)), DR_OK);
    session_init(&session, &chip.port, NULL, NULL);
    assert_int_equal(session_activate(&session), DR_OK);
    assert_int_equal(session_select_application(&session), DR_OK);
    return 0;
}

static void opens_the_chip(void **state)
{
    (void)state;
    assert_int_equal(bac_authenticate(&session, &mrz), DR_OK);
    assert_true(session.is_protected);
    assert_true(chip.secure);
    assert_memory_equal(session.sm.ks_enc, chip.ks_enc, 16);
    assert_memory_equal(session.sm.ks_mac, chip.ks_mac, 16);
    assert_memory_equal(session.sm.ssc, chip.ssc, 8);
    assert_int_equal(session.cost.apdus, 3);
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_STATE); /* one access protocol a session */
}

static void random_numbers_are_fresh(void **state)
{
    uint8_t first[32], second[32];

    (void)state;
    chip.authenticate_sw = 0x6300;
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_ACCESS_DENIED);
    assert_int_equal(cipher_cbc_decrypt(CIPHER_3DES_2KEY, chip.keys.k_enc, NULL, chip.last_command + 5, 32, first),
                     DR_OK);
    chip.rnd_ic[0]--; /* the same challenge again */
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_ACCESS_DENIED);
    assert_int_equal(cipher_cbc_decrypt(CIPHER_3DES_2KEY, chip.keys.k_enc, NULL, chip.last_command + 5, 32, second),
                     DR_OK);
    assert_memory_not_equal(first, second, 8);            /* RND.IFD */
    assert_memory_equal(first + 8, second + 8, 8);        /* RND.IC */
    assert_memory_not_equal(first + 16, second + 16, 16); /* K.IFD */
}

static void wrong_mrz(void **state)
{
    static const struct secure_messaging none;

    (void)state;
    mrz.date_of_birth[5] = '7';
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_ACCESS_DENIED);
    assert_int_equal(session.sw, 0x6300);
    assert_false(session.is_protected);
    assert_memory_equal(&session.sm, &none, sizeof none);
    assert_int_equal(session.cost.apdus, 3); /* a guess that failed is not repeated: chips count them */
}

static void refusals(void **state)
{
    static const struct {
        uint16_t challenge, authenticate;
        enum dr_status expected;
    } cases[] = {
        {0, 0x6300, DR_ERR_ACCESS_DENIED}, {0, 0x63C2, DR_ERR_ACCESS_DENIED}, {0, 0x6982, DR_ERR_ACCESS_DENIED},
        {0, 0x6985, DR_ERR_ACCESS_DENIED}, {0, 0x6988, DR_ERR_ACCESS_DENIED}, {0, 0x6A88, DR_ERR_UNSUPPORTED},
        {0, 0x6D00, DR_ERR_UNSUPPORTED},   {0x6D00, 0, DR_ERR_UNSUPPORTED},   {0x6A88, 0, DR_ERR_UNSUPPORTED},
        {0x6985, 0, DR_ERR_UNSUPPORTED},   {0, 0x6F00, DR_ERR_CARD_STATUS},   {0x6F00, 0, DR_ERR_CARD_STATUS},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        chip.challenge_sw = cases[i].challenge;
        chip.authenticate_sw = cases[i].authenticate;
        assert_int_equal(bac_authenticate(&session, &mrz), cases[i].expected);
        assert_false(session.is_protected);
    }
}

/* TR-03105-5.1 B_01, B_02 over the session. */
static void forged_answer(void **state)
{
    (void)state;
    chip.flip_authenticate = 40;
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_SIGNATURE);
    assert_false(session.is_protected);
    chip.flip_authenticate = 1;
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_SIGNATURE);
    assert_false(session.is_protected);
}

/* Some chips take Le 00 only: once more, with a new challenge. */
static void le_00(void **state)
{
    (void)state;
    chip.wants_le_00 = true;
    assert_int_equal(bac_authenticate(&session, &mrz), DR_OK);
    assert_int_equal(session.cost.apdus, 5);
}

static void challenge_that_repeats(void **state)
{
    (void)state;
    chip.wants_le_00 = true;
    chip.same_challenge = true;
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_PROTOCOL);
    assert_false(session.is_protected);
}

static void challenge_of_wrong_length(void **state)
{
    (void)state;
    chip.challenge_len = 7;
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_PROTOCOL);
}

static void card_pulled_away(void **state)
{
    (void)state;
    chip.leave_after = 3;
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_NO_CARD);
    assert_false(session.is_protected);
    assert_int_equal(bac_authenticate(&session, &mrz), DR_ERR_STATE); /* until activated anew */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_keys),
        cmocka_unit_test(icao_worked_example),
        cmocka_unit_test(wrong_answers_give_no_keys),
        cmocka_unit_test_setup(opens_the_chip, set_up),
        cmocka_unit_test_setup(random_numbers_are_fresh, set_up),
        cmocka_unit_test_setup(wrong_mrz, set_up),
        cmocka_unit_test_setup(refusals, set_up),
        cmocka_unit_test_setup(forged_answer, set_up),
        cmocka_unit_test_setup(le_00, set_up),
        cmocka_unit_test_setup(challenge_that_repeats, set_up),
        cmocka_unit_test_setup(challenge_of_wrong_length, set_up),
        cmocka_unit_test_setup(card_pulled_away, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
