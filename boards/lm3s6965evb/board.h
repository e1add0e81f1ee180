/* The LM3S6965 evaluation board behind docrev's ports. */
#ifndef DOCREV_BOARD_H
#define DOCREV_BOARD_H

#include "port/system.h"

#include <stdint.h>

#define BOARD_CLOCK_HZ 50000000U
#define BOARD_FACTORY_PAGE_SIZE 128U

/* Pins, tick and watchdog; called by the start-up code before main. */
void board_start(void);

/* port_system of this board; what mbedTLS uses is added by the image that has it. */
extern const struct port_system board_system;

uint32_t board_ticks(void);
_Noreturn void board_restart(void);
/* Feeds the watchdog: 10 s without it and the board restarts with a report (fault.h). */
void board_alive(void);

uint32_t board_stack_used(void);
uint32_t board_stack_size(void);

/* The SysTick exception: one millisecond. */
void board_systick(void);

#endif
