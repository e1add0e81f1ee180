#include "app/officer_date.h"

#include "app/device.h"
#include "codec/calendar.h"

#define DAY INT64_C(86400)

bool officer_date_possible(const struct device *device)
{
    int64_t first, last;

    return device->officer_date.allowed && device->storage == DEVICE_STORAGE_READY &&
           clock_date_range(&device->clock, &first, &last) == DR_OK;
}

static int64_t within(int64_t date, int64_t first, int64_t last)
{
    if (date < first) {
        return first;
    }
    return date > last ? last : date;
}

/* Begins with the device's own idea of today, which is the floor where there is no battery clock. */
void officer_date_begin(struct device *device)
{
    struct officer_date *dialogue = &device->officer_date;
    int64_t now = clock_now(&device->clock), first, last;

    if (clock_date_range(&device->clock, &first, &last) == DR_OK) {
        dialogue->date = within(now - now % DAY, first, last);
        dialogue->asking = false;
        view_date(device);
    }
}

/* The rule is taken from the sealed policy, not from what was remembered of it. */
static void confirm(struct device *device, int64_t date)
{
    struct policy policy;
    int64_t before = clock_now(&device->clock);
    enum dr_status status;

    update_suspend(&device->update);
    status = update_load_policy(&device->store, &device->work.update, &policy);
    if (status == DR_OK) {
        status = clock_confirm_date(&device->clock, &policy, date);
    }
    if (status == DR_OK) {
        audit_log_time(device, before, true);
        link_print(&device->link, "time: date by officer");
        view_idle(device);
    } else {
        audit_log_refusal(device, status);
        link_print(&device->link, "time: the officer's date was refused");
        view_message(device, "DATE REFUSED", "The policy does not\nallow this date");
    }
}

void officer_date_press(struct device *device, uint32_t buttons)
{
    struct officer_date *dialogue = &device->officer_date;
    int64_t first, last;

    if (clock_date_range(&device->clock, &first, &last) != DR_OK) {
        view_idle(device); /* a signed time came in between */
        return;
    }
    if (dialogue->asking && buttons == PORT_BUTTON_UP) {
        confirm(device, dialogue->date);
        return;
    }
    if (dialogue->asking) {
        dialogue->asking = false;
    } else if ((buttons & PORT_BUTTON_UP) != 0) {
        dialogue->date += DAY;
    } else if ((buttons & PORT_BUTTON_DOWN) != 0) {
        dialogue->date -= DAY;
    } else if ((buttons & PORT_BUTTON_RIGHT) != 0) {
        dialogue->date += 30 * DAY;
    } else if ((buttons & PORT_BUTTON_LEFT) != 0) {
        dialogue->date -= 30 * DAY;
    } else {
        dialogue->asking = true;
    }
    dialogue->date = within(dialogue->date, first, last);
    view_date(device);
}

/* The console shares its line with the host, whom nothing is believed: only where there is no other way. */
void officer_date_typed(struct device *device, struct bytes date)
{
    char text[CALENDAR_ISO8601_SIZE] = "0000-00-00T00:00:00Z";
    int64_t seconds = 0;

    if (device->ports.buttons != NULL) {
        link_print(&device->link, "date: use the buttons");
        return;
    }
    if (date.len != 10) {
        link_print(&device->link, "date: YYYY-MM-DD is wanted");
        return;
    }
    memcpy(text, date.data, date.len);
    if (calendar_parse(bytes_of(text, CALENDAR_ISO8601_SIZE - 1U), &seconds) != DR_OK) {
        link_print(&device->link, "date: there is no such day");
    } else if (!officer_date_possible(device)) {
        link_print(&device->link, "date: the time is confirmed, or the policy does not allow it");
    } else {
        confirm(device, seconds);
    }
}
