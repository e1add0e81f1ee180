/* Takes the place of update/ where only the link is tested: remembers what it was given and answers as it is told. */
#ifndef DOCREV_TESTS_FAKE_UPDATE_H
#define DOCREV_TESTS_FAKE_UPDATE_H

#include "update/update.h"

static struct fake_update {
    enum dr_status take, load, set;
    const char *why;
    unsigned takes, suspends;
    uint32_t offset;
    size_t len;
    uint8_t first;
    bool last;
    int64_t now;
    bool confirmed, by_officer;
    int64_t first_date, last_date, date; /* what an officer may vouch for, and did */
    struct device_rules rules;           /* of the policy that is loaded */
} fake_update;

void update_init(struct update *update, struct store *store, struct clock *clock)
{
    memset(update, 0, sizeof *update);
    update->store = store;
    update->clock = clock;
}

enum dr_status update_take(struct update *update, struct update_work *work, uint32_t offset, struct bytes octets,
                           bool last)
{
    (void)work;
    fake_update.takes++;
    fake_update.offset = offset;
    fake_update.len = octets.len;
    fake_update.first = octets.data[0];
    fake_update.last = last;
    update->why = fake_update.why;
    if (fake_update.take == DR_OK) {
        update->offset = offset + (uint32_t)octets.len;
        update->phase = last ? UPDATE_IDLE : UPDATE_BODY;
        update->object = STORE_LIST_0;
        update->size = 5000;
        strcpy(update->manifest.list_id, "UTO");
        update->manifest.number = 7;
    }
    return fake_update.take;
}

void update_suspend(struct update *update)
{
    (void)update;
    fake_update.suspends++;
}

void update_abort(struct update *update)
{
    update->phase = UPDATE_IDLE;
}

enum dr_status update_load_policy(struct store *store, struct update_work *work, struct policy *policy)
{
    static const char owner[] = "Utopia Border Guard";

    (void)store, (void)work;
    memset(policy, 0, sizeof *policy);
    policy->owner = bytes_of(owner, sizeof owner - 1);
    policy->device = fake_update.rules;
    return fake_update.load;
}

void clock_init(struct clock *clock, struct store *store, const struct port_system *system)
{
    (void)clock, (void)store, (void)system;
}

int64_t clock_now(struct clock *clock)
{
    (void)clock;
    return fake_update.now;
}

int64_t clock_at_least(struct clock *clock)
{
    (void)clock;
    return fake_update.now;
}

bool clock_confirmed(const struct clock *clock)
{
    (void)clock;
    return fake_update.confirmed;
}

bool clock_by_officer(const struct clock *clock)
{
    (void)clock;
    return !fake_update.confirmed && fake_update.by_officer;
}

int64_t clock_reckoned(struct clock *clock)
{
    return clock_now(clock);
}

uint32_t clock_uncertainty(const struct clock *clock)
{
    return clock_by_officer(clock) ? 86399U : 0;
}

enum dr_status clock_date_range(const struct clock *clock, int64_t *first, int64_t *last)
{
    (void)clock;
    *first = fake_update.first_date;
    *last = fake_update.last_date;
    return fake_update.confirmed || *last == 0 ? DR_ERR_STATE : DR_OK;
}

enum dr_status clock_confirm_date(struct clock *clock, const struct policy *policy, int64_t date)
{
    (void)clock;
    if (!policy->device.officer_time) {
        return DR_ERR_UNTRUSTED;
    }
    fake_update.by_officer = true;
    fake_update.date = fake_update.now = date;
    return DR_OK;
}

void clock_forget_date(struct clock *clock)
{
    (void)clock;
    fake_update.by_officer = false;
}

enum dr_status clock_draw_nonce(struct clock *clock, uint8_t nonce[CLOCK_NONCE_SIZE])
{
    (void)clock;
    memset(nonce, 0xAB, CLOCK_NONCE_SIZE);
    return DR_OK;
}

enum dr_status clock_set(struct clock *clock, const struct policy *policy, struct bytes cms_der)
{
    (void)clock, (void)policy;
    fake_update.len = cms_der.len;
    fake_update.confirmed = fake_update.set == DR_OK;
    return fake_update.set;
}

#endif
