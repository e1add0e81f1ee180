/* Port: a small monochrome picture display. */
#ifndef DOCREV_PORT_DISPLAY_H
#define DOCREV_PORT_DISPLAY_H

#include <stdint.h>

#define PORT_DISPLAY_WIDTH 128U
#define PORT_DISPLAY_HEIGHT 64U

/* One bit a pixel, row by row from the top, most significant bit leftmost, 1 = lit. */
struct port_frame {
    uint8_t rows[PORT_DISPLAY_HEIGHT][PORT_DISPLAY_WIDTH / 8U];
};

struct port_display {
    void *ctx;
    /* Shows the frame whole. `frame` may be changed after the call. */
    void (*show)(void *ctx, const struct port_frame *frame);
};

#endif
