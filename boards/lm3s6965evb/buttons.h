/* The board's five push buttons. */
#ifndef DOCREV_BOARD_BUTTONS_H
#define DOCREV_BOARD_BUTTONS_H

#include "port/buttons.h"

void buttons_start(void);
/* Every millisecond, from the tick. */
void buttons_sample(void);
extern const struct port_buttons board_buttons;

#endif
