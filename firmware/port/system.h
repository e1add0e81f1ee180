/* Port: tick, restart, noise and the other small things of a board. */
#ifndef DOCREV_PORT_SYSTEM_H
#define DOCREV_PORT_SYSTEM_H

#include "port/status.h"

#include <stddef.h>
#include <stdint.h>

/* High-water marks since start, bytes used of bytes there are. */
struct port_memory {
    uint32_t mbedtls_used, mbedtls_size;
    uint32_t libnfc_used, libnfc_size;
    uint32_t stack_used, stack_size;
};

struct port_system {
    void *ctx;

    /* Milliseconds since start; wraps after 49 days, so compare differences only. */
    uint32_t (*ticks_ms)(void *ctx);

    /* Feeds the watchdog. The core calls it at least every second. May be NULL. */
    void (*alive)(void *ctx);

    /* Between two turns of the main loop: may sleep until a byte arrives on a line, 10 ms at most. May be NULL. */
    void (*idle)(void *ctx);

    /* Restarts the device. Does not return. */
    void (*restart)(void *ctx);

    /* Writes up to `cap` bytes of whatever varies on this board (clock jitter, ADC, uninitialised RAM) and returns how
     * many. Not assumed to be good: it is mixed into a persisted seed (crypto/drbg.h), never used alone. */
    size_t (*noise)(void *ctx, uint8_t *data, size_t cap);

    /* A battery-backed clock, seconds since 1970 UTC, or NULL where the board has none. */
    enum dr_status (*rtc)(void *ctx, int64_t *seconds);

    /* Reads the page that the factory wrote beside the firmware (codec/factory_page.h parses it). */
    enum dr_status (*factory_page)(void *ctx, uint8_t page[128]);

    /* Memory high-water marks for `status`, in bytes; NULL where they mean nothing. */
    void (*memory)(void *ctx, struct port_memory *memory);
};

#endif
