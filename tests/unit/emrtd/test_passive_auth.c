#include "emrtd/sod_builder.h"

#include "emrtd/passive_auth.h"
#include "trust/certificate.h"

#include <stdio.h>

#define IN_2030 INT64_C(1893456000)
#define IN_2036 INT64_C(2082758400)
#define IN_2024 INT64_C(1704067200)

/* A trust store of one block: the only leaf, with one anchor. */
static uint8_t store_block[BLOCK_TREE_BLOCK], scratch[BLOCK_TREE_BLOCK];
static struct csca_store store;

static enum dr_status read_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    (void)ctx;
    if (block != 0) {
        return DR_ERR_IO;
    }
    memcpy(data, store_block, BLOCK_TREE_BLOCK);
    return DR_OK;
}

static void fill_store(struct bytes certificate_der)
{
    struct certificate certificate;
    size_t len = 0;

    memset(store_block, 0, sizeof store_block);
    if (certificate_der.len > 0) {
        assert_int_equal(certificate_read(certificate_der, &certificate), DR_OK);
        put_be16(store_block, 1);
        assert_int_equal(csca_record_write(&certificate, store_block + 4, &len), DR_OK);
        put_be16(store_block + 2, (uint16_t)len);
    }
    store = (struct csca_store){.source = {.read = read_block, .block_count = 1}};
    assert_int_equal(hash_compute(HASH_SHA256, bytes_of(store_block, sizeof store_block), store.root), DR_OK);
}

static int set_up(void **state)
{
    (void)state;
    fill_store(bytes_of(fixture_csca, sizeof fixture_csca));
    return 0;
}

static struct lds_sod read_sod(const uint8_t *file, size_t len)
{
    struct lds_sod sod;

    assert_int_equal(lds_read_sod(bytes_of(file, len), &sod), DR_OK);
    return sod;
}

static void assert_no(const hardened *value)
{
    assert_int_equal(*value, HARDENED_NO);
}

static void genuine(void **state)
{
    const struct bytes files[] = {bytes_of(fixture_sod_v0, sizeof fixture_sod_v0),
                                  bytes_of(fixture_sod_v1, sizeof fixture_sod_v1)};
    struct passive_auth result;
    struct lds_sod sod;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        sod = read_sod(files[i].data, files[i].len);
        passive_auth_verify(&sod, &store, IN_2030, scratch, &result);
        assert_int_equal(result.sod, DR_OK);
        assert_int_equal(result.signature_status, DR_OK);
        assert_true(hardened_is_yes(&result.signature));
        assert_int_equal(result.chain.reason, CHAIN_OK);
        assert_true(hardened_is_yes(&result.chain.trusted));
        assert_true(hardened_is_yes(&result.genuine));
        assert_string_equal(result.signer_country, "UT");
    }
}

static void groups(void **state)
{
    struct lds_sod sod = read_sod(fixture_sod_v0, sizeof fixture_sod_v0);
    uint8_t dg1[sizeof fixture_dg1], digest[HASH_MAX_SIZE];
    hardened verdict;
    size_t at;

    (void)state;
    assert_int_equal(hash_compute(sod.digest, bytes_of(fixture_dg1, sizeof fixture_dg1), digest), DR_OK);
    verdict = passive_auth_group(&sod, 1, digest);
    assert_true(hardened_is_yes(&verdict));
    verdict = passive_auth_group(&sod, 2, digest);
    assert_no(&verdict);
    verdict = passive_auth_group(&sod, 3, digest); /* not listed */
    assert_no(&verdict);
    verdict = passive_auth_group(&sod, 0, digest);
    assert_no(&verdict);
    verdict = passive_auth_group(&sod, 17, digest);
    assert_no(&verdict);
    for (at = 0; at < sizeof dg1; at++) {
        memcpy(dg1, fixture_dg1, sizeof dg1);
        dg1[at] ^= 0x01;
        assert_int_equal(hash_compute(sod.digest, bytes_of(dg1, sizeof dg1), digest), DR_OK);
        verdict = passive_auth_group(&sod, 1, digest);
        assert_no(&verdict);
    }
}

/* Whatever octet of content, certificate, signed attributes and signature is changed: refused as a file, or not genuine. */
static void changed_sod(void **state)
{
    static uint8_t file[sizeof fixture_sod_v0];
    struct passive_auth result;
    struct lds_sod good = read_sod(fixture_sod_v0, sizeof fixture_sod_v0), sod;
    const struct bytes parts[] = {good.cms.content, good.signer_certificate, good.signer.signed_attributes,
                                  good.signer.signature};
    size_t i, at, end;

    (void)state;
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        at = (size_t)(parts[i].data - fixture_sod_v0);
        for (end = at + parts[i].len; at < end; at++) {
            memcpy(file, fixture_sod_v0, sizeof file);
            file[at] ^= 0x04;
            if (lds_read_sod(bytes_of(file, sizeof file), &sod) != DR_OK) {
                continue;
            }
            passive_auth_verify(&sod, &store, IN_2030, scratch, &result);
            if (result.genuine == HARDENED_YES) {
                fail_msg("octet %zu of the SOD does not matter", at);
            }
        }
    }
}

static void chain_decides_too(void **state)
{
    struct lds_sod sod = read_sod(fixture_sod_v0, sizeof fixture_sod_v0);
    struct passive_auth result;

    (void)state;
    passive_auth_verify(&sod, &store, IN_2036, scratch, &result);
    assert_true(hardened_is_yes(&result.signature));
    assert_int_equal(result.chain.reason, CHAIN_DSC_EXPIRED);
    assert_no(&result.genuine);
    passive_auth_verify(&sod, &store, IN_2024, scratch, &result);
    assert_int_equal(result.chain.reason, CHAIN_DSC_NOT_YET_VALID);
    assert_no(&result.genuine);

    fill_store(bytes_of(NULL, 0));
    passive_auth_verify(&sod, &store, IN_2030, scratch, &result);
    assert_true(hardened_is_yes(&result.signature));
    assert_int_equal(result.chain.reason, CHAIN_NO_CSCA_FOR_STATE);
    assert_no(&result.genuine);

    fill_store(bytes_of(fixture_csca, sizeof fixture_csca));
    store_block[10] ^= 1;
    passive_auth_verify(&sod, &store, IN_2030, scratch, &result);
    assert_int_equal(result.chain.reason, CHAIN_STORE_UNREADABLE);
    assert_no(&result.genuine);
}

static void no_certificate(void **state)
{
    static uint8_t built[8192];
    struct sod_parts parts = sod_take_apart(fixture_sod_v0, sizeof fixture_sod_v0);
    struct passive_auth result;
    struct lds_sod sod;
    struct bytes file;

    (void)state;
    parts.certificates = bytes_of(NULL, 0);
    file = sod_build(&parts, built, sizeof built);
    sod = read_sod(file.data, file.len);
    passive_auth_verify(&sod, &store, IN_2030, scratch, &result);
    assert_int_equal(result.sod, DR_ERR_NOT_FOUND);
    assert_no(&result.signature);
    assert_no(&result.chain.trusted);
    assert_no(&result.genuine);
}

/* Specimen of the BSI (2008): its SOD verifies under its own DSC, DG1, 2, 3, 14 match; its CSCA is not public. */
static struct bytes read_specimen(const char *name, uint8_t *out, size_t cap)
{
    const char *folder = getenv("DOCREV_TESTDATA");
    char path[512];
    size_t len;
    FILE *file;

    snprintf(path, sizeof path, "%s/specimen/bsi2008/%s", folder == NULL ? "" : folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        print_message("%s: not at hand in DOCREV_TESTDATA, skipped\n", name);
        skip();
    }
    len = fread(out, 1, cap, file);
    fclose(file);
    return bytes_of(out, len);
}

static void bsi_specimen(void **state)
{
    static const struct {
        unsigned group;
        const char *name;
        hardened expected;
    } groups[] = {{1, "Datagroup1.bin", HARDENED_YES},  {2, "Datagroup2.bin", HARDENED_YES},
                  {3, "Datagroup3.bin", HARDENED_YES},  {14, "Datagroup14.bin", HARDENED_YES},
                  {15, "Datagroup15.bin", HARDENED_NO}, {4, "Datagroup4.bin", HARDENED_NO}};
    static uint8_t file[40000], sod_file[2000];
    uint8_t digest[HASH_MAX_SIZE];
    struct bytes sod_bytes = read_specimen("EF_SOD.bin", sod_file, sizeof sod_file);
    struct passive_auth result;
    struct lds_sod sod;
    struct mrz mrz;
    uint32_t listed;
    size_t i, at, changed = 0;

    (void)state;
    assert_int_equal(lds_read_sod(sod_bytes, &sod), DR_OK);
    passive_auth_verify(&sod, &store, IN_2030, scratch, &result);
    assert_true(hardened_is_yes(&result.signature));
    assert_string_equal(result.signer_country, ""); /* its CSCA names no country */
    assert_no(&result.chain.trusted);
    assert_no(&result.genuine);
    for (i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        assert_int_equal(hash_compute(sod.digest, read_specimen(groups[i].name, file, sizeof file), digest), DR_OK);
        assert_int_equal(passive_auth_group(&sod, groups[i].group, digest), groups[i].expected);
    }
    assert_int_equal(lds_read_com(read_specimen("EF_COM.bin", file, sizeof file), &listed), DR_OK);
    assert_true((listed & (1U << 1 | 1U << 2)) == (1U << 1 | 1U << 2));
    assert_int_equal(lds_read_dg1(read_specimen("Datagroup1.bin", file, sizeof file), &mrz), DR_OK);
    assert_false(passive_auth_country_matches(result.signer_country, mrz.issuing_state));

    /* Must hold 4 of the issue: no octet of the signed part may change. */
    for (at = (size_t)(sod.cms.content.data - sod_file); at < (size_t)(sod.cms.certificates.data - sod_file); at++) {
        sod_file[at] ^= 0x01;
        if (at < (size_t)(sod.cms.content.data - sod_file) + sod.cms.content.len) {
            if (lds_read_sod(sod_bytes, &sod) == DR_OK) {
                passive_auth_verify(&sod, &store, IN_2030, scratch, &result);
                assert_no(&result.signature);
            }
            changed++;
        }
        sod_file[at] ^= 0x01;
        assert_int_equal(lds_read_sod(sod_bytes, &sod), DR_OK);
    }
    assert_int_equal(changed, sod.cms.content.len);
}

static void countries(void **state)
{
    (void)state;
    assert_true(passive_auth_country_matches("DE", "D"));
    assert_true(passive_auth_country_matches("FR", "FRA"));
    assert_true(passive_auth_country_matches("FRA", "FRA"));
    assert_true(passive_auth_country_matches("UT", "UTO"));
    assert_true(passive_auth_country_matches("UN", "UNO"));
    assert_true(passive_auth_country_matches("UN", "UNA"));
    assert_true(passive_auth_country_matches("EU", "EUE"));
    assert_true(passive_auth_country_matches("GB", "GBR"));
    assert_true(passive_auth_country_matches("GB", "GBD"));
    assert_true(passive_auth_country_matches("KS", "RKS"));
    assert_true(passive_auth_country_matches("HK", "CHN"));
    assert_true(passive_auth_country_matches("ZW", "ZWE"));
    assert_true(passive_auth_country_matches("AW", "ABW"));
    assert_true(passive_auth_country_matches("XOM", "XOM"));

    assert_false(passive_auth_country_matches("DE", "FRA"));
    assert_false(passive_auth_country_matches("D", "D"));
    assert_false(passive_auth_country_matches("", "UTO"));
    assert_false(passive_auth_country_matches("UT", ""));
    assert_false(passive_auth_country_matches("UT", "UT"));
    assert_false(passive_auth_country_matches("ABWAW", "ABW"));
    assert_false(passive_auth_country_matches("A", "ABW"));
    assert_false(passive_auth_country_matches("FR", "WAF")); /* not across entries */
    assert_false(passive_auth_country_matches("DE", "DDD"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(genuine, set_up),
        cmocka_unit_test_setup(groups, set_up),
        cmocka_unit_test_setup(changed_sod, set_up),
        cmocka_unit_test_setup(chain_decides_too, set_up),
        cmocka_unit_test_setup(no_certificate, set_up),
        cmocka_unit_test_setup(bsi_specimen, set_up),
        cmocka_unit_test(countries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
