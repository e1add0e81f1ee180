/* The checkpoint: all rooms put together over the ports of a board. A board's main fills the ports and calls device_run. */
#ifndef DOCREV_APP_DEVICE_H
#define DOCREV_APP_DEVICE_H

#include "app/audit_log.h"
#include "app/link.h"
#include "app/officer_date.h"
#include "app/view.h"
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

/* What stands between the device and its storage. */
enum device_storage {
    DEVICE_STORAGE_READY,
    DEVICE_NO_FACTORY_PAGE, /* not written, or damaged: the device cannot derive its keys */
    DEVICE_NO_CARD,         /* missing, or it cannot be read */
    DEVICE_FOREIGN_CARD,    /* another device's, or altered */
    DEVICE_SMALL_CARD
};

#define DEVICE_OWNER_MAX 64U

/* Static in the board's main: about 30 KB, of which the work area is the most. */
struct device {
    struct device_ports ports;
    enum device_storage storage;
    uint32_t storage_tried; /* tick of the last attempt to mount */
    uint8_t device_id[FACTORY_DEVICE_ID_SIZE];
    char owner[DEVICE_OWNER_MAX + 1]; /* of the current policy */
    struct store store;
    struct clock clock;
    bool clock_started;
    struct update update;
    struct link link;
    struct view view;
    struct audit_log audit_log;
    struct officer_date officer_date;
    struct mrz_collector console_mrz, reader_mrz;
    struct mrz pending; /* scanned, to be inspected in the next turn; wiped when it was */
    bool has_pending;
    bool inspecting;              /* the work area is an inspection's */
    struct inspection inspection; /* the last one, without personal data */
    uint32_t inspections;         /* since start */
    struct edition_tops tops;     /* of the lists looked up in last */
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

/* For the other files of app/. */

/* One octet from the optical reader or the console; a whole MRZ is inspected in the next turn, a wrong one shown. */
void device_mrz_byte(struct device *device, struct mrz_collector *collector, uint8_t byte);
/* A push made this object current. */
void device_object_changed(struct device *device, enum store_object object);
/* A signed statement set the clock. */
void device_time_confirmed(struct device *device);
/* Mounts, or formats a blank medium of a device with its factory page. Says on console and screen what came of it. */
void device_mount(struct device *device);

#endif
