#include "app/canvas.h"

#include "app/font.h"

#include <string.h>

void canvas_clear(struct port_frame *frame)
{
    memset(frame, 0, sizeof *frame);
}

void canvas_set(struct port_frame *frame, int x, int y, bool lit)
{
    uint8_t bit, *octet;

    if (x < 0 || x >= (int)PORT_DISPLAY_WIDTH || y < 0 || y >= (int)PORT_DISPLAY_HEIGHT) {
        return;
    }
    bit = (uint8_t)(0x80U >> (x % 8));
    octet = &frame->rows[y][x / 8];
    *octet = (uint8_t)(lit ? *octet | bit : *octet & ~bit);
}

void canvas_fill(struct port_frame *frame, int x, int y, int width, int height, bool lit)
{
    for (int row = y; row < y + height; row++) {
        for (int column = x; column < x + width; column++) {
            canvas_set(frame, column, row, lit);
        }
    }
}

static bool is_lit(const struct port_frame *frame, int x, int y)
{
    return x >= 0 && x < (int)PORT_DISPLAY_WIDTH && y >= 0 && y < (int)PORT_DISPLAY_HEIGHT &&
           (frame->rows[y][x / 8] & (0x80U >> (x % 8))) != 0;
}

void canvas_invert(struct port_frame *frame, int x, int y, int width, int height)
{
    for (int row = y; row < y + height; row++) {
        for (int column = x; column < x + width; column++) {
            canvas_set(frame, column, row, !is_lit(frame, column, row));
        }
    }
}

/* Scale2x: a quarter takes the colour of its two outer neighbours where they agree and the opposite ones do not. */
static bool smooth(char character, int x, int y, bool right, bool below)
{
    bool side = font_pixel(character, x + (right ? 1 : -1), y),
         other_side = font_pixel(character, x + (right ? -1 : 1), y);
    bool edge = font_pixel(character, x, y + (below ? 1 : -1)),
         other_edge = font_pixel(character, x, y + (below ? -1 : 1));

    if (side == edge && side != other_edge && edge != other_side) {
        return side;
    }
    return font_pixel(character, x, y);
}

void canvas_glyph(struct port_frame *frame, int x, int y, char character, int scale, bool lit)
{
    for (int row = 0; row < (int)FONT_HEIGHT * scale; row++) {
        for (int column = 0; column < (int)FONT_WIDTH * scale; column++) {
            int glyph_x = column / scale, glyph_y = row / scale;
            bool dot = scale == 2 ? smooth(character, glyph_x, glyph_y, column % 2 != 0, row % 2 != 0)
                                  : font_pixel(character, glyph_x, glyph_y);
            if (dot) {
                canvas_set(frame, x + column, y + row, lit);
            }
        }
    }
}

size_t canvas_text(struct port_frame *frame, int x, int y, const char *text, size_t max, int scale)
{
    size_t count = 0;

    while (count < max && text[count] != '\0' && text[count] != '\n') {
        canvas_glyph(frame, x + (int)count * (int)FONT_ADVANCE * scale, y, text[count], scale, true);
        count++;
    }
    return count;
}
