/* Sets a device's clock with a signed statement bound to the device and to a nonce it drew (update/clock.h). */
#ifndef DOCREV_LINK_DEVICE_CLOCK_H
#define DOCREV_LINK_DEVICE_CLOCK_H

#include "link/coap_client.h"
#include "signing/officer_key.h"

/* DR_OK when the device confirmed. `why` gets English words otherwise, the device's own where it gave some. */
enum dr_status device_clock_set(struct coap_client *client, const struct officer_key *key, int64_t now, char *why,
                                size_t why_size);

#endif
