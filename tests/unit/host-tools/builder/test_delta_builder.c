/* Deltas: what the firmware's applier makes of them is the new edition, octet for octet, and of anything else it makes nothing. */
#include "builder/delta_builder.h"
#include "builder/edition_proof.h"
#include "builder/list_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t seed = 88172645463325252U;
static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* A body in memory: source and sink. */
struct body {
    uint8_t *data;
    uint32_t count;
    uint8_t *written; /* how often, by block */
};

static enum dr_status read_body(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    const struct body *body = ctx;

    assert_true(block < body->count);
    memcpy(data, body->data + (size_t)block * BLOCK_TREE_BLOCK, BLOCK_TREE_BLOCK);
    return DR_OK;
}

static enum dr_status read_back(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    const struct body *body = ctx;

    assert_true(block < body->count);
    assert_int_equal(body->written[block], 1);
    return read_body(ctx, block, data);
}

static enum dr_status write_body(void *ctx, uint32_t block, const uint8_t data[BLOCK_TREE_BLOCK])
{
    struct body *body = ctx;

    assert_true(block < body->count);
    assert_int_equal(body->written[block]++, 0);
    memcpy(body->data + (size_t)block * BLOCK_TREE_BLOCK, data, BLOCK_TREE_BLOCK);
    return DR_OK;
}

struct list {
    struct list_record *records;
    size_t count;
    struct body body;
    struct edition edition;
};

static void build(struct list *list)
{
    struct list_builder *builder = list_builder_new(NULL);
    struct list_build_result result;
    FILE *file = tmpfile();

    for (size_t i = 0; i < list->count; i++) {
        assert_int_equal(list_builder_add(builder, &list->records[i]), DR_OK);
    }
    memset(&list->edition, 0, sizeof list->edition);
    assert_int_equal(list_builder_finish(builder, file, &list->edition.manifest, &result), DR_OK);
    list_builder_free(builder);
    list->body.count = (uint32_t)(list->edition.manifest.body_length / BLOCK_TREE_BLOCK);
    list->body.data = malloc((size_t)list->body.count * BLOCK_TREE_BLOCK);
    rewind(file);
    assert_int_equal(fread(list->body.data, BLOCK_TREE_BLOCK, list->body.count, file), list->body.count);
    (void)fclose(file);
    list->edition.source =
        (struct block_source){.ctx = &list->body, .read = read_body, .block_count = list->body.count};
}

static void release(struct list *list)
{
    free(list->records);
    free(list->body.data);
}

static struct list_record record_of(const char *state, char type, const char *number, enum document_reason reason)
{
    struct list_record record = {.record = {reason, BASIS_NONE}, .since = LIST_SINCE_UNKNOWN};

    (void)snprintf(record.id.state, sizeof record.id.state, "%s", state);
    record.id.type_class = type;
    (void)snprintf(record.id.number, sizeof record.id.number, "%s", number);
    return record;
}

/* Series of several kinds, with runs and mixed reasons. */
static struct list_record random_record(void)
{
    static const char *const states[] = {"UTO", "D", "FRA", "XOM"};
    uint64_t r = next_random();
    char number[MRZ_MAX_DOCUMENT_NUMBER + 1];
    enum document_reason reason = (r >> 50) % 8U == 0 ? REASON_STOLEN : REASON_LOST;

    switch ((r >> 8) % 8U) {
    case 0:
        (void)snprintf(number, sizeof number, "%c%c%07u", (int)('A' + (r >> 20) % 26U), (int)('A' + (r >> 30) % 3U),
                       (unsigned)(next_random() % 10000000U));
        break;
    case 1:
        (void)snprintf(number, sizeof number, "C01X%05u", (unsigned)(next_random() % 100000U));
        break;
    case 2:
        for (size_t i = 0; i < 18; i++) {
            number[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[next_random() % 36U];
        }
        number[18] = 0;
        break;
    default:
        (void)snprintf(number, sizeof number, "7%08u", (unsigned)(next_random() % 3000000U));
    }
    return record_of(states[(r >> 3) % 4U], (r >> 40) % 5U == 0 ? 'I' : 'P', number, reason);
}

static void add_run(struct list *list, unsigned first, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        char number[16];
        (void)snprintf(number, sizeof number, "8%08u", first + i);
        list->records[list->count++] = record_of("UTO", 'P', number, REASON_STOLEN_BLANK);
    }
}

static struct list make_list(size_t count)
{
    struct list list = {.records = calloc(count + 50000U, sizeof *list.records)};

    for (size_t i = 0; i < count; i++) {
        list.records[list.count++] = random_record();
    }
    if (count > 100) {
        add_run(&list, 1000, 9000);
        add_run(&list, 50000, 100);
        add_run(&list, 51000, 13);
    }
    return list;
}

/* `old` with about one in `one_in` entries gone, as many added and some changed. */
static struct list churn(const struct list *old, unsigned one_in)
{
    struct list list = {.records = calloc(old->count * 2U + 50000U, sizeof *list.records)};

    for (size_t i = 0; i < old->count; i++) {
        uint64_t r = next_random();
        if (r % one_in != 0) {
            list.records[list.count++] = old->records[i];
            if (r % one_in == 1 && (r >> 30) % 8U == 0) {
                list.records[list.count - 1U].record.reason = REASON_INVALID;
                list.records[list.count - 1U].since = 1;
            }
        }
        if ((r >> 20) % one_in == 0) {
            list.records[list.count++] = random_record();
        }
    }
    return list;
}

static struct delta_apply apply;

/* Feeds a delta in pieces of `piece` octets. */
static enum dr_status apply_delta(const struct list *old, const struct manifest *manifest, struct bytes delta,
                                  size_t piece, struct body *out)
{
    struct edition_sink sink = {out, write_body, read_back};
    enum dr_status status = DR_OK;

    out->count = (uint32_t)(manifest->body_length / BLOCK_TREE_BLOCK);
    out->data = calloc(out->count, BLOCK_TREE_BLOCK);
    out->written = calloc(out->count, 1);
    delta_apply_begin(&apply, &old->edition, &sink, manifest);
    while (status == DR_OK) {
        size_t part = delta.len < piece ? delta.len : piece;
        status = delta_apply_take(&apply, bytes_of(delta.data, part), part == delta.len);
        delta = bytes_of(delta.data + part, delta.len - part);
        if (delta.len == 0) {
            break;
        }
    }
    return status;
}

static void expect_edition(const struct list *old, const struct list *new, struct bytes delta, size_t piece)
{
    struct body out;

    assert_int_equal(apply_delta(old, &new->edition.manifest, delta, piece, &out), DR_OK);
    assert_memory_equal(out.data, new->body.data, (size_t)out.count * BLOCK_TREE_BLOCK);
    for (uint32_t i = 0; i < out.count; i++) {
        assert_int_equal(out.written[i], 1);
    }
    free(out.data);
    free(out.written);
}

static void round_trip(struct list *old, struct list *new)
{
    struct delta_build_result result;
    uint8_t *delta;
    size_t len;

    build(old);
    build(new);
    assert_int_equal(delta_build(&old->edition, &new->edition, &delta, &len, &result), DR_OK);
    assert_int_equal(old->edition.manifest.entry_count + result.added - result.removed,
                     new->edition.manifest.entry_count);
    expect_edition(old, new, bytes_of(delta, len), 1024);
    expect_edition(old, new, bytes_of(delta, len), 7);
    free(delta);
    release(old);
    release(new);
}

static void test_editions_of_every_size(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 50, 3000, 15000};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            if (i + j < 7) {
                struct list old = make_list(sizes[i]), new = make_list(sizes[j]);
                round_trip(&old, &new);
            }
        }
    }
}

static void test_churn(void **state)
{
    static const unsigned rates[] = {20000, 1000, 100, 7, 2};

    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct list old = make_list(15000), new = churn(&old, rates[i]);
        if (i == 2) { /* a run is cut, one is made longer, one is new */
            add_run(&new, 10000, 700);
            add_run(&new, 90000, 2500);
        }
        round_trip(&old, &new);
    }
}

/* The root decides: a damaged delta makes the edition all the same, or nothing. So does a truncated one, and one with octets
 * behind it makes nothing. */
static void test_every_flipped_bit(void **state)
{
    struct list old = make_list(90), new = churn(&old, 9);
    struct delta_build_result result;
    struct body out;
    uint8_t *delta;
    size_t len;

    (void)state;
    build(&old);
    build(&new);
    assert_int_equal(delta_build(&old.edition, &new.edition, &delta, &len, &result), DR_OK);
    for (size_t bit = 0; bit < len * 8U; bit++) {
        delta[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
        if (apply_delta(&old, &new.edition.manifest, bytes_of(delta, len), 333, &out) == DR_OK) {
            assert_memory_equal(out.data, new.body.data, (size_t)out.count * BLOCK_TREE_BLOCK);
        }
        free(out.data);
        free(out.written);
        delta[bit / 8U] ^= (uint8_t)(1U << bit % 8U);
    }
    for (size_t shorter = 1; shorter <= len; shorter += 5) {
        assert_int_not_equal(apply_delta(&old, &new.edition.manifest, bytes_of(delta, len - shorter), 1000, &out),
                             DR_OK);
        free(out.data);
        free(out.written);
    }
    delta = realloc(delta, len + 2000U);
    memset(delta + len, 1, 2000);
    assert_int_not_equal(apply_delta(&old, &new.edition.manifest, bytes_of(delta, len + 2000U), 1000, &out), DR_OK);
    free(out.data);
    free(out.written);
    /* to another edition, and from another one */
    assert_int_not_equal(apply_delta(&old, &old.edition.manifest, bytes_of(delta, len), 1000, &out), DR_OK);
    free(out.data);
    free(out.written);
    assert_int_not_equal(apply_delta(&new, &new.edition.manifest, bytes_of(delta, len), 1000, &out), DR_OK);
    free(out.data);
    free(out.written);
    free(delta);
    release(&old);
    release(&new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_editions_of_every_size),
        cmocka_unit_test(test_churn),
        cmocka_unit_test(test_every_flipped_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
