/* What the device keeps over power loss: policy, trust store and lists, sealed, each in two slots, and who is current. */
#ifndef DOCREV_STORE_STORE_H
#define DOCREV_STORE_STORE_H

#include "codec/factory_page.h"
#include "crypto/aead.h"
#include "crypto/drbg.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"
#include "port/block.h"
#include "store/geometry.h"
#include "trust/block_tree.h"
#include "trust/manifest.h"

/*
 * The medium in blocks of STORE_SECTORS_PER_BLOCK sectors: two superblocks written alternately, then the slots. A sealed
 * block is 4,096 octets of ChaCha20-Poly1305 ciphertext, its tag and zeros to nine sectors (store/sealed_block.h). Slot sizes
 * are fixed when the medium is formatted, from its size, and stand in the superblock (store/geometry.h, store/superblock.h).
 */

#define STORE_SALT_SIZE 16U
#define STORE_IDENTITY_SALT_SIZE 32U
#define STORE_WRAPPED_SIZE (HPKE_ENC_SIZE + AEAD_KEY_SIZE + AEAD_TAG_SIZE)

/* What is known of a current object without reading it. All zero: none. */
struct store_entry {
    bool present;
    uint8_t slot;     /* 0 or 1 */
    uint32_t cms_len; /* octets of the CMS, at the slot's start, filled up to whole blocks */
    uint32_t body_blocks;
    uint8_t salt[STORE_SALT_SIZE]; /* of this filling */
    uint8_t cms_sha256[HASH_SHA256_SIZE];
    struct manifest manifest; /* for a policy only list_id "", number, this_update, next_update are used */
    uint32_t series;          /* of its list's numbers (trust/device_rules.h): order is by series, then by number */
    uint64_t floor;           /* highest number ever accepted: survives the object */
    int64_t
        signed_next_update; /* the manifest's own: manifest.next_update may have been extended since (trust/renewal.h) */
};

/* Persistent counters of verdicts, for status and audit. */
struct store_counters {
    uint64_t no_record, advisory, refer, cannot_verify;
};

/* The device's own key (store/identity.h): made when the medium is formatted. */
struct store_identity {
    uint8_t salt[STORE_IDENTITY_SALT_SIZE]; /* with the device secret it gives the private key */
    uint8_t point[EC_KEY_POINT_SIZE];       /* public key */
};

/* Where the audit log stands (store/audit.h). */
struct store_audit {
    bool on;                             /* an oversight was named that can read it */
    uint64_t next;                       /* number of the next record: how many there have been */
    uint64_t segment;                    /* the record from which on the oversight's key opens */
    uint32_t lost;                       /* records that no medium took */
    uint8_t key[AEAD_KEY_SIZE];          /* of record `next`; that of no record before is left */
    uint8_t head[HASH_SHA256_SIZE];      /* SHA-256 of the last record; zeros before the first */
    uint8_t oversight[HASH_SHA256_SIZE]; /* SHA-256 of the oversight's SPKI */
    uint8_t wrapped[STORE_WRAPPED_SIZE]; /* key of record `segment` for the oversight: HPKE enc, ciphertext, tag */
};

struct store_state {
    uint64_t sequence; /* of superblock writes */
    struct store_entry objects[STORE_OBJECTS];
    int64_t time_floor;     /* no time before this is believed; never goes back */
    uint32_t officer_dates; /* how often an officer vouched for the date (update/clock.h) */
    struct store_counters counters;
    struct store_identity identity;
    struct store_audit audit;
};

struct store {
    struct port_block *device;
    struct factory_page factory; /* device id and secret; kept for deriving keys */
    bool mounted;
    uint8_t active_superblock; /* 0 or 1 */
    struct store_geometry geometry;
    struct store_state state;
    int64_t saved_time_floor;                               /* what the medium has of state.time_floor */
    uint32_t unsaved_counts;                                /* verdicts counted since the last save */
    uint32_t unsaved_records;                               /* audit records since the last save */
    uint8_t io[STORE_SECTORS_PER_BLOCK * PORT_SECTOR_SIZE]; /* one sealed block in transit */
};

/*
 * Mounts: picks the newest superblock that authenticates, starts the DRBG from its seed and `noise` (or mixes them into one
 * that runs already, when a card comes back), and renews the seed durably before anything random is used. A damaged copy is
 * overwritten by that renewal. A blank medium (no superblock of ours) is not formatted silently: DR_ERR_NOT_FOUND.
 * DR_ERR_IO: no medium, or it cannot be read or written; DR_ERR_CORRUPT: superblocks there, none authentic (another device's
 * card, or altered, or a format that was cut off); DR_ERR_UNSUPPORTED: written by another version of the firmware.
 */
enum dr_status store_mount(struct store *store, struct port_block *device, const struct factory_page *factory,
                           struct bytes noise);

/*
 * Formats the medium, whatever is on it, and mounts it; the DRBG starts from the factory page's seed. Forgets everything, the
 * rollback floors included: a decision of the device's owner. DR_ERR_NO_SPACE when the medium is too small.
 */
enum dr_status store_format(struct store *store, struct port_block *device, const struct factory_page *factory,
                            struct bytes noise);

/* Writes the state durably into the other superblock and reads it back; only then does anything in it count. */
enum dr_status store_save(struct store *store);

/*
 * To be called after a counter in state.counters was raised, and with the time now and then. Both are saved with whatever
 * write comes next, or by these calls every STORE_COUNTS_UNSAVED verdicts and STORE_TIME_STEP seconds: a power cut loses a
 * little of them, nothing makes them go back. A time before the floor changes nothing.
 */
#define STORE_COUNTS_UNSAVED 16U
#define STORE_TIME_STEP 600
enum dr_status store_counted(struct store *store);
enum dr_status store_raise_time_floor(struct store *store, int64_t now);

/*
 * Reading a current object. The source decrypts and authenticates each block (`sealed`: what was written was verified
 * before); once the object is replaced it gives DR_ERR_CORRUPT. `reader` is owned by the caller and must outlive `source`. DR_ERR_NOT_FOUND: no such object.
 */
struct store_reader {
    struct store *store;
    enum store_object object;
    uint8_t slot;
    uint32_t cms_len;
    uint32_t body_blocks;
    uint8_t key[AEAD_KEY_SIZE];
};
enum dr_status store_open(struct store *store, enum store_object object, struct store_reader *reader,
                          struct block_source *body);
/* The object's CMS, whole; *len: capacity in, octets out. DR_ERR_TOO_LARGE: more than the capacity. */
enum dr_status store_read_cms(struct store_reader *reader, uint8_t *out, size_t *len);
/* Forgets the key. */
void store_close(struct store_reader *reader);

/*
 * Filling the spare slot of an object. Every attempt has its own key, bound to a salt drawn for it and to the CMS, which
 * itself fixes the body; so no (key, nonce) repeats with another plaintext whatever the power does. The caller verifies a
 * body block before it writes it. Nothing is visible until store_commit. The writer must not be moved: `body` points to it.
 */
struct store_writer {
    struct store *store;
    enum store_object object;
    uint8_t slot;
    uint8_t salt[STORE_SALT_SIZE];
    uint8_t key[AEAD_KEY_SIZE];
    uint8_t cms_sha256[HASH_SHA256_SIZE];
    uint32_t cms_len;
    uint32_t cms_blocks;
    uint32_t body_blocks;
    uint32_t written;         /* body blocks so far */
    uint32_t series;          /* of a list's edition; store_begin makes it 0, the caller sets it before store_commit */
    struct block_source body; /* reads back blocks already written, authenticated */
};
/*
 * Saves the state first, so that no superblock copy names the slot that is about to be overwritten; then writes the CMS.
 * DR_ERR_NO_SPACE when the slot cannot take it.
 */
enum dr_status store_begin(struct store *store, enum store_object object, struct bytes cms, uint32_t body_blocks,
                           struct store_writer *writer);
/* Writes body block `number`, which must be the next one, syncs, reads it back and compares. `data` is unchanged. */
enum dr_status store_write_block(struct store_writer *writer, uint32_t number, const uint8_t data[BLOCK_TREE_BLOCK]);
/*
 * One superblock write makes the slot current with `manifest`; the floor rises to its number, or, in a new series, begins with
 * it. A list held by another object (store_place_list) gives that one up in the same write. DR_ERR_ARGUMENT when not every
 * block was written. On failure everything is as it was before.
 */
enum dr_status store_commit(struct store_writer *writer, const struct manifest *manifest);
/* A renewal of a current object: nextUpdate becomes this one, durably; DR_ERR_ROLLBACK when it would become earlier. */
enum dr_status store_renew(struct store *store, enum store_object object, int64_t next_update);
/* Forgets the key; also after store_commit. */
void store_abandon(struct store_writer *writer);

/* Does a slot of the object take it? */
bool store_fits(const struct store *store, enum store_object object, size_t cms_len, uint32_t body_blocks);

/* The object that holds this list; DR_ERR_NOT_FOUND. */
enum dr_status store_find_list(const struct store *store, const char *list_id, enum store_object *object);
/*
 * Where an edition of this list and size is to go: where the list is if it fits there, else the smallest free object that
 * takes it. DR_ERR_NOT_FOUND: no object is free; DR_ERR_NO_SPACE: none that is takes it.
 */
enum dr_status store_place_list(const struct store *store, const char *list_id, size_t cms_len, uint32_t body_blocks,
                                enum store_object *object);

#endif
