/* One inspection, from a scanned MRZ to a verdict with its reasons. */
#ifndef DOCREV_INSPECTION_INSPECT_H
#define DOCREV_INSPECTION_INSPECT_H

#include "codec/mrz.h"
#include "emrtd/card_security.h"
#include "emrtd/chip_auth.h"
#include "emrtd/pace.h"
#include "emrtd/passive_auth.h"
#include "emrtd/session.h"
#include "inspection/verdict.h"
#include "port/system.h"
#include "revlist/lookup.h"
#include "store/store.h"
#include "trust/policy.h"

#define INSPECTION_SOD_MAX 8192U /* the largest EF.SOD taken; real ones are 1.5 to 6 KB */
#define INSPECTION_DG1_MAX 128U
#define INSPECTION_CARD_ACCESS_MAX 512U /* that of the BSI's example has 201 octets */

/* A record found, and what local policy makes of it. Texts are copies, NUL-terminated. */
struct inspection_hit {
    char list_id[MANIFEST_MAX_LIST_ID + 1];
    uint64_t edition;
    struct document_record record;
    enum policy_action action;
    char text[POLICY_MAX_TEXT + 1];    /* the policy's words, e.g. that protection needs are screened first */
    char contact[POLICY_MAX_TEXT + 1]; /* where the issuer confirms */
};

/* Results of single checks, in the words of BSI TR-03135-1 5.6. */
enum check_result { CHECK_NOT_DONE, CHECK_NOT_SUPPORTED, CHECK_PASSED, CHECK_FAILED, CHECK_UNDETERMINED };

enum access_way { ACCESS_NOT_DONE, ACCESS_NONE, ACCESS_BAC, ACCESS_PACE_GM, ACCESS_PACE_IM, ACCESS_PACE_CAM };

enum clone_check { CLONE_CHECK_NONE, CLONE_CHECK_CA, CLONE_CHECK_AA, CLONE_CHECK_CAM };

struct inspection_checks {
    uint8_t access;      /* enum access_way: how the chip was opened */
    uint8_t card_access; /* signed files confirm EF.CardAccess (ICAO 9303-11 4.2) */
    uint8_t passive;     /* Passive Authentication, DG1 included */
    uint8_t clone_check; /* enum clone_check: by which protocol */
    uint8_t chip;        /* its result; passed only under a trusted EF.SOD */
};

/* The result. Holds no personal data: it may stay in memory and go out on the link. */
struct inspection {
    verdict verdict;
    reason_set reasons;
    struct inspection_checks checks;
    bool date_by_officer; /* no signed time behind it */
    uint8_t hit_count;
    struct inspection_hit hits[STORE_LISTS];
    struct session_cost cost;
    uint32_t milliseconds;
    uint16_t sw; /* last status word of the chip, for a technician */
};

enum inspection_step { STEP_WAIT_CHIP, STEP_ACCESS, STEP_READ_SOD, STEP_READ_DG1, STEP_VERIFY, STEP_LOOKUP };

/* Tells the display how far it is. `percent` of the step. May be NULL. */
typedef void (*inspection_progress)(void *ctx, enum inspection_step step, unsigned percent);

/*
 * Scratch of an inspection, wiped at its end: it holds DG1 and the session. About 13 KB. What the SOD proves is known before the
 * policy is read, so that both phases share their memory.
 */
struct inspection_work {
    struct session session;
    uint8_t dg1[INSPECTION_DG1_MAX];
    size_t dg1_len; /* 0: not read */
    size_t sod_len; /* 0: not read */
    uint8_t card_access[INSPECTION_CARD_ACCESS_MAX];
    size_t card_access_len; /* 0: not there */
    struct pace_chip_auth mapping;
    union {
        struct {
            uint8_t file[INSPECTION_SOD_MAX]; /* EF.CardSecurity; EF.SOD, behind it DG14 and DG15 */
            struct lds_sod opened;            /* views into `file` */
            union {
                uint8_t block[BLOCK_TREE_BLOCK]; /* of the trust store */
                struct pace pace;
                struct chip_auth chip_auth;
            };
        } sod;
        struct {
            uint8_t policy_cms[POLICY_CMS_MAX_SIZE];
            struct policy policy; /* views into `policy_cms` */
            struct edition_scratch lookup;
        } lists;
    } phase;
};

struct inspection_context {
    const struct port_nfc *nfc;
    const struct port_system *system;
    struct store *store; /* may be unmounted: then CANNOT VERIFY, storage-missing */
    int64_t now;
    uint32_t uncertainty;      /* seconds that it may be later: what has to be fresh is fresh then, too */
    bool time_confirmed;       /* signed, or vouched for by an officer where the policy allows it */
    uint32_t wait_ms;          /* how long to wait for a chip */
    struct edition_tops *tops; /* lasts from one inspection to the next, for two block reads a look-up; may be NULL */
    inspection_progress progress;
    void *progress_ctx;
};

/*
 * Runs it whole. Every check that can run does run, so that the reasons are complete. Never fails: what goes wrong is a
 * reason. A listed document is REFER or ADVISORY even when it could not be proven genuine; NO RECORD only when everything was
 * proven: genuine chip data, same MRZ, not expired, and absence from every list that covers the state, each fresh.
 */
void inspection_run(const struct inspection_context *context, const struct mrz *printed, struct inspection_work *work,
                    struct inspection *result);

#endif
