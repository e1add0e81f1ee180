/* One block at rest: ChaCha20-Poly1305 under a key of its filling, and how it travels through store->io. */
#ifndef DOCREV_STORE_SEALED_BLOCK_H
#define DOCREV_STORE_SEALED_BLOCK_H

#include "store/store.h"

/*
 * On the medium: 4,096 octets of ciphertext, the tag, zeros to nine sectors. The nonce is the block's number within its slot;
 * the associated data binds format version, object, slot and number, so that a block answers in no other place.
 */
#define SEALED_BLOCK_SIZE (STORE_SECTORS_PER_BLOCK * PORT_SECTOR_SIZE)
#define SEALED_BLOCK_TAG BLOCK_TREE_BLOCK /* offset of the tag */

struct sealed_place {
    enum store_object object;
    uint8_t slot;
    uint32_t number; /* within the slot */
};

/*
 * Key of one filling of a slot: HKDF(device secret, salt, "docrev slot" || object || slot || SHA-256 of the CMS). The salt is
 * drawn for every attempt. The CMS is part of it because the numbers of one key must never seal two plaintexts: should
 * the DRBG ever repeat itself (a board without noise whose card was set back to an old image), then the same key still means
 * the same CMS, and this one, through its manifest's root, the same body.
 */
enum dr_status sealed_block_key(const struct store *store, enum store_object object, uint8_t slot,
                                const uint8_t salt[STORE_SALT_SIZE], const uint8_t cms_sha256[HASH_SHA256_SIZE],
                                uint8_t key[AEAD_KEY_SIZE]);

/* Blocks that so many octets fill. */
static inline uint32_t sealed_blocks_of(uint32_t octets)
{
    return octets / BLOCK_TREE_BLOCK + (octets % BLOCK_TREE_BLOCK != 0 ? 1U : 0U);
}

/* Seals what stands in store->io[0..4096), writes it, syncs, reads it back and opens it, so that io is as before.
 * DR_ERR_IO also when it does not read back. */
enum dr_status sealed_block_write(struct store *store, const struct sealed_place *place,
                                  const uint8_t key[AEAD_KEY_SIZE]);

/* Reads and opens a block: it then stands in store->io[0..4096). DR_ERR_CORRUPT, DR_ERR_IO. */
enum dr_status sealed_block_read(struct store *store, const struct sealed_place *place,
                                 const uint8_t key[AEAD_KEY_SIZE]);

/* Writes store->io to nine sectors, syncs and reads it back into io: opening what came back is the comparison. */
enum dr_status sealed_block_transfer(struct store *store, uint32_t sector);

#endif
