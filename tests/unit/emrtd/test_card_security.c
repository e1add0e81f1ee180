#include "crypto/json_reader.h"
#include "emrtd/hex_bytes.h"

#include "crypto/drbg.h"
#include "emrtd/card_security.h"
#include "emrtd/icao_pace.h"
#include "emrtd/passive_auth.h"

/* EF.CardSecurity of the Worked Example for Extended Access Control (BSI, 1.01), from testdata/vectors; false when absent. */
static bool load(uint8_t *file, struct bytes *whole)
{
    const char *testdata = getenv("DOCREV_TESTDATA");
    char folder[300];
    struct json json;

    if (testdata == NULL) {
        return false;
    }
    (void)snprintf(folder, sizeof folder, "%s/vectors", testdata);
    if (!json_read(folder, "bsi_tr03110_eac_worked_example.json", &json)) {
        return false;
    }
    *whole = json_hex(&json, json_get(&json, 0, "tc_ecdh_ef_cardsecurity"), file, 2100);
    json_free(&json);
    return true;
}

static void eac_example(void **state)
{
    uint8_t data[2100];
    struct certificate certificate;
    struct lds_sod file;
    struct bytes whole, infos, point;
    enum curve_id curve;
    size_t i;

    (void)state;
    if (!load(data, &whole)) {
        skip();
    }
    assert_int_equal(card_security_read(whole, &file, &infos), DR_OK);
    assert_int_equal(chip_auth_key_find(infos, 1, &curve, &point), DR_OK);
    assert_int_equal(curve, CURVE_BP256);
    assert_int_equal(certificate_read(file.signer_certificate, &certificate), DR_OK);
    assert_int_equal(cms_verify(&file.cms, &file.signer, &certificate.key), DR_OK);
    /* Any change of the SecurityInfos shows. */
    for (i = 0; i < infos.len; i += 13) {
        size_t at = (size_t)(infos.data - data) + i;

        data[at] ^= 0x01;
        assert_int_not_equal(cms_verify(&file.cms, &file.signer, &certificate.key), DR_OK);
        data[at] ^= 0x01;
    }
    assert_int_not_equal(card_security_read(bytes_of(data, whole.len - 1), &file, &infos), DR_OK);
    assert_int_not_equal(card_security_read(bytes_of(data, 0), &file, &infos), DR_OK);
    data[whole.len] = 0;
    assert_int_equal(card_security_read(bytes_of(data, whole.len + 1), &file, &infos), DR_ERR_MALFORMED);
}

/* An EF.SOD says nothing of keys: its content type is another. */
static void other_content_types(void **state)
{
    uint8_t data[2100];
    struct lds_sod file;
    struct bytes whole, infos;
    size_t i;

    (void)state;
    if (!load(data, &whole)) {
        skip();
    }
    for (i = 0; i + 8 < whole.len && memcmp(data + i, "\x04\x00\x7F\x00\x07\x03\x02\x01", 8) != 0; i++) {
    }
    data[i + 7] = 2;
    assert_int_equal(card_security_read(whole, &file, &infos), DR_ERR_MALFORMED);
}

/* ChipAuthenticationPublicKeyInfo of 9303-11 App. I.1 in a SET, its keyId to be filled in. */
#define INFOS(id)                                                                                                      \
    "31643062060904007f0007020201023052300c060704007f0007010202010d0342000418727094"                                   \
    "94399e7470a6431be25e83eee24fea"                                                                                   \
    "568c2ed28db48e05db3a610dc884d256a40e35efcb59bf6753d3a489d28c7a4d973c2da138a6e7a4a08f68e16f0201" id

static void icao_mapping(void **state)
{
    struct pace_chip_auth chip_auth = {.present = true, .parameter_id = 13, .data_len = 32, .mapping_key_len = 65};
    uint8_t file[128];
    struct bytes infos;

    (void)state;
    hex_bytes(icao_i1.chip_auth_data, chip_auth.data, sizeof chip_auth.data);
    hex_bytes(icao_i1.map_ic_public, chip_auth.mapping_key, sizeof chip_auth.mapping_key);
    assert_int_equal(security_infos_open(hex_bytes(INFOS("0d"), file, sizeof file), &infos), DR_OK);
    assert_int_equal(card_security_check_mapping(infos, &chip_auth), DR_OK);
    /* TR-03105-5.1 G_38 to G_40: another key, no such key. */
    chip_auth.data[3] ^= 1;
    assert_int_equal(card_security_check_mapping(infos, &chip_auth), DR_ERR_SIGNATURE);
    chip_auth.data[3] ^= 1;
    chip_auth.parameter_id = 12;
    assert_int_equal(card_security_check_mapping(infos, &chip_auth), DR_ERR_NOT_FOUND);
    assert_int_equal(security_infos_open(hex_bytes(INFOS("0c"), file, sizeof file), &infos), DR_OK);
    assert_int_equal(card_security_check_mapping(infos, &chip_auth),
                     DR_ERR_SIGNATURE); /* P-256's id, another curve's key */
}

static int start_random(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {4};

    (void)state;
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eac_example),
        cmocka_unit_test(other_content_types),
        cmocka_unit_test(icao_mapping),
    };

    return cmocka_run_group_tests(tests, start_random, NULL);
}
