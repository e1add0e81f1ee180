#include "emrtd/sod_builder.h"

#include "trust/ber_of.h"
#include "trust/certificate.h"

static uint8_t built[8192];
static struct lds_sod sod;

static void version_0(void **state)
{
    uint8_t digest[HASH_MAX_SIZE];
    unsigned group;

    (void)state;
    assert_int_equal(lds_read_sod(bytes_of(fixture_sod_v0, sizeof fixture_sod_v0), &sod), DR_OK);
    assert_int_equal(sod.version, 0);
    assert_int_equal(sod.digest, HASH_SHA256);
    assert_true(sod.icao_content_type);
    assert_int_equal(hash_compute(HASH_SHA256, bytes_of(fixture_dg1, sizeof fixture_dg1), digest), DR_OK);
    assert_int_equal(sod.group_hash[1].len, 32);
    assert_memory_equal(sod.group_hash[1].data, digest, 32);
    assert_int_equal(sod.group_hash[2].len, 32);
    for (group = 3; group <= LDS_GROUPS; group++) {
        assert_int_equal(sod.group_hash[group].len, 0);
    }
    assert_true(bytes_equal(sod.signer_certificate, bytes_of(fixture_dsc, sizeof fixture_dsc)));
    assert_false(sod.signer.by_key_id);
}

static void version_1(void **state)
{
    (void)state;
    assert_int_equal(lds_read_sod(bytes_of(fixture_sod_v1, sizeof fixture_sod_v1), &sod), DR_OK);
    assert_int_equal(sod.version, 1);
    assert_int_equal(sod.digest, HASH_SHA512);
    assert_int_equal(sod.group_hash[2].len, 64);
    assert_true(sod.signer.by_key_id);
    assert_true(sod.signer_certificate.len > 0);
}

static void rebuilt_without_change(void **state)
{
    struct sod_parts parts = sod_take_apart(fixture_sod_v0, sizeof fixture_sod_v0);

    (void)state;
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_OK);
}

/* As New Zealand writes it: indefinite lengths, the content in one piece or in several. */
static void in_ber(void **state)
{
    static const uint8_t head[] = {0x77, 0x82, 0, 0};
    struct lds_sod der;

    (void)state;
    assert_int_equal(lds_read_sod(bytes_of(fixture_sod_v0, sizeof fixture_sod_v0), &der), DR_OK);
    for (size_t piece = 50; piece < 2000; piece *= 3) {
        size_t len;
        memcpy(built, head, sizeof head);
        len = ber_of(&der.cms, piece, built + sizeof head);
        put_be16(built + 2, (uint16_t)len);
        len += sizeof head;
        if (piece < der.cms.content.len) {
            assert_int_equal(lds_read_sod(bytes_of(built, len), &sod), DR_ERR_UNSUPPORTED);
        }
        lds_flatten(built, len);
        assert_int_equal(lds_read_sod(bytes_of(built, len), &sod), DR_OK);
        assert_true(bytes_equal(sod.cms.content, der.cms.content));
        assert_true(bytes_equal(sod.signer_certificate, der.signer_certificate));
        assert_true(bytes_equal(sod.group_hash[1], der.group_hash[1]));
    }
    lds_flatten(built, 0);
    memcpy(built, fixture_sod_v0, sizeof fixture_sod_v0);
    lds_flatten(built, sizeof fixture_sod_v0);
    assert_memory_equal(built, fixture_sod_v0, sizeof fixture_sod_v0);
}

static void every_truncation_is_refused(void **state)
{
    size_t len;

    (void)state;
    for (len = 0; len < sizeof fixture_sod_v0; len++) {
        assert_int_not_equal(lds_read_sod(bytes_of(fixture_sod_v0, len), &sod), DR_OK);
    }
    memcpy(built, fixture_sod_v0, sizeof fixture_sod_v0);
    built[sizeof fixture_sod_v0] = 0;
    assert_int_equal(lds_read_sod(bytes_of(built, sizeof fixture_sod_v0 + 1), &sod), DR_ERR_MALFORMED);
    /* Octets behind the CMS, inside the file. */
    built[3]++;
    assert_int_equal(built[1], 0x82);
    assert_int_equal(lds_read_sod(bytes_of(built, sizeof fixture_sod_v0 + 1), &sod), DR_ERR_MALFORMED);
    built[3]--;
    built[0] = 0x61;
    assert_int_equal(lds_read_sod(bytes_of(built, sizeof fixture_sod_v0), &sod), DR_ERR_MALFORMED);
}

/* Content types: ICAO's and the closed list of national ones (reader-cases: CN; BE and FR; NL). */
static void content_types(void **state)
{
    static const uint8_t be_fr[] = {0x2B, 0x1B, 0x01, 0x01, 0x01};
    static const uint8_t nl[] = {0x2A, 0x84, 0x10, 0x01, 0x87, 0x6E, 0x01, 0x14, 0x01};
    struct sod_parts parts = sod_take_apart(fixture_sod_v0, sizeof fixture_sod_v0);

    (void)state;
    parts.content_type = bytes_of(be_fr, sizeof be_fr);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_OK);
    assert_false(sod.icao_content_type);
    parts.content_type = bytes_of(nl, sizeof nl);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_OK);
    parts.content_type = oid_octets(OID_DATA);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_OK);
    parts.content_type = oid_octets(OID_CSCA_MASTER_LIST);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_ERR_UNSUPPORTED);
}

/* An LDSSecurityObject put together from hexadecimal text: version, algorithm, groups, rest. */
static enum dr_status read_object(const char *version, const char *algorithm, const char *groups, const char *rest)
{
    static uint8_t object[2048];
    uint8_t part[1024];
    struct sod_parts parts = sod_take_apart(fixture_sod_v0, sizeof fixture_sod_v0);
    struct der_writer writer;
    size_t sequence, len;

    der_write_begin(&writer, object, sizeof object);
    sequence = der_write_open(&writer, DER_SEQUENCE);
    der_write_raw(&writer, hex_bytes(version, part, sizeof part));
    der_write_raw(&writer, hex_bytes(algorithm, part, sizeof part));
    der_write_item(&writer, DER_SEQUENCE, hex_bytes(groups, part, sizeof part));
    der_write_raw(&writer, hex_bytes(rest, part, sizeof part));
    der_write_close(&writer, sequence);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    parts.content = bytes_of(object, len);
    return lds_read_sod(sod_build(&parts, built, sizeof built), &sod);
}

#define SHA1_NULL "300906052b0e03021a0500"
#define SHA1_ABSENT "300706052b0e03021a"
#define MD5 "300c06082a864886f70d02050500"
#define HASH20 "0414aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DG(n) "30190201" n HASH20

/* TR-03105-5.1 H_22, H_39 to H_44, H_87, H_88 and the rules of 9303-10 4.6.2.3. */
static void security_object(void **state)
{
    static const char info_0108[] = "300e1304303130381306303430303030";
    static const char info_0107[] = "300e1304303130371306303430303030";
    static const char two[] = DG("01") DG("02");

    (void)state;
    assert_int_equal(read_object("020100", SHA1_NULL, two, ""), DR_OK);
    assert_int_equal(read_object("020100", SHA1_ABSENT, two, ""), DR_OK);
    assert_int_equal(read_object("020101", SHA1_ABSENT, two, info_0108), DR_OK);
    assert_int_equal(sod.version, 1);
    assert_int_equal(read_object("020100", SHA1_NULL, DG("0f") DG("10"), ""), DR_OK);
    assert_int_equal(sod.group_hash[16].len, 20);

    assert_int_equal(read_object("020100", MD5, two, ""), DR_ERR_UNSUPPORTED);
    assert_int_equal(read_object("020102", SHA1_NULL, two, info_0108), DR_ERR_UNSUPPORTED);
    assert_int_equal(read_object("020100", SHA1_NULL, two, info_0108), DR_ERR_MALFORMED);
    assert_int_equal(read_object("020101", SHA1_NULL, two, info_0107), DR_ERR_MALFORMED);
    assert_int_not_equal(read_object("020101", SHA1_NULL, two, ""), DR_OK);
    assert_int_equal(read_object("020100", SHA1_NULL, two, "0500"), DR_ERR_MALFORMED);
    assert_int_not_equal(read_object("", SHA1_NULL, two, ""), DR_OK);
    assert_int_not_equal(read_object("020100", "", two, ""), DR_OK);
}

static void group_hashes(void **state)
{
    (void)state;
    assert_int_equal(read_object("020100", SHA1_NULL, DG("01") DG("01"), ""), DR_ERR_MALFORMED); /* twice */
    assert_int_equal(read_object("020100", SHA1_NULL, DG("01") DG("00"), ""), DR_ERR_MALFORMED);
    assert_int_equal(read_object("020100", SHA1_NULL, DG("01") DG("11"), ""), DR_ERR_MALFORMED);
    assert_int_not_equal(read_object("020100", SHA1_NULL, DG("01") DG("ff"), ""), DR_OK); /* H_46: -1 */
    assert_int_equal(read_object("020100", SHA1_NULL, DG("01"), ""), DR_ERR_MALFORMED);   /* fewer than two */
    assert_int_equal(read_object("020100", SHA1_NULL, "", ""), DR_ERR_MALFORMED);
    assert_int_equal(read_object("020100", SHA1_NULL, DG("01") "3006020102040100", ""), DR_ERR_MALFORMED); /* length */
    assert_int_equal(read_object("020100", SHA1_NULL, DG("01") "30050201020400", ""), DR_ERR_MALFORMED);
    assert_int_not_equal(read_object("020100", SHA1_NULL, DG("01") "3016" HASH20, ""), DR_OK); /* H_47: no number */
    assert_int_not_equal(read_object("020100", SHA1_NULL, DG("01") "301b020102" HASH20 "0500", ""), DR_OK);
}

/* TR-03105-5.1 H_84, H_85; one SignerInfo. */
static void signer_info(void **state)
{
    static uint8_t infos[2048];
    struct sod_parts parts = sod_take_apart(fixture_sod_v0, sizeof fixture_sod_v0);
    size_t len = parts.signer_infos.len, version_at;

    (void)state;
    memcpy(infos, parts.signer_infos.data, len);
    version_at = infos[1] == 0x82 ? 6 : infos[1] == 0x81 ? 5 : 4;
    assert_int_equal(infos[version_at], 1);
    infos[version_at] = 3;
    parts.signer_infos = bytes_of(infos, len);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_ERR_MALFORMED);
    infos[version_at] = 1;
    memcpy(infos + len, infos, len);
    parts.signer_infos = bytes_of(infos, 2 * len);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_ERR_MALFORMED);
    parts.signer_infos = bytes_of(NULL, 0);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_ERR_MALFORMED);

    parts = sod_take_apart(fixture_sod_v1, sizeof fixture_sod_v1);
    len = parts.signer_infos.len;
    memcpy(infos, parts.signer_infos.data, len);
    version_at = infos[1] == 0x82 ? 6 : infos[1] == 0x81 ? 5 : 4;
    assert_int_equal(infos[version_at], 3);
    infos[version_at] = 1;
    parts.signer_infos = bytes_of(infos, len);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_ERR_MALFORMED);
}

/* TR-03105-5.1 H_15, H_28, H_29. */
static void signer_certificate(void **state)
{
    static uint8_t two[4096], changed[1024];
    struct sod_parts parts = sod_take_apart(fixture_sod_v0, sizeof fixture_sod_v0);
    struct certificate dsc;
    size_t serial_at, issuer_at;

    (void)state;
    parts.certificates = bytes_of(NULL, 0);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_OK);
    assert_int_equal(sod.signer_certificate.len, 0);

    /* Two, the second is meant. */
    memcpy(two, fixture_csca, sizeof fixture_csca);
    memcpy(two + sizeof fixture_csca, fixture_dsc, sizeof fixture_dsc);
    parts.certificates = bytes_of(two, sizeof fixture_csca + sizeof fixture_dsc);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_OK);
    assert_true(bytes_equal(sod.signer_certificate, bytes_of(fixture_dsc, sizeof fixture_dsc)));

    /* Only another one. */
    parts.certificates = bytes_of(fixture_csca, sizeof fixture_csca);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_ERR_MALFORMED);

    /* The only one, with the serial but another name for the issuer: taken; among two: not. */
    assert_int_equal(certificate_read(bytes_of(fixture_dsc, sizeof fixture_dsc), &dsc), DR_OK);
    serial_at = (size_t)(dsc.serial.data - fixture_dsc);
    issuer_at = (size_t)(dsc.issuer.data - fixture_dsc);
    memcpy(changed, fixture_dsc, sizeof fixture_dsc);
    changed[issuer_at + dsc.issuer.len - 1] ^= 0x01;
    parts.certificates = bytes_of(changed, sizeof fixture_dsc);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_OK);
    assert_int_equal(sod.signer_certificate.len, sizeof fixture_dsc);
    memcpy(two + sizeof fixture_csca, changed, sizeof fixture_dsc);
    parts.certificates = bytes_of(two, sizeof fixture_csca + sizeof fixture_dsc);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_ERR_MALFORMED);
    changed[serial_at + dsc.serial.len - 1] ^= 0x01;
    parts.certificates = bytes_of(changed, sizeof fixture_dsc);
    assert_int_equal(lds_read_sod(sod_build(&parts, built, sizeof built), &sod), DR_ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_0),
        cmocka_unit_test(version_1),
        cmocka_unit_test(rebuilt_without_change),
        cmocka_unit_test(in_ber),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(content_types),
        cmocka_unit_test(security_object),
        cmocka_unit_test(group_hashes),
        cmocka_unit_test(signer_info),
        cmocka_unit_test(signer_certificate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
