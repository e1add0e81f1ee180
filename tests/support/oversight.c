#include "oversight.h"

#include "trust/algorithm.h"

#include <stdlib.h>

void oversight_make(struct oversight *oversight, uint8_t seed)
{
    uint8_t octets[EC_KEY_SEED_SIZE];
    struct public_key key = {
        .type = KEY_EC, .curve = CURVE_P256, .ec_point = bytes_of(oversight->point, EC_KEY_POINT_SIZE)};
    struct der_writer writer;

    memset(octets, seed, sizeof octets);
    der_write_begin(&writer, oversight->spki, sizeof oversight->spki);
    if (ec_key_from_seed(octets, oversight->key) != DR_OK || ec_key_public(oversight->key, oversight->point) != DR_OK ||
        algorithm_write_public_key(&key, &writer) != DR_OK ||
        der_write_finish(&writer, &oversight->spki_len) != DR_OK) {
        abort();
    }
}

enum dr_status oversight_unwrap(const struct oversight *oversight, const struct store *store,
                                uint8_t key[AEAD_KEY_SIZE])
{
    const uint8_t *enc = store->state.audit.wrapped, *sealed = enc + HPKE_ENC_SIZE;
    uint8_t shared[EC_KEY_SIZE], info[AUDIT_INFO_SIZE];
    enum dr_status status = ec_key_shared(oversight->key, bytes_of(enc, HPKE_ENC_SIZE), shared);

    audit_info(store->factory.device_id, store->state.audit.segment, info);
    memcpy(key, sealed, AEAD_KEY_SIZE);
    return status != DR_OK
               ? status
               : hpke_open(shared, enc, bytes_of(oversight->point, EC_KEY_POINT_SIZE), bytes_of(info, sizeof info),
                           bytes_of(NULL, 0), key, AEAD_KEY_SIZE, sealed + AEAD_KEY_SIZE);
}

int oversight_read_with(const uint8_t segment_key[AEAD_KEY_SIZE], struct store *store, oversight_visit visit, void *ctx)
{
    const struct store_audit *audit = &store->state.audit;
    uint8_t key[AEAD_KEY_SIZE], sector[AUDIT_SECTOR], head[HASH_SHA256_SIZE];
    struct audit_record record;
    int count = 0;

    memcpy(key, segment_key, sizeof key);
    for (uint64_t number = audit->segment; number < audit->next; number++) {
        if (number >= audit_first(store)) {
            if (audit_read(store, number, sector) != DR_OK || audit_open(key, number, sector) != DR_OK ||
                audit_record_read(sector + AUDIT_PLAINTEXT_AT, &record) != DR_OK || record.number != number ||
                (count > 0 && memcmp(record.before, head, sizeof head) != 0)) {
                return -1;
            }
            (void)hash_compute(HASH_SHA256, bytes_of(sector + AUDIT_PLAINTEXT_AT, AUDIT_PLAINTEXT), head);
            count++;
            if (visit != NULL) {
                visit(ctx, &record);
            }
        }
        (void)audit_next_key(key);
    }
    return count == 0 || memcmp(head, audit->head, sizeof head) == 0 ? count : -1;
}

int oversight_read(const struct oversight *oversight, struct store *store, oversight_visit visit, void *ctx)
{
    uint8_t key[AEAD_KEY_SIZE];

    return oversight_unwrap(oversight, store, key) == DR_OK ? oversight_read_with(key, store, visit, ctx) : -1;
}
