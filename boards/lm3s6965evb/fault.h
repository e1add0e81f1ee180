/* What stopped the firmware: written by the fault handler to RAM that a restart keeps, reported by the next start. */
#ifndef DOCREV_BOARD_FAULT_H
#define DOCREV_BOARD_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#define FAULT_TEXT_SIZE 112U

struct fault_report {
    uint32_t magic;
    uint32_t
        exception; /* number of the exception that was taken: 3 HardFault .. 6 UsageFault, 34 watchdog; 0 = abort() */
    uint32_t pc, lr, psr;
    uint32_t cfsr, hfsr; /* ARMv7-M ARM B3.2.15, B3.2.16 */
    uint32_t address;    /* MMFAR or BFAR when the status says it is valid, else 0 */
    uint32_t uptime_ms;
    uint32_t check;
};

/* Entry of every exception that must not happen. Starts on a fresh stack: the old one may be what failed. */
void fault_handler(void);

/* The same for code that finds itself in a state that cannot be. */
_Noreturn void fault_stop(uint32_t caller);

/* The report of the run before this one, taken once: false when it ended without a fault. */
bool fault_take(struct fault_report *report);

/* One line of text for it, NUL-terminated, without the line's end. No memory content, so nothing personal. */
void fault_text(const struct fault_report *report, char text[FAULT_TEXT_SIZE]);

#endif
