#include "app/status_json.h"

#include "app/version.h"
#include "revlist/document.h"
#include "store/identity.h"

#define AGING_PART 4 /* of the time from thisUpdate to nextUpdate: what is left of it */

static void write_time(struct device *device, struct json_writer *json)
{
    json_object(json, "time");
    json_time(json, "now", clock_now(&device->clock));
    json_bool(json, "confirmed", clock_confirmed(&device->clock));
    json_bool(json, "by_officer", clock_by_officer(&device->clock));
    json_int(json, "officer_dates", device->store.state.officer_dates);
    json_end_object(json);
}

static void write_policy(const struct device *device, struct json_writer *json)
{
    const struct store_entry *entry = &device->store.state.objects[STORE_POLICY];

    if (!entry->present) {
        json_null(json, "policy");
        return;
    }
    json_object(json, "policy");
    json_int(json, "number", (int64_t)entry->manifest.number);
    json_text(json, "owner", device->owner);
    json_time(json, "next_update", entry->manifest.next_update);
    json_end_object(json);
}

static void write_trust(const struct device *device, struct json_writer *json)
{
    const struct store_entry *entry = &device->store.state.objects[STORE_TRUST];

    if (!entry->present) {
        json_null(json, "trust");
        return;
    }
    json_object(json, "trust");
    json_int(json, "number", (int64_t)entry->manifest.number);
    json_int(json, "anchors", (int64_t)entry->manifest.entry_count);
    json_time(json, "next_update", entry->manifest.next_update);
    json_end_object(json);
}

/* The floor alone can show that a list is stale; that it is fresh takes a confirmed clock. Aging: most of its time is over. */
static const char *freshness(struct device *device, const struct manifest *manifest)
{
    int64_t now = clock_reckoned(&device->clock) + clock_uncertainty(&device->clock),
            left = manifest->next_update - now;

    if (left <= 0) {
        return "stale";
    }
    if (clock_by_officer(&device->clock)) {
        return "aging"; /* at best: no signed time is behind it */
    }
    if (!clock_confirmed(&device->clock)) {
        return "unknown";
    }
    return left < (manifest->next_update - manifest->this_update) / AGING_PART ? "aging" : "fresh";
}

static void write_lists(struct device *device, struct json_writer *json)
{
    json_array(json, "lists");
    for (unsigned i = STORE_LIST_0; i < STORE_OBJECTS; i++) {
        const struct store_entry *entry = &device->store.state.objects[i];
        const struct manifest *manifest = &entry->manifest;

        if (entry->present) {
            json_object(json, NULL);
            json_text(json, "id", manifest->list_id);
            json_int(json, "number", (int64_t)manifest->number);
            json_int(json, "entries", (int64_t)manifest->entry_count);
            json_time(json, "this_update", manifest->this_update);
            json_time(json, "next_update", manifest->next_update);
            json_text(json, "state", freshness(device, manifest));
            json_hex(json, "root", bytes_of(manifest->root, sizeof manifest->root));
            json_end_object(json);
        }
    }
    json_end_array(json);
}

static void write_counters(const struct device *device, struct json_writer *json)
{
    const struct store_counters *counters = &device->store.state.counters;

    json_object(json, "counters");
    json_int(json, "no_record", (int64_t)counters->no_record);
    json_int(json, "advisory", (int64_t)counters->advisory);
    json_int(json, "refer", (int64_t)counters->refer);
    json_int(json, "cannot_verify", (int64_t)counters->cannot_verify);
    json_end_object(json);
}

static void write_use(struct json_writer *json, const char *name, uint32_t used, uint32_t size)
{
    json_array(json, name);
    json_int(json, NULL, used);
    json_int(json, NULL, size);
    json_end_array(json);
}

static void write_memory(const struct device *device, struct json_writer *json)
{
    const struct port_system *system = device->ports.system;
    struct port_memory memory = {0};

    if (system->memory != NULL) {
        system->memory(system->ctx, &memory);
    }
    json_object(json, "memory");
    write_use(json, "mbedtls", memory.mbedtls_used, memory.mbedtls_size);
    write_use(json, "libnfc", memory.libnfc_used, memory.libnfc_size);
    write_use(json, "stack", memory.stack_used, memory.stack_size);
    json_end_object(json);
}

/* SHA-256 of the key that signs receipts. */
static void write_key(const struct device *device, struct json_writer *json)
{
    uint8_t digest[HASH_SHA256_SIZE];

    if (device->store.mounted && identity_spki_sha256(&device->store, digest) == DR_OK) {
        json_hex(json, "key", bytes_of(digest, sizeof digest));
    } else {
        json_null(json, "key");
    }
}

static void write_audit(const struct device *device, struct json_writer *json)
{
    const struct store_audit *audit = &device->store.state.audit;

    json_object(json, "audit");
    json_bool(json, "on", audit->on);
    json_int(json, "size", (int64_t)audit->next);
    json_int(json, "lost", audit->lost);
    json_end_object(json);
}

void status_json(struct device *device, struct json_writer *json)
{
    json_object(json, NULL);
    json_hex(json, "device", bytes_of(device->device_id, sizeof device->device_id));
    json_text(json, "version", DOCREV_VERSION);
    json_text(json, "board", device->ports.board);
    write_key(device, json);
    json_bool(json, "provisioned", device->store.state.objects[STORE_POLICY].present);
    write_time(device, json);
    write_policy(device, json);
    write_trust(device, json);
    write_lists(device, json);
    json_object(json, "storage");
    json_bool(json, "present", device->store.mounted);
    json_int(json, "sectors", device->ports.block->sector_count);
    json_end_object(json);
    write_counters(device, json);
    write_audit(device, json);
    write_memory(device, json);
    json_end_object(json);
}

static void write_hit(const struct inspection_hit *hit, struct json_writer *json)
{
    static const char *const actions[] = {"refer", "advise", "ignore"};
    const char *reason = document_reason_text(hit->record.reason);
    const char *basis = hit->record.basis == BASIS_NONE ? NULL : document_basis_text(hit->record.basis);

    json_object(json, NULL);
    json_text(json, "list", hit->list_id);
    json_int(json, "edition", (int64_t)hit->edition);
    json_text(json, "reason", reason != NULL ? reason : "none");
    json_text(json, "basis", basis != NULL ? basis : "none");
    json_text(json, "action", hit->action <= POLICY_IGNORE ? actions[hit->action] : "refer");
    json_text(json, "text", hit->text);
    json_text(json, "contact", hit->contact);
    json_end_object(json);
}

static void write_checks(const struct inspection_checks *checks, struct json_writer *json)
{
    static const char *const results[] = {"not-done", "not-supported", "passed", "failed", "undetermined"};
    static const char *const ways[] = {"not-done", "none", "bac", "pace-gm", "pace-im", "pace-cam"};
    static const char *const protocols[] = {"none", "ca", "aa", "cam"};

    json_object(json, "checks");
    json_text(json, "access", checks->access <= ACCESS_PACE_CAM ? ways[checks->access] : ways[0]);
    json_text(json, "card_access",
              checks->card_access <= CHECK_UNDETERMINED ? results[checks->card_access] : results[0]);
    json_text(json, "passive", checks->passive <= CHECK_UNDETERMINED ? results[checks->passive] : results[0]);
    json_text(json, "clone_check",
              checks->clone_check <= CLONE_CHECK_CAM ? protocols[checks->clone_check] : protocols[0]);
    json_text(json, "chip", checks->chip <= CHECK_UNDETERMINED ? results[checks->chip] : results[0]);
    json_end_object(json);
}

void inspection_json(const struct device *device, struct json_writer *json)
{
    const struct inspection *inspection = &device->inspection;

    json_object(json, NULL);
    json_int(json, "sequence", device->inspections);
    if (device->inspections > 0) {
        json_text(json, "verdict", verdict_text(inspection->verdict));
        json_array(json, "reasons");
        for (unsigned i = 0; i < BECAUSE_COUNT; i++) {
            if ((inspection->reasons & BECAUSE_BIT(i)) != 0) {
                json_text(json, NULL, verdict_reason_text((enum because)i));
            }
        }
        json_end_array(json);
        json_bool(json, "date_by_officer", inspection->date_by_officer);
        write_checks(&inspection->checks, json);
        json_array(json, "hits");
        for (unsigned i = 0; i < inspection->hit_count; i++) {
            write_hit(&inspection->hits[i], json);
        }
        json_end_array(json);
        json_int(json, "apdus", inspection->cost.apdus);
        json_int(json, "bytes_sent", inspection->cost.bytes_sent);
        json_int(json, "bytes_received", inspection->cost.bytes_received);
        json_int(json, "milliseconds", inspection->milliseconds);
    }
    json_end_object(json);
}
