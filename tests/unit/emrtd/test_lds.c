#include "emrtd/hex_bytes.h"

#include "emrtd/fixtures/sod.h"
#include "emrtd/lds.h"

#include <stdlib.h>

static uint8_t file[256];

static void file_table(void **state)
{
    int i;

    (void)state;
    for (i = LDS_DG1; i <= LDS_DG16; i++) {
        assert_int_equal(lds_file_info((enum lds_file)i)->fid, 0x0100 + i);
        assert_int_equal(lds_file_info((enum lds_file)i)->sfid, i);
    }
    assert_int_equal(lds_file_info(LDS_DG2)->tag, 0x75);
    assert_int_equal(lds_file_info(LDS_DG4)->tag, 0x76);
    assert_int_equal(lds_file_info(LDS_DG16)->tag, 0x70);
    assert_string_equal(lds_file_info(LDS_SOD)->name, "EF.SOD");
    assert_int_equal(lds_file_info(LDS_SOD)->fid, lds_file_info(LDS_CARD_SECURITY)->fid);
    assert_null(lds_file_info((enum lds_file)0));
    assert_null(lds_file_info(LDS_FILE_COUNT));
}

/* ICAO 9303-11 App. D.4: EF.COM of the example lists DG1 and DG2. */
static void icao_com(void **state)
{
    uint32_t groups;

    (void)state;
    assert_int_equal(
        lds_read_com(hex_bytes("60145f0104303130365f36063034303030305c026175", file, sizeof file), &groups), DR_OK);
    assert_int_equal(groups, 1U << 1 | 1U << 2);
}

static void com_with_unknown_tags_and_without_versions(void **state)
{
    uint32_t groups;

    (void)state;
    assert_int_equal(lds_read_com(hex_bytes("60075c0561ff6e7077", file, sizeof file), &groups), DR_OK);
    assert_int_equal(groups, 1U << 1 | 1U << 14 | 1U << 16);
}

/* TR-03105-5.1 LDS_A_01 to 03, A_09. */
static void broken_com(void **state)
{
    static const char *const files[] = {"",
                                        "60",
                                        "61045c026175",
                                        "60055c026175",
                                        "60035c026175",
                                        "60045c0261750000",
                                        "60065f010430313037",
                                        "600760145c026175",
                                        "60045c036175"};
    uint32_t groups;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_not_equal(lds_read_com(hex_bytes(files[i], file, sizeof file), &groups), DR_OK);
        assert_int_equal(groups, 0);
    }
}

static void dg1_of_a_passport(void **state)
{
    struct mrz mrz;

    (void)state;
    assert_int_equal(lds_read_dg1(bytes_of(fixture_dg1, sizeof fixture_dg1), &mrz), DR_OK);
    assert_int_equal(mrz.format, MRZ_TD3);
    assert_string_equal(mrz.document_number, "L898902C3");
    assert_string_equal(mrz.issuing_state, "UTO");
    assert_string_equal(mrz.date_of_expiry, "120415");
}

/* TR-03105-5.1 LDS_B_05 to 07, B_18, B_24. */
static void broken_dg1(void **state)
{
    struct mrz mrz;
    uint8_t copy[sizeof fixture_dg1 + 1];
    size_t len;

    (void)state;
    for (len = 0; len < sizeof fixture_dg1; len++) {
        assert_int_not_equal(lds_read_dg1(bytes_of(fixture_dg1, len), &mrz), DR_OK);
    }
    memcpy(copy, fixture_dg1, sizeof fixture_dg1);
    copy[sizeof fixture_dg1] = 0;
    assert_int_equal(lds_read_dg1(bytes_of(copy, sizeof copy), &mrz), DR_ERR_MALFORMED);
    copy[0] = 0x75;
    assert_int_equal(lds_read_dg1(bytes_of(copy, sizeof fixture_dg1), &mrz), DR_ERR_MALFORMED);
    copy[0] = 0x61;
    copy[3] = 0x1E;
    assert_int_equal(lds_read_dg1(bytes_of(copy, sizeof fixture_dg1), &mrz), DR_ERR_MALFORMED);
    copy[3] = 0x1F;
    copy[5 + 44] ^= 0x01; /* document number */
    assert_int_equal(lds_read_dg1(bytes_of(copy, sizeof fixture_dg1), &mrz), DR_ERR_CHECK_DIGIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_table),
        cmocka_unit_test(icao_com),
        cmocka_unit_test(com_with_unknown_tags_and_without_versions),
        cmocka_unit_test(broken_com),
        cmocka_unit_test(dg1_of_a_passport),
        cmocka_unit_test(broken_dg1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
