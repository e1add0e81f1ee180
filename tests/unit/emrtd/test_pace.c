#include "crypto/agree_numbers.h"

#include "crypto/drbg.h"
#include "emrtd/icao_pace.h"
#include "emrtd/pace.h"

/* The terminal's private numbers in the order they are drawn. */
struct numbers {
    const char *texts[2];
    unsigned at;
};

static int next_number(void *ctx, unsigned char *out, size_t len)
{
    struct numbers *numbers = ctx;

    assert_true(numbers->at < 2);
    return number_of_the_example(example(numbers->texts[numbers->at++]), out, len);
}

struct run {
    struct pace pace;
    struct numbers numbers;
    uint8_t oid[16], z[32];
    const struct icao_pace *icao;
};

static void set_password(const struct icao_pace *icao, struct pace_password *password)
{
    uint8_t digest[HASH_MAX_SIZE];

    /* App. H does not say which password its key comes from. */
    password->id = PACE_PASSWORD_MRZ;
    password->len = 20;
    assert_int_equal(hash_compute(HASH_SHA1, bytes_of(icao->mrz_information, strlen(icao->mrz_information)), digest),
                     DR_OK);
    memcpy(password->octets, digest, 20);
}

static void begin(struct run *run, const struct icao_pace *icao, enum pace_mapping mapping, bool is_ec)
{
    struct pace_info info = {.mapping = mapping, .is_ec = is_ec, .cipher = CIPHER_AES128};

    info.protocol = hex_bytes(icao->oid, run->oid, sizeof run->oid);
    info.parameter_id = (uint8_t)icao->parameter_id;
    assert_int_equal(pace_begin(&run->pace, &info), DR_OK);
    run->icao = icao;
    run->numbers = (struct numbers){{icao->t != NULL ? icao->t : icao->map_ifd_secret, icao->ifd_secret}, 0};
    run->pace.agreement.random = next_number;
    run->pace.agreement.random_ctx = &run->numbers;
}

/* Step 2, with the password where the example has it. */
static void decrypt_nonce(struct run *run)
{
    struct pace_password password;

    if (run->icao->mrz_information != NULL) {
        set_password(run->icao, &password);
        assert_int_equal(pace_decrypt_nonce(&run->pace, &password, hex_bytes(run->icao->z, run->z, sizeof run->z)),
                         DR_OK);
        assert_hex(bytes_of(run->pace.nonce, run->pace.nonce_len), run->icao->s);
    } else {
        uint8_t k_pi[16];

        hex_bytes(run->icao->k_pi, k_pi, 16);
        hex_bytes(run->icao->z, run->z, 16);
        assert_int_equal(cipher_cbc_decrypt(CIPHER_AES128, k_pi, NULL, run->z, 16, run->pace.nonce), DR_OK);
        run->pace.nonce_len = 16;
        assert_hex(bytes_of(run->pace.nonce, 16), run->icao->s);
    }
}

static void run_example(struct run *run)
{
    const struct icao_pace *icao = run->icao;
    uint8_t theirs[256];
    struct bytes own;

    decrypt_nonce(run);
    assert_int_equal(pace_mapping_data(&run->pace, &own), DR_OK);
    assert_hex(own, icao->t != NULL ? icao->t : icao->map_ifd_public);
    assert_int_equal(pace_map(&run->pace, icao->t != NULL ? bytes_of(NULL, 0)
                                                          : hex_bytes(icao->map_ic_public, theirs, sizeof theirs)),
                     DR_OK);
    assert_int_equal(pace_public_key(&run->pace, &own), DR_OK);
    assert_hex(own, icao->ifd_public);
    assert_int_equal(pace_agree(&run->pace, hex_bytes(icao->ic_public, theirs, sizeof theirs)), DR_OK);
    assert_hex(bytes_of(run->pace.sm.ks_enc, 16), icao->ks_enc);
    assert_hex(bytes_of(run->pace.sm.ks_mac, 16), icao->ks_mac);
    assert_hex(bytes_of(run->pace.token, 8), icao->t_ifd);
    assert_int_equal(pace_verify_token(&run->pace, hex_bytes(icao->t_ic, theirs, sizeof theirs)), DR_OK);
    theirs[7] ^= 1;
    assert_int_equal(pace_verify_token(&run->pace, bytes_of(theirs, 8)), DR_ERR_SIGNATURE);
    assert_int_equal(pace_verify_token(&run->pace, bytes_of(theirs, 7)), DR_ERR_PROTOCOL);
    assert_int_equal(pace_verify_token(&run->pace, bytes_of(theirs, 0)), DR_ERR_PROTOCOL);
}

static void icao_examples(void **state)
{
    static const struct {
        const struct icao_pace *icao;
        enum pace_mapping mapping;
        bool is_ec;
    } examples[] = {{&icao_g1, PACE_GENERIC, true},
                    {&icao_g2, PACE_GENERIC, false},
                    {&icao_h1, PACE_INTEGRATED, true},
                    {&icao_h2, PACE_INTEGRATED, false}};
    struct run run;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        begin(&run, examples[i].icao, examples[i].mapping, examples[i].is_ec);
        run_example(&run);
        pace_end(&run.pace);
    }
}

/* App. I.1: with the encrypted chip authentication data, which then prove the chip's key. */
static void icao_chip_authentication_mapping(void **state)
{
    uint8_t encrypted[64], key[EC_AGREE_MAX_POINT];
    struct pace_chip_auth *proof;
    struct run run;

    (void)state;
    begin(&run, &icao_i1, PACE_CHIP_AUTH, true);
    run_example(&run);
    assert_int_equal(pace_decrypt_chip_auth(&run.pace, hex_bytes(icao_i1.encrypted_data, encrypted, sizeof encrypted)),
                     DR_OK);
    pace_end(&run.pace);
    proof = &run.pace.chip_auth;
    assert_true(proof->present);
    assert_int_equal(proof->parameter_id, 13);
    assert_hex(bytes_of(proof->data, proof->data_len), icao_i1.chip_auth_data);
    assert_hex(bytes_of(proof->mapping_key, proof->mapping_key_len), icao_i1.map_ic_public);
    assert_int_equal(ec_agree_check_mapping(CURVE_BP256, bytes_of(proof->data, proof->data_len),
                                            hex_bytes(icao_i1.static_key, key, sizeof key),
                                            bytes_of(proof->mapping_key, proof->mapping_key_len)),
                     DR_OK);
}

/* TR-03105-5.1 G_29 to G_33: no octets, wrong length, no padding. */
static void chip_authentication_data_that_is_none(void **state)
{
    uint8_t data[96] = {0};
    struct run run;
    size_t len;

    (void)state;
    begin(&run, &icao_i1, PACE_CHIP_AUTH, true);
    run_example(&run);
    for (len = 0; len <= sizeof data; len += 8) {
        enum dr_status status = pace_decrypt_chip_auth(&run.pace, bytes_of(data, len));

        assert_int_not_equal(status, DR_OK);
        assert_false(run.pace.chip_auth.present);
    }
    pace_end(&run.pace);
}

static void keys_are_gone_afterwards(void **state)
{
    static const struct secure_messaging none;
    static const uint8_t zero[AGREEMENT_MAX_PUBLIC];
    struct run run;

    (void)state;
    begin(&run, &icao_g1, PACE_GENERIC, true);
    run_example(&run);
    pace_end(&run.pace);
    assert_memory_equal(&run.pace.sm, &none, sizeof none);
    assert_memory_equal(run.pace.nonce, zero, sizeof run.pace.nonce);
    assert_memory_equal(run.pace.own_public, zero, sizeof zero);
    assert_false(run.pace.chip_auth.present);
}

/* The example's numbers must not be needed where the chip sends our own keys back (4.4.1 step 3d). */
static void reflected_keys(void **state)
{
    uint8_t theirs[256];
    struct bytes own;
    struct run run;

    (void)state;
    begin(&run, &icao_g1, PACE_GENERIC, true);
    decrypt_nonce(&run);
    assert_int_equal(pace_mapping_data(&run.pace, &own), DR_OK);
    memcpy(theirs, own.data, own.len);
    assert_int_equal(pace_map(&run.pace, bytes_of(theirs, own.len)), DR_ERR_PROTOCOL);
    assert_int_equal(pace_map(&run.pace, hex_bytes(icao_g1.map_ic_public, theirs, sizeof theirs)), DR_OK);
    assert_int_equal(pace_public_key(&run.pace, &own), DR_OK);
    memcpy(theirs, own.data, own.len);
    assert_int_equal(pace_agree(&run.pace, bytes_of(theirs, own.len)), DR_ERR_PROTOCOL);
    theirs[1] ^= 1;
    assert_int_equal(pace_agree(&run.pace, bytes_of(theirs, own.len)), DR_ERR_MALFORMED);
    assert_int_equal(pace_agree(&run.pace, bytes_of(theirs, 0)), DR_ERR_MALFORMED);
    pace_end(&run.pace);
}

static void nonces_of_wrong_length(void **state)
{
    static const uint8_t z[48] = {1};
    static const size_t good[2][4] = {{16, 32, 0, 0}, {16, 0, 0, 0}};
    struct pace_password password;
    struct run run;
    size_t len;
    int integrated;

    (void)state;
    set_password(&icao_g1, &password);
    for (integrated = 0; integrated < 2; integrated++) {
        begin(&run, integrated ? &icao_h1 : &icao_g1, integrated ? PACE_INTEGRATED : PACE_GENERIC, true);
        for (len = 0; len <= sizeof z; len++) {
            bool fits = len != 0 && (len == good[integrated][0] || len == good[integrated][1]);

            assert_int_equal(pace_decrypt_nonce(&run.pace, &password, bytes_of(z, len)),
                             fits ? DR_OK : DR_ERR_PROTOCOL);
        }
        if (integrated) {
            assert_int_equal(pace_map(&run.pace, bytes_of(z, 1)), DR_ERR_PROTOCOL); /* DO82 must be empty */
        }
        pace_end(&run.pace);
    }
}

/* A nonce of zeros: what the password enciphers to them. */
static void zero_nonce(void **state)
{
    static const uint8_t zero[16];
    uint8_t k_pi[16], z[16];
    struct pace_password password;
    struct run run;

    (void)state;
    begin(&run, &icao_g1, PACE_GENERIC, true);
    set_password(&icao_g1, &password);
    hex_bytes(icao_g1.k_pi, k_pi, 16);
    assert_int_equal(cipher_cbc_encrypt(CIPHER_AES128, k_pi, NULL, zero, 16, z), DR_OK);
    assert_int_equal(pace_decrypt_nonce(&run.pace, &password, bytes_of(z, 16)), DR_ERR_PROTOCOL);
    pace_end(&run.pace);
}

/* App. H: the pseudo-random number before its reduction; and its length for long keys, with AES-192's truncation working. */
static void pseudo_random(void **state)
{
    uint8_t s[32], t[32] = {1}, out[320], again[320];
    size_t len = sizeof out;

    (void)state;
    hex_bytes(icao_h1.t, t, 16);
    assert_int_equal(pace_pseudo_random(CIPHER_AES128, hex_bytes(icao_h1.s, s, 16), t, 256, out, &len), DR_OK);
    assert_hex(bytes_of(out, len), icao_h1.pseudo_random);
    len = sizeof out;
    hex_bytes(icao_h2.t, t, 16);
    assert_int_equal(pace_pseudo_random(CIPHER_AES128, hex_bytes(icao_h2.s, s, 16), t, 1024, out, &len), DR_OK);
    assert_hex(bytes_of(out, len), icao_h2.pseudo_random);
    memset(s, 0x5A, sizeof s);
    len = sizeof out;
    assert_int_equal(pace_pseudo_random(CIPHER_AES192, bytes_of(s, 32), t, 521, out, &len), DR_OK);
    assert_int_equal(len, 96);
    t[24] ^= 0xFF; /* beyond the key */
    assert_int_equal(pace_pseudo_random(CIPHER_AES192, bytes_of(s, 32), t, 521, again, &len), DR_OK);
    assert_memory_equal(out, again, len);
    len = sizeof out;
    assert_int_equal(pace_pseudo_random(CIPHER_AES256, bytes_of(s, 32), t, 2048, out, &len), DR_OK);
    assert_int_equal(len, 288);
    len = sizeof out;
    assert_int_equal(pace_pseudo_random(CIPHER_3DES_2KEY, bytes_of(s, 16), t, 2048, out, &len), DR_OK);
    assert_int_equal(len, 272);
    assert_int_equal(pace_pseudo_random(CIPHER_AES256, bytes_of(s, 16), t, 256, out, &len), DR_ERR_ARGUMENT);
}

/* 9.7.3 and App. G: K = all of SHA-1 over the MRZ information; CAN as it is printed. */
static void passwords(void **state)
{
    struct pace_password password;
    struct mrz mrz = {
        .format = MRZ_TD3, .document_number = "T22000129", .date_of_birth = "640812", .date_of_expiry = "101031"};

    (void)state;
    assert_int_equal(pace_password_from_mrz(&mrz, &password), DR_OK);
    assert_int_equal(password.id, PACE_PASSWORD_MRZ);
    assert_hex(bytes_of(password.octets, password.len), "7e2d2a41c74ea0b38cd36f863939bfa8e9032aad");
    assert_int_equal(pace_password_from_can(bytes_of("123456", 6), &password), DR_OK);
    assert_int_equal(password.id, PACE_PASSWORD_CAN);
    assert_hex(bytes_of(password.octets, password.len), "313233343536");
    assert_int_equal(pace_password_from_can(bytes_of("123", 3), &password), DR_ERR_ARGUMENT);
    assert_int_equal(pace_password_from_can(bytes_of("123456789012345678901", 21), &password), DR_ERR_ARGUMENT);
}

static int start_random(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {3};

    (void)state;
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_examples),
        cmocka_unit_test(icao_chip_authentication_mapping),
        cmocka_unit_test(chip_authentication_data_that_is_none),
        cmocka_unit_test(keys_are_gone_afterwards),
        cmocka_unit_test(reflected_keys),
        cmocka_unit_test(nonces_of_wrong_length),
        cmocka_unit_test(zero_nonce),
        cmocka_unit_test(pseudo_random),
        cmocka_unit_test(passwords),
    };

    return cmocka_run_group_tests(tests, start_random, NULL);
}
