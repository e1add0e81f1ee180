/* One-certificate paths (ICAO 9303-12 6.1, App. D): which anchor is found, and each reason for which a path fails. */
#include "fixture.h"
#include "fixtures/certificates.h"
#include "store_of.h"

#include "trust/chain.h"

#define IN_2025 1735689600 /* both valid */
#define IN_2018 1514764800 /* before the signers, within root_one_old */
#define IN_2028 1830297600 /* after the signers, before the roots' end */
#define IN_2035 2051222400 /* after the roots' end */

static struct memory_store memory;
static uint8_t block[BLOCK_TREE_BLOCK];

/* Roots in key order is what a builder guarantees; within one country the order is by key hash, which tests do not need. */
static void store_of(size_t count, const struct bytes *roots)
{
    memset(&memory, 0, sizeof memory);
    for (size_t i = 0; i < count; i++) {
        leaf_add(memory.blocks[0], roots[i]);
    }
    store_seal_single(&memory);
}

#define STORE(...)                                                                                                     \
    do {                                                                                                               \
        const struct bytes roots_[] = {__VA_ARGS__};                                                                   \
        store_of(sizeof roots_ / sizeof roots_[0], roots_);                                                            \
    } while (0)

static struct chain_result verify(struct bytes der, int64_t now)
{
    struct certificate signer;
    struct chain_result result;
    enum dr_status status = certificate_read(der, &signer);

    assert_true(status == DR_OK || status == DR_ERR_UNSUPPORTED);
    memset(&result, 0xFF, sizeof result);
    chain_verify(&signer, &memory.store, now, block, &result);
    assert_true(result.trusted == HARDENED_YES || result.trusted == HARDENED_NO);
    assert_int_equal(hardened_is_yes(&result.trusted), result.reason == CHAIN_OK);
    return result;
}

static void assert_reason(struct bytes der, int64_t now, enum chain_reason reason)
{
    struct chain_result result = verify(der, now);

    if (result.reason != reason) {
        print_error("%s, expected %s\n", chain_reason_text(result.reason), chain_reason_text(reason));
    }
    assert_int_equal(result.reason, reason);
}

#define ROOT(name) VIEW(fixture_##name)

static void trusted(void **state)
{
    struct chain_result result;

    (void)state;
    STORE(ROOT(root_one));
    result = verify(VIEW(fixture_dsc_signer), IN_2025);
    assert_true(hardened_is_yes(&result.trusted));
    assert_true(result.signature_verified);
    assert_int_equal(result.anchor_not_after, 1893456000); /* 2030-01-01 */
    assert_reason(VIEW(fixture_dsc_name), IN_2025, CHAIN_OK);
}

/* Several anchors of one state live side by side; all are tried (12-6.1.1). */
static void all_candidates(void **state)
{
    (void)state;
    STORE(ROOT(root_two), ROOT(root_other), ROOT(root_one)); /* two has one's name */
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_OK);
    assert_reason(VIEW(fixture_dsc_noaki), IN_2025, CHAIN_OK); /* found by name */
    assert_reason(VIEW(fixture_dsc_other), IN_2025, CHAIN_OK);
    STORE(ROOT(root_same_id), ROOT(root_one)); /* another key bears the key identifier too */
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_OK);
    STORE(ROOT(root_one), ROOT(root_same_id));
    assert_reason(VIEW(fixture_dsc_forged), IN_2025, CHAIN_OK);
}

static void no_anchor(void **state)
{
    struct chain_result result;

    (void)state;
    memset(&memory, 0, sizeof memory);
    store_seal_single(&memory);
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_NO_CSCA_FOR_STATE);
    STORE(ROOT(root_xx)); /* root one's key, but of another state */
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_NO_CSCA_FOR_STATE);
    STORE(ROOT(root_two)); /* the name is right, the key is not; the signer names another key */
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_CSCA_UNKNOWN);
    assert_reason(VIEW(fixture_dsc_noaki), IN_2025, CHAIN_CSCA_UNKNOWN);
    STORE(ROOT(root_same_id)); /* the key it names does not verify it */
    result = verify(VIEW(fixture_dsc_signer), IN_2025);
    assert_int_equal(result.reason, CHAIN_SIGNATURE_INVALID);
    assert_false(result.signature_verified);
}

/* A self-signed certificate in a message is no anchor, whatever name it bears. */
static void name_makes_no_root(void **state)
{
    (void)state;
    STORE(ROOT(root_two));
    assert_reason(VIEW(fixture_root_one), IN_2025, CHAIN_CSCA_UNKNOWN);
    assert_reason(VIEW(fixture_root_two), IN_2025, CHAIN_KEY_USAGE); /* and an anchor signs no documents */
}

static void validity(void **state)
{
    struct chain_result result;

    (void)state;
    STORE(ROOT(root_one));
    result = verify(VIEW(fixture_dsc_signer), IN_2028);
    assert_int_equal(result.reason, CHAIN_DSC_EXPIRED);
    assert_true(result.signature_verified);
    assert_reason(VIEW(fixture_dsc_signer), IN_2018, CHAIN_DSC_NOT_YET_VALID);
    assert_reason(VIEW(fixture_dsc_long), IN_2035, CHAIN_CSCA_EXPIRED);
    assert_reason(VIEW(fixture_dsc_long), IN_2018, CHAIN_CSCA_EXPIRED);
    /* to the second */
    assert_reason(VIEW(fixture_dsc_signer), 1609459200, CHAIN_OK);
    assert_reason(VIEW(fixture_dsc_signer), 1609459199, CHAIN_DSC_NOT_YET_VALID);
    assert_reason(VIEW(fixture_dsc_signer), 1798761600, CHAIN_OK);
    assert_reason(VIEW(fixture_dsc_signer), 1798761601, CHAIN_DSC_EXPIRED);
    assert_reason(VIEW(fixture_dsc_long), 1893456000, CHAIN_OK);
    assert_reason(VIEW(fixture_dsc_long), 1893456001, CHAIN_CSCA_EXPIRED);
    /* an expired anchor does not hide a valid one with the same key, in either order */
    STORE(ROOT(root_one_old), ROOT(root_one));
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_OK);
    STORE(ROOT(root_one), ROOT(root_one_old));
    assert_reason(VIEW(fixture_dsc_long), IN_2018, CHAIN_OK);
    STORE(ROOT(root_one_old));
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_CSCA_EXPIRED);
}

static void profile(void **state)
{
    (void)state;
    STORE(ROOT(root_one));
    assert_reason(VIEW(fixture_dsc_nousage), IN_2025, CHAIN_KEY_USAGE);
    assert_reason(VIEW(fixture_dsc_absentusage), IN_2025, CHAIN_KEY_USAGE);
    assert_reason(VIEW(fixture_dsc_isca), IN_2025, CHAIN_KEY_USAGE);
    assert_reason(VIEW(fixture_dsc_certsign), IN_2025, CHAIN_KEY_USAGE);
    assert_reason(VIEW(fixture_dsc_listsigner), IN_2025, CHAIN_KEY_USAGE);
    assert_reason(VIEW(fixture_dsc_critical), IN_2025, CHAIN_CRITICAL_EXTENSION);
    assert_reason(VIEW(fixture_dsc_sha3), IN_2025, CHAIN_ALGORITHM);
}

/* Every bit of the signed part and of the signature matters. */
static void altered(void **state)
{
    uint8_t copy[sizeof fixture_dsc_signer];
    struct certificate signer;
    struct chain_result result;

    (void)state;
    STORE(ROOT(root_one));
    for (size_t i = 0; i < sizeof copy; i++) {
        memcpy(copy, fixture_dsc_signer, sizeof copy);
        copy[i] ^= (uint8_t)(1U << (i % 8U));
        if (certificate_read(VIEW(copy), &signer) != DR_OK) {
            continue;
        }
        chain_verify(&signer, &memory.store, IN_2025, block, &result);
        assert_false(hardened_is_yes(&result.trusted));
    }
}

static void damaged_store(void **state)
{
    (void)state;
    STORE(ROOT(root_one));
    memory.blocks[0][BLOCK_TREE_BLOCK - 1] ^= 1U;
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_STORE_UNREADABLE);
    STORE(ROOT(root_one));
    memory.store.root[0] ^= 1U;
    assert_reason(VIEW(fixture_dsc_signer), IN_2025, CHAIN_STORE_UNREADABLE);
}

static void texts(void **state)
{
    (void)state;
    for (int i = CHAIN_OK; i <= CHAIN_STORE_UNREADABLE; i++) {
        assert_string_not_equal(chain_reason_text((enum chain_reason)i), "unknown");
    }
    assert_string_equal(chain_reason_text(CHAIN_CSCA_UNKNOWN), "csca-unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trusted),   cmocka_unit_test(all_candidates),
        cmocka_unit_test(no_anchor), cmocka_unit_test(name_makes_no_root),
        cmocka_unit_test(validity),  cmocka_unit_test(profile),
        cmocka_unit_test(altered),   cmocka_unit_test(damaged_store),
        cmocka_unit_test(texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
