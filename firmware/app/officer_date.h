/* An officer at the device vouches for today's date, with the buttons, where the policy allows it (update/clock.h). */
#ifndef DOCREV_APP_OFFICER_DATE_H
#define DOCREV_APP_OFFICER_DATE_H

#include "codec/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct device;

/*
 * The dialogue: the earliest date there may be is shown; up and down step a day, right and left thirty; select asks whether that
 * is today, and only up says yes, so that no key pressed twice confirms anything. It ends by itself after OFFICER_DATE_MS without a key.
 */
#define OFFICER_DATE_MS 60000U

struct officer_date {
    bool allowed; /* by the policy in force; read again from the sealed one when it counts */
    bool asking;  /* whether this is today */
    int64_t date; /* shown */
};

/* May there be a dialogue now? Then select, on the screen of rest, begins it. */
bool officer_date_possible(const struct device *device);
void officer_date_begin(struct device *device);
/* A mask of port/buttons.h, not 0. */
void officer_date_press(struct device *device, uint32_t buttons);
/* On a board without buttons: the console's line `date YYYY-MM-DD`. */
void officer_date_typed(struct device *device, struct bytes date);

#endif
