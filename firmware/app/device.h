/* The checkpoint: all rooms put together over the ports of a board. A board's main fills the ports and calls device_run. */
#ifndef DOCREV_APP_DEVICE_H
#define DOCREV_APP_DEVICE_H

#include "app/link.h"
#include "codec/mrz.h"
#include "inspection/inspect.h"
#include "port/block.h"
#include "port/buttons.h"
#include "port/display.h"
#include "port/nfc.h"
#include "port/stream.h"
#include "port/system.h"
#include "store/store.h"
#include "update/clock.h"
#include "update/update.h"

/* All pointers outlive the device. mrz and buttons may be NULL. */
struct device_ports {
    const char *board; /* name for status, e.g. "lm3s6965evb" */
    struct port_block *block;
    const struct port_nfc *nfc;
    const struct port_stream *link; /* console and host link */
    const struct port_stream *mrz;  /* optical reader: lines of text */
    const struct port_display *display;
    const struct port_buttons *buttons;
    const struct port_system *system;
};

/* Static in the board's main: about 32 KB, of which the work area is the most. */
struct device {
    struct device_ports ports;
    struct store store;
    struct clock clock;
    struct update update;
    struct link link;
    struct mrz_collector console_mrz, reader_mrz;
    struct inspection inspection; /* the last one, without personal data */
    uint32_t inspections;         /* since start */
    /* Inspection and update take turns in it: an inspection begins only between two blocks of an update, and the update
     * falls back to its last whole block (update_suspend). */
    union {
        struct inspection_work inspection;
        struct update_work update;
    } work;
};

/* Mounts the store, starts the DRBG and clock, shows the first screen. A missing card or factory page is shown and retried. */
void device_init(struct device *device, const struct device_ports *ports);
/* One turn of the main loop: link, MRZ, buttons, at most one inspection. Returns within a turn's work. */
void device_step(struct device *device);
/* device_init and device_step for ever. */
_Noreturn void device_run(struct device *device, const struct device_ports *ports);

#endif
