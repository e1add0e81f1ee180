#include "issuer/portrait.h"

#include <stdio.h> /* jpeglib.h needs it first */

#include <jpeglib.h>
#include <stdlib.h>

#define QUALITY 60

struct colour {
    uint8_t red, green, blue;
};

struct ellipse {
    int x, y, rx, ry;
};

struct canvas {
    uint8_t pixels[PORTRAIT_HEIGHT][PORTRAIT_WIDTH][3];
};

static void fill(struct canvas *canvas, struct ellipse shape, struct colour colour)
{
    int64_t rx2 = (int64_t)shape.rx * shape.rx;
    int64_t ry2 = (int64_t)shape.ry * shape.ry;
    for (int y = 0; y < (int)PORTRAIT_HEIGHT; y++) {
        for (int x = 0; x < (int)PORTRAIT_WIDTH; x++) {
            int64_t dx = x - shape.x;
            int64_t dy = y - shape.y;
            if (dx * dx * ry2 + dy * dy * rx2 <= rx2 * ry2) {
                canvas->pixels[y][x][0] = colour.red;
                canvas->pixels[y][x][1] = colour.green;
                canvas->pixels[y][x][2] = colour.blue;
            }
        }
    }
}

static void background(struct canvas *canvas)
{
    for (unsigned y = 0; y < PORTRAIT_HEIGHT; y++) {
        for (unsigned x = 0; x < PORTRAIT_WIDTH; x++) {
            canvas->pixels[y][x][0] = (uint8_t)(206 + y / 12);
            canvas->pixels[y][x][1] = (uint8_t)(214 + y / 12);
            canvas->pixels[y][x][2] = (uint8_t)(222 + y / 12);
        }
    }
}

static void draw(struct canvas *canvas, unsigned look)
{
    static const struct colour skins[] = {{236, 200, 172}, {214, 170, 134}, {156, 110, 78}, {110, 74, 52}};
    static const struct colour hairs[] = {{40, 30, 26}, {98, 64, 36}, {176, 140, 88}, {150, 150, 150}, {84, 34, 22}};
    static const struct colour clothes[] = {{44, 60, 96}, {88, 36, 48}, {40, 84, 72}, {70, 70, 74}};
    static const struct colour white = {250, 250, 248};
    static const struct colour dark = {30, 28, 34};
    static const struct colour lips = {168, 82, 80};
    struct colour skin = skins[look % 4];
    struct colour hair = hairs[look / 4 % 5];
    struct colour shade = {(uint8_t)(skin.red - 24), (uint8_t)(skin.green - 24), (uint8_t)(skin.blue - 20)};
    bool long_hair = look % 2 == 0;

    background(canvas);
    fill(canvas, (struct ellipse){90, 98, long_hair ? 60 : 52, long_hair ? 88 : 64}, hair);
    fill(canvas, (struct ellipse){90, 262, 88, 76}, clothes[look / 3 % 4]);
    fill(canvas, (struct ellipse){90, 178, 24, 34}, shade);
    fill(canvas, (struct ellipse){90, 112, 45, 62}, skin);
    fill(canvas, (struct ellipse){90, 58, 44, 20}, hair);
    for (int side = -1; side <= 1; side += 2) {
        fill(canvas, (struct ellipse){90 + side * 19, 105, 9, 5}, white);
        fill(canvas, (struct ellipse){90 + side * 19, 105, 4, 5}, dark);
        fill(canvas, (struct ellipse){90 + side * 19, 93, 11, 2}, hair);
    }
    fill(canvas, (struct ellipse){90, 126, 5, 9}, shade);
    fill(canvas, (struct ellipse){90, 149, 15, 4}, lips);
}

void portrait_draw(unsigned look, struct buffer *jpeg)
{
    struct jpeg_compress_struct encoder;
    struct jpeg_error_mgr errors;
    unsigned char *out = NULL;
    unsigned long out_len = 0;
    struct canvas *canvas = malloc(sizeof(*canvas));
    if (canvas == NULL) {
        die("out of memory");
    }
    draw(canvas, look);
    encoder.err = jpeg_std_error(&errors); /* prints and exits: nothing can go wrong but memory */
    jpeg_create_compress(&encoder);
    jpeg_mem_dest(&encoder, &out, &out_len);
    encoder.image_width = PORTRAIT_WIDTH;
    encoder.image_height = PORTRAIT_HEIGHT;
    encoder.input_components = 3;
    encoder.in_color_space = JCS_RGB;
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, QUALITY, TRUE);
    jpeg_start_compress(&encoder, TRUE);
    while (encoder.next_scanline < encoder.image_height) {
        JSAMPROW row = canvas->pixels[encoder.next_scanline][0];
        jpeg_write_scanlines(&encoder, &row, 1);
    }
    jpeg_finish_compress(&encoder);
    buffer_append(jpeg, out, out_len);
    jpeg_destroy_compress(&encoder);
    free(out);
    free(canvas);
}
