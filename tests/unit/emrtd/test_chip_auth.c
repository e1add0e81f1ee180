#include "emrtd/fake_chip.h"

#include "crypto/drbg.h"
#include "emrtd/chip_auth.h"

/* The chip's side of Chip Authentication, and what it does wrong. */
static struct {
    struct agreement agreement; /* its static key pair */
    uint8_t public_key[AGREEMENT_MAX_PUBLIC];
    size_t public_key_len;
    enum cipher_algorithm cipher;
    uint16_t kat_sw, at_sw, authenticate_sw; /* 0: it does it */
    bool wrong_key;                          /* does not have the private key */
    bool old_keys;                           /* says 9000 and goes on as before */
    bool no_template;                        /* answers GENERAL AUTHENTICATE without 7C */
    uint8_t expected_key_id;                 /* 0: DO84 must not come */

    unsigned kats, ats;
    bool pending;
    uint8_t ks_enc[32], ks_mac[32];
    uint8_t last_public[AGREEMENT_MAX_PUBLIC]; /* the terminal's */
} ca;

static void agree_on(struct bytes theirs)
{
    uint8_t shared[AGREEMENT_MAX_SHARED];
    size_t len = sizeof shared;

    assert_memory_not_equal(ca.last_public, theirs.data, theirs.len); /* a new key pair each time */
    memcpy(ca.last_public, theirs.data, theirs.len);
    assert_int_equal(agreement_shared(&ca.agreement, theirs, shared, &len), DR_OK);
    shared[0] ^= ca.wrong_key ? 1 : 0;
    assert_int_equal(kdf_derive(ca.cipher, bytes_of(shared, len), KDF_ENC, ca.ks_enc), DR_OK);
    assert_int_equal(kdf_derive(ca.cipher, bytes_of(shared, len), KDF_MAC, ca.ks_mac), DR_OK);
    ca.pending = !ca.old_keys;
}

static void check_key_id(struct bytes data)
{
    struct bytes id;

    if (ca.expected_key_id == 0) {
        assert_int_equal(tlv_find(data, 0x84, &id), DR_ERR_NOT_FOUND);
    } else {
        assert_int_equal(tlv_find(data, 0x84, &id), DR_OK);
        assert_int_equal(id.len, 1);
        assert_int_equal(id.data[0], ca.expected_key_id);
    }
}

static uint16_t process(struct fake_chip *chip, const struct fake_command *command, uint8_t *out, size_t *len)
{
    struct bytes data = bytes_of(command->data, command->data_len), value;

    assert_true(chip->secure);
    if (command->ins == 0x22 && command->p1 == 0x41 && command->p2 == 0xA6) {
        ca.kats++;
        assert_int_equal(command->le, 0);
        check_key_id(data);
        if (ca.kat_sw != 0) {
            return ca.kat_sw;
        }
        assert_int_equal(tlv_find(data, 0x91, &value), DR_OK);
        agree_on(value);
        return 0x9000;
    }
    if (command->ins == 0x22 && command->p1 == 0x41 && command->p2 == 0xA4) {
        ca.ats++;
        assert_int_equal(command->le, 0);
        check_key_id(data);
        assert_int_equal(tlv_find(data, 0x80, &value), DR_OK);
        assert_int_equal(value.len, 10);
        return ca.at_sw != 0 ? ca.at_sw : 0x9000;
    }
    if (command->ins == 0x86) {
        assert_int_equal(command->le, 256);
        if (ca.authenticate_sw != 0) {
            return ca.authenticate_sw;
        }
        assert_int_equal(tlv_find(data, 0x7C, &value), DR_OK);
        assert_int_equal(tlv_find(value, 0x80, &value), DR_OK);
        agree_on(value);
        if (!ca.no_template) {
            memcpy(out, "\x7C\x00", 2);
            *len = 2;
        }
        return 0x9000;
    }
    return 0x6D00;
}

static void answered(struct fake_chip *chip)
{
    if (ca.pending) {
        ca.pending = false;
        chip->algorithm = ca.cipher;
        memcpy(chip->ks_enc, ca.ks_enc, 32);
        memcpy(chip->ks_mac, ca.ks_mac, 32);
        memset(chip->ssc, 0, sizeof chip->ssc);
    }
}

static const uint8_t protocol[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02, 0x02};
static const uint8_t dg1[] = {0x61, 0x05, 0x5F, 0x1F, 0x02, 'A', 'B'};

struct bench {
    struct fake_chip chip;
    struct session session;
    struct chip_auth run;
    struct chip_auth_info info;
};

static void setup(struct bench *bench, unsigned parameter_id, enum cipher_algorithm cipher)
{
    memset(&ca, 0, sizeof ca);
    memset(&bench->info, 0, sizeof bench->info);
    assert_int_equal(agreement_standard_domain(parameter_id, &bench->info.domain), DR_OK);
    assert_int_equal(agreement_begin(&ca.agreement, &bench->info.domain), DR_OK);
    ca.public_key_len = sizeof ca.public_key;
    assert_int_equal(agreement_generate(&ca.agreement, ca.public_key, &ca.public_key_len), DR_OK);
    ca.cipher = cipher;
    bench->info.is_ec = parameter_id >= 8;
    bench->info.cipher = cipher;
    bench->info.protocol = bytes_of(protocol, sizeof protocol);
    bench->info.public_key = bytes_of(ca.public_key, ca.public_key_len);
    fake_chip_init(&bench->chip);
    fake_chip_add_file(&bench->chip, 0x0101, 0x01, bytes_of(dg1, sizeof dg1));
    bench->chip.needs_access = true;
    bench->chip.more = process;
    bench->chip.answered = answered;
    session_init(&bench->session, &bench->chip.port, NULL, NULL);
    assert_int_equal(session_activate(&bench->session), DR_OK);
    fake_chip_share_keys(&bench->chip, &bench->session, CIPHER_3DES_2KEY);
}

static enum dr_status read_dg1(struct bench *bench)
{
    uint8_t file[64];
    size_t len = sizeof file;

    return session_read_file_into(&bench->session, LDS_DG1, file, &len);
}

static void end(void)
{
    agreement_end(&ca.agreement);
}

/* TR-03105-5.1 D_01, D_02: DH and ECDH, each cipher; what is read next verifies under the new keys. */
static void agrees_on_new_keys(void **state)
{
    static const struct {
        unsigned parameter_id;
        enum cipher_algorithm cipher;
    } ways[] = {{12, CIPHER_3DES_2KEY}, {13, CIPHER_AES128}, {16, CIPHER_AES192},  {18, CIPHER_AES256},
                {8, CIPHER_3DES_2KEY},  {0, CIPHER_AES128},  {0, CIPHER_3DES_2KEY}};
    struct bench bench;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        setup(&bench, ways[i].parameter_id, ways[i].cipher);
        assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_OK);
        assert_int_equal(ca.kats, ways[i].cipher == CIPHER_3DES_2KEY);
        assert_int_equal(ca.ats, ways[i].cipher != CIPHER_3DES_2KEY);
        assert_int_equal(bench.session.sm.algorithm, ways[i].cipher);
        assert_memory_equal(bench.session.sm.ks_mac, ca.ks_mac, cipher_key_size(ways[i].cipher));
        assert_int_equal(read_dg1(&bench), DR_OK);
        end();
    }
}

/* D_03 to D_05: the key is named where it has a number. */
static void names_the_key(void **state)
{
    static const enum cipher_algorithm ciphers[] = {CIPHER_3DES_2KEY, CIPHER_AES128};
    struct bench bench;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        setup(&bench, 13, ciphers[i]);
        bench.info.has_key_id = true;
        bench.info.key_id = ca.expected_key_id = 0x2A;
        assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_OK);
        assert_int_equal(read_dg1(&bench), DR_OK);
        end();
    }
}

/* 8.5 note 1: some 3DES chips know only MSE:Set AT; the same session serves. */
static void falls_back_to_set_at(void **state)
{
    struct bench bench;

    (void)state;
    setup(&bench, 12, CIPHER_3DES_2KEY);
    ca.kat_sw = 0x6A80;
    assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_OK);
    assert_int_equal(ca.kats, 1);
    assert_int_equal(ca.ats, 1);
    assert_int_equal(read_dg1(&bench), DR_OK);
    end();
}

static void refused(void **state)
{
    static const struct {
        uint16_t at, authenticate;
    } answers[] = {{0x6A80, 0}, {0x6A88, 0}, {0, 0x6300}, {0, 0x6A80}};
    struct bench bench;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        setup(&bench, 13, CIPHER_AES128);
        ca.at_sw = answers[i].at;
        ca.authenticate_sw = answers[i].authenticate;
        assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_ERR_CARD_STATUS);
        assert_int_equal(bench.session.sm.algorithm, CIPHER_3DES_2KEY);
        assert_int_equal(read_dg1(&bench), DR_OK); /* under the old keys */
        end();
    }
}

/* A clone has the files, not the key. TR-03105-5.1 D_09: nor may it go on with the old keys. */
static void clones_show_at_the_next_answer(void **state)
{
    struct bench bench;
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        setup(&bench, 13, CIPHER_AES128);
        ca.wrong_key = i == 0;
        ca.old_keys = i == 1;
        assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_OK);
        assert_int_not_equal(read_dg1(&bench), DR_OK);
        assert_false(bench.session.is_protected);
        end();
    }
}

/* D_08, D_12: a static key that is none; nothing is sent. */
static void bad_static_keys(void **state)
{
    struct bench bench;
    unsigned exchanges;

    (void)state;
    setup(&bench, 13, CIPHER_AES128);
    exchanges = bench.chip.exchanges;
    ca.public_key[40] ^= 1;
    assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_ERR_MALFORMED);
    bench.info.public_key.len = 0;
    assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_ERR_MALFORMED);
    assert_int_equal(bench.chip.exchanges, exchanges);
    end();
    setup(&bench, 0, CIPHER_AES128);
    bench.info.domain.group.p = bytes_of(NULL, 0);
    assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_ERR_UNSUPPORTED);
    end();
}

static void keys_are_gone_afterwards(void **state)
{
    static const struct chip_auth none;
    struct bench bench;

    (void)state;
    setup(&bench, 13, CIPHER_AES128);
    assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_OK);
    assert_memory_equal(&bench.run, &none, sizeof none);
    end();
}

static void answer_without_template(void **state)
{
    struct bench bench;

    (void)state;
    setup(&bench, 13, CIPHER_AES128);
    ca.no_template = true;
    assert_int_equal(chip_auth_authenticate(&bench.session, &bench.info, &bench.run), DR_ERR_PROTOCOL);
    end();
}

/* Worked Example for Extended Access Control (BSI, 1.01): the secret that both sides agree on. */
static void eac_shared_secret(void **state)
{
    uint8_t secret[33], key[65], shared[66];
    size_t len = sizeof shared;
    struct ec_agree pcd;

    (void)state;
    assert_int_equal(ec_agree_begin(&pcd, CURVE_BP256), DR_OK);
    hex_bytes("00a6a4d255c5bf7a77ec3d0553db74f693cf044e18c98364d4977a296108af19bd", secret, sizeof secret);
    assert_int_equal(mbedtls_mpi_read_binary(&pcd.secret, secret, sizeof secret), 0);
    assert_int_equal(
        ec_agree_shared(
            &pcd,
            hex_bytes("04a44ebe5451df7aadb01e459b8c928a87746a57927c8c28a6775c97a7e1fe8d9a46ff4a1cc7e4d1389aea"
                      "19758e4f75c28c598fd734aebeb135337cf95be12e94",
                      key, sizeof key),
            shared, &len),
        DR_OK);
    assert_hex(bytes_of(shared, len), "791da04273ccfe862e52df60347e2557192e1f8d7517822ce3d306056c1cdeb4");
    ec_agree_end(&pcd);
}

static int start_random(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {8};

    (void)state;
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_on_new_keys),
        cmocka_unit_test(names_the_key),
        cmocka_unit_test(falls_back_to_set_at),
        cmocka_unit_test(refused),
        cmocka_unit_test(clones_show_at_the_next_answer),
        cmocka_unit_test(bad_static_keys),
        cmocka_unit_test(keys_are_gone_afterwards),
        cmocka_unit_test(answer_without_template),
        cmocka_unit_test(eac_shared_secret),
    };

    return cmocka_run_group_tests(tests, start_random, NULL);
}
