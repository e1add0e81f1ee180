/* The board's OLED, 128x64 with 16 shades, controller SSD0323. */
#ifndef DOCREV_BOARD_OLED_H
#define DOCREV_BOARD_OLED_H

#include "port/display.h"

void oled_start(void);
extern const struct port_display oled_display;

#endif
