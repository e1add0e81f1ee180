/* k of n officers over a policy (fixtures/make.sh): each key counts once, and no bit of a signed file can change. */
#include "fixture.h"
#include "fixtures/policy.h"
#include "fixtures/signed.h"

#include "codec/der_write.h"
#include "trust/policy.h"

static struct policy read_policy(void)
{
    struct policy policy;

    assert_int_equal(policy_read(VIEW(fixture_policy), &policy), DR_OK);
    return policy;
}

static bool verifies(const struct policy_role *role, struct bytes file, enum oid_id type, uint8_t *verified)
{
    struct cms cms;
    hardened result;

    *verified = 0xFF;
    if (cms_read(file, &cms) != DR_OK || cms.whole.len != file.len) {
        return false;
    }
    result = policy_role_verify(role, &cms, type, verified);
    assert_true(result == HARDENED_YES || result == HARDENED_NO);
    return hardened_is_yes(&result);
}

static void threshold(void **state)
{
    static const struct {
        struct bytes file;
        bool holds;
        uint8_t verified;
    } cases[] = {
        {{fixture_policy_two, sizeof fixture_policy_two}, true, 2},
        {{fixture_policy_three, sizeof fixture_policy_three}, true, 3},
        {{fixture_policy_one, sizeof fixture_policy_one}, false, 1},
        {{fixture_policy_twice, sizeof fixture_policy_twice}, false, 1}, /* openssl cms -verify takes it for two */
        {{fixture_policy_stranger, sizeof fixture_policy_stranger}, false, 1},
        {{fixture_policy_sha1, sizeof fixture_policy_sha1}, false, 0},
        {{fixture_policy_as_time, sizeof fixture_policy_as_time}, false, 0},
    };
    struct policy policy = read_policy();
    uint8_t verified;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(verifies(&policy.owner_role, cases[i].file, OID_DOCREV_POLICY, &verified), cases[i].holds);
        assert_int_equal(verified, cases[i].verified);
    }
}

/* A signature over one type of content says nothing of another. */
static void wrong_type(void **state)
{
    struct policy policy = read_policy();
    uint8_t verified;

    (void)state;
    assert_false(verifies(&policy.owner_role, VIEW(fixture_policy_two), OID_DOCREV_EDITION, &verified));
    assert_false(verifies(&policy.owner_role, VIEW(fixture_policy_two), OID_UNKNOWN, &verified));
    assert_true(verifies(&policy.owner_role, VIEW(fixture_policy_as_time), OID_DOCREV_TIME, &verified));
}

static void role_of_rsa(void **state)
{
    struct policy policy = read_policy();
    uint8_t verified;

    (void)state;
    assert_true(verifies(&policy.authorities[0].role, VIEW(fixture_cms_rsa), OID_DOCREV_TIME, &verified));
    assert_true(verifies(&policy.authorities[0].role, VIEW(fixture_cms_rsa_pss), OID_DOCREV_TIME, &verified));
    assert_false(verifies(&policy.authorities[0].role, VIEW(fixture_cms_by_key_id), OID_DOCREV_TIME, &verified));
}

/* Roles that policy_read would refuse are not made to hold by whoever builds one himself. */
static void broken_roles(void **state)
{
    struct policy policy = read_policy();
    struct policy_role role = policy.owner_role;
    uint8_t twice[512];
    uint8_t file[sizeof fixture_policy_twice];
    struct cms cms;
    struct cms_signer signer;
    struct bytes rest;
    size_t first;
    uint8_t verified;

    (void)state;
    role.threshold = 0;
    assert_false(verifies(&role, VIEW(fixture_policy_two), OID_DOCREV_POLICY, &verified));
    role.threshold = 9;
    assert_false(verifies(&role, VIEW(fixture_policy_three), OID_DOCREV_POLICY, &verified));
    role.threshold = 1;
    role.keys.len = 0;
    assert_false(verifies(&role, VIEW(fixture_policy_two), OID_DOCREV_POLICY, &verified));

    /* alice's key twice, under two key identifiers, and two signatures of hers that name them (the sid is not signed) */
    first = 2U + role.keys.data[1];
    memcpy(twice, role.keys.data, first);
    memcpy(twice + first, role.keys.data, first);
    twice[first + 4] ^= 1U;
    role = (struct policy_role){2, bytes_of(twice, 2 * first)};
    memcpy(file, fixture_policy_twice, sizeof file);
    assert_int_equal(cms_read(VIEW(file), &cms), DR_OK);
    rest = cms.signer_infos;
    assert_int_equal(cms_next_signer(&rest, &signer), DR_OK);
    assert_int_equal(cms_next_signer(&rest, &signer), DR_OK);
    file[signer.key_id.data - file] ^= 1U;
    assert_false(verifies(&role, VIEW(file), OID_DOCREV_POLICY, &verified));
    assert_int_equal(verified, 1);
}

/* Every single flipped bit of a small signed CMS is refused: threshold one, one signer. */
static void every_bit(void **state)
{
    uint8_t copy[sizeof fixture_cms_by_key_id];
    struct policy policy = read_policy();
    struct policy_role role = {1, policy.owner_role.keys};
    uint8_t verified;

    (void)state;
    assert_true(verifies(&role, VIEW(fixture_cms_by_key_id), OID_DOCREV_TIME, &verified));
    for (size_t i = 0; i < sizeof copy; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(copy, fixture_cms_by_key_id, sizeof copy);
            copy[i] ^= (uint8_t)(1U << bit);
            if (verifies(&role, VIEW(copy), OID_DOCREV_TIME, &verified)) {
                print_error("octet %zu bit %u\n", i, bit);
                fail();
            }
        }
    }
}

/* Mutations of a policy with two signers of two needed: one octet changed at each place. */
static void every_octet_of_a_policy(void **state)
{
    uint8_t copy[sizeof fixture_policy_two];
    struct policy policy = read_policy();
    uint8_t verified;

    (void)state;
    for (size_t i = 0; i < sizeof copy; i++) {
        memcpy(copy, fixture_policy_two, sizeof copy);
        copy[i] ^= (uint8_t)(1U << (i % 8U));
        if (verifies(&policy.owner_role, VIEW(copy), OID_DOCREV_POLICY, &verified)) {
            print_error("octet %zu\n", i);
            fail();
        }
    }
}

/* A file with many signers of one name does not keep a device busy. */
static void attempts_are_bounded(void **state)
{
    static uint8_t buffer[16384];
    struct policy policy = read_policy();
    struct policy_role role = {1, policy.owner_role.keys};
    struct der_writer writer;
    struct cms cms;
    struct bytes signer;
    struct bytes good;
    uint8_t verified;
    hardened result;

    (void)state;
    assert_int_equal(cms_read(VIEW(fixture_cms_by_key_id), &cms), DR_OK);
    good = cms.signer_infos;
    der_write_begin(&writer, buffer, sizeof buffer);
    for (unsigned i = 0; i < POLICY_MAX_ATTEMPTS; i++) {
        der_write_raw(&writer, good);
        buffer[writer.length - 1] ^= 1U; /* the signature */
        if (i == POLICY_MAX_ATTEMPTS - 2U) {
            /* one failing signer fewer than the bound, then the good one: accepted */
            struct der_writer fork = writer;
            der_write_raw(&fork, good);
            cms.signer_infos = bytes_of(buffer, fork.length);
            result = policy_role_verify(&role, &cms, OID_DOCREV_TIME, &verified);
            assert_true(hardened_is_yes(&result));
        }
    }
    der_write_raw(&writer, good);
    signer = bytes_of(buffer, writer.length);
    cms.signer_infos = signer;
    result = policy_role_verify(&role, &cms, OID_DOCREV_TIME, &verified);
    assert_false(hardened_is_yes(&result));
    assert_int_equal(verified, 0);
}

/* A signer of an unknown algorithm beside good ones counts nothing and spoils nothing. */
static void foreign_signer_is_passed(void **state)
{
    static const uint8_t foreign[] = {0x30, 0x1F, 0x02, 0x01, 0x03, 0x80, 0x01, 0x77, 0x30, 0x0B, 0x06,
                                      0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x30,
                                      0x05, 0x06, 0x03, 0x2A, 0x03, 0x04, 0x04, 0x03, 0x01, 0x02, 0x03};
    uint8_t buffer[2048];
    struct policy policy = read_policy();
    struct policy_role role = {1, policy.owner_role.keys};
    struct der_writer writer;
    struct cms_signer signer;
    struct cms cms;
    struct bytes rest = VIEW(foreign);
    hardened result;

    (void)state;
    assert_int_equal(cms_next_signer(&rest, &signer), DR_ERR_UNSUPPORTED);
    assert_true(signer.by_key_id && signer.key_id.len == 1 && signer.signature.len == 3);
    assert_int_equal(cms_read(VIEW(fixture_cms_by_key_id), &cms), DR_OK);
    der_write_begin(&writer, buffer, sizeof buffer);
    der_write_raw(&writer, VIEW(foreign));
    der_write_raw(&writer, cms.signer_infos);
    cms.signer_infos = bytes_of(buffer, writer.length);
    result = policy_role_verify(&role, &cms, OID_DOCREV_TIME, NULL);
    assert_true(hardened_is_yes(&result));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threshold),
        cmocka_unit_test(wrong_type),
        cmocka_unit_test(role_of_rsa),
        cmocka_unit_test(broken_roles),
        cmocka_unit_test(every_bit),
        cmocka_unit_test(every_octet_of_a_policy),
        cmocka_unit_test(attempts_are_bounded),
        cmocka_unit_test(foreign_signer_is_passed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
