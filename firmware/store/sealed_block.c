#include "store/sealed_block.h"

#include "crypto/hkdf.h"
#include "store/superblock.h"

#define ASSOCIATED_SIZE 8U
#define LABEL "docrev slot"
#define LABEL_SIZE (sizeof LABEL - 1U)

enum dr_status sealed_block_key(const struct store *store, enum store_object object, uint8_t slot,
                                const uint8_t salt[STORE_SALT_SIZE], const uint8_t cms_sha256[HASH_SHA256_SIZE],
                                uint8_t key[AEAD_KEY_SIZE])
{
    uint8_t info[LABEL_SIZE + 2U + HASH_SHA256_SIZE];

    memcpy(info, LABEL, LABEL_SIZE);
    info[LABEL_SIZE] = (uint8_t)object;
    info[LABEL_SIZE + 1U] = slot;
    memcpy(info + LABEL_SIZE + 2U, cms_sha256, HASH_SHA256_SIZE);
    return hkdf_sha256(bytes_of(store->factory.device_secret, FACTORY_SECRET_SIZE), bytes_of(salt, STORE_SALT_SIZE),
                       bytes_of(info, sizeof info), key, AEAD_KEY_SIZE);
}

static void bind(const struct sealed_place *place, uint8_t nonce[AEAD_NONCE_SIZE], uint8_t associated[ASSOCIATED_SIZE])
{
    memset(nonce, 0, AEAD_NONCE_SIZE);
    put_be32(nonce + AEAD_NONCE_SIZE - 4U, place->number);
    put_be16(associated, SUPERBLOCK_VERSION);
    associated[2] = (uint8_t)place->object;
    associated[3] = place->slot;
    put_be32(associated + 4, place->number);
}

static enum dr_status sector_of(const struct store *store, const struct sealed_place *place, uint32_t *sector)
{
    if (place->object >= STORE_OBJECTS || place->slot > 1U || place->number >= store->geometry.blocks[place->object]) {
        return DR_ERR_ARGUMENT;
    }
    *sector = (store->geometry.first[place->object][place->slot] + place->number) * STORE_SECTORS_PER_BLOCK;
    return DR_OK;
}

enum dr_status sealed_block_transfer(struct store *store, uint32_t sector)
{
    struct port_block *device = store->device;
    enum dr_status status = device->write(device->ctx, sector, STORE_SECTORS_PER_BLOCK, store->io);

    if (status == DR_OK) {
        status = device->sync(device->ctx);
    }
    if (status == DR_OK) {
        status = device->read(device->ctx, sector, STORE_SECTORS_PER_BLOCK, store->io);
    }
    return status;
}

enum dr_status sealed_block_write(struct store *store, const struct sealed_place *place,
                                  const uint8_t key[AEAD_KEY_SIZE])
{
    uint8_t nonce[AEAD_NONCE_SIZE], associated[ASSOCIATED_SIZE];
    uint8_t *tag = store->io + SEALED_BLOCK_TAG;
    uint32_t sector;
    enum dr_status status = sector_of(store, place, &sector);

    if (status != DR_OK) {
        return status;
    }
    bind(place, nonce, associated);
    memset(tag, 0, SEALED_BLOCK_SIZE - SEALED_BLOCK_TAG);
    status = aead_seal(key, nonce, bytes_of(associated, sizeof associated), store->io, BLOCK_TREE_BLOCK, tag);
    if (status == DR_OK) {
        status = sealed_block_transfer(store, sector);
    }
    if (status == DR_OK) {
        /* Under a key of this filling alone, what opens is what was sealed. */
        status = aead_open(key, nonce, bytes_of(associated, sizeof associated), store->io, BLOCK_TREE_BLOCK, tag);
        status = status == DR_ERR_CORRUPT ? DR_ERR_IO : status;
    }
    return status;
}

enum dr_status sealed_block_read(struct store *store, const struct sealed_place *place,
                                 const uint8_t key[AEAD_KEY_SIZE])
{
    uint8_t nonce[AEAD_NONCE_SIZE], associated[ASSOCIATED_SIZE];
    uint32_t sector;
    enum dr_status status = sector_of(store, place, &sector);

    if (status == DR_OK) {
        status = store->device->read(store->device->ctx, sector, STORE_SECTORS_PER_BLOCK, store->io);
    }
    if (status != DR_OK) {
        return status;
    }
    bind(place, nonce, associated);
    return aead_open(key, nonce, bytes_of(associated, sizeof associated), store->io, BLOCK_TREE_BLOCK,
                     store->io + SEALED_BLOCK_TAG);
}
