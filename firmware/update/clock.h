/* Time on a device without a battery clock: a floor that never goes back, confirmed only by a signed statement. */
#ifndef DOCREV_UPDATE_CLOCK_H
#define DOCREV_UPDATE_CLOCK_H

#include "port/system.h"
#include "store/store.h"
#include "trust/policy.h"

#define CLOCK_NONCE_SIZE 16U

/*
 * TimeStatement ::= SEQUENCE {          -- content of a CMS SignedData with OID_DOCREV_TIME, signed by one owner key
 *   version   INTEGER (1),
 *   deviceId  OCTET STRING (SIZE (8)),
 *   nonce     OCTET STRING (SIZE (16)),  -- drawn by the device, used once
 *   time      GeneralizedTime }
 */
struct time_statement {
    uint8_t device_id[FACTORY_DEVICE_ID_SIZE];
    uint8_t nonce[CLOCK_NONCE_SIZE];
    int64_t time;
};
enum dr_status time_statement_read(struct bytes der, struct time_statement *statement);
enum dr_status time_statement_write(const struct time_statement *statement, struct der_writer *writer);

struct clock {
    struct store *store;
    const struct port_system *system;
    int64_t base;        /* seconds at `base_ticks` */
    uint32_t base_ticks; /* moved on at each call so that the tick's wrap does not matter */
    bool confirmed;
    bool by_officer; /* not confirmed, but an officer at the device vouched for the date */
    bool has_nonce;
    uint8_t nonce[CLOCK_NONCE_SIZE];
};

/* Starts at the store's floor, unconfirmed; a board's RTC raises it but does not confirm it. */
void clock_init(struct clock *clock, struct store *store, const struct port_system *system);
/*
 * Seconds since 1970; never less than it ever said, but for one case: a signed time corrects an unconfirmed clock that was
 * ahead (an RTC set wrongly). Call at least every day.
 */
int64_t clock_now(struct clock *clock);
bool clock_confirmed(const struct clock *clock);
/* What is certain: the time when it is confirmed, else the floor, which a confirmed time once was. */
int64_t clock_at_least(struct clock *clock);
/* A fresh nonce for a time statement; replaces the one before. DR_ERR_STATE: nothing random yet. */
enum dr_status clock_draw_nonce(struct clock *clock, uint8_t nonce[CLOCK_NONCE_SIZE]);
/*
 * Sets the clock from a signed statement bound to the nonce, which is thereby used up; the floor is raised durably first. A
 * confirmed clock is only ever set forward. DR_ERR_THRESHOLD (no owner's officer signed), DR_ERR_STATE (no nonce, or
 * another), DR_ERR_ROLLBACK (before the floor), DR_ERR_ARGUMENT (another device's), DR_ERR_EXPIRED (more than 5 years past
 * the newest signed object: a jump that would make everything stale), DR_ERR_MALFORMED, DR_ERR_UNSUPPORTED, DR_ERR_IO.
 */
#define CLOCK_MAX_JUMP (INT64_C(5) * 366 * 86400)
enum dr_status clock_set(struct clock *clock, const struct policy *policy, struct bytes cms_der);

/*
 * An officer's date: weaker than a signed time, and only for verdicts. It lasts until the restart, a signed time replaces it, and it
 * neither confirms the clock nor raises the floor nor refuses an update: a wrong one does no harm that the next signed time, or a
 * restart, does not undo.
 */
bool clock_by_officer(const struct clock *clock);
/* What a verdict reckons with: the time, signed or of an officer's date; else the floor. It may be so many seconds later. */
int64_t clock_reckoned(struct clock *clock);
uint32_t clock_uncertainty(const struct clock *clock);
/*
 * Dates (seconds at 00:00 UTC) that an officer may vouch for: from the day of the floor, or on which the owner last signed policy or
 * trust store, to the policy's nextUpdate, but no further than CLOCK_DATE_MAX_JUMP past the newest signed object or the floor.
 * DR_ERR_STATE: the time is confirmed, or there is no policy; DR_ERR_EXPIRED: no date is left, the policy has expired.
 */
#define CLOCK_DATE_MAX_JUMP (INT64_C(366) * 86400)
enum dr_status clock_date_range(const struct clock *clock, int64_t *first, int64_t *last);
/*
 * An officer at the device says that today is `date`; counted durably before it holds. DR_ERR_UNTRUSTED: the policy in force does not
 * allow it; DR_ERR_ARGUMENT: not the beginning of a day; DR_ERR_ROLLBACK, DR_ERR_EXPIRED: before, after the range; DR_ERR_STATE, DR_ERR_IO.
 */
enum dr_status clock_confirm_date(struct clock *clock, const struct policy *policy, int64_t date);
/* The policy allows it no more. */
void clock_forget_date(struct clock *clock);

#endif
