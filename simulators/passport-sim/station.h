/* The simulated station: issuer, reader, and the passport that lies on it. */
#ifndef PASSPORT_SIM_STATION_H
#define PASSPORT_SIM_STATION_H

#include "chip/icc.h"
#include "issuer/vault.h"
#include "profiles.h"
#include "reader/pn532.h"

struct station {
    struct vault vault;
    struct pn532 pn532;
    const struct profile *profile; /* shown last, also after it was removed; NULL: none yet */
    struct document document;
    struct icc icc;
    uint64_t host_bytes; /* on the serial line since the passport was put there */
    uint64_t reader_bytes;
};

void station_open(struct station *station, const char *state_directory);
void station_close(struct station *station);

/* Takes away what lies there and puts a new passport on the reader. NULL, or why it cannot be had. */
const char *station_place(struct station *station, const struct profile *profile);
void station_remove(struct station *station);

/* Octets from the host; appends the reader's to *out. */
void station_receive(struct station *station, struct slice octets, struct buffer *out);
void station_tick(struct station *station, struct buffer *out);
int station_timeout_ms(const struct station *station);

#endif
