#include "update/clock.h"

#include "crypto/memory.h"

void clock_init(struct clock *clock, struct store *store, const struct port_system *system)
{
    int64_t seconds;

    memset(clock, 0, sizeof *clock);
    clock->store = store;
    clock->system = system;
    clock->base = store->state.time_floor;
    clock->base_ticks = system->ticks_ms(system->ctx);
    if (system->rtc != NULL && system->rtc(system->ctx, &seconds) == DR_OK && seconds > clock->base) {
        clock->base = seconds;
    }
}

int64_t clock_now(struct clock *clock)
{
    uint32_t seconds = (clock->system->ticks_ms(clock->system->ctx) - clock->base_ticks) / 1000U;

    clock->base += seconds;
    clock->base_ticks += seconds * 1000U;
    return clock->base;
}

bool clock_confirmed(const struct clock *clock)
{
    return clock->confirmed;
}

int64_t clock_at_least(struct clock *clock)
{
    int64_t floor = clock->store->state.time_floor;
    int64_t now = clock_now(clock);

    return clock->confirmed && now > floor ? now : floor;
}

#define DAY INT64_C(86400)

static int64_t day_of(int64_t time)
{
    return time - time % DAY;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

bool clock_by_officer(const struct clock *clock)
{
    return !clock->confirmed && clock->by_officer;
}

int64_t clock_reckoned(struct clock *clock)
{
    return clock_by_officer(clock) ? clock_now(clock) : clock_at_least(clock);
}

uint32_t clock_uncertainty(const struct clock *clock)
{
    return clock_by_officer(clock) ? (uint32_t)(DAY - 1) : 0;
}

enum dr_status clock_draw_nonce(struct clock *clock, uint8_t nonce[CLOCK_NONCE_SIZE])
{
    enum dr_status status = drbg_random(clock->nonce, sizeof clock->nonce);

    clock->has_nonce = status == DR_OK;
    if (status == DR_OK) {
        memcpy(nonce, clock->nonce, sizeof clock->nonce);
    }
    return status;
}

/* thisUpdate of the newest object held. */
static int64_t newest_object(const struct store *store)
{
    int64_t newest = 0;

    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        const struct store_entry *entry = &store->state.objects[i];

        if (entry->present && entry->manifest.this_update > newest) {
            newest = entry->manifest.this_update;
        }
    }
    return newest;
}

/* What the owner's threshold signed last: it is later than that. A list's officers alone cannot push the date ahead. */
static int64_t owner_signed(const struct store *store)
{
    const struct store_entry *policy = &store->state.objects[STORE_POLICY], *trust = &store->state.objects[STORE_TRUST];

    return later(policy->present ? policy->manifest.this_update : 0, trust->present ? trust->manifest.this_update : 0);
}

enum dr_status clock_date_range(const struct clock *clock, int64_t *first, int64_t *last)
{
    const struct store *store = clock->store;
    const struct store_entry *policy = &store->state.objects[STORE_POLICY];
    int64_t farthest = later(newest_object(store), store->state.time_floor) + CLOCK_DATE_MAX_JUMP;

    if (clock->confirmed || !store->mounted || !policy->present) {
        return DR_ERR_STATE;
    }
    *first = day_of(later(store->state.time_floor, owner_signed(store)));
    *last = day_of(policy->manifest.next_update < farthest ? policy->manifest.next_update : farthest);
    return *first <= *last ? DR_OK : DR_ERR_EXPIRED;
}

/* Counted before it holds. */
static enum dr_status count_date(struct store *store)
{
    enum dr_status status;

    store->state.officer_dates++;
    status = store_save(store);
    if (status != DR_OK) {
        store->state.officer_dates--;
    }
    return status;
}

enum dr_status clock_confirm_date(struct clock *clock, const struct policy *policy, int64_t date)
{
    const volatile bool *allowed = &policy->device.officer_time;
    int64_t first, last;
    enum dr_status status = clock_date_range(clock, &first, &last);

    if (status != DR_OK) {
        return status;
    }
    if (!*allowed) {
        return DR_ERR_UNTRUSTED;
    }
    if (date % DAY != 0) {
        return DR_ERR_ARGUMENT;
    }
    if (date < first) {
        return DR_ERR_ROLLBACK;
    }
    if (date > last) {
        return DR_ERR_EXPIRED;
    }
    status = count_date(clock->store);
    if (status != DR_OK || !*allowed) {
        return status == DR_OK ? DR_ERR_UNTRUSTED : status;
    }
    clock->base = later(date, clock->store->state.time_floor);
    clock->base_ticks = clock->system->ticks_ms(clock->system->ctx);
    clock->by_officer = true;
    return DR_OK;
}

void clock_forget_date(struct clock *clock)
{
    clock->by_officer = false;
}

static enum dr_status read_statement(struct bytes cms_der, struct cms *cms, struct time_statement *statement)
{
    enum dr_status status = cms_read(cms_der, cms);

    if (status != DR_OK) {
        return status;
    }
    if (cms->whole.len != cms_der.len || !cms->has_content || !oid_is(cms->content_type, OID_DOCREV_TIME)) {
        return DR_ERR_MALFORMED;
    }
    return time_statement_read(cms->content, statement);
}

/* Before anything is computed: is it meant for this device, and does it answer the nonce that is out? */
static enum dr_status answers_us(const struct clock *clock, const struct time_statement *statement)
{
    if (memcmp(statement->device_id, clock->store->factory.device_id, sizeof statement->device_id) != 0) {
        return DR_ERR_ARGUMENT;
    }
    if (!clock->has_nonce || !crypto_equal(statement->nonce, clock->nonce, sizeof clock->nonce)) {
        return DR_ERR_STATE;
    }
    return DR_OK;
}

/* A restart must not find a time before the one that was believed: durable first. */
static enum dr_status raise_floor(struct store *store, int64_t time)
{
    int64_t before = store->state.time_floor;
    enum dr_status status;

    store->state.time_floor = time;
    status = store_save(store);
    if (status != DR_OK) {
        store->state.time_floor = before;
    }
    return status;
}

enum dr_status clock_set(struct clock *clock, const struct policy *policy, struct bytes cms_der)
{
    struct policy_role one_officer = policy->owner_role;
    struct time_statement statement;
    struct cms cms;
    volatile hardened signed_by_owner = HARDENED_NO;
    enum dr_status status = read_statement(cms_der, &cms, &statement);

    if (status == DR_OK) {
        status = answers_us(clock, &statement);
    }
    if (status != DR_OK) {
        return status;
    }
    one_officer.threshold = 1;
    signed_by_owner = policy_role_verify(&one_officer, &cms, OID_DOCREV_TIME, NULL);
    if (!hardened_is_yes(&signed_by_owner)) {
        return DR_ERR_THRESHOLD;
    }
    clock->has_nonce = false;
    crypto_wipe(clock->nonce, sizeof clock->nonce);
    if (statement.time < clock->store->state.time_floor) {
        return DR_ERR_ROLLBACK;
    }
    if (statement.time - newest_object(clock->store) > CLOCK_MAX_JUMP) {
        return DR_ERR_EXPIRED;
    }
    status = raise_floor(clock->store, statement.time);
    if (status != DR_OK || !hardened_is_yes(&signed_by_owner)) {
        return status == DR_OK ? DR_ERR_THRESHOLD : status;
    }
    if (!clock->confirmed || statement.time > clock_now(clock)) {
        clock->base = statement.time;
        clock->base_ticks = clock->system->ticks_ms(clock->system->ctx);
    }
    clock->confirmed = true;
    clock->by_officer = false;
    return DR_OK;
}
