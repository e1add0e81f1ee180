/* CMS SignedData made by the openssl tool (fixtures/make.sh): what verifies, what is refused, and every bit of it. */
#include "ber_of.h"
#include "fixture.h"
#include "fixtures/signed.h"

#include "codec/ber.h"
#include "codec/der_write.h"
#include "trust/algorithm.h"
#include "trust/certificate.h"
#include "trust/cms.h"
#include "trust/oid.h"

static struct public_key key_of(struct bytes spki)
{
    struct der_reader reader = der_reader_of(spki);
    struct public_key key;

    assert_int_equal(algorithm_read_public_key(&reader, &key), DR_OK);
    return key;
}

static struct cms read_ok(struct bytes der)
{
    struct cms cms;

    assert_int_equal(cms_read(der, &cms), DR_OK);
    return cms;
}

static struct cms_signer only_signer(const struct cms *cms)
{
    struct bytes rest = cms->signer_infos;
    struct cms_signer signer;
    struct cms_signer none;

    assert_int_equal(cms_next_signer(&rest, &signer), DR_OK);
    assert_int_equal(cms_next_signer(&rest, &none), DR_ERR_NOT_FOUND);
    return signer;
}

static void by_key_identifier(void **state)
{
    struct cms cms = read_ok(VIEW(fixture_cms_by_key_id));
    struct cms_signer signer = only_signer(&cms);
    struct public_key key = key_of(VIEW(fixture_spki_alice));
    struct public_key other = key_of(VIEW(fixture_spki_rsa));
    struct certificate alice;

    (void)state;
    assert_int_equal(oid_lookup(cms.content_type), OID_DOCREV_TIME);
    assert_true(cms.has_content);
    assert_bytes_equal(cms.content, bytes_of("hello", 5));
    assert_int_equal(cms.version, 3);
    assert_int_equal(cms.certificates.len, 0);
    assert_true(cms_lists_digest(&cms, HASH_SHA256));
    assert_false(cms_lists_digest(&cms, HASH_SHA1));
    assert_true(signer.by_key_id);
    assert_int_equal(signer.version, 3);
    assert_true(signer.has_signing_time && signer.signing_time > 1700000000);
    assert_int_equal(cms_verify(&cms, &signer, &key), DR_OK);
    assert_int_not_equal(cms_verify(&cms, &signer, &other), DR_OK);
    assert_int_equal(certificate_read(VIEW(fixture_certificate_alice), &alice), DR_OK);
    assert_true(cms_signer_is(&signer, &alice));
}

static void by_issuer_and_serial(void **state)
{
    struct cms cms = read_ok(VIEW(fixture_cms_by_issuer));
    struct cms_signer signer = only_signer(&cms);
    struct bytes rest = cms.certificates;
    struct bytes der;
    struct certificate certificate;

    (void)state;
    assert_false(signer.by_key_id);
    assert_int_equal(signer.version, 1);
    assert_int_equal(cms_next_certificate(&rest, &der), DR_OK);
    assert_int_equal(certificate_read(der, &certificate), DR_OK);
    assert_int_equal(cms_next_certificate(&rest, &der), DR_ERR_NOT_FOUND);
    assert_true(cms_signer_is(&signer, &certificate));
    assert_int_equal(cms_verify(&cms, &signer, &certificate.key), DR_OK);
    certificate.serial.len--;
    assert_false(cms_signer_is(&signer, &certificate));
}

static void rsa_and_pss(void **state)
{
    static const struct bytes files[] = {
        {fixture_cms_rsa, sizeof fixture_cms_rsa},
        {fixture_cms_rsa_pss, sizeof fixture_cms_rsa_pss},
        {fixture_cms_rsa_pss_max, sizeof fixture_cms_rsa_pss_max},
    };
    struct public_key key = key_of(VIEW(fixture_spki_rsa));

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct cms cms = read_ok(files[i]);
        struct cms_signer signer = only_signer(&cms);
        assert_int_equal(signer.algorithm.scheme, i == 0 ? SIGNATURE_RSA_PKCS1 : SIGNATURE_RSA_PSS);
        assert_int_equal(signer.algorithm.hash, HASH_SHA256);
        assert_int_equal(cms_verify(&cms, &signer, &key), DR_OK);
        signer.algorithm.salt_len ^= 1U;
        assert_int_equal(cms_verify(&cms, &signer, &key) == DR_OK, i == 0);
    }
}

/* RFC 5652 5.3: only id-data may go without signed attributes. */
static void signed_attributes(void **state)
{
    struct public_key key = key_of(VIEW(fixture_spki_alice));
    struct cms cms = read_ok(VIEW(fixture_cms_data_attributes));
    struct cms_signer signer = only_signer(&cms);

    (void)state;
    assert_true(signer.has_signed_attributes);
    assert_int_equal(cms_verify(&cms, &signer, &key), DR_OK);

    cms = read_ok(VIEW(fixture_cms_data_no_attributes));
    signer = only_signer(&cms);
    assert_false(signer.has_signed_attributes);
    assert_int_equal(cms_verify(&cms, &signer, &key), DR_OK);
    signer.algorithm.hash = HASH_SHA384; /* without attributes there is but one digest (RFC 5652 5.4) */
    assert_int_equal(cms_verify(&cms, &signer, &key), DR_ERR_MALFORMED);

    cms = read_ok(VIEW(fixture_cms_time_no_attributes));
    signer = only_signer(&cms);
    assert_int_equal(cms_verify(&cms, &signer, &key), DR_ERR_MALFORMED);
}

/* What binds content, its type and the signature together, each on its own. */
static void each_binding(void **state)
{
    struct public_key key = key_of(VIEW(fixture_spki_alice));
    struct cms cms = read_ok(VIEW(fixture_cms_by_key_id));
    struct cms_signer signer = only_signer(&cms);
    struct cms_signer altered = signer;
    struct cms other = cms;

    (void)state;
    other.content = bytes_of("hallo", 5);
    assert_int_equal(cms_verify(&other, &signer, &key), DR_ERR_SIGNATURE);
    other = cms;
    other.content_type = oid_octets(OID_DOCREV_POLICY);
    assert_int_equal(cms_verify(&other, &signer, &key), DR_ERR_SIGNATURE);
    other = cms;
    other.has_content = false;
    assert_int_equal(cms_verify(&other, &signer, &key), DR_ERR_MALFORMED);
    altered.attribute_content_type.len = 0;
    assert_int_equal(cms_verify(&cms, &altered, &key), DR_ERR_SIGNATURE);
    altered = signer;
    altered.message_digest.len = 0;
    assert_int_equal(cms_verify(&cms, &altered, &key), DR_ERR_SIGNATURE);
    altered = signer;
    altered.signature.len--;
    assert_int_not_equal(cms_verify(&cms, &altered, &key), DR_OK);
    altered = signer;
    altered.digest = HASH_NONE;
    assert_int_equal(cms_verify(&cms, &altered, &key), DR_ERR_UNSUPPORTED);
}

/* A SignerInfo with signed attributes of our own making, read only. */
static enum dr_status with_attributes(const struct bytes *attributes, size_t count)
{
    static const uint8_t digest_algorithm[] = {0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48,
                                               0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
    static const uint8_t algorithm[] = {0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};
    uint8_t buffer[512];
    struct der_writer writer;
    struct cms_signer signer;
    struct bytes rest;
    size_t info;
    size_t set;

    der_write_begin(&writer, buffer, sizeof buffer);
    info = der_write_open(&writer, DER_SEQUENCE);
    der_write_uint64(&writer, 3);
    der_write_item(&writer, DER_CONTEXT_PRIMITIVE(0U), bytes_of("id", 2));
    der_write_raw(&writer, VIEW(digest_algorithm));
    set = der_write_open(&writer, DER_CONTEXT(0U));
    for (size_t i = 0; i < count; i++) {
        der_write_raw(&writer, attributes[i]);
    }
    der_write_close(&writer, set);
    der_write_raw(&writer, VIEW(algorithm));
    der_write_item(&writer, DER_OCTET_STRING, bytes_of("signature", 9));
    der_write_close(&writer, info);
    assert_int_equal(der_write_finish(&writer, &rest.len), DR_OK);
    rest.data = buffer;
    return cms_next_signer(&rest, &signer);
}

/* RFC 5652 11.1, 11.2: one contentType and one messageDigest, each of one value. Two would let readers disagree. */
static void repeated_attributes(void **state)
{
    static const uint8_t type[] = {0x30, 0x12, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D,
                                   0x01, 0x09, 0x03, 0x31, 0x05, 0x06, 0x03, 0x2A, 0x03, 0x04};
    static const uint8_t digest[] = {0x30, 0x11, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D,
                                     0x01, 0x09, 0x04, 0x31, 0x04, 0x04, 0x02, 0xAA, 0xBB};
    static const uint8_t two_digests[] = {0x30, 0x15, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09,
                                          0x04, 0x31, 0x08, 0x04, 0x02, 0xAA, 0xBB, 0x04, 0x02, 0xAA, 0xBC};
    static const uint8_t no_digest[] = {0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
                                        0xF7, 0x0D, 0x01, 0x09, 0x04, 0x31, 0x00};
    static const uint8_t odd_time[] = {0x30, 0x10, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7,
                                       0x0D, 0x01, 0x09, 0x05, 0x31, 0x03, 0x17, 0x01, 0x30};
    const struct bytes good[] = {VIEW(type), VIEW(digest), VIEW(odd_time)};
    const struct bytes types[] = {VIEW(type), VIEW(digest), VIEW(type)};
    const struct bytes digests[] = {VIEW(type), VIEW(digest), VIEW(digest)};
    const struct bytes values[] = {VIEW(type), VIEW(two_digests)};
    const struct bytes none[] = {VIEW(type), VIEW(no_digest)};

    (void)state;
    assert_int_equal(with_attributes(good, 3), DR_OK);
    assert_int_equal(with_attributes(types, 3), DR_ERR_MALFORMED);
    assert_int_equal(with_attributes(digests, 3), DR_ERR_MALFORMED);
    assert_int_equal(with_attributes(values, 2), DR_ERR_MALFORMED);
    assert_int_equal(with_attributes(none, 2), DR_ERR_MALFORMED);
}

static void lengths(void **state)
{
    uint8_t buffer[sizeof fixture_cms_by_key_id + 4096];
    static const uint8_t long_form[] = {0x30, 0x84, 0x01, 0x00, 0x00, 0x00};
    static const uint8_t not_minimal[] = {0x30, 0x82, 0x00, 0x90};
    static const uint8_t five[] = {0x30, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00};
    static const uint8_t huge[] = {0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF};
    struct cms cms;
    size_t len;

    (void)state;
    memset(buffer, 0xA5, sizeof buffer);
    memcpy(buffer, fixture_cms_by_key_id, sizeof fixture_cms_by_key_id);
    assert_int_equal(cms_length(bytes_of(buffer, 4), &len), DR_OK);
    assert_int_equal(len, sizeof fixture_cms_by_key_id);
    assert_int_equal(cms_read(VIEW(buffer), &cms), DR_OK); /* a body follows */
    assert_int_equal(cms.whole.len, sizeof fixture_cms_by_key_id);
    for (size_t i = 0; i < sizeof fixture_cms_by_key_id; i++) {
        assert_int_equal(cms_read(bytes_of(buffer, i), &cms), DR_ERR_TRUNCATED);
    }
    assert_int_equal(cms_length(VIEW(long_form), &len), DR_OK);
    assert_int_equal(len, 6 + 0x01000000);
    assert_int_equal(cms_length(bytes_of(long_form, 5), &len), DR_ERR_TRUNCATED);
    assert_int_equal(cms_length(VIEW(not_minimal), &len), DR_ERR_MALFORMED);
    assert_int_equal(cms_length(VIEW(five), &len), DR_ERR_MALFORMED);
    assert_int_equal(cms_length(VIEW(huge), &len), DR_ERR_MALFORMED);
}

static void other_forms(void **state)
{
    struct cms cms;

    (void)state;
    assert_int_equal(cms_read(VIEW(fixture_cms_indefinite), &cms), DR_ERR_UNSUPPORTED); /* docrev's own files are DER */
    assert_int_equal(cms_read(VIEW(fixture_cms_detached), &cms), DR_OK);
    assert_false(cms.has_content);
    assert_int_equal(cms_read(VIEW(fixture_certificate_alice), &cms), DR_ERR_MALFORMED);
}

static enum dr_status verify_ber(const uint8_t *data, size_t len, struct bytes spki, struct cms *cms)
{
    struct public_key key = key_of(spki);
    struct cms_signer signer;
    struct bytes rest;
    enum dr_status status = cms_read_ber(bytes_of(data, len), cms);

    if (status == DR_OK) {
        rest = cms->signer_infos;
        status = cms_next_signer(&rest, &signer);
    }
    return status == DR_OK ? cms_verify(cms, &signer, &key) : status;
}

/* BER by openssl's streaming, and by hand with the content in pieces of every length: the same signature holds. */
static void in_ber(void **state)
{
    static uint8_t data[8192];
    struct cms der = read_ok(VIEW(fixture_cms_by_key_id)), cms;
    struct bytes content = der.content;

    (void)state;
    assert_int_equal(
        verify_ber(VIEW(fixture_cms_by_key_id).data, sizeof fixture_cms_by_key_id, VIEW(fixture_spki_alice), &cms),
        DR_OK);
    assert_int_equal(
        verify_ber(VIEW(fixture_cms_indefinite).data, sizeof fixture_cms_indefinite, VIEW(fixture_spki_alice), &cms),
        DR_OK);
    assert_int_equal(cms.whole.len, sizeof fixture_cms_indefinite);
    for (size_t piece = 1; piece <= content.len; piece++) {
        size_t len = ber_of(&der, piece, data);
        assert_int_equal(verify_ber(data, len, VIEW(fixture_spki_alice), &cms), DR_OK);
        assert_int_equal(verify_ber(data, len, VIEW(fixture_spki_rsa), &cms), DR_ERR_SIGNATURE);
        assert_int_equal(cms.whole.len, len);
        assert_int_equal(cms.in_pieces, piece < content.len);
        assert_int_equal(cms_flatten(data, len), DR_OK);
        assert_int_equal(verify_ber(data, len, VIEW(fixture_spki_alice), &cms), DR_OK);
        assert_false(cms.in_pieces);
        assert_true(bytes_equal(cms.content, content));
    }
    assert_int_equal(cms_read(bytes_of(data, 100), &cms), DR_ERR_UNSUPPORTED);
}

/* Joined in place whatever the lengths of the heads, one octet turned or not. */
static void joins_pieces(void **state)
{
    static uint8_t content[70000], data[200000];
    static const size_t lengths[] = {2, 3, 127, 128, 129, 254, 255, 256, 257, 300, 1000, 65535, 65536, 70000},
                        pieces[] = {1, 2, 3, 63, 64, 100, 127, 128, 129, 200, 255, 256, 1000, 35000, 60000};
    struct cms der = read_ok(VIEW(fixture_cms_by_key_id)), cms;

    (void)state;
    for (size_t i = 0; i < sizeof content; i++) {
        content[i] = (uint8_t)(i * 7U + (i >> 8));
    }
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (size_t j = 0; j < sizeof pieces / sizeof pieces[0]; j++) {
            size_t len;
            if (pieces[j] >= lengths[i] || lengths[i] / pieces[j] > 20000) {
                continue;
            }
            der.content = bytes_of(content, lengths[i]);
            len = ber_of(&der, pieces[j], data);
            assert_int_equal(cms_read_ber(bytes_of(data, len), &cms), DR_OK);
            assert_true(cms.in_pieces);
            assert_int_equal(cms_flatten(data, len), DR_OK);
            assert_int_equal(cms_read_ber(bytes_of(data, len), &cms), DR_OK);
            assert_false(cms.in_pieces);
            assert_true(bytes_equal(cms.content, der.content));
        }
    }
}

/* Every octet of a BER CMS changed: what still verifies has the same content. */
static void every_octet_of_ber(void **state)
{
    static uint8_t data[8192];
    struct cms der = read_ok(VIEW(fixture_cms_by_key_id)), cms;
    size_t len = ber_of(&der, 3, data), verified = 0;
    uint8_t joined[256];

    (void)state;
    for (size_t at = 0; at < len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            data[at] ^= (uint8_t)(1U << bit);
            if (verify_ber(data, len, VIEW(fixture_spki_alice), &cms) == DR_OK) {
                size_t total = 0;
                struct der_reader reader = der_reader_of(cms.content);
                struct der_item item;
                while (cms.in_pieces && !der_at_end(&reader)) {
                    assert_int_equal(ber_next(&reader, &item), DR_OK);
                    assert_true(total + item.value.len <= sizeof joined);
                    memcpy(joined + total, item.value.data, item.value.len);
                    total += item.value.len;
                }
                assert_true(cms.in_pieces && bytes_equal(bytes_of(joined, total), der.content));
                verified++;
            }
            data[at] ^= (uint8_t)(1U << bit);
        }
    }
    print_message("%zu changes of %zu octets leave the signature as it is\n", verified, len);
    assert_true(verified < len);
}

/* An edition nobody has signed yet: SignedData with an empty SET OF SignerInfo. */
static void unsigned_edition(void **state)
{
    uint8_t buffer[256];
    struct der_writer writer;
    struct cms cms;
    struct cms_signer signer;
    struct bytes rest;
    size_t info;
    size_t tagged;
    size_t data;
    size_t content;
    size_t octets;
    size_t len;

    (void)state;
    der_write_begin(&writer, buffer, sizeof buffer);
    info = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OID, oid_octets(OID_SIGNED_DATA));
    tagged = der_write_open(&writer, DER_CONTEXT(0U));
    data = der_write_open(&writer, DER_SEQUENCE);
    der_write_uint64(&writer, 3);
    der_write_item(&writer, DER_SET, bytes_of(NULL, 0));
    content = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OID, oid_octets(OID_DOCREV_EDITION));
    octets = der_write_open(&writer, DER_CONTEXT(0U));
    der_write_item(&writer, DER_OCTET_STRING, bytes_of("manifest", 8));
    der_write_close(&writer, octets);
    der_write_close(&writer, content);
    der_write_item(&writer, DER_SET, bytes_of(NULL, 0));
    der_write_close(&writer, data);
    der_write_close(&writer, tagged);
    der_write_close(&writer, info);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    assert_int_equal(cms_read(bytes_of(buffer, len), &cms), DR_OK);
    assert_bytes_equal(cms.content, bytes_of("manifest", 8));
    rest = cms.signer_infos;
    assert_int_equal(cms_next_signer(&rest, &signer), DR_ERR_NOT_FOUND);
}

/* Reads and verifies as a passport reader does: no strictness beyond RFC 5652. */
static bool accepted(struct bytes der, const struct public_key *key)
{
    struct cms cms;
    struct cms_signer signer;
    struct bytes rest;

    if (cms_read(der, &cms) != DR_OK || cms.whole.len != der.len || !oid_is(cms.content_type, OID_DOCREV_TIME)) {
        return false;
    }
    rest = cms.signer_infos;
    return cms_next_signer(&rest, &signer) == DR_OK && cms_verify(&cms, &signer, key) == DR_OK;
}

/* Every bit that says something is covered. Free to change are only what RFC 5652 leaves unsigned and the caller judges:
 * the two versions, the digestAlgorithms and the signer's name (policy_role_verify judges them: test_role_verify). */
static void every_bit(void **state)
{
    uint8_t copy[sizeof fixture_cms_by_key_id];
    struct public_key key = key_of(VIEW(fixture_spki_alice));
    struct cms cms = read_ok(VIEW(fixture_cms_by_key_id));
    struct cms_signer signer = only_signer(&cms);
    const uint8_t *base = fixture_cms_by_key_id;

    (void)state;
    assert_true(accepted(VIEW(fixture_cms_by_key_id), &key));
    for (size_t i = 0; i < sizeof copy; i++) {
        const uint8_t *at = base + i;
        bool left_open =
            (at >= cms.digest_algorithms.data - 3 && at < cms.digest_algorithms.data + cms.digest_algorithms.len) ||
            (at >= cms.signer_infos.data + 3 && at < signer.key_id.data + signer.key_id.len);
        for (unsigned bit = 0; bit < 8 && !left_open; bit++) {
            memcpy(copy, base, sizeof copy);
            copy[i] ^= (uint8_t)(1U << bit);
            if (accepted(VIEW(copy), &key)) {
                print_error("octet %zu bit %u\n", i, bit);
                fail();
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_key_identifier),   cmocka_unit_test(by_issuer_and_serial),
        cmocka_unit_test(rsa_and_pss),         cmocka_unit_test(signed_attributes),
        cmocka_unit_test(each_binding),        cmocka_unit_test(lengths),
        cmocka_unit_test(repeated_attributes), cmocka_unit_test(other_forms),
        cmocka_unit_test(unsigned_edition),    cmocka_unit_test(in_ber),
        cmocka_unit_test(joins_pieces),        cmocka_unit_test(every_octet_of_ber),
        cmocka_unit_test(every_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
