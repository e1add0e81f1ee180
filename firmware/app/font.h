/* The display's own 5x7 font. */
#ifndef DOCREV_APP_FONT_H
#define DOCREV_APP_FONT_H

#include <stdbool.h>
#include <stdint.h>

#define FONT_WIDTH 5U
#define FONT_HEIGHT 7U
#define FONT_ADVANCE 6U /* with the gap to the next character */

/* Is this pixel of the character lit? False outside the glyph; characters that are not printable ASCII show as '?'. */
bool font_pixel(char character, int x, int y);

#endif
