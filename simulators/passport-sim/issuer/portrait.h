/* A drawn portrait of nobody, as a JPEG. */
#ifndef PASSPORT_SIM_ISSUER_PORTRAIT_H
#define PASSPORT_SIM_ISSUER_PORTRAIT_H

#include "util/buffer.h"

#define PORTRAIT_WIDTH 180U
#define PORTRAIT_HEIGHT 240U

/* Appends a baseline JPEG. Hair, skin and clothes follow from `look`. */
void portrait_draw(unsigned look, struct buffer *jpeg);

#endif
