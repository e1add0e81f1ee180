/* Port: push buttons. */
#ifndef DOCREV_PORT_BUTTONS_H
#define DOCREV_PORT_BUTTONS_H

#include <stdint.h>

#define PORT_BUTTON_SELECT 0x01U
#define PORT_BUTTON_UP 0x02U
#define PORT_BUTTON_DOWN 0x04U
#define PORT_BUTTON_LEFT 0x08U
#define PORT_BUTTON_RIGHT 0x10U

struct port_buttons {
    void *ctx;
    /* Buttons released since the last call (the release edge counts: see the board's facts), as a mask. */
    uint32_t (*released)(void *ctx);
};

#endif
