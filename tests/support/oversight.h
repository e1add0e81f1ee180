/* The oversight of a test: a P-256 key pair, and the reading of a device's log with it. */
#ifndef DOCREV_TESTS_OVERSIGHT_H
#define DOCREV_TESTS_OVERSIGHT_H

#include "store/audit.h"

struct oversight {
    uint8_t key[EC_KEY_SIZE], point[EC_KEY_POINT_SIZE];
    uint8_t spki[128];
    size_t spki_len;
};

/* Needs a DRBG that runs. `seed` makes it another one. */
void oversight_make(struct oversight *oversight, uint8_t seed);

/* The key of the record state.audit.segment, out of what the device wrapped. */
enum dr_status oversight_unwrap(const struct oversight *oversight, const struct store *store,
                                uint8_t key[AEAD_KEY_SIZE]);

/*
 * Opens the records from the first one kept (or the segment's) up to the last and checks numbers and links. Returns how many
 * there are, -1 for a log that is not whole. `visit` may be NULL.
 */
typedef void (*oversight_visit)(void *ctx, const struct audit_record *record);
/* The same with a key that was unwrapped before. */
int oversight_read_with(const uint8_t segment_key[AEAD_KEY_SIZE], struct store *store, oversight_visit visit,
                        void *ctx);
int oversight_read(const struct oversight *oversight, struct store *store, oversight_visit visit, void *ctx);

#endif
