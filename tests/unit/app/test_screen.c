/* Pictures by their dots: what is compared here was looked at (a failing picture is printed). */
#include "app/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/slipmux.h"

static struct port_frame frame;
static struct inspection inspection;

static struct screen_model model_of(enum screen_kind kind)
{
    return (struct screen_model){.kind = kind,
                                 .title = "MRZ WRONG",
                                 .text = "A check digit of the\nMRZ is wrong.\nScan it again",
                                 .inspection = &inspection,
                                 .list_count = 2,
                                 .list_date = 1795500000,
                                 .list_end = 1796000000,
                                 .now = 1795510000,
                                 .time_confirmed = true};
}

static bool lit(unsigned x, unsigned y)
{
    return (frame.rows[y][x / 8] & (0x80U >> (x % 8))) != 0;
}

static void print_picture(void)
{
    for (unsigned y = 0; y < PORT_DISPLAY_HEIGHT; y++) {
        for (unsigned x = 0; x < PORT_DISPLAY_WIDTH; x++) {
            putchar(lit(x, y) ? '#' : '.');
        }
        putchar('\n');
    }
}

static void assert_picture(const struct screen_model *model, uint16_t sum)
{
    uint16_t got;

    screen_draw(model, &frame);
    got = slipmux_fcs16(0, bytes_of(&frame, sizeof frame));
    if (got != sum) {
        print_picture();
    }
    assert_int_equal(got, sum);
}

static unsigned count_lit(unsigned from, unsigned to)
{
    unsigned count = 0;

    for (unsigned y = from; y < to; y++) {
        for (unsigned x = 0; x < PORT_DISPLAY_WIDTH; x++) {
            count += lit(x, y);
        }
    }
    return count;
}

static void symbols_are_those_looked_at(void **state)
{
    /* The ring of NO RECORD, a quarter of it. */
    static const char *const ring[16] = {
        "................", "............####", ".........#######", "........########",
        "......##########", ".....###########", "....#########...", "....#######.....",
        "...######.......", "..######........", "..######........", "..#####.........",
        ".######.........", ".#####..........", ".#####..........", ".#####.........."};
    struct screen_model model = model_of(SCREEN_VERDICT);

    (void)state;
    inspection = (struct inspection){.verdict = VERDICT_NO_RECORD};
    screen_draw(&model, &frame);
    for (unsigned y = 0; y < 16; y++) {
        for (unsigned x = 0; x < 16; x++) {
            if (lit(x, y) != (ring[y][x] == '#')) {
                print_picture();
                fail();
            }
        }
    }
}

/* What is far apart is told apart: a quarter of the dots of each pair of symbols differs. */
static void verdicts_have_different_shapes(void **state)
{
    static const verdict verdicts[] = {VERDICT_NO_RECORD, VERDICT_ADVISORY, VERDICT_REFER, VERDICT_CANNOT_VERIFY};
    struct port_frame frames[4];
    struct screen_model model = model_of(SCREEN_VERDICT);

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        inspection = (struct inspection){.verdict = verdicts[i]};
        screen_draw(&model, &frames[i]);
        for (unsigned j = 0; j < i; j++) {
            unsigned differ = 0;

            for (unsigned y = 0; y < 32; y++) {
                for (unsigned x = 0; x < 4; x++) {
                    differ += (unsigned)__builtin_popcount((unsigned)(frames[i].rows[y][x] ^ frames[j].rows[y][x]));
                }
            }
            assert_in_range(differ, 256, 1024);
        }
    }
}

/* Only REFER is dark on light. */
static void refer_stands_out(void **state)
{
    struct screen_model model = model_of(SCREEN_VERDICT);

    (void)state;
    inspection = (struct inspection){.verdict = VERDICT_REFER, .reasons = BECAUSE_BIT(BECAUSE_LISTED_STOLEN)};
    screen_draw(&model, &frame);
    assert_in_range(count_lit(0, 32), 2049, 4096);
    inspection.verdict = VERDICT_ADVISORY;
    screen_draw(&model, &frame);
    assert_in_range(count_lit(0, 32), 1, 2047);
}

static void a_broken_verdict_is_drawn_as_cannot_verify(void **state)
{
    struct port_frame expected;
    struct screen_model model = model_of(SCREEN_VERDICT);

    (void)state;
    inspection = (struct inspection){.verdict = VERDICT_CANNOT_VERIFY};
    screen_draw(&model, &expected);
    inspection.verdict = VERDICT_NO_RECORD ^ 1U;
    screen_draw(&model, &frame);
    assert_memory_equal(&frame, &expected, sizeof frame);
}

/* Reasons page by page, what is listed first; then the policy's words and the contact of each hit. */
static void pages(void **state)
{
    struct screen_model model = model_of(SCREEN_VERDICT);
    struct port_frame previous;

    (void)state;
    inspection = (struct inspection){.verdict = VERDICT_NO_RECORD};
    assert_int_equal(screen_pages(&inspection), 1);
    inspection =
        (struct inspection){.verdict = VERDICT_REFER,
                            .reasons = BECAUSE_BIT(BECAUSE_LISTED_STOLEN) | BECAUSE_BIT(BECAUSE_DOCUMENT_EXPIRED),
                            .hit_count = 2};
    assert_int_equal(screen_pages(&inspection), 6);
    memset(&previous, 0, sizeof previous);
    for (model.page = 0; model.page < 4; model.page++) {
        screen_draw(&model, &frame);
        assert_memory_not_equal(&frame, &previous, sizeof frame);
        previous = frame;
    }
    /* Past the last page, nothing is read past the hits. */
    model.page = 100;
    screen_draw(&model, &frame);
}

/* The cause comes before what follows from it: only listings are taken out of the order of the checks. */
static void listings_come_first(void **state)
{
    struct screen_model model = model_of(SCREEN_VERDICT);
    struct port_frame alone;

    (void)state;
    inspection = (struct inspection){.verdict = VERDICT_CANNOT_VERIFY, .reasons = BECAUSE_BIT(BECAUSE_ACCESS_DENIED)};
    screen_draw(&model, &alone);
    inspection.reasons |= BECAUSE_BIT(BECAUSE_PRINTED_NUMBER_USED);
    screen_draw(&model, &frame);
    assert_memory_equal(frame.rows[41], alone.rows[41], 16 * sizeof frame.rows[0]); /* the advice */
    inspection.reasons |= BECAUSE_BIT(BECAUSE_LISTED_LOST);
    screen_draw(&model, &frame);
    assert_memory_not_equal(frame.rows[41], alone.rows[41], 16 * sizeof frame.rows[0]);
}

/* "Status, not a warrant" stands below every listing; list dates stand there otherwise. */
static void a_hit_is_no_warrant(void **state)
{
    struct screen_model model = model_of(SCREEN_VERDICT);
    struct port_frame without;

    (void)state;
    inspection = (struct inspection){.verdict = VERDICT_REFER, .reasons = BECAUSE_BIT(BECAUSE_LISTED_LOST)};
    screen_draw(&model, &without);
    inspection.hit_count = 1;
    assert_picture(&model, 0x93CC);
    assert_memory_not_equal(frame.rows[57], without.rows[57], 7 * sizeof frame.rows[0]);
}

static void progress_grows(void **state)
{
    struct screen_model model = model_of(SCREEN_PROGRESS);
    unsigned before = 0;

    (void)state;
    for (unsigned step = STEP_ACCESS; step <= STEP_LOOKUP; step++) {
        for (model.percent = 0; model.percent <= 100; model.percent += 50) {
            unsigned bar;

            model.step = (enum inspection_step)step;
            screen_draw(&model, &frame);
            bar = count_lit(57, 58);
            assert_true(bar >= before);
            before = bar;
        }
    }
    assert_int_equal(before, 124); /* full: 122 and the two sides */
}

static void texts_of_any_length_stay_inside(void **state)
{
    struct screen_model model = model_of(SCREEN_VERDICT);

    (void)state;
    inspection = (struct inspection){.verdict = VERDICT_REFER, .hit_count = STORE_LISTS};
    inspection.reasons = BECAUSE_BIT(BECAUSE_COUNT) - 1;
    for (unsigned i = 0; i < STORE_LISTS; i++) {
        memset(inspection.hits[i].text, i % 2 != 0 ? 'W' : '\xC3', POLICY_MAX_TEXT);
        memset(inspection.hits[i].contact, ' ', POLICY_MAX_TEXT);
        memset(inspection.hits[i].list_id, 'L', MANIFEST_MAX_LIST_ID);
    }
    for (model.page = 0; model.page < screen_pages(&inspection); model.page++) {
        screen_draw(&model, &frame);
    }
}

static void pictures_are_those_looked_at(void **state)
{
    struct screen_model model = model_of(SCREEN_IDLE);

    (void)state;
    assert_picture(&model, 0x91D3);
    model.time_confirmed = false;
    model.stale = true;
    assert_picture(&model, 0xBE3B);
    model = model_of(SCREEN_MESSAGE);
    assert_picture(&model, 0xB4CA);
    model = model_of(SCREEN_PROGRESS);
    assert_picture(&model, 0x85E8);
    model.step = STEP_READ_SOD;
    model.percent = 40;
    assert_picture(&model, 0x7855);
    model = model_of(SCREEN_VERDICT);
    inspection = (struct inspection){.verdict = VERDICT_NO_RECORD};
    assert_picture(&model, 0xC111);
    inspection = (struct inspection){.verdict = VERDICT_CANNOT_VERIFY,
                                     .reasons = BECAUSE_BIT(BECAUSE_CSCA_UNKNOWN) | BECAUSE_BIT(BECAUSE_LIST_STALE)};
    assert_picture(&model, 0xAF62);
    inspection = (struct inspection){.verdict = VERDICT_ADVISORY,
                                     .reasons = BECAUSE_BIT(BECAUSE_LISTED_CANCELLED),
                                     .hit_count = 1,
                                     .hits = {{.list_id = "UTO.main",
                                               .text = "Protection needs are screened first: order 12/2026",
                                               .contact = "duty desk +99 1 234567"}}};
    assert_picture(&model, 0xB6F5);
    model.page = 1;
    assert_picture(&model, 0x31FB);
    model.page = 2;
    assert_picture(&model, 0xA6AF);
    model = model_of(SCREEN_IDLE);
    model.time_confirmed = false;
    model.date_possible = true;
    assert_picture(&model, 0xBD71);
    model.date_by_officer = true;
    assert_picture(&model, 0x6E4F);
    model = model_of(SCREEN_DATE);
    model.date = 1795478400;
    assert_picture(&model, 0x2D50);
    model.asking = true;
    assert_picture(&model, 0x5024);
    model = model_of(SCREEN_VERDICT);
    inspection = (struct inspection){.verdict = VERDICT_NO_RECORD, .date_by_officer = true};
    assert_picture(&model, 0x3259);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_are_those_looked_at),
        cmocka_unit_test(verdicts_have_different_shapes),
        cmocka_unit_test(refer_stands_out),
        cmocka_unit_test(a_broken_verdict_is_drawn_as_cannot_verify),
        cmocka_unit_test(pages),
        cmocka_unit_test(listings_come_first),
        cmocka_unit_test(a_hit_is_no_warrant),
        cmocka_unit_test(progress_grows),
        cmocka_unit_test(texts_of_any_length_stay_inside),
        cmocka_unit_test(pictures_are_those_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
