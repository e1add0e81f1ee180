/* The worked example of docs/list-format.md, and bits flipped in editions. */
#include "builder/delta_builder.h"
#include "builder/edition_proof.h"
#include "builder/list_builder.h"
#include "codec/hex.h"
#include "revlist/leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static char page[65536];

static bool read_page(void)
{
    const char *source = getenv("DOCREV_SOURCE");
    char path[4096];
    FILE *file;
    size_t len;

    (void)snprintf(path, sizeof path, "%s/docs/list-format.md", source != NULL ? source : ".");
    file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    len = fread(page, 1, sizeof page - 1U, file);
    page[len] = 0;
    (void)fclose(file);
    return true;
}

/* What stands between ```name and the next ```. */
static struct bytes fenced(const char *name)
{
    char fence[32];
    const char *begin, *end;

    (void)snprintf(fence, sizeof fence, "\n```%s\n", name);
    begin = strstr(page, fence);
    assert_non_null(begin);
    begin += strlen(fence);
    end = strstr(begin, "```");
    assert_non_null(end);
    return bytes_of(begin, (size_t)(end - begin));
}

static size_t octets_of(struct bytes text, uint8_t *out, size_t capacity)
{
    char digits[8192];
    size_t count = 0, len = capacity;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != ' ' && text.data[i] != '\n') {
            digits[count++] = (char)text.data[i];
        }
    }
    assert_int_equal(hex_decode(bytes_of(digits, count), out, &len), DR_OK);
    return len;
}

static void test_example_of_the_specification(void **state)
{
    struct list_builder *builder = list_builder_new(NULL);
    struct list_csv_errors errors;
    struct list_build_result result;
    struct manifest manifest = {0};
    static uint8_t expected[BLOCK_TREE_BLOCK], block[BLOCK_TREE_BLOCK];
    uint8_t root[HASH_SHA256_SIZE];
    struct bytes csv;
    FILE *in, *body = tmpfile();

    (void)state;
    if (!read_page()) {
        print_message("docs/list-format.md is not at hand: set DOCREV_SOURCE\n");
        list_builder_free(builder);
        (void)fclose(body);
        skip();
    }
    csv = fenced("csv");
    in = fmemopen((void *)(uintptr_t)csv.data, csv.len, "r");
    assert_non_null(in);
    assert_int_equal(list_builder_add_csv(builder, in, BASIS_NONE, &errors), DR_OK);
    assert_int_equal(list_builder_finish(builder, body, &manifest, &result), DR_OK);
    assert_int_equal(manifest.body_length, BLOCK_TREE_BLOCK);
    rewind(body);
    assert_int_equal(fread(block, sizeof block, 1, body), 1);
    (void)octets_of(fenced("hex"), expected, sizeof expected);
    assert_memory_equal(block, expected, sizeof block);
    assert_int_equal(octets_of(fenced("sha256"), root, sizeof root), sizeof root);
    assert_memory_equal(manifest.root, root, sizeof root);
    (void)fclose(in);
    (void)fclose(body);
    list_builder_free(builder);
}

/* An edition of one block, from lines of the page. */
static struct edition edition_of(const char *fence, FILE *body)
{
    struct list_builder *builder = list_builder_new(NULL);
    struct list_csv_errors errors;
    struct list_build_result result;
    struct edition edition = {0};
    struct bytes csv = fenced(fence);
    FILE *in = fmemopen((void *)(uintptr_t)csv.data, csv.len, "r");

    assert_non_null(in);
    assert_int_equal(list_builder_add_csv(builder, in, BASIS_NONE, &errors), DR_OK);
    assert_int_equal(list_builder_finish(builder, body, &edition.manifest, &result), DR_OK);
    edition.source = file_block_source(body, 1);
    (void)fclose(in);
    list_builder_free(builder);
    return edition;
}

static void test_example_of_a_delta(void **state)
{
    FILE *old_body = tmpfile(), *new_body = tmpfile();
    static uint8_t expected[BLOCK_TREE_BLOCK];
    struct delta_build_result result;
    struct edition old, new;
    uint8_t *delta;
    size_t len;

    (void)state;
    if (!read_page()) {
        (void)fclose(old_body);
        (void)fclose(new_body);
        skip();
    }
    old = edition_of("csv", old_body);
    new = edition_of("changed", new_body);
    assert_int_equal(delta_build(&old, &new, &delta, &len, &result), DR_OK);
    if (octets_of(fenced("delta"), expected, sizeof expected) != len || memcmp(expected, delta, len) != 0) {
        for (size_t i = 0; i < len; i++) {
            print_message("%02x%s", delta[i], i % 16U == 15 ? "\n" : " ");
        }
        fail_msg("the delta is another one");
    }
    free(delta);
    (void)fclose(old_body);
    (void)fclose(new_body);
}

/* A body in memory that can be damaged. */
struct memory_body {
    uint8_t *data;
    uint32_t count;
};

static enum dr_status read_memory(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    const struct memory_body *body = ctx;

    memcpy(data, body->data + (size_t)block * BLOCK_TREE_BLOCK, BLOCK_TREE_BLOCK);
    return DR_OK;
}

static struct edition build(uint32_t entries, struct memory_body *body)
{
    struct list_builder *builder = list_builder_new(NULL);
    struct list_build_result result;
    struct edition edition = {0};
    FILE *file = tmpfile();

    for (uint32_t i = 0; i < entries; i++) {
        struct list_record record = {
            .id = {"UTO", 'P', ""}, .record = {REASON_LOST, BASIS_NONE}, .since = LIST_SINCE_UNKNOWN};
        (void)snprintf(record.id.number, sizeof record.id.number, "%09u", (unsigned)(i * 2654435761U % 1000000007U));
        assert_int_equal(list_builder_add(builder, &record), DR_OK);
    }
    assert_int_equal(list_builder_finish(builder, file, &edition.manifest, &result), DR_OK);
    list_builder_free(builder);
    body->count = (uint32_t)(edition.manifest.body_length / BLOCK_TREE_BLOCK);
    body->data = malloc((size_t)edition.manifest.body_length);
    assert_non_null(body->data);
    rewind(file);
    assert_int_equal(fread(body->data, BLOCK_TREE_BLOCK, body->count, file), body->count);
    (void)fclose(file);
    edition.source = (struct block_source){.ctx = body, .read = read_memory, .block_count = body->count};
    return edition;
}

static struct edition_scratch scratch;

/* Looks up a document that is listed. DR_OK with another answer than "listed" is what must never be. */
static enum dr_status look_up(const struct edition *edition, uint32_t i)
{
    struct document_id id = {"UTO", 'P', ""};
    struct lookup_answer answer;
    enum dr_status status;

    (void)snprintf(id.number, sizeof id.number, "%09u", (unsigned)(i * 2654435761U % 1000000007U));
    memset(&scratch, 0, sizeof scratch);
    status = edition_lookup(edition, &id, &scratch, &answer);
    assert_int_equal(hardened_is_yes(&answer.listed), status == DR_OK);
    assert_false(hardened_is_yes(&answer.absent));
    return status;
}

static void test_every_bit_of_a_small_edition(void **state)
{
    struct memory_body body;
    struct edition edition = build(40, &body);
    size_t used = BLOCK_TREE_BLOCK;

    (void)state;
    assert_int_equal(body.count, 1);
    while (body.data[used - 1U] == 0) {
        used--;
    }
    for (size_t bit = 0; bit < BLOCK_TREE_BLOCK * 8U; bit += bit < used * 8U ? 1U : 61U) {
        uint64_t count;
        body.data[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
        assert_int_equal(edition_walk(&edition, &scratch, NULL, NULL, &count), DR_ERR_CORRUPT);
        assert_int_equal(look_up(&edition, (uint32_t)(bit % 40U)), DR_ERR_CORRUPT);
        body.data[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
    }
    assert_int_equal(look_up(&edition, 7), DR_OK);
    free(body.data);
}

static void test_flips_in_a_tree_are_seen_by_who_reads_them(void **state)
{
    struct memory_body body;
    struct edition edition = build(20000, &body);
    uint64_t seed = 1, count;
    unsigned seen = 0;

    (void)state;
    assert_true(body.count > 5);
    for (unsigned round = 0; round < 400; round++) {
        size_t bit;
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        bit = (size_t)((seed >> 20) % ((uint64_t)body.count * BLOCK_TREE_BLOCK * 8U));
        body.data[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
        for (uint32_t i = 0; i < 5; i++) {
            seen += look_up(&edition, (uint32_t)(seed >> 33) % 20000U + i < 20000U ? (uint32_t)(seed >> 33) % 20000U
                                                                                   : 0) != DR_OK;
        }
        assert_int_not_equal(edition_walk(&edition, &scratch, NULL, NULL, &count), DR_OK);
        body.data[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
    }
    assert_true(seen > 0);
    assert_int_equal(edition_walk(&edition, &scratch, NULL, NULL, &count), DR_OK);
    assert_int_equal(count, edition.manifest.entry_count);
    free(body.data);
}

static void test_manifest_must_agree(void **state)
{
    struct memory_body body;
    struct edition edition = build(40, &body);
    uint64_t count;

    (void)state;
    edition.manifest.entry_count++;
    assert_int_equal(edition_walk(&edition, &scratch, NULL, NULL, &count), DR_ERR_CORRUPT);
    edition.manifest.entry_count--;
    edition.manifest.body_length += BLOCK_TREE_BLOCK;
    assert_int_equal(look_up(&edition, 1), DR_ERR_CORRUPT);
    edition.manifest.body_length -= BLOCK_TREE_BLOCK;
    edition.manifest.block_size = 512;
    assert_int_equal(look_up(&edition, 1), DR_ERR_CORRUPT);
    edition.manifest.block_size = BLOCK_TREE_BLOCK;
    edition.manifest.root[31] ^= 1;
    assert_int_equal(look_up(&edition, 1), DR_ERR_CORRUPT);
    edition.manifest.root[31] ^= 1;
    assert_int_equal(look_up(&edition, 1), DR_OK);
    free(body.data);
}

/* Long numbers, every length: exact, though no universe of theirs fits into 58 bits. */
static bool count_visit(void *ctx, struct bytes key, const struct document_record *record)
{
    (void)key;
    (void)record;
    (*(unsigned *)ctx)++;
    return true;
}

static void test_every_length_of_any_characters(void **state)
{
    struct list_builder *builder = list_builder_new(NULL);
    struct list_build_result result;
    struct edition edition = {0};
    FILE *file = tmpfile();
    uint64_t seed = 99, count;
    unsigned visited = 0;
    static struct list_record records[22 * 60];

    (void)state;
    for (unsigned i = 0; i < 22U * 60U; i++) {
        records[i] = (struct list_record){.id = {"XPO", 'V', ""}, .record = {REASON_INVALID, BASIS_NONE}, .since = 5};
        for (unsigned j = 0; j < i / 60U + 1U; j++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            records[i].id.number[j] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(seed >> 33) % 36U];
        }
        assert_int_equal(list_builder_add(builder, &records[i]), DR_OK);
    }
    assert_int_equal(list_builder_finish(builder, file, &edition.manifest, &result), DR_OK);
    edition.source = file_block_source(file, (uint32_t)(edition.manifest.body_length / BLOCK_TREE_BLOCK));
    assert_int_equal(edition_walk(&edition, &scratch, count_visit, &visited, &count), DR_OK);
    assert_int_equal(visited, count);
    assert_int_equal(count + result.duplicates, 22 * 60);
    for (unsigned i = 0; i < 22U * 60U; i++) {
        struct lookup_answer answer;
        assert_int_equal(edition_lookup(&edition, &records[i].id, &scratch, &answer), DR_OK);
        assert_true(hardened_is_yes(&answer.listed));
        if (records[i].id.number[1] != 0) {
            records[i].id.type_class = 'P';
            assert_int_equal(edition_lookup(&edition, &records[i].id, &scratch, &answer), DR_OK);
            assert_true(hardened_is_yes(&answer.absent));
        }
    }
    (void)fclose(file);
    list_builder_free(builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_example_of_the_specification),
                                       cmocka_unit_test(test_example_of_a_delta),
                                       cmocka_unit_test(test_every_bit_of_a_small_edition),
                                       cmocka_unit_test(test_flips_in_a_tree_are_seen_by_who_reads_them),
                                       cmocka_unit_test(test_manifest_must_agree),
                                       cmocka_unit_test(test_every_length_of_any_characters)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
