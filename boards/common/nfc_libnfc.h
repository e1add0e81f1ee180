/* port_nfc on libnfc, for every board that has it. */
#ifndef DOCREV_BOARDS_NFC_LIBNFC_H
#define DOCREV_BOARDS_NFC_LIBNFC_H

#include "port/nfc.h"

/* What a board's serial bus can tell or be told beyond libnfc's interface. */
struct nfc_libnfc_bus {
    /* From now on for `ms`; whatever libnfc still wants after that fails at once with a time-out. */
    void (*set_deadline)(uint32_t ms);
    /* Whether the controller sent anything since the last command: an acknowledged one whose answer is late is the chip's
     * fault, silence is the controller's. */
    bool (*heard)(void);
};

struct nfc_context;
struct nfc_device;

struct nfc_libnfc {
    const char *connstring;           /* e.g. "pn532_uart:/dev/ttyUSB0" */
    const struct nfc_libnfc_bus *bus; /* NULL: libnfc's own buses, whose time-outs are per command */
    struct nfc_context *context;
    struct nfc_device *device;
    bool stale; /* a command is perhaps still running in the controller */
    bool field_on;
};

/* Fills `port`; `reader`, `connstring` and `bus` must outlive it. Nothing is opened yet. */
void nfc_libnfc_init(struct nfc_libnfc *reader, struct port_nfc *port, const char *connstring,
                     const struct nfc_libnfc_bus *bus);
/* Closes the device, for programs that end. */
void nfc_libnfc_close(struct nfc_libnfc *reader);

#endif
