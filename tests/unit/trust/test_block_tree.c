/* trust/block_tree: every block of a body is found by key and authenticated up to the root. The builder below is the test's
 * own and as plain as can be, so that reader and host-tools/builder/tree_builder.c are checked apart from each other. */
#include "trust/block_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct body {
    uint8_t *blocks;
    uint32_t count;
    uint32_t reads;
    uint8_t root[HASH_SHA256_SIZE];
};

static uint8_t *at(const struct body *body, uint32_t block)
{
    return body->blocks + (size_t)block * BLOCK_TREE_BLOCK;
}

static enum dr_status read_block(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    struct body *body = ctx;

    assert_true(block < body->count);
    body->reads++;
    memcpy(data, at(body, block), BLOCK_TREE_BLOCK);
    return DR_OK;
}

static struct block_source source_of(struct body *body)
{
    return (struct block_source){.ctx = body, .read = read_block, .block_count = body->count};
}

static void hash_block(const uint8_t *block, uint8_t *out)
{
    assert_int_equal(hash_compute(HASH_SHA256, bytes_of(block, BLOCK_TREE_BLOCK), out), DR_OK);
}

/* Key of leaf i: 4 octets; keys are even, so that odd ones fall between. */
static void leaf_key(uint32_t i, uint8_t key[4])
{
    put_be32(key, 0x01000000U + 2U * i);
}

/* Appends a separator without sharing anything but what it must: shared is the true common prefix. */
static size_t put_separator(uint8_t *out, uint32_t i, bool first)
{
    uint8_t key[4], before[4];
    size_t shared = 0;

    leaf_key(i, key);
    if (!first) {
        leaf_key(i - 1U, before);
        while (key[shared] == before[shared]) {
            shared++;
        }
    }
    out[0] = (uint8_t)shared;
    out[1] = (uint8_t)(4U - shared);
    memcpy(out + 2, key + shared, 4U - shared);
    return 6U - shared;
}

/* A body of `leaves` leaves with `per_index` leaves an index block (0: no index blocks). */
static struct body build(uint32_t leaves, uint32_t per_index)
{
    struct body body = {0};
    uint32_t index_blocks = per_index == 0 ? 0 : (leaves + per_index - 1U) / per_index;
    uint32_t data = leaves + index_blocks, levels[3], level_count = 0, n = data, first_data;
    uint8_t *root, *out;

    while (n > 64) {
        n = (n + 127U) / 128U;
        levels[level_count++] = n;
    }
    first_data = 1;
    for (uint32_t i = 0; i < level_count; i++) {
        first_data += levels[i];
    }
    body.count = first_data + data;
    body.blocks = calloc(body.count, BLOCK_TREE_BLOCK);
    assert_non_null(body.blocks);
    for (uint32_t i = 0; i < leaves; i++) {
        put_be32(at(&body, first_data + index_blocks + i), 0xA0000000U + i);
    }
    for (uint32_t i = 0; i < index_blocks; i++) {
        uint32_t first = i * per_index, count = leaves - first < per_index ? leaves - first : per_index;
        out = at(&body, first_data + i);
        put_be32(out, first);
        put_be16(out + 4, (uint16_t)count);
        out += 6;
        for (uint32_t j = 0; j < count; j++) {
            out += put_separator(out, first + j, j == 0);
        }
    }
    /* hashes, from the data up */
    uint32_t child = first_data, children = data, end = first_data;
    for (uint32_t level = 0; level < level_count; level++) {
        uint32_t start = end - levels[level];
        for (uint32_t i = 0; i < children; i++) {
            hash_block(at(&body, child + i), at(&body, start) + (size_t)i * 32U);
        }
        child = start;
        children = levels[level];
        end = start;
    }
    root = body.blocks;
    root[0] = 1;
    root[1] = per_index == 0 ? 1 : 2;
    put_be16(root + 2, (uint16_t)children);
    put_be32(root + 4, data);
    put_be32(root + 8, index_blocks);
    put_be16(root + 12, (uint16_t)(per_index == 0 ? leaves : index_blocks));
    out = root + 18;
    for (uint32_t i = 0; i < children; i++) {
        hash_block(at(&body, child + i), out);
        out += 32;
    }
    for (uint32_t i = 0; i < (per_index == 0 ? leaves : index_blocks); i++) {
        uint32_t key_of = per_index == 0 ? i : i * per_index;
        uint8_t key[4];
        leaf_key(key_of, key);
        if (per_index == 0) {
            out += put_separator(out, key_of, i == 0);
        } else {
            out[0] = 0; /* keys ascend in their last octets: write them whole, sharing what is shared */
            uint8_t before[4] = {0};
            size_t shared = 0;
            if (i > 0) {
                leaf_key((i - 1U) * per_index, before);
                while (key[shared] == before[shared]) {
                    shared++;
                }
            }
            out[0] = (uint8_t)shared;
            out[1] = (uint8_t)(4U - shared);
            memcpy(out + 2, key + shared, 4U - shared);
            out += 6U - shared;
        }
        assert_true(out <= root + BLOCK_TREE_BLOCK);
    }
    hash_block(root, body.root);
    return body;
}

static void check_all(uint32_t leaves, uint32_t per_index, bool sealed, uint32_t most_reads)
{
    struct body body = build(leaves, per_index);
    struct block_source source = source_of(&body);
    uint8_t block[BLOCK_TREE_BLOCK];
    struct block_tree_top top = {0};
    uint32_t first = 0;

    source.sealed = sealed;
    assert_int_equal(block_tree_first_leaf(&source, body.root, block, &first), DR_OK);
    assert_int_equal(body.count - first, leaves);
    for (uint32_t i = 0; i<leaves; i += leaves> 1000 ? 1 + i % 97U : 1) {
        for (uint32_t odd = 0; odd < 2; odd++) {
            uint8_t key[6] = {0};
            uint32_t leaf = 0, reads = 0;
            leaf_key(i, key);
            key[3] = (uint8_t)(key[3] + odd);
            assert_int_equal(
                block_tree_find_cached(&source, body.root, bytes_of(key, odd ? 6 : 4), block, &top, &leaf, &reads),
                DR_OK);
            assert_int_equal(leaf, first + i);
            assert_int_equal(get_be32(block), 0xA0000000U + i);
            assert_true(reads <= most_reads || (i == 0 && odd == 0 && reads <= most_reads + 1));
        }
        assert_int_equal(block_tree_leaf(&source, body.root, first + i, block), DR_OK);
        assert_int_equal(get_be32(block), 0xA0000000U + i);
    }
    assert_int_equal(block_tree_leaf(&source, body.root, body.count, block), DR_ERR_NOT_FOUND);
    uint32_t leaf;
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("\0zzz", 4), block, &leaf, NULL), DR_ERR_NOT_FOUND);
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("", 0), block, &leaf, NULL), DR_ERR_NOT_FOUND);
    free(body.blocks);
}

static void test_finds_in_every_shape(void **state)
{
    (void)state;
    check_all(2, 0, true, 2);
    check_all(64, 0, true, 2);
    check_all(65, 0, true, 2);
    check_all(300, 0, true, 2);
    check_all(300, 50, true, 2);
    check_all(8200, 500, true, 2); /* two levels of hash blocks */
    check_all(2, 0, false, 3);
    check_all(65, 0, false, 4);
    check_all(300, 50, false, 7);
    check_all(8200, 500, false, 9);
}

static void test_one_leaf_and_none(void **state)
{
    struct body body = {.blocks = calloc(1, BLOCK_TREE_BLOCK), .count = 1};
    struct block_source source = source_of(&body);
    uint8_t block[BLOCK_TREE_BLOCK];
    uint32_t leaf = 7, first = 7;
    struct block_tree_shape shape;

    (void)state;
    hash_block(body.blocks, body.root);
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("a", 1), block, &leaf, NULL), DR_ERR_NOT_FOUND);
    assert_int_equal(block_tree_first_leaf(&source, body.root, block, &first), DR_OK);
    assert_int_equal(first, 1);
    body.blocks[5] = 1;
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("a", 1), block, &leaf, NULL), DR_ERR_CORRUPT);
    hash_block(body.blocks, body.root);
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("a", 1), block, &leaf, NULL), DR_OK);
    assert_int_equal(leaf, 0);
    assert_int_equal(block_tree_shape(&source, body.root, block, &shape), DR_OK);
    assert_int_equal(shape.leaf_count, 1);
    free(body.blocks);
}

static bool find_all(struct block_source *source, const struct body *body, uint32_t leaves, uint32_t *corrupt)
{
    uint8_t block[BLOCK_TREE_BLOCK];
    bool wrong = false;

    *corrupt = 0;
    for (uint32_t i = 0; i < leaves; i++) {
        uint8_t key[4];
        uint32_t leaf;
        leaf_key(i, key);
        enum dr_status status = block_tree_find(source, body->root, bytes_of(key, 4), block, &leaf, NULL);
        *corrupt += status != DR_OK;
        wrong |= status == DR_OK && (get_be32(block) != 0xA0000000U + i);
    }
    return wrong;
}

static void test_a_flipped_bit_is_seen_by_who_reads_it(void **state)
{
    struct body body = build(70, 40);
    struct block_source source = source_of(&body);
    uint32_t corrupt;

    (void)state;
    for (uint32_t block = 0; block < body.count; block++) {
        for (size_t bit = block * 3U % 17U; bit < BLOCK_TREE_BLOCK * 8U; bit += 14983) {
            at(&body, block)[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
            assert_false(find_all(&source, &body, 70, &corrupt));
            assert_true(corrupt > 0);
            at(&body, block)[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
        }
    }
    assert_false(find_all(&source, &body, 70, &corrupt));
    assert_int_equal(corrupt, 0);
    free(body.blocks);
}

/* Streams `body` into `stored`; returns the status of the first refusal, *refused its block. */
static enum dr_status stream(const struct body *body, uint32_t count, uint32_t *refused)
{
    struct body stored = {.blocks = calloc(body->count, BLOCK_TREE_BLOCK), .count = 0};
    struct block_source source = source_of(&stored);
    struct block_tree_stream stream;
    uint8_t scratch[BLOCK_TREE_BLOCK];
    enum dr_status status = DR_OK;

    source.block_count = body->count;
    block_tree_stream_begin(&stream, body->root, body->count);
    for (uint32_t i = 0; i < count && status == DR_OK; i++) {
        status = block_tree_stream_accept(&stream, &source, at(body, i), scratch);
        *refused = i;
        if (status == DR_OK) {
            memcpy(at(&stored, i), at(body, i), BLOCK_TREE_BLOCK);
            stored.count = i + 1U;
        } else {
            assert_int_equal(stream.next, i);
        }
    }
    if (status == DR_OK) {
        status = block_tree_stream_finish(&stream);
    }
    free(stored.blocks);
    return status;
}

static void test_streams_in_every_shape(void **state)
{
    static const uint32_t shapes[][2] = {{2, 0}, {64, 0}, {65, 0}, {300, 0}, {300, 50}, {8200, 500}};
    uint32_t refused = 0;

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct body body = build(shapes[i][0], shapes[i][1]);
        assert_int_equal(stream(&body, body.count, &refused), DR_OK);
        assert_int_equal(stream(&body, body.count - 1U, &refused), DR_ERR_TRUNCATED);
        free(body.blocks);
    }
}

static void test_a_stream_stops_at_the_damaged_block(void **state)
{
    struct body body = build(300, 50);
    uint32_t refused = 0;

    (void)state;
    for (uint32_t block = 0; block < body.count; block += 7) {
        at(&body, block)[block % BLOCK_TREE_BLOCK] ^= 0x10;
        assert_int_equal(stream(&body, body.count, &refused), DR_ERR_CORRUPT);
        assert_int_equal(refused, block);
        at(&body, block)[block % BLOCK_TREE_BLOCK] ^= 0x10;
    }
    /* two leaves exchanged */
    uint8_t block[BLOCK_TREE_BLOCK];
    memcpy(block, at(&body, body.count - 1U), sizeof block);
    memcpy(at(&body, body.count - 1U), at(&body, body.count - 2U), sizeof block);
    memcpy(at(&body, body.count - 2U), block, sizeof block);
    assert_int_equal(stream(&body, body.count, &refused), DR_ERR_CORRUPT);
    assert_int_equal(refused, body.count - 2U);
    free(body.blocks);
}

/* Authentic bodies that break the format: each change is signed again. */
static void test_refuses_wrong_roots(void **state)
{
    static const struct {
        size_t offset;
        uint8_t value;
        enum dr_status status;
    } changes[] = {{0, 2, DR_ERR_UNSUPPORTED}, {0, 0, DR_ERR_UNSUPPORTED}, {1, 0, DR_ERR_CORRUPT},
                   {1, 2, DR_ERR_CORRUPT},     {1, 3, DR_ERR_CORRUPT},     {3, 63, DR_ERR_CORRUPT},
                   {7, 64, DR_ERR_CORRUPT},    {4, 255, DR_ERR_CORRUPT},   {11, 1, DR_ERR_CORRUPT},
                   {13, 1, DR_ERR_CORRUPT},    {14, 1, DR_ERR_CORRUPT},    {8, 255, DR_ERR_CORRUPT}};
    uint8_t block[BLOCK_TREE_BLOCK];
    uint32_t leaf, refused;

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct body body = build(20, 0);
        struct block_source source = source_of(&body);
        body.blocks[changes[i].offset] = changes[i].value;
        hash_block(body.blocks, body.root);
        assert_int_equal(block_tree_find(&source, body.root, bytes_of("\1\0\0\4", 4), block, &leaf, NULL),
                         changes[i].status);
        assert_int_equal(stream(&body, body.count, &refused), changes[i].status);
        source.sealed = true;
        assert_int_equal(block_tree_find(&source, body.root, bytes_of("\1\0\0\4", 4), block, &leaf, NULL),
                         changes[i].status);
        free(body.blocks);
    }
}

static void test_refuses_separators_out_of_order(void **state)
{
    struct body body = build(20, 0);
    struct block_source source = source_of(&body);
    uint8_t block[BLOCK_TREE_BLOCK];
    uint8_t *separators = body.blocks + 18 + 20 * 32;
    uint32_t leaf;

    (void)state;
    source.sealed = true;
    separators[8] = 0; /* second separator: last octet as the first one's */
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("\1\0\0\4", 4), block, &leaf, NULL), DR_ERR_CORRUPT);
    separators[8] = 2;
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("\1\0\0\4", 4), block, &leaf, NULL), DR_OK);
    separators[6] = 5; /* shares more than there is */
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("\1\0\0\4", 4), block, &leaf, NULL), DR_ERR_CORRUPT);
    separators[6] = 3;
    separators[7] = 255; /* longer than a key may be */
    assert_int_equal(block_tree_find(&source, body.root, bytes_of("\1\0\0\4", 4), block, &leaf, NULL), DR_ERR_CORRUPT);
    free(body.blocks);
}

static void test_compare(void **state)
{
    (void)state;
    assert_true(block_tree_compare(bytes_of("a", 1), bytes_of("ab", 2)) < 0);
    assert_true(block_tree_compare(bytes_of("b", 1), bytes_of("ab", 2)) > 0);
    assert_int_equal(block_tree_compare(bytes_of("ab", 2), bytes_of("ab", 2)), 0);
    assert_true(block_tree_compare(bytes_of("\xFF", 1), bytes_of("\x01", 1)) > 0);
    assert_true(block_tree_compare(bytes_of(NULL, 0), bytes_of("", 0)) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_finds_in_every_shape),
                                       cmocka_unit_test(test_one_leaf_and_none),
                                       cmocka_unit_test(test_a_flipped_bit_is_seen_by_who_reads_it),
                                       cmocka_unit_test(test_streams_in_every_shape),
                                       cmocka_unit_test(test_a_stream_stops_at_the_damaged_block),
                                       cmocka_unit_test(test_refuses_wrong_roots),
                                       cmocka_unit_test(test_refuses_separators_out_of_order),
                                       cmocka_unit_test(test_compare)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
