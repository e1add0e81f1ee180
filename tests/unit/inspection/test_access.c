/* How a chip is opened: PACE where it is offered, else BAC, and no way down after a failure. */
#include "inspection/chip_reader.h"
#include "inspection/read_chip.h"

#include "emrtd/fake_chip.h"

#include "crypto/drbg.h"
#include "emrtd/pace.h"

static struct fake_chip chip;
static struct inspection_work work;
static struct inspection_findings findings;
static struct mrz printed;
static uint8_t sod[300], dg1[95];
static uint32_t now;

/* The chip's side of PACE with generic mapping on brainpoolP256r1 and AES-128: its files' MRZ is the password. */
static struct {
    uint8_t file[256];
    uint16_t mse_sw;       /* answer to MSE:Set AT; 0: it does it */
    uint8_t only;          /* refuses every protocol but the one that ends so; 0: takes any */
    bool wrong_token;      /* sends one that is none */
    unsigned sets, tokens; /* what it was asked */
    struct pace pace;
    uint8_t protocol[10];
    unsigned step;
} card;

#define GM_AES128 "3012060a04007f0007020204020202010202010d"
#define GM_AES256 "3012060a04007f0007020204020402010202010d"

static uint32_t ticks(void *ctx)
{
    (void)ctx;
    return now += 10;
}

static const struct port_system port_system = {.ticks_ms = ticks};

static void begin_pace(const struct fake_command *command)
{
    struct pace_info info = {.mapping = PACE_GENERIC, .is_ec = true, .cipher = CIPHER_AES128, .parameter_id = 13};
    struct bytes value;

    assert_int_equal(tlv_find(bytes_of(command->data, command->data_len), 0x80, &value), DR_OK);
    assert_int_equal(value.len, sizeof card.protocol);
    memcpy(card.protocol, value.data, value.len);
    info.protocol = bytes_of(card.protocol, sizeof card.protocol);
    info.cipher = value.data[9] == 4 ? CIPHER_AES256 : CIPHER_AES128;
    assert_int_equal(tlv_find(bytes_of(command->data, command->data_len), 0x83, &value), DR_OK);
    assert_int_equal(value.data[0], PACE_PASSWORD_MRZ);
    assert_int_equal(tlv_find(bytes_of(command->data, command->data_len), 0x84, &value), DR_OK);
    assert_int_equal(value.data[0], 13);
    assert_int_equal(command->le, 0);
    if (card.step != 0) {
        pace_end(&card.pace);
    }
    assert_int_equal(pace_begin(&card.pace, &info), DR_OK);
    card.step = 1;
}

static void encipher_nonce(uint8_t z[16])
{
    struct mrz own = {MRZ_TD3, "P", "UTO", "L898902C3", "UTO", "740812", "301231"};
    struct pace_password password;
    uint8_t key[32];

    assert_int_equal(pace_password_from_mrz(&own, &password), DR_OK);
    assert_int_equal(kdf_derive(card.pace.info.cipher, bytes_of(password.octets, password.len), KDF_PASSWORD, key),
                     DR_OK);
    memset(card.pace.nonce, 0x3C, 16);
    card.pace.nonce_len = 16;
    assert_int_equal(cipher_cbc_encrypt(card.pace.info.cipher, key, NULL, card.pace.nonce, 16, z), DR_OK);
}

static size_t answer(uint8_t *out, uint8_t tag, struct bytes value)
{
    size_t inner = tlv_write_header(out + 4, 4, tag, value.len);
    uint8_t header[4];
    size_t outer = tlv_write_header(header, 4, 0x7C, inner + value.len);

    memmove(out + outer, out + 4, inner);
    memcpy(out, header, outer);
    memcpy(out + outer + inner, value.data, value.len);
    return outer + inner + value.len;
}

static uint16_t general_authenticate(const struct fake_command *command, uint8_t *out, size_t *len)
{
    struct bytes data, theirs = bytes_of(NULL, 0), own;
    uint8_t z[16];

    assert_int_equal(tlv_find(bytes_of(command->data, command->data_len), 0x7C, &data), DR_OK);
    switch (card.step++) {
    case 1:
        assert_int_equal(data.len, 0);
        encipher_nonce(z);
        *len = answer(out, 0x80, bytes_of(z, 16));
        return 0x9000;
    case 2:
        assert_int_equal(tlv_find(data, 0x81, &theirs), DR_OK);
        assert_int_equal(pace_mapping_data(&card.pace, &own), DR_OK);
        *len = answer(out, 0x82, own);
        assert_int_equal(pace_map(&card.pace, theirs), DR_OK);
        return 0x9000;
    case 3:
        assert_int_equal(tlv_find(data, 0x83, &theirs), DR_OK);
        assert_int_equal(pace_public_key(&card.pace, &own), DR_OK);
        *len = answer(out, 0x84, own);
        assert_int_equal(pace_agree(&card.pace, theirs), DR_OK);
        return 0x9000;
    default:
        card.tokens++;
        assert_int_equal(tlv_find(data, 0x85, &theirs), DR_OK);
        if (pace_verify_token(&card.pace, theirs) != DR_OK) {
            return 0x6300;
        }
        card.pace.token[0] ^= card.wrong_token ? 1 : 0;
        *len = answer(out, 0x86, bytes_of(card.pace.token, 8));
        chip.algorithm = card.pace.info.cipher;
        memcpy(chip.ks_enc, card.pace.sm.ks_enc, 32);
        memcpy(chip.ks_mac, card.pace.sm.ks_mac, 32);
        memset(chip.ssc, 0, sizeof chip.ssc);
        chip.secure = true;
        return 0x9000;
    }
}

static uint16_t process(struct fake_chip *fake, const struct fake_command *command, uint8_t *out, size_t *len)
{
    (void)fake;
    if (command->ins == 0x22 && command->p1 == 0xC1 && command->p2 == 0xA4) {
        card.sets++;
        begin_pace(command);
        if (card.mse_sw != 0 || (card.only != 0 && card.protocol[9] != card.only)) {
            return card.mse_sw != 0 ? card.mse_sw : 0x6A80;
        }
        return 0x9000;
    }
    if (command->ins == 0x86 && card.step != 0) {
        return general_authenticate(command, out, len);
    }
    return 0x6D00;
}

static int stop(void **state)
{
    (void)state;
    if (card.step != 0) {
        pace_end(&card.pace);
        card.step = 0;
    }
    return 0;
}

static int start(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {1};
    uint8_t information[MRZ_INFORMATION_MAX];
    size_t len;

    stop(state);
    (void)state;
    assert_int_equal(drbg_init(seed, bytes_of(NULL, 0)), DR_OK);
    printed = (struct mrz){MRZ_TD3, "P", "UTO", "L898902C3", "UTO", "740812", "301231"};
    memset(&card, 0, sizeof card);
    fake_chip_init(&chip);
    chip.needs_access = true;
    chip.more = process;
    assert_int_equal(mrz_information(&printed, information, &len), DR_OK);
    assert_int_equal(bac_derive_keys(bytes_of(information, len), &chip.keys), DR_OK);
    memcpy(sod, "\x77\x82\x01\x28", 4);
    memcpy(dg1, "\x61\x5D", 2);
    fake_chip_add_file(&chip, 0x011D, 0x1D, bytes_of(sod, sizeof sod));
    fake_chip_add_file(&chip, 0x0101, 0x01, bytes_of(dg1, sizeof dg1));
    now = 0;
    memset(&work, 0xA5, sizeof work);
    memset(&findings, 0, sizeof findings);
    return 0;
}

static void read_it(const char *card_access)
{
    const struct inspection_context context = {.nfc = &chip.port, .system = &port_system, .wait_ms = 500};

    if (card_access != NULL) {
        fake_chip_add_file(&chip, 0x011C, 0x1C, hex_bytes(card_access, card.file, sizeof card.file));
    }
    inspection_read_chip(&context, &printed, &work, &findings);
    assert_false(chip.active);
}

static void assert_opened(enum access_way way)
{
    assert_true(findings.reasons == 0);
    assert_int_equal(findings.checks.access, way);
    assert_int_equal(work.sod_len, sizeof sod);
    assert_int_equal(work.dg1_len, sizeof dg1);
    assert_false(chip.saw_plain_in_secure);
}

static void pace_opens_it(void **state)
{
    (void)state;
    chip.challenge_sw = 0x6A88; /* and nothing else does */
    read_it("3114" GM_AES128);
    assert_opened(ACCESS_PACE_GM);
    assert_int_equal(chip.activations, 1);
    assert_int_equal(card.sets, 1);
}

static void the_best_first_then_the_next(void **state)
{
    (void)state;
    card.only = 2;
    read_it("3128" GM_AES128 GM_AES256);
    assert_opened(ACCESS_PACE_GM);
    assert_int_equal(card.sets, 2);
    assert_int_equal(chip.algorithm, CIPHER_AES128);
    assert_int_equal(chip.activations, 1);
}

/* BAC would open it with the same MRZ's keys: it must not be tried. */
static void another_documents_mrz(void **state)
{
    (void)state;
    strcpy(printed.document_number, "L898902C4");
    read_it("3114" GM_AES128);
    assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_ACCESS_DENIED));
    assert_int_equal(card.tokens, 1); /* no second guess */
    assert_int_equal(chip.activations, 1);
    assert_int_equal(findings.checks.access, ACCESS_NOT_DONE);
}

/* No way down after a wrong token, an offer that cannot be used, or an EF.CardAccess that is none. */
static void never_a_silent_downgrade(void **state)
{
    static const char *const offers[] = {
        "3114" GM_AES128, /* with a wrong token */
        "3114"
        "3012060a04007f00070202040202020102020"
        "11f", /* parameterId 31 */
        "3114"
        "3012060a04007f0007020204020202010102010d", /* version 1 */
        "45462e43617264416363657373",               /* no TLV */
        "3184"
        "7fffffff", /* endless */
        "31023000", /* no OID */
    };
    size_t i;

    for (i = 0; i < sizeof offers / sizeof offers[0]; i++) {
        start(state);
        card.wrong_token = true;
        read_it(offers[i]);
        assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_PACE_FAILED));
        assert_int_equal(chip.activations, 1);
        assert_int_equal(work.sod_len + work.dg1_len, 0);
    }
}

/* Files that name no PACE of the standard: BAC is the way in (9303-11 4.2). */
static void bac_where_pace_is_not_offered(void **state)
{
    static const char *const files[] = {
        NULL, "3100", "31143012060a04007f0007020204090202010202010d", /* a mapping nobody knows */
        "3111300f060a04007f00070202030202020102",                     /* Chip Authentication alone */
    };
    size_t i;

    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        start(state);
        read_it(files[i]);
        assert_opened(ACCESS_BAC);
        assert_int_equal(card.sets, 0);
        assert_int_equal(chip.activations, 1);
    }
}

/* Refused at MSE:Set AT, each of them: then BAC, the field having been off in between. */
static void bac_where_pace_is_refused_at_once(void **state)
{
    (void)state;
    card.mse_sw = 0x6A80;
    read_it("3128" GM_AES128 GM_AES256);
    assert_opened(ACCESS_BAC);
    assert_int_equal(card.sets, 2);
    assert_int_equal(chip.activations, 2);
}

static void card_access_behind_the_mf(void **state)
{
    (void)state;
    chip.mf_first = true;
    chip.challenge_sw = 0x6D00;
    read_it("3114" GM_AES128);
    assert_opened(ACCESS_PACE_GM);
    start(state);
    chip.mf_first = true;
    chip.challenge_sw = 0x6D00;
    chip.select_sw = 0x6982; /* as a chip with PACE says (4.4.2) */
    read_it(NULL);
    assert_true((findings.reasons & BECAUSE_BIT(BECAUSE_ACCESS_DENIED)) != 0);
}

/* What a chip took amiss is remembered, and it is opened again without asking; it does not go on for ever. */
static void a_lost_session_is_opened_again(void **state)
{
    (void)state;
    chip.max_read = 160;
    chip.too_long_sw = 0x6700;
    chip.too_long_bare = true;
    read_it("3114" GM_AES128);
    assert_opened(ACCESS_PACE_GM);
    assert_true(chip.activations > 1);
    start(state);
    chip.max_read = 8;
    chip.too_long_sw = 0x6700;
    chip.too_long_bare = true;
    read_it("3114" GM_AES128);
    assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_SESSION_LOST));
    assert_in_range(chip.activations, 2, 8);
}

/* It may leave at any exchange. */
static void it_slips(void **state)
{
    unsigned total, at;

    read_it("3114" GM_AES128);
    total = chip.exchanges;
    for (at = 1; at <= total; at++) {
        start(state);
        chip.leave_after = at;
        read_it("3114" GM_AES128); /* and stays away: leave_after holds */
        assert_true(findings.reasons == BECAUSE_BIT(BECAUSE_CHIP_REMOVED));
        assert_int_equal(chip.activations, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pace_opens_it, start, stop),
        cmocka_unit_test_setup_teardown(the_best_first_then_the_next, start, stop),
        cmocka_unit_test_setup_teardown(another_documents_mrz, start, stop),
        cmocka_unit_test_setup_teardown(never_a_silent_downgrade, start, stop),
        cmocka_unit_test_setup_teardown(bac_where_pace_is_not_offered, start, stop),
        cmocka_unit_test_setup_teardown(bac_where_pace_is_refused_at_once, start, stop),
        cmocka_unit_test_setup_teardown(card_access_behind_the_mf, start, stop),
        cmocka_unit_test_setup_teardown(a_lost_session_is_opened_again, start, stop),
        cmocka_unit_test_setup_teardown(it_slips, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
