#include "app/audit_log.h"

#include "app/device.h"
#include "app/version.h"
#include "crypto/hkdf.h"
#include "crypto/memory.h"
#include "store/audit.h"
#include "store/audit_detail.h"

#define LABEL_DOCUMENT "docrev audit document"

static bool is_on(const struct device *device)
{
    return device->store.mounted && device->store.state.audit.on;
}

static void commit(struct device *device, const struct der_writer *writer, enum audit_kind kind)
{
    (void)audit_commit(&device->store, writer, kind, clock_now(&device->clock), clock_confirmed(&device->clock));
}

void audit_log_policy(struct device *device, const struct policy *policy)
{
    device->audit_log.coarse = policy->device.coarse;
    (void)audit_set_oversight(&device->store, policy->device.oversight, clock_now(&device->clock),
                              clock_confirmed(&device->clock));
}

void audit_log_boot(struct device *device)
{
    struct der_writer writer;

    if (is_on(device)) {
        writer = audit_begin(&device->store);
        der_write_item(&writer, DER_UTF8_STRING, bytes_of(DOCREV_VERSION, sizeof DOCREV_VERSION - 1U));
        commit(device, &writer, AUDIT_BOOT);
    }
}

/* HMAC under a key of this device: nobody else can try numbers against it. */
static enum dr_status digest_of(const struct device *device, const struct document_id *id,
                                uint8_t digest[HASH_SHA256_SIZE])
{
    uint8_t key[HASH_SHA256_SIZE], document[DOCUMENT_KEY_MAX];
    enum dr_status status =
        hkdf_sha256(bytes_of(device->store.factory.device_secret, FACTORY_SECRET_SIZE), bytes_of(NULL, 0),
                    bytes_of(LABEL_DOCUMENT, sizeof LABEL_DOCUMENT - 1U), key, sizeof key);

    if (status == DR_OK) {
        status = hmac_sha256(bytes_of(key, sizeof key), bytes_of(document, document_key(id, document)), digest);
    }
    crypto_wipe(key, sizeof key);
    crypto_wipe(document, sizeof document);
    return status;
}

void audit_log_inspection(struct device *device, const struct mrz *printed)
{
    const struct inspection *inspection = &device->inspection;
    struct der_writer writer;
    struct document_id id = {.state = ""};
    uint8_t digest[HASH_SHA256_SIZE];
    size_t mark, hits, digest_len = 0;

    if (!is_on(device) || inspection->verdict == VERDICT_NO_RECORD || inspection->verdict == VERDICT_ADVISORY) {
        return;
    }
    if (document_from_mrz(printed, &id) != DR_OK) {
        id.state[0] = '\0';
    } else if (!device->audit_log.coarse && digest_of(device, &id, digest) == DR_OK) {
        digest_len = AUDIT_DIGEST_SIZE;
    }
    writer = audit_begin(&device->store);
    mark = audit_inspection_open(&writer, inspection->verdict == VERDICT_REFER, inspection->reasons, id.state,
                                 bytes_of(digest, digest_len), &hits);
    for (unsigned i = 0; i < inspection->hit_count; i++) {
        const struct inspection_hit *hit = &inspection->hits[i];

        audit_hit_write(&writer, hit->list_id, hit->edition, (uint8_t)hit->record.reason, (uint8_t)hit->record.basis,
                        (uint8_t)hit->action);
    }
    audit_inspection_close(&writer, mark, hits);
    commit(device, &writer, AUDIT_INSPECTION);
    crypto_wipe(&id, sizeof id);
    crypto_wipe(digest, sizeof digest);
}

void audit_log_update(struct device *device, enum store_object object)
{
    const struct store_entry *entry = &device->store.state.objects[object];
    struct audit_object detail = {.object = (uint8_t)(object < STORE_LIST_0 ? object : STORE_LIST_0),
                                  .number = entry->manifest.number};
    struct der_writer writer;

    if (is_on(device)) {
        detail.object = device->update.type == OID_DOCREV_RENEWAL ? AUDIT_OBJECT_RENEWAL : detail.object;
        memcpy(detail.list_id, entry->manifest.list_id, sizeof detail.list_id);
        memcpy(detail.cms_sha256, entry->cms_sha256, sizeof detail.cms_sha256);
        writer = audit_begin(&device->store);
        audit_object_write(&writer, &detail);
        commit(device, &writer, AUDIT_UPDATE);
    }
}

void audit_log_time(struct device *device, int64_t before, bool by_officer)
{
    struct audit_time detail = {by_officer, before, clock_now(&device->clock)};
    struct der_writer writer;

    if (is_on(device)) {
        writer = audit_begin(&device->store);
        audit_time_write(&writer, &detail);
        commit(device, &writer, AUDIT_TIME);
    }
}

void audit_log_step(struct device *device)
{
    struct audit_log *log = &device->audit_log;
    const struct port_system *system = device->ports.system;
    struct audit_refusal detail = {(uint64_t)log->refusal, log->refusals};
    struct der_writer writer;

    if (log->refusals == 0 || !is_on(device) ||
        (log->refused_once && system->ticks_ms(system->ctx) - log->refused_at < AUDIT_LOG_REFUSAL_MS)) {
        return;
    }
    writer = audit_begin(&device->store);
    audit_refusal_write(&writer, &detail);
    commit(device, &writer, AUDIT_REFUSAL);
    log->refused_once = true;
    log->refused_at = system->ticks_ms(system->ctx);
    log->refusals = 0;
}

void audit_log_refusal(struct device *device, enum dr_status status)
{
    struct audit_log *log = &device->audit_log;

    log->refusal = status;
    if (log->refusals < UINT32_MAX) {
        log->refusals++;
    }
    audit_log_step(device);
}
