#include "store/audit.h"

#include "crypto/memory.h"
#include "trust/policy.h"

uint32_t audit_capacity(const struct store *store)
{
    return (store->geometry.audit_blocks - 1U) * STORE_SECTORS_PER_BLOCK / 2U;
}

uint64_t audit_first(const struct store *store)
{
    uint32_t capacity = audit_capacity(store);
    uint64_t next = store->state.audit.next;

    return next > capacity ? next - capacity : 0;
}

static uint32_t sector_of(const struct store *store, uint64_t number, unsigned copy)
{
    uint32_t capacity = audit_capacity(store);

    return GEOMETRY_FIRST_FREE * STORE_SECTORS_PER_BLOCK + copy * capacity + (uint32_t)(number % capacity);
}

static enum dr_status write_copy(struct store *store, uint64_t number, unsigned copy,
                                 const uint8_t sector[AUDIT_SECTOR])
{
    struct port_block *device = store->device;
    enum dr_status status = device->write(device->ctx, sector_of(store, number, copy), 1, sector);

    return status == DR_OK ? device->sync(device->ctx) : status;
}

static enum dr_status read_copy(struct store *store, uint64_t number, unsigned copy, uint8_t sector[AUDIT_SECTOR])
{
    struct port_block *device = store->device;
    uint64_t stated;
    enum dr_status status = device->read(device->ctx, sector_of(store, number, copy), 1, sector);

    if (status != DR_OK) {
        return status;
    }
    return audit_sector_whole(sector, &stated) && stated == number ? DR_OK : DR_ERR_CORRUPT;
}

/* What is in io[0..512) into both copies, each read back behind it. One copy is enough. */
static enum dr_status write_both(struct store *store, uint64_t number)
{
    uint8_t *sector = store->io, *back = store->io + AUDIT_SECTOR;
    enum dr_status result = DR_ERR_IO;

    for (unsigned copy = 0; copy < 2U; copy++) {
        if (write_copy(store, number, copy, sector) == DR_OK && read_copy(store, number, copy, back) == DR_OK &&
            memcmp(sector, back, AUDIT_SECTOR) == 0) {
            result = DR_OK;
        }
    }
    return result;
}

/* Record `next` is durable: its digest is the head, its key goes. */
static enum dr_status advance(struct store_audit *audit, const uint8_t head[HASH_SHA256_SIZE])
{
    memcpy(audit->head, head, HASH_SHA256_SIZE);
    audit->next++;
    return audit_next_key(audit->key);
}

struct der_writer audit_begin(struct store *store)
{
    struct der_writer writer;

    der_write_begin(&writer, store->io + AUDIT_PLAINTEXT_AT + AUDIT_DETAIL_AT,
                    store->state.audit.on ? AUDIT_DETAIL_MAX : 0);
    return writer;
}

static enum dr_status append(struct store *store, const struct der_writer *detail, enum audit_kind kind, int64_t time,
                             bool confirmed)
{
    struct store_audit *audit = &store->state.audit;
    const struct store_counters *counters = &store->state.counters;
    uint8_t *plaintext = store->io + AUDIT_PLAINTEXT_AT, head[HASH_SHA256_SIZE];
    uint32_t capacity = audit_capacity(store);
    struct audit_record record = {.number = audit->next,
                                  .kind = (uint8_t)kind,
                                  .confirmed = confirmed,
                                  .time = time,
                                  .first = audit->next + 1U > capacity ? audit->next + 1U - capacity : 0,
                                  .no_record = counters->no_record,
                                  .advisory = counters->advisory,
                                  .refer = counters->refer,
                                  .cannot_verify = counters->cannot_verify,
                                  .lost = audit->lost};
    size_t len = 0;
    enum dr_status status;

    if (der_write_finish(detail, &len) == DR_OK) {
        record.detail.len = len;
    }
    memcpy(record.before, audit->head, sizeof record.before);
    audit_record_write(&record, plaintext);
    status = hash_compute(HASH_SHA256, bytes_of(plaintext, AUDIT_PLAINTEXT), head);
    if (status == DR_OK) {
        status = audit_seal(audit->key, record.number, store->io);
    }
    if (status == DR_OK) {
        status = write_both(store, record.number);
    }
    return status == DR_OK ? advance(audit, head) : status;
}

enum dr_status audit_commit(struct store *store, const struct der_writer *detail, enum audit_kind kind, int64_t time,
                            bool confirmed)
{
    enum dr_status status;

    if (!store->state.audit.on) {
        return DR_OK;
    }
    status = store->mounted ? append(store, detail, kind, time, confirmed) : DR_ERR_STATE;
    if (status != DR_OK) {
        store->state.audit.lost++;
        return status;
    }
    store->unsaved_records++;
    return store->unsaved_records >= AUDIT_UNSAVED ? store_save(store) : DR_OK;
}

void audit_info(const uint8_t device_id[FACTORY_DEVICE_ID_SIZE], uint64_t segment, uint8_t info[AUDIT_INFO_SIZE])
{
    memcpy(info, "docrev audit", 12);
    memcpy(info + 12, device_id, FACTORY_DEVICE_ID_SIZE);
    put_be64(info + 12 + FACTORY_DEVICE_ID_SIZE, segment);
}

/* A fresh key, in `audit`, and for the oversight in audit->wrapped. */
static enum dr_status draw_key(const struct store *store, struct store_audit *audit, struct bytes point)
{
    uint8_t seed[EC_KEY_SEED_SIZE], ephemeral[EC_KEY_SIZE], info[AUDIT_INFO_SIZE];
    uint8_t *enc = audit->wrapped, *sealed = enc + HPKE_ENC_SIZE;
    enum dr_status status = drbg_random(audit->key, sizeof audit->key);

    if (status == DR_OK) {
        status = drbg_random(seed, sizeof seed);
    }
    if (status == DR_OK) {
        status = ec_key_from_seed(seed, ephemeral);
    }
    if (status == DR_OK) {
        memcpy(sealed, audit->key, AEAD_KEY_SIZE);
        audit_info(store->factory.device_id, audit->segment, info);
        status = hpke_seal(ephemeral, point, bytes_of(info, sizeof info), bytes_of(NULL, 0), sealed, AEAD_KEY_SIZE, enc,
                           sealed + AEAD_KEY_SIZE);
    }
    crypto_wipe(seed, sizeof seed);
    crypto_wipe(ephemeral, sizeof ephemeral);
    return status;
}

static enum dr_status begin_segment(struct store *store, struct bytes spki, const uint8_t digest[HASH_SHA256_SIZE])
{
    struct store_audit before = store->state.audit, *audit = &store->state.audit;
    struct public_key key;
    enum dr_status status = policy_read_key(spki, &key);

    if (status == DR_OK && (key.type != KEY_EC || key.curve != CURVE_P256)) {
        status = DR_ERR_UNSUPPORTED;
    }
    if (status == DR_OK) {
        audit->on = true;
        audit->segment = audit->next;
        memcpy(audit->oversight, digest, sizeof audit->oversight);
        status = draw_key(store, audit, key.ec_point);
    }
    if (status == DR_OK) {
        status = store_save(store);
    }
    if (status != DR_OK) {
        *audit = before;
    }
    crypto_wipe(&before, sizeof before);
    return status;
}

enum dr_status audit_set_oversight(struct store *store, struct bytes spki, int64_t time, bool confirmed)
{
    struct store_audit *audit = &store->state.audit;
    uint8_t digest[HASH_SHA256_SIZE];
    struct der_writer writer;
    enum dr_status status;

    if (!store->mounted) {
        return DR_ERR_STATE;
    }
    if (spki.len == 0) {
        audit->on = false;
        return DR_OK;
    }
    status = hash_compute(HASH_SHA256, spki, digest);
    if (status != DR_OK || (audit->on && memcmp(digest, audit->oversight, sizeof digest) == 0)) {
        return status;
    }
    status = begin_segment(store, spki, digest);
    if (status != DR_OK) {
        return status;
    }
    writer = audit_begin(store);
    der_write_item(&writer, DER_OCTET_STRING, bytes_of(digest, sizeof digest));
    return audit_commit(store, &writer, AUDIT_SEGMENT, time, confirmed);
}

enum dr_status audit_read(struct store *store, uint64_t number, uint8_t sector[AUDIT_SECTOR])
{
    enum dr_status status = DR_ERR_CORRUPT;

    if (number < audit_first(store) || number >= store->state.audit.next) {
        return DR_ERR_NOT_FOUND;
    }
    for (unsigned copy = 0; copy < 2U && status != DR_OK; copy++) {
        status = read_copy(store, number, copy, sector);
    }
    return status;
}

/* Is record `number`, in any copy, one that `key` opens? Then its digest, and both copies are made alike. */
static bool found(struct store *store, uint64_t number, const uint8_t key[AEAD_KEY_SIZE],
                  uint8_t head[HASH_SHA256_SIZE])
{
    uint8_t *sector = store->io, *opened = store->io + AUDIT_SECTOR;

    for (unsigned copy = 0; copy < 2U; copy++) {
        if (read_copy(store, number, copy, sector) != DR_OK) {
            continue;
        }
        memcpy(opened, sector, AUDIT_SECTOR);
        if (audit_open(key, number, opened) == DR_OK &&
            hash_compute(HASH_SHA256, bytes_of(opened + AUDIT_PLAINTEXT_AT, AUDIT_PLAINTEXT), head) == DR_OK) {
            if (read_copy(store, number, 1U - copy, opened) != DR_OK || memcmp(sector, opened, AUDIT_SECTOR) != 0) {
                (void)write_copy(store, number, 1U - copy, sector);
            }
            return true;
        }
    }
    return false;
}

void audit_recover(struct store *store)
{
    struct store_audit *audit = &store->state.audit;
    uint8_t key[AEAD_KEY_SIZE], head[HASH_SHA256_SIZE];
    uint64_t number = audit->next;

    memcpy(key, audit->key, sizeof key);
    /* Past a record that is missing or damaged the chain goes on: the gap shows, and nothing is written over. */
    for (unsigned missing = 0; audit->on && missing < AUDIT_UNSAVED; number++) {
        bool is_there = found(store, number, key, head);

        if (audit_next_key(key) != DR_OK) {
            break;
        }
        missing = is_there ? 0 : missing + 1U;
        if (is_there) {
            audit->next = number + 1U;
            memcpy(audit->head, head, sizeof audit->head);
            memcpy(audit->key, key, sizeof audit->key);
        }
    }
    crypto_wipe(key, sizeof key);
    crypto_wipe(store->io, sizeof store->io);
}
