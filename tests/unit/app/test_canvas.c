#include "app/canvas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "app/font.h"

static struct {
    uint8_t before[64];
    struct port_frame frame;
    uint8_t after[64];
} guarded;
static struct port_frame *const frame = &guarded.frame;

static int clean(void **state)
{
    (void)state;
    memset(&guarded, 0, sizeof guarded);
    return 0;
}

static unsigned lit(void)
{
    unsigned count = 0;

    for (unsigned y = 0; y < PORT_DISPLAY_HEIGHT; y++) {
        for (unsigned x = 0; x < PORT_DISPLAY_WIDTH / 8; x++) {
            count += (unsigned)__builtin_popcount(frame->rows[y][x]);
        }
    }
    return count;
}

static void leftmost_is_the_most_significant_bit(void **state)
{
    (void)state;
    canvas_set(frame, 0, 0, true);
    canvas_set(frame, 127, 63, true);
    assert_int_equal(frame->rows[0][0], 0x80);
    assert_int_equal(frame->rows[63][15], 0x01);
    canvas_set(frame, 0, 0, false);
    assert_int_equal(lit(), 1);
}

static void what_lies_outside_is_cut_off(void **state)
{
    static const uint8_t zeros[64];

    (void)state;
    canvas_fill(frame, -5, -5, 10, 10, true);
    assert_int_equal(lit(), 25);
    canvas_fill(frame, 120, 60, 100, 100, true);
    assert_int_equal(lit(), 25 + 8 * 4);
    canvas_invert(frame, -200, -200, 1000, 1000);
    assert_int_equal(lit(), 128 * 64 - 57);
    canvas_text(frame, 120, 60, "MMMMMM", 6, 3);
    canvas_glyph(frame, -3, -3, 'M', 2, true);
    assert_memory_equal(guarded.before, zeros, sizeof zeros);
    assert_memory_equal(guarded.after, zeros, sizeof zeros);
}

static void text_ends_at_its_line(void **state)
{
    (void)state;
    assert_int_equal(canvas_text(frame, 0, 0, "ab\ncd", 9, 1), 2);
    assert_int_equal(canvas_text(frame, 0, 0, "abcd", 3, 1), 3);
    assert_int_equal(canvas_text(frame, 0, 0, "", 3, 1), 0);
}

/* A scale of three is the glyph with each dot nine times; a scale of two rounds corners but keeps straight lines. */
static void glyphs_grow(void **state)
{
    unsigned dots;

    (void)state;
    canvas_glyph(frame, 0, 0, 'R', 1, true);
    dots = lit();
    canvas_clear(frame);
    canvas_glyph(frame, 0, 0, 'R', 3, true);
    assert_int_equal(lit(), 9 * dots);
    canvas_clear(frame);
    canvas_glyph(frame, 0, 0, '|', 2, true);
    assert_int_equal(lit(), 4 * 7);
}

/* Every printable character is drawn, no two alike; a dot outside a glyph is dark; the rest shows as '?'. */
static void the_font_is_whole(void **state)
{
    static uint8_t seen[95][FONT_HEIGHT];

    (void)state;
    for (int c = ' '; c <= '~'; c++) {
        for (int y = 0; y < (int)FONT_HEIGHT; y++) {
            for (int x = 0; x < (int)FONT_WIDTH; x++) {
                seen[c - ' '][y] = (uint8_t)(seen[c - ' '][y] << 1 | font_pixel((char)c, x, y));
            }
        }
        for (int d = ' '; d < c; d++) {
            assert_memory_not_equal(seen[c - ' '], seen[d - ' '], FONT_HEIGHT);
        }
    }
    assert_false(font_pixel('#', -1, 0) || font_pixel('#', 5, 0) || font_pixel('#', 0, -1) || font_pixel('#', 0, 7));
    for (int y = 0; y < (int)FONT_HEIGHT; y++) {
        for (int x = 0; x < (int)FONT_WIDTH; x++) {
            assert_int_equal(font_pixel('\xC3', x, y), font_pixel('?', x, y));
            assert_int_equal(font_pixel('\n', x, y), font_pixel('?', x, y));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(leftmost_is_the_most_significant_bit, clean),
        cmocka_unit_test_setup(what_lies_outside_is_cut_off, clean),
        cmocka_unit_test_setup(text_ends_at_its_line, clean),
        cmocka_unit_test_setup(glyphs_grow, clean),
        cmocka_unit_test_setup(the_font_is_whole, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
