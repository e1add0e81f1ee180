/* builder/tree_builder against trust/block_tree: every leaf is found and streamed, with one level of index and with two. */
#include "builder/edition_proof.h"
#include "builder/tree_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct bytes text(const char *s)
{
    return bytes_of(s, strlen(s));
}

static void assert_separator(const char *last, const char *first, const char *expected)
{
    struct bytes separator = tree_builder_separator(text(last), text(first));

    assert_int_equal(separator.len, strlen(expected));
    assert_memory_equal(separator.data, expected, separator.len);
    assert_true(block_tree_compare(text(last), separator) < 0);
    assert_true(block_tree_compare(separator, text(first)) <= 0);
}

static void test_shortest_separators(void **state)
{
    (void)state;
    assert_separator("", "abc", "a");
    assert_separator("abc", "abd", "abd");
    assert_separator("abc", "b", "b");
    assert_separator("abczz", "abdaa", "abd");
    assert_separator("ab", "abc", "abc");
    assert_separator("ab", "abcde", "abc");
}

/* Key of leaf i: `length` octets that differ late. */
static size_t key_of(uint32_t i, size_t length, uint8_t *key)
{
    memset(key, 'k', length);
    put_be32(key + length - 4U, 3U * i + 1U);
    return length;
}

static void check(uint32_t leaves, size_t key_length, uint32_t index_blocks_at_least)
{
    struct tree_builder *builder = tree_builder_new();
    FILE *out = tmpfile(), *stored = tmpfile();
    uint8_t root[HASH_SHA256_SIZE], key[BLOCK_TREE_MAX_KEY];
    static uint8_t block[BLOCK_TREE_BLOCK], scratch[BLOCK_TREE_BLOCK];
    struct block_tree_top top = {0};
    struct block_tree_shape shape;
    struct block_tree_stream stream;
    struct block_source source, copy;
    uint32_t count = 0, leaf = 0;

    for (uint32_t i = 0; i < leaves; i++) {
        memset(block, 0, sizeof block);
        put_be32(block, i + 1U);
        assert_int_equal(tree_builder_leaf(builder, bytes_of(key, key_of(i, key_length, key)), block), DR_OK);
    }
    assert_int_equal(tree_builder_leaf(builder, bytes_of(key, key_length), block), DR_ERR_ARGUMENT); /* not ascending */
    assert_int_equal(tree_builder_finish(builder, out, root, &count), DR_OK);
    tree_builder_free(builder);
    source = file_block_source(out, count);
    copy = file_block_source(stored, count);
    assert_int_equal(block_tree_shape(&source, root, block, &shape), DR_OK);
    assert_int_equal(shape.leaf_count, leaves);
    assert_true(index_blocks_at_least == 0 ? shape.index_blocks == 0 : shape.index_blocks >= index_blocks_at_least);
    for (uint32_t i = 0; i < leaves; i += 1U + i % 13U) {
        uint32_t reads = 0;
        size_t len = key_of(i, key_length, key);
        source.sealed = i % 2U == 0;
        assert_int_equal(block_tree_find_cached(&source, root, bytes_of(key, len), block, &top, &leaf, &reads), DR_OK);
        assert_int_equal(get_be32(block), i + 1U);
        assert_int_equal(leaf, shape.first_leaf + i);
        assert_true(!source.sealed || reads <= 2 || (i == 0 && reads == 3) || top.index_count == 0);
        put_be32(key + len - 4U, 3U * i + 2U); /* between two leaves: still this one */
        assert_int_equal(block_tree_find(&source, root, bytes_of(key, len), block, &leaf, NULL), DR_OK);
        assert_int_equal(get_be32(block), i + 1U);
    }
    key_of(0, key_length, key);
    key[key_length - 1U]--;
    assert_int_equal(block_tree_find(&source, root, bytes_of(key, key_length), block, &leaf, NULL), DR_ERR_NOT_FOUND);

    source.sealed = false;
    block_tree_stream_begin(&stream, root, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(source.read(source.ctx, i, block), DR_OK);
        assert_int_equal(block_tree_stream_accept(&stream, &copy, block, scratch), DR_OK);
        assert_int_equal(fwrite(block, sizeof block, 1, stored), 1);
        assert_int_equal(fflush(stored), 0);
    }
    assert_int_equal(block_tree_stream_finish(&stream), DR_OK);
    (void)fclose(out);
    (void)fclose(stored);
}

static void test_one_level(void **state)
{
    (void)state;
    check(2, 10, 0);
    check(64, 20, 0);
    check(65, 20, 0);
    check(400, 9, 0);
}

static void test_two_levels(void **state)
{
    (void)state;
    check(1800, 9, 2);
    check(300, 64, 0);
    check(9000, 12, 6); /* and two levels of hash blocks */
}

static void test_top_of_the_index_must_fit(void **state)
{
    struct tree_builder *builder = tree_builder_new();
    FILE *out = tmpfile();
    uint8_t root[HASH_SHA256_SIZE], key[BLOCK_TREE_MAX_KEY], block[BLOCK_TREE_BLOCK] = {1};
    uint32_t count;

    (void)state;
    for (uint32_t i = 0; i < 6000; i++) { /* keys that share nothing: 66 octets a separator, 62 a block, 97 blocks */
        memset(key, 'x', sizeof key);
        key[0] = (uint8_t)(i >> 8);
        key[1] = (uint8_t)i;
        assert_int_equal(tree_builder_leaf(builder, bytes_of(key, sizeof key), block), DR_OK);
    }
    assert_int_equal(tree_builder_finish(builder, out, root, &count), DR_ERR_TOO_LARGE);
    tree_builder_free(builder);
    (void)fclose(out);
}

static void test_no_leaf_and_one(void **state)
{
    for (uint32_t leaves = 0; leaves < 2; leaves++) {
        struct tree_builder *builder = tree_builder_new();
        FILE *out = tmpfile();
        uint8_t root[HASH_SHA256_SIZE], block[BLOCK_TREE_BLOCK] = {7};
        struct block_source source;
        uint32_t count = 0, leaf;
        (void)state;
        if (leaves == 1) {
            assert_int_equal(tree_builder_leaf(builder, text("m"), block), DR_OK);
        }
        assert_int_equal(tree_builder_finish(builder, out, root, &count), DR_OK);
        assert_int_equal(count, 1);
        source = file_block_source(out, count);
        assert_int_equal(block_tree_find(&source, root, text("a"), block, &leaf, NULL),
                         leaves == 1 ? DR_OK : DR_ERR_NOT_FOUND);
        tree_builder_free(builder);
        (void)fclose(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shortest_separators), cmocka_unit_test(test_one_level), cmocka_unit_test(test_two_levels),
        cmocka_unit_test(test_top_of_the_index_must_fit), cmocka_unit_test(test_no_leaf_and_one)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
