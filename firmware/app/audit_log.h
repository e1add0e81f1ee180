/* What the device writes into its audit log, and when (store/audit.h). Failures are counted there and stop nothing. */
#ifndef DOCREV_APP_AUDIT_LOG_H
#define DOCREV_APP_AUDIT_LOG_H

#include "codec/mrz.h"
#include "store/store.h"
#include "trust/policy.h"

struct device;

/*
 * Refusals come from whoever is on the link: a record of them is written at most every AUDIT_LOG_REFUSAL_MS and says how many
 * there were, so that nobody can fill the ring with them.
 */
#define AUDIT_LOG_REFUSAL_MS 600000U

struct audit_log {
    bool coarse;            /* the policy wants no digests of documents */
    bool refused_once;      /* since start */
    uint32_t refused_at;    /* tick of the last record of a refusal */
    uint32_t refusals;      /* since that record */
    enum dr_status refusal; /* the last of them */
};

/* The policy in force was read: who may read the log. */
void audit_log_policy(struct device *device, const struct policy *policy);
void audit_log_boot(struct device *device);
/* Of the inspection in device->inspection, REFER or CANNOT VERIFY; others leave no record. */
void audit_log_inspection(struct device *device, const struct mrz *printed);
void audit_log_update(struct device *device, enum store_object object);
void audit_log_refusal(struct device *device, enum dr_status status);
void audit_log_time(struct device *device, int64_t before, bool by_officer);
/* Writes what refusals are still unwritten once their time has come. */
void audit_log_step(struct device *device);

#endif
