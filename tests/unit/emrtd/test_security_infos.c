#include "emrtd/hex_bytes.h"

#include "emrtd/security_infos.h"

/* Worked Example for Extended Access Control (BSI, 1.01): EF.CardAccess, ECDH. */
static const char eac_card_access[] =
    "3181c6300d060804007f00070202020201023012060a04007f000702020302020201020201013012060a04007f0007020204020202010202"
    "010d301c060904007f000702020302300c060704007f0007010202010d020101302f060804007f0007020206162368747470733a2f2f7777"
    "772e686a702d636f6e73756c74696e672e636f6d2f686f6d65303e060804007f000702020831323012060a04007f00070202030202020102"
    "020102301c060904007f000702020302300c060704007f0007010202010d020102";
/* The same document's SecurityInfos in EF.CardSecurity. */
static const char eac_card_security[] =
    "31820137300d060804007f00070202020201023012060a04007f000702020302020201020201013012060a04007f0007020204020202010202"
    "010d301c060904007f000702020302300c060704007f0007010202010d020101302f060804007f0007020206162368747470733a2f2f777777"
    "2e686a702d636f6e73756c74696e672e636f6d2f686f6d653017060a04007f0007020205020330090201010201010101003017060a04007f00"
    "07020205020330090201010201020101ff3019060904007f000702020502300c060704007f0007010202010d3062060904007f000702020102"
    "3052300c060704007f0007010202010d03420004a44ebe5451df7aadb01e459b8c928a87746a57927c8c28a6775c97a7e1fe8d9a46ff4a1cc7"
    "e4d1389aea19758e4f75c28c598fd734aebeb135337cf95be12e94020101";

/* PACEInfo 3012 060A <protocol> 020102 0201 <id>, as in 9303-11 App. G.1. */
#define PACE(protocol, id) "3012060a04007f0007020204" protocol "0201020201" id

/* ChipAuthenticationPublicKeyInfo on brainpoolP256r1 with the point of App. I.1, without and with a keyId. */
#define POINT                                                                                                          \
    "0418727094"                                                                                                       \
    "94399e7470a6431be25e83eee24fea568c2ed28db48e05db3a610dc884d256a40e35efcb59bf6753d3a489d28c7a4d973c2d"             \
    "a138a6e7a4a08f68e16f"
#define KEY "305f060904007f0007020201023052300c060704007f0007010202010d034200" POINT
#define KEY_ID(id) "3062060904007f0007020201023052300c060704007f0007010202010d034200" POINT "0201" id
#define CA(protocol) "300f060a04007f0007020203" protocol "020101"
#define CA_ID(protocol, id) "3012060a04007f0007020203" protocol "0201010201" id

static struct bytes open(const char *hex, uint8_t *file, size_t cap)
{
    struct bytes infos;

    assert_int_equal(security_infos_open(hex_bytes(hex, file, cap), &infos), DR_OK);
    return infos;
}

static void eac_example(void **state)
{
    uint8_t access[256], security[512];
    struct bytes infos = open(eac_card_access, access, sizeof access);
    struct bytes signed_infos = open(eac_card_security, security, sizeof security);
    struct chip_auth_info way;
    struct pace_info pace;
    enum curve_id curve;
    struct bytes point;
    unsigned place;

    (void)state;
    assert_int_equal(pace_info_choose(infos, 0, &pace, &place), DR_OK);
    assert_hex(pace.protocol, "04007f00070202040202");
    assert_int_equal(place, 2);
    assert_int_equal(pace.mapping, PACE_GENERIC);
    assert_true(pace.is_ec);
    assert_int_equal(pace.cipher, CIPHER_AES128);
    assert_int_equal(pace.parameter_id, 13);
    assert_int_equal(pace_info_choose(infos, 1U << 2, &pace, &place), DR_ERR_NOT_FOUND);
    /* Chip Authentication is version 2 there, which 9303 does not have. */
    assert_int_equal(chip_auth_info_choose(signed_infos, 0, &way, &place), DR_ERR_NOT_FOUND);
    assert_int_equal(chip_auth_key_find(signed_infos, 1, &curve, &point), DR_OK);
    assert_int_equal(curve, CURVE_BP256);
    assert_hex(point, "04a44ebe5451df7aadb01e459b8c928a87746a57927c8c28a6775c97a7e1fe8d9a46ff4a1cc7e4d1389aea19758e4f75"
                      "c28c598fd734aebeb135337cf95be12e94");
    assert_int_equal(chip_auth_key_find(signed_infos, 13, &curve, &point), DR_ERR_NOT_FOUND);
    assert_int_equal(chip_auth_key_find(infos, 1, &curve, &point), DR_ERR_NOT_FOUND);
    /* EF.CardSecurity of the example leaves out one info of EF.CardAccess (privileged terminals). */
    assert_false(security_infos_contain(signed_infos, infos));
    assert_true(security_infos_contain(infos, infos));
    assert_true(security_infos_have(infos, SECURITY_INFO_PACE));
    assert_false(security_infos_have(infos, SECURITY_INFO_CHIP_AUTH_KEY));
    assert_false(security_infos_have(infos, SECURITY_INFO_ACTIVE_AUTH));
}

/* 9303-11 App. I.1, in EF.CardSecurity: a key by standardized domain parameters, keyId = parameterId. */
static void icao_cam_key(void **state)
{
    uint8_t file[128];
    struct bytes infos = open("3164" KEY_ID("0d"), file, sizeof file);
    enum curve_id curve;
    struct bytes point;

    (void)state;
    assert_int_equal(chip_auth_key_find(infos, 13, &curve, &point), DR_OK);
    assert_int_equal(curve, CURVE_BP256);
    assert_int_equal(point.len, 65);
}

struct choice {
    const char *file;
    const char *protocol; /* NULL: none */
    unsigned place;
};

static void best_pace_info(void **state)
{
    static const struct choice choices[] = {
        /* Alone, in a SET or a SEQUENCE. */
        {"3114" PACE("0202", "0d"), "04007f00070202040202", 0},
        {"3014" PACE("0202", "0d"), "04007f00070202040202", 0},
        /* AES before 3DES, longer before shorter keys, the first of equals. */
        {"3128" PACE("0201", "0d") PACE("0202", "0d"), "04007f00070202040202", 1},
        {"3128" PACE("0204", "0c") PACE("0202", "0d"), "04007f00070202040204", 0},
        {"3128" PACE("0402", "0d") PACE("0202", "0d"), "04007f00070202040402", 0},
        /* A curve before a field, chip authentication mapping before all. */
        {"3128" PACE("0104", "02") PACE("0202", "0d"), "04007f00070202040202", 1},
        {"313c" PACE("0204", "0d") PACE("0602", "0d") PACE("0604", "0c"), "04007f00070202040604", 2},
        /* Not usable: P-224 with integrated mapping, reserved ids, field for curve, 3DES with CAM, unknown mappings. */
        {"3114" PACE("0402", "0a"), NULL, 0},
        {"3114" PACE("0202", "07"), NULL, 0},
        {"3114" PACE("0202", "13"), NULL, 0},
        {"3114" PACE("0202", "20"), NULL, 0},
        {"3114" PACE("0202", "02"), NULL, 0},
        {"3114" PACE("0102", "0d"), NULL, 0},
        {"3114" PACE("0601", "0d"), NULL, 0},
        {"3114" PACE("0502", "00"), NULL, 0},
        {"3114" PACE("0205", "0d"), NULL, 0},
        {"3114" PACE("0200", "0d"), NULL, 0},
        /* TR-03105-5.1 G_36: takes GM 3DES beside an OID that nobody has. */
        {"3128" PACE("0502", "02") PACE("0201", "0d"), "04007f00070202040201", 1},
        /* Version 1; without parameterId: the parameters would be explicit ones. */
        {"31143012060a04007f0007020204020202010102010d", NULL, 0},
        {"3111300f060a04007f00070202040202020102", NULL, 0},
        {"3100", NULL, 0},
    };
    uint8_t file[256];
    struct pace_info pace;
    unsigned place;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        struct bytes infos = open(choices[i].file, file, sizeof file);

        if (choices[i].protocol == NULL) {
            assert_int_equal(pace_info_choose(infos, 0, &pace, &place), DR_ERR_NOT_FOUND);
        } else {
            assert_int_equal(pace_info_choose(infos, 0, &pace, &place), DR_OK);
            assert_hex(pace.protocol, choices[i].protocol);
            assert_int_equal(place, choices[i].place);
        }
    }
}

/* 9303-11 4.2: BAC is for files without PACE; one that names PACE in a way that cannot be used is another matter. */
static void pace_is_offered(void **state)
{
    uint8_t file[64];

    (void)state;
    assert_true(pace_info_offered(open("3114" PACE("0202", "0d"), file, sizeof file)));
    assert_true(pace_info_offered(open("3114" PACE("0202", "1f"), file, sizeof file)));
    assert_true(pace_info_offered(open("31143012060a04007f0007020204020202010102010d", file, sizeof file)));
    assert_false(pace_info_offered(open("3114" PACE("0902", "0d"), file, sizeof file)));
    assert_false(pace_info_offered(open("3114" PACE("0205", "0d"), file, sizeof file)));
    assert_false(pace_info_offered(open("3114" PACE("0601", "0d"), file, sizeof file)));
    assert_false(pace_info_offered(open("3100", file, sizeof file)));
}

static void each_is_tried_once(void **state)
{
    uint8_t file[256];
    struct bytes infos = open("313c" PACE("0201", "0d") PACE("0204", "0c") PACE("0402", "10"), file, sizeof file);
    static const unsigned order[] = {1, 2, 0};
    security_info_set tried = 0;
    struct pace_info pace;
    unsigned place;
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++) {
        assert_int_equal(pace_info_choose(infos, tried, &pace, &place), DR_OK);
        assert_int_equal(place, order[i]);
        tried |= 1U << place;
    }
    assert_int_equal(pace_info_choose(infos, tried, &pace, &place), DR_ERR_NOT_FOUND);
}

static void best_chip_authentication(void **state)
{
    static const struct {
        const char *file;
        const char *protocol;
        int key_id; /* -1: none */
        unsigned place;
    } ways[] = {
        {"3172" KEY CA("0202"), "04007f00070202030202", -1, 1},
        {"318183" KEY CA("0201") CA("0203"), "04007f00070202030203", -1, 2},
        {"3178" KEY_ID("05") CA_ID("0201", "05"), "04007f00070202030201", 5, 1},
        /* Two keys: each info has its own. */
        {"3181f0" KEY_ID("01") KEY_ID("02") CA_ID("0201", "01") CA_ID("0204", "02"), "04007f00070202030204", 2, 3},
        /* tpr #99: key and info differ in keyId; the info's is named. But not where another fits. */
        {"3178" KEY_ID("05") CA_ID("0201", "06"), "04007f00070202030201", 6, 1},
        {"3175" KEY CA_ID("0201", "06"), "04007f00070202030201", 6, 1},
        {"31818c" KEY_ID("05") CA_ID("0204", "06") CA_ID("0201", "05"), "04007f00070202030201", 5, 2},
        /* A DH protocol with an EC key; version 2. */
        {"3172" KEY CA("0102"), NULL, 0, 0},
        {"3172" KEY "300f060a04007f00070202030202020102", NULL, 0, 0},
        /* FR: a key and nothing else. */
        {"3161" KEY, "04007f00070202030201", -1, 0},
        {"3111" CA("0202"), NULL, 0, 0},
    };
    uint8_t file[512];
    struct chip_auth_info way;
    unsigned place;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct bytes infos = open(ways[i].file, file, sizeof file);
        enum dr_status status = chip_auth_info_choose(infos, 0, &way, &place);

        assert_int_equal(status, ways[i].protocol != NULL ? DR_OK : DR_ERR_NOT_FOUND);
        if (status == DR_OK) {
            assert_hex(way.protocol, ways[i].protocol);
            assert_int_equal(way.has_key_id, ways[i].key_id >= 0);
            assert_int_equal(way.key_id, ways[i].key_id >= 0 ? ways[i].key_id : 0);
            assert_int_equal(way.domain.curve, CURVE_BP256);
            assert_hex(way.public_key, POINT);
            assert_int_equal(place, ways[i].place);
            assert_int_equal(chip_auth_info_choose(infos, 0xFFFFFFFFU, &way, &place), DR_ERR_NOT_FOUND);
        }
    }
}

/* X9.42 and PKCS #3 occur (9303-11 8.5 note 2), as do standardized parameters. */
static void diffie_hellman_keys(void **state)
{
    static const struct {
        const char *file;
        size_t p, q;
    } files[] = {
        {"313d300f060a04007f00070202030102020101302a060904007f000702020101301d301506072a8648ce3e0201300a02020101020102"
         "0201170304000"
         "20109",
         2, 1},
        {"313c300f060a04007f000702020301020201013029060904007f000702020101301c301406092a864886f70d010301300702020101020"
         "1"
         "020304000"
         "20109",
         2, 0},
    };
    uint8_t file[128];
    struct chip_auth_info way;
    unsigned place;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct bytes infos = open(files[i].file, file, sizeof file);

        assert_int_equal(chip_auth_info_choose(infos, 0, &way, &place), DR_OK);
        assert_false(way.is_ec);
        assert_int_equal(way.domain.curve, CURVE_NONE);
        assert_int_equal(way.domain.group.p.len, files[i].p);
        assert_int_equal(way.domain.group.q.len, files[i].q);
        assert_hex(way.public_key, "09");
    }
}

/* 9303-11 9.2.4: plain ECDSA by name, SHA-1 excluded, version 1. */
static void active_authentication_algorithm(void **state)
{
    static const struct {
        const char *file;
        enum dr_status status;
        enum hash_algorithm hash;
    } files[] = {
        {"31193017060667810801010502010106"
         "0a04007f00070101040103",
         DR_OK, HASH_SHA256},
        {"31193017060667810801010502010106"
         "0a04007f00070101040105",
         DR_OK, HASH_SHA512},
        {"31193017060667810801010502010106"
         "0a04007f00070101040101",
         DR_ERR_UNSUPPORTED, HASH_NONE},
        {"31193017060667810801010502010206"
         "0a04007f00070101040103",
         DR_ERR_UNSUPPORTED, HASH_NONE},
        {"31163014060667810801010502010106"
         "072a8648ce3d0402",
         DR_ERR_UNSUPPORTED, HASH_NONE},
        {"3100", DR_ERR_NOT_FOUND, HASH_NONE},
    };
    uint8_t file[64];
    enum hash_algorithm hash;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        hash = HASH_NONE;
        assert_int_equal(active_auth_info_find(open(files[i].file, file, sizeof file), &hash), files[i].status);
        assert_int_equal(hash, files[i].hash);
    }
}

static void malformed_files(void **state)
{
    static const char *const files[] = {
        "",
        "0400",                 /* no list */
        "3101",                 /* cut */
        "31023000",             /* an entry without OID */
        "310404020001",         /* an entry that is no SEQUENCE */
        "31063004060301020300", /* the OID runs past its entry */
        "7c02"
        "0000",
    };
    uint8_t file[64];
    struct bytes infos;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct bytes input = hex_bytes(files[i], file, sizeof file);

        assert_int_not_equal(security_infos_open(input, &infos), DR_OK);
    }
}

static void no_endless_lists(void **state)
{
    uint8_t file[4 + 5 * 33];
    struct bytes infos;
    unsigned count, i;

    (void)state;
    for (count = 32; count <= 33; count++) {
        file[0] = 0x31;
        file[1] = 0x81;
        file[2] = (uint8_t)(5 * count);
        for (i = 0; i < count; i++) {
            memcpy(file + 3 + 5 * i, "\x30\x03\x06\x01\x2A", 5);
        }
        assert_int_equal(security_infos_open(bytes_of(file, 3 + 5 * count), &infos),
                         count == 32 ? DR_OK : DR_ERR_TOO_LARGE);
    }
}

/* DG14 confirms EF.CardAccess entry by entry, octet for octet, unknown ones too (9303-11 9.2.11). */
static void card_access_confirmed(void **state)
{
    uint8_t access_file[64], signed_file[64];
    struct bytes access, signed_infos;

    (void)state;
    assert_int_equal(security_infos_open_dg14(hex_bytes("6e1d311b"
                                                        "300506032a0304" PACE("0202", "0d"),
                                                        signed_file, 64),
                                              &signed_infos),
                     DR_OK);
    access = open("3114" PACE("0202", "0d"), access_file, 64);
    assert_true(security_infos_contain(signed_infos, access));
    access = open("311b" PACE("0202", "0d") "300506032a0304", access_file, 64);
    assert_true(security_infos_contain(signed_infos, access));
    access = open("311b" PACE("0202", "0d") "300506032a0305", access_file, 64);
    assert_false(security_infos_contain(signed_infos, access));
    access = open("3114" PACE("0201", "0d"), access_file, 64);
    assert_false(security_infos_contain(signed_infos, access));
    assert_int_not_equal(security_infos_open_dg14(hex_bytes("6f02"
                                                            "3100",
                                                            signed_file, 64),
                                                  &signed_infos),
                         DR_OK);
    assert_int_not_equal(security_infos_open_dg14(hex_bytes("6e02"
                                                            "310000",
                                                            signed_file, 64),
                                                  &signed_infos),
                         DR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eac_example),           cmocka_unit_test(icao_cam_key),
        cmocka_unit_test(best_pace_info),        cmocka_unit_test(pace_is_offered),
        cmocka_unit_test(each_is_tried_once),    cmocka_unit_test(best_chip_authentication),
        cmocka_unit_test(diffie_hellman_keys),   cmocka_unit_test(active_authentication_algorithm),
        cmocka_unit_test(malformed_files),       cmocka_unit_test(no_endless_lists),
        cmocka_unit_test(card_access_confirmed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
