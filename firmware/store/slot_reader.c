#include "store/sealed_block.h"

#include "crypto/memory.h"

static enum dr_status read_body(void *ctx, uint32_t block, uint8_t data[BLOCK_TREE_BLOCK])
{
    struct store_reader *reader = ctx;
    struct sealed_place place = {reader->object, reader->slot, sealed_blocks_of(reader->cms_len) + block};
    enum dr_status status;

    if (block >= reader->body_blocks) {
        return DR_ERR_ARGUMENT;
    }
    status = sealed_block_read(reader->store, &place, reader->key);
    if (status == DR_OK) {
        memcpy(data, reader->store->io, BLOCK_TREE_BLOCK);
    }
    return status;
}

enum dr_status store_open(struct store *store, enum store_object object, struct store_reader *reader,
                          struct block_source *body)
{
    const struct store_entry *entry;

    if (!store->mounted) {
        return DR_ERR_STATE;
    }
    if (object >= STORE_OBJECTS) {
        return DR_ERR_ARGUMENT;
    }
    entry = &store->state.objects[object];
    if (!entry->present) {
        return DR_ERR_NOT_FOUND;
    }
    *reader = (struct store_reader){.store = store,
                                    .object = object,
                                    .slot = entry->slot,
                                    .cms_len = entry->cms_len,
                                    .body_blocks = entry->body_blocks};
    if (body != NULL) {
        *body =
            (struct block_source){.ctx = reader, .read = read_body, .block_count = entry->body_blocks, .sealed = true};
    }
    return sealed_block_key(store, object, entry->slot, entry->salt, entry->cms_sha256, reader->key);
}

enum dr_status store_read_cms(struct store_reader *reader, uint8_t *out, size_t *len)
{
    struct sealed_place place = {reader->object, reader->slot, 0};
    size_t done = 0;

    if (reader->cms_len > *len) {
        return DR_ERR_TOO_LARGE;
    }
    for (; done < reader->cms_len; place.number++) {
        size_t part = reader->cms_len - done < BLOCK_TREE_BLOCK ? reader->cms_len - done : BLOCK_TREE_BLOCK;
        enum dr_status status = sealed_block_read(reader->store, &place, reader->key);

        if (status != DR_OK) {
            return status;
        }
        memcpy(out + done, reader->store->io, part);
        done += part;
    }
    *len = done;
    return DR_OK;
}

void store_close(struct store_reader *reader)
{
    crypto_wipe(reader->key, sizeof reader->key);
}
