#include "crypto/agree_numbers.h"
#include "emrtd/scripted_chip.h"

#include "crypto/drbg.h"
#include "emrtd/icao_pace.h"
#include "emrtd/pace.h"

struct numbers {
    const char *texts[2];
    unsigned at;
};

static int next_number(void *ctx, unsigned char *out, size_t len)
{
    struct numbers *numbers = ctx;

    return number_of_the_example(example(numbers->texts[numbers->at++]), out, len);
}

/* 9303-11 App. G.1 and I.1. The standard leaves out DO84, which is optional for chips with one set of parameters. */
#define G1_SET_AT                                                                                                      \
    "0022c1a412800a04007f00070202040202830101"                                                                         \
    "84010d"
#define G1_NONCE "7c12801095a3a016522ee98d01e76cb6b98b42c39000"
#define G1_MAP_IFD                                                                                                     \
    "10860000457c438141047acf3efc982ec45565a4b155129efbc74650dcbfa6362d896fc70262e0c2cc5e544552dcb6725218799115b55c9b" \
    "aa6d9f6bc3a9618e70c25af71777a9c4922d00"
#define G1_MAP_IC                                                                                                      \
    "7c43824104824fba91c9cbe26bef53a0ebe7342a3bf178cea9f45de0b70aa601651fba3f5730d8c879aaa9c9f73991e61b58f4d52eb87a0a" \
    "0c709a49dc63719363ccd13c549000"
#define G1_KEY_IFD                                                                                                     \
    "10860000457c438341042db7a64c0355044ec9df190514c625cba2cea48754887122f3a5ef0d5edd301c3556f3b3b186df10b857b58f6a7e" \
    "b80f20ba5dc7be1d43d9bf850149fbb3646200"
#define G1_KEY_IC                                                                                                      \
    "7c438441049e880f842905b8b3181f7af7caa9f0efb743847f44a306d2d28c1d9ec65df6db7764b22277a2eddc3c265a9f018f9cb852e111" \
    "b768b326904b59a0193776f0949000"
#define G1_TOKEN_IFD "008600000c7c0a8508c2b0bd78d94ba86600"
#define G1_TOKEN_IC "7c0a86083abb9674bce93c089000"

#define I1_SET_AT                                                                                                      \
    "0022c1a412800a04007f00070202040602830101"                                                                         \
    "84010d"
#define I1_NONCE "7c128010cb60e8e0d85b76a9bd304747c2ad42e29000"
#define I1_MAP_IC                                                                                                      \
    "7c43824104a234236aa9b9621e8efb73b5245c0e09d2576e5277183c1208bdd55280cae8b304f365713a356e65a451e165ecc9ac0ac46e37" \
    "71342c8fe5aedd092685338e239000"
#define I1_KEY_IC                                                                                                      \
    "7c4384410402ad566f3c6ec7f9324509ad50a51fa52030782a4968fcfedf737daea993333111c3b9b4c2287789bd137e7f8aa882e2a3c633" \
    "ccd6ecc2c63c57ad401a09c2e19000"
#define I1_TOKEN_IFD "008600000c7c0a8508e86bd06018a1cd3b00"
#define I1_TOKEN_IC                                                                                                    \
    "7c3c86088596cf055c67c1a38a301eea964daae372ac990e3efde6333353bfc89a6704d93da8798cf77f5b7a54bd10cba372b42be0b9b5f2" \
    "8aa8de2f4f929000"

#define GET_NONCE "10860000027c0000"

static const struct script_line g1[] = {
    {G1_SET_AT, "9000"},     {GET_NONCE, G1_NONCE},       {G1_MAP_IFD, G1_MAP_IC},
    {G1_KEY_IFD, G1_KEY_IC}, {G1_TOKEN_IFD, G1_TOKEN_IC},
};
static const struct script_line i1[] = {
    {I1_SET_AT, "9000"}, {GET_NONCE, I1_NONCE}, {NULL, I1_MAP_IC}, {NULL, I1_KEY_IC}, {I1_TOKEN_IFD, I1_TOKEN_IC},
};
#define LINES 5U

struct outcome {
    struct session session;
    struct pace pace;
    size_t exchanges;
};

static enum dr_status play(struct outcome *outcome, const struct icao_pace *icao, const struct script_line *lines)
{
    struct pace_info info = {.mapping = icao == &icao_i1 ? PACE_CHIP_AUTH : PACE_GENERIC,
                             .is_ec = true,
                             .cipher = CIPHER_AES128,
                             .parameter_id = 13};
    struct numbers numbers = {{icao->map_ifd_secret, icao->ifd_secret}, 0};
    struct pace_password password = {.id = PACE_PASSWORD_MRZ, .len = 20};
    struct scripted_chip chip;
    uint8_t oid[16];
    enum dr_status status;

    assert_int_equal(
        hash_compute(HASH_SHA1, bytes_of(icao->mrz_information, strlen(icao->mrz_information)), password.octets),
        DR_OK);
    info.protocol = hex_bytes(icao->oid, oid, sizeof oid);
    scripted_chip_start(&chip, &outcome->session, lines, LINES);
    assert_int_equal(pace_begin(&outcome->pace, &info), DR_OK);
    outcome->pace.agreement.random = next_number;
    outcome->pace.agreement.random_ctx = &numbers;
    status = pace_authenticate(&outcome->session, &outcome->pace, &password);
    outcome->exchanges = chip.at;
    assert_int_equal(outcome->session.is_protected, status == DR_OK);
    return status;
}

static void icao_generic(void **state)
{
    static const uint8_t zero[16];
    struct outcome outcome;

    (void)state;
    assert_int_equal(play(&outcome, &icao_g1, g1), DR_OK);
    assert_int_equal(outcome.exchanges, 5);
    assert_int_equal(outcome.session.sm.algorithm, CIPHER_AES128);
    assert_hex(bytes_of(outcome.session.sm.ks_enc, 16), icao_g1.ks_enc);
    assert_hex(bytes_of(outcome.session.sm.ks_mac, 16), icao_g1.ks_mac);
    assert_memory_equal(outcome.session.sm.ssc, zero, 16);
    assert_false(outcome.pace.chip_auth.present);
}

static void icao_chip_authentication(void **state)
{
    struct outcome outcome;

    (void)state;
    assert_int_equal(play(&outcome, &icao_i1, i1), DR_OK);
    assert_true(outcome.pace.chip_auth.present);
    assert_hex(bytes_of(outcome.pace.chip_auth.data, outcome.pace.chip_auth.data_len), icao_i1.chip_auth_data);
}

/* One answer replaced: what comes of it, and that nothing is sent after the refusal. */
struct hostile {
    const struct icao_pace *icao;
    unsigned line;
    const char *response;
    enum dr_status status;
};

static void hostile_answers(void **state)
{
    static const struct hostile answers[] = {
        /* MSE:Set AT: whatever it is not done for; 63Cx warns. */
        {&icao_g1, 0, "6a80", DR_ERR_UNSUPPORTED},
        {&icao_g1, 0, "6a88", DR_ERR_UNSUPPORTED},
        {&icao_g1, 0, "6d00", DR_ERR_UNSUPPORTED},
        {&icao_g1, 0, "6700", DR_ERR_UNSUPPORTED},
        {&icao_g1, 0, "63c2", DR_OK},
        /* Nonce: the key was not there after all; no 7C, another object, none, too long, twice, trailing octets. */
        {&icao_g1, 1, "6a88", DR_ERR_UNSUPPORTED},
        {&icao_g1, 1, "6982", DR_ERR_CARD_STATUS},
        {&icao_g1, 1, "9000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "7c009000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "801095a3a016522ee98d01e76cb6b98b42c39000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "7c12811095a3a016522ee98d01e76cb6b98b42c39000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "7c11800f95a3a016522ee98d01e76cb6b98b429000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "7c0280009000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "7c12801195a3a016522ee98d01e76cb6b98b42c39000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "7c12801095a3a016522ee98d01e76cb6b98b42c3009000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "7c14801095a3a016522ee98d01e76cb6b98b42c387009000", DR_ERR_PROTOCOL},
        {&icao_g1, 1, "7c24801095a3a016522ee98d01e76cb6b98b42c3801095a3a016522ee98d01e76cb6b98b42c39000",
         DR_ERR_PROTOCOL},
        /* Mapping: refused; our key back; infinity; off the curve; nothing; an odd object. */
        {&icao_g1, 2, "6300", DR_ERR_CARD_STATUS},
        {&icao_g1, 2,
         "7c438241047acf3efc982ec45565a4b155129efbc74650dcbfa6362d896fc70262e0c2cc5e544552dcb6725218799115b55c9baa6d9f6"
         "b"
         "c3a9618e70c25af71777a9c4922d9000",
         DR_ERR_PROTOCOL},
        {&icao_g1, 2, "7c038201009000", DR_ERR_MALFORMED},
        {&icao_g1, 2,
         "7c43824104824fba91c9cbe26bef53a0ebe7342a3bf178cea9f45de0b70aa601651fba3f5730d8c879aaa9c9f73991e61b58f4d52eb87"
         "a"
         "0a0c709a49dc63719363ccd13c559000",
         DR_ERR_MALFORMED},
        {&icao_g1, 2, "7c0282009000", DR_ERR_MALFORMED},
        {&icao_g1, 2, "7c0284009000", DR_ERR_PROTOCOL},
        /* Key agreement: the mapping's own key again is a key like any other, ours is not; infinity; nothing. */
        {&icao_g1, 3,
         "7c438441042db7a64c0355044ec9df190514c625cba2cea48754887122f3a5ef0d5edd301c3556f3b3b186df10b857b58f6a7eb80f20b"
         "a"
         "5dc7be1d43d9bf850149fbb364629000",
         DR_ERR_PROTOCOL},
        {&icao_g1, 3, "7c038401009000", DR_ERR_MALFORMED},
        {&icao_g1, 3,
         "7c43844104"
         "0000000000000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000000"
         "9000",
         DR_ERR_MALFORMED},
        {&icao_g1, 3, "7c0284009000", DR_ERR_MALFORMED},
        {&icao_g1, 3, "6a80", DR_ERR_CARD_STATUS},
        /* Token: refused in the ways chips do; forged; cut; none; reflected; chip authentication data where none may be. */
        {&icao_g1, 4, "6300", DR_ERR_ACCESS_DENIED},
        {&icao_g1, 4, "63c2", DR_ERR_ACCESS_DENIED},
        {&icao_g1, 4, "6a80", DR_ERR_ACCESS_DENIED},
        {&icao_g1, 4, "6988", DR_ERR_ACCESS_DENIED},
        {&icao_g1, 4, "6f00", DR_ERR_CARD_STATUS},
        {&icao_g1, 4, "7c0a86083abb9674bce93c099000", DR_ERR_SIGNATURE},
        {&icao_g1, 4, "7c0a8608c2b0bd78d94ba8669000", DR_ERR_SIGNATURE},
        {&icao_g1, 4, "7c0986073abb9674bce93c9000", DR_ERR_PROTOCOL},
        {&icao_g1, 4, "7c0286009000", DR_ERR_PROTOCOL},
        {&icao_g1, 4, "9000", DR_ERR_PROTOCOL},
        {&icao_g1, 4, "7c1c86083abb9674bce93c088a10000102030405060708090a0b0c0d0e0f9000", DR_ERR_PROTOCOL},
        /* Certification authority references may be there (4.4.5). */
        {&icao_g1, 4,
         "7c1b86083abb9674bce93c08870f444554455354435643413030303033"
         "9000",
         DR_OK},
        /* TR-03105-5.1 G_29 to G_33: chip authentication data missing, empty, under another tag. */
        {&icao_i1, 4, "7c0a86088596cf055c67c1a39000", DR_ERR_PROTOCOL},
        {&icao_i1, 4, "7c0c86088596cf055c67c1a38a009000", DR_ERR_PROTOCOL},
        {&icao_i1, 4, "7c1c86088596cf055c67c1a38b10000102030405060708090a0b0c0d0e0f9000", DR_ERR_PROTOCOL},
        {&icao_i1, 4, "7c1c86088596cf055c67c1a38a10000102030405060708090a0b0c0d0e0f9000", DR_ERR_PROTOCOL},
    };
    struct script_line lines[LINES];
    struct outcome outcome;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        memcpy(lines, answers[i].icao == &icao_i1 ? i1 : g1, sizeof lines);
        lines[answers[i].line].response = answers[i].response;
        assert_int_equal(play(&outcome, answers[i].icao, lines), answers[i].status);
        assert_false(outcome.pace.chip_auth.present);
        assert_int_equal(outcome.exchanges, answers[i].status == DR_OK ? LINES : answers[i].line + 1);
    }
}

static int start_random(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {5};

    (void)state;
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_generic),
        cmocka_unit_test(icao_chip_authentication),
        cmocka_unit_test(hostile_answers),
    };

    return cmocka_run_group_tests(tests, start_random, NULL);
}
