/* A UDP port in front of a serial line, so that any CoAP client can speak to a device (RFC 7252 over slipmux). */
#ifndef DOCREV_LINK_BRIDGE_H
#define DOCREV_LINK_BRIDGE_H

#include "link/device_link.h"

#include <signal.h>

struct bridge_count {
    uint64_t requests, answers, dropped;
};

/*
 * Forwards until *stop is set. Message ids are exchanged for the bridge's own, so that two clients that happen to choose
 * the same are told apart. `listen`: ADDRESS:PORT, e.g. 127.0.0.1:5683. `ready` (may be NULL) is called once it listens.
 * DR_ERR_IO with *why when the port cannot be had; a broken line is opened again.
 */
enum dr_status bridge_run(struct device_link *line, const char *listen, void (*ready)(const char *listen),
                          const volatile sig_atomic_t *stop, struct bridge_count *count, const char **why);

#endif
