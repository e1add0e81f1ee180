#include "store/store.h"

#include "crypto/memory.h"
#include "store/audit.h"
#include "store/identity.h"
#include "store/superblock.h"

/*
 * Starts the DRBG from what was kept and what varies. `trace`, the superblocks as they lie there, is not secret; it makes a
 * start from an older copy differ from the start that this copy has seen before, also on a board without noise.
 */
static enum dr_status start_drbg(const uint8_t seed[DRBG_SEED_SIZE], const uint8_t trace[HASH_SHA256_SIZE],
                                 struct bytes noise)
{
    enum dr_status status;

    if (drbg_ready()) {
        status = drbg_mix(bytes_of(seed, DRBG_SEED_SIZE));
        if (status == DR_OK && noise.len > 0) {
            status = drbg_mix(noise);
        }
    } else {
        status = drbg_init(seed, noise);
    }
    if (status == DR_OK) {
        status = drbg_mix(bytes_of(trace, HASH_SHA256_SIZE));
    }
    return status;
}

static enum dr_status attach(struct store *store, struct port_block *device, const struct factory_page *factory)
{
    memset(store, 0, sizeof *store);
    store->device = device;
    store->factory = *factory;
    if (device->sector_count == 0 && device->probe != NULL) {
        (void)device->probe(device->ctx);
    }
    if (device->sector_count == 0) {
        return DR_ERR_IO;
    }
    return device->sector_count / STORE_SECTORS_PER_BLOCK < GEOMETRY_MIN_BLOCKS ? DR_ERR_NO_SPACE : DR_OK;
}

/* A write to the medium that does not depend on the store being in use yet. */
static enum dr_status save(struct store *store)
{
    uint8_t seed[DRBG_SEED_SIZE];
    enum dr_status status = drbg_next_seed(seed);

    if (status == DR_OK) {
        status = superblock_write(store, seed);
    }
    if (status == DR_OK) {
        store->saved_time_floor = store->state.time_floor;
        store->unsaved_counts = 0;
        store->unsaved_records = 0;
    }
    crypto_wipe(seed, sizeof seed);
    return status;
}

enum dr_status store_mount(struct store *store, struct port_block *device, const struct factory_page *factory,
                           struct bytes noise)
{
    uint8_t seed[DRBG_SEED_SIZE], trace[HASH_SHA256_SIZE];
    enum dr_status status = attach(store, device, factory);

    if (status == DR_OK) {
        status = superblock_load(store, seed, trace);
    }
    if (status == DR_OK) {
        status = start_drbg(seed, trace, noise);
    }
    if (status == DR_OK) {
        audit_recover(store);
        /* The seed is spent: nothing random may be used before its successor is durable. */
        status = save(store);
    }
    store->mounted = status == DR_OK;
    crypto_wipe(seed, sizeof seed);
    return status;
}

enum dr_status store_format(struct store *store, struct port_block *device, const struct factory_page *factory,
                            struct bytes noise)
{
    static const uint8_t no_trace[HASH_SHA256_SIZE];
    enum dr_status status = attach(store, device, factory);

    if (status == DR_OK) {
        status = geometry_plan(device->sector_count, &store->geometry);
    }
    if (status == DR_OK) {
        status = start_drbg(factory->first_seed, no_trace, noise);
    }
    if (status == DR_OK) {
        status = identity_make(store);
    }
    /* Over both copies: until the second is written an older store is what there is, and afterwards nothing of it. */
    for (unsigned copy = 0; copy < 2U && status == DR_OK; copy++) {
        status = save(store);
    }
    store->mounted = status == DR_OK;
    return status;
}

enum dr_status store_save(struct store *store)
{
    return store->mounted ? save(store) : DR_ERR_STATE;
}

enum dr_status store_renew(struct store *store, enum store_object object, int64_t next_update)
{
    struct store_entry *entry = &store->state.objects[object];
    int64_t before = entry->manifest.next_update;
    enum dr_status status;

    if (next_update < before) {
        return DR_ERR_ROLLBACK;
    }
    entry->manifest.next_update = next_update;
    status = store_save(store);
    if (status != DR_OK) {
        entry->manifest.next_update = before;
    }
    return status;
}

enum dr_status store_counted(struct store *store)
{
    store->unsaved_counts++;
    return store->unsaved_counts >= STORE_COUNTS_UNSAVED ? store_save(store) : DR_OK;
}

enum dr_status store_raise_time_floor(struct store *store, int64_t now)
{
    if (now <= store->state.time_floor) {
        return DR_OK;
    }
    store->state.time_floor = now;
    return now - store->saved_time_floor >= STORE_TIME_STEP ? store_save(store) : DR_OK;
}

enum dr_status store_find_list(const struct store *store, const char *list_id, enum store_object *object)
{
    for (unsigned i = STORE_LIST_0; i < STORE_OBJECTS; i++) {
        const struct store_entry *entry = &store->state.objects[i];

        if (entry->present && strcmp(entry->manifest.list_id, list_id) == 0) {
            *object = (enum store_object)i;
            return DR_OK;
        }
    }
    return DR_ERR_NOT_FOUND;
}

bool store_fits(const struct store *store, enum store_object object, size_t cms_len, uint32_t body_blocks)
{
    uint32_t blocks = store->geometry.blocks[object];
    uint32_t cms_blocks = cms_len <= UINT32_MAX ? sealed_blocks_of((uint32_t)cms_len) : UINT32_MAX;

    return cms_blocks <= blocks && body_blocks <= blocks - cms_blocks;
}

enum dr_status store_place_list(const struct store *store, const char *list_id, size_t cms_len, uint32_t body_blocks,
                                enum store_object *object)
{
    enum dr_status status = DR_ERR_NOT_FOUND;
    uint32_t best = UINT32_MAX;

    if (store_find_list(store, list_id, object) == DR_OK) {
        if (store_fits(store, *object, cms_len, body_blocks)) {
            return DR_OK;
        }
        status = DR_ERR_NO_SPACE;
    }
    for (unsigned i = STORE_LIST_0; i < STORE_OBJECTS; i++) {
        if (store->state.objects[i].present) {
            continue;
        }
        if (!store_fits(store, (enum store_object)i, cms_len, body_blocks)) {
            status = best == UINT32_MAX ? DR_ERR_NO_SPACE : status;
        } else if (store->geometry.blocks[i] < best) {
            best = store->geometry.blocks[i];
            *object = (enum store_object)i;
            status = DR_OK;
        }
    }
    return status;
}
