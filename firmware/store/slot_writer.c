#include "store/sealed_block.h"

#include "crypto/memory.h"

static enum dr_status read_back(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    struct store_writer *writer = ctx;
    struct sealed_place place = {writer->object, writer->slot, writer->cms_blocks + block};
    enum dr_status status;

    if (block >= writer->written) {
        return DR_ERR_ARGUMENT;
    }
    status = sealed_block_read(writer->store, &place, writer->key);
    if (status == DR_OK) {
        memcpy(data, writer->store->io, BLOCK_TREE_BLOCK);
    }
    return status;
}

static enum dr_status write_cms(struct store_writer *writer, struct bytes cms)
{
    struct sealed_place place = {writer->object, writer->slot, 0};
    uint8_t *io = writer->store->io;
    enum dr_status status = DR_OK;

    for (; place.number < writer->cms_blocks && status == DR_OK; place.number++) {
        size_t part = cms.len < BLOCK_TREE_BLOCK ? cms.len : BLOCK_TREE_BLOCK;

        memcpy(io, cms.data, part);
        memset(io + part, 0, BLOCK_TREE_BLOCK - part);
        cms = bytes_of(cms.data + part, cms.len - part);
        status = sealed_block_write(writer->store, &place, writer->key);
    }
    return status;
}

enum dr_status store_begin(struct store *store, enum store_object object, struct bytes cms, uint32_t body_blocks,
                           struct store_writer *writer)
{
    const struct store_entry *entry;
    enum dr_status status;

    memset(writer, 0, sizeof *writer);
    if (!store->mounted) {
        return DR_ERR_STATE;
    }
    if (object >= STORE_OBJECTS || cms.len == 0) {
        return DR_ERR_ARGUMENT;
    }
    if (!store_fits(store, object, cms.len, body_blocks)) {
        return DR_ERR_NO_SPACE;
    }
    entry = &store->state.objects[object];
    writer->store = store;
    writer->object = object;
    writer->slot = entry->present && entry->slot == 0 ? 1 : 0;
    writer->cms_len = (uint32_t)cms.len;
    writer->cms_blocks = sealed_blocks_of(writer->cms_len);
    writer->body_blocks = body_blocks;
    writer->body = (struct block_source){.ctx = writer, .read = read_back, .block_count = body_blocks, .sealed = true};

    /* After a commit the older superblock still names the slot that is spare now. Should the newer copy be lost while this
     * slot is overwritten, the older one would name a ruin; so both are brought to the same objects first. */
    status = store_save(store);
    if (status == DR_OK) {
        status = hash_compute(HASH_SHA256, cms, writer->cms_sha256);
    }
    if (status == DR_OK) {
        status = drbg_random(writer->salt, sizeof writer->salt);
    }
    if (status == DR_OK) {
        status = sealed_block_key(store, object, writer->slot, writer->salt, writer->cms_sha256, writer->key);
    }
    if (status == DR_OK) {
        status = write_cms(writer, cms);
    }
    if (status != DR_OK) {
        store_abandon(writer);
    }
    return status;
}

enum dr_status store_write_block(struct store_writer *writer, uint32_t number, const uint8_t data[BLOCK_TREE_BLOCK])
{
    struct sealed_place place;
    enum dr_status status;

    if (writer->store == NULL || number != writer->written || number >= writer->body_blocks) {
        return DR_ERR_ARGUMENT;
    }
    place = (struct sealed_place){writer->object, writer->slot, writer->cms_blocks + number};
    memcpy(writer->store->io, data, BLOCK_TREE_BLOCK);
    status = sealed_block_write(writer->store, &place, writer->key);
    if (status == DR_OK) {
        writer->written++;
    }
    return status;
}

/* What was accepted of this list before counts, unless its numbers begin anew; never back to an older series. */
static void keep_floor(struct store_entry *entry, const struct store_entry *before)
{
    if (before->series >= entry->series) {
        entry->series = before->series;
        entry->floor = before->floor > entry->floor ? before->floor : entry->floor;
    }
}

enum dr_status store_commit(struct store_writer *writer, const struct manifest *manifest)
{
    struct store *store = writer->store;
    struct store_entry *entry, *moved = NULL;
    struct store_entry before, moved_before;
    enum store_object holder;
    enum dr_status status;

    if (store == NULL || !store->mounted || writer->written != writer->body_blocks ||
        manifest->body_length != (uint64_t)writer->body_blocks * BLOCK_TREE_BLOCK) {
        return DR_ERR_ARGUMENT;
    }
    entry = &store->state.objects[writer->object];
    before = *entry;
    if (writer->object >= STORE_LIST_0 && store_find_list(store, manifest->list_id, &holder) == DR_OK &&
        holder != writer->object) {
        moved = &store->state.objects[holder];
        moved_before = *moved;
        memset(moved, 0, sizeof *moved);
    }
    entry->present = true;
    entry->slot = writer->slot;
    entry->cms_len = writer->cms_len;
    entry->body_blocks = writer->body_blocks;
    memcpy(entry->salt, writer->salt, sizeof entry->salt);
    memcpy(entry->cms_sha256, writer->cms_sha256, sizeof entry->cms_sha256);
    entry->manifest = *manifest;
    entry->signed_next_update = manifest->next_update;
    if (before.present && memcmp(before.cms_sha256, writer->cms_sha256, sizeof before.cms_sha256) == 0 &&
        before.manifest.next_update > manifest->next_update) {
        entry->manifest.next_update = before.manifest.next_update; /* the same file, to mend it: it stays renewed */
    }
    entry->series = writer->series;
    entry->floor = manifest->number;
    if (moved != NULL) {
        keep_floor(entry, &moved_before);
    }
    if (strcmp(before.manifest.list_id, manifest->list_id) == 0) {
        keep_floor(entry, &before);
    }
    status = store_save(store);
    if (status != DR_OK) {
        *entry = before;
        if (moved != NULL) {
            *moved = moved_before;
        }
    }
    return status;
}

void store_abandon(struct store_writer *writer)
{
    crypto_wipe(writer->key, sizeof writer->key);
    writer->store = NULL;
}
