/* revlist/leaf, leaf_cursor, leaf_writer: docs/list-format.md 4, and what a reader must reject. */
#include "revlist/leaf.h"
#include "revlist/leaf_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define DIGITS 0x3FFULL
#define ALL 0xFFFFFFFFFULL

static uint64_t seed = 88172645463325252U;
static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static struct leaf_plan plan_of(const char *section, uint8_t length)
{
    struct leaf_plan plan = {.record_count = 1, .records = {REASON_STOLEN}};

    memcpy(plan.section, section, 4);
    plan.section[4] = length;
    for (unsigned i = 0; i < length; i++) {
        plan.sets[i] = DIGITS;
    }
    return plan;
}

/* Entries a cursor gives until it ends; *status says how. At most `max`, since a damaged leaf may have runs of billions. */
static size_t walk(const uint8_t *block, enum dr_status *status, size_t max)
{
    struct leaf_cursor cursor;
    size_t count = 0;

    *status = leaf_begin(&cursor, block);
    while (*status == DR_OK && count < max && (*status = leaf_next(&cursor)) == DR_OK) {
        count++;
    }
    return count;
}

/* UTO P, 8 digits: 10000000, 10000003, a run of 20, 10000100; then a group of mixed records. */
static void write_sample(uint8_t block[BLOCK_TREE_BLOCK])
{
    struct leaf_plan plain = plan_of("UTOP", 8), mixed = plan_of("UTOP", 9);
    struct leaf_writer writer;
    bool goes_on;

    mixed.sets[0] = 1ULL << 12; /* C */
    mixed.sets[8] = ALL;
    mixed.record_count = 3;
    mixed.records[0] = REASON_LOST;
    mixed.records[1] = REASON_CANCELLED | BASIS_COURT_ORDER << 4;
    mixed.records[2] = REASON_STOLEN_BLANK;
    mixed.shares[0] = 200;
    mixed.shares[1] = 55;
    leaf_write_begin(&writer, block);
    assert_int_equal(leaf_write_group(&writer, &plain), DR_OK);
    assert_int_equal(leaf_write_segment(&writer, 40, 10000000, 0), DR_OK);
    leaf_write_gap(&writer, 2, 0);
    leaf_write_run(&writer, 20);
    leaf_write_gap(&writer, 76, 0);
    assert_int_equal(leaf_write_close(&writer, false, &goes_on), DR_OK);
    assert_int_equal(leaf_write_group(&writer, &mixed), DR_OK);
    assert_int_equal(leaf_write_segment(&writer, 60, 77, 1), DR_OK);
    for (unsigned i = 0; i < 256; i++) {
        leaf_write_gap(&writer, i * i % 97U, (uint8_t)(i % 3U));
    }
    assert_int_equal(leaf_write_close(&writer, true, &goes_on), DR_OK);
    assert_true(goes_on);
    assert_int_equal(leaf_write_segment(&writer, 20, 1000000, 2), DR_OK);
    leaf_write_gap(&writer, 0, 0);
    leaf_write_gap(&writer, 3000000, 2);
    leaf_write_run(&writer, 5);
    assert_int_equal(leaf_write_close(&writer, false, &goes_on), DR_OK);
    leaf_write_end(&writer);
}

static enum dr_status find(const uint8_t *block, const char *section, const char *number,
                           struct document_record *record)
{
    uint8_t key[DOCUMENT_KEY_MAX];

    memcpy(key, section, 4);
    key[4] = (uint8_t)strlen(number);
    memcpy(key + 5, number, key[4]);
    return leaf_find(block, bytes_of(key, 5U + (size_t)key[4]), record);
}

static void test_finds_what_was_written(void **state)
{
    static uint8_t block[BLOCK_TREE_BLOCK];
    struct document_record record;
    enum dr_status status;

    (void)state;
    write_sample(block);
    assert_int_equal(walk(block, &status, 1000), 1 + 1 + 20 + 1 + 1 + 256 + 1 + 1 + 1 + 5);
    assert_int_equal(status, DR_ERR_NOT_FOUND);
    for (unsigned i = 0; i < 200; i++) {
        char number[9] = "10000000";
        bool listed = i == 0 || (i >= 3 && i <= 23) || i == 100;
        number[5] = (char)('0' + i / 100);
        number[6] = (char)('0' + i / 10 % 10);
        number[7] = (char)('0' + i % 10);
        assert_int_equal(find(block, "UTOP", number, &record), listed ? DR_OK : DR_ERR_NOT_FOUND);
        if (listed) {
            assert_int_equal(record.reason, REASON_STOLEN);
        }
    }
    assert_int_equal(find(block, "UTOP", "09999999", &record), DR_ERR_NOT_FOUND);
    assert_int_equal(find(block, "UTOP", "00000000", &record), DR_ERR_NOT_FOUND);
    assert_int_equal(find(block, "UTOP", "99999999", &record), DR_ERR_NOT_FOUND);
    assert_int_equal(find(block, "UTOP", "1000000A", &record), DR_ERR_NOT_FOUND);
    assert_int_equal(find(block, "UTOP", "1000000", &record), DR_ERR_NOT_FOUND);
    assert_int_equal(find(block, "UTOI", "10000000", &record), DR_ERR_NOT_FOUND);
    assert_int_equal(find(block, "UTPP", "10000000", &record), DR_ERR_NOT_FOUND);
    /* 77 in C, seven digits, one of 36: place 2 of the last digit but one, 5 of the last character */
    assert_int_equal(find(block, "UTOP", "C00000025", &record), DR_OK);
    assert_int_equal(record.reason, REASON_CANCELLED);
    assert_int_equal(record.basis, BASIS_COURT_ORDER);
    assert_int_equal(find(block, "UTOP", "C00000024", &record), DR_ERR_NOT_FOUND);
    assert_int_equal(find(block, "UTOP", "D00000025", &record), DR_ERR_NOT_FOUND);
}

/* Does a walk end well, its keys ascending? Then a look-up must find all it gave, with the same records. */
static void check_agreement(const uint8_t *block)
{
    struct leaf_cursor cursor;
    uint8_t last[DOCUMENT_KEY_MAX];
    size_t last_len = 0, count = 0;
    enum dr_status status;

    for (unsigned pass = 0; pass < 2; pass++) {
        status = leaf_begin(&cursor, block);
        last_len = count = 0;
        while (status == DR_OK && count++ < 400 && (status = leaf_next(&cursor)) == DR_OK) {
            struct bytes key = bytes_of(cursor.key, cursor.key_len);
            struct document_record record;
            struct document_id id;
            assert_int_equal(document_from_key(key, &id), DR_OK);
            assert_true(document_record_valid(&cursor.record));
            if (pass == 0 && block_tree_compare(bytes_of(last, last_len), key) >= 0) {
                return;
            }
            memcpy(last, key.data, key.len);
            last_len = key.len;
            if (pass == 1 && count % 9U == 1) {
                assert_int_equal(leaf_find(block, key, &record), DR_OK);
                assert_int_equal(record.reason, cursor.record.reason);
                assert_int_equal(record.basis, cursor.record.basis);
            }
        }
        if (status != DR_ERR_NOT_FOUND) {
            return;
        }
    }
}

static void test_any_damage_is_an_answer_or_an_error(void **state)
{
    static uint8_t good[BLOCK_TREE_BLOCK], block[BLOCK_TREE_BLOCK];
    struct document_record record;
    size_t used = BLOCK_TREE_BLOCK;

    (void)state;
    write_sample(good);
    while (good[used - 1] == 0) {
        used--;
    }
    for (size_t at = 0; at < used + 4; at++) {
        for (unsigned change = 1; change < 256; change = change * 4U - change % 2U) {
            enum dr_status status;
            memcpy(block, good, sizeof block);
            block[at] ^= (uint8_t)change;
            (void)walk(block, &status, 5000);
            assert_true(status == DR_OK || status == DR_ERR_NOT_FOUND || status == DR_ERR_CORRUPT);
            status = find(block, "UTOP", "C00000025", &record);
            assert_true(status == DR_OK || status == DR_ERR_NOT_FOUND || status == DR_ERR_CORRUPT);
            check_agreement(block);
        }
    }
    for (unsigned round = 0; round < 1000; round++) { /* nothing but noise */
        enum dr_status status;
        for (size_t i = 0; i < sizeof block; i++) {
            block[i] = (uint8_t)next_random();
        }
        block[0] &= round & 1U ? 0x3F : 0xFF;
        (void)walk(block, &status, 5000);
        check_agreement(block);
    }
}

/* A group head and what follows, as octets; the rest of the block is zero. */
static enum dr_status read_octets(const uint8_t *octets, size_t len)
{
    static uint8_t block[BLOCK_TREE_BLOCK];
    enum dr_status status;

    memset(block, 0, sizeof block);
    memcpy(block, octets, len);
    (void)walk(block, &status, 1000);
    return status;
}

#define READ(...) read_octets((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
/* UTO P, one digit; one segment */
#define HEAD 0x7B, 0xF0, 0xF0, 0x80
#define PLAIN 0x01, 0x01 /* one position of 0-9; record stolen */
#define SEGMENT 0x00, 0x00, 0x00, 0x2F, 0x05

static void test_rejects(void **state)
{
    (void)state;
    assert_int_equal(READ(HEAD, PLAIN, SEGMENT), DR_ERR_NOT_FOUND); /* good: the digit 5 */
    assert_int_equal(READ(0), DR_ERR_CORRUPT);                      /* no group */
    /* head */
    assert_int_equal(READ(0x9A, 0x00, 0xF0, 0x80, PLAIN, SEGMENT), DR_ERR_CORRUPT);      /* state 27 * 27 * 27 + */
    assert_int_equal(READ(0x00, 0x02, 0xF0, 0x80, PLAIN, SEGMENT), DR_ERR_CORRUPT);      /* state <<A */
    assert_int_equal(READ(0x7B, 0xF1, 0xA0, 0x80, PLAIN, SEGMENT), DR_ERR_CORRUPT);      /* class 26 */
    assert_int_equal(READ(0x7B, 0xF0, 0x00, 0x80, PLAIN, SEGMENT), DR_ERR_CORRUPT);      /* class A is written I */
    assert_int_equal(READ(0x7B, 0xF0, 0xF0, 0x00, PLAIN, SEGMENT), DR_ERR_CORRUPT);      /* length 0 */
    assert_int_equal(READ(0x7B, 0xF0, 0xFB, 0x80, 0x17, 0x01, SEGMENT), DR_ERR_CORRUPT); /* length 23 */
    assert_int_equal(READ(0x7B, 0xF0, 0xF0, 0x81, PLAIN, 0x00, 0x00, 0x2F, 0x05),
                     DR_ERR_CORRUPT); /* two segments, one there */
    /* sets */
    assert_int_equal(READ(HEAD, 0x00, 0x01, SEGMENT), DR_ERR_CORRUPT);                  /* no position */
    assert_int_equal(READ(HEAD, 0x02, 0x01, SEGMENT), DR_ERR_CORRUPT);                  /* two positions */
    assert_int_equal(READ(HEAD, 0xA1, 0x01, SEGMENT), DR_ERR_CORRUPT);                  /* kind 5 */
    assert_int_equal(READ(HEAD, 0x61, '<', 0x01, SEGMENT), DR_ERR_CORRUPT);             /* literal < */
    assert_int_equal(READ(HEAD, 0x61, 'a', 0x01, SEGMENT), DR_ERR_CORRUPT);             /* literal a */
    assert_int_equal(READ(HEAD, 0x81, 0, 0, 0, 0, 0, 0x01, SEGMENT), DR_ERR_CORRUPT);   /* empty set */
    assert_int_equal(READ(HEAD, 0x81, 255, 0, 0, 0, 1, 0x01, SEGMENT), DR_ERR_CORRUPT); /* a 40th symbol */
    assert_int_equal(READ(HEAD, 0x81, 255, 0, 0, 0, 16, 0x01, SEGMENT), DR_ERR_NOT_FOUND);
    assert_int_equal(READ(0x7B, 0xF0, 0xF6, 0x00, 0x4C, 0x01, SEGMENT), DR_ERR_CORRUPT);   /* 36^12 > 2^58 */
    assert_int_equal(READ(0x7B, 0xF0, 0xF5, 0x80, 0x4B, 0x01, SEGMENT), DR_ERR_NOT_FOUND); /* 36^11 */
    assert_int_equal(READ(0x7B, 0xF0, 0xFB, 0x00, 0x56, 0x01, SEGMENT), DR_ERR_CORRUPT);   /* 36^22: not modulo 2^64 */
    /* records */
    assert_int_equal(READ(HEAD, 0x01, 0x00, SEGMENT), DR_ERR_CORRUPT);
    assert_int_equal(READ(HEAD, 0x01, 0x04, SEGMENT), DR_ERR_CORRUPT); /* cancelled without a basis */
    assert_int_equal(READ(HEAD, 0x01, 0x11, SEGMENT), DR_ERR_CORRUPT); /* stolen with one */
    assert_int_equal(READ(HEAD, 0x01, 0x06, SEGMENT), DR_ERR_CORRUPT);
    assert_int_equal(READ(HEAD, 0x01, 0x54, SEGMENT), DR_ERR_CORRUPT);
#define MIXED 0x7B, 0xF0, 0xF0, 0xC0, 0x01
    assert_int_equal(READ(MIXED, 2, 1, 2, 128, SEGMENT), DR_ERR_NOT_FOUND);
    assert_int_equal(READ(MIXED, 1, 1, SEGMENT), DR_ERR_CORRUPT);
    assert_int_equal(READ(MIXED, 0, SEGMENT), DR_ERR_CORRUPT);
    assert_int_equal(READ(MIXED, 2, 1, 2, 0, SEGMENT), DR_ERR_CORRUPT);
    assert_int_equal(READ(MIXED, 3, 1, 2, 3, 128, 128, SEGMENT), DR_ERR_CORRUPT);
    assert_int_equal(READ(MIXED, 3, 1, 2, 3, 128, 127, SEGMENT), DR_ERR_NOT_FOUND);
    assert_int_equal(READ(MIXED, 33, 1), DR_ERR_CORRUPT);
    /* segments */
    assert_int_equal(READ(HEAD, PLAIN, 0x00, 0x0F, 0xFF, 0x2F, 0x05), DR_ERR_CORRUPT); /* stream leaves the block */
    assert_int_equal(READ(HEAD, PLAIN, 0x00, 0x00, 0x00, 0x2F, 0x0A), DR_ERR_CORRUPT); /* 10 of 0..9 */
    assert_int_equal(READ(HEAD, PLAIN, 0x00, 0x00, 0x00, 0x2F, 0x85, 0x00), DR_ERR_NOT_FOUND); /* LEB128, long-winded */
    assert_int_equal(READ(HEAD, PLAIN, 0, 0, 0, 0x2F, 0x85, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00),
                     DR_ERR_CORRUPT);
    assert_int_equal(READ(HEAD, PLAIN, 0x00, 0x10, 0x00, 0x00, 0x09),
                     DR_ERR_CORRUPT); /* a token: leaves the universe */
#define TWO 0x7B, 0xF0, 0xF1, 0x01, 0x02, 0x01
    assert_int_equal(READ(TWO, 0x00, 0x00, 0x2F, 0x05, 0x00, 0x00, 0x00, 0x2F, 0x00),
                     DR_ERR_CORRUPT); /* same first value */
    assert_int_equal(READ(TWO, 0x00, 0x00, 0x2F, 0x05, 0x00, 0x00, 0x00, 0x2F, 0x01),
                     DR_ERR_CORRUPT); /* inside the first one */
    /* behind the last group */
    assert_int_equal(READ(HEAD, PLAIN, SEGMENT, 0, 0, 0, 0, 1), DR_ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_finds_what_was_written),
                                       cmocka_unit_test(test_any_damage_is_an_answer_or_an_error),
                                       cmocka_unit_test(test_rejects)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
