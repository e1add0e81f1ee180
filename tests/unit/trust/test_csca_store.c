/* The trust store's body: anchors of one country over leaf boundaries, and damage of any kind. */
#include "fixture.h"
#include "fixtures/certificates.h"
#include "store_of.h"
#include "trust/algorithm.h"

static struct memory_store memory;
static uint8_t block[BLOCK_TREE_BLOCK];

/* A record made by hand: any country, a number that tells it apart, an RSA key that is only looked at. */
static void add_record(uint8_t *leaf, const char *country, uint8_t number, size_t modulus_len)
{
    static uint8_t modulus[768];
    static const uint8_t exponent[] = {1, 0, 1};
    uint8_t hash[HASH_SHA256_SIZE] = {0};
    uint8_t record[CSCA_RECORD_MAX] = {0};
    size_t country_len = strlen(country);
    struct public_key key = {.type = KEY_RSA, .rsa_exponent = VIEW(exponent)};
    struct der_writer w;
    size_t sequence;
    size_t value_len;
    size_t len;
    size_t at = 2;
    uint16_t count = get_be16(leaf);

    memset(modulus, 0xC1, sizeof modulus);
    key.rsa_modulus = bytes_of(modulus, modulus_len);
    record[0] = (uint8_t)(country_len + 17);
    memcpy(record + 1, country, country_len);
    record[1 + country_len + 1] = number;
    der_write_begin(&w, record + 1 + record[0], sizeof record - 1 - record[0]);
    sequence = der_write_open(&w, DER_SEQUENCE);
    der_write_generalized_time(&w, number);
    der_write_generalized_time(&w, 1000);
    der_write_item(&w, DER_OCTET_STRING, bytes_of(&number, 1));
    der_write_item(&w, DER_OCTET_STRING, VIEW(hash));
    assert_int_equal(algorithm_write_public_key(&key, &w), DR_OK);
    der_write_close(&w, sequence);
    assert_int_equal(der_write_finish(&w, &value_len), DR_OK);
    len = 1 + (size_t)record[0] + value_len;
    for (uint16_t i = 0; i < count; i++) {
        at += 2U + get_be16(leaf + at);
    }
    put_be16(leaf + at, (uint16_t)len);
    memcpy(leaf + at + 2, record, len);
    put_be16(leaf, (uint16_t)(count + 1U));
}

struct seen {
    uint8_t numbers[16];
    unsigned count;
    unsigned stop_after;
};

static bool note(void *ctx, const struct csca_anchor *anchor)
{
    struct seen *seen = ctx;

    assert_int_equal(anchor->key.type, KEY_RSA);
    seen->numbers[seen->count++] = anchor->subject_key_id.data[0];
    return seen->count != seen->stop_after;
}

static struct seen visit(const char *country, unsigned stop_after)
{
    struct seen seen = {.stop_after = stop_after};
    uint32_t count = 99;

    assert_int_equal(csca_store_visit(&memory.store, country, block, note, &seen, &count), DR_OK);
    assert_int_equal(count, seen.count);
    return seen;
}

/* Three leaves; D's anchors go on from one to the next, and a separator may be shorter or longer than a country. */
static void make_store(void)
{
    static const struct bytes separators[] = {
        {(const uint8_t *)"AT\0\1", 4}, {(const uint8_t *)"DE\0\3", 4}, {(const uint8_t *)"F", 1}};

    memset(&memory, 0, sizeof memory);
    add_record(memory.blocks[1], "AT", 1, 768);
    add_record(memory.blocks[1], "DE", 1, 768);
    add_record(memory.blocks[1], "DE", 2, 256);
    add_record(memory.blocks[2], "DE", 3, 256);
    add_record(memory.blocks[2], "DEU", 7, 256);
    add_record(memory.blocks[3], "FR", 1, 256);
    add_record(memory.blocks[3], "US", 1, 256);
    add_record(memory.blocks[3], "US", 2, 256);
    store_seal(&memory, 3, separators);
}

static void countries(void **state)
{
    struct seen seen;

    (void)state;
    make_store();
    seen = visit("DE", 0);
    assert_int_equal(seen.count, 3);
    assert_memory_equal(seen.numbers, "\1\2\3", 3);
    assert_int_equal(visit("de", 0).count, 3);
    seen = visit("DEU", 0); /* three letters are another key than two */
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.numbers[0], 7);
    assert_int_equal(visit("AT", 0).count, 1); /* before the first separator */
    assert_int_equal(visit("FR", 0).count, 1);
    assert_int_equal(visit("US", 0).count, 2); /* to the end of the store */
    assert_int_equal(visit("AA", 0).count, 0);
    assert_int_equal(visit("ES", 0).count, 0);
    assert_int_equal(visit("ZZ", 0).count, 0);
    assert_int_equal(visit("DE", 2).count, 2);
}

static void no_countries(void **state)
{
    struct seen seen = {0};
    uint32_t count;

    (void)state;
    make_store();
    assert_int_equal(csca_store_visit(&memory.store, "", block, note, &seen, &count), DR_ERR_ARGUMENT);
    assert_int_equal(csca_store_visit(&memory.store, "D", block, note, &seen, &count), DR_ERR_ARGUMENT);
    assert_int_equal(csca_store_visit(&memory.store, "DEUT", block, note, &seen, &count), DR_ERR_ARGUMENT);
    assert_int_equal(csca_store_visit(&memory.store, "D1", block, note, &seen, &count), DR_ERR_ARGUMENT);
    assert_int_equal(seen.count, 0);
}

static void damage(void **state)
{
    struct seen seen = {0};

    (void)state;
    for (unsigned leaf = 0; leaf < 4; leaf++) {
        make_store();
        memory.blocks[leaf][100] ^= 1U;
        /* found damaged as soon as it is read, and not before */
        assert_int_equal(csca_store_visit(&memory.store, "DE", block, note, &seen, NULL),
                         leaf == 3 ? DR_OK : DR_ERR_CORRUPT);
        seen.count = 0;
    }
}

/* Records that break the format are refused although their block is authentic: the signer's mistake, not ours. */
static void broken_records(void **state)
{
    static const struct {
        size_t offset;
        uint8_t value;
    } broken[] = {
        {2, 0xFF},  /* record longer than the block */
        {4, 0},     /* empty key */
        {4, 21},    /* key too long */
        {24, 0x31}, /* value is no SEQUENCE */
        {28, 0x17}, /* the time is a UTCTime by its tag */
        {0, 1},     /* 257 records */
    };
    struct seen seen = {0};

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        memset(&memory, 0, sizeof memory);
        add_record(memory.blocks[0], "DE", 1, 256);
        memory.blocks[0][broken[i].offset] = broken[i].value;
        store_seal_single(&memory);
        seen.count = 0;
        assert_int_equal(csca_store_visit(&memory.store, "DE", block, note, &seen, NULL), DR_ERR_CORRUPT);
    }
}

/* RSA-6144 with a key identifier of 32 octets is the longest there is. */
static void longest_record(void **state)
{
    static uint8_t modulus[768];
    static const uint8_t exponent[] = {1, 0, 1};
    static const uint8_t key_id[32];
    struct certificate certificate;
    uint8_t record[CSCA_RECORD_MAX];
    size_t len;

    (void)state;
    assert_int_equal(certificate_read(VIEW(fixture_root_one), &certificate), DR_OK);
    memset(modulus, 0xFF, sizeof modulus);
    certificate.key =
        (struct public_key){.type = KEY_RSA, .rsa_modulus = VIEW(modulus), .rsa_exponent = VIEW(exponent)};
    certificate.subject_key_id = VIEW(key_id);
    assert_int_equal(csca_record_write(&certificate, record, &len), DR_OK);
    assert_true(len <= CSCA_RECORD_MAX - 200);
    certificate.subject_key_id = VIEW(modulus);
    assert_int_equal(csca_record_write(&certificate, record, &len), DR_ERR_NO_SPACE);
    certificate.key.type = KEY_NONE;
    assert_int_equal(csca_record_write(&certificate, record, &len), DR_ERR_UNSUPPORTED);
}

/* One key and name: one record key, whatever the validity. Another name or key: another. */
static void record_keys(void **state)
{
    static const struct bytes roots[] = {
        {fixture_root_one, sizeof fixture_root_one},
        {fixture_root_one_old, sizeof fixture_root_one_old},
        {fixture_root_two, sizeof fixture_root_two},
        {fixture_root_xx, sizeof fixture_root_xx},
    };
    uint8_t records[4][CSCA_RECORD_MAX];
    struct certificate certificate;
    size_t len;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(certificate_read(roots[i], &certificate), DR_OK);
        assert_int_equal(csca_record_write(&certificate, records[i], &len), DR_OK);
        assert_int_equal(records[i][0], 19);
    }
    assert_memory_equal(records[0], records[1], 20);
    assert_memory_not_equal(records[0], records[2], 20);
    assert_memory_not_equal(records[0], records[3], 20);
    assert_memory_equal(records[0] + 1, "UT\0", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(countries),      cmocka_unit_test(no_countries),   cmocka_unit_test(damage),
        cmocka_unit_test(broken_records), cmocka_unit_test(longest_record), cmocka_unit_test(record_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
