/* What the display shows now, and when it goes on to something else. Internal to app/. */
#ifndef DOCREV_APP_VIEW_H
#define DOCREV_APP_VIEW_H

#include "app/screen.h"

struct device;

struct view {
    struct port_frame frame; /* drawn here before it is shown */
    enum screen_kind kind;
    const char *title, *text; /* of a message; literals */
    unsigned page;
    uint32_t since;      /* tick when this kind of view began */
    uint32_t page_since; /* tick when this page began */
    unsigned progress;   /* last shown, so that the chip does not wait for the display */
};

/* The screen of rest: ready, or what stands in the way. */
void view_idle(struct device *device);
/* A message that stays until something else happens, or some seconds when the device could be ready. */
void view_message(struct device *device, const char *title, const char *text);
void view_progress(struct device *device, enum inspection_step step, unsigned percent);
void view_verdict(struct device *device);
/* What the officer's dialogue about the date asks now (app/officer_date.h). */
void view_date(struct device *device);
/* Turns pages by time, or at once for buttons (a mask of port/buttons.h); goes back to rest. */
void view_step(struct device *device, uint32_t buttons);

#endif
