/* What the device keeps over power loss: policy, trust store and lists, sealed, each in two slots, and who is current. */
#ifndef DOCREV_STORE_STORE_H
#define DOCREV_STORE_STORE_H

#include "codec/factory_page.h"
#include "crypto/drbg.h"
#include "crypto/hash.h"
#include "port/block.h"
#include "trust/block_tree.h"
#include "trust/manifest.h"

/*
 * The medium in blocks of STORE_SECTORS_PER_BLOCK sectors: two superblocks written alternately, then the slots. A sealed
 * block is 4,096 octets of ChaCha20-Poly1305 ciphertext, its tag and zeros to nine sectors. Slot sizes are fixed when the medium is
 * formatted, from its size, and stand in the superblock. docs/architecture.md, docs/threat-model.md.
 */
#define STORE_SECTORS_PER_BLOCK 9U

enum store_object {
    STORE_POLICY = 0,
    STORE_TRUST,
    STORE_LIST_0,
    STORE_LIST_1,
    STORE_LIST_2,
    STORE_LIST_3,
    STORE_OBJECTS
};
#define STORE_LISTS 4U

/* What is known of a current object without reading it. All zero: none. */
struct store_entry {
    uint8_t slot; /* 0 or 1 */
    bool present;
    uint32_t cms_len; /* octets of the CMS, at the slot's start */
    uint32_t body_blocks;
    uint8_t salt[16]; /* of this filling */
    uint8_t cms_sha256[HASH_SHA256_SIZE];
    struct manifest manifest; /* for a policy only list_id "", number, this_update, next_update are used */
    uint64_t floor;           /* highest number ever accepted: survives the object */
};

/* Persistent counters of verdicts, for status and audit. */
struct store_counters {
    uint64_t no_record, advisory, refer, cannot_verify;
};

struct store_state {
    uint64_t sequence; /* of superblock writes */
    struct store_entry objects[STORE_OBJECTS];
    int64_t time_floor; /* no time before this is believed; never goes back */
    struct store_counters counters;
    uint8_t seed[DRBG_SEED_SIZE]; /* for the next start */
};

/* Geometry in blocks, fixed at format. */
struct store_geometry {
    uint32_t first[STORE_OBJECTS][2];
    uint32_t blocks[STORE_OBJECTS];
};

struct store {
    struct port_block *device;
    struct factory_page factory; /* device id and secret; kept for deriving keys */
    bool mounted;
    uint8_t active_superblock; /* 0 or 1 */
    struct store_geometry geometry;
    struct store_state state;
    uint8_t io[STORE_SECTORS_PER_BLOCK * PORT_SECTOR_SIZE]; /* one sealed block in transit */
};

/*
 * Mounts: picks the newest superblock that authenticates, starts the DRBG from its seed and `noise`, renews the seed durably
 * before anything random is used. A blank medium (no superblock of ours, both damaged alike) is not formatted silently: DR_ERR_NOT_FOUND.
 * DR_ERR_IO: no medium; DR_ERR_CORRUPT: superblocks there, none authentic (another device's card, or altered).
 */
enum dr_status store_mount(struct store *store, struct port_block *device, const struct factory_page *factory,
                           struct bytes noise);

/* Formats a blank medium and mounts it; the DRBG starts from the factory page's seed. DR_ERR_NO_SPACE when it is too small. */
enum dr_status store_format(struct store *store, struct port_block *device, const struct factory_page *factory,
                            struct bytes noise);

/* Writes the state durably into the other superblock; only then does anything in it count. */
enum dr_status store_save(struct store *store);

/* Counts are saved in batches; the time floor at most every few minutes: both lose a little at a power cut, never go back. */
enum dr_status store_raise_time_floor(struct store *store, int64_t now);

/*
 * Reading a current object. The source decrypts and authenticates each block; it is valid until the object is replaced.
 * `reader` is owned by the caller and must outlive `source`.
 */
struct store_reader {
    struct store *store;
    enum store_object object;
    uint8_t key[32];
};
enum dr_status store_open(struct store *store, enum store_object object, struct store_reader *reader,
                          struct block_source *body);
/* The object's CMS, whole; *len: capacity in, octets out. `block` is scratch. */
enum dr_status store_read_cms(struct store_reader *reader, uint8_t *out, size_t *len);

/*
 * Filling the spare slot of an object. Every attempt draws its own salt, so that no (key, nonce) repeats whatever the power
 * does. Nothing is visible until store_commit.
 */
struct store_writer {
    struct store *store;
    enum store_object object;
    uint8_t salt[16];
    uint8_t key[32];
    struct block_source body; /* reads back blocks already written, authenticated */
    uint32_t cms_blocks;
};
/* DR_ERR_NO_SPACE when the slot cannot take it. The CMS is written at once. */
enum dr_status store_begin(struct store *store, enum store_object object, struct bytes cms, uint32_t body_blocks,
                           struct store_writer *writer);
/* Writes body block `number`, syncs, reads it back and compares. `data` is unchanged. */
enum dr_status store_write_block(struct store_writer *writer, uint32_t number, const uint8_t data[BLOCK_TREE_BLOCK]);
/* One superblock write makes the slot current with `manifest`; the floor rises to its number. */
enum dr_status store_commit(struct store_writer *writer, const struct manifest *manifest);

/* List slot that holds this list id, or a free one when `or_free`; DR_ERR_NOT_FOUND. */
enum dr_status store_find_list(const struct store *store, const char *list_id, bool or_free, enum store_object *object);

#endif
