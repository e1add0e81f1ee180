/* Writes policies (trust/policy.h) for the device owner's officers to sign. */
#ifndef DOCREV_SIGNING_POLICY_WRITER_H
#define DOCREV_SIGNING_POLICY_WRITER_H

#include "revlist/document.h"
#include "signing/officer_key.h"
#include "trust/policy.h"

#define POLICY_DRAFT_MAX_STATES 64U
#define POLICY_DRAFT_MAX_RULES 64U

/* Pointers are borrowed from whoever fills the draft. */
struct policy_draft_role {
    uint8_t threshold;
    size_t key_count;
    struct officer_key *keys[POLICY_MAX_KEYS];
};

struct policy_draft_authority {
    const char *list_id, *name, *contact;
    struct policy_draft_role role;
    size_t state_count; /* 0: may speak for every state */
    const char *states[POLICY_DRAFT_MAX_STATES];
    uint8_t renewal_threshold; /* officers who may extend an edition's nextUpdate; 0: it is not extended */
    uint16_t renewal_days;     /* by so much at most */
    uint32_t series;           /* 0: its numbers never began anew */
    uint64_t first;            /* number of the series */
};

/* NULL and 0: any. */
struct policy_draft_rule {
    const char *list_id, *state, *text;
    enum document_reason reason;
    enum document_basis basis;
    enum policy_action action;
};

struct policy_draft {
    uint64_t number;
    const char *owner;
    int64_t this_update, next_update;
    struct policy_draft_role owner_role;
    size_t authority_count;
    struct policy_draft_authority authorities[POLICY_MAX_AUTHORITIES];
    size_t rule_count;
    struct policy_draft_rule rules[POLICY_DRAFT_MAX_RULES];
    const struct officer_key *oversight; /* reads the devices' audit logs; NULL: none is kept */
    bool audit_coarse;                   /* no digests of documents in them */
    bool officer_time;                   /* the officer at a device may confirm its time */
};

/* The policy's DER, read back with the firmware's reader. *len: capacity in, octets out. */
enum dr_status policy_draft_write(const struct policy_draft *draft, uint8_t *out, size_t *len, const char **why);

#endif
