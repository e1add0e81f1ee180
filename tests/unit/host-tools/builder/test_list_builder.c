/* builder/list_builder: from records to a proven edition. The expectation is kept apart, in a plain sorted array. */
#include "builder/edition_proof.h"
#include "builder/list_builder.h"
#include "builder/tree_builder.h"
#include "revlist/leaf_writer.h"
#include "revlist/lookup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* xorshift64*: the same numbers in every run. */
static uint64_t seed = 0x9E3779B97F4A7C15U;
static uint64_t next_random(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return seed * 0x2545F4914F6CDD1DU;
}

struct built {
    FILE *body;
    struct edition edition;
    struct list_build_result result;
};

static void finish(struct list_builder *builder, struct built *built)
{
    memset(built, 0, sizeof *built);
    built->body = tmpfile();
    assert_non_null(built->body);
    assert_int_equal(list_builder_finish(builder, built->body, &built->edition.manifest, &built->result), DR_OK);
    built->edition.source =
        file_block_source(built->body, (uint32_t)(built->edition.manifest.body_length / BLOCK_TREE_BLOCK));
    list_builder_free(builder);
}

static struct list_record record_of(const char *state, char type_class, const char *number, enum document_reason reason,
                                    enum document_basis basis, int64_t since)
{
    struct list_record record = {.record = {reason, basis}, .since = since};

    (void)snprintf(record.id.state, sizeof record.id.state, "%s", state);
    record.id.type_class = type_class;
    (void)snprintf(record.id.number, sizeof record.id.number, "%s", number);
    return record;
}

static struct lookup_answer look_up(const struct built *built, const char *state, char type_class, const char *number)
{
    static struct edition_scratch scratch;
    struct list_record record = record_of(state, type_class, number, REASON_LOST, BASIS_NONE, 0);
    struct lookup_answer answer;

    memset(&scratch, 0, sizeof scratch);
    assert_int_equal(edition_lookup(&built->edition, &record.id, &scratch, &answer), DR_OK);
    assert_true(hardened_is_yes(&answer.listed) != hardened_is_yes(&answer.absent));
    return answer;
}

static void assert_listed(const struct built *built, const char *state, char type_class, const char *number,
                          enum document_reason reason, enum document_basis basis)
{
    struct lookup_answer answer = look_up(built, state, type_class, number);

    assert_true(hardened_is_yes(&answer.listed));
    assert_int_equal(answer.record.reason, reason);
    assert_int_equal(answer.record.basis, basis);
}

static void assert_absent(const struct built *built, const char *state, char type_class, const char *number)
{
    struct lookup_answer answer = look_up(built, state, type_class, number);

    assert_true(hardened_is_yes(&answer.absent));
}

static enum dr_status add_csv(struct list_builder *builder, const char *text, struct list_csv_errors *errors)
{
    FILE *csv = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    enum dr_status status;

    assert_non_null(csv);
    status = list_builder_add_csv(builder, csv, BASIS_NONE, errors);
    (void)fclose(csv);
    return status;
}

static void test_empty(void **state)
{
    struct built built;

    (void)state;
    finish(list_builder_new(NULL), &built);
    assert_int_equal(built.edition.manifest.entry_count, 0);
    assert_int_equal(built.edition.manifest.body_length, BLOCK_TREE_BLOCK);
    assert_absent(&built, "UTO", 'P', "L898902C3");
    (void)fclose(built.body);
}

static void test_csv_to_edition(void **state)
{
    static const char csv[] = "\xEF\xBB\xBFissuing_state,document_type,document_number,reason,legal_basis,since\r\n"
                              "UTO,P,L898902C3,stolen\r\n"
                              "DEU,PM,C01X-0006H,lost,,2026-01-31\r\n"
                              "\r\n"
                              "uto,ac,\"D23 145-890 7349\",cancelled,court-order,2026-01-31T10:00:00Z\n"
                              "UTO,I,\"D23\",cancelled\n"
                              "UTO,P,ABCDEFGHIJKLMNOPQRSTUV,stolen-blank\n"
                              "XOM,PD,0,invalid";
    struct list_builder *builder = list_builder_new(NULL);
    struct list_csv_errors errors;
    struct built built;

    (void)state;
    assert_int_equal(add_csv(builder, csv, &errors), DR_OK);
    finish(builder, &built);
    assert_int_equal(built.edition.manifest.entry_count, 6);
    assert_int_equal(built.result.looked_up, 6 + 2);
    assert_listed(&built, "UTO", 'P', "L898902C3", REASON_STOLEN, BASIS_NONE);
    assert_listed(&built, "D", 'P', "C01X0006H", REASON_LOST, BASIS_NONE);
    assert_listed(&built, "UTO", 'I', "D231458907349", REASON_CANCELLED, BASIS_COURT_ORDER);
    assert_listed(&built, "UTO", 'I', "D23", REASON_CANCELLED, BASIS_NOT_STATED);
    assert_listed(&built, "UTO", 'P', "ABCDEFGHIJKLMNOPQRSTUV", REASON_STOLEN_BLANK, BASIS_NONE);
    assert_listed(&built, "XOM", 'P', "0", REASON_INVALID, BASIS_NONE);
    assert_absent(&built, "UTO", 'I', "L898902C3");
    assert_absent(&built, "UTO", 'P', "L898902C4");
    assert_absent(&built, "UTO", 'P', "L898902C");
    assert_absent(&built, "UTO", 'P', "L898902C30");
    assert_absent(&built, "D", 'P', "C01X0006G");
    assert_absent(&built, "ZWE", 'P', "1");
    assert_absent(&built, "ABW", 'P', "1");
    (void)fclose(built.body);
}

static void test_csv_errors_have_their_lines(void **state)
{
    static const struct {
        const char *line, *why;
    } cases[] = {{"QQQ,P,1,stolen", "issuing state 'QQQ' is no code of ICAO 9303-3"},
                 {"UTO,1,1,stolen", "document type '1' is no document code"},
                 {"UTO,,1,stolen", "document type '' is no document code"},
                 {"UTO,PASSPORT,1,stolen", "document type 'PASSPORT' is no document code"},
                 {"UTO,P,,stolen", "document number is empty"},
                 {"UTO,P,1_2,stolen", "document number has a character that no MRZ can bear"},
                 {"UTO,P,12345678901234567890123,stolen", "document number is longer than 22 characters"},
                 {"UTO,P,1,gone", "reason 'gone' is not stolen, lost, stolen-blank, cancelled or invalid"},
                 {"UTO,P,1,stolen,court-order", "a legal basis belongs to cancelled documents only"},
                 {"UTO,P,1,cancelled,none",
                  "legal basis 'none' is not court-order, administrative, holder-request or not-stated"},
                 {"UTO,P,1,stolen,,2026-02-30", "since is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ"},
                 {"UTO,P,1,stolen,,yesterday", "since is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ"},
                 {"UTO,P,1", "reason is missing"},
                 {"UTO", "document_type is missing"},
                 {"UTO,P,1,stolen,,,x", "more than 6 fields"},
                 {"UTO,P,\"1,stolen", "a quoted field does not end"},
                 {"UTO,P,\"1\"2,stolen", "characters follow a quoted field"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct list_builder *builder = list_builder_new(NULL);
        struct list_csv_errors errors;
        char text[256];
        (void)snprintf(text, sizeof text, "UTO,P,0,stolen\n%s\nUTO,P,2,stolen\n", cases[i].line);
        assert_int_equal(add_csv(builder, text, &errors), DR_ERR_MALFORMED);
        assert_int_equal(errors.count, 1);
        assert_int_equal(errors.first[0].line, 2);
        assert_string_equal(errors.first[0].why, cases[i].why);
        list_builder_free(builder);
    }
}

static void test_csv_header_and_long_lines(void **state)
{
    struct list_csv_errors errors;
    struct list_builder *builder = list_builder_new(NULL);
    char *text = calloc(1, 300000);
    size_t len = 0;

    (void)state;
    assert_int_equal(add_csv(builder, "issuing_state,document_number\n", &errors), DR_ERR_MALFORMED);
    assert_string_equal(errors.first[0].why, "header: column 2 must be document_type");
    assert_int_equal(add_csv(builder, "issuing_state,document_type,document_number\n", &errors), DR_ERR_MALFORMED);
    assert_string_equal(errors.first[0].why, "header: reason is missing");
    for (size_t i = 0; i < 100; i++) { /* wrong lines, and in between one far too long */
        len += (size_t)sprintf(text + len, "UTO,P,%zu,stole\n", i);
    }
    memset(text + len, 'A', 5000);
    len += 5000;
    (void)sprintf(text + len, "\nUTO,P,1,stolen\nUTO,P,2,stole\n");
    assert_int_equal(add_csv(builder, text, &errors), DR_ERR_MALFORMED);
    assert_int_equal(errors.count, 102);
    assert_int_equal(errors.kept, LIST_MAX_ERRORS);
    free(text);
    list_builder_free(builder);
}

static void test_duplicates(void **state)
{
    static const struct {
        struct document_record a, b;
        int64_t since_a, since_b;
        int winner; /* 0 = a */
    } cases[] = {
        {{REASON_STOLEN, BASIS_NONE}, {REASON_LOST, BASIS_NONE}, 100, 200, 1},
        {{REASON_STOLEN, BASIS_NONE}, {REASON_LOST, BASIS_NONE}, 200, 100, 0},
        {{REASON_STOLEN, BASIS_NONE}, {REASON_LOST, BASIS_NONE}, 100, 100, 0},
        {{REASON_STOLEN, BASIS_NONE}, {REASON_LOST, BASIS_NONE}, LIST_SINCE_UNKNOWN, -5, 1},
        {{REASON_STOLEN, BASIS_NONE}, {REASON_STOLEN_BLANK, BASIS_NONE}, LIST_SINCE_UNKNOWN, LIST_SINCE_UNKNOWN, 1},
        {{REASON_CANCELLED, BASIS_COURT_ORDER}, {REASON_CANCELLED, BASIS_NOT_STATED}, 7, 7, 0},
        {{REASON_INVALID, BASIS_NONE}, {REASON_CANCELLED, BASIS_NOT_STATED}, 7, 7, 1},
        {{REASON_LOST, BASIS_NONE}, {REASON_LOST, BASIS_NONE}, 7, 8, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int swap = 0; swap < 2; swap++) {
            struct list_builder *builder = list_builder_new(NULL);
            struct list_record a = record_of("UTO", 'P', "X1", cases[i].a.reason, cases[i].a.basis, cases[i].since_a);
            struct list_record b = record_of("UTO", 'P', "X1", cases[i].b.reason, cases[i].b.basis, cases[i].since_b);
            const struct document_record *winner = cases[i].winner == 0 ? &cases[i].a : &cases[i].b;
            struct built built;
            assert_int_equal(list_builder_add(builder, swap ? &b : &a), DR_OK);
            assert_int_equal(list_builder_add(builder, swap ? &a : &b), DR_OK);
            finish(builder, &built);
            assert_int_equal(built.result.records, 2);
            assert_int_equal(built.result.duplicates, 1);
            assert_int_equal(built.result.conflicts,
                             cases[i].a.reason != cases[i].b.reason || cases[i].a.basis != cases[i].b.basis);
            assert_int_equal(built.edition.manifest.entry_count, 1);
            assert_listed(&built, "UTO", 'P', "X1", winner->reason, winner->basis);
            (void)fclose(built.body);
        }
    }
}

static void test_refuses_records_out_of_form(void **state)
{
    struct list_builder *builder = list_builder_new(NULL);
    struct list_record good = record_of("UTO", 'P', "X1", REASON_LOST, BASIS_NONE, 0), bad;

    (void)state;
    bad = good;
    bad.record.basis = BASIS_COURT_ORDER;
    assert_int_equal(list_builder_add(builder, &bad), DR_ERR_ARGUMENT);
    bad = good;
    bad.id.type_class = 'A';
    assert_int_equal(list_builder_add(builder, &bad), DR_ERR_ARGUMENT);
    bad = good;
    bad.id.number[0] = 0;
    assert_int_equal(list_builder_add(builder, &bad), DR_ERR_ARGUMENT);
    bad = good;
    bad.id.number[0] = 'x';
    assert_int_equal(list_builder_add(builder, &bad), DR_ERR_ARGUMENT);
    bad = good;
    bad.id.state[1] = 0;
    bad.id.state[0] = '1';
    assert_int_equal(list_builder_add(builder, &bad), DR_ERR_ARGUMENT);
    assert_int_equal(list_builder_add(builder, &good), DR_OK);
    list_builder_free(builder);
}

/* Documents of many shapes: states, classes, lengths, dense and sparse, long numbers. */
static struct list_record random_record(void)
{
    static const char *const states[] = {"D", "UTO", "FRA", "XXA"};
    static const struct document_record records[] = {
        {REASON_STOLEN, BASIS_NONE},          {REASON_LOST, BASIS_NONE},
        {REASON_STOLEN_BLANK, BASIS_NONE},    {REASON_CANCELLED, BASIS_COURT_ORDER},
        {REASON_CANCELLED, BASIS_NOT_STATED}, {REASON_INVALID, BASIS_NONE}};
    struct list_record record = {.since = LIST_SINCE_UNKNOWN};
    uint64_t r = next_random();
    size_t shape = r % 8U;

    (void)strcpy(record.id.state, states[(r >> 8) % 4U]);
    record.id.type_class = "PPPIV"[(r >> 12) % 5U];
    record.record = records[(r >> 16) % 6U];
    r = next_random();
    if (shape < 4) {
        (void)snprintf(record.id.number, sizeof record.id.number, "%c%c%07u", (char)('A' + r % 3U),
                       (char)('K' + (r >> 8) % 2U), (unsigned)((r >> 16) % 20000U));
    } else if (shape < 6) {
        (void)snprintf(record.id.number, sizeof record.id.number, "%08u", (unsigned)(r % 100000000U));
    } else {
        size_t len = shape == 6 ? 9U : 1U + (size_t)(r % 22U);
        for (size_t i = 0; i < len; i++) {
            record.id.number[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[next_random() % 36U];
        }
    }
    return record;
}

static int compare_records(const void *a, const void *b)
{
    const struct list_record *left = a, *right = b;
    uint8_t left_key[DOCUMENT_KEY_MAX], right_key[DOCUMENT_KEY_MAX];
    size_t left_len = document_key(&left->id, left_key), right_len = document_key(&right->id, right_key);

    return block_tree_compare(bytes_of(left_key, left_len), bytes_of(right_key, right_len));
}

struct expectation {
    const struct list_record *records;
    size_t count, next;
};

static bool check_entry(void *ctx, struct bytes key, const struct document_record *record)
{
    struct expectation *expected = ctx;
    struct document_id id;

    assert_int_equal(document_from_key(key, &id), DR_OK);
    assert_true(expected->next < expected->count);
    assert_string_equal(id.state, expected->records[expected->next].id.state);
    assert_int_equal(id.type_class, expected->records[expected->next].id.type_class);
    assert_string_equal(id.number, expected->records[expected->next].id.number);
    assert_int_equal(record->reason, expected->records[expected->next].record.reason);
    assert_int_equal(record->basis, expected->records[expected->next].record.basis);
    expected->next++;
    return true;
}

static void test_what_goes_in_comes_out(void **state)
{
    static const size_t sizes[] = {1, 2, 300, 5000, 60000};
    static struct edition_scratch scratch;

    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        struct list_record *records = calloc(sizes[s], sizeof *records);
        /* the same twice: in memory, and with a sort that must spill */
        struct list_builder_options small = {.memory = 1};
        struct list_builder *a = list_builder_new(NULL), *b = list_builder_new(&small);
        struct built built, again;
        size_t unique = 0;
        uint64_t count = 0;
        for (size_t i = 0; i < sizes[s]; i++) {
            records[i] = random_record();
        }
        qsort(records, sizes[s], sizeof *records, compare_records);
        for (size_t i = 0; i < sizes[s]; i++) { /* every document once, so that the expectation is plain */
            if (i == 0 || compare_records(&records[unique - 1U], &records[i]) != 0) {
                records[unique++] = records[i];
            }
        }
        for (size_t i = 0; i < unique; i++) {
            assert_int_equal(list_builder_add(a, &records[i * 7919U % unique]), DR_OK);
            assert_int_equal(list_builder_add(b, &records[unique - 1U - i]), DR_OK);
        }
        for (size_t i = 0; i < unique; i++) { /* in case 7919 divides unique */
            assert_int_equal(list_builder_add(a, &records[i]), DR_OK);
        }
        finish(a, &built);
        finish(b, &again);
        assert_int_equal(built.edition.manifest.entry_count, unique);
        assert_memory_equal(built.edition.manifest.root, again.edition.manifest.root, HASH_SHA256_SIZE);
        struct expectation expected = {records, unique, 0};
        memset(&scratch, 0, sizeof scratch);
        assert_int_equal(edition_walk(&built.edition, &scratch, check_entry, &expected, &count), DR_OK);
        assert_int_equal(expected.next, unique);
        assert_int_equal(count, unique);
        /* neighbours of entries and strangers: exactly the set, nothing else */
        built.edition.source.sealed = true;
        for (size_t i = 0; i < 3000; i++) {
            struct list_record probe = i % 3U == 0 ? random_record() : records[next_random() % unique];
            struct lookup_answer answer;
            const struct list_record *found;
            if (i % 3U == 1) {
                size_t at = next_random() % strlen(probe.id.number);
                probe.id.number[at] = (char)(probe.id.number[at] == 'Z'   ? '0'
                                             : probe.id.number[at] == '9' ? 'A'
                                                                          : probe.id.number[at] + 1);
            }
            found = bsearch(&probe, records, unique, sizeof *records, compare_records);
            assert_int_equal(edition_lookup(&built.edition, &probe.id, &scratch, &answer), DR_OK);
            assert_int_equal(hardened_is_yes(&answer.listed), found != NULL);
            assert_int_equal(hardened_is_yes(&answer.absent), found == NULL);
            assert_true(answer.blocks_read <= 3);
            if (found != NULL) {
                assert_int_equal(answer.record.reason, found->record.reason);
                assert_int_equal(answer.record.basis, found->record.basis);
            }
        }
        (void)fclose(built.body);
        (void)fclose(again.body);
        free(records);
    }
}

/* A tree of so many leaves with one document each: UTO passports `step` apart. */
static void build_wide(struct built *built, uint32_t leaves, uint32_t step)
{
    struct tree_builder *tree = tree_builder_new();
    uint8_t block[BLOCK_TREE_BLOCK];
    uint32_t block_count;

    memset(built, 0, sizeof *built);
    built->body = tmpfile();
    for (uint32_t i = 0; i < leaves; i++) {
        struct leaf_plan plan = {.section = {'U', 'T', 'O', 'P', 9}, .record_count = 1, .records = {REASON_LOST}};
        struct leaf_writer writer;
        struct document_id id = {"UTO", 'P', ""};
        uint8_t key[DOCUMENT_KEY_MAX];
        bool goes_on;
        for (size_t at = 0; at < 9; at++) {
            plan.sets[at] = 0x3FF;
        }
        leaf_write_begin(&writer, block);
        assert_int_equal(leaf_write_group(&writer, &plan), DR_OK);
        assert_int_equal(leaf_write_segment(&writer, 0, (uint64_t)i * step, 0), DR_OK);
        assert_int_equal(leaf_write_close(&writer, false, &goes_on), DR_OK);
        leaf_write_end(&writer);
        (void)snprintf(id.number, sizeof id.number, "%09u", (unsigned)(i * step));
        assert_int_equal(tree_builder_leaf(tree, bytes_of(key, document_key(&id, key)), block), DR_OK);
    }
    assert_int_equal(tree_builder_finish(tree, built->body, built->edition.manifest.root, &block_count), DR_OK);
    built->edition.manifest.block_size = BLOCK_TREE_BLOCK;
    built->edition.manifest.body_length = (uint64_t)block_count * BLOCK_TREE_BLOCK;
    built->edition.source = file_block_source(built->body, block_count);
    built->edition.source.sealed = true;
    tree_builder_free(tree);
}

static uint32_t reads_of(const struct built *built, struct edition_tops *tops, const char *number, bool listed)
{
    struct edition_scratch scratch = {.tops = tops}; /* new each time, as on the device */
    struct document_id id = {"UTO", 'P', ""};
    struct lookup_answer answer;

    strcpy(id.number, number);
    assert_int_equal(edition_lookup(&built->edition, &id, &scratch, &answer), DR_OK);
    assert_int_equal(hardened_is_yes(&answer.listed), listed);
    assert_int_equal(hardened_is_yes(&answer.absent), !listed);
    return answer.blocks_read;
}

/* What is remembered outlives the scratch, goes by the root, and is forgotten for a third list only. */
static void test_two_block_reads_in_large_lists(void **state)
{
    static struct edition_tops tops;
    struct built a, b, c, small;

    (void)state;
    build_wide(&a, 900, 1000);
    build_wide(&b, 900, 777);
    build_wide(&c, 900, 333);
    build_wide(&small, 60, 1000);
    assert_int_equal(reads_of(&a, NULL, "000500000", true), 3);
    assert_int_equal(reads_of(&a, NULL, "000500000", true), 3);
    memset(&tops, 0, sizeof tops);
    assert_int_equal(reads_of(&a, &tops, "000500000", true), 3);
    assert_int_equal(reads_of(&b, &tops, "000500000", false), 3);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(reads_of(&a, &tops, "000899000", true), 2);
        assert_int_equal(reads_of(&b, &tops, "000777000", false), 2);
        assert_int_equal(reads_of(&b, &tops, "000007770", true), 2);
        assert_int_equal(reads_of(&small, &tops, "000059000", true), 2);
    }
    assert_int_equal(reads_of(&c, &tops, "000299367", true), 3);
    assert_int_equal(reads_of(&c, &tops, "000299368", false), 2);
    assert_int_equal(reads_of(&b, &tops, "000777000", false), 2);
    assert_int_equal(reads_of(&a, &tops, "000899000", true), 3);
    assert_int_equal(reads_of(&a, &tops, "000899001", false), 2);
    (void)fclose(a.body);
    (void)fclose(b.body);
    (void)fclose(c.body);
    (void)fclose(small.body);
}

static bool stop(void *ctx, enum list_phase phase, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    return phase != *(enum list_phase *)ctx;
}

static void test_progress_cancels(void **state)
{
    static const enum list_phase phases[] = {LIST_READING, LIST_SORTING, LIST_WRITING, LIST_PROVING};

    (void)state;
    for (size_t p = 0; p < 4; p++) {
        enum list_phase at = phases[p];
        struct list_builder_options options = {.progress = stop, .progress_ctx = &at};
        struct list_builder *builder = list_builder_new(&options);
        struct manifest manifest = {0};
        struct list_build_result result;
        FILE *body = tmpfile();
        enum dr_status status = DR_OK;
        for (unsigned i = 0; i < 40000 && status == DR_OK; i++) {
            char number[12];
            (void)snprintf(number, sizeof number, "%u", i);
            struct list_record record = record_of("UTO", 'P', number, REASON_LOST, BASIS_NONE, 0);
            status = list_builder_add(builder, &record);
        }
        assert_int_equal(status, at == LIST_READING ? DR_ERR_STATE : DR_OK);
        if (status == DR_OK) {
            assert_int_equal(list_builder_finish(builder, body, &manifest, &result), DR_ERR_STATE);
        }
        list_builder_free(builder);
        (void)fclose(body);
    }
}

/* The proof must not pass an edition that says something else. */
static void test_proof_refuses_another_list(void **state)
{
    struct list_builder *builder = list_builder_new(NULL);
    struct list_record record = record_of("UTO", 'P', "X1", REASON_LOST, BASIS_NONE, 0);
    struct entry_digest *digest = calloc(1, sizeof *digest);
    uint8_t key[DOCUMENT_KEY_MAX], expected[HASH_SHA256_SIZE];
    uint64_t looked_up;
    struct built built;

    (void)state;
    assert_int_equal(list_builder_add(builder, &record), DR_OK);
    finish(builder, &built);
    for (int change = 0; change < 3; change++) {
        struct document_record meaning = {change == 1 ? REASON_STOLEN : REASON_LOST, BASIS_NONE};
        if (change == 2) {
            record.id.number[1] = '2';
        }
        assert_int_equal(entry_digest_begin(digest), DR_OK);
        assert_int_equal(entry_digest_add(digest, bytes_of(key, document_key(&record.id, key)), &meaning), DR_OK);
        assert_int_equal(entry_digest_end(digest, expected), DR_OK);
        assert_int_equal(edition_prove(&built.edition, expected, 1, NULL, &looked_up),
                         change == 0 ? DR_OK : DR_ERR_CORRUPT);
    }
    free(digest);
    (void)fclose(built.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_empty),
                                       cmocka_unit_test(test_csv_to_edition),
                                       cmocka_unit_test(test_csv_errors_have_their_lines),
                                       cmocka_unit_test(test_csv_header_and_long_lines),
                                       cmocka_unit_test(test_duplicates),
                                       cmocka_unit_test(test_refuses_records_out_of_form),
                                       cmocka_unit_test(test_what_goes_in_comes_out),
                                       cmocka_unit_test(test_two_block_reads_in_large_lists),
                                       cmocka_unit_test(test_progress_cancels),
                                       cmocka_unit_test(test_proof_refuses_another_list)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
