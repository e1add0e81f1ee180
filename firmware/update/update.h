/* Taking a signed object from the untrusted link: receive, verify, seal, read back, make current. TUF 5, in docrev's terms. */
#ifndef DOCREV_UPDATE_UPDATE_H
#define DOCREV_UPDATE_UPDATE_H

#include "store/store.h"
#include "trust/policy.h"
#include "update/clock.h"

/*
 * Scratch of a push, shared with inspections (app/device.h): before anything else uses it, update_suspend is called. 14 KB.
 */
struct update_work {
    uint8_t policy_cms[POLICY_CMS_MAX_SIZE]; /* the current policy, loaded when needed */
    union {
        uint8_t cms[POLICY_CMS_MAX_SIZE]; /* while the CMS comes in */
        struct {
            uint8_t pending[BLOCK_TREE_BLOCK]; /* while the body comes in: the block being filled */
            uint8_t parent[BLOCK_TREE_BLOCK];  /* parents read back */
        } body;
    } incoming;
};

enum update_phase { UPDATE_IDLE = 0, UPDATE_CMS, UPDATE_BODY };

/* State of one push. Survives inspections in between (update_suspend) and a broken link, not a power cut. Not to be moved. */
struct update {
    struct store *store;
    struct clock *clock;
    enum update_phase phase;
    uint32_t offset;  /* octets accepted so far */
    uint32_t size;    /* of the whole file; 0 until the CMS is complete */
    uint32_t cms_len; /* 0 until known */
    enum oid_id type;
    enum store_object object;
    uint32_t series; /* that the policy states for the list */
    struct manifest manifest;
    uint8_t cms_sha256[HASH_SHA256_SIZE];
    struct store_writer writer;
    struct block_tree_stream stream;
    const char *why; /* English words for the last refusal, NULL when there was none */
};

void update_init(struct update *update, struct store *store, struct clock *clock);

/*
 * Takes octets of the file at `offset`. Offset 0 gives up whatever was under way. Order of checks (update/admission.c; TUF
 * 5.3-5.6): CMS whole -> type known -> policy there (or this is the first policy) -> list known to it -> threshold of distinct
 * keys -> number not below the floor -> not expired -> fits. No body octet is taken before all of that.
 *
 * DR_OK: accepted, more is wanted, or, with `last`, the object is current. DR_ERR_STATE: wrong offset (update->offset is the
 * right one) or nothing under way. Every other status ends the push and leaves what is current as it was: DR_ERR_MALFORMED
 * (also: octets beyond the file's end), DR_ERR_UNSUPPORTED, DR_ERR_TOO_LARGE, DR_ERR_THRESHOLD, DR_ERR_UNTRUSTED (no
 * authority for this list, or no policy yet), DR_ERR_ROLLBACK, DR_ERR_EXPIRED, DR_ERR_TRUNCATED (`last` too early),
 * DR_ERR_NO_SPACE, DR_ERR_NOT_FOUND (as many lists as the device holds, or none to renew), DR_ERR_IO. A damaged body block may be sent again:
 * DR_ERR_CORRUPT at a block leaves the push standing at that block's start.
 */
enum dr_status update_take(struct update *update, struct update_work *work, uint32_t offset, struct bytes octets,
                           bool last);

/*
 * Lets go of the work area: a CMS that is still incomplete is given up, a block partly filled is forgotten (offset goes back to its
 * start and the sender is told so). The push itself goes on afterwards.
 */
void update_suspend(struct update *update);

/* Gives up the push under way. */
void update_abort(struct update *update);

/* Loads and reads the current policy into work->policy_cms. DR_ERR_NOT_FOUND when there is none. */
enum dr_status update_load_policy(struct store *store, struct update_work *work, struct policy *policy);

#endif
