/* CRLs inside a trust store: exact whatever the numbers, and which list speaks for which issuer (ICAO 9303-12 7.1.4, D.1.2.3). */
#include "fixture.h"
#include "fixtures/certificates.h"
#include "store_of.h"

#include "trust/chain.h"
#include "trust/revocation.h"

#define IN_2025 1735689600
#define DAY 86400

/* Name ::= { countryName UT, commonName A..C } */
#define NAME(letter)                                                                                                   \
    {                                                                                                                  \
        0x30, 0x19, 0x31, 0x0B, 0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x06, 0x13, 0x02, 'U', 'T', 0x31, 0x0A, 0x30,      \
            0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0C, 0x01, (letter)                                                   \
    }
static const uint8_t name_a[] = NAME('A'), name_b[] = NAME('B'), name_c[] = NAME('C');

static struct memory_store memory;
static uint8_t block[BLOCK_TREE_BLOCK];

/* Leaves filled in the order of keys, as the builder does it. */
static struct bytes separators[STORE_MAX_BLOCKS];
static uint8_t separator_octets[STORE_MAX_BLOCKS][CSCA_KEY_MAX];
static uint32_t leaves;

static void begin(void)
{
    memset(&memory, 0, sizeof memory);
    leaves = 0;
}

static void add(const uint8_t *record, size_t len)
{
    if (leaves > 0 && leaf_add_record(memory.blocks[leaves], record, len)) {
        return;
    }
    leaves++;
    assert_true(leaves < STORE_MAX_BLOCKS);
    memcpy(separator_octets[leaves], record + 1, record[0]);
    separators[leaves - 1] = bytes_of(separator_octets[leaves], record[0]);
    assert_true(leaf_add_record(memory.blocks[leaves], record, len));
}

static struct crl list_of(const uint8_t *name, int64_t next_update, size_t count)
{
    return (struct crl){.issuer = bytes_of(name, sizeof name_a),
                        .issuer_country = "UT",
                        .this_update = next_update - 90 * DAY,
                        .next_update = next_update,
                        .has_next_update = next_update != 0,
                        .revoked_count = (uint32_t)count};
}

static void add_head(const struct crl *crl)
{
    uint8_t record[CSCA_RECORD_MAX];
    size_t len;

    assert_int_equal(revocation_write_head(crl, record, &len), DR_OK);
    add(record, len);
}

static void add_serials(const struct crl *crl, const struct bytes *serials, size_t count)
{
    uint8_t record[CSCA_RECORD_MAX];
    size_t len, taken;

    for (size_t i = 0; i < count; i += taken) {
        assert_int_equal(revocation_write_serials(crl, serials + i, count - i, record, &len, &taken), DR_OK);
        assert_true(taken > 0);
        add(record, len);
    }
}

static void assert_revocation(const uint8_t *name, struct bytes serial, int64_t now, revocation expected)
{
    revocation found = 0;

    assert_int_equal(revocation_look_up(&memory.store, "ut", bytes_of(name, sizeof name_a), serial, now, block, &found),
                     DR_OK);
    if (found != expected) {
        print_error("%s, expected %s\n", revocation_text(found), revocation_text(expected));
    }
    assert_int_equal(found, expected);
}

#define SERIALS 3000U

/* Every third number of 24 bits, in their shortest form, then some longer ones. */
static size_t make_serials(struct bytes *serials, uint8_t (*octets)[REVOCATION_SERIAL_MAX])
{
    size_t count = 0;

    for (uint32_t i = 0; i < SERIALS; i++) {
        uint32_t number = 0x0100U + 3U * i * 700U;
        octets[count][0] = 0;
        octets[count][1] = (uint8_t)(number >> 16);
        octets[count][2] = (uint8_t)(number >> 8);
        octets[count][3] = (uint8_t)number;
        serials[count] = crl_serial(bytes_of(octets[count], 4));
        count++;
    }
    for (uint8_t i = 1; i < 8; i++) {
        memset(octets[count], 0x11 * i, REVOCATION_SERIAL_MAX);
        serials[count] = bytes_of(octets[count], REVOCATION_SERIAL_MAX);
        count++;
    }
    return count;
}

static struct bytes serials[SERIALS + 8U];
static uint8_t octets[SERIALS + 8U][REVOCATION_SERIAL_MAX];

static void exact(void **state)
{
    static const uint8_t zero[] = {0}, minus_one[] = {0xFF}, padded[] = {0, 0, 0x01, 0x00}, absurd[41] = {1};
    size_t count = make_serials(serials, octets);
    struct crl crl = list_of(name_a, IN_2025 + DAY, count);

    (void)state;
    begin();
    add_head(&crl);
    add_serials(&crl, serials, count);
    assert_true(leaves > 2);
    store_seal(&memory, leaves, separators);
    for (size_t i = 0; i < count; i++) {
        uint8_t neighbour[REVOCATION_SERIAL_MAX];
        assert_revocation(name_a, serials[i], IN_2025, REVOCATION_REVOKED);
        memcpy(neighbour, serials[i].data, serials[i].len);
        neighbour[serials[i].len - 1U] ^= 1U;
        assert_revocation(name_a, bytes_of(neighbour, serials[i].len), IN_2025, REVOCATION_UNREVOKED);
    }
    assert_revocation(name_a, bytes_of(zero, 1), IN_2025, REVOCATION_UNREVOKED);
    assert_revocation(name_a, bytes_of(minus_one, 1), IN_2025, REVOCATION_UNREVOKED);
    assert_revocation(name_a, bytes_of(padded, 4), IN_2025, REVOCATION_REVOKED);
    assert_revocation(name_a, bytes_of(absurd, sizeof absurd), IN_2025, REVOCATION_UNREVOKED);
    print_message("%zu numbers in %u leaves\n", count, leaves);
}

/* Negative numbers, single octets and zero are numbers like others: -1 is not 255. */
static void odd_numbers(void **state)
{
    static const uint8_t zero[] = {0}, minus_one[] = {0xFF}, n255[] = {0, 0xFF}, many[] = {0xFF, 0xFF, 0xFF};
    const struct bytes listed[] = {bytes_of(zero, 1), bytes_of(minus_one, 1)};
    struct crl crl = list_of(name_a, 0, 2); /* no nextUpdate: never out of date by itself */

    (void)state;
    crl.this_update = IN_2025;
    begin();
    add_head(&crl);
    add_serials(&crl, listed, 2);
    store_seal(&memory, leaves, separators);
    assert_revocation(name_a, bytes_of(zero, 1), IN_2025 + 9000 * (int64_t)DAY, REVOCATION_REVOKED);
    assert_revocation(name_a, bytes_of(minus_one, 1), IN_2025, REVOCATION_REVOKED);
    assert_revocation(name_a, bytes_of(many, 3), IN_2025, REVOCATION_REVOKED);
    assert_revocation(name_a, bytes_of(n255, 2), IN_2025 + 9000 * (int64_t)DAY, REVOCATION_UNREVOKED);
}

static void which_list(void **state)
{
    static const uint8_t one[] = {1}, two[] = {2}, three[] = {3};
    const struct bytes in_a[] = {bytes_of(one, 1)}, in_b[] = {bytes_of(two, 1)};
    struct crl a = list_of(name_a, IN_2025 + DAY, 1), b = list_of(name_b, IN_2025 + 9 * DAY, 1);
    uint8_t hash_a[HASH_SHA256_SIZE], hash_b[HASH_SHA256_SIZE];
    bool a_first;

    (void)state;
    begin();
    store_seal_single(&memory);
    assert_revocation(name_a, in_a[0], IN_2025, REVOCATION_UNDETERMINED); /* no list at all */

    assert_int_equal(certificate_name_hash(a.issuer, hash_a), DR_OK);
    assert_int_equal(certificate_name_hash(b.issuer, hash_b), DR_OK);
    a_first = memcmp(hash_a, hash_b, 8) < 0;
    add_head(a_first ? &a : &b), add_head(a_first ? &b : &a);
    add_serials(a_first ? &a : &b, a_first ? in_a : in_b, 1), add_serials(a_first ? &b : &a, a_first ? in_b : in_a, 1);
    store_seal(&memory, leaves, separators);
    /* The current list of the issuer's own name decides alone. */
    assert_revocation(name_a, in_a[0], IN_2025, REVOCATION_REVOKED);
    assert_revocation(name_a, in_b[0], IN_2025, REVOCATION_UNREVOKED);
    assert_revocation(name_b, in_a[0], IN_2025, REVOCATION_UNREVOKED);
    /* Out of date, the state's other lists count as well, and what it lists is still revoked. */
    assert_revocation(name_a, in_a[0], IN_2025 + 2 * DAY, REVOCATION_REVOKED);
    assert_revocation(name_a, in_b[0], IN_2025 + 2 * DAY, REVOCATION_REVOKED);
    assert_revocation(name_a, bytes_of(three, 1), IN_2025 + 2 * DAY, REVOCATION_OUTDATED);
    /* A former name without a list of its own: the state's single list covers it (7.1.4 note 1). */
    assert_revocation(name_c, in_a[0], IN_2025, REVOCATION_REVOKED);
    assert_revocation(name_c, bytes_of(three, 1), IN_2025, REVOCATION_UNREVOKED);
    assert_revocation(name_c, bytes_of(three, 1), IN_2025 + 20 * DAY, REVOCATION_OUTDATED);
    /* Lists do not become anchors, and another state's are not asked. */
    {
        revocation found;
        assert_int_equal(revocation_look_up(&memory.store, "UTX", a.issuer, in_a[0], IN_2025, block, &found), DR_OK);
        assert_int_equal(found, REVOCATION_UNDETERMINED);
        assert_int_equal(revocation_look_up(&memory.store, "", a.issuer, in_a[0], IN_2025, block, &found),
                         DR_ERR_ARGUMENT);
    }
}

/* A signer that is listed is revoked, whatever else; without a list, or with an old one, it passes and that is noted. */
static void chain_asks(void **state)
{
    struct certificate signer;
    struct chain_result result;
    struct crl crl = {.issuer_country = "UT", .this_update = IN_2025 - DAY, .has_next_update = true};
    uint8_t root[CSCA_RECORD_MAX];
    struct certificate anchor;
    size_t root_len;

    (void)state;
    assert_int_equal(certificate_read(VIEW(fixture_dsc_signer), &signer), DR_OK);
    assert_int_equal(certificate_read(VIEW(fixture_root_one), &anchor), DR_OK);
    assert_int_equal(csca_record_write(&anchor, root, &root_len), DR_OK);
    memcpy(crl.issuer_country, signer.issuer_country, sizeof crl.issuer_country);
    crl.issuer = signer.issuer;
    crl.next_update = IN_2025 + DAY;
    crl.revoked_count = 1;
    begin();
    add(root, root_len);
    store_seal(&memory, leaves, separators);
    chain_verify(&signer, &memory.store, IN_2025, block, &result);
    assert_true(hardened_is_yes(&result.trusted));
    assert_int_equal(result.revocation, REVOCATION_UNDETERMINED);
    assert_int_equal(result.defects, CHAIN_DEFECT_NOT_DETERMINED);

    begin();
    add(root, root_len);
    add_head(&crl);
    store_seal(&memory, leaves, separators);
    chain_verify(&signer, &memory.store, IN_2025, block, &result);
    assert_true(hardened_is_yes(&result.trusted));
    assert_int_equal(result.revocation, REVOCATION_UNREVOKED);
    assert_int_equal(result.defects, 0);
    chain_verify(&signer, &memory.store, IN_2025 + 2 * DAY, block, &result);
    assert_true(hardened_is_yes(&result.trusted));
    assert_int_equal(result.revocation, REVOCATION_OUTDATED);
    assert_int_equal(result.defects, CHAIN_DEFECT_NOT_DETERMINED);

    begin();
    add(root, root_len);
    add_head(&crl);
    {
        struct bytes serial = crl_serial(signer.serial);
        add_serials(&crl, &serial, 1);
    }
    store_seal(&memory, leaves, separators);
    chain_verify(&signer, &memory.store, IN_2025, block, &result);
    assert_false(hardened_is_yes(&result.trusted));
    assert_int_equal(result.reason, CHAIN_REVOKED);
    assert_int_equal(result.revocation, REVOCATION_REVOKED);
    assert_true(result.signature_verified);
    chain_verify(&signer, &memory.store, IN_2025 + 4000 * (int64_t)DAY, block, &result); /* expired too */
    assert_int_equal(result.reason, CHAIN_REVOKED);
}

/* A store that breaks the format: an error, never an answer that lets a signer pass by chance. */
static void damaged(void **state)
{
    size_t count = make_serials(serials, octets);
    struct crl crl = list_of(name_a, IN_2025 + DAY, 400);
    size_t refused = 0;

    (void)state;
    assert_true(count > 400);
    begin();
    add_head(&crl);
    add_serials(&crl, serials, 400);
    for (size_t at = 0; at < 2000; at++) {
        uint8_t *octet = &memory.blocks[1][at], kept = *octet;
        *octet ^= (uint8_t)(1U << at % 8U);
        store_seal(&memory, leaves, separators);
        for (size_t i = 0; i < 400; i += 97) {
            revocation found = 0;
            enum dr_status status =
                revocation_look_up(&memory.store, "UT", crl.issuer, serials[i], IN_2025, block, &found);
            assert_true(status == DR_OK || status == DR_ERR_CORRUPT);
            assert_true(status == DR_OK || found == REVOCATION_UNDETERMINED);
            refused += status != DR_OK;
        }
        *octet = kept;
    }
    assert_true(refused > 100);
}

static void refuses_to_write(void **state)
{
    static const uint8_t one[] = {1}, two[] = {2}, absurd[41] = {1};
    const struct bytes falling[] = {bytes_of(two, 1), bytes_of(one, 1)}, twice[] = {bytes_of(one, 1), bytes_of(one, 1)},
                       absurd_one[] = {bytes_of(absurd, sizeof absurd)};
    struct crl crl = list_of(name_a, IN_2025, 2);
    uint8_t record[CSCA_RECORD_MAX];
    size_t len, taken;

    (void)state;
    assert_int_equal(revocation_write_serials(&crl, falling, 2, record, &len, &taken), DR_ERR_ARGUMENT);
    assert_int_equal(revocation_write_serials(&crl, twice, 2, record, &len, &taken), DR_ERR_ARGUMENT);
    assert_int_equal(revocation_write_serials(&crl, twice, 0, record, &len, &taken), DR_ERR_ARGUMENT);
    assert_int_equal(revocation_write_serials(&crl, absurd_one, 1, record, &len, &taken), DR_ERR_TOO_LARGE);
    crl.issuer_country[0] = '\0';
    assert_int_equal(revocation_write_head(&crl, record, &len), DR_ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact),      cmocka_unit_test(odd_numbers), cmocka_unit_test(which_list),
        cmocka_unit_test(chain_asks), cmocka_unit_test(damaged),     cmocka_unit_test(refuses_to_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
