#include "store/superblock.h"

#include "crypto/hkdf.h"
#include "crypto/memory.h"

/* The part in clear, after the tag. */
#define HEAD (SEALED_BLOCK_TAG + AEAD_TAG_SIZE)
#define HEAD_MAGIC_SIZE 8U
#define HEAD_VERSION (HEAD + HEAD_MAGIC_SIZE)
#define HEAD_SALT (HEAD + 16U)

#define LABEL_SALT "docrev superblock salt"
#define LABEL_KEY "docrev superblock"
#define LABEL_KEY_SIZE (sizeof LABEL_KEY - 1U)

#define ASSOCIATED_SIZE (HEAD_MAGIC_SIZE + 3U)

static const uint8_t head_magic[HEAD_MAGIC_SIZE] = {'D', 'O', 'C', 'R', 'E', 'V', 'S', 'B'};

/* --- Plaintext ------------------------------------------------------------------------------------------------------- */

/* Moves over the plaintext; fields are of fixed size and their sum is far below BLOCK_TREE_BLOCK (asserted at the end). */
struct cursor {
    uint8_t *at;
};

static void put(struct cursor *cursor, const void *data, size_t len)
{
    memcpy(cursor->at, data, len);
    cursor->at += len;
}

static void put8(struct cursor *cursor, uint8_t value)
{
    *cursor->at++ = value;
}

static void put32(struct cursor *cursor, uint32_t value)
{
    put_be32(cursor->at, value);
    cursor->at += 4;
}

static void put64(struct cursor *cursor, uint64_t value)
{
    put_be64(cursor->at, value);
    cursor->at += 8;
}

static void get(struct cursor *cursor, void *data, size_t len)
{
    memcpy(data, cursor->at, len);
    cursor->at += len;
}

static uint8_t get8(struct cursor *cursor)
{
    return *cursor->at++;
}

static uint32_t get32(struct cursor *cursor)
{
    uint32_t value = get_be32(cursor->at);

    cursor->at += 4;
    return value;
}

static uint64_t get64(struct cursor *cursor)
{
    uint64_t value = get_be64(cursor->at);

    cursor->at += 8;
    return value;
}

#define ENTRY_SIZE                                                                                                     \
    (2U + 8U + STORE_SALT_SIZE + HASH_SHA256_SIZE + 8U + (MANIFEST_MAX_LIST_ID + 1U) + 6U * 8U + HASH_SHA256_SIZE)
#define IDENTITY_SIZE (STORE_IDENTITY_SALT_SIZE + EC_KEY_POINT_SIZE)
#define AUDIT_SIZE (1U + 8U + 8U + 4U + AEAD_KEY_SIZE + 2U * HASH_SHA256_SIZE + STORE_WRAPPED_SIZE)
#define PLAINTEXT_SIZE                                                                                                 \
    (8U + DRBG_SEED_SIZE + 8U + 4U * 8U + 4U + 4U + IDENTITY_SIZE + AUDIT_SIZE + 1U +                                  \
     STORE_OBJECTS * (12U + ENTRY_SIZE + 4U) + 4U)
_Static_assert(PLAINTEXT_SIZE <= BLOCK_TREE_BLOCK, "the superblock is one block");

static void encode_entry(struct cursor *cursor, const struct store_entry *entry)
{
    put8(cursor, entry->present ? 1 : 0);
    put8(cursor, entry->slot);
    put32(cursor, entry->cms_len);
    put32(cursor, entry->body_blocks);
    put(cursor, entry->salt, sizeof entry->salt);
    put(cursor, entry->cms_sha256, sizeof entry->cms_sha256);
    put64(cursor, entry->floor);
    put64(cursor, (uint64_t)entry->signed_next_update);
    put(cursor, entry->manifest.list_id, sizeof entry->manifest.list_id);
    put64(cursor, entry->manifest.number);
    put64(cursor, (uint64_t)entry->manifest.this_update);
    put64(cursor, (uint64_t)entry->manifest.next_update);
    put64(cursor, entry->manifest.entry_count);
    put64(cursor, entry->manifest.body_length);
    put(cursor, entry->manifest.root, sizeof entry->manifest.root);
}

static void encode_audit(struct cursor *cursor, const struct store_audit *audit)
{
    put8(cursor, audit->on ? 1 : 0);
    put64(cursor, audit->next);
    put64(cursor, audit->segment);
    put32(cursor, audit->lost);
    put(cursor, audit->key, sizeof audit->key);
    put(cursor, audit->head, sizeof audit->head);
    put(cursor, audit->oversight, sizeof audit->oversight);
    put(cursor, audit->wrapped, sizeof audit->wrapped);
}

static void decode_audit(struct cursor *cursor, struct store_audit *audit)
{
    audit->on = get8(cursor) == 1;
    audit->next = get64(cursor);
    audit->segment = get64(cursor);
    audit->lost = get32(cursor);
    get(cursor, audit->key, sizeof audit->key);
    get(cursor, audit->head, sizeof audit->head);
    get(cursor, audit->oversight, sizeof audit->oversight);
    get(cursor, audit->wrapped, sizeof audit->wrapped);
}

static void encode(const struct store *store, uint64_t sequence, const uint8_t seed[DRBG_SEED_SIZE],
                   uint8_t plaintext[BLOCK_TREE_BLOCK])
{
    const struct store_state *state = &store->state;
    struct cursor cursor = {plaintext};

    memset(plaintext, 0, BLOCK_TREE_BLOCK);
    put64(&cursor, sequence);
    put(&cursor, seed, DRBG_SEED_SIZE);
    put64(&cursor, (uint64_t)state->time_floor);
    put64(&cursor, state->counters.no_record);
    put64(&cursor, state->counters.advisory);
    put64(&cursor, state->counters.refer);
    put64(&cursor, state->counters.cannot_verify);
    put32(&cursor, store->device->sector_count);
    put32(&cursor, store->geometry.audit_blocks);
    put(&cursor, state->identity.salt, sizeof state->identity.salt);
    put(&cursor, state->identity.point, sizeof state->identity.point);
    encode_audit(&cursor, &state->audit);
    put8(&cursor, STORE_OBJECTS);
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        put32(&cursor, store->geometry.first[i][0]);
        put32(&cursor, store->geometry.first[i][1]);
        put32(&cursor, store->geometry.blocks[i]);
    }
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        encode_entry(&cursor, &state->objects[i]);
    }
    put32(&cursor, state->officer_dates);
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        put32(&cursor, state->objects[i].series);
    }
}

static void decode_entry(struct cursor *cursor, struct store_entry *entry)
{
    memset(entry, 0, sizeof *entry);
    entry->present = get8(cursor) == 1;
    entry->slot = get8(cursor);
    entry->cms_len = get32(cursor);
    entry->body_blocks = get32(cursor);
    get(cursor, entry->salt, sizeof entry->salt);
    get(cursor, entry->cms_sha256, sizeof entry->cms_sha256);
    entry->floor = get64(cursor);
    entry->signed_next_update = (int64_t)get64(cursor);
    get(cursor, entry->manifest.list_id, sizeof entry->manifest.list_id);
    entry->manifest.list_id[MANIFEST_MAX_LIST_ID] = '\0';
    entry->manifest.number = get64(cursor);
    entry->manifest.this_update = (int64_t)get64(cursor);
    entry->manifest.next_update = (int64_t)get64(cursor);
    entry->manifest.entry_count = get64(cursor);
    entry->manifest.body_length = get64(cursor);
    get(cursor, entry->manifest.root, sizeof entry->manifest.root);
    entry->manifest.block_size = entry->present ? BLOCK_TREE_BLOCK : 0;
}

/* What our own key sealed can be wrong only through a fault of ours; it is checked all the same before it steers reads. */
static bool entry_valid(const struct store_entry *entry, uint32_t slot_blocks)
{
    uint32_t cms_blocks = sealed_blocks_of(entry->cms_len);

    if (!entry->present) {
        return true;
    }
    return entry->slot <= 1U && cms_blocks > 0 && cms_blocks <= slot_blocks &&
           entry->body_blocks <= slot_blocks - cms_blocks &&
           entry->manifest.body_length == (uint64_t)entry->body_blocks * BLOCK_TREE_BLOCK &&
           entry->manifest.number <= entry->floor;
}

static enum dr_status decode(struct store *store, uint8_t plaintext[BLOCK_TREE_BLOCK], uint8_t seed[DRBG_SEED_SIZE])
{
    struct store_state *state = &store->state;
    struct cursor cursor = {plaintext};
    uint32_t sectors;

    state->sequence = get64(&cursor);
    get(&cursor, seed, DRBG_SEED_SIZE);
    state->time_floor = (int64_t)get64(&cursor);
    state->counters.no_record = get64(&cursor);
    state->counters.advisory = get64(&cursor);
    state->counters.refer = get64(&cursor);
    state->counters.cannot_verify = get64(&cursor);
    sectors = get32(&cursor);
    store->geometry.audit_blocks = get32(&cursor);
    get(&cursor, state->identity.salt, sizeof state->identity.salt);
    get(&cursor, state->identity.point, sizeof state->identity.point);
    decode_audit(&cursor, &state->audit);
    /* A card copied to a larger one is fine, its slots end before. */
    if (sectors > store->device->sector_count || get8(&cursor) != STORE_OBJECTS || state->time_floor < 0) {
        return DR_ERR_CORRUPT;
    }
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        store->geometry.first[i][0] = get32(&cursor);
        store->geometry.first[i][1] = get32(&cursor);
        store->geometry.blocks[i] = get32(&cursor);
    }
    if (!geometry_valid(&store->geometry, sectors)) {
        return DR_ERR_CORRUPT;
    }
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        decode_entry(&cursor, &state->objects[i]);
        if (!entry_valid(&state->objects[i], store->geometry.blocks[i])) {
            return DR_ERR_CORRUPT;
        }
    }
    state->officer_dates = get32(&cursor); /* zeros in superblocks written before there were any */
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        state->objects[i].series = get32(&cursor);
    }
    return DR_OK;
}

/* --- Sealing --------------------------------------------------------------------------------------------------------- */

static enum dr_status derive_salt(const struct store *store, uint8_t salt[STORE_SALT_SIZE])
{
    uint8_t key[HASH_SHA256_SIZE], mac[HASH_SHA256_SIZE];
    enum dr_status status = hkdf_sha256(bytes_of(store->factory.device_secret, FACTORY_SECRET_SIZE), bytes_of(NULL, 0),
                                        bytes_of(LABEL_SALT, sizeof LABEL_SALT - 1U), key, sizeof key);

    if (status == DR_OK) {
        status = hmac_sha256(bytes_of(key, sizeof key), bytes_of(store->io, BLOCK_TREE_BLOCK), mac);
    }
    if (status == DR_OK) {
        memcpy(salt, mac, STORE_SALT_SIZE);
    }
    crypto_wipe(key, sizeof key);
    crypto_wipe(mac, sizeof mac);
    return status;
}

static enum dr_status derive_key(const struct store *store, uint8_t copy, uint8_t key[AEAD_KEY_SIZE])
{
    uint8_t info[LABEL_KEY_SIZE + 1U];

    memcpy(info, LABEL_KEY, LABEL_KEY_SIZE);
    info[LABEL_KEY_SIZE] = copy;
    return hkdf_sha256(bytes_of(store->factory.device_secret, FACTORY_SECRET_SIZE),
                       bytes_of(store->io + HEAD_SALT, STORE_SALT_SIZE), bytes_of(info, sizeof info), key,
                       AEAD_KEY_SIZE);
}

static void bind(uint8_t copy, uint8_t associated[ASSOCIATED_SIZE])
{
    memcpy(associated, head_magic, HEAD_MAGIC_SIZE);
    put_be16(associated + HEAD_MAGIC_SIZE, SUPERBLOCK_VERSION);
    associated[HEAD_MAGIC_SIZE + 2U] = copy;
}

static const uint8_t nonce_zero[AEAD_NONCE_SIZE];

/* Seals the plaintext in io and puts the head after it. */
static enum dr_status seal(struct store *store, uint8_t copy)
{
    uint8_t key[AEAD_KEY_SIZE], associated[ASSOCIATED_SIZE];
    enum dr_status status;

    memset(store->io + SEALED_BLOCK_TAG, 0, SEALED_BLOCK_SIZE - SEALED_BLOCK_TAG);
    memcpy(store->io + HEAD, head_magic, HEAD_MAGIC_SIZE);
    put_be16(store->io + HEAD_VERSION, SUPERBLOCK_VERSION);
    status = derive_salt(store, store->io + HEAD_SALT);
    if (status == DR_OK) {
        status = derive_key(store, copy, key);
    }
    if (status == DR_OK) {
        bind(copy, associated);
        status = aead_seal(key, nonce_zero, bytes_of(associated, sizeof associated), store->io, BLOCK_TREE_BLOCK,
                           store->io + SEALED_BLOCK_TAG);
    }
    crypto_wipe(key, sizeof key);
    return status;
}

/* Opens what stands in io as this copy. */
static enum dr_status open_copy(struct store *store, uint8_t copy)
{
    uint8_t key[AEAD_KEY_SIZE], associated[ASSOCIATED_SIZE];
    enum dr_status status;

    if (memcmp(store->io + HEAD, head_magic, HEAD_MAGIC_SIZE) != 0) {
        return DR_ERR_NOT_FOUND;
    }
    if (get_be16(store->io + HEAD_VERSION) != SUPERBLOCK_VERSION) {
        return DR_ERR_UNSUPPORTED;
    }
    status = derive_key(store, copy, key);
    if (status == DR_OK) {
        bind(copy, associated);
        status = aead_open(key, nonce_zero, bytes_of(associated, sizeof associated), store->io, BLOCK_TREE_BLOCK,
                           store->io + SEALED_BLOCK_TAG);
    }
    crypto_wipe(key, sizeof key);
    return status;
}

/* --- Medium ---------------------------------------------------------------------------------------------------------- */

static enum dr_status read_copy(struct store *store, uint8_t copy)
{
    return store->device->read(store->device->ctx, geometry_superblock_sector(copy), STORE_SECTORS_PER_BLOCK,
                               store->io);
}

enum dr_status superblock_write(struct store *store, const uint8_t seed[DRBG_SEED_SIZE])
{
    uint8_t copy = store->active_superblock == 0 ? 1 : 0;
    uint64_t sequence = store->state.sequence + 1U;
    uint8_t salt[STORE_SALT_SIZE];
    enum dr_status status;

    encode(store, sequence, seed, store->io);
    status = seal(store, copy);
    memcpy(salt, store->io + HEAD_SALT, sizeof salt);
    if (status == DR_OK) {
        status = sealed_block_transfer(store, geometry_superblock_sector(copy));
    }
    if (status == DR_OK) {
        /* What opens under this salt is this plaintext; a medium that kept the old content has another salt. */
        status = open_copy(store, copy);
        if (status != DR_OK || memcmp(salt, store->io + HEAD_SALT, sizeof salt) != 0) {
            status = DR_ERR_IO;
        }
    }
    crypto_wipe(store->io, BLOCK_TREE_BLOCK); /* the seed */
    if (status == DR_OK) {
        store->state.sequence = sequence;
        store->active_superblock = copy;
    }
    return status;
}

/* Reads and opens one copy; its sequence number when authentic, else 0. */
static enum dr_status examine(struct store *store, uint8_t copy, uint64_t *sequence)
{
    enum dr_status status = read_copy(store, copy);

    *sequence = 0;
    if (status == DR_OK) {
        status = open_copy(store, copy);
    }
    if (status == DR_OK) {
        *sequence = get_be64(store->io);
    }
    return status;
}

/* Of two copies neither of which is usable: what to tell. A superblock that is there outweighs one that is not. */
static enum dr_status worse(enum dr_status first, enum dr_status second)
{
    if (first == DR_ERR_IO || second == DR_ERR_IO) {
        return DR_ERR_IO;
    }
    if (first == DR_ERR_NOT_FOUND) {
        return second;
    }
    return second == DR_ERR_NOT_FOUND || first == second ? first : DR_ERR_CORRUPT;
}

enum dr_status superblock_load(struct store *store, uint8_t seed[DRBG_SEED_SIZE], uint8_t trace[HASH_SHA256_SIZE])
{
    enum dr_status found[2], status;
    uint64_t sequence[2];
    uint8_t newest;

    memset(trace, 0, HASH_SHA256_SIZE);
    for (uint8_t copy = 0; copy < 2U; copy++) {
        if (read_copy(store, copy) == DR_OK) {
            status = hash_compute2(HASH_SHA256, bytes_of(trace, HASH_SHA256_SIZE),
                                   bytes_of(store->io, sizeof store->io), trace);
            if (status != DR_OK) {
                return status;
            }
        }
        found[copy] = examine(store, copy, &sequence[copy]);
    }
    newest = sequence[1] > sequence[0] ? 1 : 0;
    status = worse(found[0], found[1]);
    for (uint8_t turn = 0; turn < 2U; turn++) {
        uint8_t copy = turn == 0 ? newest : (uint8_t)(1U - newest);
        uint64_t again;

        if (found[copy] != DR_OK) {
            continue;
        }
        status = examine(store, copy, &again);
        if (status == DR_OK) {
            status = decode(store, store->io, seed);
        }
        if (status == DR_OK) {
            store->active_superblock = copy;
            break;
        }
    }
    crypto_wipe(store->io, BLOCK_TREE_BLOCK);
    return status;
}
