/* Dots, bars and letters on a display frame. Everything outside the frame is cut off. */
#ifndef DOCREV_APP_CANVAS_H
#define DOCREV_APP_CANVAS_H

#include "port/display.h"

#include <stdbool.h>
#include <stddef.h>

void canvas_clear(struct port_frame *frame);
void canvas_set(struct port_frame *frame, int x, int y, bool lit);
void canvas_fill(struct port_frame *frame, int x, int y, int width, int height, bool lit);
void canvas_invert(struct port_frame *frame, int x, int y, int width, int height);
/* One character, each dot `scale` dots wide; scale 2 is smoothed. */
void canvas_glyph(struct port_frame *frame, int x, int y, char character, int scale, bool lit);
/* Characters up to the end, a '\n' or `max`; returns how many. */
size_t canvas_text(struct port_frame *frame, int x, int y, const char *text, size_t max, int scale);

#endif
